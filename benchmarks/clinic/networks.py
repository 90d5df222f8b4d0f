"""The architectures of the clinic, in PyTorch: small, as textbooks and tutorials write them."""

from itertools import pairwise
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.clinic.data import Task

__all__ = ["hidden_layers", "network"]


def network(architecture: str, task: Task, *, width: int, depth: int, function: str) -> nn.Module:
    """Return a network with PyTorch's default weights.

    Parameters
    ----------
    architecture : str
        As of `families.FAMILIES`.
    task : Task
    width, depth : int
        Units or channels of the hidden layers, and how many of these there are.
    function : {"relu", "tanh", "sigmoid"}
        Of the hidden layers, where the architecture leaves a choice.
    """
    x = task.x_train
    n_in, n_out = x.shape[-1] if task.kind != "image" else 1, task.n_outputs
    if task.kind == "image":
        return _image(architecture, x.shape[-1], n_out, width // 2, depth)
    if architecture == "attention":
        return Attention(n_in, n_out, x.shape[1], width, depth)
    if task.kind == "sequence":
        return Recurrent(architecture, n_in, n_out, width)
    if architecture == "functional":
        return Functional(n_in, n_out, width, depth)
    if architecture == "residual":
        return Residual(n_in, n_out, width, depth)
    parts: list[nn.Module] = []
    for k in range(depth):
        parts.append(nn.Linear(n_in if k == 0 else width, width))
        if architecture == "normalized":
            parts.append(nn.BatchNorm1d(width))
        parts.append({"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[function]())
    return nn.Sequential(*parts, nn.Linear(width, n_out))


def hidden_layers(module: nn.Module) -> list[tuple[str, Any]]:
    """Return the layers that multiply by a matrix, all but the last, by name."""
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d)
    return [(own, layer) for own, layer in module.named_modules() if isinstance(layer, kinds)][:-1]


class Functional(nn.Module):
    """Layers as modules, activations as functions: as most hand-written modules have it."""

    def __init__(self, n_in: int, n_out: int, width: int, depth: int) -> None:
        super().__init__()
        sizes = [n_in, *[width] * depth]
        self.fc = nn.ModuleList(nn.Linear(*pair) for pair in pairwise(sizes))
        self.out = nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.fc:
            x = functional.relu(layer(x))
        return self.out(x)


class Residual(nn.Module):
    """A stream that blocks add to, each normalized at its entrance."""

    def __init__(self, n_in: int, n_out: int, width: int, depth: int) -> None:
        super().__init__()
        self.enter = nn.Linear(n_in, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.LayerNorm(width), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width)
            )
            for _ in range(depth)
        )
        self.leave = nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.enter(x)
        for block in self.blocks:
            x = x + block(x)
        return self.leave(x)


class Recurrent(nn.Module):
    """A recurrent layer, and a head on its last state."""

    def __init__(self, architecture: str, n_in: int, n_out: int, width: int) -> None:
        super().__init__()
        kind = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[architecture]
        self.cells = kind(n_in, width, batch_first=True)
        self.head = nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.cells(x)[0][:, -1])


class Attention(nn.Module):
    """An encoder as in transformers, and a head on the mean over time."""

    def __init__(self, n_in: int, n_out: int, length: int, width: int, depth: int) -> None:
        super().__init__()
        self.enter = nn.Linear(n_in, width)
        self.position = nn.Parameter(0.02 * torch.randn(length, width))
        layer = nn.TransformerEncoderLayer(width, 2, 2 * width, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, min(depth, 2), enable_nested_tensor=False)
        self.head = nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.encoder(self.enter(x) + self.position).mean(dim=1))


class ResidualBlock(nn.Module):
    """Two convolutions beside a connection that skips them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width)
        self.conv2, self.norm2 = nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width)
        self.relu = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inside = self.relu(self.norm1(self.conv1(x)))
        return self.relu(x + self.norm2(self.conv2(inside)))


class FunctionalConv(nn.Module):
    """Convolutions, functions between them, and a head."""

    def __init__(self, size: int, n_out: int, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.fc = nn.Linear(width * (size // 4) ** 2, 32)
        self.out = nn.Linear(32, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2)
        return self.out(functional.relu(self.fc(x.flatten(1))))


def _image(architecture: str, size: int, n_out: int, width: int, depth: int) -> nn.Module:
    if architecture == "functional conv":
        return FunctionalConv(size, n_out, width)
    parts: list[nn.Module] = [nn.Conv2d(1, width, 3, padding=1)]
    if architecture == "residual conv":
        parts += [nn.ReLU(), *(ResidualBlock(width) for _ in range(min(depth, 2)))]
    else:
        for k in range(2):
            parts += [nn.Conv2d(width, width, 3, padding=1)] if k else []
            parts += [nn.BatchNorm2d(width)] if architecture == "normalized conv" else []
            parts += [nn.ReLU(), nn.MaxPool2d(2)]
    last = size if architecture == "residual conv" else size // 4
    return nn.Sequential(*parts, nn.Flatten(), nn.Linear(width * last**2, n_out))
