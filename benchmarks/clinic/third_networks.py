"""Architectures of the families that were held out once, on December 1, 2026, in PyTorch."""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import nn

from benchmarks.clinic.data import Task

__all__ = ["third_network"]


def third_network(architecture: str, task: Task, *, width: int, depth: int) -> nn.Module:
    """Return a network with PyTorch's default weights.

    Parameters
    ----------
    architecture : str
        As of `families.FAMILIES`, of data of `third_data`.
    task : Task
    width, depth : int
        Units or channels of the hidden layers, and how many of these there are.
    """
    shape, n_out = task.x_train.shape[1:], task.n_outputs
    special: dict[str, Callable[[], nn.Module]] = {
        "bottleneck": lambda: _bottleneck(shape[0], n_out, width, depth),
        "strided conv": lambda: _strided_conv(shape[-1], n_out, width // 2),
        "branched conv": lambda: _branched_conv(shape[-1], n_out, width // 2),
        "squeezed conv": lambda: _squeezed_conv(shape[-1], n_out, width // 2),
        "stacked lstm": lambda: StackedLSTM(shape[-1], n_out, width),
        "pooled gru": lambda: PooledGRU(shape[-1], n_out, width),
        "mixer": lambda: _mixer(*shape, n_out, width, depth),
    }
    if architecture in special:
        return special[architecture]()
    sizes = [shape[0], *[width] * depth]
    parts = [part for n_in, n in pairwise(sizes) for part in _block(architecture, n_in, n)]
    return nn.Sequential(*parts, nn.Linear(width, n_out))


def _block(architecture: str, n_in: int, n: int) -> list[nn.Module]:
    match architecture:
        case "elu":
            return [nn.Linear(n_in, n), nn.ELU()]
        case "rms-normalized":
            return [nn.Linear(n_in, n), nn.RMSNorm(n), nn.ReLU()]
        case "maxout":
            return [nn.Linear(n_in, 2 * n), Largest()]
    return [Highway(n_in, n)]


def _bottleneck(n_in: int, n_out: int, width: int, depth: int) -> nn.Module:
    """Return layers of which the one before the last is narrow."""
    sizes = [n_in, *[width] * depth, 8, width]
    parts = [part for pair in pairwise(sizes) for part in (nn.Linear(*pair), nn.ReLU())]
    return nn.Sequential(*parts, nn.Linear(width, n_out))


class Largest(nn.Module):
    """The larger of two values for each unit (maxout)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(-1, (-1, 2)).amax(dim=-1)


class Highway(nn.Module):
    """A layer whose gate lets its input pass, or what it makes of that."""

    def __init__(self, n_in: int, n: int) -> None:
        super().__init__()
        self.carry = nn.Identity() if n_in == n else nn.Linear(n_in, n)
        self.change, self.gate = nn.Linear(n_in, n), nn.Linear(n_in, n)
        nn.init.constant_(self.gate.bias, -1.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        gate = torch.sigmoid(self.gate(x))
        return gate * torch.relu(self.change(x)) + (1 - gate) * self.carry(x)


def _strided_conv(size: int, n_out: int, width: int) -> nn.Module:
    """Return convolutions whose strides take the place of pooling."""
    small = -(-size // 4)
    return nn.Sequential(
        *(nn.Conv2d(1, width, 3, stride=2, padding=1), nn.ReLU()),
        *(nn.Conv2d(width, width, 3, stride=2, padding=1), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(width * small**2, n_out)),
    )


class Branches(nn.Module):
    """Convolutions of two sizes beside each other."""

    def __init__(self, n_in: int, width: int) -> None:
        super().__init__()
        self.small = nn.Conv2d(n_in, width // 2, 1)
        self.large = nn.Conv2d(n_in, width - width // 2, 5, padding=2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.small(x), self.large(x)], dim=1)


def _branched_conv(size: int, n_out: int, width: int) -> nn.Module:
    """Return branched convolutions, pooled."""
    return nn.Sequential(
        *(Branches(1, width), nn.SiLU(), nn.AvgPool2d(2)),
        *(Branches(width, width), nn.SiLU(), nn.AvgPool2d(2)),
        *(nn.Flatten(), nn.Linear(width * (size // 4) ** 2, n_out)),
    )


class Squeeze(nn.Module):
    """Channels weighed by what the mean of all of them tells (squeeze and excitation)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weigh = nn.Sequential(
            *(nn.Linear(width, width // 2), nn.ReLU(), nn.Linear(width // 2, width), nn.Sigmoid())
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.weigh(x.mean(dim=(2, 3)))[..., None, None]


def _squeezed_conv(size: int, n_out: int, width: int) -> nn.Module:
    """Return normalized convolutions whose channels are weighed."""
    parts: list[nn.Module] = []
    for n_in in (1, width):
        parts += [nn.Conv2d(n_in, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
        parts += [Squeeze(width), nn.MaxPool2d(2)]
    return nn.Sequential(*parts, nn.Flatten(), nn.Linear(width * (size // 4) ** 2, n_out))


class StackedLSTM(nn.Module):
    """Two recurrent layers with dropout between, and a head on the last state."""

    def __init__(self, n_in: int, n_out: int, width: int) -> None:
        super().__init__()
        self.cells = nn.LSTM(n_in, width, num_layers=2, dropout=0.1, batch_first=True)
        self.head = nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.cells(x)[0][:, -1])


class PooledGRU(nn.Module):
    """A recurrent layer whose states are averaged by weights of their own."""

    def __init__(self, n_in: int, n_out: int, width: int) -> None:
        super().__init__()
        self.cells = nn.GRU(n_in, width, batch_first=True)
        self.weigh, self.head = nn.Linear(width, 1), nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.cells(x)
        weights = self.weigh(states).softmax(dim=1)
        return self.head((weights * states).sum(dim=1))


class Mixed(nn.Module):
    """Mixes over time, then over channels, each beside a connection that skips it."""

    def __init__(self, length: int, width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.times = nn.Sequential(nn.Linear(length, 24), nn.GELU(), nn.Linear(24, length))
        self.channels = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.times(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return x + self.channels(self.norm2(x))


class Mean(nn.Module):
    """The mean over time."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean(dim=1)


def _mixer(length: int, n_in: int, n_out: int, width: int, depth: int) -> nn.Module:
    """Return layers that mix by turns over time and over channels."""
    blocks = [Mixed(length, width) for _ in range(min(depth, 2))]
    return nn.Sequential(nn.Linear(n_in, width), *blocks, Mean(), nn.Linear(width, n_out))
