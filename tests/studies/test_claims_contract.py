"""What every claim promises, on settings and data that no study was written for.

Each number is worked out again from the tables (`recomputed`), each sentence is held against the
settings and the numbers, each verdict against the bound.
"""

import functools
import math
import re
from string import Formatter

import numpy as np
import pytest
from sklearn import datasets

from nnviz import studies, train
from nnviz._titles import TITLES, title
from nnviz.languages import read as words_in
from nnviz.plots import language
from nnviz.studies import measures
from nnviz.studies.claims import VERDICTS
from tests.studies.recomputed import KINDS, recomputed


@functools.cache
def table(name):
    """Return one of scikit-learn's small tables, standardized, in two halves."""
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    order = np.random.default_rng(7).permutation(len(x))
    x, y = ((x - x.mean(axis=0)) / x.std(axis=0))[order], y[order]
    half = len(x) // 2
    return train.Dataset(name, x[:half], y[:half], x[half:], y[half:], (1, x.shape[1]))


def plane(name):
    """Return the first two columns of a table."""
    own = table(name)
    return train.Dataset(name, own.x_train[:, :2], own.y_train, own.x_test[:, :2], own.y_test)


NET = {"hidden": (12,), "activation": "tanh", "seeds": 2}
RULE = {"optimizer": "adam", "learning_rate": 0.02, "batch_size": 20}
TRAINED = {
    "averaged_training": {**NET, "learning_rate": 0.1, "batch_size": 20, "steps": 40},
    "batch_normalization": {**NET, **RULE, "scales": (0.5, 0.05), "epochs": 6},
    "dropout_masks": {**NET, **RULE, "hidden": (12, 9), "dropout": 0.3, "steps": 40, "draws": 4},
    "dropout_masks-one": {**NET, **RULE, "dropout": 0.8, "steps": 5, "draws": 2},
    "batch_statistics": {**NET, **RULE, "batch_sizes": (3, 25), "steps": 20, "draws": 20},
    "batch_statistics-unsorted": {**NET, **RULE, "batch_sizes": (25, 3, 8), "steps": 20}
    | {"draws": 20},
    "complexity": {**RULE, "activation": "tanh", "widths": (4, 12), "depths": (1, 2), "width": 8}
    | {"depth": 1, "weight_decays": (0.001, 0.05), "dropouts": (0.1, 0.3), "epochs": 12}
    | {"seeds": 3},
    "coordinate_check": {"widths": (4, 8, 16), "depth": 2, "activation": "relu", "seeds": 3}
    | {"optimizer": "momentum", "learning_rate": 0.05, "batch_size": 20, "steps": 3},
    "rate_transfer": {
        "widths": (4, 16),
        "rates": (30.0, 3.0, 0.3, 0.03, 0.003),
        "depth": 1,
        "steps": 12,
    }
    | {"activation": "relu", "optimizer": "momentum", "batch_size": 20, "seeds": 3},
    "residual_depth": {"width": 12, "depth": 6, "activation": "tanh", "init": "xavier"}
    | {"samples": 20, "seeds": 3},
    "edge_of_stability": {**NET, "rates": (9.0, 0.5), "loss": "softmax_cross_entropy"}
    | {"steps": 40, "every": 5},
    "edge_of_stability-squared": {**NET, "rates": (3.0,), "steps": 30, "every": 10, "seeds": 3},
    "loss_spikes": {**NET, "beta2s": (0.9, 0.999), "learning_rate": 0.03, "steps": 260},
    "loss_spikes-one": {**NET, "beta2s": (0.99,), "loss": "softmax_cross_entropy", "steps": 30},
    "double_descent": {"widths": (5, 40, 300), "activation": "tanh", "seeds": 3},
    "double_descent-right": {"widths": (3, 20, 500), "label_noise": 0.0, "seeds": 2},
    "framework_defaults": {"width": 40, "depth": 12, "samples": 30, "seeds": 2},
    "framework_defaults-tanh": {"activation": "tanh", "width": 20, "depth": 3, "samples": 30}
    | {"seeds": 3},
    "health": {**NET, "learning_rates": (0.3, 0.03, 0.003), "batch_size": 20, "steps": 60},
    "health-relu": {**NET, "activation": "relu", "learning_rates": (2.0, 0.2, 0.02), "steps": 60}
    | {"batch_size": 20},
    "health-one": {**NET, "learning_rates": (0.1,), "batch_size": 20, "steps": 30},
    "hyperparameter_importance": {"activation": "tanh", "optimizer": "adam", "depth": 1}
    | {"width": (4, 12), "batch_size": (8, 20), "learning_rate": (1e-3, 0.1)}
    | {"weight_decay": (1e-3, 1.0), "trials": 7, "epochs": 4, "seeds": 2},
    "first_layer_weights": {**NET, **RULE, "epochs": 4, "weight_decay": 0.05},
    "first_layer_weights-sgd": {**NET, "learning_rate": 0.05, "batch_size": 20, "epochs": 8},
    "hyperparameters": {**NET, "trials": 6, "side": 2, "epochs": 4, "batch_size": 20}
    | {"learning_rate": (1e-3, 1.0), "weight_decay": (1e-3, 1.0)},
    "initialization_training": {**NET, **RULE, "steps": 60},
    "learning_rates": {**NET, "optimizers": ("adam", "lion"), "rates": (0.01, 0.1)}
    | {"steps": 30, "batch_size": 20},
    "loss_slices": {"hidden": (7, 6), **RULE, "factor": 3.0, "directions": 2, "steps": 30}
    | {"seeds": 2},
    "misread": {**NET, **RULE, "epochs": 3, "weight_decay": 0.2, "dropout": 0.5, "seeds": 4},
    "noise_scale": {**NET, **RULE, "snapshots": (2, 20), "small_batch": 4, "large_batch": 12}
    | {"pairs": 6, "trials": 3},
    "noise_scale-unbounded": {**NET, **RULE, "snapshots": (20,), "small_batch": 2}
    | {"large_batch": 4, "pairs": 2, "trials": 4},
    "noisy_labels": {**NET, **RULE, "epochs": 12, "weight_decay": 0.01, "dropout": 0.3},
    "normalized_layers": {"scales": (2.0, 0.3, 1e-3), "activation": "tanh", "width": 20}
    | {"depth": 3, "eps": 1e-5, "batch_size": 40, "seeds": 2},
    "one_bit": {**NET, "activation": "relu", "learning_rate": 0.3, "rates": (0.2, 2.0)}
    | {"batch_size": 20, "steps": 30},
    "one_bit-smooth": {**NET, **RULE, "rates": (0.01,), "steps": 12},
    "path_planes": {**NET, **RULE, "steps": 60, "every": 5, "side": 4},
    "path_planes-short": {**NET, **RULE, "steps": 6, "every": 1, "side": 4, "seeds": 3},
    "one_bit_settings": {**NET, "activation": "relu", "learning_rate": 0.3, "batch_size": 20}
    | {"hidden": (12, 9), "steps": 20},
    "one_bit_settings-gelu": {**NET, **RULE, "activation": "gelu", "learning_rate": 0.3}
    | {"steps": 20},
    "one_bit_settings-smooth": {**NET, **RULE, "steps": 12},
    "optimizers_training": {**NET, "steps": 40, "batch_size": 20}
    | {"optimizers": dict.fromkeys(("sgd", "momentum", "adagrad", "adam"), 0.05)},
    "optimizers_training-unlike": {**NET, "steps": 40, "batch_size": 20}
    | {"optimizers": {"sgd": 0.3, "momentum": 0.02}},
    "output_activations": {**NET, "optimizer": "adam", "rates": (0.01, 0.1), "steps": 60}
    | {"batch_size": 20},
    "output_activations-unsorted": {**NET, "rates": (0.3, 0.003), "steps": 60, "batch_size": 20},
    "overfitting": {**NET, **RULE, "epochs": 12, "dropout_epochs": 16, "dropout": 0.4}
    | {"weight_decay": 0.02},
    "regularizers": {**NET, **RULE, "epochs": 12, "weight_decay": 0.01, "patience": 2},
    "symmetry": {"activations": ("tanh", "relu", "sigmoid"), "width": 8, "depth": 1, "seeds": 2}
    | {"optimizer": "adam", "learning_rate": 0.02, "batch_size": 20, "steps": 60},
    "range_test": {**NET, "optimizer": "adam", "rates": (0.1, 0.001), "low": 1e-5, "high": 1.0}
    | {"test_steps": 60, "steps": 30, "batch_size": 20},
    "symmetry_by_rounding": {"width": 5, "learning_rate": 0.5, "batch_size": 20, "steps": 60}
    | {"seeds": 2},
    "symmetry_by_rounding-relu": {"activation": "relu", "batch_size": 20, "steps": 20, "seeds": 2},
    "update_directions": {**NET, "batch_size": 20, "steps": 24, "every": 4}
    | {"optimizers": {"adam": 0.02, "rmsprop": 0.02}},
    "zero_weights-dead": {**NET, **RULE, "scale": 1e-9, "learning_rate": 1e-9, "steps": 5},
    "zero_weights": {**NET, **RULE, "scale": 1e-3, "steps": 60},
}
IN_THE_PLANE = {
    "decision_boundaries": {**NET, **RULE, "weight_decay": 0.05, "snapshots": (5, 30, 60)}
    | {"side": 12},
    "decision_boundaries-two": {**NET, **RULE, "snapshots": (0, 50), "side": 9},
}
UNTRAINED = {
    "adam_parts": {"betas": (0.8, 0.95), "burst": 30.0, "before": 40, "after": 200, "turns": 30},
    "averaged_descent": {"surface": "booth", "learning_rate": 0.03, "steps": 60, "seeds": 4},
    "averaged_descent-loud": {"noise": 9.0, "steps": 30, "seeds": 3},
    "adam_parts-mild": {"betas": (0.5, 0.9), "burst": 2.0, "burst_steps": 1, "before": 9}
    | {"after": 3, "drift": 2.0, "turns": 5},
    "decision_boundaries-drawn": {**NET, **RULE, "problem": "blobs", "rows": 40, "noise": 0.8}
    | {"snapshots": (5, 60), "side": 12},
    "activation_functions": {"activations": ("tanh", "relu", "gelu"), "low": -1.0, "high": 1.0},
    "basins_of_attraction": {
        "optimizers": {"sgd": 0.02, "momentum": 0.02, "adam": 0.1},
        "side": 12,
        "steps": 80,
    },
    "basins_of_attraction-camel": {"surface": "three_hump_camel", "side": 12, "steps": 80},
    "basins_of_attraction-one": {
        "surface": "bowl",
        "optimizers": {"lion": 0.1},
        "side": 4,
        "steps": 30,
    },
    "effective_steps": {"optimizers": ("sgd", "momentum", "adam", "adagrad"), "steps": 12}
    | {"gradients": (0.5, 20.0)},
    "defaults_by_activation": {"width": 30, "depth": 15, "samples": 20, "seeds": 3},
    "defaults_by_activation-one": {"frameworks": ("PyTorch", "Keras"), "activations": ("tanh",)}
    | {"width": 20, "depth": 30, "samples": 20, "seeds": 3},
    "framework_defaults-normal": {"width": 60, "samples": 40, "seeds": 4},
    "framework_defaults-deep": {"width": 30, "depth": 50, "samples": 20, "seeds": 2},
    "gradient_noise": {"surface": "booth", "learning_rate": 0.03, "noise": 1.0, "seeds": 4}
    | {"batch_sizes": (2, 8), "steps": 60},
    "gradient_noise-bowl": {"learning_rate": 0.5, "batch_sizes": (3,), "steps": 40, "seeds": 2},
    "initialization": {"depth": 3, "width": 16, "samples": 30, "seeds": 2},
    "initialization-some": {"activations": ("tanh",), "initializers": ("He",), "seeds": 3}
    | {"depth": 8, "width": 30, "samples": 40},
    "learning_rate_schedules": {"learning_rate": 3.0, "steps": 30},
    "momentum_map": {"rates": (0.1, 0.9, 1.2, 3.0), "momenta": (0.1, 0.4, 0.8), "steps": 20},
    "momentum_map-rosenbrock": {"surface": "rosenbrock", "rates": (1e-4, 1e-3), "steps": 20}
    | {"momenta": (0.1, 0.5)},
    "finite_width": {"widths": (6, 20), "depth": 5, "draws": 10, "seeds": 3},
    "finite_width-two": {"widths": (9, 30), "depth": 6, "draws": 2, "seeds": 3},
    "phase_diagram": {"bias_variances": (0.05, 0.3), "weight_variances": (0.5, 2.0, 4.0)}
    | {"width": 20, "depth": 8, "samples": 3, "seeds": 3},
    "phase_diagram-order": {"bias_variances": (0.5,), "weight_variances": (0.5, 1.0)}
    | {"width": 10, "depth": 4, "seeds": 2},
    "propagation": {"activations": ("tanh", "relu", "sigmoid"), "width": 20, "depth": 4}
    | {"samples": 20, "seeds": 2},
    "optimizer_race": {"surface": ("booth", "beale"), "optimizers": ("adam", "lion"), "starts": 4}
    | {"rates": (0.01, 0.1, 1.0), "steps": 30},
    "optimizer_race-one": {"surface": "bowl", "optimizers": ("adam",), "starts": 3, "steps": 20},
    "optimizer_race-three": {"surface": ("bowl", "booth", "beale"), "optimizers": ("sgd", "adam")}
    | {"starts": 3, "steps": 20},
    "learning_rate_map": {
        "surface": "booth",
        "optimizers": ("sgd", "adam", "nesterov"),
        "steps": 30,
    }
    | {"rates": (1e-3, 1e-2, 0.1, 1.0)},
    "stability": {"learning_rates": (0.2, 1.3), "steps": 20},
    "optimizer_trajectories": {
        "optimizers": dict.fromkeys(("sgd", "momentum", "adagrad", "adam"), 0.1)
    },
    "optimizer_trajectories-rosenbrock": {
        "surface": "rosenbrock",
        "optimizers": {"adam": 0.1},
        "steps": 60,
    },
    "optimizer_trajectories-himmelblau": {"surface": "himmelblau", "steps": 40}
    | {"optimizers": {"sgd": 0.02, "momentum": 0.02}, "start": (-0.3, -0.9)},
    "optimizer_trajectories-lost": {"optimizers": {"sgd": 1.2}},
}
RUNS = [
    *((name, options, data) for name, options in TRAINED.items() for data in ("wine", "iris")),
    *(("noisy_labels", TRAINED["noisy_labels"], "breast_cancer"),),
    *(("overfitting", TRAINED["overfitting"], "breast_cancer"),),
    *((name, options, data) for name, options in IN_THE_PLANE.items() for data in ("wine", "iris")),
    *((name, options, None) for name, options in UNTRAINED.items()),
]


