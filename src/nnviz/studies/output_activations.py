"""ReLU inside and what at the end: linear, sigmoid or tanh before softmax, and one throughout."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, nn
from nnviz.studies._one_rule import OneRule, maker_of
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Level, Pick, Ratio
from nnviz.studies.study import Study, declare
from nnviz.studies.training import Runs, batch_of, data_of, facts_of, network_of, train_all
from nnviz.tables import EACH, OUTCOME, RUN, STEP_CURVE, SWEPT, Schema, final
from nnviz.train import Dataset, digits

__all__ = ["loss_floor", "output_activations"]

RANGES = {"sigmoid": 1.0, "tanh": 2.0}
"""How far apart two values of a function can lie."""

_WHICH = {
    "inside": "activation function of the hidden layers, missing where one is throughout",
    "form": "which one is at the end, or throughout",
}
_PARTS = {"setting": list(_WHICH)}
_SCHEMAS = {
    "rates": SWEPT.extended(
        "end by rate",
        {
            **RUN,
            **_WHICH,
            "learning_rate": "of the run",
            "loss": "training loss at the end",
            "train_accuracy": "at the end",
            "test_accuracy": "at the end",
            "best": "whether it is the rate of the setting's highest mean training accuracy",
        },
        label="setting",
        over="learning_rate",
        measured="train_accuracy",
        log=["learning_rate"],
        parts=_PARTS,
    ),
    "curves": STEP_CURVE.extended(
        "curve at the best rate", {**_WHICH, "learning_rate": "of the run"}, parts=_PARTS
    ),
    "ends": OUTCOME.extended("outcome at the best rate", _WHICH, parts=_PARTS),
    "floors": EACH.extended(
        "floor of the loss",
        {
            "end": "activation function at the end",
            "seed": "seed of the run",
            "loss": "lowest loss that was reached",
            "floor": "below which no loss can fall with that end",
        },
        label="end",
        measured="loss",
        lowest=True,
    ),
    "two_classes": Schema(
        "sigmoid and softmax of two classes",
        {
            "logit": "of the second class, that of the first being 0",
            "sigmoid": "cross-entropy of a sigmoid",
            "softmax": "cross-entropy of softmax over both",
            "deviation": "how far the two are apart",
        },
        undrawn="both columns are the same to the last bits: a claim says how far",
    ),
}


def loss_floor(width: float, n_classes: int) -> float:
    """Return the lowest softmax cross-entropy that logits in an interval of a width allow.

    ln(1 + (C − 1) · exp(−width)): the right class at the upper end, all others at the lower one.
    """
    return math.log1p((n_classes - 1) * math.exp(-width))


@declare(_SCHEMAS)
def output_activations(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (50,) * 4,
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    rates: Sequence[float] = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    batch_size: int = 100,
    steps: int = 400,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train with three activations of the last layer, and with sigmoid or linear layers throughout.

    What the last layer puts out goes into softmax and cross-entropy.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    hidden : sequence of int
        Widths of the hidden layers.
    activation : str
        Of the hidden layers, where it is not sigmoid or linear throughout: a name from
        `nn.ACTIVATIONS`.
    optimizer : str or callable
        A name from `optim.RULES`, or what makes a rule of a learning rate, PyTorch's and
        optax's included.
    rates : sequence of float
        Learning rates, the first of which is that of the comparison at the same rate.
    batch_size : int
        Rows per update.
    steps : int
        Number of updates.
    seeds, n_jobs, fresh
        As in `batch_normalization`.

    Returns
    -------
    Study
        The tables below; ``curves`` and ``ends`` at the best rates, ``floors`` from `loss_floor`.
    """
    data = data_of(data, digits)
    shared: dict[str, Any] = {
        "hidden": network_of(hidden, activation)["hidden"],
        "optimizer": maker_of(optimizer),
        **batch_of(data, batch_size),
        "steps": _checks.integer("steps", steps),
    }
    rates = _checks.sequence("rates", rates, _checks.positive)
    networks = _networks(activation)
    runs = train_all(
        data,
        [
            (
                {"setting": name, **which, "learning_rate": rate},
                {**functions, "learning_rate": rate},
            )
            for name, (which, functions) in networks.items()
            for rate in rates
        ],
        seeds=seeds,
        n_jobs=n_jobs,
        fresh=fresh,
        every=max(steps // 10, 1),
        **shared,
    )
    names = runs.curves[["setting", *_WHICH]].drop_duplicates()
    table = _ends_by_rate(runs).merge(names, on="setting")
    best = table[table["best"]][["setting", "learning_rate"]].drop_duplicates()
    curves = runs.curves.merge(best, on=["setting", "learning_rate"])
    ends = final(curves[curves["step"] == steps]).merge(names, on="setting")
    floors = {name: loss_floor(width, data.n_classes) for name, width in RANGES.items()}
    settings = {
        **facts_of(data),
        **shared,
        "activation": activation,
        "n_classes": data.n_classes,
        "learning_rates": rates,
        "ends": ["linear", *RANGES],
        "seeds": seeds,
    }
    found = {
        "rates": table,
        "curves": curves,
        "ends": ends[ends["metric"] == "accuracy"].reset_index(drop=True),
        "floors": _over_floors(curves, floors, activation),
        "two_classes": _two_classes(),
    }
    return Study.asked(
        "output_activations", found, settings, _questions(data, activation, rates), _SCHEMAS
    )


def _networks(activation: str) -> dict[str, tuple[Mapping[str, Any], Mapping[str, str]]]:
    """Return what tells each setting apart, and its hidden and last activation."""
    ends = {"linear": "identity", "sigmoid": "sigmoid", "tanh": "tanh"}
    return {
        **{
            f"{activation}, {name} end": (
                {"inside": activation, "form": f"{name} end"},
                {"activation": activation, "output": output},
            )
            for name, output in ends.items()
        },
        **{
            f"{name} throughout": (
                {"inside": None, "form": f"{name} throughout"},
                {"activation": ends[name], "output": ends[name]},
            )
            for name in ("sigmoid", "linear")
        },
    }


def _ends_by_rate(runs: Runs) -> pd.DataFrame:
    """Return the state of every run at the end, one row each."""
    keys = ["setting", "learning_rate", "seed"]
    end = runs.curves[runs.curves["step"] == runs.curves["step"].max()]
    wide = end[end["metric"].isin(["loss", "accuracy"])].pivot(
        index=keys, columns=["split", "metric"], values="value"
    )
    table = pd.DataFrame(
        {
            "loss": wide["train", "loss"].where(np.isfinite(wide["train", "loss"])),
            "train_accuracy": wide["train", "accuracy"],
            "test_accuracy": wide["test", "accuracy"],
        }
    ).reset_index()
    mean = table.groupby(keys[:2])["train_accuracy"].mean().unstack("setting")
    best = table["setting"].map(mean.idxmax()) == table["learning_rate"]
    order = {name: place for place, name in enumerate(runs.curves["setting"].unique())}
    table = table.assign(best=best, place=table["setting"].map(order))
    return table.sort_values(["place", *keys[1:]], ignore_index=True).drop(columns="place")


def _over_floors(
    curves: pd.DataFrame, floors: Mapping[str, float], activation: str
) -> pd.DataFrame:
    """Return the lowest training loss of each run beside its floor."""
    losses = curves[(curves["metric"] == "loss") & (curves["split"] == "train")]
    lowest = losses.groupby(["setting", "seed"], sort=False)["value"].min()
    rows = [
        {"end": name, "seed": seed, "loss": lowest[f"{activation}, {name} end", seed], "floor": low}
        for name, low in floors.items()
        for seed in losses["seed"].unique()
    ]
    return pd.DataFrame(rows)


def _two_classes() -> pd.DataFrame:
    """Return the cross-entropy of the second of two classes, by sigmoid and by softmax."""
    logits = np.linspace(-10, 10, 81)
    second = np.array([1])
    softmax = [nn.softmax_cross_entropy(np.array([[0.0, z]]), second)[0] for z in logits]
    sigmoid = -np.log(nn.ACTIVATIONS["sigmoid"].value(logits))
    relative = np.abs(sigmoid / softmax - 1)
    return pd.DataFrame(
        {"logit": logits, "sigmoid": sigmoid, "softmax": softmax, "deviation": relative}
    )


def _questions(data: Dataset, activation: str, rates: Sequence[float]) -> list[Question]:
    row = 1 / len(data.x_test)
    linear, sigmoid, _, throughout, straight = _networks(activation)
    names: dict[str, str | float] = {"inside": activation, "squashed": "sigmoid"}
    tried = {"slowest": min(rates), "fastest": max(rates)}

    def accuracy(setting: str, **where: Any) -> Pick:
        return Pick("rates", "test_accuracy", {"setting": setting, **(where or {"best": True})})

    def floor(end: str) -> Question:
        return Question(
            f"{end} has a floor",
            "lowest training loss with {squashed} at the end, divided by what its range allows at "
            "best",
            Ratio(Pick("floors", "loss", {"end": end}), Pick("floors", "floor", {"end": end})),
            Bound.at_least(1.0),
            "With {squashed} at the end, softmax cross-entropy over {n_classes} classes cannot "
            "fall below {b:.3f}: it reaches {a:.3f}",
            "With {squashed} at the end, the loss fell to {a:.3f}, below the floor of {b:.3f}",
            subjects={"squashed": end},
        )

    return [
        floor("sigmoid"),
        floor("tanh"),
        Question(
            "slower at the same rate",
            "test accuracy at a learning rate of {learning_rates[0]}, {inside} with a linear end "
            "minus with {squashed}",
            Difference(
                accuracy(linear, learning_rate=rates[0]),
                accuracy(sigmoid, learning_rate=rates[0]),
            ),
            Bound.at_least(0.05),
            "At the same learning rate of {learning_rates[0]}, {squashed} at the end is slower: "
            "after {steps} steps test accuracy is {b:.0%}, with a linear end {a:.0%}",
            "At the same learning rate of {learning_rates[0]}, {squashed} at the end does not fall "
            "{bound} behind: test accuracy is {b:.0%}, with a linear end {a:.0%}",
            unit="points",
            subjects=names,
            resolution=row,
        ),
        Question(
            "alike at their best",
            "test accuracy, each at its best learning rate, {inside} with a linear end minus with "
            "{squashed}",
            Difference(accuracy(linear), accuracy(sigmoid)),
            Bound.at_most(0.03),
            "Each at its best learning rate from {slowest} to {fastest}, a bounded loss costs at "
            "most {bound} of accuracy: with {squashed} at the end it is {b:.1%}, with a linear one "
            "{a:.1%}",
            "Each at its best learning rate from {slowest} to {fastest}, a bounded loss costs more "
            "than {bound} of accuracy: with {squashed} at the end it is {b:.1%}, with a linear one "
            "{a:.1%}",
            unit="points",
            subjects=names | tried,
            resolution=row,
        ),
        Question(
            "sigmoid throughout does not learn",
            "test accuracy, each at its best learning rate, {inside} in the hidden layers minus "
            "{squashed} throughout",
            Difference(accuracy(sigmoid), accuracy(throughout)),
            Bound.at_least(0.3),
            "In {steps} steps {squashed} in every layer reaches a test accuracy of {b:.1%}, "
            "{inside} with {squashed} at the end {a:.1%}",
            "In {steps} steps, each at its best rate of {slowest} to {fastest}, "
            "{squashed} throughout does not fall {bound} behind {inside} with {squashed} at the "
            "end: test accuracy is {b:.1%} and {a:.1%}",
            unit="points",
            subjects=names | tried,
            resolution=row,
        ),
        Question(
            "linear throughout comes close",
            "test accuracy, each at its best learning rate, {inside} in the hidden layers minus "
            "linear ones throughout",
            Difference(accuracy(linear), accuracy(straight)),
            Bound.at_most(0.04),
            "On {data}, linear layers throughout, at their best rate from {slowest} to {fastest}, "
            "come within {bound} of {inside} in the hidden layers: test accuracy is {b:.1%} and "
            "{a:.1%}",
            "On {data}, linear layers throughout fall more than {bound} behind {inside}, "
            "each at its best rate from {slowest} to {fastest}: test accuracy is {b:.1%} and "
            "{a:.1%}",
            unit="points",
            subjects={"inside": activation, **tried},
            resolution=row,
        ),
        Question(
            "two classes: the same",
            "cross-entropy of {squashed} with one logit and of softmax with two, largest relative "
            "difference",
            Level(Pick("two_classes", "deviation", over="max")),
            Bound.at_most(1e-9),
            "For two classes {squashed} at the end with cross-entropy is softmax with one logit "
            "held at zero: they differ by rounding only",
            "For two classes {squashed} at the end is not softmax with one logit held at zero: "
            "cross-entropy differs by up to {number}",
            subjects={"squashed": "sigmoid"},
        ),
    ]
