"""How the distribution of what was recorded moves over the steps."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz._typing import Array
from nnviz.record import Block, Recording
from nnviz.stats import Summary
from nnviz.stats.statistics import among
from nnviz.tables.progress import kept_steps
from nnviz.tables.recorded import as_text, layers_of, split

__all__ = ["RANKS", "recorded_quantiles"]

RANKS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The ranks that `recorded_quantiles` takes by default: the median and two bands around it."""


def _within(summary: Summary, ranks: Sequence[float]) -> Array:
    """Return quantiles, which a bucket's width must not carry beyond the extremes."""
    moments = summary.moments
    return np.clip(summary.histogram.quantiles(ranks), moments.min, moments.max)


def recorded_quantiles(
    recording: Recording,
    *,
    kind: str = "activation",
    layers: str | Sequence[str] = "*",
    ranks: Sequence[float] = RANKS,
) -> pd.DataFrame:
    """Return quantiles of each layer's values over the steps, read from the histograms.

    Of what nnviz recorded and counted in full, each is within 3.03 % of the one that
    ``np.quantile(values, method="inverted_cdf")`` gives.

    Parameters
    ----------
    recording : Recording
        A live `Recorder`, or a run opened by `runs.open_run`.
    kind : str
        What follows the layer in the stream's name: activation, gradient, weight …
    layers : str or sequence of str, default "*"
        Pattern of the layers, or their names.
    ranks : sequence of float
        In [0, 1].

    Returns
    -------
    DataFrame
        A `QUANTILE` table, of the steps at which everything was counted in full, if there are
        three or more, and some after these; otherwise of all. Where *exact* is False it is of
        samples. The column
        *not_finite* is the share of NaN and infinities, which the quantiles leave out.
    """
    _checks.instance("recording", recording, Recording)
    wanted = _checks.sequence("ranks", ranks, _checks.rank, distinct=False)
    chosen = layers_of(recording, kind, layers)
    if not chosen:
        raise _checks.fail("layers", "names of layers that were recorded", layers)
    names = dict(zip(chosen, as_text(chosen), strict=True))
    streams = {
        place: names[layer]
        for place, (layer, own) in enumerate(map(split, recording.streams))
        if own == kind and layer in names
    }
    rows = [
        {
            "layer": streams[int(block.stream[place])],
            "step": int(block.step[place]),
            "exact": summary.exact,
            "quantile": wanted,
            "value": list(_within(summary, wanted)),
            "not_finite": 1 - summary.moments.count / (summary.moments.seen or 1),
        }
        for block, places in _of_whole_steps(recording, list(streams))
        for place in places
        for summary in (block.summary(place),)
    ]
    table = pd.DataFrame(rows).explode(["quantile", "value"], ignore_index=True)
    table = table.astype({"quantile": np.float64, "value": np.float64})
    table["place"] = table["layer"].map({name: place for place, name in enumerate(names.values())})
    table = table.sort_values(["place", "step", "quantile"], ignore_index=True)
    return table.drop(columns="place")


def _of_whole_steps(recording: Recording, streams: list[int]) -> Iterator[tuple[Block, list[int]]]:
    """Yield each block, and the places in it of some streams at the steps that are kept."""
    kept = kept_steps(recording, np.array(streams))
    for block in recording.blocks_holding(kept):
        here = np.isin(block.stream, streams) & among(block.step, kept)
        yield block, np.flatnonzero(here).tolist()
