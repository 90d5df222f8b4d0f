"""From a recorder to tables."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz._names import matches
from nnviz.record import Recording
from nnviz.stats import Summary

__all__ = [
    "as_text",
    "binned",
    "chosen_layers",
    "common_kind",
    "last_known",
    "layers_of",
    "recorded_histograms",
    "recorded_scalars",
    "recorded_statistics",
    "split",
    "statistics_at",
]

_MOST_BINS = 10_000
_FARTHEST = 1e300
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
    _checks.instance("recording", recording, Recording)
    columns = recording.numbers(pattern, start=start, stop=stop)
    return pd.DataFrame({**columns, "name": as_text(columns["name"])})


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
    _checks.instance("recording", recording, Recording)
    columns = recording.statistics(pattern, start=start, stop=stop)
    parts = [split(stream) for stream in as_text(columns.pop("stream"))]
    layers, kinds = ([part[k] for part in parts] for k in (0, 1))
    wide = pd.DataFrame({**columns, "layer": layers, "kind": kinds})
    return wide.melt(id_vars=_OF_A_STREAM, var_name="statistic", value_name="value")


def recorded_histograms(
    recording: Recording | Mapping[str, Recording],
    *,
    kind: str = "activation",
    layers: str | Sequence[str] = "*",
    step: int | None = None,
    bins: int = 60,
    central: float = 1.0,
) -> pd.DataFrame:
    """Return histograms of one kind of stream, all layers and runs on the same bins.

    Parameters
    ----------
    recording : Recording or mapping of str to Recording
        A live `Recorder` or an opened run, with at least one step; or several by name.
    kind : str
        What follows the layer in the stream's name: activation, gradient, weight …
    layers : str or sequence of str, default "*"
        Pattern of the layers; or their names, of which a run need not have all.
    step : int, optional
        By default, of each run, the last one counted in full if it lies in the second half, or
        else the last one.
    bins : int
        Number of bins between the lowest and the highest value of all, at most 10,000. Values
        beyond ±1e300, farther than an axis reaches, are in the outermost ones.

    central : float, default 1
        The share of each layer's values that the bins must reach. What is farther out is not
        counted: a single large weight would press all others into one bin.

    Returns
    -------
    DataFrame
        A `HISTOGRAM` table; its setting is the run's name or, of a single one,
        ``"step <number>"``.
    """
    if _checks.integer("bins", bins) > _MOST_BINS:
        raise _checks.fail("bins", f"at most {_MOST_BINS}", bins)
    if not 0 < _checks.real("central", central) <= 1:
        raise _checks.fail("central", "a share above 0, at most 1", central)
    recordings = recording if isinstance(recording, Mapping) else {"": recording}
    for one in recordings.values():
        _checks.instance("recording", one, Recording)
    _checks.optional("step", step, _checks.step)
    _checks.text("kind", kind)
    if not any(one.streams for one in recordings.values()):
        raise ValueError("recording must have at least one recorded step of a tensor; got none")
    found = [
        ({"setting": name or f"step {number}", "layer": as_text([layer])[0]}, summary)
        for name, one in recordings.items()
        for number in (last_known(one) if step is None else step,)
        for layer, summary in _of_kind(one, number, kind, layers).items()
    ]
    if not found:
        raise _checks.fail("layers", "names of layers that were recorded", layers)
    return binned(found, bins, central)


def binned(
    found: Sequence[tuple[Mapping[str, object], Summary]], bins: int, central: float
) -> pd.DataFrame:
    """Return the histograms of summaries on the same bins, each with what tells it apart."""
    low, high = _reach([summary for _, summary in found], central)
    edges = np.linspace(max(low, -_FARTHEST), min(high, _FARTHEST), bins + 1)
    counted = np.concatenate([[low], edges[1:-1], [high]])
    sides = {"left": edges[:-1], "right": edges[1:]}
    frames = [
        pd.DataFrame({**told, **sides, "count": summary.histogram.rebin(counted)})
        for told, summary in found
    ]
    return pd.concat(frames, ignore_index=True)


def last_known(recording: Recording) -> int:
    """Return the last step counted in full if it lies in the second half, or else the last one.

    Raises
    ------
    ValueError
        If no step was recorded.
    """
    steps = recording.recorded_at()
    if not len(steps.step):
        raise ValueError("recording must have at least one recorded step; got none")
    return steps.last_known


def layers_of(recording: Recording, kind: str, layers: str | Sequence[str]) -> list[str]:
    """Return the layers that have a kind of stream and are chosen, in the recording's order."""
    _checks.one_of("kind", kind, recording.kinds)
    of_kind = {layer for layer, own in map(split, recording.streams) if own == kind}
    return chosen_layers([layer for layer in recording.layers if layer in of_kind], layers)


