"""Transformations of optax as rules of nnviz."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim import Optimizer
from nnviz.optim.base import Objective, evaluating_itself, here
from nnviz.train.foreign import NAMES, ForeignState, gradient_at, rows

__all__ = ["from_optax"]


def from_optax(transformation: Any) -> Optimizer:
    """Return the rule of an optax ``GradientTransformation``.

    It is applied to one start after another, in a compiled loop and in float64: a transformation
    which looks at a whole array (clipping by norm, say) sees one path, and rounds the same
    whatever is beside it. In the table of states, ``nu`` is called the mean of squares, which it is
    but for ``optax.adamax``. Of ``optax.contrib.schedule_free`` the rule moves the point that
    ``schedule_free_eval_params`` gives, and `optim.gradient_point` shows the one of its gradients.

    A transformation that asks for the value (``optax.polyak_sgd``) or for the function, to search
    along a line (``optax.lbfgs``), is given those of the surface: it runs wherever there is one,
    and without noise.

    Parameters
    ----------
    transformation : optax.GradientTransformation
        Such as ``optax.lion(0.1)``.

    Raises
    ------
    MissingExtraError
        If optax is not installed.
    TypeError
        If this is not a transformation, or one that needs what a surface has not, such as second
        derivatives (``optax.contrib.sophia``) or parameters of two kinds (``optax.lookahead``).
    """
    optax = _checks.extra("optax", extra="optax")
    _checks.extra("jax", extra="optax")
    if not isinstance(transformation, optax.GradientTransformation):
        raise TypeError(
            f"transformation must be an optax.GradientTransformation; got {transformation!r}"
        )

    try:
        kept = _state_of(transformation, None)
    except (TypeError, ValueError, AttributeError) as error:
        try:
            kept = _state_of(transformation, _SPHERE)
        except (TypeError, ValueError, AttributeError):
            raise TypeError(
                "transformation must need no more than gradients, parameters, the value, and a "
                f"function that has a gradient; got this: {error}"
            ) from error
        two_points = bool(_free_states(kept))
        return evaluating_itself(
            "a rule of optax", partial(_of_transformation, transformation, two_points)
        )
    return _of_transformation(transformation, bool(_free_states(kept)), None)


def _state_of(transformation: Any, objective: Objective | None) -> Any:
    """Return what a transformation remembers after an update, in shape; an error if it cannot."""
    import jax

    def alone(place: Any) -> Any:
        return _updated(transformation, objective, place, transformation.init(place), place)

    return jax.eval_shape(alone, jax.ShapeDtypeStruct((2,), np.float32))[1]


def _of_transformation(
    transformation: Any, two_points: bool, objective: Objective | None
) -> Optimizer:
    import jax

    mapped_init = jax.vmap(transformation.init)

    def advance(row: Any) -> Any:
        grads, theirs, place = row
        updates, theirs = _updated(transformation, objective, grads, theirs, place)
        return updates, theirs, _deployed_by_optax(theirs, place + updates)

    # Not vmap: a vectorized sum adds up in another order, depending on the number of starts.
    mapped_update = jax.jit(lambda *several: jax.lax.map(advance, several))

    def init(params: Array) -> ForeignState:
        with jax.enable_x64(True):
            theirs = mapped_init(rows(params))
        return ForeignState(0, theirs, partial(_of_optax, theirs, params.shape))

    def update(grads: Array, state: ForeignState, params: Array) -> tuple[Array, ForeignState]:
        place = gradient_at(state, params)
        with jax.enable_x64(True):
            moves, theirs, deployed = mapped_update(rows(grads), state.theirs, rows(place))
        updates, there = np.asarray(moves).reshape(params.shape), None
        if deployed is not None:
            there = place + updates
            updates = np.asarray(deployed).reshape(params.shape) - params
        read = partial(_of_optax, theirs, params.shape)
        return updates, ForeignState(state.steps + 1, theirs, read, there)

    return Optimizer(init, update, gradient_at=gradient_at if two_points else here)


def _updated(
    transformation: Any, objective: Objective | None, grads: Any, theirs: Any, place: Any
) -> Any:
    """Return updates and the next state; with an objective, by what can be known of it."""
    if objective is None:
        return transformation.update(grads, theirs, place)
    value_fn = _traceable(objective)
    known = {"value": value_fn(place), "grad": grads, "value_fn": value_fn}
    return transformation.update(grads, theirs, place, **known)


def _traceable(objective: Objective) -> Callable[[Any], Any]:
    """Return a function of NumPy as one of JAX, with its gradient."""
    import jax

    def value(point: Any) -> Any:
        shape = jax.ShapeDtypeStruct((), point.dtype)
        return jax.pure_callback(_called(objective.value), shape, point)

    def gradient(point: Any, along: Any) -> tuple[Any]:
        shape = jax.ShapeDtypeStruct(point.shape, point.dtype)
        return (along * jax.pure_callback(_called(objective.gradient), shape, point),)

    traceable = jax.custom_vjp(value)
    traceable.defvjp(lambda point: (value(point), point), gradient)
    return traceable


def _called(function: Callable[[Array], Array]) -> Callable[[Any], Array]:
    return lambda point: function(np.asarray(point)).astype(point.dtype)


_SPHERE = Objective(lambda points: np.sum(points * points, axis=-1), lambda points: 2 * points)
"""A function to see what a transformation needs."""


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
