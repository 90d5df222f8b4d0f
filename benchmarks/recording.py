"""What recording costs: ratios to the bare training step, memory, appending, size of the file.

Everything that a network of 784 inputs shows is recorded: activations, gradients, weights, their
gradients and updates of every layer; it needs the extra fast. Beside ours, in the same run:
NumPy's and boost's histograms with the six usual statistics, and TensorBoard's SummaryWriter.
"""

import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count, pairwise
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.harness import compare, report
from nnviz import nn, optim
from nnviz.record import Block, Portion, Recorder, keep_freed_memory
from nnviz.runs import create_run
from nnviz.stats import Summary
from nnviz.stats.reducer import Compiled, Plain

NETWORKS = {
    "784-6×100-10, batch 100": ([784] + [100] * 6 + [10], 100),
    "784-6×100-10, batch 256": ([784] + [100] * 6 + [10], 256),
    "784-3×512-10, batch 128": ([784] + [512] * 3 + [10], 128),
}
THREE = ("activation", "gradient", "weight")
"""The kinds that the goals were measured on."""

STEPS = 100
"""Steps in a measured call: as many as lie between two that are counted in full."""

Observe = Callable[[str, np.ndarray], None]
Step = Callable[[Recorder | Observe | None], float]


def numpy_step(sizes: list[int], batch: int) -> Step:
    """Return one step of SGD on noise."""
    rng = np.random.default_rng(0)
    net = nn.mlp(sizes, rng=rng)
    x = rng.standard_normal((batch, sizes[0]), np.float32)
    labels = rng.integers(0, 10, batch)
    optimizer = optim.sgd(1e-3)
    state = optimizer.init(net.flat)

    def step(watcher: Recorder | Observe | None) -> float:
        nonlocal state
        observe = watcher.observer() if isinstance(watcher, Recorder) else watcher
        logits, backward = net(x, train=True, observe=observe)
        loss, dlogits = nn.softmax_cross_entropy(logits, labels)
        grads = net.flatten(backward(dlogits)[1])
        updates, state = optimizer.update(grads, state, net.flat)
        if isinstance(watcher, Recorder):
            watcher.observe_parameters(net, grads, updates)
        elif watcher is not None:
            for flat, suffix in ((net.flat, ""), (grads, "_gradient"), (updates, "_update")):
                for name, value in net.views(flat).items():
                    if not name.endswith("bias"):
                        watcher(f"{name}{suffix}", value)
        net.flat += updates
        return loss

    return step


def torch_network(sizes: list[int], batch: int) -> tuple[Any, Any, Callable[[], None]]:
    """Return the same network, optimizer and step in PyTorch."""
    import torch

    torch.manual_seed(0)
    torch.set_num_threads(1)
    layers: list[Any] = []
    for n_in, n_out in pairwise(sizes):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    x, labels = torch.randn(batch, sizes[0]), torch.randint(0, 10, (batch,))

    def step() -> None:
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x), labels).backward()
        optimizer.step()

    return model, optimizer, step


def six(values: np.ndarray) -> tuple[float, ...]:
    """Return what is usually kept beside a histogram."""
    norm = np.linalg.norm(values)
    zeros = np.mean(values == 0)
    return values.mean(), values.std(), values.min(), values.max(), norm, zeros


def naive(name: str, values: np.ndarray) -> None:  # noqa: ARG001
    six(values)
    np.histogram(values, 64)


def with_boost(name: str, values: np.ndarray) -> None:  # noqa: ARG001
    import boost_histogram as bh

    low, high = six(values)[2:4]
    bh.Histogram(bh.axis.Regular(64, low, high + 1e-9)).fill(values.ravel())


def ours(step: Step, recorder: Recorder) -> Callable[[], None]:
    """Return some recorded steps."""
    numbers = count()

    def call() -> None:
        for number in range(STEPS):
            number = next(numbers)
            with recorder.step(number):
                recorder.scalar("loss", step(recorder))

    return call


def others(step: Step, watcher: Observe | None) -> Callable[[], None]:
    def call() -> None:
        for _ in range(STEPS):
            step(watcher)

    return call


def whole(*, fast: bool) -> Recorder:
    """Return a recorder that counts everything, with machine code or without."""
    way = Compiled if fast else Plain
    with patch("nnviz.record.counting.reducer", way):
        return Recorder(exact=True)


def numpy_ratios(folder: Path) -> None:
    keep_freed_memory()  # as `train.fit` does: the bare step is to be as fast as it can be
    for title, (sizes, batch) in NETWORKS.items():
        steps = [numpy_step(sizes, batch) for _ in range(8)]
        few = Recorder(kinds=THREE)
        sink = create_run(folder / f"{len(list(folder.iterdir()))}.nnviz")
        report(
            f"NumPy, {title}, {STEPS} steps",
            compare(
                {
                    "bare": others(steps[0], None),
                    "ours, as it comes": ours(steps[1], Recorder()),
                    "ours, into a run file": ours(steps[2], Recorder(sink=sink)),
                    "ours, every step whole": ours(steps[3], whole(fast=False)),
                    "ours, with the extra fast": ours(steps[7], whole(fast=True)),
                    "ours, three kinds": ours(steps[4], few),
                    "boost-histogram": others(steps[5], with_boost),
                    "np.histogram": others(steps[6], naive),
                },
                rounds=7,
            ),
        )
        sink.close()


