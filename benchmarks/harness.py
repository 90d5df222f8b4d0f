"""Timing of callables side by side: interleaved, after a warm-up, as ratios with their spread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from time import perf_counter
from typing import TypeAlias

import numpy as np

__all__ = ["Timing", "compare", "report"]

Clock: TypeAlias = Callable[[], float]
"""Seconds since whenever."""

AT_LEAST = 0.02
"""Seconds that one measurement lasts at least: calls are repeated until it does."""


@dataclass(frozen=True)
class Timing:
    """How long a call took, and how many times as long as the first of its comparison.

    Attributes
    ----------
    name : str
        What was called.
    seconds : float
        Median over the rounds, for one call.
    ratio, low, high : float
        Median, lower and upper quartile of the ratio to the first callable in the same round.
    """

    name: str
    seconds: float
    ratio: float
    low: float
    high: float


def compare(
    calls: Mapping[str, Callable[[], object]],
    *,
    rounds: int = 15,
    warm_up: bool = True,
    clock: Clock = perf_counter,
) -> list[Timing]:
    """Time callables in turn, A B A B …, so that a busy machine slows all of them alike.

    Parameters
    ----------
    calls : mapping of str to callable
        By name. Ratios are to the first.
    rounds : int, default 15
        How often each is measured.
    warm_up : bool, default True
        Whether to call each once before the first round. Without it, each measurement is
        a single call: for what takes seconds.
    clock : callable
        `time.process_time` for calls that compute on one thread: it stands still while another
        process has the core.
    """
    repeats = {name: _repeats(call, clock) if warm_up else 1 for name, call in calls.items()}
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for name in islice(cycle(calls), rounds * len(calls)):
        seconds[name].append(_time(calls[name], repeats[name], clock))
    base = np.array(seconds[next(iter(calls))])
    return [_timing(name, np.array(own), base) for name, own in seconds.items()]


def _time(call: Callable[[], object], repeats: int, clock: Clock) -> float:
    start = clock()
    for _ in range(repeats):
        call()
    return (clock() - start) / repeats


def _repeats(call: Callable[[], object], clock: Clock) -> int:
    call()
    return max(1, round(AT_LEAST / _time(call, 1, clock)))


def _timing(name: str, seconds: np.ndarray, base: np.ndarray) -> Timing:
    low, ratio, high = np.quantile(seconds / base, [0.25, 0.5, 0.75])
    return Timing(name, float(np.median(seconds)), float(ratio), float(low), float(high))


def report(title: str, timings: list[Timing]) -> None:
    """Print a comparison as a table."""
    width = max(len(timing.name) for timing in timings)
    print(f"\n{title}\n  {'':{width}}  {'time':>9}  {'ratio':>7}  quartiles")
    for t in timings:
        print(
            f"  {t.name:{width}}  {_text(t.seconds):>9}  {t.ratio:7.3f}  {t.low:.3f} – {t.high:.3f}"
        )


def _text(seconds: float) -> str:
    scale, unit = next(((s, u) for s, u in ((1, "s"), (1e-3, "ms")) if seconds >= s), (1e-6, "µs"))
    return f"{seconds / scale:.3g} {unit}"
