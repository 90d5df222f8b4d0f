"""The weights that a layer computes with where they are made of others, as in a weight norm."""

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from nnviz import _checks
from nnviz.record.recorder import Recorder
from nnviz.record.torch.hook import Hook
from nnviz.record.torch.scaling import unscaled

__all__ = ["Effective", "effective"]

torch: Any = _checks.extra("torch", extra="torch")


class Effective(Hook):
    """A weight that is made of parameters.

    Parameters
    ----------
    name : str
        "linear.weight".
    owner : torch.nn.Module
        Whose call makes it.
    made_of : set of str
        The parameters.
    values : callable
        Returns it as it is now, and changes nothing.
    recorder : Recorder
    """

    def __init__(
        self,
        name: str,
        owner: Any,
        made_of: set[str],
        values: Callable[[], Any],
        recorder: Recorder,
    ) -> None:
        self.name, self.made_of, self.values = name, made_of, values
        self._owner, self._own = weakref.ref(owner), name.rpartition(".")[2]
        self._recorder = recorder
        self._gradient: Any = None

    def listen(self) -> Any:
        """Await gradients from now on; return the handle of the hook."""
        owner: Any = self._owner()
        return owner.register_forward_hook(self.hook)

    def gradient(self, _: Any = None) -> Any:
        """Return the gradient with respect to it since this was asked for, None if there is none.

        It is taken as it comes back through the layer, before anything is done to the gradients
        of the parameters, such as clipping.
        """
        gradient, self._gradient = self._gradient, None
        return gradient

    def hook(self, called: Any, _: Any, output: Any) -> None:
        """Await the gradient of the weight that a layer computes with in this pass."""
        if called is not self._owner() or self._recorder.due is None:
            return
        weight = getattr(called, self._own, output)  # of a parametrization it is the output
        if not torch.compiler.is_compiling() and weight.requires_grad:
            weight.register_hook(self._add)

    def _add(self, gradient: Any) -> None:
        new = unscaled(gradient.detach())
        self._gradient = new.clone() if self._gradient is None else self._gradient + new


def effective(module: Any, recorder: Recorder) -> Iterator[Effective]:
    """Yield the weights that are made of parameters."""
    for name, layer in module.named_modules():
        start = f"{name}." if name else ""
        for own, made in getattr(layer, "parametrizations", {}).items():
            parts = {f"{start}parametrizations.{own}.{n}" for n, _ in made.named_parameters()}
            yield Effective(start + own, made, parts, partial(_evaluated, made), recorder)
        for own, compute in _by_hooks(layer):
            parts = {f"{start}{own}_{end}" for end in ("g", "v", "orig")}
            yield Effective(start + own, layer, parts, compute, recorder)


def _by_hooks(layer: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield name and maker of weights that hooks make: of pruning, and of norms of older form."""
    from torch.nn.utils import prune, spectral_norm, weight_norm

    for hook in layer._forward_pre_hooks.values():
        if isinstance(hook, prune.BasePruningMethod):
            yield hook._tensor_name, partial(hook.apply_mask, layer)
        elif isinstance(hook, _class_of(weight_norm)):
            yield hook.name, partial(hook.compute_weight, layer)
        elif isinstance(hook, _class_of(spectral_norm)):
            yield hook.name, partial(hook.compute_weight, layer, do_power_iteration=False)


def _class_of(function: Any) -> Any:
    """Return the class behind ``torch.nn.utils.weight_norm``, whose module the function hides."""
    return function.__globals__["".join(word.title() for word in function.__name__.split("_"))]


def _evaluated(made: Any) -> Any:
    """Return a parametrized weight, without what it does in training (a spectral norm's power)."""
    with torch.no_grad(), _evaluating(made):
        return made.forward()


@contextmanager
def _evaluating(module: Any) -> Iterator[None]:
    before = [(part, part.training) for part in module.modules()]
    for part, _ in before:
        part.training = False
    try:
        yield
    finally:
        for part, training in before:
            part.training = training
