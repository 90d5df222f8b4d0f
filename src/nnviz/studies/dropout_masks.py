"""Dropout's masks as the network sees them, and what training and evaluation pass on."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnviz import _checks, nn, optim, tables
from nnviz._typing import Array
from nnviz.studies._dropout_questions import questions_of
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import EACH, HISTOGRAM, MASK, STATISTIC
from nnviz.train import Dataset, digits, fit, run_cells
from nnviz.train.cache import Tables
from nnviz.train.loop import evaluate

__all__ = ["dropout_masks"]

FORMS = {
    "inverted": {"inverted": True, "evaluates_inverted": True},
    "not inverted": {"inverted": False, "evaluates_inverted": False},
    "not scaled": {"inverted": False, "evaluates_inverted": True},
}
"""In which form a network is trained and evaluated; the last one forgets to scale."""

SHOWN = 25
"""Rows of a batch whose masks are kept: as many as a picture can show."""

BINS = 60

_SCHEMAS = {
    "masks": MASK,
    "outputs": HISTOGRAM.extended(
        "histogram by form",
        {"form": "where the scaling is: in evaluation, in training, or nowhere"},
        panels="form",
        measured="output",
    ),
    "passed_on": STATISTIC,
    "summary": EACH.extended(
        "summary of the masks",
        {
            "form": "where the scaling is: in evaluation, in training, or nowhere",
            "seed": "seed of the run",
            "kept": "share of units that the first layer keeps",
            "expected": "one less the dropout rate",
            "rows_agree": "share of units of which two rows keep or drop both",
            "batches_agree": "share of units of which a row keeps or drops both in two passes",
            "chance": "what chance makes of both",
            "errors": "difference of the means in training and evaluation, in standard errors",
            "predicted_std": "what theory says of the standard deviation in training",
            "test_accuracy": "at the end",
        },
        label="form",
        measured="test_accuracy",
    ),
}


@declare(_SCHEMAS)
def dropout_masks(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (100,) * 2,
    activation: str = "relu",
    optimizer: str = "momentum",
    learning_rate: float = 0.01,
    batch_size: int = 100,
    steps: int = 600,
    dropout: float = 0.5,
    draws: int = 20,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train with dropout, then send one batch through the network many times.

    Three times for each seed: inverted, in the notes' form, which is not, and in the notes' form
    with the mistake of not scaling in evaluation.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    hidden, activation, optimizer, learning_rate, batch_size, seeds, n_jobs, fresh
        As in `overfitting`.
    steps : int
        Number of updates before the masks are looked at.
    dropout : float
        Probability of being dropped, after each hidden layer.
    draws : int
        How often the batch is sent through with fresh masks, at least 2.

    Returns
    -------
    Study
        The tables below. ``masks`` are of the first hidden layer of the first seed, for 25 rows
        of the batch, settings "first pass" and "second pass"; ``outputs`` what a row of the batch
        passes on from that layer, mean over units, in "training" and in "evaluation"; statistics
        of ``passed_on``, whose setting is the form, training_mean, training_std, evaluation_mean,
        evaluation_std and mean_ratio, training over evaluation, of absolute values but for the
        std.
    """
    data = data_of(data, digits)
    shared = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "steps": _checks.integer("steps", steps),
        "dropout": _checks.fraction("dropout", _checks.positive("dropout", dropout)),
        "draws": _checks.integer("draws", draws, at_least=2),
    }
    _checks.integer("batch_size", batch_size, at_least=2)
    runs = [(form, seed) for form in FORMS for seed in seeds_of(seeds)]
    cells = [{"data": data, "seed": seed, **FORMS[form], **shared} for form, seed in runs]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    names = [{"form": form, "seed": seed} for form, seed in runs]
    rows, statistics, summary = (
        tables.from_cells(names, [result[name] for result in results])
        for name in ("rows", "statistics", "summary")
    )
    found = {
        "masks": pd.DataFrame(results[0]["masks"]),
        "outputs": _histograms(rows),
        "passed_on": statistics.rename(columns={"form": "setting"}),
        "summary": summary,
    }
    settings = {
        **facts_of(data),
        **shared,
        "depth": len(shared["hidden"]),
        "forms": list(FORMS),
        "seeds": seeds,
    }
    return Study.asked("dropout_masks", found, settings, questions_of(settings), _SCHEMAS)


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


def _histograms(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the histogram of each form and mode, all seeds together, on the same bins."""
    edges = np.linspace(rows["value"].min(), rows["value"].max(), BINS + 1)
    frames = [
        pd.DataFrame(
            {
                "form": form,
                "setting": setting,
                "layer": 1,
                "left": edges[:-1],
                "right": edges[1:],
                "count": np.histogram(part["value"], edges)[0],
            }
        )
        for (form, setting), part in rows.groupby(["form", "setting"], sort=False)
    ]
    return pd.concat(frames, ignore_index=True)


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
