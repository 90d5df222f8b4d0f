"""What a layer shows: its output and, as the gradient comes back, the gradient of it."""

import weakref
from collections.abc import Callable
from typing import Any

from nnviz import _checks
from nnviz.record.recorder import Recorder
from nnviz.record.torch.tensors import show

__all__ = ["Layer"]

torch: Any = _checks.extra("torch", extra="torch")
# Asked at every layer: a name is found faster than an attribute of a module of a module.
_Tensor = torch.Tensor
_is_grad_enabled = torch.is_grad_enabled
_is_compiling = torch.compiler.is_compiling
_current_graph_task_id = torch._C._current_graph_task_id

_FUNCTIONS = {
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "ELU": "elu",
    "GELU": "gelu",
    "SiLU": "silu",
    "Sigmoid": "sigmoid",
    "Softplus": "softplus",
    "Tanh": "tanh",
}
_MAKES_CHANNELS = ("Conv1d", "ConvTranspose1d", "BatchNorm1d", "InstanceNorm1d")
_KEEPS_CHANNELS = (
    *_FUNCTIONS,
    "Dropout",
    "Dropout1d",
    "Identity",
    "MaxPool1d",
    "AvgPool1d",
    "AdaptiveMaxPool1d",
    "AdaptiveAvgPool1d",
)
"""Layers of three axes whose units are the entries of axis 1: some if their input's are."""


class Layer:
    """A layer, as a recorder sees it.

    Parameters
    ----------
    name : str
        Of its streams.
    layer : torch.nn.Module
    recorder : Recorder
    never_called : set of str
        The name leaves it with the first call.
    """

    def __init__(self, name: str, layer: Any, recorder: Recorder, never_called: set[str]) -> None:
        # A copy of the module, such as a running average of it, has the hook too.
        self._owner = weakref.ref(layer)
        self._name, self._recorder, self._never_called = name, recorder, never_called
        self._activation, self._gradient = f"{name}/activation", f"{name}/gradient"
        self._is_wanted = recorder.wants(self._activation)
        self._gradient_is_wanted = recorder.wants(self._gradient)
        self._outside = torch.compiler.disable(self._show)
        if (function := _FUNCTIONS.get(type(layer).__name__)) is not None:
            recorder.units.follow(name, function)

    def __deepcopy__(self, _: Any) -> "Layer":
        """Return itself: a copied module has the hook, not a recorder of its own."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave a hook that does nothing in a module that is saved as a whole."""
        return _Nothing, ()

    def hook(self, called: Any, inputs: Any, output: Any) -> None:
        """Show what the layer returns, in a step that is recorded and a pass that trains."""
        if _is_compiling():
            self._outside(called, inputs, output)
        elif self._recorder.due is not None:
            self._show(called, inputs, output)

    def _find_units(self, called: Any, inputs: Any, output: Any) -> None:
        channels = self._recorder.units.channels
        if _has_channels(called, inputs, output):
            channels.add(self._activation)
        else:
            channels.discard(self._activation)

    def _show(self, called: Any, inputs: Any, output: Any) -> None:
        # In a backward pass: checkpointing.
        trains = called.training and _is_grad_enabled() and _current_graph_task_id() == -1
        if not trains or called is not self._owner():
            return
        if not isinstance(output, _Tensor) and (output := _first_tensor(output)) is None:
            return
        self._never_called.discard(self._name)
        if self._recorder.due == "exact":
            self._find_units(called, inputs, output)
        if self._is_wanted:
            show(self._recorder, self._activation, output)
        if self._gradient_is_wanted:
            self._await_gradient(output)

    def _await_gradient(self, output: Any) -> None:
        """Show the gradient with respect to the output when it comes.

        Not with a full backward hook: an in-place ReLU after it would raise. A hook of the
        function that made the output costs half of one of the output itself.
        """
        if (function := output.grad_fn) is not None:
            first = output.output_nr == 0
            function.register_prehook(self._show_first if first else self._shows(output.output_nr))
        elif output.requires_grad:  # a leaf, which outlives the pass: its hook must not

            def once(gradient: Any) -> None:
                handle.remove()
                self._show_first((gradient,))

            handle = output.register_hook(once)

    def _show_first(self, gradients: tuple[Any, ...]) -> None:
        if gradients[0] is not None:
            show(self._recorder, self._gradient, gradients[0])

    def _shows(self, place: int) -> Callable[[tuple[Any, ...]], None]:
        return lambda gradients: self._show_first(gradients[place:])


class _Nothing:
    """What is left of a layer in a module that was saved and loaded."""

    def hook(self, *_: Any) -> None:
        """Do nothing."""


def _first_tensor(output: Any) -> Any:
    """Return the first tensor of several; None if there is none."""
    parts = output if isinstance(output, tuple | list) else ()
    return next((part for part in parts if isinstance(part, _Tensor)), None)


def _has_channels(layer: Any, inputs: Any, output: Any) -> bool:
    """Return whether the units of three axes are the entries of axis 1, and mark the output.

    Of the last axis, otherwise: a layer alone cannot tell a series of channels from a sequence
    of vectors, so that it goes by where its input comes from.
    """
    kind = type(layer).__name__
    handed_on = kind in _KEEPS_CHANNELS and any(getattr(x, "_has_channels", False) for x in inputs)
    if output.ndim != 3 or not (kind in _MAKES_CHANNELS or handed_on):
        return False
    output._has_channels = True
    return True
