"""Histograms of a recording at many steps, on the same bins: what a figure of them moves by."""

from collections.abc import Sequence

import pandas as pd

from nnviz import _checks
from nnviz._few import spread
from nnviz.record import Recording
from nnviz.tables.recorded import as_text, binned, last_known, layers_of

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
        ({"step": step, "setting": kind, "layer": as_text([layer])[0]}, summaries[name])
        for step in spread(steps, _checks.integer("most", most, at_least=2))
        for summaries in [recording.at(step)]
        for layer in chosen
        if (name := f"{layer}/{kind}") in summaries
    ]
    if len({told["step"] for told, _ in found}) < 2:
        raise _checks.fail("recording", f"of two steps or more with {kind}", f"steps {steps}")
    return binned(found, _BINS, _CENTRAL)
