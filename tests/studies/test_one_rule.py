"""The optimizer of a study that has one, in the forms of studies that compare several."""

import inspect
import json
import sys
from functools import partial

import numpy as np
import pytest

from nnviz import optim, studies
from nnviz.optim import schedules
from nnviz.studies._one_rule import maker_of, rule_of
from nnviz.studies.cells.training import train as cell
from nnviz.train.cache import keys_of
from tests.studies.test_contract import NAMES, run

BY_NAME_ALONE = {"coordinate_check", "rate_transfer"}
"""Studies that know of three rules how their rates go with the width."""

OVER_RATES = {
    *("health", "hyperparameter_importance", "hyperparameters", "one_bit", "one_bit_settings"),
    *("output_activations", "range_test"),
}
ONE = [n for n in NAMES if "optimizer" in inspect.signature(studies.STUDIES[n]).parameters]
WHOLE = sorted({*ONE} - BY_NAME_ALONE)
COMPILED = ("hyperparameters", "overfitting", "range_test")
"""Where optax's rules are tried, whose compiling takes most of a second: one door for all."""


class SeenError(Exception):
    """The cells of a study, in place of their results."""


@pytest.fixture
def cells_of(monkeypatch):
    def seen(_, cells, **__):
        raise SeenError(list(cells))

    for name, module in list(sys.modules.items()):
        if name.startswith("nnviz.studies.") and hasattr(module, "run_cells"):
            monkeypatch.setattr(module, "run_cells", seen)

    def cells(name, optimizer):
        with pytest.raises(SeenError) as caught:
            run(name, optimizer=optimizer)
        return caught.value.args[0]

    return cells


def path(optimizer, rate):
    """Return where a rule goes in three steps down a bowl, each axis of another width."""
    rule = optim.make(optimizer, rate)
    params, widths = np.array([1.0, -2.0, 0.5]), np.array([1.0, 0.3, 4.0])
    state, seen = rule.init(params), []
    for _ in range(3):
        updates, state = rule.update(widths * params, state, params)
        params = params + updates
        seen.append(params)
    return np.array(seen)


def rate_of(cell):
    rate = cell.get("learning_rate", schedules.constant(0.1))  # a range test raises it
    return 0.1 if rate == "as given" else rate


def mine(rate):
    return optim.adam(rate, eps=1e-3)


FINISHED = {
    "ours": lambda: optim.adam(0.1, eps=1e-3),
    "torch": lambda: partial(pytest.importorskip("torch").optim.Adam, lr=0.1, eps=1e-3),
    "optax": lambda: pytest.importorskip("optax").adam(0.1, eps=1e-3),
}
MAKERS = {
    "own": lambda: mine,
    "ours": lambda: partial(optim.adam, eps=1e-3),
    "torch": lambda: partial(pytest.importorskip("torch").optim.Adam, eps=1e-3),
    "optax": lambda: partial(pytest.importorskip("optax").adam, eps=1e-3),
}


def in_forms(forms):
    return [(n, form) for n in WHOLE for form in forms if form != "optax" or n in COMPILED]


@pytest.mark.parametrize(("name", "form"), in_forms(MAKERS))
def test_every_study_takes_what_makes_a_rule(name, form, cells_of):
    """Each at the rates of the study; our rule is the witness."""
    if name == "range_test" and form in ("torch", "optax"):
        with pytest.raises(ValueError, match=r"optimizer must be a rule of nnviz: .* raises the"):
            run(name, optimizer=MAKERS[form]())
        return
    given = cells_of(name, MAKERS[form]())[0]
    rate = rate_of(given)
    np.testing.assert_allclose(path(given["optimizer"], rate), stepped(rate), rtol=1e-10)


def stepped(rate):
    return path(maker_of(mine), rate)


@pytest.mark.parametrize(("name", "form"), in_forms(FINISHED))
def test_a_study_at_one_rate_takes_a_finished_rule(name, form, cells_of):
    finished = FINISHED[form]()
    if name not in OVER_RATES:
        given = cells_of(name, finished)[0]
        assert given["learning_rate"] == "as given"
        made = path(given["optimizer"], "as given")
        np.testing.assert_allclose(made, stepped(0.1), rtol=1e-10)
    elif form != "torch":  # whose rate gives way
        with pytest.raises(ValueError, match=r"optimizer must be a name, or what makes .* several"):
            run(name, optimizer=finished)


@pytest.mark.parametrize("name", WHOLE)
def test_a_rule_of_ours_by_its_function_is_that_by_its_name(name, cells_of):
    by_name, by_function = (cells_of(name, one) for one in ("adam", optim.adam))
    assert repr(by_name) == repr(by_function)
    assert keys_of(cell, by_name[:1]) == keys_of(cell, by_function[:1])


@pytest.mark.parametrize("name", sorted(BY_NAME_ALONE))
def test_a_study_of_scaled_rates_says_of_which_rules_it_knows_the_scale(name):
    for form in (mine, optim.adam(0.1), "lion"):
        with pytest.raises(ValueError, match="optimizer must be one of adam, momentum, sgd; got"):
            run(name, optimizer=form)


