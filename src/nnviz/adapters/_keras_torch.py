"""Layers of Keras on the backend of PyTorch, which show what they return as they train."""

from contextlib import ExitStack
from typing import Any

import torch

from nnviz.adapters._keras_layers import (
    function_of,
    layers_of,
    shown,
    unit_axis_of,
    weights_of,
)
from nnviz.record import Recorder
from nnviz.record.torch import Output, hold, noted, scale_has_ended, show, unscaled

__all__ = ["Layers"]


class Layers:
    """The layers of a model that is fitted, until they are let go.

    Gradients are those of the loss, whatever its optimizer multiplies it with.

    Parameters
    ----------
    model : keras.Model
    recorder : Recorder

    Attributes
    ----------
    has_skipped : bool
        Whether the optimizer did not move in this batch, as gradients times the scale of the loss
        were not finite.
    """

    def __init__(self, model: Any, recorder: Recorder) -> None:
        self._model, self._recorder = model, recorder
        self._outputs = {
            name: Output(name, recorder, function_of(layer)) for name, layer in layers_of(model)
        }
        self.has_skipped = False
        self._stack = ExitStack()
        self._stack.enter_context(shown(model, self._show))
        self._apply = model.optimizer.apply
        model.optimizer.apply = self._apply_and_show
        self._stack.callback(lambda: delattr(model.optimizer, "apply"))

    def before_batch(self) -> None:
        """Take in by what the loss will be multiplied."""
        if (scale := self._scale()) != 1:
            hold(scale)

    def _scale(self) -> float:
        return float(self._model.optimizer.scale_loss(1.0))

    def remove(self) -> None:
        """Let the layers go."""
        scale_has_ended()
        self._stack.close()

    def _show(self, name: str, layer: Any, inputs: Any, output: Any) -> Any:
        first = output[0] if isinstance(output, tuple | list) else output
        trains = self._recorder.due is not None and torch.is_grad_enabled()
        if trains and isinstance(first, torch.Tensor) and first.ndim:
            own = self._outputs[name]
            own.lie_along(unit_axis_of(layer, first.ndim))
            own.show(first, inputs)
        return output

    def _apply_and_show(self, gradients: Any, variables: Any = None) -> Any:
        if self._recorder.due is not None:
            own = variables if variables is not None else self._model.trainable_variables
            streams = {id(v): stream for stream, v in weights_of(self._model).items()}
            for gradient, variable in zip(gradients, own, strict=True):
                if gradient is not None and id(variable) in streams:
                    name = f"{streams[id(variable)]}_gradient"
                    show(self._recorder, name, unscaled(gradient))
            if (scale := noted()) is not None:
                self._recorder.scalar("loss_scale", scale)
        scale_has_ended()
        before = self._scale()
        self._apply(gradients, variables)
        self.has_skipped = self._scale() < before  # it is halved then, and only then