def tensorboard_step(sizes: list[int], batch: int, folder: Path) -> tuple[Any, Any]:
    """Return a torch step that hands every tensor to a SummaryWriter, and the writer."""
    from torch.utils.tensorboard import SummaryWriter

    model, _, step = torch_network(sizes, batch)
    writer = SummaryWriter(str(folder / "tensorboard"))
    numbers = count()

    def show(name: str, values: Any) -> None:
        writer.add_histogram(name, values.detach(), number)

    number = 0
    for name, layer in model.named_children():

        def hook(_: Any, __: Any, output: Any, name: str = name) -> None:
            show(f"{name}/activation", output)
            output.register_hook(lambda g: show(f"{name}/gradient", g))

        layer.register_forward_hook(hook)

    def recorded() -> None:
        nonlocal number
        number = next(numbers)
        before = {name: p.detach().clone() for name, p in model.named_parameters()}
        step()
        for name, parameter in model.named_parameters():
            if name.endswith("weight"):
                show(name, parameter)
                show(f"{name}_gradient", parameter.grad)
                show(f"{name}_update", parameter - before[name])

    return recorded, writer


def torch_ratios(folder: Path) -> None:
    from nnviz.record.torch import attach

    for title in ("784-6×100-10, batch 100", "784-3×512-10, batch 128"):
        bare = torch_network(*NETWORKS[title])[2]
        recorded = []
        for recorder in (Recorder(), Recorder(kinds=THREE)):
            model, optimizer, step = torch_network(*NETWORKS[title])
            attach(model, recorder, optimizer)
            recorded.append(ours(lambda _, s=step: s() or 0.0, recorder))
        board, writer = tensorboard_step(*NETWORKS[title], folder)
        report(
            f"PyTorch, {title}, {STEPS} steps",
            compare(
                {
                    "bare": others(lambda _, s=bare: s(), None),
                    "ours, as it comes": recorded[0],
                    "ours, three kinds": recorded[1],
                    "SummaryWriter": others(lambda _, s=board: s(), None),
                },
                rounds=3,
            ),
        )
        writer.close()


def memory(folder: Path) -> None:
    """Print the peak memory of a process after 1,000 and 100,000 steps."""
    print("\nMemory at its peak, MiB, 8 tensors of 1,000 numbers")
    for name, options in (("in memory", False), ("into a run file", True)):
        child = os.fork()
        if child == 0:
            _grow(name, create_run(folder / "long.nnviz") if options else None)
            os._exit(0)
        os.waitpid(child, 0)


def _grow(name: str, sink: Any) -> None:
    values = np.random.default_rng(0).standard_normal((100, 10), np.float32)
    recorder = Recorder(sink=sink)
    start = perf_counter()
    for k in range(100_000):
        with recorder.step(k):
            for layer in range(8):
                recorder.observe(f"relu{layer}/activation", values)
            recorder.scalar("loss", k)
        if k + 1 in (1_000, 10_000, 100_000):
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"  {name:16}  {k + 1:7,} steps  {peak:6.0f}  ({perf_counter() - start:.0f} s)")
    if sink is not None:
        sink.close()
        size = sink.path.stat().st_size / 100_000
        print(f"  {'':16}  the file has {size:,.0f} bytes a step", flush=True)


def blocks(n: int, n_streams: int = 30, n_buckets: int = 128) -> Iterator[Block]:
    """Yield blocks of 16 steps: of each stream ten numbers and 128 counts."""
    rng = np.random.default_rng(0)
    sizes = 2.0 ** (np.arange(n_buckets) / 16 - 6)
    for k in range(n):
        entries = [
            (16 * k + step, stream, Summary.of(np.repeat(sizes, rng.integers(1, 99, n_buckets))))
            for step in range(16)
            for stream in range(n_streams)
        ]
        yield Block.of(entries)


def appending(folder: Path) -> None:
    sink = create_run(folder / "append.nnviz")
    sink.streams.extend(f"relu{k}/activation" for k in range(30))
    seconds = []
    for block in blocks(40):
        start = perf_counter()
        sink.append(Portion([block]))
        seconds.append((perf_counter() - start) / 16)
    sink.close()
    size = sink.path.stat().st_size / (16 * len(seconds))
    micro = np.quantile(seconds, [0.25, 0.5, 0.75]) * 1e6
    print("\nAppending a step of 30 streams × (10 numbers + 128 counts)")
    print(f"  {micro[1]:.0f} µs (quartiles {micro[0]:.0f} – {micro[2]:.0f}), {size:,.0f} bytes")


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        memory(folder)
        appending(folder)
        numpy_ratios(folder)
        torch_ratios(folder)


if __name__ == "__main__":
    main()
