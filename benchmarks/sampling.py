"""What a sample misses: samples of a network's tensors, held against the whole tensors."""

import numpy as np

from nnviz import nn, optim
from nnviz.record import Recorder
from nnviz.stats import Histogram, Summary
from nnviz.train import digits

STEPS = 96
TOGETHER = 16
KINDS = ("activation", "gradient", "weight", "weight_gradient", "weight_update")


def recorded() -> tuple[Recorder, Recorder]:
    """Return two recordings of a network 64-6×100-10 that learns the digits: samples, and all."""
    rng = np.random.default_rng(0)
    net, data, rule = nn.mlp([64] + [100] * 6 + [10], rng=rng), digits(), optim.adam(1e-3)
    state = rule.init(net.flat)
    recorders = Recorder(exact_every=STEPS + 1), Recorder(exact=True)

    def observe(stream: str, values: np.ndarray) -> None:
        for recorder in recorders:
            recorder.observe(stream, values)

    for step in range(1, STEPS + 1):
        rows = rng.integers(0, len(data.x_train), 100)
        with recorders[0].step(step), recorders[1].step(step):
            logits, backward = net(data.x_train[rows], train=True, observe=observe)
            grads = net.flatten(
                backward(nn.softmax_cross_entropy(logits, data.y_train[rows])[1])[1]
            )
            updates, state = rule.update(grads, state, net.flat)
            for recorder in recorders:
                recorder.observe_parameters(net, grads, updates)
            net.flat += updates
    return recorders


def distance(one: Histogram, other: Histogram) -> float:
    """Return the largest difference of two cumulative distributions (Kolmogorov-Smirnov)."""
    edges = (one + other).buckets()[1]
    shares = []
    for histogram in (one, other):
        _, right, counts = histogram.buckets()
        total = np.concatenate([[0], np.cumsum(counts)]) / counts.sum()
        shares.append(total[np.searchsorted(right, edges, side="right")])
    return float(np.abs(shares[0] - shares[1]).max())


def show(title: str, pairs: list[tuple[Summary, Summary]]) -> None:
    """Print how far samples are from the whole, over some pairs of them."""
    apart = np.quantile([distance(s.histogram, w.histogram) for s, w in pairs], [0.5, 0.95])
    spread = [s.moments.std / w.moments.std for s, w in pairs if w.moments.std > 0]
    low, high = np.quantile(spread, [0.05, 0.95])
    print(f"  {title:34} {apart[0]:.3f} {apart[1]:.3f}   {low:.2f} - {high:.2f}")


def main() -> None:
    sampled, whole = recorded()
    print("\nSampled against whole, 64-6×100-10 on digits, Adam")
    print(f"  {'':34} distance: median, 95 %; ratio of standard deviations, 90 %")
    for kind in KINDS:
        streams = [name for name in whole.streams if name.endswith(f"/{kind}")]
        steps = [(sampled.at(k), whole.at(k)) for k in whole.steps]
        show(f"{kind}, one step", [(s[name], w[name]) for s, w in steps for name in streams])
        for length in (TOGETHER, STEPS):
            parts = [
                tuple(r.total(name, start=k, stop=k + length) for r in (sampled, whole))
                for name in streams
                for k in range(1, STEPS, length)
            ]
            show(f"{kind}, {length} steps together", parts)


if __name__ == "__main__":
    main()
