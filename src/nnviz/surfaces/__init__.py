"""Test functions of two variables, with gradients and minima."""

from collections.abc import Mapping

from nnviz import _checks
from nnviz.surfaces.functions import SURFACES_OF_THE_CHAPTER
from nnviz.surfaces.surface import Range, Surface

__all__ = ["SURFACES", "Range", "Surface", "get"]

SURFACES: Mapping[str, Surface] = {surface.name: surface for surface in SURFACES_OF_THE_CHAPTER}


def get(surface: str | Surface) -> Surface:
    """Return a surface by its name in `SURFACES`; a surface is returned as it is."""
    if isinstance(surface, Surface):
        return surface
    return _checks.lookup("surface", surface, SURFACES)
