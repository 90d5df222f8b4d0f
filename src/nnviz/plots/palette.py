"""Colours by meaning: the same thing has the same colour, dash and marker in every figure.

The colours themselves belong to the theme (``axes.prop_cycle``); here is which thing gets which.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal, TypeAlias

import matplotlib as mpl
from matplotlib import colors
from matplotlib.typing import ColorType

from nnviz.plots import _canvas

__all__ = [
    "GREY",
    "SPLIT_DASHES",
    "WARNING",
    "Dash",
    "Style",
    "Styles",
    "by_order",
    "colour",
    "contrast",
    "diverging",
    "readable",
    "sequential",
    "styles",
]

Dash: TypeAlias = Literal["-", "--", ":", "-."]

SPLIT_DASHES: Mapping[str, Dash] = {"test": "-", "train": "--", "validation": ":"}
"""The dash of a split wherever splits share an axes, the most important first."""

_DASHES: tuple[Dash, ...] = ("-", "--", ":", "-.")
_MARKERS = ("osD^vP", "ph<>d*", "sDosD^", "h<>d*p")
_SLOTS = 6
"""The number of colours that are kept apart; more things get another dash and marker."""

GREY = 4
"""The slot of grey."""

_READABLE = 4.5
"""The contrast that WCAG 2 asks of small text."""

WARNING = 2
"""The slot of red."""

_LOW, _HIGH = 0, 1
"""The slots of blue and orange, which no kind of colour blindness confuses."""

Slot: TypeAlias = tuple[int, int]

# (colour, dash): the relatives of a method share its colour and differ in dash and marker.
_MEANINGS: Mapping[str, Slot] = {
    # optimizers
    "sgd": (0, 0),
    "momentum": (1, 0),
    "nesterov": (1, 1),
    "adagrad": (2, 0),
    "adadelta": (2, 1),
    "rmsprop": (5, 0),
    "rprop": (5, 1),
    "adam": (3, 0),
    "adamw": (3, 1),
    "amsgrad": (3, 2),
    "nadam": (4, 0),
    "radam": (4, 1),
    "adamax": (4, 2),
    "lion": (0, 1),
    # initializers
    "zeros": (4, 0),
    "std 1": (2, 0),
    "std 0.01": (1, 0),
    "xavier": (3, 0),
    "glorot": (3, 1),
    "he": (0, 0),
    "orthogonal": (5, 0),
    # activations
    "relu": (0, 0),
    "leaky relu": (0, 1),
    "sigmoid": (1, 0),
    "softplus": (1, 1),
    "tanh": (5, 0),
    "gelu": (3, 0),
    "elu": (3, 1),
    "silu": (2, 0),
    "identity": (4, 0),
    # what is added to a network
    "none": (4, 0),
    "plain": (4, 0),
    "weight decay": (0, 0),
    "dropout": (1, 0),
    "both": (5, 0),
    "weight decay + dropout": (5, 0),
    "batch norm after activation": (1, 0),
    "batch norm before activation": (0, 0),
    "no batch norm": (4, 0),
    "batch normalization": (0, 0),
    "with batch normalization": (0, 0),
    "without batch normalization": (4, 0),
    # splits
    "test": (0, 0),
    "train": (4, 0),
    "validation": (1, 0),
}
_LONGEST_FIRST = sorted(_MEANINGS, key=len, reverse=True)


@dataclass(frozen=True)
class Style:
    """How one thing is drawn: colour, and the dash and marker that tell it apart in grey.

    Hollow markers are a second sign, beside the dash, where a method and its relatives meet.
    """

    color: str
    linestyle: Dash
    marker: str
    hollow: bool = False

    def marks(self) -> dict[str, Any]:
        """Return what `Line2D` must be told of the markers."""
        if not self.hollow:
            return {"marker": self.marker}
        rim = 0.5 * _canvas.stroke()
        return {"marker": self.marker, "markerfacecolor": _canvas.ground(), "markeredgewidth": rim}


Styles: TypeAlias = Mapping[Any, Style]
"""A style for each name; names are the values of a table's column."""


def colour(slot: int) -> str:
    """Return a colour of the theme in force, as ``#rrggbb``."""
    cycle = mpl.rcParams["axes.prop_cycle"].by_key().get("color", ["C0"])
    return colors.to_hex(cycle[slot % len(cycle)])