@pytest.fixture(scope="module", params=RUNS, ids=lambda run: f"{run[0]}-{run[2] or ''}")
def study(request):
    name, options, data = request.param
    function = getattr(studies, name.partition("-")[0])
    if data is None:
        return function(**options)
    return function((plane if name in IN_THE_PLANE else table)(data), **options)


def close(one, other):
    return one == pytest.approx(other, rel=1e-9, abs=1e-12, nan_ok=True)


def test_every_study_and_every_kind_of_measure_is_tried():
    tried = {name.partition("-")[0] for name in (*TRAINED, *IN_THE_PLANE, *UNTRAINED)}
    assert tried == set(studies.STUDIES)
    kinds = {name for name in measures.__all__ if hasattr(getattr(measures, name), "of")}
    assert kinds - {"Measure"} == set(KINDS)
    assert len(KINDS) <= 12


def test_numbers_are_those_of_the_tables(study):
    for claim in study.claims.values():
        number, interval = recomputed(claim.question.measure, study.tables)
        assert close(claim.number, number), claim
        if interval is None:
            assert claim.interval is None or claim.interval[0] == claim.interval[1]
        else:
            assert close(claim.evidence.interval, interval), claim
            assert close(claim.interval, np.clip(interval, *claim.question.possible)), claim


