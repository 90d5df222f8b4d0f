"""The command ``nnviz``: open, tabulate, plot, publish.

Each module adds a group of commands to the parser, and holds what they do.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from nnviz._version import __version__
from nnviz.cli import (
    animate,
    compare,
    explore,
    follow,
    gallery,
    listing,
    plot,
    report,
    runs,
    slides,
    study,
    trajectories,
)
from nnviz.cli.messages import Parser, in_words, warnings_in_words
from nnviz.cli.options import with_negatives
from nnviz.errors import NnvizError

__all__ = ["main"]

_GROUPS = (
    gallery,
    slides,
    study,
    trajectories,
    explore,
    runs,
    plot,
    animate,
    compare,
    report,
    follow,
    listing,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0: done. 1: done, but a figure could not be drawn or, in ``nnviz check``, a claim does not
    hold. 2: not done, with one line that says why.
    """
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(with_negatives(given))
    try:
        with warnings_in_words():
            code: int = options.command(options)
        return code
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (NnvizError, ValueError, OSError) as error:
        print(f"nnviz: {in_words(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("nnviz: interrupted; finished cells are kept", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="nnviz", description="Shows how neural networks learn.")
    parser.add_argument("--version", action="version", version=f"nnviz {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for group in _GROUPS:
        group.add(commands)
    return parser
