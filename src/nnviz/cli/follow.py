"""Following a run while it is written."""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz._few import cut
from nnviz._names import is_derived, safe_text
from nnviz.cli.options import Commands, red
from nnviz.cli.summary import number

if TYPE_CHECKING:
    from nnviz.runs import Run

__all__ = ["add"]

_NAME, _OLD_NAME = "follow", "watch"
_MOST = 6
"""Numbers on a line."""
_SHARE = 9
"""Wait so many times what looking took of a core: of a long run, only a tenth of one is used."""


def add(commands: Commands) -> None:
    """Add ``follow``, and ``watch``, as it was called before."""
    named = commands.add_parser(_NAME, help="follow a run until it ends")
    for name, follow in ((_NAME, named), (_OLD_NAME, commands.add_parser(_OLD_NAME))):
        follow.set_defaults(command=_follow, called=name)
        follow.add_argument("run", type=Path, metavar="RUN", help="a run file")
        follow.add_argument("--interval", type=float, default=2.0, metavar="SECONDS")


def _follow(options: argparse.Namespace) -> int:
    """Print a line for what is new, again and again; 1 if the run does not end as it should."""
    from nnviz import _checks, runs  # noqa: F401 - loaded before a look is timed

    if options.called == _OLD_NAME:
        told = f"nnviz: {_OLD_NAME} is now {_NAME}; the old word is kept for one minor version"
        print(told, file=sys.stderr)
    interval = _checks.positive("--interval", options.interval)
    seen = _Seen()
    try:
        while True:
            begun = time.process_time()
            state = _look(options.run, seen)
            if state != "running":
                break
            time.sleep(max(interval, _SHARE * (time.process_time() - begun)))
    except KeyboardInterrupt:
        return 130
    told = safe_text(state)
    end = f"{told} after step {seen.step}" if seen.step >= 0 else f"{told} before its first step"
    print(end if state == "finished" else red(end), flush=True)
    return 0 if state == "finished" else 1


@dataclass
class _Seen:
    """What has been told: the last step, the last value and step of each number, odd tensors."""

    step: int = -1
    last: dict[str, float] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    odd: set[str] = field(default_factory=set)


def _look(path: Path, seen: _Seen) -> str:
    """Tell what is new, and return the state.

    The file is open only meanwhile, so that nobody who ends a run has to wait.
    """
    from nnviz.runs import Run, open_run

    with open_run(path) as run:
        if not isinstance(run, Run):
            raise ValueError(
                f"RUN must be a run file, which says when it ends; got {path}, a log of "
                f"another program: nnviz show lists what it holds so far"
            )
        state: str = run.meta["state"]  # first: what is read after the end is everything
        for line in _news(run, seen):
            print(line, flush=True)
    return state


def _news(run: "Run", seen: _Seen) -> Iterator[str]:
    columns = run.statistics(start=seen.step + 1)
    # A number may follow after others of its step.
    numbers = run.numbers(start=max(seen.step, 0))
    rows = zip(*(numbers[name].tolist() for name in ("name", "step", "value")), strict=True)
    new = {name: value for name, at, value in rows if seen.told.get(name, -1) < at}
    seen.told |= dict(zip(numbers["name"].tolist(), numbers["step"].tolist(), strict=True))
    step = max(
        seen.step, columns["step"].max(initial=-1).item(), numbers["step"].max(initial=-1).item()
    )
    seen.last |= new
    if step > seen.step:
        yield f"step {step}{_values(seen.last)}"
    elif any(not is_derived(name) for name in new):
        yield f"step {step}{_values(new)}"
    seen.step = step
    odd = columns["nan"] + columns["positive_inf"] + columns["negative_inf"]
    new_odd = []
    for place in (odd > 0).nonzero()[0]:
        stream = str(columns["stream"][place])
        if stream not in seen.odd:
            seen.odd.add(stream)
            seen_values = columns["count"][place] + odd[place]
            new_odd.append(
                f"  {safe_text(stream)}: {odd[place]} of {seen_values} values are NaN or infinite"
                f" since step {columns['step'][place]}"
            )
    yield from map(red, cut(new_odd))


def _values(last: dict[str, float]) -> str:
    told = [name for name in last if not is_derived(name)] or list(last)
    shown = [f"  {safe_text(name)} {number(last[name])}" for name in told[:_MOST]]
    return "".join(shown) + ("  …" if len(told) > _MOST else "")
