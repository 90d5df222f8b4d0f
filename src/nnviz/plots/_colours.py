"""The colours of the theme in force: by slot, by meaning, as maps, and as ink.

The colours themselves belong to the theme (``axes.prop_cycle``), which may be the user's own.
"""

import matplotlib as mpl
from matplotlib import colors

from nnviz.plots import _canvas
from nnviz.plots._canvas import contrast

__all__ = ["GREY", "WARNING", "colour", "cycle", "diverging", "readable", "sequential", "warning"]

GREY = 4
"""The slot of grey, if the theme has one."""

_READABLE = 4.5
"""The contrast that WCAG 2 asks of small text."""

WARNING = 2
"""The slot of red, likewise; `warning` is red in any theme."""

_NEAR, _VIVID, _DULL = 0.04, 0.3, 0.08
"""How far the hue of a red is from that of pure red at most, how saturated it is at least, and how
saturated a grey is at most."""

_PLAIN_RED = "#d41434"
"""The red of warnings where the theme has none."""

_LOW, _HIGH = 0, 1
"""The slots of blue and orange, which no kind of colour blindness confuses."""


def colour(slot: int) -> str:
    """Return a colour of the theme in force, as ``#rrggbb``.

    Red and grey have slots of their own, wherever they stand in the theme's cycle.
    """
    order = cycle()
    for place, is_it in ((WARNING, _is_red), (GREY, _is_grey)):
        found = [color for color in order if is_it(color)][:1]
        rest = [color for color in order if color not in found]
        order = [*rest[:place], *found, *rest[place:]]
    return order[slot % len(order)]


def warning() -> str:
    """Return the red of the theme in force, or a plain one."""
    return next(filter(_is_red, cycle()), _PLAIN_RED)


def sequential(steps: int = 256) -> colors.Colormap:
    """Return a perceptually uniform map that stands out from the background: a part of viridis."""
    first, last = (0.3, 1.0) if _canvas.luminance(_canvas.ground()) < 0.2 else (0.85, 0.0)
    places = [first + (last - first) * step / max(steps - 1, 1) for step in range(steps)]
    return colors.ListedColormap(mpl.colormaps["viridis"](places))


def diverging() -> colors.Colormap:
    """Return a map from blue over the background to orange: what is near 0 is not seen."""
    ends = [colour(_LOW), _canvas.ground(), colour(_HIGH)]
    return colors.LinearSegmentedColormap.from_list("diverging", ends)


def readable(color: str) -> str:
    """Return the colour, mixed with that of the text until it can be read on the background."""
    start, text = colors.to_rgb(color), colors.to_rgb(mpl.rcParams["text.color"])
    ground = _canvas.ground()
    for part in range(21):
        r, g, b = (a + (b - a) * part / 20 for a, b in zip(start, text, strict=True))
        found = colors.to_hex((r, g, b))
        if contrast(found, ground) >= _READABLE:
            break
    return found


def cycle() -> list[str]:
    """Return the colours of the theme in force, as ``#rrggbb``, in its own order."""
    return list(map(colors.to_hex, mpl.rcParams["axes.prop_cycle"].by_key().get("color", ["C0"])))


def _is_red(color: str) -> bool:
    hue, saturation, _ = colors.rgb_to_hsv(colors.to_rgb(color))
    return bool(saturation >= _VIVID and min(hue, 1 - hue) <= _NEAR)


def _is_grey(color: str) -> bool:
    return bool(colors.rgb_to_hsv(colors.to_rgb(color))[1] <= _DULL)