def test_verdicts_follow_from_the_numbers(study):
    for claim in study.claims.values():
        assert claim.verdict in VERDICTS
        bound, none = claim.question.bound, claim.question.measure.none
        within = bound.low <= claim.number <= bound.high
        if claim.verdict == "not assessed":
            assert claim.reason
            assert claim.reason in claim.statement
            continue
        assert math.isfinite(claim.number)
        assert all(study.claims[key].holds for key in claim.question.given)
        low, high = claim.evidence.interval or (claim.number, claim.number)
        unresolved = none is not None and (
            low <= none <= high or abs(claim.number - none) < claim.question.resolution
        )
        alike = none is not None and bound.low < none < bound.high
        if unresolved and not (alike and bound.low <= low and high <= bound.high):
            assert claim.verdict == "no difference", claim
        else:
            assert claim.verdict == ("holds" if within else "otherwise"), claim


def test_premises_come_first(study):
    keys = list(study.claims)
    for place, claim in enumerate(study.claims.values()):
        assert claim.key == keys[place]
        assert set(claim.question.given) <= set(keys[:place])


def sentences(question):
    return question.expected, question.otherwise, question.compares, question.missing


def fields_of(template):
    return [(name, spec) for _, name, spec, _ in Formatter().parse(template) if name is not None]


