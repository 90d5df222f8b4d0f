"""Claims: every claim of the gallery measured again, on other kernels, seeds and BLAS threads.

A network that is trained for a thousand steps ends elsewhere if a sum was rounded otherwise, and
kernels of BLAS round otherwise. So the gallery is run uncached under every kernel of OpenBLAS that
this processor can run, on two more sets of seeds that share none with the first, and with two BLAS
threads. Printed is each claim's margin (`claims_margins`), the weakest first; what fails is listed,
with run and number, and makes the exit status 1. So is a number of a title that its picture lacks.

It takes an hour or so. What was measured is kept figure by figure, under a digest of the code: an
interrupted benchmark goes on where it stopped, and a change of the code begins anew.
``--quick`` runs scripts that train no more than a second, under two kernels.
"""

import argparse
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import claims_kernels, claims_margins, claims_runs, claims_table
from benchmarks.claims_kernels import Kernel
from benchmarks.claims_runs import Run
from nnviz.cli.options import add_only

QUICK = (
    "trajectories/*",
    "shapes/*",
    "initialization/relu",
    "initialization/sigmoid",
    "initialization/tanh",
    "recording/first-nan",
    "recording/run-file",
)
"""The scripts that train no more than a second."""

SEEDS = (0, 100, 200)
"""First seeds of the sets; no study of the gallery takes a hundred."""

THREADS = 2


def planned(kernels: Sequence[Kernel], *, quick: bool = False) -> list[Run]:
    """Return the runs, of kernels whose first is the processor's own.

    The first seeds under every kernel; the other seeds, and two threads, under its own. The quick
    half: the first seeds under two kernels.
    """
    if quick:
        return [Run(kernel) for kernel in kernels[:2]]
    own, *others = kernels
    seeds = [Run(own, first) for first in SEEDS[1:]]
    return [Run(own), *map(Run, others), *seeds, Run(own, threads=THREADS)]


def digest(folders: Iterable[Path], packages: Sequence[str] = ()) -> str:
    """Return a fingerprint of what is in folders, and of versions of packages."""
    content = hashlib.sha256()
    for folder in folders:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            if "__pycache__" not in file.parts:
                content.update(f"{file.relative_to(folder).as_posix()}\0".encode())
                content.update(hashlib.sha256(file.read_bytes()).digest())
    for name in packages:
        content.update(f"{name}=={version(name)};".encode())
    return content.hexdigest()[:12]


def measure(
    runs: Sequence[Run],
    figures: Sequence[str],
    folder: Path,
    *,
    jobs: int,
    start: Callable[[Run, Path, Sequence[str], int], int],
) -> tuple[dict[Run, list[dict[str, Any]]], list[str]]:
    """Measure what is not there yet; return the results by run, and what went wrong.

    Parameters
    ----------
    runs : sequence of Run
        What to run, one after the other.
    figures : sequence of str
        Scripts of the gallery.
    folder : Path
        Of this digest; each run has a folder in it.
    jobs : int
        Processes at a time.
    start : callable
        Measures figures that are missing, as `claims_runs.start` does.
    """
    results: dict[Run, list[dict[str, Any]]] = {}
    wrong = []
    for run in runs:
        own = folder / run.folder
        missing = [name for name in figures if not claims_runs.file_of(own, name).exists()]
        if missing and start(run, own, missing, jobs) == claims_runs.NOT_TAKEN:
            wrong.append(f"{run.name}: not run, kernel or threads were not taken")
            continue
        files = {name: claims_runs.file_of(own, name) for name in figures}
        wrong += [f"{run.name}: {name} failed" for name, f in files.items() if not f.exists()]
        if all(file.exists() for file in files.values()):
            shutil.rmtree(own / "cells", ignore_errors=True)
        results[run] = [json.loads(f.read_text()) for f in files.values() if f.exists()]
    return results, wrong


def unshown(results: Mapping[Run, Iterable[Mapping[str, Any]]]) -> list[str]:
    """Return a line for each figure and run whose title says a number that the picture lacks."""
    return [
        f"{run.name}: {found['figure']} shows nowhere what its title says: "
        f"{', '.join(found['unshown'])}"
        for run, figures in results.items()
        for found in figures
        if found["unshown"]
    ]


def main(arguments: Sequence[str] = ()) -> None:
    """Run the benchmark: ``python -m benchmarks claims``."""
    import nnviz
    from nnviz.publish.scripts import find_scripts, gallery_folder

    options = _options(arguments)
    package = Path(nnviz.__file__).parent
    code = digest([package, gallery_folder()], ("numpy", "scipy", "scikit-learn", "pandas"))
    folder = options.out / code
    scripts = [script.id for script in find_scripts(options.only)]
    if options.quick:
        quick = {script.id for script in find_scripts(QUICK)}
        scripts = [script for script in scripts if script in quick]
    kernels = list(islice(claims_kernels.kernels(), 2 if options.quick else None))
    runs = planned(kernels, quick=options.quick)
    print(f"{len(scripts)} figures in {len(runs)} runs, kept in {folder}", flush=True)
    results, wrong = measure(runs, scripts, folder, jobs=options.jobs, start=claims_runs.start)
    wrong += unshown(results)
    rows = claims_margins.rows_of(results)
    claims_table.write(rows, folder)
    print(claims_table.printed(rows))
    failing = claims_table.failing(rows)
    for line in [*wrong, *failing]:
        print(f"! {line}")
    for line in [*claims_table.seldom(rows, len(results)), *claims_table.fewer(rows)]:
        print(f"? {line}")
    held = sum(row.holds_everywhere for row in rows)
    print(f"{held} of {len(rows)} claims hold in every run ({len(results)} runs)")
    if wrong or failing:
        raise SystemExit(1)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    from joblib import cpu_count
    from platformdirs import user_cache_dir

    parser = argparse.ArgumentParser(
        prog="python -m benchmarks claims",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kept = Path(user_cache_dir("nnviz", appauthor=False)) / "claims"
    parser.add_argument(
        "--out", type=Path, default=kept, metavar="DIR", help="where results are kept"
    )
    parser.add_argument("--quick", action="store_true", help="what takes a minute, for CI")
    add_only(parser)
    parser.add_argument(
        "--jobs", type=int, default=cpu_count(), metavar="N", help="processes; default: one a core"
    )
    return parser.parse_args(arguments)
