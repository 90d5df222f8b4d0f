"""Opening a log of TensorBoard's, beside TensorBoard's own reader in Python: time side by side.

``python -m benchmarks logs [--points 100000] [--rounds 5]``

Both read the same file whole and hand out every number: ours checks each checksum, as theirs does.
What is counted is processor time, in turn, without imports.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness import compare, report
from nnviz.runs import open_run

TAGS = ("loss", "accuracy", "val/loss", "val/accuracy", "learning_rate")


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks logs")
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        for form, summary in {"PyTorch's form": _simple, "the plugins' form": _tensor}.items():
            log = Path(folder) / form
            _write(log, options.points, summary)
            calls = {
                "TensorBoard's reader": lambda: _with_tensorboard(log),  # noqa: B023 - at once
                "nnviz": lambda: _with_nnviz(log),  # noqa: B023
            }
            counts = {name: call() for name, call in calls.items()}
            if set(counts.values()) != {options.points}:
                raise AssertionError(f"not all points were read: {counts}")
            timings = compare(calls, rounds=options.rounds, clock=time.process_time)
            report(f"a log of {options.points:,} numbers, {form}", timings)


def _with_tensorboard(log: Path) -> int:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    reader = EventAccumulator(str(log), size_guidance={"scalars": 0, "tensors": 0}).Reload()
    tags = reader.Tags()
    return sum(len(reader.Scalars(tag)) for tag in tags["scalars"]) + sum(
        len(reader.Tensors(tag)) for tag in tags["tensors"]
    )


def _with_nnviz(log: Path) -> int:
    with open_run(log) as run:
        return len(run.numbers()["value"])


def _write(log: Path, points: int, summary: Any) -> None:
    from tensorboard.compat.proto import event_pb2
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(str(log))
    for k in range(points):
        step, place = divmod(k, len(TAGS))
        told = summary(TAGS[place], 1 / (1 + k))
        writer.add_event(event_pb2.Event(wall_time=1e9 + k, step=step, summary=told))
    writer.close()


def _simple(tag: str, value: float) -> Any:
    from tensorboard.compat.proto import summary_pb2

    own = summary_pb2.Summary.Value(tag=tag, simple_value=value)
    return summary_pb2.Summary(value=[own])


def _tensor(tag: str, value: float) -> Any:
    from tensorboard.plugins.scalar.summary_v2 import scalar_pb

    return scalar_pb(tag, value)
