"""What reading a long run costs: time of the commands, and their memory at its peak.

``python -m benchmarks reading [--steps N ...] [--layers N] [--rounds N] [--only COMMAND ...]
[--beside SRC]``

A run of so many steps, of five streams to a layer, is recorded with a recorder as it comes, by this
build and, if it is given, by the one beside it, the ``src`` folder of another checkout. Each build
reads its own file, and this one also that of the other. A command is a process of its own, and what
is counted is its processor time, imports included.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

KINDS = {
    "activation": 1.0,
    "gradient": 1e-3,
    "weight": 0.1,
    "weight_gradient": 1e-2,
    "weight_update": 1e-4,
}
HERE = Path(__file__).parents[1] / "src"
PICTURE = "picture.png"

COMMANDS = {
    "show": ("show", "{run}"),
    "compare": ("compare", "{run}", "{run}"),
    "report": ("report", "{run}", "-o", "report.html"),
    **{
        f"plot {what}": ("plot", "{run}", what, "-o", PICTURE)
        for what in ("curves", "distributions", "quantiles", "progress", "map", "depth", "updates")
    },
}

_RUN = """
import resource, sys, time
from nnviz.cli import main
if main(sys.argv[1:]):
    sys.exit(1)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(time.process_time(), peak / (2**20 if sys.platform == "darwin" else 2**10), file=sys.stderr)
"""

_RECORD = """
import sys
from benchmarks.reading import record
record(sys.argv[1], *map(int, sys.argv[2:]))
"""


def record(path: str, steps: int, layers: int) -> None:
    """Record tensors of 1,280 values of each stream, a loss at every step, and a test loss."""
    from nnviz.record import Recorder
    from nnviz.runs import create_run

    rng = np.random.default_rng(0)
    pool = {}
    for layer in range(1, layers + 1):
        for kind, scale in KINDS.items():
            values = scale * rng.standard_normal((8, 32, 40), np.float32)
            pool[f"dense{layer}/{kind}"] = np.maximum(values, 0) if kind == "activation" else values
    with create_run(path, settings={"seed": 0}) as sink:
        recorder = Recorder(sink=sink)
        for k in range(steps):
            growth, loss = np.float32(1 + k / steps), 2.3 * 0.9999**k
            with recorder.step(k):
                for stream, values in pool.items():
                    recorder.observe(stream, values[k % 8] * growth)
                recorder.scalar("loss", loss + 0.01 * (k % 5))
                if k % 100 == 0:
                    recorder.scalar("test/loss", loss + 0.02)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks reading")
    parser.add_argument("--steps", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--beside", type=Path, metavar="SRC", help="src of another checkout")
    parser.add_argument("--only", nargs="+", default=list(COMMANDS), choices=COMMANDS)
    options = parser.parse_args(arguments)
    builds = {"this build": HERE}
    if options.beside is not None:
        builds["the one beside"] = options.beside.resolve(strict=True)
    with tempfile.TemporaryDirectory() as folder:
        for steps in options.steps:
            files = {}
            for name, source in builds.items():
                files[name] = Path(folder) / f"{name.replace(' ', '_')}_{steps}.run"
                _python(source, folder, _RECORD, str(files[name]), str(steps), str(options.layers))
            _compare(steps, builds, files, folder, options)


def _compare(
    steps: int,
    builds: dict[str, Path],
    files: dict[str, Path],
    folder: str,
    options: argparse.Namespace,
) -> None:
    """Print what each build takes for each command; beside another one, also of its files."""
    pairs = [(name, name) for name in builds]
    if len(builds) > 1:
        pairs.insert(1, ("this build", "the one beside"))
    print(f"\n{steps:,} steps, {options.layers * len(KINDS)} streams: processor time, peak memory")
    for command in options.only:
        found: dict[tuple[str, str], list[tuple[float, float]]] = {pair: [] for pair in pairs}
        for _ in range(options.rounds):
            for build, file in pairs:
                words = [word.format(run=files[file]) for word in COMMANDS[command]]
                told = _python(builds[build], folder, _RUN, *words).split()
                found[build, file].append((float(told[-2]), float(told[-1])))
        print(f"  {command}")
        for (build, file), own in found.items():
            seconds, peaks = zip(*own, strict=True)
            of = "" if build == file else f", a file of {file}"
            print(
                f"    {build + of:38}  {np.median(seconds):6.2f} s"
                f" ({min(seconds):.2f} to {max(seconds):.2f})  {np.median(peaks):6.0f} MiB",
                flush=True,
            )


def _python(source: Path, folder: str, code: str, *arguments: str) -> str:
    """Run a program on a build, and return what it says on the error stream."""
    paths = os.pathsep.join([str(source), str(Path(__file__).parents[1])])
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"reading: {done.stderr}")
    return done.stderr


if __name__ == "__main__":
    main(sys.argv[1:])