def chosen_layers(known: Sequence[str], layers: str | Sequence[str]) -> list[str]:
    """Return the layers that match a pattern, or are named; ValueError if none matches."""
    if not isinstance(layers, str):
        named = set(_checks.sequence("layers", layers, _checks.text))
        return [layer for layer in known if layer in named]
    chosen = [layer for layer in known if matches(layer, layers)]
    if not chosen:
        _checks.one_of("layers", layers, known)
    return chosen


def _of_kind(
    recording: Recording, step: int, kind: str, layers: str | Sequence[str]
) -> dict[str, Summary]:
    """Return summaries of one kind by layer; ValueError if there are none."""
    found = {split(stream): summary for stream, summary in recording.at(step).items()}
    _checks.one_of("kind", kind, dict.fromkeys(own for _, own in found))
    # in the recording's order, since gradients come from the last layer to the first
    known = [layer for layer in recording.layers if (layer, kind) in found]
    return {layer: found[layer, kind] for layer in chosen_layers(known, layers)}


def _reach(summaries: list[Summary], central: float) -> tuple[float, float]:
    """Return the range that holds the central share of each summary, never of width 0."""
    histograms = [s.histogram for s in summaries if s.histogram.count]
    if central < 1:
        ranks = [(1 - central) / 2, (1 + central) / 2]
        ends = [tuple(histogram.quantiles(ranks)) for histogram in histograms]
    else:
        buckets = [histogram.buckets() for histogram in histograms]
        ends = [(left[0], right[-1]) for left, right, _ in buckets]
    low = min((low for low, _ in ends), default=0.0)
    high = max((high for _, high in ends), default=0.0)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def as_text(names: Iterable[str]) -> list[str]:
    """Return names as a table can hold them: what UTF-8 cannot encode becomes an escape."""
    given = [str(name) for name in names]
    told = {n: n.encode("utf-8", "backslashreplace").decode() for n in dict.fromkeys(given)}
    return [told[name] for name in given]


def split(stream: str) -> tuple[str, str]:
    """Return the layer of a stream, and its kind."""
    layer, _, kind = stream.rpartition("/")
    return layer, kind


def common_kind(recordings: Sequence[Recording]) -> str:
    """Return a kind that all recordings have: activation, or else the first; ValueError if none."""
    kinds = [one.kinds for one in recordings]
    common = [kind for kind in kinds[0] if all(kind in own for own in kinds)] if kinds else []
    if not common and all(kinds):
        told = "; ".join(", ".join(own) for own in kinds)
        raise ValueError(f"RUN must have a kind of tensors in common with the others; got {told}")
    return "activation" if "activation" in common or not common else common[0]


def statistics_at(
    recording: Recording, step: int, pattern: str
) -> dict[tuple[str, str], dict[str, float]]:
    """Return the statistics of a step by layer and kind, of the layers that match, by kind."""
    columns = recording.statistics(start=step, stop=step + 1)
    found: dict[tuple[str, str], dict[str, float]] = {}
    for place, stream in enumerate(columns["stream"].tolist()):
        layer, _, kind = stream.rpartition("/")
        found[layer, kind] = {key: column[place] for key, column in columns.items()}
    layers = [layer for layer in recording.layers if matches(layer, pattern)]
    if recording.layers and not layers:
        _checks.one_of("layer", pattern, recording.layers)
    kinds = dict.fromkeys(kind for _, kind in found)
    ordered = [(layer, kind) for kind in kinds for layer in layers]
    return {stream: found[stream] for stream in ordered if stream in found}
