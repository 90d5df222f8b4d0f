"""A figure as the page shows it: without the words that the page itself says."""

import io

from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image, ImageChops

__all__ = ["cropped", "picture"]

_WIDTH = 1280


def picture(figure: Figure, png: bytes) -> tuple[bytes, list[int]]:
    """Return a picture for the page, as PNG, and its width and height in pixels: as `cropped`."""
    image, buffer = cropped(figure, png), io.BytesIO()
    image.save(buffer, format="png")
    return buffer.getvalue(), list(image.size)


def cropped(figure: Figure, png: bytes) -> Image.Image:
    """Return a picture for the page.

    The headline and the small print are cut off, and what is blank above and below the rest:
    there, they are text.

    Parameters
    ----------
    figure : Figure
        With its layout frozen.
    png : bytes
        The same figure, whole.
    """
    with Image.open(io.BytesIO(png)) as whole:
        top, bottom = _between(figure)
        rows = round(top * whole.height), round(bottom * whole.height)
        part = _trimmed(whole.convert("RGB").crop((0, rows[0], whole.width, rows[1])))
    width = min(_WIDTH, part.width)
    size = (width, round(part.height * width / part.width))
    return part.resize(size, Image.Resampling.LANCZOS)


def _between(figure: Figure) -> tuple[float, float]:
    """Return where the headline ends and the small print begins, as shares from the top."""
    headline, small_print = (getattr(figure, name, None) for name in ("_suptitle", "_supxlabel"))
    low, high = 0.0, 1.0
    if isinstance(headline, Text) and headline.get_text():
        high = headline.get_window_extent().y0 / figure.bbox.height
    if isinstance(small_print, Text) and small_print.get_text():
        low = small_print.get_window_extent().y1 / figure.bbox.height
    return 1 - high, 1 - low


def _trimmed(part: Image.Image) -> Image.Image:
    """Return a picture without blank rows at its top and bottom."""
    blank = Image.new("RGB", part.size, part.getpixel((0, 0)))
    drawn = ImageChops.difference(part, blank).getbbox()
    return part if drawn is None else part.crop((0, drawn[1], part.width, drawn[3]))
