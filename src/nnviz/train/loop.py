"""The one training loop."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._memory import keep_freed_memory
from nnviz._typing import Array, Params
from nnviz.nn import Sequential, softmax_cross_entropy
from nnviz.optim import Optimizer
from nnviz.optim.base import DOORS, evaluating
from nnviz.train.augmentation import shifted
from nnviz.train.datasets import Dataset
from nnviz.train.recorder import Recorder

__all__ = ["History", "batches", "evaluate", "fit"]

Columns = dict[str, NDArray[np.generic]]

PART = 256
"""Rows that are evaluated together."""


@dataclass(frozen=True)
class History:
    """What is known of a training run when it has ended.

    Attributes
    ----------
    curve : dict of str to ndarray
        Columns ``step, epoch, split, metric, value``, one row per measurement: loss and accuracy
        on both splits, and the norm of all weights under the split "train".
    batch_loss : ndarray of shape (steps,)
        Loss of each mini-batch before its update; NaN after the run diverged or stopped early.
    diverged_at : int or None
        The step whose loss was no longer finite. Training stopped there; the measurements
        after it are those of the network as it was left.
    best_step : int or None
        After how many updates the loss on the test split was lowest, if training was to stop
        early; the network has the parameters of then.
    """

    curve: Columns
    batch_loss: Array
    diverged_at: int | None
    best_step: int | None = None


def batches(n: int, size: int, *, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Return row numbers, `size` at a time, forever: each pass over the n rows in a new order.

    Rows left over at the end of a pass, fewer than `size`, take part in a later one.
    """
    _checks.integer("n", n)
    if _checks.integer("size", size) > n:
        raise _checks.fail("size", f"at most n, {n}", size)
    _checks.generator("rng", rng)
    return _passes(n, size, rng)


