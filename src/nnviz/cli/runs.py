"""Runs in words and as tables."""

import argparse
from pathlib import Path

from nnviz.cli.options import Commands, opened

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add ``show`` and ``export``."""
    show = commands.add_parser("show", help="say what a run holds, and what is wrong with it")
    show.set_defaults(command=_show)
    show.add_argument("run", type=Path, nargs="+", metavar="RUN", help="a run file, or a folder")
    show.add_argument("--layer", default="*", metavar="PATTERN", help="such as 'relu*'")

    export = commands.add_parser("export", help="write a run's tables for other programs")
    export.set_defaults(command=_export)
    export.add_argument("run", type=Path, metavar="RUN")
    export.add_argument("-o", "--out", type=Path, required=True, metavar="DIR")
    export.add_argument("--format", default="parquet", help="parquet or csv")


def _show(options: argparse.Namespace) -> int:
    from nnviz.cli.report import report

    first = True
    for path in options.run:
        for name, run in opened(path).items():
            with run:
                if not first:
                    print()
                first = False
                for line in report(name, run, options.layer):
                    print(line)
    return 0


def _export(options: argparse.Namespace) -> int:
    from nnviz.runs import export_run, open_run

    with open_run(options.run) as run:
        for path in export_run(run, options.out, format=options.format):
            print(path)
    return 0
