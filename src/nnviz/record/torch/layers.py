"""A layer: what it returns in a pass that trains and, as it comes back, the gradient of that."""

import sys
import weakref
from collections.abc import Iterator, Mapping
from functools import cache
from types import FrameType
from typing import Any

from nnviz import _checks
from nnviz.record.torch.course import Course
from nnviz.record.torch.functions import mark
from nnviz.record.torch.graph import known, through
from nnviz.record.torch.hook import Hook
from nnviz.record.torch.names import parts_of
from nnviz.record.torch.output import Output
from nnviz.record.torch.scaling import scale_has_ended
from nnviz.record.torch.units import (
    FUNCTIONS,
    example_axis,
    marked_axes,
    unit_axis,
    unit_axis_after,
)

__all__ = ["Layer"]

torch: Any = _checks.extra("torch", extra="torch")
# Asked at every layer: a name is found faster than an attribute of a module of a module.
_Tensor = torch.Tensor
_is_grad_enabled = torch.is_grad_enabled
_is_compiling = torch.compiler.is_compiling
_current_graph_task_id = torch._C._current_graph_task_id

_is_exporting = getattr(torch.compiler, "is_exporting", lambda: False)

_FUNCTIONS_IN_GRAPHS = (
    "of a compiled module layers are recorded, and no activation functions that are called as "
    "functions"
)
_NO_GRAD = "under torch.no_grad()"


