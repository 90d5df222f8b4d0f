"""A figure of a run."""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from nnviz.cli.curves import save_curves
from nnviz.cli.elsewhere import check_suffix
from nnviz.cli.options import (
    Commands,
    add_file,
    add_look,
    as_file,
    listed,
    look_of,
    opened,
)

__all__ = ["add"]

_OPTIONS = ("layer", "kind", "statistic", "step", "name")
"""Those that choose what is drawn; of several runs also ``by``."""


def add(commands: Commands) -> None:
    """Add ``plot``."""
    plot = commands.add_parser(
        "plot",
        help="save a figure of a run",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    plot.set_defaults(command=_plot)
    plot.add_argument("-h", "--help", action=_Help, nargs=0, help="show this help message")
    plot.add_argument("run", type=Path, metavar="RUN", help="a run file, or a folder")
    plot.add_argument("what", metavar="WHAT", help="such as distributions; they stand below")
    plot.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    plot.add_argument("--layer", metavar="PATTERN", help="such as 'relu*'")
    plot.add_argument("--kind", help="gradient, weight …; default: activation, if recorded")
    plot.add_argument(
        "--statistic",
        help="norm (the default), rms (where layers differ in size), mean, std, min, max, zero, "
        "nan; or dead, saturated, equal, spread, update_to_weight",
    )
    plot.add_argument("--step", metavar="N,…", help="default: the last one, or first and last")
    plot.add_argument("--name", metavar="PATTERN", help="of numbers: such as '*/loss'")
    plot.add_argument("--by", metavar="SETTING", help="of runs: those that share it, a band")
    add_file(plot)
    add_look(plot)


class _Help(argparse.Action):
    """Shows the help, with the figures that there are: they are loaded for it alone."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 - what argparse calls this with
        values: object,  # noqa: ARG002
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        from nnviz.publish.recorded import FIGURES

        lines = (
            f"  {one.name:14}{one.help} (--{', --'.join(one.options)})" for one in FIGURES.values()
        )
        parser.epilog = "\n".join(["WHAT is one of", *lines])
        parser.print_help()
        parser.exit()


def _plot(options: argparse.Namespace) -> int:
    from nnviz import _checks, plots
    from nnviz.publish import figure_of_run, format_of, save
    from nnviz.publish.recorded import FIGURES
    from nnviz.publish.recorded.figure import described
    from nnviz.runs import open_run

    check_suffix("-o", options.out, "picture")
    format_of(options.out)
    declared = _checks.lookup("WHAT", options.what, FIGURES)
    given: dict[str, Any] = {name: getattr(options, name) for name in _OPTIONS}
    given["step"] = _steps(options.step)
    if options.by is not None and options.what != "curves":
        raise ValueError(f"--by must be given for curves only; got --by {options.by}")
    with ExitStack() as stack:
        several = options.what == "curves"
        runs = opened(options.run) if several else {"": open_run(options.run)}
        for run in runs.values():
            stack.enter_context(run)
        if len(runs) > 1:
            from nnviz.publish.recorded.curves import named

            print(save_curves(named(runs, options.name, options.by), options))
            return 0
        (one,) = runs.values()
        look = look_of(options)
        figure = figure_of_run(one, options.what, **given, **look)
        with plots.look(**look):
            words = described(declared, figure)
        print(save(figure, options.out, description=words, **as_file(options)))
    return 0


def _steps(written: str | None) -> Sequence[int] | None:
    if written is None:
        return None
    try:
        return [int(step) for step in listed(written)]
    except ValueError:
        raise ValueError(f"--step must be whole numbers; got {written!r}") from None
