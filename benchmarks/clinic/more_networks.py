"""Architectures of the families that were held out once, in November 2026, in PyTorch."""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional

from benchmarks.clinic.data import Task

__all__ = ["more_network"]


def more_network(architecture: str, task: Task, *, width: int, depth: int) -> nn.Module:
    """Return a network with PyTorch's default weights.

    Parameters
    ----------
    architecture : str
        As of `families.FAMILIES`, of data of `more_data`.
    task : Task
    width, depth : int
        Units or channels of the hidden layers, and how many of these there are.
    """
    shape, n_out = task.x_train.shape[1:], task.n_outputs
    size = (n_out, width, depth)
    special: dict[str, Callable[[], nn.Module]] = {
        "gated": lambda: Gated(shape[0], *size),
        "dense": lambda: Dense(shape[0], *size),
        "dropout conv": lambda: _dropout_conv(shape[-1], n_out, width // 2),
        "depthwise conv": lambda: _depthwise_conv(*size),
        "patches": lambda: Patches(shape[-1], n_out, width, min(depth, 2)),
        "two-way gru": lambda: TwoWay(shape[-1], n_out, width),
        "temporal conv": lambda: TemporalConv(shape[-1], *size),
        "class token": lambda: ClassToken(
            nn.Linear(shape[-1], width), shape[0], n_out, width, min(depth, 2)
        ),
    }
    if architecture in special:
        return special[architecture]()
    sizes = [shape[0], *[width] * depth]
    parts = [part for n_in, n in pairwise(sizes) for part in _block(architecture, n_in, n)]
    return nn.Sequential(*parts, nn.Linear(width, n_out))


def _block(architecture: str, n_in: int, n: int) -> list[nn.Module]:
    match architecture:
        case "gelu":
            return [nn.Linear(n_in, n), nn.GELU()]
        case "layer-normalized":
            return [nn.Linear(n_in, n), nn.LayerNorm(n), nn.ReLU()]
    return [nn.Linear(n_in, n), nn.ReLU(), nn.Dropout(0.2)]


class Gated(nn.Module):
    """Layers of which one half opens or closes the other, as in the feed-forward parts of LLMs."""

    def __init__(self, n_in: int, n_out: int, width: int, depth: int) -> None:
        super().__init__()
        sizes = [n_in, *[width] * depth]
        self.layers = nn.ModuleList(nn.Linear(before, 2 * n) for before, n in pairwise(sizes))
        self.out = nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            value, gate = layer(x).chunk(2, dim=1)
            x = value * functional.silu(gate)
        return self.out(x)


class Dense(nn.Module):
    """Each layer sees the inputs and all layers before it."""

    def __init__(self, n_in: int, n_out: int, width: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(n_in + k * width, width) for k in range(depth))
        self.out = nn.Linear(n_in + depth * width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = torch.cat([x, functional.relu(layer(x))], dim=1)
        return self.out(x)


def _dropout_conv(size: int, n_out: int, width: int) -> nn.Module:
    """Return convolutions, and a head behind dropout."""
    return nn.Sequential(
        *(nn.Conv2d(1, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Dropout(0.3), nn.Linear(width * (size // 4) ** 2, n_out)),
    )


def _depthwise_conv(n_out: int, width: int, depth: int) -> nn.Module:
    """Return convolutions by channel and across channels, normalized, and a head on the mean."""
    parts: list[nn.Module] = [nn.Conv2d(1, width, 3, padding=1)]
    for _ in range(depth):
        parts += [nn.BatchNorm2d(width), nn.ReLU()]
        parts += [nn.Conv2d(width, width, 3, padding=1, groups=width), nn.Conv2d(width, width, 1)]
    parts += [nn.BatchNorm2d(width), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*parts, nn.Linear(width, n_out))


class ClassToken(nn.Module):
    """An encoder that normalizes first, and a head on a token of its own."""

    def __init__(self, enter: nn.Module, length: int, n_out: int, width: int, depth: int) -> None:
        super().__init__()
        self.enter = enter
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.position = nn.Parameter(0.02 * torch.randn(length + 1, width))
        layer = nn.TransformerEncoderLayer(
            width, 4, 2 * width, dropout=0.1, activation="gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.enter(x)
        x = torch.cat([self.token.expand(len(x), -1, -1), x], dim=1) + self.position
        return self.head(self.norm(self.encoder(x)[:, 0]))


class Patches(nn.Module):
    """A picture cut into patches, each a token."""

    def __init__(self, size: int, n_out: int, width: int, depth: int) -> None:
        super().__init__()
        cut = nn.Sequential(nn.Unfold(3, stride=3), Transposed(), nn.Linear(9, width))
        self.tokens = ClassToken(cut, (size // 3) ** 2, n_out, width, depth)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.tokens(x)


class Transposed(nn.Module):
    """Swaps channels and places."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.transpose(1, 2)


class TwoWay(nn.Module):
    """A recurrent layer in both directions, and a head on the mean over time."""

    def __init__(self, n_in: int, n_out: int, width: int) -> None:
        super().__init__()
        self.cells = nn.GRU(n_in, width // 2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(width // 2 * 2, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.cells(x)[0].mean(dim=1))


class TemporalConv(nn.Module):
    """Convolutions over time, of growing reach, and a head on the largest values."""

    def __init__(self, n_in: int, n_out: int, width: int, depth: int) -> None:
        super().__init__()
        sizes = [n_in, *[width] * depth]
        self.convs = nn.ModuleList(
            nn.Conv1d(*pair, 3, padding=2**k, dilation=2**k)
            for k, pair in enumerate(pairwise(sizes))
        )
        self.head = nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.transpose(1, 2)
        for conv in self.convs:
            x = functional.relu(conv(x))
        return self.head(x.amax(dim=2))
