"""What the training loop needs of a recorder."""

from contextlib import AbstractContextManager
from typing import Any, Protocol, runtime_checkable

from nnviz._typing import Array, Observe
from nnviz.nn import Sequential

__all__ = ["Recorder"]


@runtime_checkable
class Recorder(Protocol):
    """An `nnviz.Recorder`, of which nothing else is known here.

    What a network learns does not depend on how it is recorded. If the loop imported the
    recorder, all of its code, and whether numba is installed, would count among what results were
    computed with, and they would be computed again whenever one of these changed.
    """

    @property
    def due(self) -> str | None:
        """How the step in progress is recorded; None if it is not."""

    def step(self, number: int, *, exact: bool = False) -> AbstractContextManager[None]:
        """Record what is observed inside the ``with`` block, if the step is due."""

    def observer(self) -> Observe | None:
        """Return what a network shows its tensors to; None if the step is not due."""

    def scalar(self, name: str, value: Any) -> None:
        """Add a number to the step."""

    def observe_parameters(self, net: Sequential, gradients: Array, updates: Array) -> None:
        """Add a network's weights, their gradients and what is about to be added to them."""
