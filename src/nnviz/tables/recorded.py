"""From a recorder to tables."""

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.record import Recorder
from nnviz.stats import Summary

__all__ = ["recorded_histograms", "recorded_statistics"]

STATISTICS = ("mean", "std", "min", "max", "norm", "zero", "nan", "inf")


def recorded_statistics(recorder: Recorder) -> pd.DataFrame:
    """Return the statistics of every stream at every step.

    Returns
    -------
    DataFrame
        Columns ``step, layer, kind, statistic, value``; *zero* is the share of exact zeros,
        *nan* and *inf* are counts.
    """
    rows = [
        (step, *_split(stream), statistic, value)
        for step in recorder.steps
        for stream, summary in recorder.at(step).items()
        for statistic, value in zip(STATISTICS, _numbers(summary), strict=True)
    ]
    return pd.DataFrame(rows, columns=["step", "layer", "kind", "statistic", "value"])


def recorded_histograms(
    recorder: Recorder, *, kind: str = "activation", step: int | None = None, bins: int = 60
) -> pd.DataFrame:
    """Return histograms of one kind of stream, all layers on the same bins.

    Parameters
    ----------
    recorder : Recorder
        With at least one step.
    kind : str
        What follows the layer in the stream's name: activation, gradient, weight …
    step : int, optional
        By default, the last one recorded.
    bins : int
        Number of bins between the lowest and the highest value of all layers.

    Returns
    -------
    DataFrame
        A `HISTOGRAM` table; its setting is ``"step <number>"``.
    """
    if not recorder.steps:
        raise ValueError("recorder must have at least one recorded step; got none")
    number = recorder.steps[-1] if step is None else step
    streams = {_split(stream): summary for stream, summary in recorder.at(number).items()}
    _checks.one_of("kind", kind, dict.fromkeys(own for _, own in streams))
    chosen = {layer: summary for (layer, own), summary in streams.items() if own == kind}
    low, high = _reach(list(chosen.values()))
    edges = np.linspace(low, high, _checks.integer("bins", bins) + 1)
    frames = [
        pd.DataFrame(
            {
                "setting": f"step {number}",
                "layer": layer,
                "left": edges[:-1],
                "right": edges[1:],
                "count": summary.histogram.rebin(edges),
            }
        )
        for layer, summary in chosen.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _reach(summaries: list[Summary]) -> tuple[float, float]:
    """Return the range that holds every bucket in use, never of width 0."""
    buckets = [summary.histogram.buckets() for summary in summaries if summary.histogram.count]
    low = min((left[0] for left, _, _ in buckets), default=0.0)
    high = max((right[-1] for _, right, _ in buckets), default=0.0)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _split(stream: str) -> tuple[str, str]:
    layer, _, kind = stream.rpartition("/")
    return layer, kind


def _numbers(summary: Summary) -> tuple[float, ...]:
    moments = summary.moments
    infinite = moments.positive_inf + moments.negative_inf
    return (
        moments.mean,
        moments.std,
        moments.min,
        moments.max,
        moments.norm,
        moments.zero_fraction,
        moments.nan,
        infinite,
    )