def words_of(settings):
    """Return every key and value of the settings, as one writes them."""
    if isinstance(settings, dict):
        return {w for key, value in settings.items() for w in {plain(key)} | words_of(value)}
    if isinstance(settings, list | tuple):
        return {word for value in settings for word in words_of(value)}
    return {plain(settings)}


def plain(value):
    return str(value).lower().replace("_", " ")


def test_subjects_are_what_was_run(study):
    known = words_of(dict(study.settings))
    for claim in study.claims.values():
        for subject in claim.question.subjects.values():
            if isinstance(subject, float):
                assert any(close(subject, float(w)) for w in known if number_like(w)), claim
            else:
                assert plain(subject) in known, (claim.question.subjects, known)


def number_like(text):
    return re.fullmatch(r"[-+.\de]+", text) is not None and any(c.isdigit() for c in text)


MEASURED = {"number", "a", "b", "at", "at_high", "at_low", "highest", "lowest", "count", "total"}
BOUNDS = {"bound", "low", "high"}


def test_all_that_is_filled_in_is_a_setting_a_subject_or_measured(study):
    for claim in study.claims.values():
        question = claim.question
        allowed = MEASURED | BOUNDS | set(question.subjects) | set(study.settings)
        for template in sentences(question):
            named = {re.split(r"[.\[]", name)[0] for name, _ in fields_of(template)}
            assert named <= allowed, template


