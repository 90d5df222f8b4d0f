"""What an optimizer shows: weights and gradients before its step, and updates after it."""

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.errors import RecordingWarning
from nnviz.record.recorder import Recorder
from nnviz.record.torch.course import Course
from nnviz.record.torch.scaling import noted, unscaled
from nnviz.record.torch.tensors import Elsewhere, not_numbers, show, values_of

__all__ = ["Updates", "Weight", "of_parameter", "plain"]


class Updates:
    """The hooks of an optimizer.

    Parameters
    ----------
    weights : iterable of Weight
        What it moves.
    course : Course
        Of the passes through the layers.
    """

    def __init__(self, weights: "Iterable[Weight]", course: Course) -> None:
        self._weights = [weight for weight in weights if weight.is_wanted]
        self._course, self._recorder = course, course.recorder
        self._warned = self._has_begun = False

    def pre(self, optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Show weights and gradients, or let a closure do so once it has computed these."""
        self._has_begun = False
        closure = kwargs.get("closure", args[1] if len(args) > 1 else None)
        if not callable(closure):
            self._before_step(optimizer)
            return None

        def evaluated(*given: Any, **named: Any) -> Any:
            loss = closure(*given, **named)
            if not self._has_begun:  # some evaluate it several times
                self._before_step(optimizer)
            return loss

        if "closure" in kwargs:
            return args, kwargs | {"closure": evaluated}
        return (args[0], evaluated, *args[2:]), kwargs

    def _before_step(self, optimizer: Any) -> None:
        """Show weights and gradients, and keep what is needed of the weights."""
        self._has_begun = True
        if not self._recorder.begun and not self._warned:
            self._warned = True
            warnings.warn(
                "nothing is recorded outside `with recorder.step(k):`, and no step has begun yet",
                RecordingWarning,
                stacklevel=2,
            )
        if self._recorder.due is None:
            return
        scale = getattr(optimizer, "grad_scale", None)  # of fused ones, which divide by themselves
        for weight in self._weights:
            weight.before_step(scale)
        if self._recorder.due == "exact":
            if (factor := noted()) is not None:
                self._recorder.scalar("loss_scale", factor)
            if self._weights:
                self._course.tell_if_none_was_called()
        self._course.tell()

    def post(self, *_: Any) -> None:
        """Show by how much the weights have changed."""
        if self._recorder.due is not None and self._has_begun:
            for weight in self._weights:
                weight.after_step()


class Weight:
    """A weight, as the optimizer moves it.

    Parameters
    ----------
    stream : str
    values : callable
        Returns it, as it is now.
    gradient : callable
        Returns the gradient or None, given the scale that an optimizer divides it by, or None.
    recorder : Recorder
    is_frozen : callable, optional
        Returns whether it is to stay as it is: then its update, zero, is shown without a gradient
        where steps are counted in full.
    """

    def __init__(
        self,
        stream: str,
        values: Callable[[], Any],
        gradient: Callable[[Any], Any],
        recorder: Recorder,
        is_frozen: Callable[[], bool] = lambda: False,
    ) -> None:
        self._values, self._gradient_of, self._recorder = values, gradient, recorder
        self._is_frozen = is_frozen
        self._stream, self._gradient, self._update = (
            stream + suffix for suffix in ("", "_gradient", "_update")
        )
        wants = recorder.wants
        self._wanted, self._gradient_wanted = wants(self._stream), wants(self._gradient)
        self._update_wanted = wants(self._update)
        self.is_wanted = self._wanted or self._gradient_wanted or self._update_wanted
        self._old: Any = None
        self._places: NDArray[np.intp] | None = None

    def before_step(self, scale: Any = None) -> None:
        """Show weight and gradient."""
        self._old = None
        gradient = self._gradient_of(scale)
        is_told = gradient is not None or (self._recorder.due == "exact" and self._is_frozen())
        moves = self._update_wanted and is_told
        if self._wanted or moves:
            try:
                self._look(moves)
            except Exception as error:  # whatever a foreign tensor raises must not stop training
                self._recorder.drop(self._stream, not_numbers(self._stream, error))
        if gradient is not None and self._gradient_wanted:
            show(self._recorder, self._gradient, gradient)

    @property
    def _turn(self) -> int:
        return self._recorder.last_step or 0

    def _look(self, moves: bool) -> None:
        values = values_of(self._values())
        if isinstance(values, Elsewhere) and values.is_reduced:
            self._look_there(values, moves)
            return
        self._places = self._recorder.places(values.size)
        if self._places is None:
            if self._wanted:
                self._recorder.observe(self._stream, values)
            if moves:
                self._old = np.array(values)
            return
        old = values.take(self._places)
        if self._wanted:
            self._recorder.observe_sample(self._stream, values.size, old)
        if moves:
            self._old = old

    def _look_there(self, values: Elsewhere, moves: bool) -> None:
        """Look at a weight where it lies; its device is not waited for."""
        if self._wanted:
            self._recorder.observe(self._stream, values)
        if moves:
            self._old = values.kept(self._turn, whole=self._recorder.due == "exact")

    def after_step(self) -> None:
        """Show by how much the weight has changed."""
        if self._old is None:
            return
        old, self._old = self._old, None
        try:
            new = values_of(self._values())
            if isinstance(new, Elsewhere) and new.is_reduced:
                is_whole = self._recorder.due == "exact"
                self._recorder.observe(self._update, new.minus(old, self._turn, whole=is_whole))
            elif self._places is None:
                self._recorder.observe(self._update, np.asarray(new) - old)
            else:
                sample = new.take(self._places) - old
                self._recorder.observe_sample(self._update, new.size, sample)
        except Exception as error:  # such as another shape
            self._recorder.drop(self._update, error)


def of_parameter(stream: str, parameter: Any, recorder: Recorder) -> Weight:
    """Return a parameter as a weight."""

    def gradient(scale: Any) -> Any:
        own = parameter.grad
        return own if own is None or scale is None else unscaled(own, scale)

    return Weight(
        stream, lambda: parameter, gradient, recorder, lambda: not parameter.requires_grad
    )


def plain(optimizer: Any) -> Any:
    """Return the optimizer inside what a library wraps around it, unless that has hooks, too."""
    while not hasattr(optimizer, "_optimizer_step_pre_hooks"):
        optimizer = getattr(optimizer, "optimizer", None)
        if optimizer is None:
            return None
    return optimizer
