"""What a recorder sees in networks that learn, and in one whose learning rate is too large."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnviz import _checks, nn, optim, tables
from nnviz.record import Recorder
from nnviz.studies.study import Claim, Study, seeds_of
from nnviz.studies.training import network_of
from nnviz.train import Dataset, digits, fit, run_cells
from nnviz.train.cache import Tables

__all__ = ["health"]

RATES = (0.001, 0.1, 1.0)
"""Too small, good, and too large for the default network."""

EDGES = np.linspace(-12, 8, 161)
"""Bins of what activation functions are fed; what lies beyond is in the outermost ones."""

_BATCH = 100


def health(
    data: Dataset | None = None,
    *,
    learning_rates: Sequence[float] = RATES,
    hidden: Sequence[int] = (100,) * 4,
    activation: str = "relu",
    init: str = "he",
    steps: int = 300,
    every: int = 3,
    seeds: int = 5,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Record networks that differ only in their learning rate: too small, good, too large.

    SGD, batches of 100; everything is counted whole at every recorded step.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    learning_rates : sequence of float
        One setting each.
    hidden : sequence of int
        Widths of the hidden layers.
    activation, init : str
        Names from `nn.ACTIVATIONS` and `nn.INITIALIZERS`.
    steps : int
        Number of updates.
    every : int
        The interval of recorded steps.
    seeds : int
        Number of seeds; weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        Tables with the columns setting (``"rate 0.1"``) and seed: ``progress``
        (`tables.PROGRESS`: dead, update_to_weight and gradient, the norm of the weights'
        gradient), ``updates`` (`tables.CURVE`: update_to_weight, the mean over the layers),
        ``quantiles`` (`tables.QUANTILE`: what the activation functions are fed), ``depth``
        (`tables.STATISTIC`: the weights' gradient, norm, in the first and last recorded steps),
        ``histograms`` (`tables.HISTOGRAM`: what the activation functions are fed
        at the end, of all seeds), and ``accuracy`` on the test set at the end.
    """
    data = digits() if data is None else data
    rates = [_checks.positive("learning_rates", rate) for rate in learning_rates]
    shared = {
        **network_of(hidden, activation),
        "init": _checks.one_of("init", init, nn.INITIALIZERS),
        "steps": _checks.integer("steps", steps),
        "every": _checks.integer("every", every),
    }
    labels = [{"setting": f"rate {r:g}", "seed": seed} for r in rates for seed in seeds_of(seeds)]
    cells = [
        {"data": data, "seed": seed, "learning_rate": rate, **shared}
        for rate in rates
        for seed in seeds_of(seeds)
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)

    def gathered(name: str) -> pd.DataFrame:
        return tables.from_cells(labels, [result[name] for result in results])

    progress, histograms = gathered("progress"), gathered("histograms")
    by = ["setting", "layer", "left", "right"]
    found = {
        "progress": progress,
        "updates": _updates(progress),
        "quantiles": gathered("quantiles"),
        "depth": _depth(progress),
        "histograms": histograms.groupby(by, sort=False)["count"].sum().reset_index(),
        "accuracy": gathered("accuracy"),
    }
    settings = {
        "data": data.name,
        **shared,
        "learning_rates": rates,
        "optimizer": "sgd",
        "batch_size": _BATCH,
        "seeds": seeds,
    }
    claims = {}
    if rates == list(RATES) and activation == "relu" and "dead" in set(progress["metric"]):
        claims = _claims(found)
    elif activation == "sigmoid":
        claims = _claims_of_depth(found["progress"])
    return Study("health", found, settings, claims)


def train(
    *,
    data: Dataset,
    seed: int,
    learning_rate: float,
    hidden: Sequence[int],
    activation: str,
    init: str,
    steps: int,
    every: int,
) -> Tables:
    """Train one network under a recorder, and return what was recorded as columns."""
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *hidden, data.n_classes]
    net = nn.mlp(sizes, activation=activation, init=init, rng=rng)
    recorder = Recorder(every=every, exact=True)
    history = fit(
        net,
        data,
        optim.sgd(learning_rate),
        steps=steps,
        batch_size=_BATCH,
        evaluate_at=[steps],
        recorder=recorder,
        rng=rng,
    )
    dead = tables.recorded_progress(recorder, statistic="dead") if _has(recorder, "dead") else None
    ratio = tables.recorded_progress(recorder, statistic="update_to_weight")
    norm = tables.recorded_progress(recorder, statistic="norm", kind="weight_gradient")
    norm["metric"] = "gradient"
    frames = [frame for frame in (dead, ratio, norm) if frame is not None]
    progress = pd.concat(frames, ignore_index=True)
    curve = pd.DataFrame(history.curve)
    test = curve[(curve["split"] == "test") & (curve["metric"] == "accuracy")]
    return {
        "progress": _columns(progress[["layer", "step", "metric", "value"]]),
        "quantiles": _columns(tables.recorded_quantiles(recorder, layers="linear*")),
        "histograms": _histograms(recorder),
        "accuracy": _columns(test[["step", "split", "metric", "value"]]),
    }


def _has(recorder: Recorder, name: str) -> bool:
    return any(number.endswith(f"/{name}") for number in recorder.names)