NAMES = "|".join(
    re.escape(name)
    for name in sorted(TITLES.values(), key=len, reverse=True)
    if name not in ("zeros", "normal", "orthogonal", "identity")
)


def test_nothing_of_the_settings_is_written_into_a_sentence(study):
    """A name, a rate, a size, a threshold: each comes from where it is set."""
    for claim in study.claims.values():
        for template in sentences(claim.question):
            literal = re.sub(r"\{[^}]*\}", "", template)
            assert not re.search(rf"\b({NAMES})\b", literal), literal
            assert not re.search(r"\d", literal), literal


def test_subjects_and_settings_stand_in_the_sentence(study):
    """The sentence says what the settings say, as they are written."""
    for claim in study.claims.values():
        question = claim.question
        if claim.verdict not in ("holds", "otherwise"):
            continue
        template = question.expected if claim.holds else question.otherwise
        for name, spec in fields_of(template):
            root = re.split(r"[.\[]", name)[0]
            if root in question.subjects and isinstance(question.subjects[root], str):
                assert title(question.subjects[root]).lower() in claim.statement.lower()
            elif root in study.settings and isinstance(study.settings[root], str):
                assert title(study.settings[root]).lower() in claim.statement.lower()
            elif root in study.settings and isinstance(study.settings[root], int) and not spec:
                assert re.search(rf"\b{study.settings[root]}\b", claim.statement)


