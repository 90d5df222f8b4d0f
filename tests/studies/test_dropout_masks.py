"""Dropout's masks: theory beside all masks there are, and a network's output beside torch."""

import numpy as np
import pytest

from nnviz import nn, studies, train
from nnviz.studies.cells.dropout_masks import _theory

RATE = 0.3
SETTINGS = {"hidden": (7, 5), "dropout": RATE, "batch_size": 30, "steps": 3, "draws": 4, "seeds": 2}


@pytest.fixture(scope="module")
def data():
    return train.digits(120)


@pytest.fixture(scope="module")
def study(data):
    return studies.dropout_masks(data, **SETTINGS)


@pytest.mark.parametrize("inverted", [True, False])
def test_theory_is_the_mean_over_all_masks(rng, inverted):
    x = np.abs(rng.standard_normal((2, 4)))
    kept = (np.arange(256)[:, None] >> np.arange(8) & 1).reshape(-1, 2, 4)
    chance = np.prod(np.where(kept, 1 - RATE, RATE), axis=(1, 2))
    passed = x * kept / (1 - RATE if inverted else 1)
    mean = np.sum(chance * passed.mean(axis=(1, 2)))
    error = np.sqrt(np.sum(chance * (passed.mean(axis=(1, 2)) - mean) ** 2))
    spread = np.sqrt(np.sum(chance * np.mean(passed**2, axis=(1, 2))) - mean**2)
    assert _theory(x, RATE, inverted=inverted) == pytest.approx((error, spread), abs=1e-12)
    layer = nn.Dropout(RATE, inverted=inverted, rng=rng)
    assert layer(x)[0].mean() == pytest.approx(mean, abs=1e-12)


def test_what_evaluation_passes_on_is_what_torch_computes(data):
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    # All rows in one batch, and next to no training: the weights are those of the start.
    whole = SETTINGS | {"batch_size": 120, "learning_rate": 1e-12}
    rows = studies.dropout_masks(data, **whole).table("passed_on").query("seed == 0")
    found = rows[rows["statistic"] == "evaluation_mean"].groupby("setting")["value"]
    rng = np.random.default_rng(0)
    net = nn.mlp([data.n_features, 7, 5, data.n_classes], dropout=RATE, rng=rng)
    first, second = (torch.tensor(net.params[f"linear{k}/weight"]) for k in (1, 2))
    for form, scale in {"inverted": 1, "not inverted": 1 - RATE, "not scaled": 1}.items():
        one = scale * torch.relu(torch.tensor(data.x_train) @ first)
        two = scale * torch.relu(one @ second)
        expected = [float(one.mean()), float(two.mean())]
        np.testing.assert_allclose(found.get_group(form), expected, rtol=1e-5)


def test_masks_are_those_of_two_passes(study):
    masks = study.table("masks")
    assert list(masks["setting"].unique()) == ["first pass", "second pass"]
    assert masks.groupby("setting").size().to_list() == [25 * 7] * 2
    both = masks.pivot(index=["row", "unit"], columns="setting", values="kept")
    assert (both["first pass"] != both["second pass"]).any()


def test_histograms_count_every_row_of_every_pass(study):
    count = study.table("outputs").groupby(["form", "setting"])["count"].sum()
    assert (count.xs("training", level="setting") == 2 * 4 * 30).all()
    assert (count.xs("evaluation", level="setting") == 2 * 30).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dropout": 0}, "dropout must be a positive number; got 0"),
        ({"dropout": 1.0}, r"dropout must be a number in \[0, 1\); got 1.0"),
        ({"draws": 1}, "draws must be an integer of at least 2; got 1"),
        ({"batch_size": 1}, "batch_size must be an integer of at least 2; got 1"),
    ],
)
def test_wrong_arguments_are_named(data, arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.dropout_masks(data, **SETTINGS | arguments)
