"""When a loss spikes, when it does not, and which signals are out of their range by then."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = [
    "AHEAD",
    "AROUND",
    "FACTOR",
    "SIGNALS",
    "STALE",
    "WINDOW",
    "beginnings",
    "highest",
    "leads",
    "out",
    "quiet",
]

WINDOW = 50
"""Steps before one that tell what is normal there."""

FACTOR = 3.0
"""Times the median of the window, from where on a loss or a norm is out of its range."""

AHEAD = 10
"""How many steps before a spike it should be announced."""

AROUND = 20
"""How many steps after a quiet moment the loss has to be in its range."""

STALE = 2.3
"""Root mean square of g / √v by which Wortsman et al. (2023, arXiv 2304.13013) foretell spikes."""

Values: TypeAlias = "pd.Series[float]"
Marks: TypeAlias = NDArray[np.bool_]


def _normal(values: Values) -> Values:
    return values.shift(1).rolling(WINDOW).median()


def _grown(values: Values) -> Marks:
    return (values > FACTOR * _normal(values)).to_numpy()


def _over(limit: float) -> Callable[[Values], Marks]:
    return lambda values: (values > limit).to_numpy()


SIGNALS: Mapping[str, tuple[str, Callable[[Values], Marks]]] = {
    "sharpness above the bound": ("sharpness", _over(1.0)),
    "gradient norm tripled": ("gradient_norm", _grown),
    "update norm tripled": ("update_norm", _grown),
    "second moment stale": ("staleness", _over(STALE)),
}
"""What is taken for out of its range, and the column of a course that it is asked of."""


def out(course: pd.DataFrame, signal: str) -> Marks:
    """Return at which steps of a run a signal is out of its range."""
    column, judge = SIGNALS[signal]
    return judge(course[column])


def beginnings(loss: Values) -> list[int]:
    """Return the steps at which spikes of a loss begin: it is out of its range, and was not before.

    The first two windows are left out, where every loss falls.
    """
    up = _grown(loss)
    return [s for s in range(2 * WINDOW, len(up)) if up[s] and not up[s - WINDOW : s].any()]


def quiet(loss: Values) -> list[int]:
    """Return the steps before which a spike might begin, and around which none does.

    As before a spike, the loss was in its range for a window; it stays there for AROUND steps.
    """
    up = _grown(loss)
    places = range(2 * WINDOW, len(up) - AROUND)
    return [s for s in places if not up[s - WINDOW : s + AROUND + 1].any()]


def highest(loss: Values) -> float:
    """Return the highest loss over its median of the window before; the first two are left out."""
    return float((loss / _normal(loss))[2 * WINDOW :].max())


def leads(marks: Marks, step: int) -> int:
    """Return for how many steps before one a signal has been out of its range without a break."""
    before = np.flatnonzero(~marks[:step])
    return int(step - 1 - before[-1]) if len(before) else step
