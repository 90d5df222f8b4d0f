"""A probe of a Keras model on JAX: one batch, whose passes are computed beside the training."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from nnviz.adapters._keras_layers import function_of, layers_of, shown, unit_axis_of, weights_of
from nnviz.record import Recorder

__all__ = ["Probe"]


class Probe:
    """A batch that shows a model's activations and gradients.

    The gradient with respect to an output is that with respect to a zero which is added to it.

    Parameters
    ----------
    model : keras.Model
    recorder : Recorder
    x, y : array-like
        Inputs and targets of a batch.
    """

    has_skipped = False

    def __init__(self, model: Any, recorder: Recorder, x: Any, y: Any) -> None:
        self._model, self._recorder = model, recorder
        self._x, self._y = (jax.tree.map(jnp.asarray, part) for part in (x, y))
        self._layers = dict(layers_of(model))
        for name, layer in self._layers.items():
            if (function := function_of(layer)) is not None:
                recorder.units.follow(name, function)
        self._variables = list(model.variables)
        self._wanted = [k for k, v in enumerate(self._variables) if v.trainable]
        self._names = {id(v): stream for stream, v in weights_of(model).items()}
        n = len(jax.tree.leaves(self._x)[0])
        recorder.notice(
            f"activations, gradients and gradients of weights are those of a probe: a fixed batch "
            f"of {n}, computed beside the training",
            quiet=True,
        )
        self._zeros: dict[str, Any] | None = None
        self._order: list[str] = []
        self._passes = jax.jit(jax.grad(self._loss, argnums=(0, 1), has_aux=True))

    def before_batch(self) -> None:
        """Compute the passes, and show what they yield."""
        self._model.jax_state_sync()
        values = [v.value for v in self._variables]
        trained = [values[k] for k in self._wanted]
        if self._zeros is None:
            _, seen = jax.eval_shape(partial(self._loss, trained, {}), values)
            self._zeros = {name: jnp.zeros(out.shape, out.dtype) for name, out in seen.items()}
        (of_weights, of_outputs), seen = self._passes(trained, self._zeros, values)
        for name in self._order:  # JAX sorts what it returns
            output = seen[name]
            axis = unit_axis_of(self._layers[name.partition("#")[0]], output.ndim)
            self._recorder.units.axes[f"{name}/activation"] = axis
            self._recorder.observe(f"{name}/activation", np.asarray(output))
        for name in reversed(self._order):
            self._recorder.observe(f"{name}/gradient", np.asarray(of_outputs[name]))
        for k, gradient in zip(self._wanted, of_weights, strict=True):
            if (stream := self._names.get(id(self._variables[k]))) is not None:
                self._recorder.observe(f"{stream}_gradient", np.asarray(gradient))

    def remove(self) -> None:
        """Do nothing: outside its passes a probe leaves the model alone."""

    def _loss(self, trained: Any, zeros: Any, values: Any) -> tuple[Any, dict[str, Any]]:
        """Return the loss of the batch, and the layers' outputs."""
        now = list(values)
        for k, value in zip(self._wanted, trained, strict=True):
            now[k] = value
        seen: dict[str, Any] = {}

        def show(name: str, _: Any, __: Any, output: Any) -> Any:
            if not hasattr(output, "ndim") or not output.ndim:
                return output
            calls = sum(own.partition("#")[0] == name for own in seen)
            own = f"{name}#{calls + 1}" if calls else name
            seen[own] = output = output + zeros[own] if own in zeros else output
            return output

        pairs = list(zip(self._variables, now, strict=True))
        with keras.StatelessScope(state_mapping=pairs), shown(self._model, show):
            predicted = self._model(self._x, training=True)
            loss = self._model.compute_loss(x=self._x, y=self._y, y_pred=predicted)
        self._order = list(seen)
        return loss, seen
