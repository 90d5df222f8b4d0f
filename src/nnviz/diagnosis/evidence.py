"""What the rules read of a recording: arrays by layer and step."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._names import is_derived
from nnviz._typing import Array
from nnviz.diagnosis.gathered import NEEDED, Odd, Tables
from nnviz.record import Recording
from nnviz.stats.statistics import distinct, statistics_of
from nnviz.tables.tags import read_tag

__all__ = ["Evidence", "Missing", "Series", "is_loss", "last_of", "since"]

WINDOW = 9
"""Steps whose median stands for a step, where single ones are too noisy."""

_TOGETHER = 4096
"""Steps that are smoothed at once."""

FALLEN = 1 / 3
"""Of its first value: what the loss comes down to where a network has learned."""


class Missing(Exception):  # noqa: N818 - it is no error: the reason a rule cannot judge
    """What a recording lacks, so that a rule cannot judge."""


class Series(NamedTuple):
    """A number over the steps, ascending."""

    step: NDArray[np.int64]
    value: Array

    def smoothed(self) -> "Series":
        """Return the median of each step and its neighbours, leaving out what is not finite."""
        wide = np.pad(np.where(np.isfinite(self.value), self.value, np.nan), WINDOW // 2, "edge")
        median = np.full(len(self.value), np.nan)
        for start in range(0, len(median), _TOGETHER):  # a window takes as much as nine steps
            part = wide[start : start + _TOGETHER + WINDOW - 1]
            windows = np.lib.stride_tricks.sliding_window_view(part, WINDOW)
            known = np.flatnonzero(~np.isnan(windows).all(axis=1))
            median[start + known] = np.nanmedian(windows[known], axis=1)
        return Series(self.step, median)


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
    not_finite : list of (int, str, float, bool)
        Step, stream, share of NaN and infinities, and whether all values were counted, where that
        share is larger than at any step before.
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
    def weighted(self) -> list[str]:
        """The layers with weights, also in parts; all of them if no weights were recorded."""
        own = [s.removesuffix("/weight") for s in self.streams if s.endswith("/weight")]
        owners = {*own, *(part.rpartition(".")[0] for part in own)}
        known = [layer for layer in self.layers if layer in owners]
        return known + [layer for layer in own if layer not in known] or self.layers

    @cached_property
    def whole_steps(self) -> NDArray[np.int64]:
        """The steps at which layers were looked at unit by unit, ascending."""
        steps = [series.step for series in self.named("equal").values()]
        return distinct(np.concatenate([np.zeros(0, np.int64), *steps]))

    def need_activations(self) -> None:
        """Raise Missing if there are none."""
        if not self.layers:
            raise Missing("activations were not recorded")

    def need_units(self, n_steps: int, why: str) -> None:
        """Raise Missing if layers were looked at unit by unit at fewer steps."""
        self.need_activations()
        if len(self.whole_steps) < n_steps:
            raise Missing(why)

    def statistic(self, stream: str, name: str) -> Series:
        """Return the zeros of an activation or the norm of others, empty where not recorded."""
        return Series(*self._tables.series(stream, name))

    def number(self, name: str) -> Series:
        """Return a plain number, empty where it was not recorded."""
        return self._numbers.get(name, Series(np.zeros(0, np.int64), np.zeros(0)))

    def named(self, ending: str) -> dict[str, Series]:
        """Return the numbers ``"<layer>/<ending>"`` by layer, from the input to the output."""
        names = {layer: f"{layer}/{ending}" for layer in self.layers}
        return {layer: self.number(name) for layer, name in names.items() if name in self._numbers}

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

    def largest_update_ratio(self) -> Series:
        """Return the largest of all layers' ratios at each step.

        Weights that began at zero, such as those of a head that is to say nothing at first, are
        left out: any update is large beside them.
        """
        steps = self._tables.steps
        largest, is_known = np.full(len(steps), np.nan), np.zeros(len(steps), bool)
        for layer in self.weighted:
            if self._was_zero(layer):
                continue
            ratio = self.update_ratio(layer)
            at = np.searchsorted(steps, ratio.step)
            largest[at] = np.fmax(largest[at], ratio.value)
            is_known[at] = True
        if not is_known.any():
            raise Missing("weights and their updates were not recorded")
        return Series(steps[is_known], largest[is_known])

    def _was_zero(self, layer: str) -> bool:
        norm = self.statistic(f"{layer}/weight", "norm").value
        return bool(len(norm) > 1 and norm[0] == 0 and norm.any())

    def loss(self, split: str | None = None) -> Series:
        """Return a loss that somebody recorded as a number.

        Parameters
        ----------
        split : {"train", "test"}, optional
            As its name says. By default the one of training, also if its name says nothing.
        """
        names = [name for name in self._numbers if is_loss(name)]
        chosen = [name for name in names if split in (None, _split(name))]
        if split is None:
            chosen = [name for name in names if _split(name) != "test"]
        if not chosen:
            kind = "test" if split == "test" else "training"
            call = f': recorder.scalar("{"test/" if split == "test" else ""}loss", …)'
            raise Missing(f"the {kind} loss was not recorded{'' if self._is_log else call}")
        # the longest; of equals one that names its split, and not "aux_loss" before "loss"
        best = max(
            chosen,
            key=lambda name: (len(self.number(name).step), _split(name) is not None, -len(name)),
        )
        return self.number(best)

    def first_and_last_loss(self) -> tuple[float, float]:
        """Return the training loss at first and in the end.

        At first: the first value, as a rate that is too large lets the next ones explode; but the
        usual one of the first three, should it be an outlier.
        """
        loss = self.loss()
        return float(min(loss.value[0], np.median(loss.value[:3]))), last_of(loss)

    def has_learned(self) -> bool:
        """Return whether the training loss has fallen to a third; False if it is not known."""
        try:
            first, last = self.first_and_last_loss()
        except Missing:
            return False
        return last <= FALLEN * first


def since(series: Series, beyond: Sequence[bool] | NDArray[np.bool_]) -> int | None:
    """Return the step since which something lasts up to the end; None if it does not."""
    ends = np.flatnonzero(~np.asarray(beyond, bool))
    first = int(ends[-1]) + 1 if len(ends) else 0
    return int(series.step[first]) if first < len(series.step) else None


def last_of(series: Series) -> float:
    """Return the median of the last tenth of a series, of its last three values at least."""
    return float(np.median(series.value[-max(3, len(series.value) // 10) :]))


def _places(names: NDArray[np.int64]) -> dict[int, NDArray[np.intp]]:
    """Return where each name stands, in the order of the rows."""
    order = np.argsort(names, kind="stable")
    unique, first = np.unique(names[order], return_index=True)
    return dict(zip(unique.tolist(), np.split(order, first[1:]), strict=True)) if len(names) else {}


def _joined(parts: Sequence[Series]) -> Series:
    step, value = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(step, kind="stable")
    return Series(step[order], value[order])


def is_loss(name: str) -> bool:
    """Return whether "loss" is the last word of what was measured: not so in "loss_scale"."""
    words = re.split(r"[^a-z]+", read_tag(name).metric.lower())
    return [word for word in words if word not in ("", "epoch", "step")][-1:] == ["loss"]


def _split(name: str) -> str | None:
    """Return "train" or "test", to which validation counts; None if the name does not say."""
    split = read_tag(name).split
    return "test" if split == "validation" else split or None
