"""Runs in words and as tables."""

import argparse
from pathlib import Path

from nnviz.cli.options import Commands, add_language, opened_and_left_out, spoken
from nnviz.cli.verdicts import add_thresholds, fails, thresholds_of, watched

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add ``show`` and ``export``."""
    show = commands.add_parser("show", help="say what is wrong with a run, and what it holds")
    show.set_defaults(command=_show)
    show.add_argument("run", type=Path, nargs="+", metavar="RUN", help="a run file, or a folder")
    show.add_argument("--layer", default="*", metavar="PATTERN", help="such as 'relu*'")
    show.add_argument("--json", action="store_true", help="for programs")
    add_language(show)
    show.add_argument(
        "--fail-on",
        metavar="NAME,…",
        help="end with 1 if these find something: rules, or error or warning, which is all of them",
    )
    add_thresholds(show)

    export = commands.add_parser("export", help="write a run's tables for other programs")
    export.set_defaults(command=_export)
    export.add_argument("run", type=Path, metavar="RUN")
    export.add_argument("-o", "--out", type=Path, required=True, metavar="DIR")
    export.add_argument("--format", default="parquet", help="parquet or csv")


def _show(options: argparse.Namespace) -> int:
    from nnviz.cli.as_json import described, document
    from nnviz.cli.summary import summary
    from nnviz.diagnosis import diagnose

    thresholds, rules = thresholds_of(options), watched(options.fail_on)
    is_sick, is_first, left_out = False, True, 0
    documents = []
    for path in options.run:
        found, faulty = opened_and_left_out(path)
        left_out += faulty
        for name, run in found.items():
            with run, spoken(options):
                findings = diagnose(run, thresholds=thresholds)
                is_sick |= fails(findings, rules)
                told = name, run, findings, options.layer
                if options.json:
                    documents.append(described(*told))
                else:
                    print(*([] if is_first else [""]), *summary(*told), sep="\n")
                is_first = False
    if options.json:
        print(document(documents))
    if left_out:
        return 2  # nobody knows whether it is well
    return 1 if is_sick else 0


def _export(options: argparse.Namespace) -> int:
    from nnviz.runs import export_run, open_run

    with open_run(options.run) as run:
        for path in export_run(run, options.out, format=options.format):
            print(path)
    return 0
