"""Weight decay and dropout: where they help, and where they only hold the network back."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, nn, optim, tables
from nnviz.studies.study import Claim, Study, seeds_of
from nnviz.studies.training import network_of
from nnviz.train import Dataset, digits, fit, run_cells
from nnviz.train.cache import Tables

__all__ = ["noisy_labels", "overfitting"]

Regularizer = Mapping[str, Any]
BINS = 61


def overfitting(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (100,) * 6,
    activation: str = "relu",
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Overfit a few examples as the notes do, without and with a regularizer.

    300 digits, SGD at 0.01, batches of 100; weight decay 0.1 and no regularizer for 201 epochs,
    dropout 0.2 in the notes' form, not inverted, for 301.

    Parameters
    ----------
    data : Dataset, optional
        By default, `digits` with 300 training rows.
    hidden : sequence of int
        Widths of the hidden layers.
    activation : str
        A name from `nn.ACTIVATIONS`.
    seeds : int
        Number of seeds; weights, masks and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        Tables ``curves`` (`tables.CURVE`: loss, accuracy, weight_norm, gap) and ``weights``
        (`tables.HISTOGRAM`: all weights of each layer at the end).
    """
    data = digits(300) if data is None else data
    variants = {
        "none": {},
        "weight decay 0.1": {"weight_decay": 0.1},
        "dropout 0.2, not inverted": {"dropout": 0.2, "inverted": False},
    }
    study = _study(
        "overfitting",
        data,
        variants,
        hidden,
        activation,
        seeds,
        optimizer="sgd",
        epochs=301,
        n_jobs=n_jobs,
        fresh=fresh,
    )
    ends = {"none": 201, "weight decay 0.1": 201, "dropout 0.2, not inverted": 301}
    claims = _claims_of_the_notes(study.tables["curves"], ends)
    spread = _spread(study.tables["weights"])
    narrower = spread["weight decay 0.1"] / spread["none"]
    claims["every layer"] = Claim.at_most(
        f"Weight decay narrows the weights of every layer, to {narrower.max():.0%} or less",
        narrower.max(),
        0.8,
        measured="standard deviation, with over without, of the layer that narrows least",
    )
    return _with_claims(study, claims)


