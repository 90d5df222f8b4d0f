"""Runs side by side: numbers, statistics, and distributions on top of each other."""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz._few import LAYER, ROWS, cut
from nnviz._names import safe_text
from nnviz.cli.columns import aligned
from nnviz.cli.curves import counted, lacking, last_values, save_curves
from nnviz.cli.elsewhere import check_suffix
from nnviz.cli.options import Commands, add_file, add_look, as_file, look_of, spoken
from nnviz.cli.several import named_runs
from nnviz.cli.summary import EXPORT, last_numbers, number
from nnviz.cli.words import WORDS

if TYPE_CHECKING:
    from nnviz.record import Recording

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add ``compare``."""
    compare = commands.add_parser("compare", help="set runs side by side")
    compare.set_defaults(command=_compare)
    compare.add_argument("run", type=Path, nargs="+", metavar="RUN", help="a file, or a folder")
    compare.add_argument("--layer", default="*", metavar="PATTERN", help="such as 'relu*'")
    compare.add_argument("--step", type=int, metavar="N", help="default: the last one of each")
    compare.add_argument("-o", "--out", type=Path, metavar="FILE", help="overlaid distributions")
    compare.add_argument("--metric", metavar="PATTERN", help="numbers, such as loss; -o: as curves")
    compare.add_argument("--by", metavar="SETTING", help="of curves: runs that share it, a band")
    compare.add_argument("--kind", help="of the distributions; default: activation, if recorded")
    add_file(compare)
    add_look(compare)


def _compare(options: argparse.Namespace) -> int:
    from nnviz import _checks

    if options.out is not None:
        from nnviz.publish import format_of

        check_suffix("-o", options.out, "picture")
        format_of(options.out)
    with ExitStack() as stack:
        stack.enter_context(spoken(options))
        runs = {name: stack.enter_context(run) for name, run in named_runs(options.run).items()}
        if len(runs) < 2:
            raise ValueError(f"RUN must be two runs or more; got {', '.join(runs)}")
        recorded = {name: run for name, run in runs.items() if run.streams}
        for name, run in recorded.items():
            known = run.recorded_at().step
            if options.step is not None and options.step not in known:
                rule = f"one of the {len(known)} recorded steps of {name}"
                raise _checks.fail("--step", rule, options.step)
        steps = _steps_of(recorded, options.step)
        if options.metric is not None:
            from nnviz.publish.recorded.curves import measured

            table = measured(runs, options.metric, options.by)
            lines = [*last_values(table), *lacking(runs, options.metric)]
            saved = None if options.out is None else save_curves(table, options)
        else:
            lines = [*_side_by_side(runs, steps, options.layer)]
            saved = None if options.out is None else _figure(recorded, steps, options)
    print(*lines, *([] if saved is None else [saved]), sep="\n")
    return 0


def _steps_of(runs: Mapping[str, "Recording"], step: int | None) -> dict[str, int]:
    """Return the step that was asked for or, of each run, the last that is known well."""
    from nnviz.tables.recorded import last_known

    recorded = {name: run for name, run in runs.items() if len(run.recorded_at().step)}
    return {name: last_known(run) if step is None else step for name, run in recorded.items()}


def _side_by_side(
    runs: Mapping[str, "Recording"], steps: Mapping[str, int], pattern: str
) -> Iterator[str]:
    from nnviz.publish.recorded.histograms import at
    from nnviz.publish.recorded.notes import is_exact
    from nnviz.tables.recorded import statistics_at

    names = [safe_text(name) for name in runs]
    numbers = [last_numbers(run) for run in runs.values()]
    if any(numbers):
        yield WORDS["last numbers"]
        yield from counted((name, run.meta.get("axis", "step")) for name, run in runs.items())
        rows = [
            (safe_text(key), *(number(own[key][1]) if key in own else "" for own in numbers))
            for key in dict.fromkeys(key for own in numbers for key in own)
        ]
        yield from cut(aligned([(WORDS["name"], *names), *rows]), EXPORT, most=ROWS + 1)
    found = [
        statistics_at(run, steps[name], pattern) if name in steps else {}
        for name, run in runs.items()
    ]
    streams = dict.fromkeys(stream for own in found for stream in own)
    if streams:
        yield ""
        exact = all(is_exact(runs[name], [step]) for name, step in steps.items())
        how = "" if exact else f", {WORDS['estimated']}"
        yield f"{WORDS['spread'].format(at=at(steps))}{how}"
        cells = [
            (*map(safe_text, stream), *(_spread(own.get(stream)) for own in found))
            for stream in streams
        ]
        head = (WORDS["layer"], WORDS["kind"], *names)
        yield from cut(aligned([head, *cells], words=2), LAYER, most=ROWS + 1)


def _spread(values: Mapping[str, float] | None) -> str:
    return "" if values is None else f"{number(values['mean'])} ± {number(values['std'])}"


def _figure(
    runs: Mapping[str, "Recording"], steps: Mapping[str, int], options: argparse.Namespace
) -> Path:
    from nnviz.publish import save
    from nnviz.publish.recorded.declared import Wanted
    from nnviz.publish.recorded.figure import shown
    from nnviz.publish.recorded.histograms import distributions_of_runs
    from nnviz.tables.recorded import common_kind

    wanted = Wanted(options.layer, options.kind or common_kind(list(runs.values())))
    look = tuple(look_of(options).values())
    figure = shown(lambda: distributions_of_runs(runs, steps, wanted), look=look)
    return save(figure, options.out, description=figure.get_supxlabel(), **as_file(options))
