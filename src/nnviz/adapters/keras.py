"""A callback of Keras 3: through its layers on PyTorch, by a probe beside the training on JAX."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

from nnviz import _checks
from nnviz.adapters._callback import Records
from nnviz.adapters._keras_layers import weights_of
from nnviz.adapters.watching import begun_run
from nnviz.record import Recorder
from nnviz.runs import RunWriter

__all__ = ["KerasCallback"]

_keras: Any = _checks.extra("keras", extra="keras")


class KerasCallback(Records, _keras.callbacks.Callback):  # type: ignore[misc]
    """Records the model that Keras fits.

    >>> model.fit(x, y, callbacks=[KerasCallback(run="my.run")])

    A step is a batch. On the backend of PyTorch layers show what they return as they train, and
    the gradient of it. On that of JAX nothing can be seen of a training step but what comes of
    it, so that activations, gradients and gradients of weights are those of a `probe`: a fixed
    batch whose forward and backward passes are computed beside the training, in every `every`-th
    step before it is taken. The run says so, in a notice. Weights and updates are the training's
    own on either. What Keras logs is recorded with each batch and each epoch.

    Layers have Keras's names, nested ones those of the models that they are in: "encoder.dense".
    The kernel, the embeddings and the scale of a norm are a layer's weight; others are parts of
    it: "lstm.recurrent_kernel".

    Parameters
    ----------
    run : path-like, optional
        A new run file, which a second training with this callback continues. By default, and
        without a `recorder`, memory.
    probe : tuple of (x, y), optional
        For JAX: inputs and targets of one batch, as `fit` takes them.
    every : int, default 10
        For JAX without a `recorder`: the probe is computed in one of so many steps.
    recorder : Recorder, optional
        One of your own, that keeps more or less; its sink says where to.
    settings : mapping, optional
        What the run was started with: anything that JSON can say.

    Attributes
    ----------
    recorder : Recorder or None
        None until training begins, unless one was given.

    Raises
    ------
    ValueError
        When training begins: on JAX without a probe, on another backend, or where the model is
        compiled as a whole (``jit_compile=True``) on PyTorch.
    """

    def __init__(
        self,
        run: str | PathLike[str] | None = None,
        *,
        probe: tuple[Any, Any] | None = None,
        every: int = 10,
        recorder: Recorder | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        _keras.callbacks.Callback.__init__(self)
        Records.__init__(self, run, recorder, settings)
        self._probe = probe
        self._every = _checks.integer("every", every)
        self._writer: RunWriter | None = None
        self._inside: Any = None
        self._step: Any = None
        self._n_skipped = self._told = 0
        self._n_begun, self._n_steps = 0, 0

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin to record."""
        backend = _keras.backend.backend()
        if backend not in ("torch", "jax"):
            raise _checks.fail("the backend of Keras", "torch or jax", backend)
        if backend == "jax" and self._probe is None:
            raise _checks.fail("probe", "a batch (x, y) on JAX", None)
        if backend == "torch" and self.model.jit_compile:
            raise _checks.fail("jit_compile", "left out where layers are recorded", True)
        if self.recorder is None or self._run is not None:  # a run is closed after each training
            if self._run is not None:
                if self._writer is not None:  # training has failed, and is tried again
                    self._writer.close("crashed")
                again = self.recorder is not None
                self._writer = begun_run(self._run, self._settings, again=again)
            every = self._every if backend == "jax" else 1
            exact = backend == "jax"  # the probe costs more than counting does
            self.recorder = Recorder(every=every, exact=exact, sink=self._writer)
        self._n_begun = 0
        self._n_steps = (self.params.get("steps") or 0) * self.params.get("epochs", 0)
        if backend == "torch":
            from nnviz.adapters._keras_torch import Layers

            self._inside = Layers(self.model, self.recorder)
        else:
            from nnviz.adapters._keras_jax import Probe

            self._inside = Probe(self.model, self.recorder, *(self._probe or ()))

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Begin a step."""
        recorder = self._known_recorder()
        last = recorder.last_step
        self._n_begun += 1
        is_last = self._n_begun == self._n_steps
        self._step = recorder.step(0 if last is None else last + 1, exact=is_last)
        self._step.__enter__()
        if recorder.due is not None:
            self._before = {
                stream: _as_array(variable).copy()
                for stream, variable in weights_of(self.model).items()
                if recorder.wants(stream) or recorder.wants(f"{stream}_update")
            }
            self._inside.before_batch()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Record the weights and their updates, and what was logged; end the step."""
        recorder = self._known_recorder()
        if self._inside.has_skipped:
            self._n_skipped += 1
            self._step.__exit__(KeyboardInterrupt, None, None)
            self._step = None
            return
        if recorder.due is not None:
            if self._told < self._n_skipped:
                self._told = self._n_skipped
                recorder.scalar("skipped_steps", self._n_skipped)
            for stream, variable in weights_of(self.model).items():
                if stream in self._before:
                    old = self._before[stream]
                    recorder.observe(stream, old)
                    if variable.trainable:
                        recorder.observe(f"{stream}_update", _as_array(variable) - old)
        for name, value in (logs or {}).items():
            recorder.scalar(name, float(value))
        self._step.__exit__(None, None, None)
        self._step = None

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Record what was logged of the validation."""
        for name, value in (logs or {}).items():
            if name.startswith("val_"):
                self._known_recorder().scalar(name, float(value))

    def on_train_end(self, logs: Any = None) -> None:
        """End the run."""
        self._inside.remove()
        self._known_recorder().flush()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _known_recorder(self) -> Recorder:
        assert self.recorder is not None
        return self.recorder


def _as_array(variable: Any) -> Any:
    return _keras.ops.convert_to_numpy(variable.value)
