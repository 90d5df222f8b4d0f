"""Runs every benchmark of this folder but the long ones, or those named, a single one with options.

``python -m benchmarks [NAME …]``, ``python -m benchmarks NAME [OPTION …]``
"""

import argparse
import inspect
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import takewhile
from pathlib import Path

HELPERS = {
    "__init__",
    "__main__",
    "claims_kernels",
    "claims_margins",
    "claims_runs",
    "claims_table",
}
HELPERS |= {"defaults_probes", "harness", "notes_chapter"}

LONG = {"claims", "crashes", "defaults", "mutated_logs", "reading"}
"""What takes long, and runs only if it is named."""


def main(arguments: Sequence[str]) -> None:
    folder = Path(__file__).parent
    files = {path.stem for path in folder.glob("*.py")}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    names = sorted((files | packages) - HELPERS)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        usage="%(prog)s [NAME ...] | %(prog)s NAME [OPTION ...]",
        description="Run every benchmark but the long ones, or those named.",
        epilog="Options after a single name are handed to it: 'clinic --help' says which it has.",
    )
    chosen = list(takewhile(lambda argument: not argument.startswith("-"), arguments))
    options = arguments[len(chosen) :]
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"of {', '.join(names)}; {', '.join(sorted(LONG))} run only if named: they take long",
    )
    if not chosen:
        parser.parse_args(options)
    if unknown := set(chosen) - set(names):
        parser.error(f"NAME must be one of {', '.join(names)}; got {', '.join(sorted(unknown))}")
    if options and len(chosen) != 1:
        parser.error(f"options must follow a single NAME; got {' '.join(chosen)}")
    for name in chosen or [name for name in names if name not in LONG]:
        benchmark = import_module(f"benchmarks.{name}").main
        if inspect.signature(benchmark).parameters:
            benchmark(options)
        elif options:
            parser.error(f"{name} has no options; got {' '.join(options)}")
        else:
            benchmark()


if __name__ == "__main__":
    main(sys.argv[1:])
