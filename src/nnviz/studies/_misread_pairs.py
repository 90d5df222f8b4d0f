"""What two networks misread alike, and which class or error stands out on seeds of its own."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["ERROR", "HARDEST", "chosen", "overlap"]

Labels: TypeAlias = NDArray[np.int64]
Run: TypeAlias = tuple[str, int]
"""A setting and a seed."""

HARDEST, ERROR = "hardest class", "most frequent error"


def overlap(
    labels: Labels, read: Mapping[Run, Labels], settings: Sequence[str], seeds: Sequence[int]
) -> pd.DataFrame:
    """Return what the errors of two networks of different seeds have in common.

    Each seed is in one pair only, so that pairs are independent. Columns ``setting, seed`` (the
    first of the pair) ``value, none``: one network with the setting and one with the first, which
    has no regularizer; two without.
    """
    plain = settings[0]

    def common(one: Run, other: Run) -> float:
        return _common(labels, read[one], read[other])

    rows = []
    for setting in settings[1:]:
        for one, other in zip(seeds[::2], seeds[1::2], strict=False):
            both = common((plain, one), (setting, other)), common((plain, other), (setting, one))
            alike = common((plain, one), (plain, other))
            rows.append((setting, one, sum(both) / 2, alike))
    return pd.DataFrame(rows, columns=["setting", "seed", "value", "none"])


def _common(labels: Labels, one: Labels, other: Labels) -> float:
    """Return |A ∩ B| over the mean of |A| and |B|, the errors of two networks, by row."""
    wrong = np.count_nonzero(one != labels) + np.count_nonzero(other != labels)
    shared = np.count_nonzero((one == other) & (one != labels))
    return 2 * shared / wrong if wrong else float("nan")


def chosen(
    classes: pd.DataFrame, pairs: pd.DataFrame, settings: Sequence[str], seeds: Sequence[int]
) -> pd.DataFrame:
    """Return what stands out on every second seed, measured on the others.

    The highest of several means is too high on the seeds that it was chosen by. Columns ``setting,
    at, seed, value, rival``: the class that is misread most and the error that is most frequent
    over all settings, beside the next one; and by regularizer the class that it adds most errors
    to, beside the same without.
    """
    frames = [
        _highest(table.groupby(["seed", name])["value"].mean().unstack(name), seeds, setting)
        for setting, table, name in ((HARDEST, classes, "class"), (ERROR, pairs, "pair"))
    ]
    wide = classes.pivot(index=["setting", "seed"], columns="class", values="value")
    plain = wide.loc[settings[0]]
    for setting in settings[1:]:
        own = wide.loc[setting]
        at = (own - plain).loc[list(seeds[::2])].mean().idxmax()
        frames.append(_measured(setting, at, own[at], plain[at], seeds))
    return pd.concat(frames, ignore_index=True)


def _highest(wide: pd.DataFrame, seeds: Sequence[int], setting: str) -> pd.DataFrame:
    """Return the highest column beside the second highest."""
    mean = wide.loc[list(seeds[::2])].mean().sort_values(ascending=False, kind="stable")
    first, second = mean.index[0], mean.index[min(1, len(mean) - 1)]
    return _measured(setting, first, wide[first], wide[second], seeds)


def _measured(
    setting: str,
    at: object,
    value: "pd.Series[float]",
    rival: "pd.Series[float]",
    seeds: Sequence[int],
) -> pd.DataFrame:
    rest = list(seeds[1::2])
    columns = {"seed": rest, "value": value[rest].to_numpy(), "rival": rival[rest].to_numpy()}
    return pd.DataFrame({"setting": setting, "at": str(at), **columns})
