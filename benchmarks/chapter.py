"""The whole chapter, one seed of each experiment, beside the notes' way of programming it.

The studies run as they are published, from nothing, and some do more than the notes: three
networks instead of two for each weight scale of batch normalization, four grid trials beside
the hundred random ones, tables and claims from all. Measurements are as frequent as the figures
need, which is where part of the gain comes from; float32 and one pass per step are the rest.
"""

import os
import tempfile
from collections.abc import Callable
from time import perf_counter

import numpy as np

from benchmarks import notes_chapter
from nnviz import studies

ROUNDS = 3
JOBS = (1, 2)


def ours(n_jobs: int) -> dict[str, Callable[[], object]]:
    """Return the studies by the name of the notes' experiment."""
    one = {"seeds": 1, "n_jobs": n_jobs, "fresh": True}
    return {
        "trajectories": lambda: studies.optimizer_trajectories(),
        "activations": lambda: studies.initialization(**one),
        "overfitting": lambda: studies.overfitting(**one),
        "batch normalization": lambda: studies.batch_normalization(**one),
        "initialization": lambda: studies.initialization_training(**one),
        "optimizers": lambda: studies.optimizers_training(**one),
        "hyperparameters": lambda: studies.hyperparameters(**one, trials=100, side=2),
    }


def seconds_of(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def row(name: str, seconds: np.ndarray) -> str:
    """Return a line: median seconds of each version, and how many times as fast as the notes."""
    ratios = seconds[:, :1] / seconds  # (round, version)
    cells = (
        f"{np.median(seconds[:, v]):.2f} s  ×{np.median(ratios[:, v]):.1f} "
        f"({ratios[:, v].min():.1f} – {ratios[:, v].max():.1f})"
        for v in range(seconds.shape[1])
    )
    return f"  {name:20}" + "".join(f"{cell:>28}" for cell in cells)


def main() -> None:
    versions = [notes_chapter.EXPERIMENTS, *map(ours, JOBS)]
    names = ["notes", *(f"nnviz, {jobs} process{'es' * (jobs > 1)}" for jobs in JOBS)]
    print(f"\nchapter, one seed: seconds, and how many times as fast; {ROUNDS} rounds")
    print(f"  {'':20}" + "".join(f"{name:>28}" for name in names))
    table = np.zeros((len(versions[0]), ROUNDS, len(versions)))
    with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"):
        os.environ["NNVIZ_CACHE_DIR"] = folder
        studies.overfitting(seeds=1, n_jobs=max(JOBS), hidden=[2])  # starts the processes
        for k, name in enumerate(versions[0]):
            for r, v in np.ndindex(ROUNDS, len(versions)):
                table[k, r, v] = seconds_of(versions[v][name])
            print(row(name, table[k]), flush=True)
    print(row("total", table.sum(axis=0)))


if __name__ == "__main__":
    main()