class Layer(Hook):
    """A layer, as a recorder sees it.

    One without parameters that is called at several places of a pass, each after another layer,
    is a layer at each of them: ``"relu"``, ``"relu#2"``. One with parameters is the same layer
    wherever it is called.

    Parameters
    ----------
    name : str
        Of its streams.
    layer : torch.nn.Module
    course : Course
        What it shares with the others; the name leaves `never_called` with the first call.
    is_sequence_first : bool, default False
        Whether the examples of a batch lie along the second axis of its sequences.
    """

    def __init__(
        self, name: str, layer: Any, course: Course, *, is_sequence_first: bool = False
    ) -> None:
        # A copy of the module, such as a running average of it, has the hook too.
        self._owner = weakref.ref(layer)
        self._name, self._course, self._recorder = name, course, course.recorder
        self._outside = torch.compiler.disable(self._show)
        self._function = FUNCTIONS.get(type(layer).__name__)
        self._is_one = any(True for _ in layer.parameters())
        self._is_sequence_first = is_sequence_first
        self._is_whole = bool(parts_of(layer))
        self._outputs = [Output(name, self._recorder, self._function)]
        self._places: dict[str, Output] = {}
        self._to_come: list[Output] = []
        self._in_graph: tuple[int | None, list[Output]] = None, []
        self._key = known(self)

    def hook(self, called: Any, inputs: Any, output: Any) -> Any:
        """Show what the layer returns, in a step that is recorded and a pass that trains."""
        if _is_compiling():
            return self._compiled(called, inputs, output)
        if self._recorder.due is not None or self._course.begin is not None:
            self._show(called, inputs, output)
        return None

    def _compiled(self, called: Any, inputs: Any, output: Any) -> Any:
        """Return what takes the place of an output in a graph that is compiled."""
        if _is_exporting() or called is not self._owner() or _why_not(called):
            return None
        shown = through(output, self._key)
        if shown is None:
            self._outside(called, inputs, output)
        return shown

    def show_in_graph(self, values: Any) -> None:
        """Show what the layer returns in a compiled graph, which tells nothing of its inputs."""
        if _current_graph_task_id() != -1:  # a checkpoint computes again
            return
        scale_has_ended()
        if not self._is_in_step():
            return
        course = self._course
        course.never_called.discard(self._name)
        shown = self._output(None)
        if self._recorder.due == "exact":
            before = self._recorder.units.axes.get(f"{course.before}/activation")
            shown.lie_along(unit_axis_after(self._owner(), before, values))
            course.recorder.notice(_FUNCTIONS_IN_GRAPHS, quiet=True)
        shown.show_alone(values)
        if self._in_graph[0] != self._recorder.last_step:
            self._in_graph = self._recorder.last_step, []
        self._in_graph[1].append(shown)
        if not self._is_whole:
            course.before = self._name

    def show_gradient_in_graph(self, gradient: Any) -> None:
        """Show the gradient of what the layer returned last, of what no gradient has come yet."""
        step, shown = self._in_graph
        if self._recorder.due is not None and step == self._recorder.last_step and shown:
            shown.pop().show_gradient(gradient)

    def _show(self, called: Any, inputs: Any, output: Any) -> None:
        if called is not self._owner():
            return
        again = None
        if _current_graph_task_id() != -1:  # in a backward pass: a checkpoint computes again
            if not self._to_come:
                return
            again = self._to_come.pop()
        elif (why := _why_not(called)) is not None:
            self._skip(why)
            return
        else:
            scale_has_ended()
        if self._is_in_step():
            self._look_at(called, inputs, output, again)

    def _is_in_step(self) -> bool:
        if self._course.begin is not None:
            self._course.begin()
        self._course.enter()
        return self._recorder.due is not None

    def _look_at(self, called: Any, inputs: Any, output: Any, again: Output | None) -> None:
        course = self._course
        course.never_called.discard(self._name)
        tensor = output if isinstance(output, _Tensor) else next(_tensors(output), None)
        if self._is_whole:
            self._look_at_whole(output, again)
            return
        if tensor is None:
            course.unseen("outputs without a tensor", self._name)
            return
        if not tensor.ndim:  # a loss
            return
        shown = self._output(again)
        if self._recorder.due == "exact" or course.has_functions:
            for part in _tensors(output):
                if part.grad_fn is not None:
                    mark(part.grad_fn, shown.name)
            course.look_back(inputs)
            example = example_axis(called, inputs, tensor, is_within=self._is_sequence_first)
            shown.lie_along(unit_axis(called, inputs, tensor), example)
        if not shown.show(tensor, inputs):
            course.may_lose(tensor, shown.name)
        course.before = self._name

    def _look_at_whole(self, output: Any, again: Output | None) -> None:
        """Look at what a layer with parts returns: the loss of a model is passed over."""
        tensor = next((each for each in _tensors(output) if each.ndim), None)
        if tensor is not None:
            shown = self._output(again)
            if self._recorder.due == "exact":
                shown.lie_along(*marked_axes(tensor))
            shown.show(tensor)

    def _skip(self, why: str) -> None:
        if why == _NO_GRAD and _is_in_reentrant_checkpoint():
            if self._is_in_step():
                self._to_come.append(self._output(None))
                self._to_come[-1].take_place()
                self._course.before = self._name
        elif self._recorder.due is not None:
            self._course.skip(self._name, why)

    def _output(self, again: Output | None) -> Output:
        """Return what is recorded of this call; `again` is what is, if its place is a new one."""
        if self._is_one:
            return self._outputs[0]
        place = self._course.before
        known = self._places.get(place, again)
        if known is None:
            if n := len(self._places):
                new = f"{self._name}#{n + 1}"
                self._outputs.append(Output(new, self._recorder, self._function))
            known = self._places[place] = self._outputs[-1]
        return known


def _why_not(called: Any) -> str | None:
    """Return why a pass through a layer does not train; None if it does."""
    if not called.training:
        return "in evaluation mode"
    return None if _is_grad_enabled() else _NO_GRAD


def _tensors(output: Any) -> Iterator[Any]:
    """Yield the tensors in an output, in order: of a packed sequence its values."""
    if isinstance(output, _Tensor):
        yield output
    elif isinstance(output, tuple | list | Mapping):
        for part in output.values() if isinstance(output, Mapping) else output:
            yield from _tensors(part)


def _is_in_reentrant_checkpoint() -> bool:
    """Return whether a checkpoint runs a part without autograd, to run it again with it later."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code is not _checkpoint_code():
        frame = frame.f_back
    return frame is not None


@cache
def _checkpoint_code() -> Any:
    from torch.utils.checkpoint import CheckpointFunction

    return CheckpointFunction.forward.__code__
