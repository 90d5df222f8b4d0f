"""Optimizers of Keras 3 as rules of nnviz, on whatever backend it has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim import Optimizer
from nnviz.train.foreign import ForeignState, rows

__all__ = ["from_keras"]

ELEMENTWISE = (
    *("SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Ftrl", "Nadam", "Lion"),
)
"""Optimizers of Keras that do to each number what they would do to it alone, unless they clip."""

CLIPS = ("clipnorm", "global_clipnorm")
"""What makes them measure a whole variable."""


def from_keras(factory: Callable[[], Any]) -> Optimizer:
    """Return the rule of a Keras 3 optimizer.

    Each start has an optimizer of its own, so that a rule which measures a whole variable sees one
    path; with those of Keras's own rules that look at each number alone (`ELEMENTWISE`), and that
    clip no norm, all starts share one variable. All is in float64, whatever ``floatx`` says
    outside. What the optimizer remembers is not shown, and changes in place: a rule made here
    serves one descent at a time.

    Parameters
    ----------
    factory : callable
        Takes nothing and returns a ``keras.optimizers.Optimizer``: the class itself, for its
        default settings, or ``lambda: keras.optimizers.Adam(0.3)``. An optimizer that exists
        already has rounded its learning rate to float32.

    Raises
    ------
    MissingExtraError
        If Keras is not installed.
    TypeError
        If the factory does not return such an optimizer, a new one at each call.
    """
    _checks.function("factory", factory)
    keras = _checks.extra("keras", extra="keras")
    with _float64(keras):
        known = factory()
    if not isinstance(known, keras.optimizers.Optimizer):
        raise TypeError(
            f"factory must return a keras.optimizers.Optimizer; got {type(known).__name__}"
        )
    with _float64(keras):
        if factory() is known:
            raise TypeError(
                "factory must return a new optimizer at each call; got the same one twice, "
                f"{type(known).__name__}"
            )
    own = type(known) in [getattr(keras.optimizers, name) for name in ELEMENTWISE]
    together = own and not any(getattr(known, name, None) for name in CLIPS)

    def init(params: Array) -> ForeignState:
        parts = [rows(params)] if together else rows(params)
        with _float64(keras):
            theirs = [(factory(), keras.Variable(part, dtype="float64")) for part in parts]
            for optimizer, variable in theirs:
                optimizer.build([variable])
        return ForeignState(0, theirs, dict)

    def update(grads: Array, state: ForeignState, params: Array) -> tuple[Array, ForeignState]:
        places, slopes = (np.split(rows(part), len(state.theirs)) for part in (params, grads))
        after = []
        with _float64(keras):
            for (optimizer, variable), place, slope in zip(
                state.theirs, places, slopes, strict=True
            ):
                variable.assign(place.reshape(variable.shape))
                slope = slope.reshape(variable.shape)
                optimizer.apply([keras.ops.convert_to_tensor(slope, dtype="float64")], [variable])
                after.append(keras.ops.convert_to_numpy(variable.value))
        moved = np.reshape(after, params.shape)
        return moved - params, state._replace(steps=state.steps + 1)

    return Optimizer(init, update)


@contextmanager
def _float64(keras: Any) -> Iterator[None]:
    """Let Keras reckon in float64 inside the ``with`` block."""
    before = keras.config.floatx()
    wide: Any = nullcontext()
    if keras.config.backend() == "jax":
        import jax

        wide = jax.enable_x64(True)
    keras.config.set_floatx("float64")
    try:
        with wide:
            yield
    finally:
        keras.config.set_floatx(before)