def noisy_labels(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (100,) * 6,
    activation: str = "relu",
    label_noise: float = 0.2,
    weight_decay: float = 0.03,
    dropout: float = 0.2,
    epochs: int = 201,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Overfit wrong labels: a setting in which weight decay and dropout both help.

    Momentum at 0.01, batches of 100; a fraction of the training labels is redrawn at random,
    differently for each seed, and the test labels are right.

    Parameters
    ----------
    data : Dataset, optional
        By default, all 1,000 training rows of `digits`.
    hidden, activation, seeds, n_jobs, fresh
        As in `overfitting`.
    label_noise : float
        Fraction of the training labels that is redrawn.
    weight_decay, dropout : float
        Strength of each; dropout is inverted.
    epochs : int
        Passes over the training set.

    Returns
    -------
    Study
        Tables as in `overfitting`; settings "none", "weight decay", "dropout" and "both".
    """
    data = digits() if data is None else data
    _checks.fraction("label_noise", label_noise)
    decay, drop = f"weight decay {weight_decay:g}", f"dropout {dropout:g}"
    variants: dict[str, Regularizer] = {
        "none": {},
        decay: {"weight_decay": _checks.positive("weight_decay", weight_decay)},
        drop: {"dropout": _checks.positive("dropout", dropout)},
        "both": {"weight_decay": weight_decay, "dropout": dropout},
    }
    study = _study(
        "noisy_labels",
        data,
        variants,
        hidden,
        activation,
        seeds,
        optimizer="momentum",
        epochs=epochs,
        label_noise=label_noise,
        n_jobs=n_jobs,
        fresh=fresh,
    )
    accuracy = _final(study.tables["curves"], "test", "accuracy")
    gains = {
        name: tables.compare(accuracy, setting, "none")
        for name, setting in (("weight decay", decay), ("dropout", drop), ("both", "both"))
    }
    claims = {}
    for name in ("weight decay", "dropout"):
        subject = f"{name.capitalize()} raises test accuracy"
        claims[f"{name} helps"] = Claim.at_least(
            f"{subject} when {label_noise:.0%} of the labels are redrawn",
            gains[name].mean(),
            0.02,
            measured="gain in test accuracy",
        )
        claims[f"{name} helps in nearly every seed"] = Claim.at_least(
            f"{subject} in nearly every seed", (gains[name] > 0).mean(), 0.9
        )
    claims["both is too much"] = Claim.at_most(
        "Weight decay and dropout together hold the network back more than either alone",
        (gains["both"] - gains["dropout"]).mean(),
        0.0,
        measured="test accuracy, both less dropout alone",
    )
    return _with_claims(study, claims)


def _study(
    name: str,
    data: Dataset,
    variants: Mapping[str, Regularizer],
    hidden: Sequence[int],
    activation: str,
    seeds: int,
    *,
    optimizer: str,
    epochs: int,
    label_noise: float = 0.0,
    n_jobs: int | None,
    fresh: bool,
) -> Study:
    """Train every variant with every seed and return the tables."""
    shared = {
        **network_of(hidden, activation),
        "optimizer": optimizer,
        "learning_rate": 0.01,
        "batch_size": 100,
        "epochs": _checks.integer("epochs", epochs),
        "label_noise": label_noise,
    }
    cells = [
        {"data": data, "seed": seed, "regularizer": dict(regularizer), **shared}
        for regularizer in variants.values()
        for seed in seeds_of(seeds)
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    names = [{"setting": v, "seed": seed} for v in variants for seed in seeds_of(seeds)]
    curves = tables.from_cells(names, [result["curve"] for result in results])
    weights = tables.from_cells(names, [result["weights"] for result in results])
    by = ["setting", "layer", "left", "right"]
    return Study(
        name,
        {
            "curves": pd.concat([curves, _gap(curves)], ignore_index=True),
            "weights": weights.groupby(by, sort=False)["count"].sum().reset_index(),
        },
        {
            "data": data.name,
            "n_train": len(data.x_train),
            **shared,
            "regularizers": {name: dict(value) for name, value in variants.items()},
            "seeds": seeds,
        },
    )


def train(
    *,
    data: Dataset,
    seed: int,
    regularizer: Regularizer,
    hidden: Sequence[int],
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    epochs: int,
    label_noise: float,
) -> Tables:
    """Train one network and return its curve and a histogram of its weights."""
    rng = np.random.default_rng(seed)
    noisy = data.with_label_noise(label_noise, rng=rng) if label_noise else data
    net = nn.mlp(
        [data.n_features, *hidden, data.n_classes],
        activation=activation,
        dropout=regularizer.get("dropout", 0.0),
        inverted=regularizer.get("inverted", True),
        rng=rng,
    )
    per_epoch = len(data.x_train) // batch_size
    history = fit(
        net,
        noisy,
        optim.make(optimizer, learning_rate),
        steps=epochs * per_epoch,
        batch_size=batch_size,
        weight_decay=regularizer.get("weight_decay", 0.0),
        evaluate_at=[epoch * per_epoch for epoch in _epochs_to_measure(epochs)],
        rng=rng,
    )
    return {"curve": history.curve, "weights": _weight_histogram(net)}


def _epochs_to_measure(epochs: int) -> list[int]:
    """Return the first ten epochs, where curves bend, then every fifth, up to the last.

    Measuring both splits costs about as much as five updates.
    """
    return sorted({*range(min(10, epochs) + 1), *range(epochs, 0, -5)})


def _weight_histogram(net: nn.Sequential) -> dict[str, np.ndarray]:
    """Return a histogram of each layer's weights, on edges that are the same for every run.

    They reach four standard deviations of the widest initial weights; what lies beyond is
    counted in the outermost bins.
    """
    names = [name for name in net.params if name.endswith("/weight")]
    reach = 4 * max(np.sqrt(2 / len(net.params[name])) for name in names)
    edges = np.linspace(-reach, reach, BINS + 1)
    inside = [np.clip(net.params[name], -reach, reach) for name in names]
    counts = [np.histogram(weights, BINS, (-reach, reach))[0] for weights in inside]
    return {
        "layer": np.repeat(np.arange(1, len(names) + 1), BINS),
        "left": np.tile(edges[:-1], len(names)),
        "right": np.tile(edges[1:], len(names)),
        "count": np.concatenate(counts),
    }


def _gap(curves: pd.DataFrame) -> pd.DataFrame:
    """Return training minus test accuracy as rows of their own."""
    accuracy = curves[curves["metric"] == "accuracy"]
    keys = ["setting", "seed", "step", "epoch"]
    wide = accuracy.pivot(index=keys, columns="split", values="value").reset_index()
    wide["value"] = wide["train"] - wide["test"]
    return wide[[*keys, "value"]].assign(split="train", metric="gap")


def _spread(weights: pd.DataFrame) -> pd.DataFrame:
    """Return the standard deviations of histograms: rows are layers, columns settings."""
    center, by = (weights["left"] + weights["right"]) / 2, ["layer", "setting"]
    moments = {k: center**k * weights["count"] for k in (0, 1, 2)}
    n, first, second = (weights[by].assign(m=m).groupby(by)["m"].sum() for m in moments.values())
    return ((second / n - (first / n) ** 2) ** 0.5).unstack("setting")


def _final(
    curves: pd.DataFrame, split: str, metric: str, until: float | None = None
) -> pd.DataFrame:
    ends = tables.final(curves, until=until)
    return ends[(ends["split"] == split) & (ends["metric"] == metric)]


def _claims_of_the_notes(curves: pd.DataFrame, ends: Mapping[str, int]) -> dict[str, Claim]:
    claims = {}
    for short, (setting, until) in zip(
        ("weight decay", "dropout"), list(ends.items())[1:], strict=True
    ):
        gap = tables.compare(_final(curves, "train", "gap", until), setting, "none").mean()
        ends_at = _final(curves, "test", "accuracy", until)
        test = tables.compare(ends_at, setting, "none").mean()
        mean = ends_at.groupby("setting")["value"].mean()
        name = short.capitalize()
        claims[f"{short} shrinks the gap"] = Claim.at_most(
            f"{name} shrinks the gap between training and test accuracy", gap, -0.005
        )
        claims[f"{short} costs accuracy"] = Claim.at_most(
            f"{name} makes the network underfit: test accuracy is {mean[setting]:.2f} instead of "
            f"{mean['none']:.2f}",
            test,
            -0.05,
            measured="change of test accuracy",
        )
    norm = _final(curves, "train", "weight_norm", 201).groupby("setting")["value"].mean()
    claims["weight norm"] = Claim.at_most(
        "Weight decay keeps the weights small",
        norm["weight decay 0.1"] / norm["none"],
        0.7,
        measured="weight norm, with over without",
    )
    return claims


def _with_claims(study: Study, claims: Mapping[str, Claim]) -> Study:
    return Study(study.name, study.tables, study.settings, claims)
