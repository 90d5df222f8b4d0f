"""Runs every benchmark of this folder, or those named: ``python -m benchmarks [NAME …]``."""

import argparse
from importlib import import_module
from pathlib import Path

HELPERS = {"__init__", "__main__", "clinic_patients", "clinic_peers", "harness", "notes_chapter"}


def main() -> None:
    names = sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - HELPERS)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    chosen = parser.parse_args().names
    if unknown := set(chosen) - set(names):
        parser.error(f"NAME must be one of {', '.join(names)}; got {', '.join(sorted(unknown))}")
    for name in chosen or names:
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
