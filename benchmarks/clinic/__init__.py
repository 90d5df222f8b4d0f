"""Clinic: healthy and sick networks of many families; who is told from whom by which rules.

A family is data × architecture (`families`): tables, images, sequences, regression, networks that
train against each other; fully connected, convolutional, residual, recurrent, attention; NumPy and
PyTorch. A network counts as healthy if it was made as tutorials advise, scores on test data as well
as a linear model, within a tenth of a support vector machine and a tenth above a constant guess,
and has kept its score (`judging`); as sick if it was given a fault (`faults`)
that did what it is called, and scores at least a tenth below its twin: the same network, with the
same seed, without the fault. What is neither takes no part, and is counted. The rules know none of
this: they see the recording alone.

Some families of every kind are held out: nothing was tuned on them. Each network's result is a
line of a file, and a run that is interrupted goes on where it was; it ends by itself after some
minutes.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from threadpoolctl import threadpool_limits

__all__ = ["main"]


def main(arguments: Sequence[str] = ()) -> None:
    """Run the clinic: ``python -m benchmarks clinic``."""
    from benchmarks.clinic.cases import draw
    from benchmarks.clinic.judging import as_line, examine
    from benchmarks.clinic.table import tables

    parser = argparse.ArgumentParser(prog="clinic", description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="the families nobody tuned on")
    parser.add_argument("--only", default="", help="networks whose name contains this")
    parser.add_argument("--every", type=int, default=1, help="one network in so many")
    parser.add_argument("--minutes", type=float, default=60, help="begin no network after these")
    parser.add_argument("--results", type=Path, help="a file of lines, one for each network")
    options = parser.parse_args(arguments)
    which = "held-out" if options.held_out else "tuned"
    path = options.results or Path(f"clinic-{which}.jsonl")
    lines = path.read_text().splitlines() if path.exists() else []
    known = {result["key"]: result for result in map(json.loads, lines)}
    cases = [case for case in draw(held_out=options.held_out) if options.only in case.key]
    end = monotonic() + 60 * options.minutes
    with path.open("a") as file, threadpool_limits(1):
        for case in cases[:: options.every]:
            if case.key not in known and monotonic() < end:
                known[case.key] = examine(case)
                file.write(as_line(known[case.key]) + "\n")
                file.flush()
    print(tables([known[case.key] for case in cases if case.key in known]))
