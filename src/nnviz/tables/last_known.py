"""What a recording holds at its end: each tensor at the last step that is known well."""

from collections.abc import Mapping
from typing import NamedTuple

from nnviz.record import Recording
from nnviz.tables.recorded import statistics_at

__all__ = ["LastKnown", "statistics_last_known"]


class LastKnown(NamedTuple):
    """Statistics at the last step that is known well.

    Attributes
    ----------
    step : int
    is_exact : bool
        Whether every tensor was counted in full there, or estimated from samples.
    tensors : mapping of (str, str) to mapping of str to float
        Statistics by layer and kind, as of `statistics_at`.
    """

    step: int
    is_exact: bool
    tensors: Mapping[tuple[str, str], Mapping[str, float]]


def statistics_last_known(recording: Recording, pattern: str = "*") -> LastKnown | None:
    """Return the statistics of the layers that match, or None if no tensor was recorded."""
    steps = recording.recorded_at()
    if not recording.streams or not len(steps.step):
        return None
    step = steps.last_known
    return LastKnown(step, step in steps.whole, statistics_at(recording, step, pattern))
