"""Optimizers of PyTorch as rules of nnviz."""

from collections.abc import Callable
from functools import partial
from inspect import Parameter, signature
from typing import Any

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim import Optimizer
from nnviz.optim.base import Objective, evaluating_itself, here
from nnviz.train.foreign import NAMES, ForeignState, gradient_at, rows

__all__ = ["ELEMENTWISE", "from_torch"]

ELEMENTWISE = (
    *("SGD", "Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "Adamax", "NAdam", "RAdam"),
    *("Rprop", "ASGD"),
)
"""Optimizers of PyTorch that do to each number what they would do to it alone."""


def from_torch(factory: Callable[[list[Any]], Any], *, elementwise: bool = False) -> Optimizer:
    """Return the rule of a PyTorch optimizer.

    Each start has an optimizer of its own, in float64, so that a rule which looks at a whole tensor
    or parameter group, such as Prodigy or LAMB, sees one path; that takes about 0.1 ms for each
    start and step. All starts share one tensor, which costs about as much as one start alone, with
    those of PyTorch's own rules that look at each number alone (`ELEMENTWISE`, unless a hook or
    another ``step`` was hung on them), and with rules that are declared so. The state is PyTorch's
    own and changes in place: a rule made here serves one descent at a time.

    An optimizer that has ``train()`` and ``eval()``, as those of schedulefree, is at the point of
    its gradients after the first and at the one to deploy after the second: the rule moves the
    latter, and `optim.gradient_point` shows the former. A class has them or not; another factory is
    called once more, with two numbers, to see what it makes.

    An optimizer whose step cannot do without a closure, such as ``torch.optim.LBFGS``, is given one
    that evaluates the surface and its gradient where the optimizer has gone: it runs wherever there
    is a surface, and without noise. One that has ``step(self, closure=None)`` is given none: where
    it demands one all the same, a subclass with ``step(self, closure)`` says so.

    Parameters
    ----------
    factory : callable
        Takes a list of tensors, returns a ``torch.optim.Optimizer``: the class itself, for its
        default settings, or ``lambda params: torch.optim.Adam(params, lr=0.3)``.
    elementwise : bool, default False
        Whether the optimizer does to each number what it would do to it alone. It cannot be told
        from outside; of one that measures norms, paths are wrong where this is declared.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    TypeError
        If the factory does not return such an optimizer, a new one at each call, of the tensors
        that it is given; if it is a class, as soon as the rule is used. If the optimizer demands a
        closure that it says it can do without, or needs one and has two points.
    """
    _checks.function("factory", factory)
    _checks.flag("elementwise", elementwise)
    torch = _checks.extra("torch", extra="torch")
    pair = torch.zeros((1, 2), requires_grad=True)
    kind = factory if isinstance(factory, type) else _made(factory, pair)
    two_points = _has_two_points(kind)
    if _needs_closure(kind):
        if two_points:
            raise TypeError(
                "factory must return an optimizer whose step needs a closure or one that has "
                f"train() and eval(), not both; got {_name(kind)}"
            )
        return evaluating_itself(_name(kind), partial(_with_closure, factory))

    def init(params: Array) -> ForeignState:
        tensors = [torch.tensor(rows(params), requires_grad=True)]
        theirs = [_made(factory, tensors[0])]
        if not elementwise and not _is_elementwise(theirs[0]):
            tensors = [torch.tensor(row, requires_grad=True) for row in rows(params)]
            theirs = [_made(factory, tensor) for tensor in tensors]
        for optimizer in theirs if two_points else []:
            optimizer.train()
        read = partial(_of_torch, tensors, theirs, params.shape)
        return ForeignState(0, (tensors, theirs), read)

    def update(grads: Array, state: ForeignState, params: Array) -> tuple[Array, ForeignState]:
        tensors, theirs = state.theirs
        _step(tensors, theirs, gradient_at(state, params), grads)
        after, there = _values(tensors, params.shape), None
        if two_points:
            there, after = after, _deployed_by_torch(tensors, theirs, params.shape)
        return after - params, state._replace(steps=state.steps + 1, there=there)

    return Optimizer(init, update, gradient_at=gradient_at if two_points else here)


def _made(factory: Callable[[list[Any]], Any], tensor: Any) -> Any:
    """Return the optimizer that a factory makes for a tensor; TypeError if it is none for us."""
    import torch

    optimizer = factory([tensor])
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TypeError(
            f"factory must return a torch.optim.Optimizer; got {type(optimizer).__name__}"
        )
    if all(own is not tensor for group in optimizer.param_groups for own in group["params"]):
        raise TypeError(
            "factory must return a new optimizer at each call, of the tensors that it is given; "
            f"got one of others, {_name(optimizer)}"
        )
    return optimizer


def _name(kind: Any) -> str:
    """Return the name of a class, or of that of an optimizer."""
    return str((kind if isinstance(kind, type) else type(kind)).__name__)


def _needs_closure(kind: Any) -> bool:
    """Return whether one, or a class, cannot take a step without what evaluates the loss."""
    step = getattr(kind, "step", None)
    given = list(signature(step).parameters.values()) if callable(step) else []
    kinds = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    own = given[1:] if isinstance(kind, type) else given
    return any(one.default is one.empty and one.kind not in kinds for one in own)


def _with_closure(factory: Callable[[list[Any]], Any], objective: Objective) -> Optimizer:
    """Return the rule of an optimizer that evaluates a function as often as it likes."""
    import torch

    def init(params: Array) -> ForeignState:
        tensors = [torch.tensor(row, requires_grad=True) for row in rows(params)]
        theirs = [_made(factory, tensor) for tensor in tensors]
        read = partial(_of_torch, tensors, theirs, params.shape)
        return ForeignState(0, (tensors, theirs), read)

    def step(tensor: Any, optimizer: Any) -> None:
        seen: list[Array] = []

        def evaluated() -> Any:
            point = tensor.detach().numpy()
            seen.extend((objective.gradient(point), objective.value(point)))
            tensor.grad = torch.tensor(seen[-2])
            return torch.tensor(seen[-1])

        try:
            optimizer.step(evaluated)
        except (IndexError, ArithmeticError):  # searches fail where nothing is finite
            if all(np.isfinite(values).all() for values in seen):
                raise
            tensor.detach().fill_(np.nan)

    def update(_: Array, state: ForeignState, params: Array) -> tuple[Array, ForeignState]:
        tensors, theirs = state.theirs
        for tensor, optimizer, row in zip(tensors, theirs, rows(params), strict=True):
            with torch.no_grad():
                tensor.copy_(torch.tensor(row))
            step(tensor, optimizer)
        return _values(tensors, params.shape) - params, state._replace(steps=state.steps + 1)

    return Optimizer(init, update)


def _is_elementwise(optimizer: Any) -> bool:
    """Return whether an optimizer is known to do to each number what it would do to it alone.

    A subclass may do anything, and so may what was hung on its step or put in its place.
    """
    import torch
    from torch.optim.optimizer import _global_optimizer_post_hooks, _global_optimizer_pre_hooks

    own = type(optimizer) in [getattr(torch.optim, name) for name in ELEMENTWISE]
    hung = (
        optimizer._optimizer_step_pre_hooks,
        optimizer._optimizer_step_post_hooks,
        _global_optimizer_pre_hooks,
        _global_optimizer_post_hooks,
        "step" in vars(optimizer),
    )
    return own and not any(hung)


def _step(tensors: list[Any], theirs: list[Any], place: Array, grads: Array) -> None:
    """Let each optimizer make a step from a place, where it is told the gradient."""
    import torch

    parts = (np.split(rows(part), len(tensors)) for part in (place, grads))
    with torch.no_grad():
        for tensor, values, slopes in zip(tensors, *parts, strict=True):
            tensor.copy_(torch.tensor(values).reshape(tensor.shape))
            tensor.grad = torch.tensor(slopes).reshape(tensor.shape)
    for optimizer in theirs:
        try:
            optimizer.step()
        except (AssertionError, TypeError) as error:
            if "closure" not in signature(optimizer.step).parameters:
                raise
            raise TypeError(
                f"factory must return an optimizer whose step does without a closure, or is "
                f"step(self, closure), as a subclass may have it; {_name(optimizer)} says without: "
                f"{error or type(error).__name__}"
            ) from error


def _has_two_points(optimizer: Any) -> bool:
    """Return whether one of PyTorch's, or a class, deploys another point than of its gradients."""
    return all(callable(getattr(optimizer, name, None)) for name in ("train", "eval"))


def _deployed_by_torch(tensors: list[Any], theirs: list[Any], shape: tuple[int, ...]) -> Array:
    """Return the point to deploy. The tensors are filled anew before the next step."""
    for optimizer in theirs:
        optimizer.eval()
    deployed = _values(tensors, shape)
    for optimizer in theirs:
        optimizer.train()
    return deployed


def _values(tensors: list[Any], shape: tuple[int, ...]) -> Array:
    return np.stack([tensor.detach().numpy() for tensor in tensors]).reshape(shape)


def _of_torch(tensors: list[Any], theirs: list[Any], shape: tuple[int, ...]) -> dict[str, Array]:
    """Return what PyTorch's optimizers, one a tensor, remember, if the first one does."""
    states = [
        optimizer.state.get(tensor, {}) for tensor, optimizer in zip(tensors, theirs, strict=True)
    ]
    own = type(tensors[0].data)  # lists, such as L-BFGS's history, are no numbers of a parameter
    names = [
        key
        for key, value in states[0].items()
        if isinstance(value, own) and value.shape == tensors[0].shape
    ]
    rows = {key: [state[key].tolist() for state in states] for key in names}
    return {NAMES.get(key, key): np.reshape(row, shape) for key, row in rows.items()}
