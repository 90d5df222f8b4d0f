"""Puts hooks into a PyTorch module and its optimizer, and takes them out again."""

import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nnviz import _checks
from nnviz.errors import RecordingWarning
from nnviz.record.recorder import Recorder
from nnviz.record.torch.course import Course
from nnviz.record.torch.effective import effective
from nnviz.record.torch.layers import Layer
from nnviz.record.torch.names import layers, stream
from nnviz.record.torch.optimizer import Updates, Weight, of_parameter, plain
from nnviz.record.torch.refused import check
from nnviz.record.torch.scaling import Listener
from nnviz.record.torch.units import sequence_first

__all__ = ["Hooks", "attach", "attached", "show_weights"]

torch: Any = _checks.extra("torch", extra="torch")


class Hooks:
    """What `attach` left in a module; takes it out again."""

    def __init__(self) -> None:
        self.course: Course | None = None
        self._handles: list[Any] = []

    @property
    def never_called(self) -> set[str]:
        """Layers without an activation so far."""
        return set() if self.course is None else self.course.never_called

    def add(self, handle: Any) -> None:
        """Remember a hook."""
        self._handles.append(handle)

    def detach(self) -> None:
        """Remove all hooks, and say what could not be seen through them."""
        for handle in self._handles:
            handle.remove()
        if self._handles and self.course is not None:
            self.course.tell_at_end()
        self._handles.clear()

    remove = detach

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
    is a part of it: ``"lstm.ih_l0/weight"``, ``"attention.in_proj/weight"``; so are parameters of
    other names, also of modules with parts: ``"encoder.class_token/weight"``. A weight that is
    made of parameters, by a parametrization or pruning, is recorded as the layer computes with it.

    >>> attach(model, recorder, optimizer)
    >>> for k, (x, y) in enumerate(loader):
    ...     with recorder.step(k):
    ...         loss(model(x), y).backward()
    ...         optimizer.step()

    Modules that have parts, such as the blocks of a transformer, are layers, too, if the recorder
    asks for them: ``Recorder(layers="**")``. They stand behind their parts.

    An activation function that is called as a function, as ``torch.relu``, is recorded as a part
    of the layer before it, ``"conv.relu/activation"``, if a layer takes what it returns.

    Only passes that train count, each layer once: not those in evaluation mode or under
    ``no_grad``, nor what checkpointing computes twice. A layer that is called twice in a step, or
    a gradient that arrives in several backward passes, is merged; but one without parameters that
    is called after several others is a layer at each place: ``"relu"``, ``"relu#2"``. Gradients
    are those of the loss, whatever a `torch.amp.GradScaler` multiplies it with; its scale is
    recorded as ``"loss_scale"``. A copy of the module shows nothing. A module that is compiled
    afterwards stays one graph, in which each output is copied where it is shown.
    What a unit is follows from the type of the layer: see `UNIT_AXES` in `record.torch.units`.

    Parameters
    ----------
    module : torch.nn.Module
        Also one wrapped for parallel training: its layers keep their own names.
    recorder : Recorder
    optimizer : torch.optim.Optimizer, optional
        Also one that a library such as accelerate has wrapped. Its step may take a closure.
    name : str, optional
        Put before the names of the layers: "generator" makes ``"generator.0/activation"``. Two
        modules that share a recorder need it.

    Warns
    -----
    RecordingWarning
        For a compiled module: its hooks only run if they are there before the first call. For
        names of layers that are attached to this recorder already. Once, if the optimizer moves
        before any step was begun. And, once, for what cannot be seen, with layers and reason;
        `nnviz show` says it, too.

    Raises
    ------
    TypeError
        For a module that is sharded over processes, and for a model of Keras.
    """
    return attached(module, recorder, [] if optimizer is None else [optimizer], name)


def attached(
    module: Any,
    recorder: Recorder,
    optimizers: Sequence[Any],
    name: str = "",
    begin: Callable[[], None] | None = None,
) -> Hooks:
    """Attach a module with several optimizers; `begin` is called in each pass that trains."""
    check(module)
    if not isinstance(recorder, Recorder):
        raise TypeError(f"recorder must be an nnviz.Recorder; got {recorder!r:.80}")
    for optimizer in optimizers:
        if not isinstance(plain(optimizer), torch.optim.Optimizer):
            raise TypeError(f"optimizer must be a torch.optim.Optimizer; got {optimizer!r:.80}")
    hooks = Hooks()
    try:
        _hook(hooks, module, recorder, [plain(o) for o in optimizers], name, begin)
    except BaseException:
        hooks.detach()
        raise
    return hooks


def _hook(
    hooks: Hooks,
    module: Any,
    recorder: Recorder,
    optimizers: Sequence[Any],
    name: str,
    begin: Callable[[], None] | None,
) -> None:
    prefix = f"{name}." if name else ""
    if hasattr(module, "_orig_mod"):
        warnings.warn(
            "hooks in a compiled module run only if they are attached before its first call; "
            "attach to the module before it is compiled",
            RecordingWarning,
            stacklevel=4,
        )
    found = [
        (prefix + own, layer)
        for own, layer in layers(module, wants_whole=lambda own: recorder.wants_whole(prefix + own))
    ]
    names = {own for own, _ in found}
    hooks.add(_Names(names, recorder))
    hooks.course = Course(recorder, names, begin)
    hooks.add(Listener())
    hooks.add(module.register_forward_pre_hook(hooks.course.hook))
    second = sequence_first(module)
    for own, layer in found:
        seen = Layer(own, layer, hooks.course, is_sequence_first=layer in second)
        hooks.add(layer.register_forward_hook(seen.hook))
    _tell_of_ties(module, recorder, prefix)
    if optimizers:
        for optimizer, weights in _moved(hooks, module, recorder, optimizers, prefix):
            updates = Updates(weights, hooks.course)
            hooks.add(optimizer.register_step_pre_hook(updates.pre))
            hooks.add(optimizer.register_step_post_hook(updates.post))


def _moved(
    hooks: Hooks, module: Any, recorder: Recorder, optimizers: Sequence[Any], prefix: str
) -> Iterator[tuple[Any, list[Weight]]]:
    """Yield each optimizer with the weights that it moves, the first with what nobody moves."""
    movers = {id(p): o for o in reversed(optimizers) for g in o.param_groups for p in g["params"]}
    moved: dict[int, list[Weight]] = {id(optimizer): [] for optimizer in optimizers}
    for parameter, weight in _weights(hooks, module, recorder, prefix):
        moved[id(movers.get(id(parameter), optimizers[0]))].append(weight)
    yield from ((optimizer, moved[id(optimizer)]) for optimizer in optimizers)


def _weights(
    hooks: Hooks, module: Any, recorder: Recorder, prefix: str
) -> Iterator[tuple[Any, Weight]]:
    """Yield the weights, each with the parameter that it is, or the first it is made of."""
    made = list(effective(module, recorder))
    hidden = {own: weight for weight in made for own in weight.made_of}
    for own, parameter in module.named_parameters():
        if own not in hidden:
            yield parameter, of_parameter(prefix + stream(module, own), parameter, recorder)
        elif (weight := hidden[own]) in made:
            made.remove(weight)
            hooks.add(weight.listen())
            name = prefix + stream(module, weight.name)
            yield parameter, Weight(name, weight.values, weight.gradient, recorder)


def show_weights(module: Any, recorder: Recorder) -> None:
    """Show a module's weights, and the gradients that they have, where no optimizer does so.

    Parameters
    ----------
    module : torch.nn.Module
    recorder : Recorder
        In a step that it records.
    """
    check(module)
    hooks = Hooks()
    for _, weight in _weights(hooks, module, recorder, ""):
        weight.before_step()
    hooks.detach()


def _tell_of_ties(module: Any, recorder: Recorder, prefix: str) -> None:
    """Say which weights are recorded under another name, as layers share them."""
    first: dict[int, str] = {}
    for own, parameter in module.named_parameters(remove_duplicate=False):
        name = first.setdefault(id(parameter), prefix + stream(module, own))
        if name != (other := prefix + stream(module, own)) and recorder.wants(other):
            recorder.notice(f"{other} is {name}, and recorded there alone", quiet=True)


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
                stacklevel=5,
            )
        self._taken |= names

    def remove(self) -> None:
        self._taken -= self._names
