"""Colours by meaning: the same thing has the same colour, dash and marker in every figure.

The colours themselves belong to the theme (``axes.prop_cycle``); here is which thing gets which.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal, TypeAlias

import numpy as np
from matplotlib import colors
from matplotlib.typing import ColorType

from nnviz import _checks
from nnviz.optim.registry import RULES, declared
from nnviz.plots import _canvas
from nnviz.plots._canvas import contrast
from nnviz.plots._colours import (
    GREY,
    WARNING,
    colour,
    cycle,
    diverging,
    readable,
    sequential,
    warning,
)
from nnviz.plots._composed import parts_in_force
from nnviz.tables.missing import NOT_SET

__all__ = [
    "GREY",
    "SPLIT_DASHES",
    "WARNING",
    "Dash",
    "Palette",
    "Style",
    "Styles",
    "by_order",
    "check",
    "colour",
    "contrast",
    "diverging",
    "readable",
    "sequential",
    "styles",
    "warning",
]

Dash: TypeAlias = Literal["-", "--", ":", "-."]

SPLIT_DASHES: Mapping[str, Dash] = {"test": "-", "train": "--", "validation": ":"}
"""The dash of a split wherever splits share an axes, the most important first."""

_DASHES: tuple[Dash, ...] = ("-", "--", ":", "-.")
_MARKERS = ("osD^vP", "ph<>d*", "sDosD^", "h<>d*p")
_SLOTS = 6
"""The number of colours that are kept apart; more things get another dash and marker."""

Slot: TypeAlias = tuple[int, int]

# (colour, dash): the relatives of a method share its colour and differ in dash and marker.
_MEANINGS: Mapping[str, Slot] = {
    **{name: rule.slot for name in RULES.ours if (rule := declared(name)) and rule.slot},
    # initializers
    "zeros": (4, 0),
    "std 1": (2, 0),
    "std 0.01": (1, 0),
    "xavier": (3, 0),
    "lecun": (3, 2),
    "glorot": (3, 1),
    "he": (0, 0),
    "he uniform": (0, 1),
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
    NOT_SET: (4, 1),
    "none": (4, 0),
    "no regularizer": (4, 0),
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

Palette: TypeAlias = (
    str | colors.Colormap | Sequence[ColorType | Style] | Mapping[Any, ColorType | Style]
)
"""What a user may say of colours: see `styles`."""


def styles(
    names: Iterable[Hashable], palette: Palette | None = None, *, distinct: bool = True
) -> dict[Any, Style]:
    """Return a style for each name: that of its meaning, or a free one, in order of appearance.

    Where a table is drawn that declares what its labels consist of (`tables.Schema`), a name has
    a meaning for each of its parts. That part counts in which the names differ most: of two, the
    first; of a single name, the last. Names that would then share a style take that of their
    other part.

    Parameters
    ----------
    names : iterable of str
        Names of optimizers, initializers, activations, settings or splits.
    palette : str, Colormap, sequence of colours or mapping, optional
        Colours in place of those of the meanings, as seaborn takes them: the name of one of its
        palettes (``"deep"``, ``"husl"``, ``"viridis"``, ``"light:seagreen"``); a colormap, of
        which one colour for each name is taken; colours, which come again where there are more
        names; or a colour for each name. Names that then share a colour differ in dash and
        marker. In place of a colour may stand a `Style`.
    distinct : bool
        Whether each name needs a style of its own, as on one axes. Otherwise names of the same
        meaning share it, as in panels of their own.

    Raises
    ------
    ValueError
        If seaborn knows no palette of this name, matplotlib no such colour, or a mapping lacks
        one of the names.

    Examples
    --------
    >>> given = styles(["Adam", "something new"])
    >>> given["Adam"] == styles(["adam"])["adam"]
    True
    >>> styles(["Adam", "SGD"], ["black", "red"])["SGD"].color
    '#ff0000'
    """
    unique = list(dict.fromkeys(names))
    if palette is not None:
        return _painted(unique, palette)
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


def check(name: str, value: Any) -> None:
    """Raise unless the value is a `Palette`."""
    if isinstance(value, str):
        _of_seaborn(name, value, 1)
    elif isinstance(value, colors.Colormap):
        pass
    elif isinstance(value, Mapping):
        _checks.each(name, list(value.values()), _paint)
    elif isinstance(value, Sequence | np.ndarray) and not isinstance(value, bytes):
        _checks.each(name, value, _paint, at_least=1)
    else:
        rule = "the name of a palette, a colormap, a sequence of colours or a mapping to colours"
        raise TypeError(f"{name} must be {rule}; got {value!r:.80}")


def by_order(names: Iterable[Hashable]) -> dict[Any, Style]:
    """Return styles for names that have an order, such as learning rates: pale to strong."""
    unique = list(dict.fromkeys(names))
    colours = sequential(len(unique))
    return {
        name: Style(colors.to_hex(colours(index)), "-", _MARKERS[0][index % _SLOTS])
        for index, name in enumerate(unique)
    }


def _painted(names: list[Hashable], palette: Palette) -> dict[Any, Style]:
    """Return styles in the colours given: solid, but where a colour comes again."""
    check("palette", palette)
    if isinstance(palette, Mapping):
        missing = [str(name) for name in names if name not in palette]
        if missing:
            raise ValueError(
                f"palette must have a colour for each of {', '.join(map(str, names))}; "
                f"missing: {', '.join(missing)}"
            )
        given = [palette[name] for name in names]
    else:
        few = _several(palette, len(names))
        given = [few[place % len(few)] for place in range(len(names))]
    found: dict[Any, Style] = {}
    times: Counter[str] = Counter()
    for place, (name, paint) in enumerate(zip(names, given, strict=True)):
        if isinstance(paint, Style):
            found[name] = paint
            continue
        color = colors.to_hex(paint)
        found[name] = _look(color, times[color], times[color], place)
        times[color] += 1
    return found


def _several(palette: str | colors.Colormap | Sequence[Any], number: int) -> Sequence[Any]:
    if isinstance(palette, str):
        return _of_seaborn("palette", palette, number)
    if isinstance(palette, colors.Colormap):  # as seaborn takes them of one that it has by name
        return [palette(place) for place in np.linspace(0, 1, number + 2)[1:-1]]
    return palette


def _of_seaborn(name: str, value: str, number: int) -> Sequence[ColorType]:
    import seaborn as sns  # a second, and only where a palette is asked for by its name

    try:
        found: Sequence[ColorType] = sns.color_palette(value, number)
    except ValueError as error:
        raise _checks.fail(name, "the name of one of seaborn's palettes", value) from error
    return found


def _paint(name: str, value: Any) -> None:
    if not (isinstance(value, Style) or colors.is_color_like(value)):
        raise _checks.fail(name, "of colours that matplotlib knows, or Styles", value)


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
    return [str(part).casefold().replace("_", " ") for part in parts_in_force(name)]


def _meaning(part: str) -> Slot | None:
    for known in _LONGEST_FIRST:
        if part == known or part.startswith(known + " "):
            return _MEANINGS[known]
    rule = declared(part.replace(" ", "_"))
    return rule.slot if rule else None


def _free(taken: set[Slot]) -> Iterator[Slot]:
    """Yield the slots that are not taken: colours first, grey last, then the next dash."""
    for dash in count():
        for slot in (0, 1, 2, 3, 5, GREY):
            if (slot, dash) not in taken:
                yield slot, dash


def _style(slot: int, dash: int) -> Style:
    """Return the style of a slot; where the cycle has too few colours, dashes stand in for them."""
    colours = min(len(cycle()), _SLOTS)
    slots = -(-_SLOTS // colours)  # of each colour
    return _look(colour(slot), dash * slots + slot // colours, dash, slot)


def _look(color: str, dash: int, row: int, marker: int) -> Style:
    """Return a colour with a dash and a marker of a row; rows are full and hollow in turn."""
    row %= len(_MARKERS)
    markers = _MARKERS[row]
    return Style(color, _DASHES[dash % len(_DASHES)], markers[marker % _SLOTS], hollow=row % 2 == 1)
