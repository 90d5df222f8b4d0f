"""Hooks that show a PyTorch module's tensors to a recorder: the only file here that names torch."""

import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._typing import Array
from nnviz.errors import RecordingWarning
from nnviz.record.far import Far
from nnviz.record.recorder import Recorder

torch: Any = _checks.extra("torch", extra="torch")
# Asked at every layer: a name is found faster than an attribute of a module of a module.
_is_grad_enabled = torch.is_grad_enabled
_is_compiling = torch.compiler.is_compiling
_current_graph_task_id = torch._C._current_graph_task_id

__all__ = ["Hooks", "attach"]

_WRAPPERS = ("_orig_mod.", "module.")

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

    Of every layer without parts of its own, ``"<layer>/activation"`` and, as the gradient comes
    back, ``"<layer>/gradient"``; with an optimizer also ``"<layer>/weight"`` before an update,
    ``"<layer>/weight_gradient"`` as the optimizer sees it, and ``"<layer>/weight_update"``.

    >>> attach(model, recorder, optimizer)
    >>> for k, (x, y) in enumerate(loader):
    ...     with recorder.step(k):
    ...         loss(model(x), y).backward()
    ...         optimizer.step()

    Only passes that train count: not those in evaluation mode or under ``no_grad``, nor what
    checkpointing computes again. A layer that is called twice in a step, or a gradient that
    arrives in several backward passes, is merged. A copy of the module shows nothing. A module
    that is compiled afterwards leaves its graph at each layer that is shown.

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
        if (function := _FUNCTIONS.get(type(layer).__name__)) is not None:
            recorder.units.follow(own, function)
        hooks.add(layer.register_forward_hook(_forward(own, layer, recorder, hooks)))
    if optimizer is not None:
        updates = _Updates(module, recorder, prefix)
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
                f"a layer {shared[0]!r} was attached to this recorder before: what both show is "
                "merged; attach with another name=, or detach the first",
                RecordingWarning,
                stacklevel=3,
            )
        self._taken |= names

    def remove(self) -> None:
        self._taken -= self._names


def _layers(module: Any) -> Iterator[tuple[str, Any]]:
    for name, layer in module.named_modules():
        # A parametrization, such as a weight norm, is a part of its layer, not a layer.
        parts = [part for part, _ in layer.named_children() if part != "parametrizations"]
        if not parts and "parametrizations" not in name.split("."):
            yield _own(name) or type(layer).__name__.lower(), layer


def _own(name: str) -> str:
    """Return a name without what wrappers put before it."""
    while name.startswith(_WRAPPERS):
        name = name.partition(".")[2]
    return name


def _forward(name: str, layer: Any, recorder: Recorder, hooks: Hooks) -> Callable[..., None]:
    # A copy of the module, such as a running average of it, has this hook too.
    owner = weakref.ref(layer)
    activation, gradient = f"{name}/activation", f"{name}/gradient"
    gradient_wanted = recorder.wants(gradient)

    def show(called: Any, output: Any) -> None:
        if called is not owner() or not _trains(called):
            return
        output = _tensor(output)
        if output is None:
            return
        hooks.never_called.discard(name)
        _show(recorder, activation, output)
        if gradient_wanted:
            _show_gradient(recorder, gradient, output)

    outside = torch.compiler.disable(show)

    def hook(called: Any, _: Any, output: Any) -> None:
        if _is_compiling():
            outside(called, output)
        elif recorder.due is not None:
            show(called, output)

    return hook


def _show_gradient(recorder: Recorder, stream: str, output: Any) -> None:
    """Show the gradient with respect to a layer's output when it comes.

    Not with a full backward hook: an in-place ReLU after it would raise. A hook of the function
    that made the output costs half of one of the output itself.
    """
    place = output.output_nr

    def show(gradients: tuple[Any, ...]) -> None:
        if gradients[place] is not None:
            _show(recorder, stream, gradients[place])

    if output.grad_fn is None:
        if output.requires_grad:  # a leaf, which outlives the pass: its hook must not

            def once(gradient: Any) -> None:
                handle.remove()
                show((gradient,))

            handle = output.register_hook(once)
    else:
        output.grad_fn.register_prehook(show)


def _trains(layer: Any) -> bool:
    return bool(
        layer.training
        and _is_grad_enabled()
        and _current_graph_task_id() == -1  # in a backward pass: checkpointing
    )


