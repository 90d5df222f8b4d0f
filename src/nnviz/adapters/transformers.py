"""A callback of Hugging Face's Trainer."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

from nnviz import _checks
from nnviz.adapters._callback import Watches
from nnviz.record import Recorder

__all__ = ["TransformersCallback"]

_transformers: Any = _checks.extra("transformers", extra="transformers")

_SETTINGS = (
    "learning_rate",
    "per_device_train_batch_size",
    "gradient_accumulation_steps",
    "weight_decay",
    "warmup_steps",
    "lr_scheduler_type",
    "optim",
    "num_train_epochs",
    "max_steps",
    "max_grad_norm",
    "seed",
)
"""Of a Trainer's arguments, those that say how it trains."""


class TransformersCallback(Watches, _transformers.TrainerCallback):  # type: ignore[misc]
    """Records the model that a Trainer of Hugging Face's transformers trains.

    >>> trainer = Trainer(model, args, callbacks=[TransformersCallback(run="my.run")])

    Steps are those of the optimizer, as `nnviz.watch` tells them: a step has all the batches over
    which gradients are accumulated. Beside them what the Trainer logs is recorded: loss, learning
    rate, norm of the gradients, and what an evaluation yields. Evaluation itself is not.

    Parameters
    ----------
    run : path-like, optional
        A new run file, which a second training with this callback continues. By default, and
        without a `recorder`, memory.
    recorder : Recorder, optional
        One of your own, that keeps more or less; its sink says where to.
    settings : mapping, optional
        What the run was started with. By default the Trainer's arguments that say how it trains.

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

    def on_train_begin(
        self, args: Any, state: Any, control: Any, *, model: Any, optimizer: Any, **_: Any
    ) -> None:
        """Begin to record."""
        settings = {name: getattr(args, name) for name in _SETTINGS if hasattr(args, name)}
        self._begin(model, [optimizer], settings, state.max_steps - state.global_step or None)

    def on_log(
        self, args: Any, state: Any, control: Any, *, logs: Mapping[str, Any], **_: Any
    ) -> None:
        """Record the numbers that are logged."""
        if self._watch is None or self.recorder is None or self.recorder.last_step is None:
            return
        for name, value in logs.items():
            if isinstance(value, int | float):
                self.recorder.scalar(name, value)

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """End the run."""
        self._end()
