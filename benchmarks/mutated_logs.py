"""What nnviz reads of damaged event files, held against TensorBoard's own reader: counts of trials.

``python -m benchmarks mutated_logs [--files 5000] [--seed 0]``; it ends with an error if anything
was raised but the documented `RunFileError`, or a number was read that TensorBoard's reader gives
of neither the damaged file nor the whole one.

A file is damaged in one of two ways: bytes of it are flipped, overwritten, left out, repeated or
cut off, as a disk or a network does; or a record gets other bytes and a checksum that is right, so
that the damage reaches what reads the record. TensorBoard's reader stops at the first record that
is damaged; nnviz leaves it out and reads those behind it, whose own checksums must be right: these
are numbers of the whole file.
"""

import argparse
import math
import random
import struct
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.errors import RunFileError
from nnviz.runs import open_run
from nnviz.runs.crc32c import masked_checksums
from nnviz.runs.tensorboard import read_tensorboard

__all__ = ["damaged", "fault_of", "given", "main", "write_log"]

Facts = set[tuple[str, int, str]]
"""Tag, step and a number in hexadecimal, or a bin's count."""

NAME = "events.out.tfevents.1.mutant"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks mutated_logs")
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    rng = random.Random(options.seed)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        for _ in range(options.files):
            write_log(path, rng)
            whole = given(path)
            path.write_bytes(damaged(path.read_bytes(), rng))
            found[fault_of(path, whole)] += 1
    print(", ".join(f"{n:,} {what}" for what, n in found.most_common()))
    if wrong := sum(n for what, n in found.items() if what.isupper()):
        sys.exit(f"mutated_logs: {wrong} times something was wrong")


def fault_of(path: Path, whole: Facts) -> str:
    """Return what came of reading a damaged file, in capitals if it must not be.

    Parameters
    ----------
    path : Path
        The file.
    whole : set
        What TensorBoard's reader gave before it was damaged.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read = _read(path)
            with open_run(path) as run:
                for block in run.blocks():
                    for place in range(len(block.step)):
                        block.summary(place)
    except RunFileError:
        return "refused"
    except Exception as error:
        return f"RAISED {type(error).__name__}: {error}".upper()
    here = given(path)
    if more := read - whole - here:
        return f"GIVEN BY NNVIZ ALONE: {sorted(more)[:3]}".upper()
    if read <= here:
        return "read as TensorBoard does, or less"
    return "read on behind a damaged record"


def write_log(path: Path, rng: random.Random) -> None:
    """Write a log in both forms: scalars and histograms, of PyTorch's writer and of plugins."""
    from tensorboard.compat.proto import event_pb2, summary_pb2
    from tensorboard.plugins.histogram.summary_v2 import histogram_pb
    from tensorboard.plugins.scalar.summary_v2 import scalar_pb

    draw = np.random.default_rng(rng.getrandbits(32))
    events = [event_pb2.Event(wall_time=1e9, file_version="brain.Event:2")]
    for step in range(6):
        values = draw.normal(size=50)
        counts, edges = np.histogram(values, 8)
        old = summary_pb2.HistogramProto(
            min=values.min(),
            max=values.max(),
            num=len(values),
            sum=values.sum(),
            sum_squares=values @ values,
            bucket_limit=edges[1:].tolist(),
            bucket=counts.tolist(),
        )
        loss = float(draw.choice([draw.normal(), math.nan, math.inf], p=[0.9, 0.05, 0.05]))
        summaries = (
            summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="loss", simple_value=loss)]),
            summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="fc.weight", histo=old)]),
            scalar_pb("accuracy", float(draw.random())),
            histogram_pb("fc/activation", values, buckets=5),
        )
        about = {"wall_time": 1e9 + step, "step": step}
        events += [event_pb2.Event(**about, summary=summary) for summary in summaries]
    path.write_bytes(b"".join(_record(event.SerializeToString()) for event in events))


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Return a log's content with one kind of damage."""
    kinds: Sequence[Callable[[bytearray, random.Random], None]]
    if rng.random() < 0.5:
        changed = bytearray(content)
        rng.choice((_flip, _overwrite, _leave_out, _repeat, _cut))(changed, rng)
        return bytes(changed)
    records = _records(content)
    for _ in range(rng.choice((1, 1, 2, 5))):
        place = rng.randrange(len(records))
        changed = bytearray(records[place])
        kinds = (_flip, _flip, _overwrite, _leave_out, _repeat, _cut)
        rng.choice(kinds)(changed, rng)
        records[place] = bytes(changed)
    return b"".join(map(_record, records))


