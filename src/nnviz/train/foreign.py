"""Optimizers of PyTorch and optax as rules of nnviz, to run on the same surfaces."""

from collections.abc import Callable, Mapping
from functools import partial
from inspect import Parameter, signature
from typing import Any, NamedTuple

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim import Optimizer
from nnviz.optim.base import here

__all__ = ["from_optax", "from_torch"]


NAMES: Mapping[str, str] = {
    "exp_avg": "mean",
    "grad_avg": "mean",
    "mu": "mean",
    "exp_avg_sq": "square",
    "square_avg": "square",
    "nu": "square",
    "e_g": "square",
    "max_exp_avg_sq": "largest",
    "exp_inf": "largest",
    "sum": "total",
    "sum_of_squares": "total",
    "acc_delta": "moved",
    "e_x": "moved",
    "momentum_buffer": "velocity",
    "trace": "velocity",
    "prev": "last",
    "step_size": "size",
}
"""What PyTorch and optax call the things that our rules remember, and what we call them."""


ELEMENTWISE = (
    *("SGD", "Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "Adamax", "NAdam", "RAdam"),
    *("Rprop", "ASGD"),
)
"""Optimizers of PyTorch that do to each number what they would do to it alone."""


class ForeignState(NamedTuple):
    """Number of updates so far, what the other library keeps, and what reads that.

    Last, the point at which it takes its gradient, if that is not the one it would deploy.
    """

    steps: int
    theirs: Any
    read: Callable[[], dict[str, Array]]
    there: Array | None = None


def gradient_at(state: ForeignState, params: Array) -> Array:
    """Return the point at which another library's optimizer takes its gradient."""
    return params if state.there is None else state.there


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

    Parameters
    ----------
    factory : callable
        Takes a list of tensors, returns a ``torch.optim.Optimizer``: the class itself, for its
        default settings, or ``lambda params: torch.optim.Adam(params, lr=0.3)``. It may not be
        one that evaluates the function several times in a step, such as LBFGS.
    elementwise : bool, default False
        Whether the optimizer does to each number what it would do to it alone. It cannot be told
        from outside; of one that measures norms, paths are wrong where this is declared.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    TypeError
        If the factory does not return such an optimizer; if it is a class, as soon as the rule is
        used.
    """
    _checks.function("factory", factory)
    _checks.flag("elementwise", elementwise)
    torch = _checks.extra("torch", extra="torch")
    pair = torch.zeros((1, 2), requires_grad=True)
    kind = factory if isinstance(factory, type) else _made(factory, pair)
    two_points = _has_two_points(kind)

    def init(params: Array) -> ForeignState:
        tensors = [torch.tensor(_rows(params), requires_grad=True)]
        theirs = [_made(factory, tensors[0])]
        if not elementwise and not _is_elementwise(theirs[0]):
            tensors = [torch.tensor(row, requires_grad=True) for row in _rows(params)]
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


def from_optax(transformation: Any) -> Optimizer:
    """Return the rule of an optax ``GradientTransformation``.

    It is applied to one start after another, in a compiled loop and in float64: a transformation
    which looks at a whole array (clipping by norm, say) sees one path, and rounds the same
    whatever is beside it. In the table of states, ``nu`` is called the mean of squares, which it is
    but for ``optax.adamax``. Of ``optax.contrib.schedule_free`` the rule moves the point that
    ``schedule_free_eval_params`` gives, and `optim.gradient_point` shows the one of its gradients.

    Parameters
    ----------
    transformation : optax.GradientTransformation
        Such as ``optax.lion(0.1)``.

    Raises
    ------
    MissingExtraError
        If optax is not installed.
    TypeError
        If this is not a transformation, or one that needs more than gradients and parameters, such
        as the loss (``optax.polyak_sgd``) or a function to evaluate (``optax.lbfgs``).
    """
    optax, jax = _checks.extra("optax", extra="optax"), _checks.extra("jax", extra="optax")
    if not isinstance(transformation, optax.GradientTransformation):
        raise TypeError(
            f"transformation must be an optax.GradientTransformation; got {transformation!r}"
        )

    def alone(params: Any) -> Any:
        return transformation.update(params, transformation.init(params), params)

    try:
        _, kept = jax.eval_shape(alone, jax.ShapeDtypeStruct((2,), np.float32))
    except (TypeError, ValueError, AttributeError) as error:
        raise TypeError(
            f"transformation must need no more than gradients and parameters; got this: {error}"
        ) from error
    mapped_init = jax.vmap(transformation.init)

    def advance(row: Any) -> Any:
        grads, theirs, place = row
        updates, theirs = transformation.update(grads, theirs, place)
        return updates, theirs, _deployed_by_optax(theirs, place + updates)

    # Not vmap: a vectorized sum adds up in another order, depending on the number of starts.
    mapped_update = jax.jit(lambda *rows: jax.lax.map(advance, rows))

    def init(params: Array) -> ForeignState:
        with jax.enable_x64(True):
            theirs = mapped_init(_rows(params))
        return ForeignState(0, theirs, partial(_of_optax, theirs, params.shape))

    def update(grads: Array, state: ForeignState, params: Array) -> tuple[Array, ForeignState]:
        place = gradient_at(state, params)
        with jax.enable_x64(True):
            moves, theirs, deployed = mapped_update(_rows(grads), state.theirs, _rows(place))
        updates, there = np.asarray(moves).reshape(params.shape), None
        if deployed is not None:
            there = place + updates
            updates = np.asarray(deployed).reshape(params.shape) - params
        read = partial(_of_optax, theirs, params.shape)
        return updates, ForeignState(state.steps + 1, theirs, read, there)

    return Optimizer(init, update, gradient_at=gradient_at if _free_states(kept) else here)


def _made(factory: Callable[[list[Any]], Any], tensor: Any) -> Any:
    """Return the optimizer that a factory makes for a tensor; TypeError if it is none for us."""
    import torch

    optimizer = factory([tensor])
    known = isinstance(optimizer, torch.optim.Optimizer)
    if not known or _needs_closure(optimizer):
        raise TypeError(
            "factory must return a torch.optim.Optimizer that takes one gradient per step; "
            f"got {type(optimizer).__name__}" + ", which evaluates the loss itself" * known
        )
    return optimizer


def _needs_closure(optimizer: Any) -> bool:
    """Return whether a step of an optimizer cannot be taken without what evaluates the loss."""
    given = signature(optimizer.step).parameters.values()
    kinds = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    return any(one.default is one.empty and one.kind not in kinds for one in given)


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

    parts = (np.split(_rows(part), len(tensors)) for part in (place, grads))
    with torch.no_grad():
        for tensor, values, slopes in zip(tensors, *parts, strict=True):
            tensor.copy_(torch.tensor(values).reshape(tensor.shape))
            tensor.grad = torch.tensor(slopes).reshape(tensor.shape)
    for optimizer in theirs:
        optimizer.step()


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


def _deployed_by_optax(theirs: Any, place: Any) -> Any:
    """Return the point to deploy if that is another one, None otherwise."""
    from optax import contrib

    found = _free_states(theirs)
    return contrib.schedule_free_eval_params(found[0], place) if found else None


def _free_states(theirs: Any) -> list[Any]:
    """Return the parts of an optax state that tell of a point to deploy."""
    import jax
    from optax import contrib

    def is_free(part: Any) -> bool:
        return isinstance(part, contrib.ScheduleFreeState)

    return [part for part in jax.tree.leaves(theirs, is_leaf=is_free) if is_free(part)]


def _of_torch(tensors: list[Any], theirs: list[Any], shape: tuple[int, ...]) -> dict[str, Array]:
    """Return what PyTorch's optimizers, one a tensor, remember, if the first one does."""
    states = [
        optimizer.state.get(tensor, {}) for tensor, optimizer in zip(tensors, theirs, strict=True)
    ]
    names = [key for key, value in states[0].items() if np.shape(value) == tensors[0].shape]
    rows = {key: [state[key].tolist() for state in states] for key in names}
    return {NAMES.get(key, key): np.reshape(own, shape) for key, own in rows.items()}


def _of_optax(theirs: Any, shape: tuple[int, ...]) -> dict[str, Array]:
    """Return the fields of an optax state that have one number per parameter."""
    import jax

    leaves = jax.tree_util.tree_leaves_with_path(theirs)
    named = [(getattr(path[-1], "name", ""), leaf) for path, leaf in leaves if path]
    rows = (int(np.prod(shape[:-1])), shape[-1])
    return {
        NAMES.get(name, name): np.reshape(leaf, shape)
        for name, leaf in named
        if name and leaf.shape == rows
    }


def _rows(params: Array) -> Array:
    """Return a row for each path; in order in memory, as a path alone is: sums depend on that."""
    return np.ascontiguousarray(params.reshape(-1, params.shape[-1]))