def styles(names: Iterable[Hashable], *, distinct: bool = True) -> dict[Any, Style]:
    """Return a style for each name: that of its meaning, or a free one, in order of appearance.

    A name such as ``"tanh, Xavier"`` has a meaning for each of its parts. That part counts in
    which the names differ most: of two, the first; of a single name, the last. Names that would
    then share a style take that of their other part.

    Parameters
    ----------
    names : iterable of str
        Names of optimizers, initializers, activations, settings or splits.
    distinct : bool
        Whether each name needs a style of its own, as on one axes. Otherwise names of the same
        meaning share it, as in panels of their own.

    Examples
    --------
    >>> given = styles(["Adam", "something new"])
    >>> given["Adam"] == styles(["adam"])["adam"]
    True
    """
    unique = list(dict.fromkeys(names))
    columns = _columns(unique)
    slots: dict[Hashable, Slot] = {}
    for column in columns if distinct else []:
        times = Counter(slot for name, slot in column.items() if name not in slots)
        taken = set(slots.values())
        slots |= {
            name: slot
            for name, slot in column.items()
            if name not in slots and times[slot] == 1 and slot not in taken
        }
    for column in columns:
        for name, slot in column.items():
            if name not in slots and not (distinct and slot in slots.values()):
                slots[name] = slot
    free = _free(set(slots.values()))
    return {name: _style(*(slots[name] if name in slots else next(free))) for name in unique}


def by_order(names: Iterable[Hashable]) -> dict[Any, Style]:
    """Return styles for names that have an order, such as learning rates: pale to strong."""
    unique = list(dict.fromkeys(names))
    colours = sequential(len(unique))
    return {
        name: Style(colors.to_hex(colours(index)), "-", _MARKERS[0][index % _SLOTS])
        for index, name in enumerate(unique)
    }


def sequential(steps: int = 256) -> colors.Colormap:
    """Return a perceptually uniform map that stands out from the ground: a part of viridis."""
    first, last = (0.3, 1.0) if _luminance(colors.to_rgb(_canvas.ground())) < 0.2 else (0.85, 0.0)
    places = [first + (last - first) * step / max(steps - 1, 1) for step in range(steps)]
    return colors.ListedColormap(mpl.colormaps["viridis"](places))


def diverging() -> colors.Colormap:
    """Return a map from blue over the ground to orange: what is near 0 is not seen."""
    ends = [colour(_LOW), _canvas.ground(), colour(_HIGH)]
    return colors.LinearSegmentedColormap.from_list("diverging", ends)


def readable(color: str) -> str:
    """Return the colour, mixed with that of the text until it can be read on the ground."""
    start, text = colors.to_rgb(color), colors.to_rgb(mpl.rcParams["text.color"])
    ground = _canvas.ground()
    for part in range(21):
        r, g, b = (a + (b - a) * part / 20 for a, b in zip(start, text, strict=True))
        if contrast((r, g, b), ground) >= _READABLE:
            break
    return colors.to_hex((r, g, b))


def contrast(one: ColorType, other: ColorType) -> float:
    """Return the contrast of two colours by WCAG 2, from 1 (none) to 21 (black on white).

    ``(L₁ + 0.05) / (L₂ + 0.05)`` of the relative luminances, the lighter one first.
    """
    low, high = sorted(_luminance(colors.to_rgb(color)) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def _columns(names: list[Hashable]) -> list[dict[Hashable, Slot]]:
    """Return what the parts of the names mean, place by place, the most varied one first."""
    parts = {name: _parts(name) for name in names}
    shared = set.intersection(*map(set, parts.values())) if len(parts) > 1 else set()
    longest = max(map(len, parts.values()), default=0)
    order = range(longest) if len(parts) > 1 else reversed(range(longest))
    places = [
        {name: own[k] for name, own in parts.items() if k < len(own) and own[k] not in shared}
        for k in order
    ]
    places.sort(key=lambda column: -len(set(column.values())))
    return [
        {name: slot for name, part in column.items() if (slot := _meaning(part)) is not None}
        for column in places
    ]


def _parts(name: Hashable) -> list[str]:
    return re.split(r"\s*[,;·/]\s*", str(name).casefold().replace("_", " "))


def _meaning(part: str) -> Slot | None:
    for known in _LONGEST_FIRST:
        if part == known or part.startswith(known + " "):
            return _MEANINGS[known]
    return None


def _free(taken: set[Slot]) -> Iterator[Slot]:
    """Yield the slots that are not taken: colours first, grey last, then the next dash."""
    for dash in count():
        for slot in (0, 1, 2, 3, 5, GREY):
            if (slot, dash) not in taken:
                yield slot, dash


def _style(slot: int, dash: int) -> Style:
    """Return the style of a slot; where the cycle has too few colours, dashes stand in for them."""
    n = min(len(mpl.rcParams["axes.prop_cycle"].by_key().get("color", ["C0"])), _SLOTS)
    laps = -(-_SLOTS // n)
    linestyle = _DASHES[(dash * laps + slot // n) % len(_DASHES)]
    row = dash % len(_MARKERS)
    return Style(colour(slot), linestyle, _MARKERS[row][slot], hollow=row % 2 == 1)


def _luminance(rgb: tuple[float, ...]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
