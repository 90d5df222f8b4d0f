"""One training step, beside the same step in PyTorch (CPU, eager) with the same weights."""

from collections.abc import Callable

import numpy as np
import torch

from benchmarks.harness import compare, report
from nnviz import nn, optim

NETWORKS = {
    "64-5×100-10, batch 100": ([64, *[100] * 5, 10], 100, {}),
    "64-5×100-10, batch 100, batch norm": (
        [64, *[100] * 5, 10],
        100,
        {"batch_norm": "before"},
    ),
    "64-6×100-10, batch 100, dropout": ([64, *[100] * 6, 10], 100, {"dropout": 0.2}),
    "784-6×100-10, batch 100": ([784, *[100] * 6, 10], 100, {}),
    "784-6×100-10, batch 256": ([784, *[100] * 6, 10], 256, {}),
    "784-3×512-10, batch 128": ([784, *[512] * 3, 10], 128, {}),
}


def ours(net: nn.Sequential, x: np.ndarray, labels: np.ndarray) -> Callable[[], object]:
    rule = optim.sgd(0.01)
    state = rule.init(net.flat)

    def step() -> None:
        nonlocal state
        logits, backward = net(x, train=True)
        _, dlogits = nn.softmax_cross_entropy(logits, labels)
        updates, state = rule.update(net.flatten(backward(dlogits)[1]), state, net.flat)
        net.flat += updates

    return step


def peer(net: nn.Sequential, x: np.ndarray, labels: np.ndarray) -> Callable[[], object]:
    module = torch.nn.Sequential(*[_module(layer) for layer in net.layers.values()])
    rule = torch.optim.SGD(module.parameters(), lr=0.01)
    inputs, targets = torch.from_numpy(x), torch.from_numpy(labels)

    def step() -> None:
        rule.zero_grad()
        torch.nn.functional.cross_entropy(module(inputs), targets).backward()
        rule.step()

    return step


def _module(layer: nn.Layer) -> torch.nn.Module:
    if isinstance(layer, nn.Linear):
        n_in, n_out = layer.params["weight"].shape
        linear = torch.nn.Linear(n_in, n_out)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(layer.params["weight"].T))
            linear.bias.zero_()
        return linear
    if isinstance(layer, nn.BatchNorm):
        return torch.nn.BatchNorm1d(len(layer.params["bias"]))
    return torch.nn.Dropout(layer.rate) if isinstance(layer, nn.Dropout) else torch.nn.ReLU()


def main() -> None:
    torch.set_num_threads(1)
    for name, (sizes, batch, options) in NETWORKS.items():
        rng = np.random.default_rng(0)
        net = nn.mlp(sizes, rng=rng, **options)
        x = rng.random((batch, sizes[0]), dtype=np.float32)
        labels = rng.integers(0, 10, batch)
        report(name, compare({"torch": peer(net, x, labels), "nnviz": ours(net, x, labels)}))


if __name__ == "__main__":
    main()
