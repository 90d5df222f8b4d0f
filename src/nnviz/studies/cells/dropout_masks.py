"""What dropout passes on in one trained network."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import nn, optim
from nnviz._typing import Array
from nnviz.train import Dataset, fit
from nnviz.train.cache import Tables
from nnviz.train.loop import evaluate

__all__ = ["train"]

SHOWN = 25
"""Rows of a batch whose masks are kept: as many as a picture can show."""


def train(
    *,
    data: Dataset,
    seed: int,
    inverted: bool,
    evaluates_inverted: bool,
    hidden: Sequence[int],
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    steps: int,
    dropout: float,
    draws: int,
) -> Tables:
    """Train one network and return its masks and what they do."""
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *hidden, data.n_classes]
    net = nn.mlp(sizes, activation=activation, dropout=dropout, inverted=inverted, rng=rng)
    rule = optim.make(optimizer, learning_rate)
    fit(net, data, rule, steps=steps, batch_size=batch_size, rng=rng)
    x = data.x_train[rng.permutation(len(data.x_train))[:batch_size]]
    passes = [_passed_on(net, x, train=True) for _ in range(draws)]
    training = [np.stack(layer) for layer in zip(*passes, strict=True)]
    before = _outputs(net, x, f"{activation}1")[0]
    kept = np.stack([_kept(net.layers["dropout1"], before) for _ in range(draws)])
    for layer in net.layers.values():
        if isinstance(layer, nn.Dropout):
            layer.inverted = evaluates_inverted
    evaluation = _passed_on(net, x, train=False)
    _, accuracy = evaluate(net, data.x_test, data.y_test)
    error, spread = _theory(before, dropout, inverted=inverted)
    off = np.abs(training[0]).mean() - np.abs(evaluation[0]).mean()
    summary = {
        "kept": kept.mean(),
        "expected": 1 - dropout,
        "rows_agree": np.mean(kept[:, 1:] == kept[:, :-1]),
        "batches_agree": np.mean(kept[1:] == kept[:-1]),
        "chance": dropout**2 + (1 - dropout) ** 2,
        "errors": abs(off) * draws**0.5 / error if error else np.nan,
        "predicted_std": spread,
        "test_accuracy": accuracy,
    }
    return {
        "masks": _mask_table(kept[:2, :SHOWN]),
        "rows": _row_table(training[0], evaluation[0]),
        "statistics": _statistics(training, evaluation),
        "summary": {name: np.array([value]) for name, value in summary.items()},
    }


def _outputs(net: nn.Sequential, x: Array, prefix: str, *, train: bool = False) -> list[Array]:
    """Return what the layers of a name pass on, float64."""
    seen: list[Array] = []

    def observe(name: str, values: Array) -> None:
        if name.startswith(prefix) and name.endswith("/activation"):
            seen.append(values.astype(np.float64))

    net(x, train=train, observe=observe)
    return seen


def _passed_on(net: nn.Sequential, x: Array, *, train: bool) -> list[Array]:
    return _outputs(net, x, "dropout", train=train)


def _kept(layer: Any, x: Array) -> NDArray[np.bool_]:
    """Return which values a pass keeps: those through which a gradient comes back."""
    _, backward = layer(x, train=True)
    kept: NDArray[np.bool_] = backward(np.ones_like(x))[0] > 0
    return kept


def _theory(x: Array, rate: float, *, inverted: bool) -> tuple[float, float]:
    """Return the standard error of the mean size of what one pass passes on, and its spread.

    A factor is f or 0, f with probability 1 − rate: of n values x the mean size has the variance
    f²·rate·(1 − rate)·Σx²/n², and the values themselves f²·(1 − rate)·⟨x²⟩ − (f·(1 − rate)·⟨x⟩)².
    """
    keep = 1 - rate
    factor = 1 / keep if inverted else 1.0
    square = float(np.mean(x**2))
    error = factor * np.sqrt(rate * keep * square / x.size)
    spread = factor * np.sqrt(keep * square - (keep * x.mean()) ** 2)
    return float(error), float(spread)


def _mask_table(kept: NDArray[np.bool_]) -> dict[str, np.ndarray]:
    sent, row, unit = (index.ravel() for index in np.indices(kept.shape))
    return {
        "setting": np.array(["first pass", "second pass"])[sent],
        "row": row + 1,
        "unit": unit + 1,
        "kept": kept.ravel(),
    }


def _row_table(training: Array, evaluation: Array) -> dict[str, np.ndarray]:
    """Return what each row of the batch passes on, mean over units, pass by pass."""
    values = {
        "training": np.abs(training).mean(axis=-1).ravel(),
        "evaluation": np.abs(evaluation).mean(axis=-1),
    }
    return {
        "setting": np.repeat(list(values), [len(value) for value in values.values()]),
        "value": np.concatenate(list(values.values())),
    }


def _statistics(training: list[Array], evaluation: list[Array]) -> dict[str, np.ndarray]:
    """Return mean size and spread of all that each layer passes on."""
    rows: list[tuple[int, str, float]] = []
    for layer, (one, other) in enumerate(zip(training, evaluation, strict=True), start=1):
        in_training, in_evaluation = np.abs(one).mean(), np.abs(other).mean()
        rows += [
            (layer, "training_mean", in_training),
            (layer, "training_std", one.std()),
            (layer, "evaluation_mean", in_evaluation),
            (layer, "evaluation_std", other.std()),
            (layer, "mean_ratio", in_training / in_evaluation if in_evaluation else np.nan),
        ]
    layers, statistics, values = zip(*rows, strict=True)
    return {
        "layer": np.array(layers),
        "statistic": np.array(statistics),
        "value": np.array(values),
    }
