"""A page with knobs."""

import argparse
from pathlib import Path

from nnviz.cli.options import Commands, add_jobs, add_language, jobs

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add ``explore``."""
    parser = commands.add_parser(
        "explore",
        help="write a page with knobs: one file, which a class turns itself",
        description="Write a page on which a class turns the knobs itself: paths of optimizers, "
        "initial weights, learning rate and momentum, weight decay and dropout. It is one file, "
        "opens from disk and asks no server for anything.",
    )
    parser.set_defaults(command=_explore)
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help=".html")
    add_language(parser)
    add_jobs(parser)


def _explore(options: argparse.Namespace) -> int:
    from nnviz.explorer import explore

    print(explore(options.out, language=options.language, n_jobs=jobs(options)))
    return 0
