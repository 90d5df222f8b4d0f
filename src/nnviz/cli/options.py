"""Options and outputs that several commands share."""

import argparse
import os
import re
import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from nnviz._names import safe_text

if TYPE_CHECKING:
    from nnviz.runs import LogRun, Run
    from nnviz.studies import Claim

__all__ = [
    "ON_FINDING",
    "Commands",
    "FileOptions",
    "add_dpi",
    "add_file",
    "add_jobs",
    "add_language",
    "add_look",
    "add_only",
    "as_file",
    "dpi_of",
    "jobs",
    "listed",
    "look_of",
    "opened",
    "opened_and_left_out",
    "print_claims",
    "red",
    "spoken",
    "with_negatives",
]

ON_FINDING = "--on-finding"
"""What follows it is a command of the user's, to the last word."""

NEGATIVE = re.compile(r"-\.?\d")
"""How a negative number begins."""


class FileOptions(TypedDict):
    """How a figure is saved."""

    dpi: float | None
    transparent: bool
    selectable_text: bool


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_look(
    parser: "argparse.ArgumentParser | argparse._ArgumentGroup", *, context: bool = True
) -> None:
    """Add the options that choose how a figure looks; its size, unless that is settled."""
    parser.add_argument("--theme", default="light", help="light, dark or print")
    if context:
        parser.add_argument(
            "--context", default="notebook", help="notebook, paper, paper-double, slides or poster"
        )
    add_language(parser)
    parser.add_argument(
        "--style", type=Path, metavar="FILE", help="colours, font and logo of a house, in TOML"
    )


def add_language(parser: "argparse.ArgumentParser | argparse._ArgumentGroup") -> None:
    """Add the option that chooses the language of words."""
    parser.add_argument(
        "--language", default="en", metavar="NAME", help="en, ko, or a TOML file of words"
    )


def spoken(options: argparse.Namespace) -> AbstractContextManager[None]:
    """Return a ``with`` block in which words are those of the language of `add_language`."""
    if options.language == "en":
        return nullcontext()
    from nnviz import plots

    return plots.language(options.language)


_LOOK = ("theme", "context", "language", "style")


def look_of(options: argparse.Namespace) -> Mapping[str, Any]:
    """Return what `add_look` added, as arguments of `plots.look`."""
    return {name: getattr(options, name) for name in _LOOK if hasattr(options, name)}


def add_dpi(parser: "argparse.ArgumentParser | argparse._ArgumentGroup") -> None:
    """Add the option that says how many pixels pictures have."""
    parser.add_argument(
        "--dpi", type=float, metavar="N", help="pixels to an inch; default: those of the context"
    )


def add_file(parser: argparse.ArgumentParser) -> None:
    """Add the options of a figure that becomes one file."""
    add_dpi(parser)
    parser.add_argument("--transparent", action="store_true", help="leave the background out")
    parser.add_argument(
        "--selectable-text", action="store_true", help="keep text as text in SVG, not as outlines"
    )


def dpi_of(options: argparse.Namespace) -> float | None:
    """Return how many pixels to an inch were asked for, if any."""
    from nnviz import _checks

    given: float | None = options.dpi
    return None if given is None else _checks.positive("--dpi", given)


def as_file(options: argparse.Namespace) -> "FileOptions":
    """Return what `publish.save` takes of the options of `add_file`."""
    return {
        "dpi": dpi_of(options),
        "transparent": options.transparent,
        "selectable_text": options.selectable_text,
    }


def with_negatives(arguments: Sequence[str]) -> list[str]:
    """Return arguments in which a value such as ``-3,2`` belongs to the option before it.

    argparse takes ``-3`` for a number, but ``-3,2`` for an option that it does not know.
    """
    joined: list[str] = []
    for place, argument in enumerate(arguments):
        if argument == ON_FINDING:
            return [*joined, *arguments[place:]]
        option = joined[-1] if joined else ""
        if NEGATIVE.match(argument) and option.startswith("--") and "=" not in option:
            joined[-1] = f"{option}={argument}"
        else:
            joined.append(argument)
    return joined


def listed(text: str) -> list[str]:
    """Return the names in a comma-separated list."""
    return [name for name in text.split(",") if name]


def opened(path: Path) -> "Mapping[str, Run | LogRun]":
    """Open the runs at a path, and say on the error stream which ones cannot be."""
    return opened_and_left_out(path)[0]


def opened_and_left_out(path: Path) -> "tuple[Mapping[str, Run | LogRun], int]":
    """Return what `opened` does, and how many runs cannot be opened."""
    from nnviz.errors import RunFileWarning
    from nnviz.runs import open_runs

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RunFileWarning)
        runs = open_runs(path)
    for warning in caught:
        print(f"nnviz: {safe_text(warning.message, longest=300)}", file=sys.stderr)
    return runs, sum(issubclass(warning.category, RunFileWarning) for warning in caught)


def add_only(parser: argparse._ActionsContainer) -> None:
    """Add ``--only``."""
    parser.add_argument(
        "--only",
        nargs="+",
        action="extend",
        default=[],
        metavar="PATTERN",
        help="such as 'overfitting/*'",
    )


def add_jobs(parser: argparse._ActionsContainer) -> None:
    """Add ``--jobs``."""
    parser.add_argument("--jobs", type=int, metavar="N", help="processes; default: one per core")


def jobs(options: argparse.Namespace) -> int:
    """Return the number of processes: the one given, or one for each core."""
    from nnviz import _checks

    given: int | None = options.jobs
    return (os.cpu_count() or 1) if given is None else _checks.integer("--jobs", given)


_MARKS = {"holds": "✓", "no difference": "=", "not assessed": "–"}


def print_claims(claims: "Iterable[Claim]") -> list[bool]:
    """Print what was found of each claim, and return whether each holds."""
    from nnviz.publish.words import WORDS

    verdicts = []
    for claim in claims:
        mark = _MARKS.get(claim.verdict) or red(f"{WORDS['verdict otherwise']}:")
        number = "" if claim.verdict == "not assessed" else f": {claim.found}; {claim.bound}"
        print(f"  {mark} {claim.statement}{number}", flush=True)
        verdicts.append(claim.holds)
    return verdicts


def red(text: str) -> str:
    """Return a text in red on a terminal that shows colours, unless NO_COLOR asks for none."""
    plain = "NO_COLOR" in os.environ or not sys.stdout.isatty()
    return text if plain else f"\033[31m{text}\033[0m"