def _histograms(recorder: Recorder) -> dict[str, np.ndarray]:
    """Return what the activation functions are fed in the last recorded step, by layer."""
    outer = np.concatenate([[-np.inf], EDGES[1:-1], [np.inf]])
    last = recorder.at(recorder.steps[-1])
    layers = [name for name in recorder.layers if name.startswith("linear")][:-1]
    counts = [last[f"{layer}/activation"].histogram.rebin(outer) for layer in layers]
    bins = len(EDGES) - 1
    return {
        "layer": np.repeat(np.array(layers, np.str_), bins),
        "left": np.tile(EDGES[:-1], len(layers)),
        "right": np.tile(EDGES[1:], len(layers)),
        "count": np.concatenate(counts),
    }


def _columns(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return a table's columns as arrays, text as NumPy's own."""
    return {
        str(name): np.array(column.tolist(), np.str_)
        if column.dtype.kind in "OSUT"
        else column.to_numpy()
        for name, column in table.items()
    }


def _updates(progress: pd.DataFrame) -> pd.DataFrame:
    rows = progress[progress["metric"] == "update_to_weight"]
    mean = rows.groupby(["setting", "seed", "step"], sort=False)["value"].mean().reset_index()
    return mean.assign(epoch=np.nan, split="train", metric="update_to_weight")


def _depth(progress: pd.DataFrame) -> pd.DataFrame:
    """Return the norm of the weights' gradients from layer to layer, first step and last."""
    rows = progress[progress["metric"] == "gradient"]
    ends = rows[rows["step"].isin([rows["step"].min(), rows["step"].max()])]
    return pd.DataFrame(
        {
            "setting": [
                f"{s}, step {k}" for s, k in zip(ends["setting"], ends["step"], strict=True)
            ],
            "rate": ends["setting"],
            "seed": ends["seed"],
            "layer": ends["layer"],
            "statistic": "gradient_norm",
            "value": ends["value"],
        }
    ).reset_index(drop=True)


def _claims(found: dict[str, pd.DataFrame]) -> dict[str, Claim]:
    small, good, large = (f"rate {rate:g}" for rate in RATES)
    dead = _at_the_end(found["progress"], "dead").groupby(["setting", "seed"])["value"].mean()
    start = _first(found["updates"]).groupby("setting")["value"].mean()
    typical = found["updates"].groupby("setting")["value"].median()
    upper = _fed(found["quantiles"], "linear1", 0.75)
    accuracy = found["accuracy"].groupby("setting")["value"].mean()
    below = _below_zero(found["histograms"])
    return {
        "kills units": Claim.at_least(
            "At a learning rate of 1 most ReLU units die",
            dead[large].mean(),
            0.5,
            measured="Dead units at the end, mean share",
        ),
        "units live": Claim.at_most(
            "At a learning rate of 0.1 few ReLU units die",
            dead[good].mean(),
            0.2,
            measured="Dead units at the end, mean share",
        ),
        "learns": Claim.at_least(
            "The network with living units learns, the other does not",
            accuracy[good] - accuracy[large],
            0.5,
            measured="Test accuracy, difference",
        ),
        "fed below zero": Claim.at_most(
            "Where a learning rate of 1 kills ReLU units, most of what they are fed is below zero",
            upper[large],
            0.0,
            measured="Three quarters of the values lie below",
        ),
        "a thousandth": Claim.between(
            "At a learning rate of 0.1 the weights move by a few thousandths a step",
            typical[good],
            1e-3,
            1e-2,
            measured="Update over weights, median",
        ),
        "hardly moves": Claim.at_most(
            "At a learning rate of 0.001 the weights hardly move",
            typical[small],
            1e-4,
            measured="Update over weights, median",
        ),
        "leaps": Claim.at_least(
            "Too large a learning rate shows in the first update: it moves the weights by "
            f"{start[large]:.0%}",
            start[large],
            0.02,
            measured="First update over weights, at a rate of 1",
        ),
        "below zero everywhere": Claim.at_least(
            f"At a learning rate of 1, {np.floor(100 * below[large].min()):.0f}% or more of the "
            "inputs of every ReLU layer end below zero, where it is silent",
            below[large].min(),
            0.6,
            measured="The least share below zero of any layer",
        ),
    }


def _claims_of_depth(progress: pd.DataFrame) -> dict[str, Claim]:
    """Return what holds of the gradient of the first layer over that of the last."""
    rows = progress[progress["metric"] == "gradient"]
    wide = rows.pivot_table("value", ["setting", "seed", "step"], "layer", sort=False)
    ratio = (wide.iloc[:, 0] / wide.iloc[:, -1]).groupby("step").median()
    return {
        "vanishes": Claim.at_most(
            "Sigmoid layers lose the gradient on its way back from the first step on, and training "
            "does not bring it back",
            ratio.max(),
            0.1,
            measured="First layer over last, the highest median of any step",
        )
    }


def _at_the_end(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    chosen = rows[rows["metric"] == metric]
    return chosen[chosen["step"] == chosen["step"].max()]


def _first(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["step"] == rows["step"].min()]


def _fed(rows: pd.DataFrame, layer: str, rank: float) -> "pd.Series[float]":
    """Return a quantile of what an activation function is fed, in the last recorded step."""
    chosen = rows[(rows["layer"] == layer) & (rows["quantile"] == rank)]
    end = chosen[chosen["step"] == chosen["step"].max()]
    return end.groupby("setting")["value"].mean()


def _below_zero(histograms: pd.DataFrame) -> "pd.Series[float]":
    """Return by setting and layer which share of the values lies below zero."""
    below = histograms["count"].where(histograms["right"] < 1e-9, 0)
    by = [histograms["setting"], histograms["layer"]]
    share: pd.Series[float] = below.groupby(by).sum() / histograms["count"].groupby(by).sum()
    return share