def _passes(n: int, size: int, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    while True:
        order = rng.permutation(n)
        for start in range(0, n - size + 1, size):
            yield order[start : start + size]


def evaluate(net: Sequential, x: Array, y: NDArray[np.int64]) -> tuple[float, float]:
    """Return mean loss and accuracy on a whole split.

    A part of the rows at a time: what the layers compute then stays in the processor's cache,
    twice as fast as all rows at once, and memory does not grow with the split.
    """
    _checks.instance("net", net, Sequential)
    _checks.instance("x", x, np.ndarray)
    y = _checks.numbers("y", y).astype(np.int64)
    loss, right = 0.0, 0
    for start in range(0, len(x), PART):
        part = slice(start, start + PART)
        logits, _ = net(x[part])
        loss += softmax_cross_entropy(logits, y[part])[0] * len(logits)
        right += int(np.count_nonzero(logits.argmax(axis=1) == y[part]))
    return loss / len(x), right / len(x)


def predicted(net: Sequential, x: Array) -> NDArray[np.int64]:
    """Return the class that the network gives each row, a part of the rows at a time."""
    parts = (x[start : start + PART] for start in range(0, len(x), PART))
    return np.concatenate([net(part)[0].argmax(axis=1) for part in parts])


def fit(
    net: Sequential,
    data: Dataset,
    optimizer: Optimizer,
    *,
    steps: int,
    batch_size: int = 100,
    weight_decay: float = 0.0,
    label_smoothing: float = 0.0,
    shift: int = 0,
    patience: int | None = None,
    evaluate_at: Iterable[int] = (),
    recorder: Recorder | None = None,
    rng: np.random.Generator,
) -> History:
    """Train a network for classification, with mini-batches.

    Parameters
    ----------
    net : Sequential
        Is trained in place.
    data : Dataset
        Must have at least `batch_size` training rows.
    optimizer : Optimizer
        Moves all parameters as one vector. What is measured, and left in the network, are the
        parameters that would be deployed; gradients, and what layers are recorded to put out, are
        those of ``optimizer.gradient_at``, which is the same point for most rules.
    steps : int
        Number of updates.
    batch_size : int, default 100
        Rows per update.
    weight_decay : float, default 0
        λ of ½·λ·Σ weight² added to the loss: of weights only, not of biases. Measured losses
        do not contain it.
    label_smoothing : float, default 0
        As in `nn.softmax_cross_entropy`; those of both splits are measured without it.
    shift : int, default 0
        Up to how many pixels each picture of a batch is moved along both of its sides, each time
        anew; what comes in is 0. The data must have a shape.
    patience : int, optional
        Stop early: after so many measurements in a row that do not lower the loss on the test
        split, for which `Dataset.holdout` makes one of training rows. The network is left with
        the parameters of the lowest, and with what its layers kept then, such as running
        statistics.
    evaluate_at : iterable of int
        After how many updates to measure both splits, 0 being before the first.
    recorder : Recorder, optional
        Is shown every activation, gradient, weight and weight update of the steps that are due
        to it and, counted in full, of the last of all `steps`, under ``"<layer>/<kind>"``; and as
        numbers, ``"loss"`` of each mini-batch and, of the steps after which both splits are
        measured, ``"train/loss"``, ``"train/accuracy"``, ``"test/loss"`` and ``"test/accuracy"``.
    rng : numpy.random.Generator
        Order of the rows, and by how much they are shifted.

    Raises
    ------
    ValueError
        For a batch larger than the data, a shift of what is no picture, patience without a step to
        measure at, or an argument that breaks its rule.
    """
    _checks.instance("net", net, Sequential)
    _checks.instance("data", data, Dataset)
    _checks.instance("optimizer", optimizer, Optimizer, hint=DOORS)
    _checks.optional("recorder", recorder, _recorder)
    _checks.generator("rng", rng)
    n = len(data.x_train)
    n_steps = _checks.integer("steps", steps, at_least=0)
    if _checks.integer("batch_size", batch_size) > n:
        raise _checks.fail("batch_size", f"at most {n}, the number of training rows", batch_size)
    keep_freed_memory()
    decay = net.mask("weight") * net.flat.dtype.type(
        _checks.non_negative("weight_decay", weight_decay)
    )
    smoothing = _checks.fraction("label_smoothing", label_smoothing)
    due = frozenset(_checks.each("evaluate_at", evaluate_at, _checks.step))
    measured = _Measurements(net, data, n // batch_size)
    best = _Best(net, patience, [step for step in due if step <= n_steps])
    batch_loss = np.full(n_steps, np.nan)
    diverged_at = None
    update = _Update(net, optimizer, decay, smoothing, recorder)
    rows = _shown(data, batch_size, shift, rng)
    # A diverging run overflows on its way: that is a result, not a fault.
    with np.errstate(over="ignore", invalid="ignore"):
        if 0 in due:
            best.is_past(0, measured.add(0))
        for step in range(n_steps):
            if diverged_at is None:
                last = step == n_steps - 1
                with nullcontext() if recorder is None else recorder.step(step, exact=last):
                    batch_loss[step] = update(*next(rows))
                    _report(recorder, {"loss": batch_loss[step]})
                if not math.isfinite(batch_loss[step]):
                    diverged_at = step
            if step + 1 in due:
                numbers = measured.add(step + 1)
                _report(recorder if diverged_at is None else None, numbers)
                if best.is_past(step + 1, numbers):
                    break
    return History(measured.columns(), batch_loss, diverged_at, best.restored())


def _recorder(name: str, value: Recorder) -> Recorder:
    return _checks.instance(name, value, Recorder)


def _shown(
    data: Dataset, batch_size: int, shift: int, rng: np.random.Generator
) -> Iterator[tuple[Array, NDArray[np.int64]]]:
    """Return the rows and labels of each update, pictures shifted if asked for."""
    most, shape = _checks.integer("shift", shift, at_least=0), data.shape
    rows = batches(len(data.x_train), batch_size, rng=rng)
    if not most:
        return ((data.x_train[chosen], data.y_train[chosen]) for chosen in rows)
    if shape is None:
        raise _checks.fail("shift", "0 for rows that are no pictures, as data.shape says", shift)
    return (
        (shifted(data.x_train[chosen], shape, most, rng=rng), data.y_train[chosen])
        for chosen in rows
    )


class _Best:
    """The network of the lowest loss on the test split, if training is to stop early."""

    def __init__(self, net: Sequential, patience: int | None, due: Collection[int]) -> None:
        self.net = net
        self.patience = _checks.optional("patience", patience, _checks.integer)
        if patience is not None and not due:
            raise ValueError("evaluate_at must hold steps where patience is given; got none")
        self.step: int | None = None
        self.loss, self.worse, self.kept = math.inf, 0, net.flat
        self.state: Params = {}

    def is_past(self, step: int, numbers: Mapping[str, float]) -> bool:
        """Take what was measured after a step; return whether patience is at its end."""
        if self.patience is None:
            return False
        if numbers["test/loss"] < self.loss:
            self.step, self.loss, self.worse = step, numbers["test/loss"], 0
            self.kept = self.net.flat.copy()
            self.state = {name: value.copy() for name, value in self.net.state.items()}
        else:
            self.worse += 1
        return self.worse >= self.patience

    def restored(self) -> int | None:
        """Leave the network as it was then; return after how many updates that was."""
        if self.step is not None:
            self.net.flat[...] = self.kept
            for name, value in self.net.state.items():
                value[...] = self.state[name]
        return self.step


def _report(recorder: Recorder | None, numbers: Mapping[str, float]) -> None:
    if recorder is not None:
        for name, value in numbers.items():
            recorder.scalar(name, value)


class _Update:
    """One training step: forward, backward, and the optimizer's update."""

    def __init__(
        self,
        net: Sequential,
        optimizer: Optimizer,
        decay: Array,
        smoothing: float,
        recorder: Recorder | None,
    ) -> None:
        self.net, self.optimizer, self.recorder = net, optimizer, recorder
        self.smoothing = smoothing
        self.decay = decay if decay.any() else None
        self.state = optimizer.init(net.flat)

    def __call__(self, x: Array, y: NDArray[np.int64]) -> float:
        """Return the loss before the update; there is none if the loss is not finite."""
        net, recorder = self.net, self.recorder
        observe = None if recorder is None else recorder.observer()
        with evaluating(self.optimizer, self.state, net.flat):
            logits, backward = net(x, train=True, observe=observe)
            loss, dlogits = softmax_cross_entropy(logits, y, label_smoothing=self.smoothing)
            if not math.isfinite(loss):
                return loss
            grads = net.flatten(backward(dlogits)[1])
            if self.decay is not None:
                grads += self.decay * net.flat
        updates, self.state = self.optimizer.update(grads, self.state, net.flat)
        if recorder is not None and recorder.due:
            recorder.observe_parameters(net, grads, updates)
        net.flat += updates
        return loss


class _Measurements:
    """Rows of the curve, gathered while the network trains."""

    def __init__(self, net: Sequential, data: Dataset, steps_per_epoch: int) -> None:
        self.net, self.data, self.steps_per_epoch = net, data, steps_per_epoch
        self.weights = net.mask("weight")
        self.rows: list[tuple[int, str, str, float]] = []

    def add(self, step: int) -> dict[str, float]:
        """Measure both splits; return what was found by ``"<split>/<metric>"``."""
        numbers: dict[str, float] = {}
        for split in ("train", "test"):
            x, y = getattr(self.data, f"x_{split}"), getattr(self.data, f"y_{split}")
            loss, accuracy = evaluate(self.net, x, y)
            self.rows += [(step, split, "loss", loss), (step, split, "accuracy", accuracy)]
            numbers |= {f"{split}/loss": loss, f"{split}/accuracy": accuracy}
        norm = float(np.linalg.norm(self.net.flat[self.weights].astype(np.float64)))
        self.rows.append((step, "train", "weight_norm", norm))
        return numbers

    def columns(self) -> Columns:
        """Return the rows as columns."""
        steps, splits, metrics, values = zip(*self.rows, strict=True) if self.rows else ((),) * 4
        step = np.array(steps, dtype=np.int64)
        return {
            "step": step,
            "epoch": step / self.steps_per_epoch,
            "split": np.array(splits, dtype=np.str_),
            "metric": np.array(metrics, dtype=np.str_),
            "value": np.array(values, dtype=np.float64),
        }
