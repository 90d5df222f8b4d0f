"""What becomes of a question: four verdicts, premises, resolution, words."""

import pandas as pd
import pytest

from nnviz.studies import Bound, Question, Study
from nnviz.studies.claims import SHARES_APART
from nnviz.studies.measures import Difference, Edge, Growth, Level, Pick, Ratio, Share, Within


def table(**by_setting):
    rows = [
        {"setting": setting, "seed": seed, "value": float(value)}
        for setting, values in by_setting.items()
        for seed, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


A, B = (Pick("t", where={"setting": name}) for name in "ab")


def asked(data, *questions, **settings):
    return Study.asked("study", {"t": data}, settings, questions)


def question(key="gain", measure=None, bound=None, **more):
    return Question(
        key,
        "a less b",
        measure or Difference(A, B),
        bound or Bound.at_least(0.1),
        "It gains {number}, from {b} to {a}",
        "It does not gain {bound}: it has {a}, without {b}",
        **more,
    )


@pytest.mark.parametrize(
    ("a", "b", "verdict", "sentence"),
    [
        ((0.9, 0.8, 0.85), (0.5, 0.4, 0.5), "holds", "It gains 0.383, from 0.467 to 0.85"),
        (
            (0.52, 0.52, 0.53),
            (0.5, 0.5, 0.51),
            "otherwise",
            "It does not gain 0.1: it has 0.523, without 0.503",
        ),
        ((0.9, 0.1, 0.9), (0.5, 0.5, 0.5), "no difference", "No difference seen: a less b"),
    ],
)
def test_verdicts(a, b, verdict, sentence):
    claim = asked(table(a=a, b=b), question()).claim("gain")
    assert claim.verdict == verdict
    assert claim.statement == sentence
    assert claim.holds == (verdict == "holds")


def test_a_growth_tells_the_root_mean_squares_between_which_it_is_measured():
    rows = [(2, 3.0), (2, 4.0), (8, 1.5), (8, 2.0), (4, 100.0)]  # the middle is not looked at
    data = {"t": pd.DataFrame(rows, columns=["n", "y"]).assign(seed=[0, 1, 0, 1, 0])}
    found = Growth(Pick("t", "y"), "n", 4.0).of(data)
    assert found.number == pytest.approx(0.5)
    assert found.sides == pytest.approx({"first": 12.5**0.5, "last": 3.125**0.5})


def test_one_seed_is_not_assessed():
    claim = asked(table(a=[1], b=[0]), question()).claim("gain")
    assert claim.verdict == "not assessed"
    assert claim.statement == (
        "Not assessed: a less b (one seed does not tell how far seeds scatter)"
    )


def test_the_interval_of_a_share_is_told_as_far_as_shares_go():
    data = table(a=[1, 1, 0, 1, 1], b=[0, 0, 0, 0, 0])
    shares = {"unit": "points", "possible": SHARES_APART}
    claim, free = (
        asked(data, question(**more)).claim("gain") for more in (shares, {"unit": "points"})
    )
    assert free.interval == claim.evidence.interval
    assert free.interval[1] > 1
    assert claim.interval == (free.interval[0], 1.0)
    assert claim.found == "80 points (95% interval 24.5 to 100, seeds 0 to 100)"
    assert claim.verdict == free.verdict
    swapped = asked(table(a=[0] * 5, b=[1, 1, 0, 1, 1]), question(**shares)).claim("gain")
    assert swapped.interval == pytest.approx((-1.0, -free.interval[0]))


def test_what_nobody_drew_is_exact():
    data = table(a=[0.4], b=[0.2]).drop(columns="seed")
    claim = asked(data, question()).claim("gain")
    assert claim.holds
    assert claim.interval is None
    assert claim.found == "0.2"


def test_a_number_that_is_missing_is_not_left_out():
    nan = float("nan")
    claim = asked(
        table(a=[1, nan, 1], b=[0, 0, 0]), question(missing="a run of {steps} diverged"), steps=7
    ).claim("gain")
    assert claim.reason == "a run of 7 diverged"
    assert claim.words == {"number": "no number"}


def test_seeds_that_cancel_leave_no_rounding():
    assert (1 - 1.1) + (1 - 0.9) != 0  # in floating point
    claim = asked(table(a=(1, 1), b=(1.1, 0.9)), question()).claim("gain")
    assert claim.number == 0
    assert asked(table(a=(1, 1), b=(1.1, 0.9 - 1e-9)), question()).claim("gain").number > 0


def test_a_difference_below_the_resolution_is_none():
    data = table(a=[0.104, 0.103], b=[0, 0])
    assert asked(data, question(resolution=0.1)).claim("gain").holds
    assert asked(data, question(resolution=0.2)).claim("gain").verdict == "no difference"


@pytest.mark.parametrize(
    ("a", "verdict"),
    [
        ((0.0, 0.01, -0.01), "holds"),  # alike, as expected: no obstacle
        ((0.5, 0.51, 0.5), "otherwise"),
        ((0.5, -0.1, 0.1), "no difference"),  # beyond the bound, but nothing is told apart
    ],
)
def test_where_alike_is_expected(a, verdict):
    alike = question(bound=Bound(-0.05, 0.05), measure=Difference(A, B))
    words = {"expected": "Alike", "otherwise": "Not alike"}
    claim = asked(
        table(a=a, b=(0, 0, 0)), Question("gain", "a", alike.measure, alike.bound, **words)
    )
    assert claim.claim("gain").verdict == verdict


def test_a_bound_at_no_difference_is_no_alikeness():
    less = question(bound=Bound.at_most(0.0))
    claim = asked(table(a=(0.1, -0.2, 0.05), b=(0, 0, 0)), less).claim("gain")
    assert claim.verdict == "no difference"


def test_a_premise_that_fails_is_the_reason():
    premise = question("overfits", Level(A), Bound.at_least(5))
    premise = Question("overfits", "gap", Level(A), Bound.at_least(5), "It does", "It does not")
    study = asked(table(a=[1, 2], b=[0, 0]), premise, question(given=("overfits",)))
    claim = study.claim("gain")
    assert claim.verdict == "not assessed"
    assert claim.reason == "it does not"
    assert list(study.claims) == ["overfits", "gain"]


def test_settings_and_subjects_are_filled_in():
    sentence = "{rule} at {rates[adam]:g} with {activation}: {number}"
    subject = Question(
        "k", "x", Level(A), Bound.at_least(0), sentence, sentence, subjects={"rule": "adam"}
    )
    claim = asked(table(a=[1, 1.5]), subject, rates={"adam": 1e-3}, activation="leaky_relu").claim(
        "k"
    )
    assert claim.statement == "Adam at 0.001 with leaky ReLU: 1.25"


def test_a_ratio_is_that_of_the_means_with_its_own_interval():
    data = table(a=[2, 4, 6, 4], b=[1, 2, 3, 2])
    claim = asked(data, question(measure=Ratio(A, B), bound=Bound.at_least(1.5))).claim("gain")
    assert claim.number == 2
    assert claim.interval == pytest.approx((2, 2))
    one_zero = table(a=[0, 0, 0], b=[1, 2, 3])
    assert asked(one_zero, question(measure=Ratio(A, B))).claim("gain").number == 0


def test_shares_count_seeds():
    share = Question(
        "k", "x", Share(A, B), Bound.at_least(0.9), "{count} of {total}", "Only {count} of {total}"
    )
    claim = asked(table(a=[1, 2, 3], b=[0, 1, 5]), share).claim("k")
    assert claim.statement == "Only 2 of 3"


def test_rows_are_picked_by_edges_and_intervals():
    steps = pd.DataFrame({"step": [5, 10, 15, 20], "value": [1.0, 2.0, 4.0, 8.0]})

    def number(**where):
        return Level(Pick("s", where=where)).of({"s": steps}).number

    assert number(step=Edge.LAST) == 8
    assert number(step=Edge.FIRST) == 1
    assert number(step=Within(5, 15)) == 3
    layers = steps.assign(layer=["relu2", "relu10", "relu1", "relu10"]).drop(columns="step")
    assert Level(Pick("s", where={"layer": Edge.LAST})).of({"s": layers}).number == 4


def test_a_run_that_ended_early_is_taken_at_its_own_end():
    rows = [(0, 10, 1.0), (0, 20, 2.0), (1, 10, 5.0)]
    runs = pd.DataFrame(rows, columns=["seed", "step", "value"])
    measured = Level(Pick("s", where={"step": Edge.LAST})).of({"s": runs})
    assert measured.seeds == (2.0, 5.0)


def test_an_unknown_table_or_column_is_named():
    with pytest.raises(ValueError, match="table must be one of t; got 'u'"):
        asked(table(a=[1, 2]), question(measure=Level(Pick("u"))))
    with pytest.raises(ValueError, match=r"a column of t must be one of .*; got 'valeu'.*did you"):
        asked(table(a=[1, 2]), question(measure=Level(Pick("t", "valeu"))))
    with pytest.raises(ValueError, match=r"a column of t must be one of .*; got 'sett'"):
        asked(table(a=[1, 2]), question(measure=Level(Pick("t", where={"sett": "a"}))))


def test_an_unknown_premise_is_named():
    with pytest.raises(ValueError, match="given must be one of overfits; got 'overfit'"):
        asked(table(a=[1, 2], b=[0, 0]), question("overfits"), question(given=("overfit",)))


def test_facts_are_json():
    import json

    claim = asked(table(a=[1, float("inf")], b=[0, 0]), question()).claim("gain")
    facts = json.loads(json.dumps(claim.facts(), allow_nan=False))
    assert facts["number"] is None
    assert facts["low"] == 0.1
    assert facts["high"] is None


def test_bounds_in_words():
    assert Bound.at_least(0.02).written("points") == "≥ 2 points"
    assert Bound.at_most(-0.05).written("points") == "≤ −5 points"
    assert Bound(0.4, 0.6).written("%") == "40 … 60%"
    assert Bound(1 - 1e-6, 1 + 1e-6).written("") == "0.999999 … 1.000001"
