"""The steps of a training loop, told by what its optimizers do."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from nnviz.record import Recorder

__all__ = ["OptimizerSteps"]


class OptimizerSteps:
    """Begins a step of a recorder with a pass that trains, and ends it with the optimizer's.

    A step has all passes and backward passes that the optimizer's step rests on: those over which
    gradients are accumulated, or of a closure. Of several optimizers, a step ends once the last
    one given has moved and the next pass that trains begins, so that those which move between
    belong to it. A step that a `torch.amp.GradScaler` skips, as its gradients are not finite, is
    none: nothing of it is recorded; how many there were is recorded as ``"skipped_steps"``.

    Parameters
    ----------
    recorder : Recorder
    optimizers : sequence of torch.optim.Optimizer
    n_steps : int, optional
        How many there will be: the last one is counted in full.
    """

    def __init__(
        self, recorder: Recorder, optimizers: Sequence[Any], n_steps: int | None = None
    ) -> None:
        self._recorder, self._optimizers = recorder, optimizers
        before = -1 if recorder.last_step is None else recorder.last_step
        self._final = None if n_steps is None else before + n_steps
        self._step: AbstractContextManager[None] | None = None
        self._is_over = False
        self._skipped = self._told = 0

    def begin(self) -> None:
        """Begin a step with a pass that trains, if none is in progress."""
        if self._is_over:
            self.end()
        if self._step is None:
            self._open()

    def before_move(self, *_: Any) -> None:
        """Begin a step before an optimizer moves, if no pass has done so."""
        if self._step is None:
            self._open()

    def after_move(self, optimizer: Any, *_: Any) -> None:
        """End the step after the last optimizer has moved."""
        found = getattr(optimizer, "found_inf", None)  # of fused ones, which skip by themselves
        if found is not None and float(found):
            self.skip(optimizer)
        elif optimizer is self._optimizers[-1]:
            self._is_over = True
            if len(self._optimizers) == 1:
                self.end()

    def skip(self, optimizer: Any) -> None:
        """Drop the step, as a scaler has kept the optimizer from moving."""
        if any(optimizer is own for own in self._optimizers):
            self._skipped += 1
            self.drop()

    def end(self) -> None:
        """End the step in progress, if its optimizers have moved; drop it if not."""
        if not self._is_over:
            self.drop()
            return
        if self._told < self._skipped:
            self._recorder.scalar("skipped_steps", self._skipped)
            self._told = self._skipped
        step, self._step, self._is_over = self._step, None, False
        if step is not None:
            step.__exit__(None, None, None)

    def drop(self) -> None:
        """Drop the step in progress, if there is one."""
        step, self._step, self._is_over = self._step, None, False
        if step is not None:
            step.__exit__(KeyboardInterrupt, None, None)

    def _open(self) -> None:
        if self._recorder.in_step:  # a step that the loop has begun itself
            return
        last = self._recorder.last_step
        number = 0 if last is None else last + 1
        step = self._recorder.step(number, exact=number == self._final)
        step.__enter__()
        self._step = step
