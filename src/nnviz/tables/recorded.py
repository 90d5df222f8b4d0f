"""From a recorder to tables."""

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.record import Recording
from nnviz.stats import Summary

__all__ = ["recorded_histograms", "recorded_scalars", "recorded_statistics"]

_OF_A_STREAM = ["step", "layer", "kind", "exact"]


def recorded_scalars(
    recording: Recording,
    pattern: str = "*",
    *,
    start: int | None = None,
    stop: int | None = None,
) -> pd.DataFrame:
    """Return the plain numbers: losses, update-to-weight ratios, shares of dead units.

    Parameters
    ----------
    recording : Recording
        A live `Recorder`, or a run opened by `runs.open_run`.
    pattern : str
        Which names, such as ``"*/dead"``.
    start, stop : int, optional
        Which steps: from `start`, before `stop`.

    Returns
    -------
    DataFrame
        Columns ``step, name, value``, sorted by step and name.
    """
    return pd.DataFrame(recording.numbers(pattern, start=start, stop=stop))


def recorded_statistics(
    recording: Recording,
    pattern: str = "*",
    *,
    start: int | None = None,
    stop: int | None = None,
) -> pd.DataFrame:
    """Return the statistics of every stream at every step.

    Parameters
    ----------
    recording : Recording
        A live `Recorder`, or a run file opened by `runs.open_run`.
    pattern : str
        Which streams, such as ``"*/activation"``.
    start, stop : int, optional
        Which steps: from `start`, before `stop`.

    Returns
    -------
    DataFrame
        Columns ``step, layer, kind, exact, statistic, value``; *exact* is whether all values
        were counted, or a sample; *zero* is the share of exact zeros, *nan*, *positive_inf*
        and *negative_inf* are numbers of values.
    """
    wide = pd.DataFrame(recording.statistics(pattern, start=start, stop=stop))
    parts = wide.pop("stream").astype(str).str.rpartition("/")
    wide = wide.assign(layer=parts[0], kind=parts[2])
    return wide.melt(id_vars=_OF_A_STREAM, var_name="statistic", value_name="value")


def recorded_histograms(
    recording: Recording, *, kind: str = "activation", step: int | None = None, bins: int = 60
) -> pd.DataFrame:
    """Return histograms of one kind of stream, all layers on the same bins.

    Parameters
    ----------
    recording : Recording
        A live `Recorder` or an opened run, with at least one step.
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
    steps = recording.steps
    if not steps:
        raise ValueError("recording must have at least one recorded step; got none")
    number = steps[-1] if step is None else step
    streams = {_split(stream): summary for stream, summary in recording.at(number).items()}
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
