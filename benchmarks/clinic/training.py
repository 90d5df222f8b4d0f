"""Trains a network of the clinic in front of a recorder, as a user's own loop would."""

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from benchmarks.clinic.cases import Case
from benchmarks.clinic.data import Task, task
from benchmarks.clinic.families import HELD_OUT
from benchmarks.clinic.held_out_networks import held_out_network
from benchmarks.clinic.more_data import MORE_TASKS
from benchmarks.clinic.more_networks import more_network
from benchmarks.clinic.networks import hidden_layers, network
from benchmarks.clinic.third_data import THIRD_TASKS
from benchmarks.clinic.third_networks import third_network
from nnviz.record import Recorder
from nnviz.record.torch import attach

__all__ = ["build", "poison", "prepare", "train"]

_MEASURED = 10
"""How often both splits are measured."""

_MOST = 300
"""Rows of a split that are measured."""


def train(case: Case, recorder: Recorder) -> dict[str, Any]:
    """Train a classifier or a regression; return scores and where its fault is.

    Returns
    -------
    dict
        "score" on the test data, accuracy or R²; "best" of all measurements; "known", the score on
        the training data; "loss" at the end; "layers", the names of the layers that a fault is in,
        [] where that says nothing.
    """
    data = task(case.family.data)
    torch.manual_seed(case.seed % 2**31)
    rng = np.random.default_rng(case.seed)
    module = build(case, data)
    layers = prepare(case, module)
    x, y, x_test, y_test = _rows(case, data, rng)
    loss_of = _loss(case, data)
    optimizer = _optimizer(case, _trained(case, module))
    scores = []
    with attach(module, recorder, optimizer):
        for k in range(case.steps):
            rows = torch.as_tensor(rng.choice(len(x), min(case.batch, len(x)), replace=False))
            _set_rate(case, optimizer, k)
            module.train()
            with recorder.step(k):
                optimizer.zero_grad()
                loss = loss_of(module(x[rows]), y[rows])
                loss.backward()
                optimizer.step()
                recorder.scalar("loss", loss.item())
                poison(case, module, k)
            ends = k == case.steps - 1 or not np.isfinite(loss.item())
            if k % (case.steps // _MEASURED) == 0 or ends:
                known, score = _measure(module, data, recorder, (x, y), (x_test, y_test))
                scores.append(score)
            if ends:
                break
    best = max(scores) if np.isfinite(scores).all() else scores[0]
    return {
        "score": scores[-1],
        "best": best,
        "known": known,
        "loss": loss.item(),
        "layers": layers,
    }


def build(case: Case, data: Task) -> torch.nn.Module:
    """Return the network of a case, with PyTorch's default weights."""
    name, width, depth = case.family.architecture, case.width, case.depth
    if case.family in HELD_OUT:
        return held_out_network(name, data, width=width, depth=depth)
    if case.family.data in MORE_TASKS:
        return more_network(name, data, width=width, depth=depth)
    if case.family.data in THIRD_TASKS:
        return third_network(name, data, width=width, depth=depth)
    return network(name, data, width=width, depth=depth, function=case.function)


def _optimizer(case: Case, parameters: Any) -> torch.optim.Optimizer:
    """Return the optimizer of a case."""
    rate, decay = case.learning_rate * case.rate_times, case.decay
    match case.optimizer:
        case "sgd":
            return torch.optim.SGD(parameters, rate, weight_decay=decay)
        case "momentum":
            return torch.optim.SGD(parameters, rate, momentum=0.9, weight_decay=decay)
        case "adam":
            return torch.optim.Adam(parameters, rate, weight_decay=decay)
        case "adamw":
            return torch.optim.AdamW(parameters, rate, weight_decay=decay)
        case "rmsprop":
            return torch.optim.RMSprop(parameters, rate, weight_decay=decay)
    return torch.optim.Adagrad(parameters, rate, weight_decay=decay)


def prepare(case: Case, module: torch.nn.Module) -> list[str]:
    """Put the fault into the module; return the layers that it is in."""
    hidden = hidden_layers(module)
    for layer in module.modules():
        if isinstance(layer, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            layer.momentum = case.momentum
    with torch.no_grad():
        _change_weights(case, module)
        if case.bias is not None:
            name, layer = hidden[-1]
            layer.bias.fill_(case.bias)
            return [name, _behind(name), f"{name}.relu"]
    if case.detached:
        hidden[-1][1].register_forward_hook(lambda _, __, output: output.detach())
    is_hidden = case.left_out or case.detached or case.constant is not None
    return [name for name, _ in hidden] if is_hidden else []


def _change_weights(case: Case, module: torch.nn.Module) -> None:
    for own, parameter in module.named_parameters():
        if case.constant is not None:
            parameter.fill_(case.constant if parameter.ndim > 1 else 0.0)
        elif parameter.ndim > 1 and "weight" in own:
            parameter.mul_(case.gain)


def _behind(name: str) -> str:
    """Return the layer behind one of a chain, which are numbered."""
    before, _, last = name.rpartition(".")
    return f"{before}.{int(last) + 1}".lstrip(".") if last.isdecimal() else name


def _trained(case: Case, module: torch.nn.Module) -> list[torch.nn.Parameter]:
    """Return the parameters that the optimizer is given."""
    everything = list(module.parameters())
    if not case.left_out:
        return everything
    left = {id(p) for _, layer in hidden_layers(module) for p in layer.parameters()}
    return [p for p in everything if id(p) not in left]


def _rows(case: Case, data: Task, rng: np.random.Generator) -> tuple[torch.Tensor, ...]:
    """Return the rows that the network is trained and tested on, with the fault of the data."""
    x, y = data.x_train[: case.n_train], data.y_train[: case.n_train].copy()
    if case.noise:
        wrong = rng.random(len(y)) < case.noise
        y[wrong] = rng.permutation(y[wrong])
    x = np.broadcast_to(x[:1], x.shape) if case.blank else x
    test = np.broadcast_to(x[:1], data.x_test.shape) if case.blank else data.x_test
    arrays = (x * case.scale + case.offset, y, test * case.scale + case.offset, data.y_test)
    return tuple(torch.tensor(np.array(array)) for array in arrays)


def _loss(case: Case, data: Task) -> Any:
    if data.is_regression:
        return lambda out, y: functional.mse_loss(out[:, 0], y)
    if case.class_weight == 1:
        return functional.cross_entropy
    weight = torch.ones(data.n_outputs)
    weight[0] = case.class_weight
    return lambda out, y: functional.cross_entropy(out, y, weight=weight)


def _set_rate(case: Case, optimizer: torch.optim.Optimizer, step: int) -> None:
    begin = int(0.9 * case.steps)
    if case.burst != 1 and step in (begin, begin + 6):
        for group in optimizer.param_groups:
            group["lr"] *= case.burst if step == begin else 1 / case.burst


def poison(case: Case, module: torch.nn.Module, step: int) -> None:
    if step == case.poisoned:
        parameters = [p for p in module.parameters() if p.ndim > 1]
        with torch.no_grad():
            parameters[case.seed % len(parameters)].view(-1)[:3] = torch.nan


def _measure(
    module: torch.nn.Module, data: Task, recorder: Recorder, *splits: tuple[torch.Tensor, ...]
) -> list[float]:
    """Measure both splits in evaluation mode, and return the score of each."""
    module.eval()
    measured = []
    with torch.no_grad():
        for split, (x, y) in zip(("train", "test"), splits, strict=True):
            out, y = module(x[:_MOST]), y[:_MOST]
            if data.is_regression:
                loss = functional.mse_loss(out[:, 0], y).item()
                score = 1 - loss / float(y.var(unbiased=False))
            else:
                loss = functional.cross_entropy(out, y).item()
                score = (out.argmax(dim=1) == y).float().mean().item()
                recorder.scalar(f"{split}/accuracy", score)
            recorder.scalar(f"{split}/loss", loss)
            measured.append(score)
    return measured
