"""Runs of the claims benchmark: the kernels there are, and the child process that measures.

A run is the whole gallery once, under one kernel of OpenBLAS, on one set of seeds, with a number
of BLAS threads. Both kernel and threads are chosen before NumPy is loaded, so each run is a child
process; what is in force is read back there, in a cell of a study as well.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from platform import machine
from time import perf_counter
from typing import Any
from unittest import mock

from nnviz._files import replacing

X86 = ("SapphireRapids", "Cooperlake", "SkylakeX", "Zen", "Haswell", "Sandybridge", "Nehalem")
ARM = ("NeoverseV1", "NeoverseN1", "ThunderX", "CortexA57", "ARMV8")
CORES = {"x86_64": (*X86, "Prescott"), "AMD64": (*X86, "Prescott"), "aarch64": ARM, "arm64": ARM}
"""Values of OPENBLAS_CORETYPE by processor: names of the kernels that wheels have built in."""

NOT_TAKEN = 3
"""The exit status of a run in which another kernel, or number of threads, was in force."""

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Kernel:
    """A kernel of OpenBLAS: as it is asked for ("" for the processor's own), and read back."""

    core: str
    name: str


@dataclass(frozen=True)
class Run:
    """The gallery once: under a kernel, on seeds from `first_seed` on, with BLAS threads."""

    kernel: Kernel
    first_seed: int = 0
    threads: int = 1

    @property
    def name(self) -> str:
        """What the run is called in tables."""
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{self.kernel.name}, seeds from {self.first_seed}, {threads}"

    @property
    def folder(self) -> str:
        """The folder of its results."""
        return f"{self.kernel.name}-seeds{self.first_seed}-threads{self.threads}".lower()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its process."""
        threads = {f"{library}_NUM_THREADS": str(self.threads) for library in ("OPENBLAS", "OMP")}
        return _environment(self.kernel.core) | threads


def _environment(core: str) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    return known | ({"OPENBLAS_CORETYPE": core} if core else {})


def in_force() -> tuple[str, int]:
    """Return the kernel that OpenBLAS uses, and its threads; that of several, "a/b"."""
    import scipy.linalg  # noqa: F401  SciPy brings an OpenBLAS of its own
    from threadpoolctl import threadpool_info

    blas = [library for library in threadpool_info() if library["user_api"] == "blas"]
    names = sorted({library.get("architecture", library["internal_api"]) for library in blas})
    return "/".join(names), max((library["num_threads"] for library in blas), default=1)


def probe() -> None:
    """Multiply, solve, and print the kernel in force: what a throwaway process does."""
    import numpy as np

    for dtype in (np.float32, np.float64):
        square = np.random.default_rng(0).normal(size=(96, 96)).astype(dtype)
        if not np.isfinite(square @ square @ np.linalg.solve(square, square[0])).all():
            raise SystemExit("not finite")
    print(json.dumps(in_force()[0]))


def taken(core: str) -> str | None:
    """Return the kernel in force if one is asked for; None if the processor cannot run it."""
    child = subprocess.run(
        [sys.executable, "-m", "benchmarks.claims_runs"],
        env=_environment(core),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return json.loads(child.stdout) if child.returncode == 0 else None


def kernels(tell: Callable[[str], None] = print) -> Iterator[Kernel]:
    """Yield each kernel that this processor runs once, its own first; say what became of others.

    OpenBLAS puts another kernel in the place of one that it was built without, so names are tried,
    in a process that may crash, and the kernel in force is read back. (It reads "Katmai" where
    Prescott was asked for: the name is that of the first of those that share a kernel.)
    """
    native = taken("")
    if native is None:
        raise SystemExit("BLAS crashes as it is")
    yield Kernel("", native)
    found = {native}
    for core in CORES.get(machine(), ()):
        name = taken(core)
        if name is None:
            tell(f"{core}: skipped, it crashes on this processor")
        elif name not in found:
            found.add(name)
            yield Kernel(core, name)
        elif core.lower() != name.lower():
            tell(f"{core}: skipped, not taken: {name} is in force instead")


def start(run: Run, folder: Path, figures: Sequence[str], jobs: int) -> int:
    """Measure the claims of figures in a child process; return its exit status.

    Parameters
    ----------
    run : Run
        What is in force.
    folder : Path
        Where a file for each figure is left.
    figures : sequence of str
        Which scripts.
    jobs : int
        Processes that train. With several BLAS threads there is one, since the others would keep
        to one thread.
    """
    task = {"run": asdict(run), "folder": str(folder.absolute()), "figures": list(figures)}
    task["jobs"] = jobs if run.threads == 1 else 1
    command = [sys.executable, "-m", "benchmarks.claims_runs", json.dumps(task)]
    environment = run.environment | {"NNVIZ_CACHE_DIR": str(folder.absolute() / "cells")}
    with subprocess.Popen(command, env=environment, cwd=ROOT) as child:
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            raise


def file_of(folder: Path, figure: str) -> Path:
    """Return the file of a figure's claims."""
    return folder / f"{figure.replace('/', '--')}.json"


def _measure(run: Run, folder: Path, figures: Sequence[str], jobs: int) -> int:
    """Measure in this process, which `start` has made; return its exit status."""
    from joblib import parallel_config
    from matplotlib import use

    from nnviz.plots import theme
    from nnviz.studies import seeds_from

    use("agg")
    with _cell_threads(run.threads):
        wrong = set(_all_in_force(jobs)) - {(run.kernel.name, run.threads)}
        if wrong:
            print(f"{run.name}: skipped, in force is {wrong}", file=sys.stderr)
            return NOT_TAKEN
        failed = 0
        with theme(), parallel_config(n_jobs=jobs), seeds_from(run.first_seed):
            for figure in figures:
                failed += not _measured(figure, folder, run)
    return 1 if failed else 0


def _measured(figure: str, folder: Path, run: Run) -> bool:
    """Run one script, and leave what its claims say; return whether it ran."""
    import matplotlib.pyplot as plt

    from nnviz.publish.scripts import find_scripts
    from nnviz.publish.scripts import run as run_script

    began = perf_counter()
    try:
        study = run_script(find_scripts([figure])[0]).study
    except Exception:
        print(f"{figure} failed ({run.name})\n{traceback.format_exc()}", file=sys.stderr)
        return False
    finally:
        plt.close("all")
    seconds = perf_counter() - began
    claims = [
        {
            "study": study.name,
            "settings": plain(study.settings),
            "by_seed": list(claim.evidence.seeds),
            "ratio": claim.question.measure.none == 1.0,
            **claim.facts(),
        }
        for claim in study.claims.values()
    ]
    kept = {"figure": figure, "run": run.name, "seconds": round(seconds, 2), "claims": claims}
    with replacing(file_of(folder, figure)) as file:
        file.write(json.dumps(kept).encode())
    held = sum(claim["holds"] for claim in claims)
    print(f"{run.name}: {figure}, {held} of {len(claims)}, {seconds:.1f} s", flush=True)
    return True


def plain(value: Any) -> Any:
    """Return settings as JSON has them, without the first seed; numbers to nine digits.

    Settings that were computed may differ in their last digits from kernel to kernel.
    """
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items() if k != "first_seed"}
    if isinstance(value, str | bool | int) or value is None:
        return value
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    return str(value)