def tables_of(study):
    numbers = [table.select_dtypes("number") for table in study.tables.values()]
    return np.concatenate([table.to_numpy(float).ravel() for table in numbers])


def test_a_study_with_a_rule_of_others_finds_what_it_finds_with_ours():
    """In float64, all of it; in float32 PyTorch rounds a product and a sum at once."""
    torch, optax = pytest.importorskip("torch"), pytest.importorskip("optax")
    named = run("path_planes", optimizer="sgd", learning_rate=0.1)
    others = {
        "sgd": optim.sgd(0.1),
        "torch SGD": torch.optim.SGD,
        "torch SGD (lr 0.1)": partial(torch.optim.SGD, lr=0.1),
        "optax sgd": optax.sgd,
        "optax": optax.sgd(0.1),
        "own rule": lambda rate: optim.sgd(rate),
    }
    for name, other in others.items():
        study = run("path_planes", optimizer=other, learning_rate=0.1)
        np.testing.assert_allclose(tables_of(study), tables_of(named), rtol=1e-10, atol=1e-12)
        assert study.settings["optimizer"] == name
        assert set(study.table("runs")["optimizer"]) == {name}
        assert json.loads(json.dumps(study.settings))["optimizer"] == name
        own = "as given" if name in ("sgd", "optax", "torch SGD (lr 0.1)") else 0.1
        assert study.settings["learning_rate"] == own


def test_labels_and_sentences_are_of_the_rule_that_was_given():
    assert set(run("noise_scale", optimizer=mine).table("moments")["setting"]) == {"mine"}
    assert "mine" in set(run("range_test", optimizer=mine).table("runs")["setting"])
    decays = "blank pixels decay"
    assert decays in run("first_layer_weights", optimizer=optim.sgd).claims
    unknown = run("first_layer_weights", optimizer=optim.sgd(0.1))  # of which no rate is known
    assert decays not in unknown.claims
    assert unknown.table("blank")["theory"].isna().all()


def test_processes_get_the_rule():
    study = run("symmetry", optimizer=lambda rate: optim.sgd(rate), fresh=True, n_jobs=2)
    named = run("symmetry", optimizer="sgd")
    np.testing.assert_array_equal(tables_of(study), tables_of(named))


def key(optimizer, rate=0.1):
    return keys_of(cell, [{**rule_of(optimizer, rate), "steps": 3}])[0]


def test_results_are_kept_by_the_rule_and_its_settings():
    torch, optax = pytest.importorskip("torch"), pytest.importorskip("optax")
    sgd = torch.optim.SGD
    others = [
        lambda: "sgd",
        lambda: optim.sgd(0.1),
        lambda: optim.sgd(0.2),
        lambda: partial(optim.adam, eps=1e-3),
        lambda: partial(optim.adam, eps=1e-4),
        lambda: mine,
        lambda: sgd,
        lambda: torch.optim.Adam,
        lambda: partial(sgd, lr=0.1),
        lambda: partial(sgd, lr=0.2),
        lambda: partial(sgd, momentum=0.5),
        lambda: optax.sgd,
        lambda: optax.adam,
    ]
    keys = [key(make()) for make in others]
    assert None not in keys
    assert len({*keys}) == len(others)
    assert keys == [key(make()) for make in others]
    finished = [key(optax.sgd(rate)) for rate in (0.1, 0.2)]
    assert finished[0] != finished[1] or finished == [None, None]
    stranger = object()
    assert key(lambda rate: (stranger, optim.sgd(rate))[1]) is None


def test_a_library_in_another_version_has_other_results(monkeypatch):
    torch = pytest.importorskip("torch")
    before = key(torch.optim.SGD)
    from nnviz.train import sources

    real = sources._version
    monkeypatch.setattr(sources, "_version", lambda top: "torch 0" if top == "torch" else real(top))
    assert key(torch.optim.SGD) != before


def test_settings_are_told_without_commas():
    said = rule_of(partial(optim.adam, betas=(0.9, 0.99), eps=1e-8), 0.1)["optimizer"]
    assert str(said) == "adam (betas 0.9/0.99 and eps 1e-08)"


def test_what_makes_no_rule_is_refused_with_what_to_do():
    torch = pytest.importorskip("torch")
    doors = "from_torch, from_optax and from_keras make one of theirs"
    wrong = [
        0.1,
        lambda params: torch.optim.SGD(params, lr=0.1),
        lambda: optim.sgd(0.1),
        lambda rate: rate,
        [optim.sgd(0.1)],
    ]
    for one in wrong:
        with pytest.raises(ValueError, match=f"optimizer must be .*{doors}"):
            rule_of(one, 0.1)
    for one in (torch.optim.LBFGS, optim.sgd(np.array([[0.1], [0.2]]))):
        with pytest.raises(ValueError, match="optimizer must be one rule that needs no more than"):
            rule_of(one, 0.1)
    with pytest.raises(ValueError, match=r"optimizer must be one of .*did you mean 'adam'"):
        rule_of("adaam", 0.1)
    with pytest.raises(ValueError, match="learning_rate must be"):
        rule_of(optim.sgd(0.1), -1)
