"""Colours of the page: those of the themes, so that page and figures look alike."""

from typing import Any

import matplotlib as mpl
from matplotlib import colors

from nnviz import optim
from nnviz.plots import palette, theme
from nnviz.plots._canvas import ground, muted

__all__ = ["THEMES", "look"]

THEMES = ("light", "dark")

_STEPS = 32
"""Colours of a map."""


def look() -> dict[str, dict[str, Any]]:
    """Return colours of background, text, lines and maps by theme, and how each rule is drawn."""
    return {name: _of(name) for name in THEMES}


def _of(name: str) -> dict[str, Any]:
    with theme(name):
        styles = palette.styles(list(optim.RULES.ours))
        return {
            "ground": ground(),
            "text": colors.to_hex(mpl.rcParams["text.color"]),
            "muted": colors.to_hex(muted()),
            "grid": colors.to_hex(mpl.rcParams["grid.color"]),
            "colours": [palette.colour(slot) for slot in range(6)],
            "readable": [palette.readable(palette.colour(slot)) for slot in range(6)],
            "map": [colors.to_hex(one) for one in palette.sequential(_STEPS).colors],  # type: ignore[attr-defined]
            "rules": {
                rule: {"color": style.color, "dash": style.linestyle, "hollow": style.hollow}
                for rule, style in styles.items()
            },
        }
