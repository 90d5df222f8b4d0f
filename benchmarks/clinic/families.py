"""The families of the clinic, data × architecture, and which of them nothing was tuned on."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from benchmarks.clinic.data import TASKS
from benchmarks.clinic.held_out_data import HELD_OUT_TASKS
from benchmarks.clinic.more_data import MORE_TASKS
from benchmarks.clinic.third_data import THIRD_TASKS

__all__ = ["FAMILIES", "HELD_OUT", "Family"]


class Family(NamedTuple):
    """Networks of one architecture, trained on the same data."""

    data: str
    architecture: str

    @property
    def kind(self) -> str:
        """Of the data."""
        return TASKS[self.data][0]

    def __str__(self) -> str:
        return f"{self.data} × {self.architecture}"


_ARCHITECTURES = {
    "table": ("numpy", "plain", "functional", "tanh", "normalized", "residual"),
    "image": ("conv", "functional conv", "normalized conv", "residual conv"),
    "sequence": ("rnn", "gru", "lstm", "attention"),
    "regression": ("plain", "functional", "normalized", "residual"),
    "adversarial": ("plain", "normalized"),
}

_MORE_ARCHITECTURES = {
    "table": ("numpy", "gelu", "dropout", "layer-normalized", "dense", "gated"),
    "image": ("dropout conv", "depthwise conv", "patches"),
    "sequence": ("two-way gru", "temporal conv", "class token"),
    "regression": ("gelu", "dropout", "gated"),
    "adversarial": ("gelu", "layer-normalized"),
}

_THIRD_ARCHITECTURES = {
    "table": ("numpy", "elu", "bottleneck", "rms-normalized", "maxout", "highway"),
    "image": ("strided conv", "branched conv", "squeezed conv"),
    "sequence": ("stacked lstm", "pooled gru", "mixer"),
    "regression": ("elu", "bottleneck", "highway"),
    "adversarial": ("bottleneck", "rms-normalized"),
}

_HELD_OUT_ARCHITECTURES = {
    "table": ("numpy", "silu", "leaky", "group-normalized", "pyramid", "wide and deep"),
    "image": ("dilated conv", "pooled conv", "normalized leaky conv"),
    "sequence": ("stacked rnn", "convolved gru", "attended"),
    "regression": ("silu", "leaky", "wide and deep"),
    "adversarial": ("pyramid", "dropout"),
}


def _crossed(tasks: Iterable[str], architectures: Mapping[str, Iterable[str]]) -> list[Family]:
    return [Family(data, own) for data in tasks for own in architectures[TASKS[data][0]]]


HELD_OUT = frozenset(_crossed(HELD_OUT_TASKS, _HELD_OUT_ARCHITECTURES))
"""The families that are looked at once, when the rules are done: some of each kind, 40 at least.

Their data, and but for NumPy's their architectures, are no other family's.
"""

_LATER_TASKS = {**MORE_TASKS, **THIRD_TASKS, **HELD_OUT_TASKS}
_FIRST_TASKS = (data for data in TASKS if data not in _LATER_TASKS)
FAMILIES = _crossed(_FIRST_TASKS, _ARCHITECTURES)
FAMILIES += _crossed(MORE_TASKS, _MORE_ARCHITECTURES)
FAMILIES += _crossed(THIRD_TASKS, _THIRD_ARCHITECTURES)
FAMILIES += _crossed(HELD_OUT_TASKS, _HELD_OUT_ARCHITECTURES)
