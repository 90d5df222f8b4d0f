"""Regions in the plane: the length of lines whose length is known, and what torch predicts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nnviz import nn, studies, train
from nnviz.studies._plane import boundary_length, margins


def test_a_circle_is_as_long_as_it_is():
    x = y = np.linspace(-1, 1, 401)
    inside = np.hypot(*np.meshgrid(x, y)) < 0.7
    assert boundary_length(inside, x, y) == pytest.approx(2 * np.pi * 0.7, rel=0.005)


def test_a_level_line_and_an_oblique_one():
    x, y = np.linspace(0, 3, 301), np.linspace(0, 1, 101)
    across, up = np.meshgrid(x, y)
    assert boundary_length(up > 0.5, x, y) == pytest.approx(np.pi / 4 * 3, rel=0.01)
    oblique = boundary_length(up > across, x, y)
    assert oblique == pytest.approx(np.pi / 4 * 2, rel=0.02)  # 111 % of √2


def test_three_sectors_have_three_lines():
    x = y = np.linspace(-1, 1, 301)
    across, up = np.meshgrid(x, y)
    sector = ((np.arctan2(up, across) / (2 * np.pi) * 3) % 3).astype(int)
    sector[np.hypot(up, across) > 0.8] = 0
    # the sectors 1 and 2 are bounded by three radii and two thirds of the circle
    exact = 3 * 0.8 + 4 / 3 * np.pi * 0.8
    assert boundary_length(sector, x, y) == pytest.approx(exact, rel=0.05)


def test_margins_are_those_of_torch():
    torch = pytest.importorskip("torch")
    net = nn.mlp([2, 5, 3], activation="tanh", rng=np.random.default_rng(3), dtype=np.float64)
    x, y = np.linspace(-2, 1, 7), np.linspace(0, 4, 5)
    classes, margin = margins(net, x, y)
    first, bias, second, last = map(torch.tensor, net.params.values())
    for row, column in ((0, 0), (4, 2), (2, 6)):
        point = torch.tensor([x[column], y[row]])
        odds = torch.softmax(torch.tanh(point @ first + bias) @ second + last, dim=0)
        best = odds.topk(2)
        assert classes[row, column] == best.indices[0]
        assert margin[row, column] == pytest.approx(float(-best.values.diff()), rel=1e-10)


def test_regions_are_of_the_first_seed_alone_and_rows_are_the_data():
    data = train.blobs(30, 12, classes=4, rng=np.random.default_rng(0))
    with studies.seeds_from(7):
        study = studies.decision_boundaries(
            data, hidden=(6,), snapshots=(0, 40), side=9, seeds=2, batch_size=10
        )
    regions, rows = study.table("regions"), study.table("rows")
    assert len(regions) == 2 * 2 * 81
    assert set(regions["class"]) <= {0, 1, 2, 3}
    assert regions["margin"].between(0, 1).all()
    assert rows.groupby("split").size().to_dict() == {"train": 30, "test": 12}
    start = regions[regions["step"] == 0].groupby("setting")["class"]
    none, decayed = (own.to_numpy() for _, own in start)
    assert (none == decayed).all()  # before the first update there is no decay


def test_each_seed_draws_its_own_rows_unless_data_are_given():
    tiny = {"hidden": (4,), "snapshots": (0, 1), "side": 5, "rows": 24}
    both = studies.decision_boundaries(problem="blobs", noise=0.5, seeds=2, **tiny)
    with studies.seeds_from(1):
        second = studies.decision_boundaries(problem="blobs", noise=0.5, seeds=1, **tiny)
    rows, others = both.table("rows"), second.table("rows")
    assert not np.allclose(rows["x"], others["x"])
    own = both.table("curves").query("seed == 1").reset_index(drop=True)
    assert own.equals(second.table("curves"))  # trained on its own rows
    assert rows["class"].nunique() == 3


def test_a_gain_is_not_denied():
    question = (
        studies.decision_boundaries(rows=24, hidden=(4,), snapshots=(0, 1), side=5, seeds=2)
        .claim("costs little accuracy")
        .question
    )
    rows = [
        (name, seed, step, "accuracy", "test", value + seed / 50)
        for name, value in (("none", 0.5), ("weight decay 0.03", 0.9))
        for seed in (0, 1)
        for step in (0, 1)
    ]
    columns = ["setting", "seed", "step", "metric", "split", "value"]
    facts = {"weight_decay": 0.03}
    plain = replace(question, given=())
    claim = plain.answer({"curves": pd.DataFrame(rows, columns=columns)}, facts, {})
    assert claim.holds
    assert claim.statement == (
        "Weight decay of 0.03 costs at most 3 points of test accuracy: it is 91%, without it 51%"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data": train.digits(100)}, "data must be of 2 features, so that .*; got 64"),
        ({"snapshots": (3,)}, r"snapshots must be a sequence of at least 2; got \(3,"),
        ({"snapshots": (9, 3)}, "snapshots must be in increasing order"),
        ({"snapshots": (-1, 3)}, "snapshots must be an integer of at least 0; got -1"),
        ({"problem": "moon"}, "problem must be one of moons, spirals, blobs; got 'moon'"),
        ({"noise": -1}, "noise must be a number of at least 0; got -1"),
        ({"side": 1}, "side must be an integer of at least 2; got 1"),
        ({"weight_decay": 0}, "weight_decay must be a positive number; got 0"),
    ],
)
def test_what_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        studies.decision_boundaries(**options)