def _tensor(output: Any) -> Any:
    """Return an output, or the first tensor of several; None if there is none."""
    if isinstance(output, torch.Tensor):
        return output
    parts = output if isinstance(output, tuple | list) else ()
    return next((part for part in parts if isinstance(part, torch.Tensor)), None)


def _show(recorder: Recorder, stream: str, tensor: Any) -> NDArray[Any] | Far | None:
    """Show a tensor to a recorder; return its values, or None if they are not to be had."""
    if not recorder.wants(stream):
        return None
    try:
        values = _values(tensor)
    except Exception as error:  # vmap, meta tensors … : training goes on
        recorder.drop(stream, TypeError(f"{stream} must be an array of real numbers: {error}"))
        return None
    recorder.observe(stream, values)
    return values


def _values(tensor: Any) -> NDArray[Any] | Far:
    """Return a tensor's values: a view of plain numbers in main memory, else what fetches them."""
    plain = tensor.detach()
    if _is_far(plain):
        return _Elsewhere(plain)
    try:
        values: NDArray[Any] = plain.numpy()
    except (TypeError, RuntimeError):  # sparse, or of a type that NumPy does not know
        values = _fetched(plain)
    return values


def _is_far(tensor: Any) -> bool:
    if tensor.is_cpu:
        return False
    return bool(not tensor.is_meta and not tensor.is_complex() and tensor.layout == torch.strided)


def _fetched(tensor: Any) -> NDArray[Any]:
    if tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    if tensor.dtype.is_floating_point and tensor.dtype not in (torch.float32, torch.float64):
        tensor = tensor.float()
    values: NDArray[Any] = tensor.cpu().resolve_conj().resolve_neg().numpy()
    return values


class _Elsewhere(Far):
    """A tensor on another device: samples are gathered there, and only they are copied."""

    def __init__(self, tensor: Any) -> None:
        self.tensor = tensor
        self.shape = tuple(tensor.shape)
        wide = tensor.dtype == torch.float64 or not tensor.dtype.is_floating_point
        self.dtype = np.dtype(np.float64 if wide else np.float32)

    def take(self, indices: NDArray[np.intp], axis: int | None = None) -> Array:
        tensor = self.tensor.reshape(-1) if axis is None else self.tensor
        chosen = torch.from_numpy(indices).to(tensor.device)
        return _fetched(tensor.index_select(axis or 0, chosen)).astype(self.dtype, copy=False)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(_fetched(self.tensor), dtype, copy=copy)


class _Updates:
    """Records weights and gradients before the optimizer's step, and updates after it."""

    def __init__(self, module: Any, recorder: Recorder, prefix: str) -> None:
        self.recorder = recorder
        self.weights = [
            (stream, parameter)
            for name, parameter in module.named_parameters()
            if recorder.wants(stream := prefix + _stream(module, name))
        ]
        self.before: dict[str, tuple[NDArray[Any], NDArray[np.intp] | None]] = {}
        self.warned = False

    def pre(self, *_: Any) -> None:
        self.before.clear()
        if not self.recorder.begun and not self.warned:
            self.warned = True
            warnings.warn(
                "nothing is recorded outside `with recorder.step(k):`, and no step was begun yet",
                RecordingWarning,
                stacklevel=2,
            )
        if self.recorder.due is None:
            return
        for stream, parameter in self.weights:
            values = _show(self.recorder, stream, parameter)
            if values is None or parameter.grad is None:
                continue
            _show(self.recorder, f"{stream}_gradient", parameter.grad)
            try:
                places = self.recorder.places(f"{stream}_update", values)
                old = np.array(values) if places is None else values.take(places)
                self.before[stream] = old, places
            except Exception as error:  # as in `_show`
                self.recorder.drop(f"{stream}_update", error)

    def post(self, *_: Any) -> None:
        for stream, parameter in self.weights:
            if stream not in self.before:
                continue
            old, places = self.before[stream]
            name = f"{stream}_update"
            try:
                new = _values(parameter)
                if places is None:
                    self.recorder.observe(name, np.asarray(new) - old)
                else:
                    self.recorder.observe_sample(name, new.take(places) - old)
            except Exception as error:  # such as another shape
                self.recorder.drop(name, error)


def _stream(module: Any, name: str) -> str:
    layer, _, kind = _own(name).rpartition(".")
    return f"{layer or type(module).__name__.lower()}/{kind}"
