"""The families of the clinic, data × architecture, and which of them nothing was tuned on."""

from typing import NamedTuple

import numpy as np

from benchmarks.clinic.data import TASKS

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

FAMILIES = [
    Family(data, architecture)
    for data, (kind, _) in TASKS.items()
    for architecture in _ARCHITECTURES[kind]
]

_SEED = 20261130
"""Declared before any network was trained, and never changed."""


def _drawn() -> frozenset[Family]:
    """Draw a third of the families of each kind, rounded up."""
    rng = np.random.default_rng(_SEED)
    drawn: list[Family] = []
    for kind in _ARCHITECTURES:
        own = [family for family in FAMILIES if family.kind == kind]
        chosen = rng.permutation(len(own))[: -(-len(own) // 3)]
        drawn += [own[k] for k in chosen]
    return frozenset(drawn)


HELD_OUT = _drawn()
"""The families that are looked at once, when the rules are done."""
