"""What the rules read of a recording: arrays by layer and step."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nnviz._language import said
from nnviz._names import is_derived
from nnviz._typing import Array
from nnviz.diagnosis.fall import Fall
from nnviz.diagnosis.gathered import NEEDED, Odd, Tables
from nnviz.diagnosis.losses import Losses
from nnviz.diagnosis.numbers import is_accuracy, split_of
from nnviz.diagnosis.series import Missing, Series
from nnviz.record import Recording
from nnviz.stats.statistics import distinct, statistics_of

__all__ = ["Evidence"]

ROUNDING = 1e-3
"""By what a share may exceed 1."""


class Evidence:
    """The statistics and numbers of a recording, looked up by layer and kind.

    Parameters
    ----------
    recording : Recording
        A live `Recorder` or an opened run.

    Attributes
    ----------
    layers : list of str
        Those whose activations were recorded, from the input to the output.
    streams : list of str
        Those of which anything was recorded, in order of appearance.
    not_finite : list of OddEntry
        Where NaN and infinities begin, and where they become more.
    lasting : dict of str to int
        The streams that are not finite to the end, and the step since which they are not.
    numbers : list of str
        The names of plain numbers that somebody reported, in order of appearance.
    """

    def __init__(self, recording: Recording) -> None:
        self._is_log = "axis" in recording.meta  # nobody can add to what another program wrote
        self._tables = Tables(recording.streams, recording.recorded_at())
        odd = Odd()
        parts: dict[int, list[Series]] = {}
        for block in recording.blocks(buckets=False):
            columns = recording.corrected(statistics_of(block, NEEDED))
            self._tables.add(columns)
            odd.add(columns)
            for place, rows in _places(block.number_name).items():
                if not recording.names[place].endswith("/update_to_weight"):
                    part = Series(block.number_step[rows], block.number[rows])
                    parts.setdefault(place, []).append(part)
        numbers = {recording.names[place]: _joined(own) for place, own in parts.items()}
        self._numbers = {name: numbers[name] for name in sorted(numbers)}
        self.not_finite = odd.entries(recording.streams)
        self.lasting = odd.lasting(recording.streams)
        self.streams = self._tables.seen
        self.layers = [
            stream.removesuffix("/activation")
            for stream in self.streams
            if stream.endswith("/activation")
        ]
        self.numbers = [
            name for name in recording.names if name in self._numbers and not is_derived(name)
        ]

    @cached_property
    def weights(self) -> list[str]:
        """The layers, or parts of layers, whose weights were recorded."""
        return [s.removesuffix("/weight") for s in self.streams if s.endswith("/weight")]

    @cached_property
    def weighted(self) -> list[str]:
        """The layers with weights, also in parts; all of them if no weights were recorded."""
        own = self.weights
        owners = {*own, *(part.rpartition(".")[0] for part in own)}
        known = [layer for layer in self.layers if layer in owners]
        return known + [layer for layer in own if layer not in known] or self.layers

    @cached_property
    def whole_steps(self) -> NDArray[np.int64]:
        """The steps at which layers were looked at unit by unit, ascending."""
        steps = [series.step for series in self.named("equal").values()]
        return distinct(np.concatenate([np.zeros(0, np.int64), *steps]))

    @property
    def recorded_steps(self) -> NDArray[np.int64]:
        """The steps at which any tensor was recorded, ascending."""
        return self._tables.steps

    @property
    def counted_steps(self) -> NDArray[np.int64]:
        """The steps at which every tensor was counted in full, ascending."""
        return self._tables.whole

    def need_activations(self) -> None:
        """Raise Missing if there are none, or none that is finite."""
        if not self.layers:
            raise Missing("activations were not recorded")
        kinds = [(layer, name) for layer in self.layers for name in ("mean", "rms")]
        if all(
            np.isnan(self.statistic(f"{own}/activation", kind).value).all() for own, kind in kinds
        ):
            raise Missing("no activation has a finite value at any step")

    def need_units(self, n_steps: int, why: str, **blanks: object) -> None:
        """Raise Missing, which says why, if layers were looked at by unit at fewer steps."""
        self.need_activations()
        looked_at = [len(series.step) for series in self.named("spread").values()]
        if max([len(self.whole_steps), *looked_at]) < n_steps:
            raise Missing(why, **blanks)
        if len(self.whole_steps) < n_steps:
            raise Missing("no layer has several units")

    def statistic(self, stream: str, name: str) -> Series:
        """Return a statistic of those that rules look at, empty where not recorded."""
        return Series(*self._tables.series(stream, name))

    def began(self, stream: str) -> list[float]:
        """Return mean and root mean square at the first step; [] where it was not recorded."""
        return self._tables.began(stream)

    def number(self, name: str) -> Series:
        """Return a plain number, empty where it was not recorded."""
        return self._numbers.get(name, Series(np.zeros(0, np.int64), np.zeros(0)))

    def named(self, ending: str) -> dict[str, Series]:
        """Return the numbers ``"<layer>/<ending>"`` by layer, from the input to the output."""
        names = {layer: f"{layer}/{ending}" for layer in self.layers}
        return {layer: self.number(name) for layer, name in names.items() if name in self._numbers}

    def is_routed(self, layer: str) -> bool:
        """Return whether a layer gets some of the examples: a varying part of the first's."""
        first = self.statistic(f"{self.layers[0]}/activation", "size")
        own = self.statistic(f"{layer}/activation", "size")
        _, here, there = np.intersect1d(first.step, own.step, return_indices=True)
        part = own.value[there] / np.maximum(first.value[here], 1)
        return bool(len(part) > 1 and not np.allclose(part, part[0]))

    def update_ratio(self, layer: str) -> Series:
        """Return the norm of a layer's update over that of its weights, at each step."""
        weight = self.statistic(f"{layer}/weight", "norm")
        update = self.statistic(f"{layer}/weight_update", "norm")
        steps, here, there = np.intersect1d(
            weight.step, update.step, assume_unique=True, return_indices=True
        )
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return Series(steps, update.value[there] / weight.value[here])

    def update_ratios(self, layer: str) -> list[Series]:
        """Return the ratios of a layer and of its parts."""
        parts = [own for own in self.weighted if own == layer or own.startswith(f"{layer}.")]
        return [ratio for part in parts if len((ratio := self.update_ratio(part)).step)]

    def update_ratio_over_layers(self, over: Callable[[Array], Array]) -> Series:
        """Return the layers' ratios at each step, taken together: their maximum, or median.

        Weights that began at zero, such as those of a head that is to say nothing at first, are
        left out, as any update is large beside them; and so are those that never move.

        Parameters
        ----------
        over : callable
            Of the array (layers, steps), in which NaN stands for what is not known.
        """
        ratios = [
            (own, ratio) for own in self.weights if len((ratio := self.update_ratio(own)).step)
        ]
        if not ratios:
            raise Missing("weights and their updates were not recorded")
        chosen = [ratio for own, ratio in ratios if not self._was_zero(own)]
        if not chosen:
            raise Missing("all weights are zero, or were so at first")
        steps = distinct(np.concatenate([ratio.step for ratio in chosen]))
        table = np.full((len(chosen), len(steps)), np.nan)
        for row, ratio in zip(table, chosen, strict=True):
            row[np.searchsorted(steps, ratio.step)] = ratio.value
        there = ~np.isnan(table).all(axis=0)
        value = np.full(len(steps), np.nan)
        value[there] = over(table[:, there])
        return Series(steps, value)

    def _was_zero(self, layer: str) -> bool:
        norm = self.statistic(f"{layer}/weight", "norm").value
        return bool(len(norm) and norm[0] == 0)

    @cached_property
    def losses(self) -> Losses:
        """The losses that somebody recorded as numbers."""
        return Losses(self._numbers, self.layers, self.unrecorded)

    def loss(self, split: str | None = None) -> Series:
        """Return the training loss, or the one of a split, "train" or "test"; or raise Missing."""
        return self.number(self.losses.name(split))

    def unrecorded(self, words: str, name: str) -> Missing:
        """Return that a number is missing, and how to record it: nobody can, in a log."""
        if self._is_log:
            return Missing(words)
        return Missing('{missing}: recorder.scalar("{name}", …)', missing=said(words), name=name)

    def accuracy(self, split: str) -> Series:
        """Return an accuracy of a split, as its name says; the longest; empty if there is none.

        Raises Missing where it is no share of examples, as if it were in percent.
        """
        names = [name for name in self._numbers if is_accuracy(name) and split_of(name) == split]
        name = max(names, key=lambda name: len(self.number(name).step), default="")
        highest = self.number(name).value.max(initial=0.0)
        if highest > 1 + ROUNDING:
            raise Missing(
                "{name} is no share of examples, from 0 to 1: it reaches {highest}",
                name=name,
                highest=f"{highest:.3g}",
            )
        return self.number(name)

    @cached_property
    def fall(self) -> Fall:
        """How far the training loss has come; raises Missing where it was not recorded."""
        name = self.losses.name()
        return Fall.of(self.number(name), name)

    def has_learned(self) -> bool:
        """Return whether the training loss has fallen to a third; False if it is not known."""
        try:
            return self.fall.learned
        except Missing:
            return False

    def may_have_learned(self) -> bool:
        """Return whether the training loss has fallen to a third, or there is none that tells.

        That is so of networks that train against each other. Where nobody recorded a loss, False.
        """
        try:
            return self.fall.learned
        except Missing:
            return self.losses.are_known


def _places(names: NDArray[np.int64]) -> dict[int, NDArray[np.intp]]:
    """Return where each name stands, in the order of the rows."""
    order = np.argsort(names, kind="stable")
    unique, first = np.unique(names[order], return_index=True)
    return dict(zip(unique.tolist(), np.split(order, first[1:]), strict=True)) if len(names) else {}


def _joined(parts: Sequence[Series]) -> Series:
    step, value = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(step, kind="stable")
    return Series(step[order], value[order])
