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
from tests.studies.settings import IN_THE_PLANE, TRAINED, UNTRAINED


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
