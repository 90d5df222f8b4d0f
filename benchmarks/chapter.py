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
        "trajectories": lambda: studies.trajectories(),
        "activations": lambda: studies.initialization(**one),
        "overfitting": lambda: studies.overfitting(**one),
        "batch normalization": lambda: studies.batch_normalization(**one),
        "initialization": lambda: studies.initialization_training(**one),
        "optimizers": lambda: studies.optimizers_training(**one),
        "hyperparameters": lambda: studies.hyperparameters(**one, trials=100, side=2),
    }


def seconds_of(calls: dict[str, Callable[[], object]]) -> np.ndarray:
    """Return how long each call took."""
    seconds = []
    for call in calls.values():
        start = perf_counter()
        call()
        seconds.append(perf_counter() - start)
    return np.array(seconds)


def main() -> None:
    names = list(notes_chapter.EXPERIMENTS)
    versions = {"notes": notes_chapter.EXPERIMENTS} | {
        f"nnviz, {jobs} process{'es' if jobs > 1 else ''}": ours(jobs) for jobs in JOBS
    }
    with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"):
        os.environ["NNVIZ_CACHE_DIR"] = folder
        studies.overfitting(seeds=1, n_jobs=max(JOBS), hidden=[2])  # starts the processes
        rounds = [[seconds_of(calls) for calls in versions.values()] for _ in range(ROUNDS)]
    seconds = np.array(rounds)  # (round, version, experiment)
    seconds = np.concatenate([seconds, seconds.sum(axis=2, keepdims=True)], axis=2)
    ratios = seconds[:, :1] / seconds
    print(f"\nchapter, one seed: seconds, and how many times as fast (median of {ROUNDS} rounds)")
    print(f"  {'':20}" + "".join(f"{version:>24}" for version in versions))
    for k, name in enumerate([*names, "total"]):
        cells = (
            f"{np.median(seconds[:, v, k]):9.2f} s  ×{np.median(ratios[:, v, k]):5.1f}"
            for v in range(len(versions))
        )
        print(f"  {name:20}" + "".join(f"{cell:>24}" for cell in cells))
    spread = ", ".join(
        f"×{low:.1f} – ×{high:.1f}"
        for low, high in zip(ratios[:, 1:, -1].min(0), ratios[:, 1:, -1].max(0), strict=True)
    )
    print(f"  total, lowest and highest of the rounds: {spread}")


if __name__ == "__main__":
    main()
