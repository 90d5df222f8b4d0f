"""How far the training loss has come down, and whether that is more than chance."""

from typing import NamedTuple

import numpy as np

from nnviz._language import current
from nnviz.diagnosis.series import Series, at_an_end, last_of, scatter_of

__all__ = ["FALLEN", "STUCK", "Fall"]

FALLEN = 1 / 3
"""Of its first value: what the loss comes down to where a network has learned."""

STUCK = 0.9
"""Of its first value: what the loss stays above where a network does not learn."""

CHANCE = float(np.log(2))
"""The lowest cross-entropy of a guess by chance: that of two classes."""

_FIRST = 10
"""Steps that tell, together, what the loss was at first."""

_SURE = 3.0
"""Standard errors by which the loss must have come down."""

_OF_MEDIAN = 1.25
"""Standard error of a median over that of a mean, of a normal distribution."""


class Fall(NamedTuple):
    """The training loss at first and in the end.

    Attributes
    ----------
    first : float
        The first value, as a rate that is too large lets the next ones explode; but the usual one
        of the first three, should it be an outlier.
    level : float
        The median of the first ten, which single batches do not move; an explosion does not count.
    last : float
        The median of the last tenth.
    scatter : float
        Standard deviation of single values of the first tenth about their trend.
    error : float
        Standard error of the difference between `level` and `last`.
    name : str
        What the loss is called.
    """

    first: float
    level: float
    last: float
    scatter: float
    error: float
    name: str

    @classmethod
    def of(cls, loss: Series, name: str = "loss") -> "Fall":
        """Look at a loss."""
        value = loss.value
        early = value[: at_an_end(len(value))]
        first, last = float(min(value[0], np.median(early))), last_of(loss)
        tenth = max(2 * _FIRST, len(value) // 10)
        scatter = scatter_of(value[:tenth])
        calm = min(scatter, scatter_of(value[-tenth:]))
        n_first, n_last = max(1, min(_FIRST, len(value) // 10)), max(3, len(value) // 10)
        level = min(float(np.median(value[:n_first])), first + _SURE * calm)
        error = _OF_MEDIAN * scatter * np.sqrt(1 / n_first + 1 / n_last)
        return cls(first, level, last, scatter, float(error), name)

    @property
    def is_finite(self) -> bool:
        """Whether it is finite at both ends."""
        return bool(np.isfinite([self.first, self.last]).all())

    @property
    def learned(self) -> bool:
        """Whether it has come down to a third."""
        return self.last <= FALLEN * self.first

    @property
    def ratio(self) -> float:
        """The end over the beginning, of single batches or of the first ten: what is higher."""
        start = max(self.first, self.level)
        return self.last / start if start > 0 else float("nan")

    @property
    def may_be_chance(self) -> bool:
        """Whether it came down by no more than single batches differ, and not over time either."""
        of_three = _OF_MEDIAN * self.scatter / np.sqrt(3)
        is_near = self.first - self.last <= _SURE * of_three
        return bool(is_near and self.level - self.last <= _SURE * self.error)

    @property
    def stuck(self) -> bool:
        """Whether the loss stays where it was, as far as its scatter lets one see."""
        return self.ratio > STUCK or (not self.learned and self.may_be_chance)

    @property
    def began_low(self) -> bool:
        """Whether it began below half of what chance gives two classes: nothing may be left."""
        return 0 < self.first < CHANCE / 2

    @property
    def called(self) -> str:
        """What the loss is called, in the language in force."""
        return current().word("quantities", self.name, self.name)

    @property
    def text(self) -> str:
        """Both ends in words."""
        return f"{self.called} {self.first:.3g} → {self.last:.3g}"
