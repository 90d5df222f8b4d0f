"""A second implementation of what the palette and `nnviz.testing` measure."""

from matplotlib.colors import to_rgb

SMALLEST = {"notebook": 9, "paper": 7, "paper-double": 7, "slides": 18, "poster": 24}
"""Points of the smallest letters by context: on a slide they are read from the last row."""


def contrast(color, ground) -> float:
    """WCAG 2.2's contrast ratio."""
    light = sorted([_luminance(color), _luminance(ground)])
    return (light[1] + 0.05) / (light[0] + 0.05)


def _luminance(color) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return sum(part * c for part, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
