"""Histograms of a recording at many steps, on the same bins: what a figure of them moves by."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz._few import spread
from nnviz.record import Recording
from nnviz.stats import Summary
from nnviz.tables.recorded import as_text, last_known, layers_of

__all__ = ["histograms"]

_BINS, _CENTRAL = 100, 0.98
"""As in a figure of a single step: a few values far out would press all others into one bin."""


def histograms(
    recording: Recording,
    *,
    kind: str = "activation",
    layers: str | Sequence[str] = "*",
    most: int = 100,
) -> pd.DataFrame:
    """Return histograms of one kind of stream over the steps.

    Parameters
    ----------
    recording : Recording
        A live `Recorder` or an opened run.
    kind : str
        What follows the layer in the stream's name: activation, gradient, weight …
    layers : str or sequence of str, default "*"
        Pattern of the layers, or their names.
    most : int, default 100
        Steps: of more, the first, the last and others evenly between them.

    Returns
    -------
    DataFrame
        A `tables.HISTOGRAM` table with a column ``step``. All share a hundred bins, which reach
        the middle 98 % of each layer's values at each step; what is farther out is not counted.

    Raises
    ------
    ValueError
        If nothing of this kind, or of these layers, was recorded at two steps.
    """
    _checks.instance("recording", recording, Recording)
    _checks.text("kind", kind)
    end = last_known(recording)
    chosen = layers_of(recording, kind, layers)
    if not chosen:
        raise _checks.fail("layers", "names of layers that were recorded", layers)
    steps = [step for step in recording.steps if step <= end]
    found = [
        (step, layer, summaries[f"{layer}/{kind}"])
        for step in spread(steps, _checks.integer("most", most, at_least=2))
        for summaries in [recording.at(step)]
        for layer in chosen
        if f"{layer}/{kind}" in summaries
    ]
    if len({step for step, _, _ in found}) < 2:
        raise _checks.fail("recording", f"of two steps or more with {kind}", f"steps {steps}")
    edges = _edges([summary for _, _, summary in found])
    frames = [
        pd.DataFrame(
            {
                "step": step,
                "setting": kind,
                "layer": as_text([layer])[0],
                "left": edges[:-1],
                "right": edges[1:],
                "count": summary.histogram.rebin(edges),
            }
        )
        for step, layer, summary in found
    ]
    return pd.concat(frames, ignore_index=True)


def _edges(summaries: Sequence[Summary]) -> np.ndarray:
    """Return the edges of bins that reach the middle of each summary."""
    ranks = [(1 - _CENTRAL) / 2, (1 + _CENTRAL) / 2]
    ends = [s.histogram.quantiles(ranks) for s in summaries if s.histogram.count]
    low, high = (min(e[0] for e in ends), max(e[1] for e in ends)) if ends else (0.0, 0.0)
    return np.linspace(low, high, _BINS + 1) if low < high else np.array([low - 0.5, high + 0.5])
