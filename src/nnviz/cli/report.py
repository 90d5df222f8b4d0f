"""A report on runs: one file to hand on."""

import argparse
from contextlib import ExitStack
from pathlib import Path

from nnviz.cli.options import Commands, add_language
from nnviz.cli.several import named_runs
from nnviz.cli.verdicts import add_thresholds, thresholds_of

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add ``report``."""
    report = commands.add_parser(
        "report",
        help="write a report on a run, or on several side by side: one file to hand on",
        description="Write one HTML file that says what is wrong with a run, with figures and how "
        "they are read, settings and tables. It is light or dark, prints, and makes no request.",
    )
    report.set_defaults(command=_report)
    report.add_argument("run", type=Path, nargs="+", metavar="RUN", help="a file, or a folder")
    report.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help=".html")
    add_thresholds(report)
    add_language(report)
    report.add_argument(
        "--style", type=Path, metavar="FILE", help="colours, font and logo of a house, in TOML"
    )


def _report(options: argparse.Namespace) -> int:
    from nnviz.publish import write_report

    thresholds = thresholds_of(options)
    with ExitStack() as stack:
        runs = named_runs(options.run)
        for run in runs.values():
            stack.enter_context(run)
        look = {"language": options.language, "style": options.style}
        print(write_report(runs, options.out, thresholds=thresholds, **look))
    return 0