KOREAN = words_in("ko")["sentences"]


def test_every_sentence_is_there_in_korean(study):
    """No template is left in English, and none of what it fills in is lost."""
    for claim in study.claims.values():
        for template in sentences(claim.question):
            own, other = fields_of(template), fields_of(KOREAN[template])
            assert {re.split(r"[.\[]", name)[0] for name, _ in other} == {
                re.split(r"[.\[]", name)[0] for name, _ in own
            }, template
            assert set(other) <= set(own), template


def test_a_claim_speaks_the_language_in_force(study):
    with language("ko"):
        spoken = [claim.statement + claim.measured for claim in study.claims.values()]
    for words, claim in zip(spoken, study.claims.values(), strict=True):
        assert not re.search(r"[{}\[\]]", words), claim
        assert not re.search(r"\b(the|of|is|at|with)\b", words), words


def test_a_sentence_is_one(study):
    for claim in study.claims.values():
        for said in (claim.statement, claim.measured, claim.found, claim.bound):
            assert said
            assert not re.search(r"\b(nan|inf|None)\b", said), claim
            assert "{" not in said
            assert "  " not in said
        assert claim.statement[0].isupper() or not claim.statement[0].isalpha()
        assert not claim.statement.endswith(".")


SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
PRINTED = re.compile(r"(?:(−?[\d.]+)×)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|−?[\d.]+")


def read(words):
    """Return the numbers in words such as "2.5×10⁻⁴ (95% interval …": only those that count."""
    found = []
    for match in PRINTED.finditer(words.replace("95% interval", "interval")):
        if match[2]:
            power = float(f"1e{match[2].translate(SUPERSCRIPTS)}")
            found.append(float((match[1] or "1").replace("−", "-")) * power)
        else:
            found.append(float(match[0].replace("−", "-")))
    return found


def test_printed_numbers_never_cross_the_bound(study):
    for claim in study.claims.values():
        if not math.isfinite(claim.number):
            continue
        scale = 100 if claim.question.unit in ("%", "points") else 1
        printed = read(claim.found)
        exact = [claim.number]
        if len(printed) > 1:
            exact += [*claim.interval, *claim.range]
        assert len(printed) == len(exact), claim.found
        for shown, true in zip(printed, exact, strict=True):
            assert shown == pytest.approx(true * scale, rel=0.006, abs=1e-12)
            for end in claim.question.bound.ends:
                assert np.sign(round(shown - end * scale, 12)) == np.sign(
                    round((true - end) * scale, 12)
                ), claim.found


def test_sentence_and_bound_state_the_same_threshold(study):
    for claim in study.claims.values():
        question = claim.question
        for template in (question.expected, question.otherwise):
            if any(name.split(".")[0] == "bound" for name, _ in fields_of(template)):
                assert len(question.bound.ends) == 1
        ends = read(claim.bound)
        scale = 100 if question.unit in ("%", "points") else 1
        assert ends == pytest.approx([end * scale for end in question.bound.ends], rel=1e-3)
