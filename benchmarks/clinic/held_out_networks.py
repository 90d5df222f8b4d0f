"""The architectures of the families that are held out, in PyTorch."""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import nn

from benchmarks.clinic.data import Task

__all__ = ["held_out_network"]


def held_out_network(architecture: str, task: Task, *, width: int, depth: int) -> nn.Module:
    """Return a network with PyTorch's default weights.

    Parameters
    ----------
    architecture : str
        One of `families.HELD_OUT`, of PyTorch's.
    task : Task
    width, depth : int
        Units or channels of the hidden layers, and how many of these there are.
    """
    shape, n_out = task.x_train.shape[1:], task.n_outputs
    special: dict[str, Callable[[], nn.Module]] = {
        "wide and deep": lambda: WideAndDeep(shape[0], n_out, width, depth),
        "dilated conv": lambda: _dilated_conv(shape[-1], n_out, width // 2),
        "pooled conv": lambda: _pooled_conv(n_out, width // 2),
        "normalized leaky conv": lambda: _normalized_leaky_conv(shape[-1], n_out, width // 2),
        "stacked rnn": lambda: StackedRNN(shape[-1], n_out, width),
        "convolved gru": lambda: ConvolvedGRU(shape[-1], n_out, width),
        "attended": lambda: Attended(shape[-1], n_out, width),
    }
    if architecture in special:
        return special[architecture]()
    sizes = [shape[0], *[width] * depth]
    if architecture == "pyramid":
        sizes = [shape[0], *(max(width >> k, 8) for k in range(depth + 1))]
    parts = [part for n_in, n in pairwise(sizes) for part in _block(architecture, n_in, n)]
    return nn.Sequential(*parts, nn.Linear(sizes[-1], n_out))


def _block(architecture: str, n_in: int, n: int) -> list[nn.Module]:
    match architecture:
        case "silu":
            return [nn.Linear(n_in, n), nn.SiLU()]
        case "leaky":
            return [nn.Linear(n_in, n), nn.LeakyReLU(0.1)]
        case "group-normalized":
            return [nn.Linear(n_in, n), nn.GroupNorm(4, n), nn.ReLU()]
    return [nn.Linear(n_in, n), nn.ReLU()]


class WideAndDeep(nn.Module):
    """A linear model beside hidden layers, added up (Cheng et al., 2016)."""

    def __init__(self, n_in: int, n_out: int, width: int, depth: int) -> None:
        super().__init__()
        sizes = [n_in, *[width] * depth]
        parts = [part for pair in pairwise(sizes) for part in (nn.Linear(*pair), nn.ReLU())]
        self.deep = nn.Sequential(*parts, nn.Linear(width, n_out))
        self.wide = nn.Linear(n_in, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.deep(x) + self.wide(x)


def _dilated_conv(size: int, n_out: int, width: int) -> nn.Module:
    """Return convolutions, the second of a wider reach."""
    return nn.Sequential(
        *(nn.Conv2d(1, width, 3, padding=1), nn.ReLU()),
        *(nn.Conv2d(width, width, 3, padding=2, dilation=2), nn.ReLU(), nn.AvgPool2d(2)),
        *(nn.Flatten(), nn.Linear(width * (size // 2) ** 2, n_out)),
    )


def _pooled_conv(n_out: int, width: int) -> nn.Module:
    """Return convolutions, and a head on the largest value of each channel."""
    return nn.Sequential(
        *(nn.Conv2d(1, width, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(width, 2 * width, 3, padding=1), nn.ReLU()),
        *(nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(2 * width, n_out)),
    )


def _normalized_leaky_conv(size: int, n_out: int, width: int) -> nn.Module:
    """Return normalized convolutions with leaky functions."""
    parts: list[nn.Module] = []
    for n_in in (1, width):
        parts += [nn.Conv2d(n_in, width, 3, padding=1), nn.BatchNorm2d(width)]
        parts += [nn.LeakyReLU(0.1), nn.AvgPool2d(2)]
    return nn.Sequential(*parts, nn.Flatten(), nn.Linear(width * (size // 4) ** 2, n_out))


class StackedRNN(nn.Module):
    """Two plain recurrent layers, and a head on the last state."""

    def __init__(self, n_in: int, n_out: int, width: int) -> None:
        super().__init__()
        self.cells = nn.RNN(n_in, width, num_layers=2, batch_first=True)
        self.head = nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.cells(x)[0][:, -1])


class ConvolvedGRU(nn.Module):
    """A convolution over time, a recurrent layer, and a head on its last state."""

    def __init__(self, n_in: int, n_out: int, width: int) -> None:
        super().__init__()
        self.conv, self.relu = nn.Conv1d(n_in, width, 3, padding=1), nn.ReLU()
        self.cells, self.head = nn.GRU(width, width, batch_first=True), nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.relu(self.conv(x.transpose(1, 2))).transpose(1, 2)
        return self.head(self.cells(x)[0][:, -1])


class Attended(nn.Module):
    """A recurrent layer whose states attend to each other, and a head on their mean."""

    def __init__(self, n_in: int, n_out: int, width: int) -> None:
        super().__init__()
        self.enter, self.relu = nn.Linear(n_in, width), nn.ReLU()
        self.cells = nn.GRU(width, width, batch_first=True)
        self.attend = nn.MultiheadAttention(width, 2, batch_first=True)
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.cells(self.relu(self.enter(x)))
        seen, _ = self.attend(states, states, states, need_weights=False)
        return self.head(self.norm(states + seen).mean(dim=1))
