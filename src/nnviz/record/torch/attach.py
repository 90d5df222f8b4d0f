"""Puts hooks into a PyTorch module and its optimizer, and takes them out again."""

import warnings
import weakref
from collections.abc import Iterator
from typing import Any

from nnviz import _checks
from nnviz.errors import RecordingWarning
from nnviz.record.recorder import Recorder
from nnviz.record.torch.layers import Layer
from nnviz.record.torch.optimizer import Updates

__all__ = ["Hooks", "attach"]

torch: Any = _checks.extra("torch", extra="torch")

_WRAPPERS = ("_orig_mod.", "module.")


class Hooks:
    """What `attach` left in a module; takes it out again.

    Attributes
    ----------
    never_called : set of str
        Layers without an activation so far.
    """

    def __init__(self) -> None:
        self.never_called: set[str] = set()
        self._handles: list[Any] = []

    def add(self, handle: Any) -> None:
        """Remember a hook."""
        self._handles.append(handle)

    def detach(self) -> None:
        """Remove all hooks."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def __enter__(self) -> "Hooks":
        """Return the hooks."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove them."""
        self.detach()


def attach(module: Any, recorder: Recorder, optimizer: Any = None, *, name: str = "") -> Hooks:
    """Show a module's tensors to a recorder, in the steps that it records.

    Of every layer without parts of its own, and of attention as a whole,
    ``"<layer>/activation"`` and, as the gradient comes back, ``"<layer>/gradient"``; with an
    optimizer also ``"<layer>/weight"`` before an update, ``"<layer>/weight_gradient"`` as the
    optimizer sees it, and ``"<layer>/weight_update"``. Where a layer has several weights, each
    is a part of it: ``"lstm.ih_l0/weight"``, ``"attention.in_proj/weight"``.

    >>> attach(model, recorder, optimizer)
    >>> for k, (x, y) in enumerate(loader):
    ...     with recorder.step(k):
    ...         loss(model(x), y).backward()
    ...         optimizer.step()

    Only passes that train count: not those in evaluation mode or under ``no_grad``, nor what
    checkpointing computes again. A layer that is called twice in a step, or a gradient that
    arrives in several backward passes, is merged. A copy of the module shows nothing. A module
    that is compiled afterwards leaves its graph at each layer that is shown. Units of a series of
    channels, as Conv1d makes it, are the channels, also in activations, pools and norms that
    follow on it as modules. The memory of a tensor that was recorded on the CPU cannot be resized
    afterwards: parameters that are sharded there, as by FSDP, must not be recorded.

    Parameters
    ----------
    module : torch.nn.Module
        Also one wrapped for parallel training: its layers keep their own names.
    recorder : Recorder
    optimizer : torch.optim.Optimizer, optional
    name : str, optional
        Put before the names of the layers: "generator" makes ``"generator.0/activation"``. Two
        modules that share a recorder need it.

    Warns
    -----
    RecordingWarning
        For a compiled module: its hooks only run if they are there before the first call. For
        names of layers that are attached to this recorder already. And, once, if the optimizer
        moves before any step was begun.
    """
    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"module must be a torch.nn.Module; got {module!r:.80}")
    if not isinstance(recorder, Recorder):
        raise TypeError(f"recorder must be an nnviz.Recorder; got {recorder!r:.80}")
    if not (optimizer is None or isinstance(optimizer, torch.optim.Optimizer)):
        raise TypeError(f"optimizer must be a torch.optim.Optimizer; got {optimizer!r:.80}")
    prefix = f"{name}." if name else ""
    if hasattr(module, "_orig_mod"):
        warnings.warn(
            "hooks in a compiled module run only if they are attached before its first call; "
            "attach to the module before it is compiled",
            RecordingWarning,
            stacklevel=2,
        )
    hooks = Hooks()
    layers = [(prefix + own, layer) for own, layer in _layers(module)]
    hooks.add(_Names({own for own, _ in layers}, recorder))
    for own, layer in layers:
        hooks.never_called.add(own)
        shown = Layer(own, layer, recorder, hooks.never_called)
        hooks.add(layer.register_forward_hook(shown.hook))
    if optimizer is not None:
        parameters = module.named_parameters()
        updates = Updates({prefix + _stream(module, n): p for n, p in parameters}, recorder)
        hooks.add(optimizer.register_step_pre_hook(updates.pre))
        hooks.add(optimizer.register_step_post_hook(updates.post))
    return hooks


_attached: "weakref.WeakKeyDictionary[Recorder, set[str]]" = weakref.WeakKeyDictionary()
"""The names of the layers that are attached to a recorder."""


class _Names:
    """The names that a module's layers have, until its hooks are removed."""

    def __init__(self, names: set[str], recorder: Recorder) -> None:
        self._names, self._taken = names, _attached.setdefault(recorder, set())
        if shared := sorted(names & self._taken):
            warnings.warn(
                f"layer {shared[0]!r} is attached to this recorder already: what both record is "
                "merged; attach with another name=, or detach the first",
                RecordingWarning,
                stacklevel=3,
            )
        self._taken |= names

    def remove(self) -> None:
        self._taken -= self._names


def _layers(module: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the modules without parts of their own, and attention, which never calls its parts."""
    # A parametrization, such as a weight norm, is a part of its layer, not a layer.
    parts = [part for part in module.named_children() if part[0] != "parametrizations"]
    if isinstance(module, torch.nn.MultiheadAttention) or not parts:
        yield _own(name) or type(module).__name__.lower(), module
        return
    for part, layer in parts:
        yield from _layers(layer, f"{name}.{part}" if name else part)


def _own(name: str) -> str:
    """Return a name without what wrappers put before it."""
    while name.startswith(_WRAPPERS):
        name = name.partition(".")[2]
    return name


def _stream(module: Any, name: str) -> str:
    """Return a parameter's stream: of an LSTM's ``weight_ih_l0``, ``"lstm.ih_l0/weight"``."""
    layer, _, own = _own(name).rpartition(".")
    words = own.split("_")
    kind = next((word for word in ("weight", "bias") if word in words), own)
    rest = "_".join(word for word in words if word != kind) if kind != own else ""
    return f"{'.'.join(filter(None, (layer or type(module).__name__.lower(), rest)))}/{kind}"
