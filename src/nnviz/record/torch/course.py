"""What the layers of a module share: which was called before which, and what cannot be seen."""

import weakref
from collections.abc import Callable
from typing import Any

from nnviz.record.recorder import Recorder
from nnviz.record.torch.functions import Applied, applied, maker, mark
from nnviz.record.torch.hook import Hook
from nnviz.record.torch.output import Output

__all__ = ["Course"]

_MOST = 6
"""Layers that are named in a sentence."""


class Course(Hook):
    """The course of a pass through the layers of a module.

    Parameters
    ----------
    recorder : Recorder
    names : set of str
        Of the layers.
    begin : callable, optional
        Called when a layer runs in a pass that trains: a step begins, if none is in progress.

    Attributes
    ----------
    before : str
        The layer that was called last; "" at the beginning of a pass.
    never_called : set of str
        Layers without an activation so far.
    has_functions : bool
        Whether activation functions were seen that are called as functions.
    """

    def __init__(
        self, recorder: Recorder, names: set[str], begin: Callable[[], None] | None = None
    ) -> None:
        self.recorder, self.never_called, self.begin = recorder, set(names), begin
        self._names = names
        self.before, self.has_functions = "", False
        self._step = recorder.last_step
        self._functions: dict[str, Output] = {}
        self._unseen: dict[str, dict[str, None]] = {}
        self._told: set[tuple[str, str]] = set()
        self._skipped: dict[str, str] = {}
        self._has_warned = False
        self._at_risk: tuple[Any, int, str] | None = None

    def hook(self, *_: Any) -> None:
        """Begin a pass through the module as a whole."""
        self.before = ""

    def enter(self) -> None:
        """Begin a pass where a step begins, too: of a module not called itself, but its parts."""
        if self._step != self.recorder.last_step:
            self._step, self.before = self.recorder.last_step, ""

    def may_lose(self, output: Any, name: str) -> None:
        """Take in that no gradient comes back to an output if it is changed in place."""
        self._at_risk = weakref.ref(output), output._version, name

    def look_back(self, inputs: tuple[Any, ...]) -> None:
        """Show the activation functions, called as functions, that a layer's inputs come from."""
        self._look_at_risk()
        for tensor in inputs:
            if getattr(tensor, "grad_fn", None) is not None and (found := applied(tensor)):
                self._show(found, tensor)

    def _look_at_risk(self) -> None:
        if self._at_risk is None:
            return
        (output, version, name), self._at_risk = self._at_risk, None
        if (tensor := output()) is not None and tensor._version != version:
            what = "gradients of outputs that share their memory and are then changed in place"
            self.unseen(what, name)

    def _show(self, found: Applied, tensor: Any) -> None:
        owner = maker(found.node) or self.before
        name = f"{owner}.{found.function}" if owner else found.function
        if not found.is_here:
            self.unseen(
                f"activations of functions, such as {found.function}, that go on to no layer as "
                "they are (make them modules)",
                name,
            )
            return
        if (output := self._functions.get(name)) is None:
            output = self._functions[name] = Output(name, self.recorder, found.function)
        self.has_functions = True
        units = self.recorder.units
        unit = units.axes.get(f"{owner}/activation")
        example = units.example_axes.get(f"{owner}/activation", 0)
        output.lie_along(unit if unit is None or unit < tensor.ndim else None, example)
        output.show(tensor)
        mark(found.node, name)

    def skip(self, name: str, why: str) -> None:
        """Take in that a layer was called in a pass that does not train."""
        self._skipped[name] = why
        if not self._has_warned and self._none_was_called() and not self.recorder.streams:
            self._has_warned = True
            self.recorder.notice(
                f"not recorded: what runs {why}, as layer {name}: passes must train"
            )

    def unseen(self, what: str, name: str) -> None:
        """Take in what of a layer cannot be seen."""
        if (what, name) not in self._told:
            self._told.add((what, name))
            self._unseen.setdefault(what, {})[name] = None

    def tell(self) -> None:
        """Say what could not be seen since this was called before."""
        for what, names in self._unseen.items():
            self.recorder.notice(f"not recorded: {what}: {_listed(list(names))}")
        self._unseen.clear()

    def tell_at_end(self) -> None:
        """Say what could not be seen, and which layers never were."""
        self.tell()
        if self._has_warned and self._none_was_called():
            return
        for why in dict.fromkeys(self._skipped.values()):
            names = [n for n, own in self._skipped.items() if own == why and n in self.never_called]
            if names:
                self.recorder.notice(f"not recorded: layers that only ran {why}: {_listed(names)}")

    def tell_if_none_was_called(self) -> None:
        """Say, when the optimizer moves, if not a single layer ran."""
        wanted = any(self.recorder.wants(f"{name}/activation") for name in self._names)
        if wanted and self._none_was_called() and not self._skipped:
            self.recorder.notice(
                "not recorded: activations, as no layer ran as a module: was the module compiled "
                "before it was attached, or is it another one that trains?"
            )

    def _none_was_called(self) -> bool:
        return len(self.never_called) == len(self._names)


def _listed(names: list[str]) -> str:
    rest = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + rest
