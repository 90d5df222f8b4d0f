"""What the rules read of a recording: arrays by layer and step."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.record import Recording

__all__ = ["Evidence", "Missing", "Series", "last_of", "since"]

SPLITS = {
    "train": {"train", "training"},
    "test": {"test", "testing", "val", "valid", "validation", "eval", "heldout", "dev"},
}
"""Words by which the name of a number says which split it was measured on."""

WINDOW = 9
"""Steps whose median stands for a step, where single ones are too noisy."""


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
        windows = np.lib.stride_tricks.sliding_window_view(wide, WINDOW)
        known = ~np.isnan(windows).all(axis=1)
        median = np.full(len(self.value), np.nan)
        median[known] = np.nanmedian(windows[known], axis=1)
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
    """

    def __init__(self, recording: Recording) -> None:
        self._columns = recording.statistics()
        self._numbers = recording.numbers()
        self._rows = _places(self._columns["stream"])
        self._named = _places(self._numbers["name"])
        self.streams = [stream for stream in recording.streams if stream in self._rows]
        self.layers = [
            stream.removesuffix("/activation")
            for stream in self.streams
            if stream.endswith("/activation")
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
        return np.unique(np.concatenate([np.zeros(0, np.int64), *steps]))

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
        """Return a statistic of a stream, empty where it was not recorded."""
        rows = self._rows.get(stream, np.zeros(0, np.intp))
        return Series(self._columns["step"][rows], self._columns[name][rows])

    def number(self, name: str) -> Series:
        """Return a number, empty where it was not recorded."""
        rows = self._named.get(name, np.zeros(0, np.intp))
        return Series(self._numbers["step"][rows], self._numbers["value"][rows])

    def named(self, ending: str) -> dict[str, Series]:
        """Return the numbers ``"<layer>/<ending>"`` by layer, from the input to the output."""
        names = {layer: f"{layer}/{ending}" for layer in self.layers}
        return {layer: self.number(name) for layer, name in names.items() if name in self._named}

    def not_finite(self) -> list[tuple[int, str, float, bool]]:
        """Return (step, stream, share of NaN and infinities, exact) where there are any."""
        columns = self._columns
        odd = columns["nan"] + columns["positive_inf"] + columns["negative_inf"]
        share = odd / np.maximum(odd + columns["count"], 1)
        return [
            (int(columns["step"][k]), str(columns["stream"][k]), float(share[k]), bool(exact))
            for k, exact in zip(np.flatnonzero(odd), columns["exact"][odd > 0], strict=True)
        ]

    def update_ratio(self, layer: str) -> Series:
        """Return the norm of a layer's update over that of its weights, at each step."""
        weight = self.statistic(f"{layer}/weight", "norm")
        update = self.statistic(f"{layer}/weight_update", "norm")
        steps, here, there = np.intersect1d(weight.step, update.step, return_indices=True)
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
        ratios = [self.update_ratio(own) for own in self.weighted if not self._was_zero(own)]
        steps = np.unique(np.concatenate([np.zeros(0, np.int64), *(r.step for r in ratios)]))
        if not len(steps):
            raise Missing("weights and their updates were not recorded")
        table = np.full((len(ratios), len(steps)), np.nan)
        for row, ratio in zip(table, ratios, strict=True):
            row[np.searchsorted(steps, ratio.step)] = ratio.value
        return Series(steps, np.fmax.reduce(table, axis=0))

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
        names = [name for name in self._named if _is_loss(name)]
        chosen = [name for name in names if split in (None, _split(name))]
        if split is None:
            chosen = [name for name in names if _split(name) != "test"]
        if not chosen:
            kind = "test" if split == "test" else "training"
            call = f'recorder.scalar("{"test/" if split == "test" else ""}loss", …)'
            raise Missing(f"the {kind} loss was not recorded: {call}")
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


def _places(names: NDArray[np.str_]) -> dict[str, NDArray[np.intp]]:
    """Return where each name stands, in the order of the rows."""
    order = np.argsort(names, kind="stable")
    unique, first = np.unique(names[order], return_index=True)
    return dict(zip(unique.tolist(), np.split(order, first[1:]), strict=True)) if len(names) else {}


def _words(name: str) -> set[str]:
    return set(re.split(r"[^a-z]+", name.lower()))


def _is_loss(name: str) -> bool:
    """Return whether "loss" is the last word beside the split: not so in "loss_scale"."""
    splits = set().union(*SPLITS.values())
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word and word not in splits]
    return words[-1:] == ["loss"]


def _split(name: str) -> str | None:
    words = _words(name)
    return next((split for split, own in SPLITS.items() if words & own), None)
