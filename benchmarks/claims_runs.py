"""Runs of the claims benchmark, and the child process that measures.

A run is the whole gallery once, under one kernel of OpenBLAS, on one set of seeds, with a number
of BLAS threads. Both kernel and threads are chosen before NumPy is loaded, so each run is a child
process; what is in force is read back there, in a cell of a study as well.
"""

import json
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np

from benchmarks.claims_kernels import ROOT, Kernel, environment, in_force
from nnviz._files import replacing
from nnviz.train.cache import Tables

if TYPE_CHECKING:
    from nnviz.publish.scripts import Exhibit

NOT_TAKEN = 3
"""The exit status of a run in which another kernel, or number of threads, was in force."""


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
        kernel = self.kernel.name.lower().replace("/", "+")
        return f"{kernel}-seeds{self.first_seed}-threads{self.threads}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its process."""
        threads = {f"{library}_NUM_THREADS": str(self.threads) for library in ("OPENBLAS", "OMP")}
        return environment(self.kernel.core) | threads


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
    known = run.environment | {"NNVIZ_CACHE_DIR": str(folder.absolute() / "cells")}
    with subprocess.Popen(command, env=known, cwd=ROOT) as child:
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
        wrong = _all_in_force(jobs) - {(run.kernel.name, run.threads)}
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
        exhibit = run_script(find_scripts([figure])[0])
        unshown = _unshown(exhibit)
    except Exception:
        print(f"{figure} failed ({run.name})\n{traceback.format_exc()}", file=sys.stderr)
        return False
    finally:
        plt.close("all")
    seconds = perf_counter() - began
    study = exhibit.study
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
    kept = {
        "figure": figure,
        "run": run.name,
        "seconds": round(seconds, 2),
        "claims": claims,
        "unshown": unshown,
    }
    with replacing(file_of(folder, figure)) as file:
        file.write(json.dumps(kept).encode())
    held = sum(claim["holds"] for claim in claims)
    print(f"{run.name}: {figure}, {held} of {len(claims)}, {seconds:.1f} s", flush=True)
    return True


def _unshown(exhibit: "Exhibit") -> list[str]:
    """Return the numbers that the title says and the picture does not, of a claim that holds."""
    from nnviz.testing import unshown

    claim = exhibit.study.claims.get(exhibit.claim or "")
    return unshown(exhibit.figure, claim=claim) if claim and claim.holds else []


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
    from threadpoolctl import threadpool_limits

    from nnviz.train import parallel

    class Pools:
        def limit(self, *, limits: int) -> Any:  # noqa: ARG002
            return threadpool_limits(threads)

    if threads == 1:
        yield
    else:
        with mock.patch.object(parallel, "_thread_pools", return_value=Pools()):
            yield


def _all_in_force(jobs: int) -> set[tuple[str, int]]:
    """Return what is in force here, and in cells of a study, in each of several processes."""
    from nnviz.train.parallel import run_cells

    own = in_force()  # loads all libraries, before cells look for those to limit
    cells = [{"cell": number} for number in range(4 * jobs)]
    found = run_cells(_cell_in_force, cells, n_jobs=jobs, fresh=True)
    told = [tables["blas"] for tables in found]
    return {own, *((str(blas["kernel"][0]), int(blas["threads"][0])) for blas in told)}


def _cell_in_force(cell: int) -> Tables:  # noqa: ARG001
    """Return what is in force in a cell."""
    kernel, threads = in_force()
    return {"blas": {"kernel": np.array([kernel]), "threads": np.array([threads])}}


def main(arguments: Sequence[str]) -> int:
    """Do what `start` asks a child process for."""
    task = json.loads(arguments[0])
    run = Run(Kernel(**task["run"].pop("kernel")), **task["run"])
    return _measure(run, Path(task["folder"]), task["figures"], task["jobs"])


if __name__ == "__main__":
    from benchmarks import claims_runs

    sys.exit(claims_runs.main(sys.argv[1:]))  # not of __main__, which other processes do not know
