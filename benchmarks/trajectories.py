"""Paths on the bowl, beside torch.optim and beside the notes' code; and the basin map.

All do the same work: Adam from each start, every point kept. torch runs as it is usually written,
with autograd, one start at a time or all in one tensor, and, for what that costs, with the
gradient typed in. The notes' code keeps one start in a dictionary. What NumPy takes at the least
is the same arithmetic written out for this one rule and surface, in place and without checks.
Before, enough is done for nnviz to make machine code, if the extra `fast` is there.
"""

import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from time import perf_counter, process_time
from typing import TypeAlias

import numpy as np
import torch

from benchmarks.harness import compare
from benchmarks.notes_chapter import Adam
from nnviz import optim, surfaces
from nnviz.train import arrive, descend
from nnviz.train._course import WORTH

Follow: TypeAlias = Callable[[np.ndarray, int], np.ndarray]

RATE = 0.3

SIZES = {1: 1000, 100: 500, 10_000: 100}
"""Number of steps by number of starts."""

GOALS = {1: 25, 100: 20, 10_000: 8}
"""How many times as fast as torch.optim with all starts in one tensor."""

FEW = 10
"""How many of the starts are timed where one comes after another."""


def ours(starts: np.ndarray, steps: int) -> np.ndarray:
    return descend("bowl", optim.adam(RATE), starts, steps=steps).points


def torch_autograd(starts: np.ndarray, steps: int) -> np.ndarray:
    params = torch.tensor(starts, requires_grad=True)
    optimizer = torch.optim.Adam([params], lr=RATE)
    path = [params.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        x, y = params[..., 0], params[..., 1]
        (x**2 / 20 + y**2).sum().backward()
        optimizer.step()
        path.append(params.detach().clone())
    return torch.stack(path).numpy()


def torch_formula(starts: np.ndarray, steps: int) -> np.ndarray:
    params = torch.tensor(starts, requires_grad=True)
    optimizer = torch.optim.Adam([params], lr=RATE)
    path, slopes = [params.detach().clone()], torch.tensor([0.1, 2.0], dtype=torch.float64)
    for _ in range(steps):
        params.grad = params.detach() * slopes
        optimizer.step()
        path.append(params.detach().clone())
    return torch.stack(path).numpy()


def by_hand(starts: np.ndarray, steps: int) -> np.ndarray:
    path = np.empty((steps + 1, *starts.T.shape))
    path[0] = starts.T
    slopes = np.array([0.1, 2.0]).reshape(2, *[1] * (starts.ndim - 1))
    grads, mean, square, move = np.zeros((4, *starts.T.shape))
    for step, (here, there) in enumerate(pairwise(path), start=1):
        np.multiply(here, slopes, out=grads)
        np.subtract(grads, mean, out=move)
        move *= 1 - 0.9
        mean += move
        np.multiply(grads, grads, out=move)
        move -= square
        move *= 1 - 0.999
        square += move
        root = (1 - 0.999**step) ** 0.5
        np.sqrt(square, out=move)
        move += 1e-8 * root
        np.divide(mean, move, out=move)
        move *= -RATE * root / (1 - 0.9**step)
        np.add(here, move, out=there)
    return np.moveaxis(path, 1, -1)


def notes(start: np.ndarray, steps: int) -> np.ndarray:
    params, optimizer = dict(zip("xy", map(float, start), strict=True)), Adam(RATE)
    path = [tuple(params.values())]
    for _ in range(steps):
        optimizer.update(params, {"x": params["x"] / 10, "y": 2 * params["y"]})
        path.append(tuple(params.values()))
    return np.array(path)


def each(follow: Follow, starts: np.ndarray, steps: int) -> None:
    for start in starts[:FEW]:
        follow(start, steps)


def paths(number: int, steps: int) -> None:
    """Time all versions, and print how many start-steps each does in a second."""
    starts = np.random.default_rng(0).uniform(-5, 5, (number, 2))
    together = starts[0] if number == 1 else starts
    short = max(steps // min(number, FEW), 1)
    some = min(number, FEW) * short  # start-steps of those that go one by one
    calls = {
        "nnviz": (lambda: ours(together, steps), number * steps),
        "torch.optim": (lambda: torch_autograd(together, steps), number * steps),
        "torch.optim, gradient typed in": (lambda: torch_formula(together, steps), number * steps),
        "NumPy written out, in place": (lambda: by_hand(together, steps), number * steps),
        "torch.optim, one by one": (lambda: each(torch_autograd, starts, short), some),
        "the notes' code, one by one": (lambda: each(notes, starts, short), some),
    }
    work = {name: amount for name, (_, amount) in calls.items()}
    print(f"\n{number} start{'s' * (number > 1)}: start-steps per second, and nnviz beside it")
    for t in compare(
        {name: call for name, (call, _) in calls.items()}, rounds=11, clock=process_time
    ):
        times = work["nnviz"] / work[t.name]
        ratio, low, high = t.ratio * times, t.low * times, t.high * times
        goal = f"   goal ×{GOALS[number]}" if t.name == "torch.optim" else ""
        print(
            f"  {t.name:32}{work[t.name] / t.seconds:12,.0f}"
            f"   ×{ratio:7.1f}   ({low:.1f} – {high:.1f}){goal}"
        )


def basins() -> None:
    """Time the map of which minimum 200×200 starts reach, and the memory it takes."""
    (x0, x1), (y0, y1) = surfaces.get("himmelblau").domain
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, 200), np.linspace(y0, y1, 200)), axis=-1)
    rules = {"sgd": 0.01, "momentum": 0.01, "adagrad": 0.5, "adam": 0.1}
    print("\nbasin map, 200×200 starts, 500 steps   goal: four in 15 s, memory flat")
    total = 0.0
    for name, rate in rules.items():
        begin = perf_counter()
        found = arrive("himmelblau", optim.make(name, rate), grid, steps=500)
        seconds = perf_counter() - begin
        total += seconds
        tracemalloc.start()
        arrive("himmelblau", optim.make(name, rate), grid, steps=20)
        short = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        arrive("himmelblau", optim.make(name, rate), grid, steps=60)
        long = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(
            f"  {name:10} {seconds:6.2f} s   {np.mean(found.minimum >= 0):6.1%} "
            f"arrived   peak {short / 2**20:.1f} MiB in 20 steps, {long / 2**20:.1f} MiB in 60"
        )
    print(f"  {'all':10} {total:6.2f} s")


def main() -> None:
    torch.set_num_threads(1)
    most = max(SIZES)
    begin = perf_counter()
    arrive("bowl", optim.adam(RATE), np.ones((most, 2)), steps=WORTH // (2 * most) + 1)
    ours(np.ones((most, 2)), 1)
    print(f"machine code: {perf_counter() - begin:.1f} s before the first timing")
    for number, steps in SIZES.items():
        paths(number, steps)
    basins()


if __name__ == "__main__":
    main()
