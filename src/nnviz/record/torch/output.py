"""An output of a layer, and the gradient of it as it comes back."""

from collections.abc import Callable
from typing import Any

from nnviz import _checks
from nnviz.record.recorder import Recorder
from nnviz.record.torch.scaling import unscaled
from nnviz.record.torch.tensors import show

__all__ = ["Output"]

torch: Any = _checks.extra("torch", extra="torch")


class Output:
    """What is recorded of an output, under the name of its layer.

    Parameters
    ----------
    name : str
    recorder : Recorder
    function : str, optional
        The activation function that the layer applies.
    """

    def __init__(self, name: str, recorder: Recorder, function: str | None = None) -> None:
        self.name, self._recorder = name, recorder
        self._activation, self._gradient = f"{name}/activation", f"{name}/gradient"
        self._is_wanted = recorder.wants(self._activation)
        self._gradient_is_wanted = recorder.wants(self._gradient)
        if function is not None:
            recorder.units.follow(name, function)

    def lie_along(self, unit: int | None, example: int = 0) -> None:
        """Say along which axis its units lie, if that is known, and along which the examples."""
        units = self._recorder.units
        for axes, axis in ((units.axes, unit), (units.example_axes, example or None)):
            if axis is None:
                axes.pop(self._activation, None)
            else:
                axes[self._activation] = axis

    def show(self, values: Any, inputs: tuple[Any, ...] | None = None) -> bool:
        """Show it, and its gradient when that comes.

        Returns False if that does not come should somebody change the output in place.

        Parameters
        ----------
        values : torch.Tensor
        inputs : tuple, optional
            Of the layer that made it; if not given, somebody else may have its memory, too.
        """
        self.show_alone(values)
        if self._gradient_is_wanted:
            return self._await_gradient(values, inputs)
        return True

    def show_alone(self, values: Any) -> None:
        """Show it, without its gradient."""
        if self._is_wanted:
            show(self._recorder, self._activation, values)

    def show_gradient(self, gradient: Any) -> None:
        """Show its gradient."""
        if self._gradient_is_wanted:
            show(self._recorder, self._gradient, unscaled(gradient))

    def take_place(self) -> None:
        """Take the place among the layers that its first call has, if it is recorded later."""
        for stream in (self._activation, self._gradient):
            self._recorder.announce(stream)

    def _await_gradient(self, output: Any, inputs: tuple[Any, ...] | None) -> bool:
        """Show the gradient with respect to the output when it comes.

        Not with a full backward hook: an in-place ReLU after it would raise. A hook of the
        function that made the output costs half of one of the output itself.
        """
        is_safe = (base := output._base) is None or not output.requires_grad
        if not is_safe and _is_of_its_own(base, output, inputs):
            output, is_safe = base, True  # what comes after may change the view and its function
        if (function := output.grad_fn) is not None:
            first = output.output_nr == 0
            function.register_prehook(self._show_first if first else self._shows(output.output_nr))
        elif output.requires_grad:  # a leaf, which outlives the pass: its hook must not

            def once(gradient: Any) -> None:
                handle.remove()
                self._show_first((gradient,))

            handle = output.register_hook(once)
        return is_safe

    def _show_first(self, gradients: tuple[Any, ...]) -> None:
        if gradients[0] is not None:
            show(self._recorder, self._gradient, unscaled(gradients[0]))

    def _shows(self, place: int) -> Callable[[tuple[Any, ...]], None]:
        return lambda gradients: self._show_first(gradients[place:])


def _is_of_its_own(base: Any, output: Any, inputs: tuple[Any, ...] | None) -> bool:
    """Return whether an output is, in another shape, all of a tensor that its layer made."""
    if not inputs or base.grad_fn is None or base.numel() != output.numel():
        return False
    return all(x is not base and getattr(x, "_base", None) is not base for x in inputs)
