"""A callback of Lightning's Trainer."""

from collections.abc import Mapping
from importlib import import_module
from os import PathLike
from typing import Any

from nnviz import _checks
from nnviz.adapters._callback import Watches
from nnviz.record import Recorder

__all__ = ["LightningCallback"]

try:
    _lightning: Any = import_module("lightning.pytorch")
except ImportError:
    _lightning = _checks.extra("pytorch_lightning", extra="lightning")


class LightningCallback(Watches, _lightning.Callback):  # type: ignore[misc]
    """Records the module that a Lightning Trainer fits.

    >>> trainer = lightning.Trainer(callbacks=[LightningCallback(run="my.run")])

    Steps are those of the optimizers, as `nnviz.watch` tells them, in automatic and manual
    optimization. Beside them the loss is recorded, the mean over the batches of a step, and what
    the module logs: at a step, or after it. Sanity checks and validation are not.

    Parameters
    ----------
    run : path-like, optional
        A new run file, which a second training with this callback continues. By default, and
        without a `recorder`, memory.
    recorder : Recorder, optional
        One of your own, that keeps more or less; its sink says where to.
    settings : mapping, optional
        What the run was started with. By default the module's own ``hparams``.

    Attributes
    ----------
    recorder : Recorder or None
        None until training begins, unless one was given.
    """

    def __init__(
        self,
        run: str | PathLike[str] | None = None,
        *,
        recorder: Recorder | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(run, recorder, settings)
        self._logged: dict[str, float] = {}
        self._losses: list[float] = []
        self._global_step = 0

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Begin to record."""
        self._logged.clear()
        self._losses.clear()
        self._global_step = trainer.global_step
        settings = {name: _as_json(value) for name, value in pl_module.hparams.items()}
        optimizers = list(trainer.optimizers)
        self._begin(pl_module, optimizers, settings, _steps_to_come(trainer, len(optimizers)))

    def on_train_batch_end(
        self, trainer: Any, pl_module: Any, outputs: Any, *_: Any, **__: Any
    ) -> None:
        """Record the loss and what was logged, once the optimizer has moved."""
        loss = outputs.get("loss") if isinstance(outputs, Mapping) else outputs
        if loss is not None:
            self._losses.append(float(loss))
        if self.recorder is None or trainer.global_step == self._global_step:
            return
        self._global_step = trainer.global_step
        if self._losses:
            self.recorder.scalar("loss", sum(self._losses) / len(self._losses))
            self._losses.clear()
        self._record(trainer)

    def on_validation_end(self, trainer: Any, *_: Any) -> None:
        """Record what was logged of the validation."""
        self._record(trainer)

    def on_train_end(self, trainer: Any, *_: Any) -> None:
        """Record what was logged at last, and end the run."""
        self._record(trainer)
        self._end()

    def on_exception(self, *_: Any) -> None:
        """End the run as crashed."""
        self._end("crashed")

    def _record(self, trainer: Any) -> None:
        """Record the numbers that were logged since the last time."""
        if self._watch is None or trainer.sanity_checking or self.recorder is None:
            return
        if self.recorder.last_step is None:  # the first gradients are still being accumulated
            return
        for name, value in trainer.callback_metrics.items():
            number = float(value)
            if self._logged.get(name) != number:
                self._logged[name] = number
                self.recorder.scalar(name, number)


def _steps_to_come(trainer: Any, n_optimizers: int) -> int | None:
    """Return how many steps the training will take, if that is known."""
    total = trainer.estimated_stepping_batches
    if n_optimizers > 1 or not isinstance(total, int) or total <= trainer.global_step:
        return None
    return total - int(trainer.global_step)


def _as_json(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else repr(value)
