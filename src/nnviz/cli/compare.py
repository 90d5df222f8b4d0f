"""Runs side by side: numbers, statistics, and distributions on top of each other."""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnviz._names import safe_text
from nnviz.cli.options import Commands, add_look
from nnviz.cli.report import aligned, last_exact, last_numbers, number, statistics

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from nnviz.record import Recording
    from nnviz.runs import Run, TensorBoardRun

__all__ = ["add", "overlaid"]

_DRAWN, _BINS = 0.98, 100
"""The share of each layer's values that a figure reaches at least, and its bins."""


def add(commands: Commands) -> None:
    """Add ``compare``."""
    compare = commands.add_parser("compare", help="set runs side by side")
    compare.set_defaults(command=_compare)
    compare.add_argument("run", type=Path, nargs="+", metavar="RUN", help="a file, or a folder")
    compare.add_argument("--layer", default="*", metavar="PATTERN", help="such as 'relu*'")
    compare.add_argument("--step", type=int, metavar="N", help="default: the last one of all runs")
    compare.add_argument("-o", "--out", type=Path, metavar="FILE", help="overlaid distributions")
    compare.add_argument("--kind", default="activation", help="of the distributions")
    add_look(compare)


def _compare(options: argparse.Namespace) -> int:
    from nnviz.publish import format_of

    if options.out is not None:
        format_of(options.out)
    with ExitStack() as stack:
        runs = {name: stack.enter_context(run) for name, run in _opened(options.run).items()}
        if len(runs) < 2:
            raise ValueError(f"RUN must be two runs or more; got {', '.join(runs)}")
        recorded = {name: run for name, run in runs.items() if run.streams}
        step = _common_step(recorded) if options.step is None else options.step
        for line in _side_by_side(runs, step, options.layer):
            print(line)
        if options.out is not None:
            print(_figure(recorded, step, options))
    return 0


def _opened(paths: list[Path]) -> Mapping[str, "Run | TensorBoardRun"]:
    from nnviz.runs import open_runs

    runs: dict[str, Run | TensorBoardRun] = {}
    for path in paths:
        for name, run in open_runs(path).items():
            runs[name if name not in runs else str(path / name)] = run
    return runs


def _common_step(runs: Mapping[str, "Recording"]) -> int | None:
    """Return the last step at which all runs were counted whole, or else recorded at all."""
    for steps in ([run.exact_steps for run in runs.values()], [run.steps for run in runs.values()]):
        common = set.intersection(*map(set, steps)) if steps else set()
        if common:
            return max(common)
    return None


def _side_by_side(runs: Mapping[str, "Recording"], step: int | None, pattern: str) -> Iterator[str]:
    names = [safe_text(name) for name in runs]
    numbers = [last_numbers(run) for run in runs.values()]
    if any(numbers):
        yield "last numbers"
        rows = [
            (safe_text(key), *(number(own[key][1]) if key in own else "" for own in numbers))
            for key in dict.fromkeys(key for own in numbers for key in own)
        ]
        yield from aligned([("name", *names), *rows])
    found = [
        statistics(run, last_exact(run) if step is None else step, pattern) if run.steps else {}
        for run in runs.values()
    ]
    streams = dict.fromkeys(stream for own in found for stream in own)
    if streams:
        yield ""
        at = "the last step of each" if step is None else f"step {step}"
        yield f"mean ± standard deviation at {at}"
        cells = [
            (*map(safe_text, stream), *(_spread(own.get(stream)) for own in found))
            for stream in streams
        ]
        yield from aligned([("layer", "kind", *names), *cells])


def _spread(values: Mapping[str, float] | None) -> str:
    return "" if values is None else f"{number(values['mean'])} ± {number(values['std'])}"


def _figure(runs: Mapping[str, "Recording"], step: int | None, options: argparse.Namespace) -> Path:
    from matplotlib.figure import Figure

    from nnviz.plots import theme
    from nnviz.publish import save

    with theme(options.theme, options.context):
        figure = overlaid(runs, step, options)
        assert isinstance(figure, Figure)  # none was given, so it is a new one
        title = f"{options.kind}: {', '.join(safe_text(name) for name in runs)}"
        return save(figure, options.out, title=title)


def overlaid(
    runs: Mapping[str, "Recording"], step: int | None, options: argparse.Namespace
) -> "Figure | SubFigure":
    """Return a figure of the distributions of one kind, each layer in a panel of its own.

    A few values far out are left out, which the small print says.
    """
    from nnviz import plots, tables

    which: Any = {"kind": options.kind, "layers": options.layer, "step": step}
    shown = tables.recorded_histograms(runs, **which, central=_DRAWN, bins=_BINS)
    total = tables.recorded_histograms(runs, **which)["count"].sum()
    figure = plots.distribution_grid(shown, quantity=options.kind)
    at = "The last step of each" if step is None else f"Step {step}"
    left_out = 1 - shown["count"].sum() / total if total else 0.0
    words = f"{at}. {left_out:.2%} of the values are farther out." if left_out > 5e-5 else f"{at}."
    plots.caption(figure, words)
    return figure
