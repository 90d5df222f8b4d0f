"""Regularizers side by side: each cell against its network trained alone, and what is asked."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz import nn, optim, studies, train

DATA = train.digits(120)
HOW = {"hidden": (16,), "batch_size": 20, "epochs": 30, "learning_rate": 0.02, "label_noise": 0.3}
NAMES = {
    "none": {},
    "weight decay 0.05": {"weight_decay": 0.05},
    "dropout 0.3": {},
    "label smoothing 0.4": {"label_smoothing": 0.4},
    "shifted by 1": {"shift": 1},
}


@pytest.fixture(scope="module")
def study():
    own = {"weight_decay": 0.05, "dropout": 0.3, "label_smoothing": 0.4, "patience": 2}
    return studies.regularizers(DATA, seeds=2, **own, **HOW)


@pytest.fixture(scope="module")
def ends(study):
    return study.table("ends").set_index(["setting", "seed"])


@pytest.mark.parametrize("setting", NAMES)
def test_each_setting_is_a_network_that_is_trained_alone(ends, setting):
    rng = np.random.default_rng(1)
    noisy = DATA.with_label_noise(0.3, rng=rng)
    dropout = 0.3 if setting == "dropout 0.3" else 0.0
    net = nn.mlp([64, 16, 10], dropout=dropout, rng=rng)
    how = {"steps": 180, "batch_size": 20, "rng": rng, **NAMES[setting]}
    train.fit(net, noisy, optim.momentum(0.02), **how)
    end = ends.loc[(setting, 1)]
    assert end["test_accuracy"] == train.evaluate(net, DATA.x_test, DATA.y_test)[1]
    assert end["train_accuracy"] == train.evaluate(net, noisy.x_train, noisy.y_train)[1]
    assert end["right"] == np.mean(noisy.y_train == DATA.y_train)
    assert np.isnan(end["epoch"])


def test_early_stopping_holds_out_noisy_rows_and_tests_on_others(ends):
    """The network begins as that of the same seed without a regularizer."""
    rng = np.random.default_rng(0)
    noisy = DATA.with_label_noise(0.3, rng=rng)
    kept = noisy.holdout(0.2, rng=np.random.default_rng([0, 1]))
    net = nn.mlp([64, 16, 10], rng=rng)
    end = ends.loc[("early stopping", 0)]
    steps = int(end["epoch"] * 4)
    assert 0 < steps < 120
    train.fit(net, kept, optim.momentum(0.02), steps=steps, batch_size=20, rng=rng)
    assert end["test_accuracy"] == train.evaluate(net, DATA.x_test, DATA.y_test)[1]
    assert end["train_accuracy"] == train.evaluate(net, noisy.x_train, noisy.y_train)[1]


def test_gains_are_over_the_same_seed(study, ends):
    gains = study.table("gains")
    assert set(gains["setting"]) == set(ends.index.unique("setting")) - {"none"}
    for row in gains.itertuples():
        plain = ends.loc[("none", row.seed), "test_accuracy"]
        assert row.accuracy_gain == ends.loc[(row.setting, row.seed), "test_accuracy"] - plain


def test_what_is_no_picture_is_not_shifted():
    flat = replace(DATA, shape=None)
    study = studies.regularizers(flat, seeds=2, **HOW | {"epochs": 2})
    assert "shifted by 1" not in set(study.table("ends")["setting"])
    assert "shift" not in {kind for own in study.settings["regularizers"].values() for kind in own}
