"""What a run file loses to kills, to several writers at once and to damage: counts of trials.

``python -m benchmarks crashes [--kills 1000] [--rounds 200] [--mutants 10000] [--seed 0]``; it
ends with an error if anything was lost, blocked or wrong.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from nnviz.errors import RunFileError
from nnviz.record import Recorder
from nnviz.runs import RunWriter, create_run, open_run, resume_run

MOMENTS = ("recording", "create_run", "recording", "recording", "resume_run", "recording")
"""When a process is killed, in turn: a third of the kills while a run is begun or taken up."""

LONGEST = {"recording": 0.15, "create_run": 0.012, "resume_run": 0.012}
"""Seconds until the kill, at most, from the moment on: about twice what the two calls take."""

BEGUN = "begun"

WRITERS = 3
WRITES, REFUSED = "writes", "refused"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks crashes")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if not hasattr(os, "fork"):
        sys.exit("crashes: needs the processes and signals of POSIX")
    trials = (("kills", kills), ("rounds", rounds), ("mutants", mutants))
    wrong = 0
    for name, trial in trials:
        rng = random.Random(options.seed)
        with tempfile.TemporaryDirectory() as folder:
            counts = trial(getattr(options, name), rng, Path(folder))
        print(f"{name}: " + ", ".join(f"{n:,} {what}" for what, n in counts.items()), flush=True)
        wrong += sum(n for what, n in counts.items() if what.isupper())
    if wrong:
        sys.exit(f"crashes: {wrong} times something was lost, blocked or wrong")


# Kills: what is counted in capitals must not happen.


def kills(count: int, rng: random.Random, folder: Path) -> Counter[str]:
    """Kill processes that begin a run, record it or take it up, and look at what is left."""
    counts = Counter({"STEPS LOST": 0, "RUNS BLOCKED": 0})
    for number in range(count):
        moment, path = MOMENTS[number % len(MOMENTS)], folder / f"run{number}"
        safe = _recorded(path, 40) if moment == "resume_run" else -1
        begin = resume_run if moment == "resume_run" else create_run
        child, told = _started(lambda tell, p=path, b=begin: _begin(b, p, tell))
        if moment == "recording":
            told.readline()
        time.sleep(rng.uniform(0, LONGEST[moment]))
        _kill(child)
        lines = told.read().split()
        told.close()
        safe = max([safe, *[int(line) for line in lines if line != BEGUN]])
        kept = _steps(path)
        counts[f"killed within {'recording' if BEGUN in lines else moment}"] += 1
        counts["steps known to be safe"] += safe + 1
        counts["STEPS LOST"] += max(0, safe + 1 - kept)
        counts["RUNS BLOCKED"] += not _goes_on(path, kept)
    return counts


def _begin(
    begin: Callable[[Path], RunWriter], path: Path, tell: Callable[[Any], None], steps: int = 10**9
) -> None:
    """Begin a run, or take one up, and record steps; tell that it has begun, and what is safe."""
    sink = begin(path)
    tell(BEGUN)
    _record(sink, tell, steps)
    signal.pause()


def _recorded(path: Path, steps: int) -> int:
    """Leave a run of some steps whose process was killed; return the last one."""
    child, told = _started(lambda tell: _begin(create_run, path, tell, steps))
    while told.readline() != f"{steps - 1}\n":
        pass
    _kill(child)
    told.close()
    return steps - 1


def _closed(path: Path, steps: int) -> int:
    """Leave a run of some steps that ended well; return the last one."""
    with create_run(path) as sink:
        _record(sink, lambda _: None, steps)
    return steps - 1


def _record(sink: RunWriter, tell: Callable[[Any], None], steps: int) -> None:
    """Record steps, and tell each that is safe."""
    recorder = Recorder(sink=sink)
    first = 0 if sink.last_step is None else sink.last_step + 1
    for k in range(first, first + steps):
        _step(recorder, k)
        if k % 7 == 0 or k == first + steps - 1:
            recorder.flush()
            tell(k)


def _step(recorder: Recorder, k: int) -> None:
    """Record a step whose values are its number."""
    with recorder.step(k):
        recorder.observe("relu1/activation", np.full((30, 20), k, np.float32))
        recorder.scalar("loss", k)


def _steps(path: Path) -> int:
    """Return how many steps a run holds, from 0 on and with their own values; 0 without a run."""
    try:
        run = open_run(path)
    except RunFileError as error:
        if any(words in str(error) for words in ("is empty", "no such file")):
            return 0
        raise
    with run:
        steps = run.steps
        values = run.numbers("loss")["value"].tolist() if run.names else []
        means = run.statistics()["mean"].tolist()
    whole = steps == means == values == list(range(len(steps)))
    return len(steps) if whole else 0


def _goes_on(path: Path, kept: int) -> bool:
    """Return whether a run that was left behind can be recorded on, and then holds all steps."""
    try:
        try:
            sink = create_run(path)
        except RunFileError:  # it is there
            sink = resume_run(path)
        with sink:
            _record(sink, lambda _: None, 20)
        return _steps(path) == kept + 20
    except RunFileError as error:
        print(f"  {error}", file=sys.stderr)
        return False


# Several that want to write.


def rounds(count: int, rng: random.Random, folder: Path) -> Counter[str]:
    """Let processes take up a run at once, closed or left behind, each with live looks; one may."""
    wrong = ("ROUNDS WITHOUT ONE WRITER", "LOOKS WRONG", "STEPS LOST", "RUNS BLOCKED")
    counts = Counter(dict.fromkeys(wrong, 0))
    for number in range(count):
        path = folder / f"run{number}"
        safe = _recorded(path, 20) if number % 2 else _closed(path, 20)
        read, write = os.pipe()  # closed, it lets all of them go at once
        own = [
            _started(lambda tell, p=path, r=read, w=write: _contend(p, tell, r, w))
            for _ in range(WRITERS)
        ]
        os.close(read)
        os.close(write)
        said = [told.readline().strip() for _, told in own]
        writing = [place for place, words in enumerate(said) if words == WRITES]
        counts[REFUSED] += said.count(REFUSED)
        counts["ROUNDS WITHOUT ONE WRITER"] += sorted(said) != [*[REFUSED] * (WRITERS - 1), WRITES]
        time.sleep(rng.uniform(0, 0.3))
        for place in sorted(range(WRITERS), key=writing.__contains__):
            _kill(own[place][0])  # who writes last: once that one is gone, another may
        for place, (_, told) in enumerate(own):
            lines = told.read().splitlines()
            steps = [int(line) for line in lines if line.isdigit()]
            if place in writing:
                safe = max([safe, *steps])
            for line in lines:
                if not line.isdigit():  # what a look found wrong, or a second writer
                    counts["LOOKS WRONG"] += 1
                    print(f"  {line}", file=sys.stderr)
            told.close()
        kept = _steps(path)
        counts["steps known to be safe"] += safe + 1
        counts["STEPS LOST"] += max(0, safe + 1 - kept)
        counts["RUNS BLOCKED"] += not _goes_on(path, kept)
    return counts


def _contend(path: Path, tell: Callable[[Any], None], read: int, write: int) -> None:
    """Wait for the others; take a run up and write it, with looks, or be refused and look on."""
    os.close(write)
    os.read(read, 1)
    try:
        sink = resume_run(path)
    except RunFileError as error:
        tell(REFUSED if _says_written(error) else repr(error))
        while True:
            _try_in_vain(path, tell)
            with open_run(path) as run:
                steps = run.steps
            if steps != list(range(len(steps))):
                tell(f"saw {steps}")
    tell(WRITES)
    recorder = Recorder(sink=sink)
    for k in range(sink.last_step + 1, 10**9):
        _step(recorder, k)
        if k % 7 == 0:
            if recorder.steps[-1] != k:  # flushes, and looks
                tell(f"the recorder does not see step {k}")
            with open_run(path) as run:
                if run.steps[-1] != k:
                    tell(f"a look does not see step {k}")
            _try_in_vain(path, tell)
            tell(k)


def _try_in_vain(path: Path, tell: Callable[[Any], None]) -> None:
    """Try to write what somebody else writes; tell if that is not refused as such."""
    try:
        resume_run(path).close()
    except RunFileError as error:
        if not _says_written(error):
            tell(repr(error))
    else:
        tell("a second writer was let in")


def _says_written(error: RunFileError) -> bool:
    return "is being written by somebody else" in str(error)


# Damage.


def mutants(count: int, rng: random.Random, folder: Path) -> Counter[str]:
    """Damage a run file anywhere: an error that names the file, or nothing changes."""
    path, damaged = folder / "run", folder / "mutant"
    with create_run(path, settings={"seed": 0}) as sink:
        _record(sink, lambda _: None, 50)
    original, truth = path.read_bytes(), content(path)
    counts = Counter({"refused": 0, "read as if whole": 0, "READ WRONGLY": 0})
    for number in range(count):
        damaged.write_bytes(_damaged(original, rng, number))
        try:
            counts["read as if whole" if content(damaged) == truth else "READ WRONGLY"] += 1
        except RunFileError as error:
            counts["refused" if damaged.name in str(error) else "READ WRONGLY"] += 1
    return counts


def _damaged(original: bytes, rng: random.Random, number: int) -> bytes:
    """Cut a file off, write noise over a page of it, or flip some of its bits."""
    damaged = bytearray(original)
    if number % 10 == 0:
        return bytes(damaged[: rng.randrange(len(damaged))])
    for _ in range(rng.choice([1, 1, 1, 4, 50])):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    if number % 10 == 1:
        start = rng.randrange(len(damaged))
        damaged[start : start + 512] = rng.randbytes(len(damaged[start : start + 512]))
    return bytes(damaged)


def content(path: Path) -> tuple[object, ...]:
    """Return everything that a run shows, as bytes."""
    with open_run(path) as run:
        columns = {**run.statistics(), **run.numbers()}
        summaries = [summary.to_bytes() for _, _, summary in run.summaries()]
        meta = repr({key: value for key, value in run.meta.items() if key != "state"})
        return meta, [column.tobytes() for column in columns.values()], summaries


# Processes.


def _started(action: Callable[[Callable[[Any], None]], None]) -> tuple[int, Any]:
    """Run an action in a process of its own; return that and what it tells, line by line."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _run(action, write)
    os.close(write)
    return child, os.fdopen(read, encoding="utf-8")


def _kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _run(action: Callable[[Callable[[Any], None]], None], write: int) -> NoReturn:
    try:
        action(lambda said: os.write(write, f"{said}\n".encode()))
    except BaseException as error:  # whatever it is, the other process reads of it
        os.write(write, f"{error!r}\n".encode())
    os._exit(0)
