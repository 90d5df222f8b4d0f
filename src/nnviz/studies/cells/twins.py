"""Two networks from one seed, one weight of the second moved by a bit: the cell of `one_bit`."""

import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from copy import deepcopy

import numpy as np

from nnviz import nn, optim
from nnviz._memory import keep_freed_memory
from nnviz._typing import Array, Backward, Params
from nnviz.optim.base import evaluating
from nnviz.train import Dataset, batches
from nnviz.train.cache import Tables

__all__ = ["KINKED", "Gate", "Twins", "train"]

KINKED = ("leaky_relu", "relu")
"""Activations of two straight pieces: the sign of a unit's input switches it, for each example."""

PART = 256
"""Rows that are evaluated together."""

Output = tuple[Array, Backward]
Seen = dict[str, Array]


class Gate:
    """An activation of straight pieces, of which another network chooses one for each value.

    Attributes
    ----------
    slope : array
        Of the pieces that are chosen: ``y = slope · x``.
    """

    def __init__(self) -> None:
        self.params: Params = {}
        self.slope: Array = np.ones((), np.float32)

    def __call__(self, x: Array, *, train: bool = False) -> Output:  # noqa: ARG002
        """Return the output and the function that carries its gradient back."""
        slope = self.slope
        return x * slope, lambda dy: (dy * slope, {})


class Twins:
    """A network and its copy, which are always shown the same rows.

    Parameters
    ----------
    net : Sequential
        As `nn.mlp` makes it.
    activation : str
        Its activation.
    gated : bool
        Whether the signs of the network's units switch those of its copy, too.
    """

    def __init__(self, net: nn.Sequential, *, activation: str, gated: bool) -> None:
        self.function, names = nn.ACTIVATIONS[activation], list(net.layers)
        self.inputs = {
            name: f"{names[place - 1]}/activation"
            for place, name in enumerate(names)
            if net.layers[name] is self.function
        }
        self.gates = {name: Gate() for name in self.inputs} if gated else {}
        layers: Mapping[str, nn.Layer] = {**deepcopy(net.layers), **self.gates}
        self.nets = net, nn.Sequential(layers)

    def part(self, rng: np.random.Generator) -> None:
        """Turn over the last bit of one weight of the copy.

        It is none of the first layer's: these may belong to pixels that are always blank.
        """
        net, copy = self.nets
        chosen = net.mask("weight")
        net.views(chosen)["linear1/weight"][...] = False
        place = rng.choice(np.flatnonzero(chosen))
        copy.flat.view(f"u{copy.flat.itemsize}")[place] ^= 1

    def __call__(self, x: Array, *, train: bool = False) -> tuple[list[Output], list[Seen]]:
        """Return what both put out, and what their activations were given, by name."""
        net, copy = self.nets
        seen: list[Seen] = [{}, {}]
        one = net(x, train=train, observe=seen[0].__setitem__)
        for name, gate in self.gates.items():
            gate.slope = self.function.derivative(seen[0][self.inputs[name]])
        other = copy(x, train=train, observe=seen[1].__setitem__)
        return [one, other], [{key: each[key] for key in self.inputs.values()} for each in seen]

    def distance(self) -> float:
        """Return how far the copy's parameters are from the network's, relative to these."""
        one, other = (net.flat.astype(np.float64) for net in self.nets)
        return float(np.linalg.norm(other - one) / np.linalg.norm(one))

    def accuracies(self, data: Dataset) -> list[float]:
        """Return the test accuracy of both."""
        right = np.zeros(2)
        for start in range(0, len(data.x_test), PART):
            rows = slice(start, start + PART)
            outputs, _ = self(data.x_test[rows])
            right += [np.sum(logits.argmax(axis=1) == data.y_test[rows]) for logits, _ in outputs]
        return list(right / len(data.x_test))


def train(
    *,
    data: Dataset,
    seed: int,
    hidden: Sequence[int],
    activation: str,
    dtype: str,
    batch_norm: str | None,
    gated: bool,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    steps: int,
) -> Tables:
    """Train a pair of twins side by side; it ends where a loss or a weight is not finite.

    Parameters
    ----------
    dtype : {"float32", "float64"}
        Type of all numbers.
    gated : bool
        As in `Twins`.

    The other arguments are those of `nn.mlp`, `optim.make` and `train.fit`.

    Returns
    -------
    Tables
        ``distance`` after each number of updates, and of the ``pair`` one row: ``switch``, the
        number of updates after which a unit's sign first differs for an example (missing if none
        does), and ``outputs``, how many signs differ then.
    """
    keep_freed_memory()
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *hidden, data.n_classes]
    net = nn.mlp(
        sizes, activation=activation, batch_norm=batch_norm, rng=rng, dtype=np.dtype(dtype)
    )
    twins = Twins(net, activation=activation, gated=gated)
    twins.part(rng)
    rule = optim.make(optimizer, learning_rate)
    states = [rule.init(each.flat) for each in twins.nets]
    order = batches(len(data.x_train), batch_size, rng=rng)
    distances, switch, differ = [twins.distance()], math.nan, 0
    for step in range(steps):
        rows = next(order)
        with ExitStack() as there:
            for each, state in zip(twins.nets, states, strict=True):
                there.enter_context(evaluating(rule, state, each.flat))
            outputs, inputs = twins(data.x_train[rows], train=True)
            if not differ and activation in KINKED:
                differ = _differ(*inputs)
                switch = step if differ else math.nan
            losses = [nn.softmax_cross_entropy(logits, data.y_train[rows]) for logits, _ in outputs]
            if not all(math.isfinite(loss) for loss, _ in losses):
                break
            grads = [
                each.flatten(backward(slope)[1])
                for each, (_, backward), (_, slope) in zip(twins.nets, outputs, losses, strict=True)
            ]
        for k, each in enumerate(twins.nets):
            updates, states[k] = rule.update(grads[k], states[k], each.flat)
            each.flat += updates
        distance = twins.distance()
        if not math.isfinite(distance):
            break
        distances.append(distance)
    accuracy, twin_accuracy = twins.accuracies(data)
    pair = {
        "test_accuracy": accuracy,
        "twin_accuracy": twin_accuracy,
        "relative_distance": distances[-1],
        "switch": switch,
        "outputs": differ or math.nan,
    }
    return {
        "distance": {"step": np.arange(len(distances)), "relative_distance": np.array(distances)},
        "pair": {name: np.array([value], np.float64) for name, value in pair.items()},
    }


def _differ(one: Seen, other: Seen) -> int:
    """Return how many inputs of activations are above zero in one network only."""
    return sum(int(np.count_nonzero((one[name] > 0) != (other[name] > 0))) for name in one)
