"""One recorded network."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnviz import nn, optim, tables
from nnviz.record import Recorder
from nnviz.train import Dataset, fit
from nnviz.train.cache import Tables

__all__ = ["train"]

EDGES = np.linspace(-12, 8, 161)
"""Bins of what activation functions are fed; what lies beyond is in the outermost ones."""


def train(
    *,
    data: Dataset,
    seed: int,
    learning_rate: float,
    hidden: Sequence[int],
    activation: str,
    init: str,
    optimizer: str,
    batch_size: int,
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
        optim.make(optimizer, learning_rate),
        steps=steps,
        batch_size=batch_size,
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
    """Return what the activation functions are fed at the end, by layer.

    That is the last recorded step in which all of it is finite: a run that diverges has none after.
    """
    outer = np.concatenate([[-np.inf], EDGES[1:-1], [np.inf]])
    layers = [name for name in recorder.layers if name.startswith("linear")][:-1]
    steps = (
        [recorder.at(k)[f"{name}/activation"] for name in layers] for k in recorder.steps[::-1]
    )
    last = next(fed for fed in steps if all(each.histogram.count == each.size for each in fed))
    counts = [each.histogram.rebin(outer) for each in last]
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
