"""Test functions of two variables, with gradients and minima."""

from collections.abc import Mapping

from nnviz import _checks
from nnviz.surfaces.bowls import BOWLS, SADDLES
from nnviz.surfaces.custom import from_function
from nnviz.surfaces.gridded import from_grid
from nnviz.surfaces.polynomials import POLYNOMIALS
from nnviz.surfaces.ridges import RIDGES
from nnviz.surfaces.surface import Point, Range, Surface
from nnviz.surfaces.waves import WAVES

__all__ = ["SURFACES", "Point", "Range", "Surface", "from_function", "from_grid", "get"]

SURFACES: Mapping[str, Surface] = {
    surface.name: surface for surface in (*BOWLS, *POLYNOMIALS, *WAVES, *RIDGES, *SADDLES)
}
"""Every surface by its name."""


def get(surface: str | Surface) -> Surface:
    """Return a surface by its name in `SURFACES`; a surface is returned as it is.

    Raises
    ------
    ValueError
        For an unknown name; the message lists the known ones, the closest first.
    """
    if isinstance(surface, Surface):
        return surface
    return _checks.lookup("surface", surface, SURFACES)
