"""GIF and APNG by Pillow: what browsers, mails and chats play by themselves."""

import io
from collections.abc import Iterable
from itertools import pairwise

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nnviz.motion.reel import Reel, Shot

__all__ = ["apng", "gif"]

_SAMPLES = 8
"""From how many frames the colours of a GIF are chosen: all frames share them."""


def gif(reel: Reel, shots: Iterable[Shot]) -> bytes:
    """Return frames as a GIF of 256 colours: mixing others from dots would take much more room."""
    pictures, durations = _held(reel, shots, unit=10)
    width, height = reel.size
    some = pictures[:: -(-len(pictures) // _SAMPLES)] + pictures[-1:]
    sheet = Image.new("RGB", (width, height * len(some)))
    for place, picture in enumerate(some):
        sheet.paste(picture, (0, height * place))
    colours = sheet.quantize(256, dither=Image.Dither.NONE)
    first, *others = (p.quantize(palette=colours, dither=Image.Dither.NONE) for p in pictures)
    buffer = io.BytesIO()
    first.save(
        buffer,
        "gif",
        save_all=True,
        append_images=others,
        duration=durations,
        loop=0,
        optimize=False,
        comment=reel.title.encode("utf-8")[:255],
    )
    return buffer.getvalue()


def apng(reel: Reel, shots: Iterable[Shot]) -> bytes:
    """Return frames as an APNG: every pixel as it was drawn."""
    (first, *others), durations = _held(reel, shots, unit=1)
    said = PngInfo()
    said.add_itxt("Title", reel.title)
    said.add_itxt("Description", reel.description)
    buffer = io.BytesIO()
    first.save(
        buffer,
        "png",
        save_all=True,
        append_images=others,
        duration=durations,
        loop=0,
        pnginfo=said,
    )
    return buffer.getvalue()


def _held(reel: Reel, shots: Iterable[Shot], *, unit: int) -> tuple[list[Image.Image], list[int]]:
    """Return the pictures, and for how long each is seen, in milliseconds.

    These formats count in whole units: each picture ends at the one nearest to its time, so that
    the whole lasts as long as it should.
    """
    pictures: list[Image.Image] = []
    ends, seen = [0], 0
    for frame, times in shots:
        pictures.append(Image.fromarray(frame).convert("RGB"))
        seen += times
        ends.append(unit * round(1000 / unit * seen / reel.rate))
    return pictures, [end - start for start, end in pairwise(ends)]