def given(path: Path) -> Facts:
    """Return what TensorBoard's own reader gives, up to the first damaged record."""
    from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
    from tensorboard.compat.proto import event_pb2

    facts: Facts = set()
    for content in RawEventFileLoader(str(path)).Load():
        try:
            event = event_pb2.Event.FromString(content)
        except Exception:  # whatever protobuf says
            continue
        for value in event.summary.value:
            facts |= {(_plain(value.tag), event.step, number) for number in _numbers(value)}
    return facts


def _numbers(value: Any) -> Iterator[str]:
    """Yield what a value says: its number, or the counts of its bins."""
    from tensorboard.util.tensor_util import make_ndarray

    kind = value.WhichOneof("value")
    if kind == "simple_value":
        yield float(value.simple_value).hex()
    elif kind == "histo":
        yield from (f"count {count:g}" for count in value.histo.bucket)
        total = value.histo.num - sum(value.histo.bucket)
        without = round(total) if math.isfinite(total) else 0  # values beyond all bins
        yield from (f"count {count:g}" for count in {without, min(without, 1)} - {0})
    elif kind == "tensor":
        try:
            numbers = np.asarray(make_ndarray(value.tensor), np.float64)
        except Exception:  # whatever it says of a tensor that makes no sense
            return
        yield from (float(number).hex() for number in numbers.ravel())
        if numbers.size % 3 == 0:
            yield from (f"count {count:g}" for count in numbers.reshape(-1, 3)[:, 2])


def _read(path: Path) -> Facts:
    """Return what nnviz reads."""
    points = read_tensorboard(path)
    numbers = {
        (_plain(tag), step, float(value).hex())
        for tag, own in points.numbers.items()
        for step, value in own.items()
    }
    return numbers | {
        (_plain(tag), step, f"count {count:g}")
        for tag, own in points.histograms.items()
        for step, bins in own.items()
        for count in bins.count.tolist()
    }


def _plain(tag: str) -> str:
    """Return a tag without what the first plugins put behind it."""
    return tag.removesuffix("/scalar_summary").removesuffix("/histogram_summary")


def _record(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    checks = [struct.pack("<I", check) for check in masked_checksums([length, content])]
    return length + checks[0] + content + checks[1]


def _records(content: bytes) -> list[bytes]:
    """Return the contents of the records of a whole log."""
    found, start = [], 0
    while start < len(content):
        (length,) = struct.unpack_from("<Q", content, start)
        found.append(content[start + 12 : start + 12 + length])
        start += 16 + length
    return found


def _flip(content: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        if content:
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def _overwrite(content: bytearray, rng: random.Random) -> None:
    start, length = _stretch(content, rng)
    content[start : start + length] = rng.choice((rng.randbytes(length), bytes(length)))


def _leave_out(content: bytearray, rng: random.Random) -> None:
    start, length = _stretch(content, rng)
    del content[start : start + length]


def _repeat(content: bytearray, rng: random.Random) -> None:
    start, length = _stretch(content, rng)
    content[start:start] = content[start : start + length]


def _cut(content: bytearray, rng: random.Random) -> None:
    del content[rng.randrange(len(content) + 1) :]


def _stretch(content: bytearray, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, min(len(content) - start, rng.choice((1, 4, 12, 100)))
