"""Which of the numbers of a recording is the loss that is judged."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from nnviz.diagnosis.numbers import is_adversarial, is_loss, is_opposed, metric_of, split_of
from nnviz.diagnosis.series import Missing, Series

__all__ = ["STEPS", "Losses"]

STEPS = 100
"""Steps before which nothing is said of how the loss falls."""

MEASUREMENTS = 10
"""Of the loss, before which nothing is said of how it falls: its two ends are medians of three."""


class Losses:
    """The losses of a recording, of which one metric is judged: the one that is minimized.

    That is the one called "loss", with or without a split, or the only one there is. Which of
    several others is minimized, or whether their sum is, no name tells.

    Parameters
    ----------
    numbers : mapping of str to Series
        All numbers by name.
    layers : sequence of str
    unrecorded : callable
        ``unrecorded(words, name)``: the `Missing` of a number that nobody recorded.
    """

    def __init__(
        self,
        numbers: Mapping[str, Series],
        layers: Sequence[str],
        unrecorded: Callable[[str, str], Missing],
    ) -> None:
        self._numbers = {name: own for name, own in numbers.items() if is_loss(name)}
        self._layers, self._unrecorded = layers, unrecorded

    @property
    def are_known(self) -> bool:
        """Whether there is any, whether it can be judged or not."""
        return bool(self._numbers)

    def name(self, split: str | None = None) -> str:
        """Return the name of a loss; raises Missing where there is none that can be judged.

        Parameters
        ----------
        split : {"train", "test"}, optional
            As its name says. By default the one of training, also if its name says nothing.
        """
        if split is None:
            if is_adversarial(self._numbers, self._layers) or is_opposed(self._metric):
                raise Missing("losses of networks that train against each other need not fall")
            chosen = [name for name in self._judged if split_of(name) != "test"]
        else:
            chosen = [name for name in self._judged if split_of(name) == split]
        if not chosen:
            if split == "test":
                raise self._unrecorded("the test loss was not recorded", "test/loss")
            raise self._unrecorded("the training loss was not recorded", "loss")
        # the longest; of equals one that names its split
        return max(chosen, key=lambda name: (len(self._numbers[name].step), bool(split_of(name))))

    def long(self) -> Series:
        """Return the training loss; raise Missing where it is too short to judge by its fall."""
        loss = self._numbers[self.name()]
        n = int(loss.step[-1] - loss.step[0]) + 1
        if n < STEPS:
            raise Missing("it needs {steps} steps; there are {count}", steps=STEPS, count=n)
        if len(loss.step) < MEASUREMENTS:
            raise Missing(
                "it needs {least} measurements of the training loss; there are {count}",
                least=MEASUREMENTS,
                count=len(loss.step),
            )
        return loss

    def of_batches(self) -> Series:
        """Return the loss of mini-batches: one whose name says no split; or raise Missing."""
        if not self._of(None):
            raise Missing("the loss of mini-batches was not recorded")
        return self._longest(self._of(None))

    def measured(self) -> Series | None:
        """Return the loss on all training data, by its split; None if only batches have one."""
        both = self._of("train") and self._of(None)
        return self._longest(self._of("train")) if both else None

    def _of(self, split: str | None) -> list[str]:
        return [name for name in self._judged if split_of(name) == split]

    def _longest(self, names: Sequence[str]) -> Series:
        return max((self._numbers[name] for name in names), key=lambda one: len(one.step))

    @property
    def _judged(self) -> list[str]:
        """The losses of the metric that is judged, in any split."""
        return [name for name in self._numbers if metric_of(name) == self._metric]

    @cached_property
    def _metric(self) -> str:
        """The metric that is judged, "" if there is no loss."""
        trained = [name for name in self._numbers if split_of(name) != "test"]
        metrics = {metric_of(name): name for name in trained or self._numbers}
        if "loss" in metrics:
            return "loss"
        if len(metrics) > 1:
            names = ", ".join(metrics.values())
            raise Missing(
                'there are several losses, and none is called "loss": {names}', names=names
            )
        return next(iter(metrics), "")
