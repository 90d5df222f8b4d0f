"""Learning rates that change with the step, counted from 0."""

import math

from nnviz import _checks
from nnviz.optim.base import Hyperparameter, LearningRate, Schedule, schedule_of

__all__ = ["constant", "cosine", "exponential", "one_cycle", "step_decay", "warm_up"]


def constant(learning_rate: float) -> Schedule:
    """Return the same rate at every step.

    Parameters
    ----------
    learning_rate : float
        Positive.

    Raises
    ------
    ValueError
        For an argument out of its range.
    """
    rate = _checks.positive("learning_rate", learning_rate)
    return lambda step: rate


def step_decay(learning_rate: float, *, every: int, factor: float = 0.1) -> Schedule:
    """Return ``lr · factor^⌊step/every⌋``, as torch's StepLR.

    Parameters
    ----------
    learning_rate : float
        lr, of the first steps; positive.
    every : int
        Steps between two drops.
    factor : float
        In (0, 1].

    Raises
    ------
    ValueError
        For an argument out of its range.
    """
    rate, factor = _checks.positive("learning_rate", learning_rate), _shrink(factor)
    period = _checks.integer("every", every)
    return lambda step: rate * factor ** (step // period)


def exponential(learning_rate: float, *, factor: float) -> Schedule:
    """Return ``lr · factor^step``, as torch's ExponentialLR.

    Parameters
    ----------
    learning_rate : float
        lr, of the first step; positive.
    factor : float
        In (0, 1].

    Raises
    ------
    ValueError
        For an argument out of its range.
    """
    rate, factor = _checks.positive("learning_rate", learning_rate), _shrink(factor)
    return lambda step: rate * factor**step


def cosine(learning_rate: float, *, steps: int, last: float = 0.0) -> Schedule:
    """Return half a cosine, ``last + ½(lr − last)(1 + cos(π·step/steps))``, and `last` after it.

    Loshchilov and Hutter (2017), eq. 5, without restarts; as torch's CosineAnnealingLR up to
    `steps`.

    Parameters
    ----------
    learning_rate : float
        lr, of the first step; positive.
    steps : int
        When `last` is reached.
    last : float
        At least 0.

    Raises
    ------
    ValueError
        For an argument out of its range.
    """
    rate = _checks.positive("learning_rate", learning_rate)
    end = _checks.non_negative("last", last)
    length = _checks.integer("steps", steps)
    return lambda step: end + (rate - end) * (1 + math.cos(math.pi * min(step / length, 1))) / 2


def warm_up(learning_rate: LearningRate, *, steps: int) -> Schedule:
    """Return a linear rise to a rate, or to the first rate of a schedule, which then runs.

    Step k < steps has ``first · (k + 1)/(steps + 1)``; the schedule itself begins at `steps`
    (Goyal et al., 2017, §2.2).

    Parameters
    ----------
    learning_rate : float, ndarray or schedule
        What comes after the rise.
    steps : int
        How long it takes.

    Raises
    ------
    ValueError
        For an argument out of its range.
    """
    after = schedule_of(learning_rate)
    length = _checks.integer("steps", steps)

    def rate(step: int) -> Hyperparameter:
        if step < length:
            return after(0) * (step + 1) / (length + 1)
        return after(step - length)

    return rate


def one_cycle(
    learning_rate: float,
    *,
    steps: int,
    rise: float = 0.3,
    first_divisor: float = 25.0,
    last_divisor: float = 1e4,
) -> Schedule:
    """Return one rise and one longer fall, both along half a cosine (Smith, 2018).

    From ``lr/first_divisor`` to `learning_rate` over the share `rise` of the steps, then down
    to ``lr/(first_divisor·last_divisor)``, and no further. As torch's OneCycleLR.

    Parameters
    ----------
    learning_rate : float
        lr, the highest; positive.
    steps : int
        Length of the cycle, at least 2.
    rise : float
        Share of the steps up to the highest, above 1/steps and below 1.
    first_divisor, last_divisor : float
        Positive.

    Raises
    ------
    ValueError
        For an argument out of its range.
    """
    peak = _checks.positive("learning_rate", learning_rate)
    length = _checks.integer("steps", steps, at_least=2)
    turn = _checks.fraction("rise", rise) * length - 1
    if turn <= 0:
        raise _checks.fail("rise", f"above 1/steps = {1 / length:.3g}", rise)
    first = peak / _checks.positive("first_divisor", first_divisor)
    last = first / _checks.positive("last_divisor", last_divisor)

    def between(start: float, end: float, share: float) -> float:
        return end + (start - end) * (1 + math.cos(math.pi * share)) / 2

    def rate(step: int) -> float:
        if step <= turn:
            return between(first, peak, step / turn)
        return between(peak, last, min((step - turn) / (length - 1 - turn), 1))

    return rate


def _shrink(factor: float) -> float:
    value = _checks.positive("factor", factor)
    if value > 1:
        raise _checks.fail("factor", "a number in (0, 1]", factor)
    return value
