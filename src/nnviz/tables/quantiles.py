"""How the distribution of what was recorded moves over the steps."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz._names import matches
from nnviz._typing import Array
from nnviz.record import Recording
from nnviz.stats import Summary
from nnviz.tables.progress import whole_steps
from nnviz.tables.recorded import as_text

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
    layers: str = "*",
    ranks: Sequence[float] = RANKS,
) -> pd.DataFrame:
    """Return quantiles of each layer's values over the steps, read from the histograms.

    Of what nnviz recorded and counted whole, each is within 3.03 % of the one that
    ``np.quantile(values, method="inverted_cdf")`` gives.

    Parameters
    ----------
    recording : Recording
        A live `Recorder`, or a run opened by `runs.open_run`.
    kind : str
        What follows the layer in the stream's name: activation, gradient, weight …
    layers : str, default "*"
        Pattern of the layers.
    ranks : sequence of float
        In [0, 1].

    Returns
    -------
    DataFrame
        A `QUANTILE` table, of the steps at which everything was counted whole, if there are
        three or more; otherwise of all, and of samples where *exact* says so. The column
        *not_finite* is the share of NaN and infinities, which the quantiles leave out.
    """
    _checks.instance("recording", recording, Recording)
    _checks.text("layers", layers)
    wanted = _checks.sequence("ranks", ranks, _checks.rank, distinct=False)
    parts = {stream: stream.rpartition("/") for stream in recording.streams}
    _checks.one_of("kind", kind, recording.kinds)
    of_kind = {layer for layer, _, own in parts.values() if own == kind}
    known = [layer for layer in recording.layers if layer in of_kind]
    chosen = [layer for layer in known if matches(layer, layers)]
    if not chosen:
        _checks.one_of("layers", layers, known)
    names = dict(zip(chosen, as_text(chosen), strict=True))
    rows = [
        {
            "layer": names[layer],
            "step": step,
            "exact": summary.exact,
            "quantile": wanted,
            "value": list(_within(summary, wanted)),
            "not_finite": 1 - summary.moments.count / (summary.moments.seen or 1),
        }
        for step, stream, summary in recording.summaries(f"*{kind}")
        for layer, _, own in (parts[stream],)
        if own == kind and layer in names
    ]
    table = pd.DataFrame(rows).explode(["quantile", "value"], ignore_index=True)
    table = table.astype({"quantile": np.float64, "value": np.float64})
    table["place"] = table["layer"].map({name: place for place, name in enumerate(names.values())})
    table = table.sort_values(["place", "step", "quantile"], ignore_index=True)
    return whole_steps(table.drop(columns="place"), recording).reset_index(drop=True)
