"""The same parts again and again, as in a transformer: which part of which block a layer is.

A module's name is a path, as PyTorch and others write it: a number on the way, as in
``"transformer.h.3.mlp.act"``, is a place in a list of modules.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from nnviz._few import LINES
from nnviz._language import said

__all__ = ["Blocks", "Place", "blocks_of"]

_LEAST = 3
"""Blocks that a list has at least; and a part is in as many as half of them."""


class Place(NamedTuple):
    """Where a layer is: which part it is, and of which block; None outside of them."""

    part: str
    block: int | None


class Blocks:
    """The layers of a network that has blocks.

    Parameters
    ----------
    places : mapping of str to Place
        By layer, in order.
    """

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places

    @property
    def numbers(self) -> list[int]:
        """The numbers of the blocks, ascending."""
        return sorted({p.block for p in self._places.values() if p.block is not None})

    @property
    def parts(self) -> list[str]:
        """The parts of blocks, in order."""
        return list(dict.fromkeys(p.part for p in self._places.values() if p.block is not None))

    @property
    def outside(self) -> list[str]:
        """The layers outside of blocks, in order."""
        return [layer for layer, place in self._places.items() if place.block is None]

    def part(self, layer: str) -> str:
        """Return which part a layer is; outside of blocks, its own name, shortened."""
        return self._places[layer].part

    def block(self, layer: str) -> int | None:
        """Return the block that a layer is in."""
        return self._places[layer].block

    def ordered(self) -> list[str]:
        """Return the layers part by part: those before the blocks, parts, and those after."""
        first = min(k for k, p in enumerate(self._places.values()) if p.block is not None)
        order = {part: k for k, part in enumerate(self.parts)}
        keys = {
            layer: (k >= first and place.block is None, order.get(place.part, -1), k)
            for k, (layer, place) in enumerate(self._places.items())
        }
        return sorted(keys, key=lambda layer: keys[layer])

    def called(self, layer: str) -> str:
        """Return what a layer is called in a sentence: "mlp.act of block 3"."""
        part, block = self._places[layer]
        return part if block is None else said("{part} of block {block}", part=part, block=block)


def blocks_of(layers: Sequence[str]) -> Blocks | None:
    """Return which layers are parts of blocks, if that is most of them, and they are many."""
    if len(layers) <= LINES:
        return None
    found = {layer: path for layer in layers if (path := _path(layer)) is not None}
    numbers: dict[str, set[int]] = {}
    for stack, block, _ in found.values():
        numbers.setdefault(stack, set()).add(block)
    often = Counter((stack, part) for stack, _, part in found.values())
    inside = {
        layer: (stack, block, part)
        for layer, (stack, block, part) in found.items()
        if len(numbers[stack]) >= _LEAST and 2 * often[stack, part] >= len(numbers[stack])
    }
    if 2 * len(inside) <= len(layers):
        return None
    whole = {
        layer: f"{inside[layer][0]}.{inside[layer][2]}" if layer in inside else layer
        for layer in layers
    }
    short = _shortened(whole.values())
    blocks = {layer: inside[layer][1] if layer in inside else None for layer in layers}
    return Blocks({layer: Place(short[whole[layer]], blocks[layer]) for layer in layers})


def _path(layer: str) -> tuple[str, int, str] | None:
    """Return the list that a layer is in, its place there, and the rest of its name."""
    words = layer.split(".")
    for k, word in enumerate(words[:-1]):
        if word.isdecimal():
            return ".".join(words[:k]), int(word), ".".join(words[k + 1 :])
    return None


def _shortened(names: Iterable[str]) -> dict[str, str]:
    """Return as much of the end of each name as tells it from all others."""
    every = list(dict.fromkeys(names))
    ends = Counter(end for name in every for end in _ends(name))
    return {name: next((e for e in _ends(name) if ends[e] == 1), name) for name in every}


def _ends(name: str) -> list[str]:
    words = name.split(".")
    return [".".join(words[k:]) for k in range(len(words) - 1, -1, -1)]
