"""What an optimizer shows: weights and gradients before its step, and updates after it."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.errors import RecordingWarning
from nnviz.record.recorder import Recorder
from nnviz.record.torch.tensors import not_numbers, show, values_of

__all__ = ["Updates"]


class Updates:
    """The hooks of an optimizer.

    Parameters
    ----------
    parameters : dict of str to torch.nn.Parameter
        By the stream of the weights.
    recorder : Recorder
    """

    def __init__(self, parameters: dict[str, Any], recorder: Recorder) -> None:
        self._recorder = recorder
        weights = (_Weights(*each, recorder) for each in parameters.items())
        self._weights = [each for each in weights if each.is_wanted]
        self._warned = False

    def pre(self, *_: Any) -> None:
        """Show weights and gradients, and keep what is needed of the weights."""
        if not self._recorder.begun and not self._warned:
            self._warned = True
            warnings.warn(
                "nothing is recorded outside `with recorder.step(k):`, and no step has begun yet",
                RecordingWarning,
                stacklevel=2,
            )
        if self._recorder.due is not None:
            for weights in self._weights:
                weights.before_step()

    def post(self, *_: Any) -> None:
        """Show by how much the weights have changed."""
        if self._recorder.due is not None:
            for weights in self._weights:
                weights.after_step()


class _Weights:
    """A parameter, as the optimizer moves it."""

    def __init__(self, stream: str, parameter: Any, recorder: Recorder) -> None:
        self._parameter, self._recorder = parameter, recorder
        self._stream, self._gradient, self._update = (
            stream + suffix for suffix in ("", "_gradient", "_update")
        )
        wants = recorder.wants
        self._wanted, self._gradient_wanted = wants(self._stream), wants(self._gradient)
        self._update_wanted = wants(self._update)
        self.is_wanted = self._wanted or self._gradient_wanted or self._update_wanted
        self._old: NDArray[Any] | None = None
        self._places: NDArray[np.intp] | None = None

    def before_step(self) -> None:
        self._old = None
        gradient = self._parameter.grad
        moves = self._update_wanted and gradient is not None
        if self._wanted or moves:
            try:
                self._look(moves)
            except Exception as error:  # whatever a foreign tensor raises must not stop training
                self._recorder.drop(self._stream, not_numbers(self._stream, error))
        if gradient is not None and self._gradient_wanted:
            show(self._recorder, self._gradient, gradient)

    def _look(self, moves: bool) -> None:
        values = values_of(self._parameter)
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

    def after_step(self) -> None:
        if self._old is None:
            return
        old, self._old = self._old, None
        try:
            new = values_of(self._parameter)
            if self._places is None:
                self._recorder.observe(self._update, np.asarray(new) - old)
            else:
                sample = new.take(self._places) - old
                self._recorder.observe_sample(self._update, new.size, sample)
        except Exception as error:  # such as another shape
            self._recorder.drop(self._update, error)
