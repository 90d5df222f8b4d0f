"""Optimizers of PyTorch and optax as rules of nnviz, to run on the same surfaces."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim import Optimizer

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
    """Number of updates so far, what the other library keeps, and what reads that."""

    steps: int
    theirs: Any
    read: Callable[[], dict[str, Array]]


def from_torch(factory: Callable[[list[Any]], Any]) -> Optimizer:
    """Return the rule of a PyTorch optimizer.

    Each start is a parameter tensor of its own, in float64, so that a rule which looks at a whole
    tensor still sees one path at a time; PyTorch's own rules that do not (`ELEMENTWISE`) have all
    starts in one, which is many times as fast. The state is PyTorch's own and changes in place: a
    rule made here serves one descent at a time.

    Parameters
    ----------
    factory : callable
        Takes a list of tensors, returns a ``torch.optim.Optimizer``: the class itself, for its
        default settings, or ``lambda params: torch.optim.Adam(params, lr=0.3)``. It may not be
        one that evaluates the function several times in a step, such as LBFGS.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    TypeError
        As soon as the rule is used, if the factory does not return such an optimizer.
    """
    _checks.function("factory", factory)
    torch = _checks.extra("torch", extra="torch")

    def init(params: Array) -> ForeignState:
        block = torch.tensor(_rows(params))
        tensors = [block.detach().requires_grad_()]
        theirs = factory(tensors)
        if type(theirs) not in (getattr(torch.optim, name) for name in ELEMENTWISE):
            # One tensor a path, all in one block of memory: copied as one.
            tensors = [row.detach().requires_grad_() for row in block]
            theirs = factory(tensors)
        if not isinstance(theirs, torch.optim.Optimizer) or isinstance(theirs, torch.optim.LBFGS):
            raise TypeError(
                "factory must return a torch.optim.Optimizer that takes one gradient per step; "
                f"got {type(theirs).__name__}"
            )
        read = partial(_of_torch, tensors, theirs, params.shape)
        return ForeignState(0, (block, tensors, theirs), read)

    def update(grads: Array, state: ForeignState, params: Array) -> tuple[Array, ForeignState]:
        block, tensors, theirs = state.theirs
        block.copy_(torch.tensor(_rows(params)))
        slopes = torch.tensor(_rows(grads))
        for tensor, grad in zip(tensors, [slopes] if len(tensors) == 1 else slopes, strict=True):
            tensor.grad = grad.reshape(tensor.shape)
        theirs.step()
        after = block.numpy().reshape(params.shape)
        return after - params, state._replace(steps=state.steps + 1)

    return Optimizer(init, update)


def from_optax(transformation: Any) -> Optimizer:
    """Return the rule of an optax ``GradientTransformation``.

    It is mapped over the starts, so that a transformation which looks at a whole array (clipping
    by norm, say) still sees one path at a time, and it runs in float64. In the table of states,
    ``nu`` is called the mean of squares, which it is but for ``optax.adamax``.

    Parameters
    ----------
    transformation : optax.GradientTransformation
        Such as ``optax.lion(0.1)``.

    Raises
    ------
    MissingExtraError
        If optax is not installed.
    TypeError
        If this is not a transformation.
    """
    optax, jax = _checks.extra("optax", extra="optax"), _checks.extra("jax", extra="optax")
    if not isinstance(transformation, optax.GradientTransformation):
        raise TypeError(
            f"transformation must be an optax.GradientTransformation; got {transformation!r}"
        )
    mapped_init = jax.vmap(transformation.init)
    mapped_update = jax.jit(jax.vmap(transformation.update))

    def init(params: Array) -> ForeignState:
        with jax.enable_x64(True):
            theirs = mapped_init(_rows(params))
        return ForeignState(0, theirs, partial(_of_optax, theirs, params.shape))

    def update(grads: Array, state: ForeignState, params: Array) -> tuple[Array, ForeignState]:
        with jax.enable_x64(True):
            updates, theirs = mapped_update(_rows(grads), state.theirs, _rows(params))
        read = partial(_of_optax, theirs, params.shape)
        return np.asarray(updates).reshape(params.shape), ForeignState(
            state.steps + 1, theirs, read
        )

    return Optimizer(init, update)


def _of_torch(tensors: list[Any], theirs: Any, shape: tuple[int, ...]) -> dict[str, Array]:
    """Return what a PyTorch optimizer remembers of all tensors, if it does of the first."""
    first = theirs.state.get(tensors[0], {})
    names = [key for key, value in first.items() if np.shape(value) == tensors[0].shape]
    rows = {key: [theirs.state[tensor][key].tolist() for tensor in tensors] for key in names}
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
    return params.reshape(-1, params.shape[-1])