@contextmanager
def _cell_threads(threads: int) -> Iterator[None]:
    """Let cells of studies, which limit BLAS to one thread, have another number."""
    from threadpoolctl import ThreadpoolController

    from nnviz.train import parallel

    pools = ThreadpoolController()

    class Pools:
        def limit(self, *, limits: int) -> Any:  # noqa: ARG002
            return pools.limit(limits=threads)

    if threads == 1:
        yield
        return
    with mock.patch.object(parallel, "_thread_pools", Pools):
        yield


def _all_in_force(jobs: int) -> list[tuple[str, int]]:
    """Return what is in force here, and in cells, of each of several processes."""
    from joblib import Parallel, delayed

    from benchmarks.claims_runs import in_force as here  # in workers, not of __main__
    from nnviz.train.parallel import _run

    own = here()  # loads all libraries before the controller of the cells looks for them
    cells = Parallel(n_jobs=jobs)(delayed(_run)(here, 0, {}, None) for _ in range(4 * jobs))
    return [own, *(tuple(outcome) for _, outcome in cells)]


if __name__ == "__main__":
    if len(sys.argv) == 1:
        probe()
    else:
        task = json.loads(sys.argv[1])
        kernel = Kernel(**task["run"].pop("kernel"))
        which = Run(kernel, **task["run"])
        sys.exit(_measure(which, Path(task["folder"]), task["figures"], task["jobs"]))
