"""One page that plays an animation and lets it be scrubbed: no network, no other file."""

import base64
import io
import json
from collections.abc import Iterable, Iterator
from importlib import resources
from itertools import groupby
from typing import Any

import numpy as np
from PIL import Image

from nnviz._version import __version__
from nnviz.motion.counter import moment_in_words
from nnviz.motion.reel import Reel, Shot
from nnviz.motion.stage import Frame
from nnviz.motion.words import WORDS
from nnviz.publish.policy import policy

__all__ = ["html"]


def html(reel: Reel, shots: Iterable[Shot]) -> bytes:
    """Return a page with the whole figure, and for each frame what differs from the one before.

    Without a script the page shows the figure. What comes from outside is text in it, never
    markup, and its policy lets nothing run or load but what nnviz put there.
    """
    from jinja2 import Environment

    frames = list(_frames(reel, shots))
    ground = reel.stage.ground
    words = {key: WORDS[key] for key in WORDS}
    longest = max(len(frame["words"]) for frame in frames)
    shape = f"--ground: {ground}; --shape: {reel.size[0] / reel.size[1]:.4f}; --wide: {longest}ch"
    content = {"rate": reel.rate, "frames": frames, "play": words["play"], "pause": words["pause"]}
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    style, script = f":root {{ {shape}; }}\n{_read('scrubber.css')}", _read("scrubber.js")
    page = environment.from_string(_read("scrubber.html.jinja")).render(
        words=words,
        dark=reel.stage.dark,
        title=reel.title,
        alt=f"{reel.title}. {reel.description}".strip(". ") or words["title"],
        still=_source(reel.stage.still()[..., :3], "png"),
        size=reel.size,
        frames=len(frames),
        style=style,
        script=script,
        policy=policy(script, style, images="data:"),
        reel=json.dumps(content, ensure_ascii=False).replace("<", "\\u003c"),
        version=__version__,
    )
    return page.encode("utf-8")


def _frames(reel: Reel, shots: Iterable[Shot]) -> Iterator[dict[str, Any]]:
    """Yield what differs, where, for how many frames it is seen, and the moment in words."""
    moments = [moment for moment, _ in groupby(reel.moments())]
    before = reel.stage.still()
    for (frame, times), moment in zip(shots, moments, strict=True):
        told = reel.stage.clock.last if moment is None else moment
        words = moment_in_words(reel.stage.clock, told)
        yield {"times": times, "words": words, **_patch(before, frame)}
        before = frame.copy()


def _patch(before: Frame, after: Frame) -> dict[str, Any]:
    """Return the smallest picture that makes one frame the other, and where it lies."""
    changed = (before != after).any(axis=2)
    if not changed.any():
        return {}
    rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    pixels = np.where(changed[part][..., None], after[part], np.uint8(0))
    return {
        "x": int(columns[0]),
        "y": int(rows[0]),
        "source": _source(pixels, "webp", lossless=True, method=1),
    }


def _source(pixels: Frame, kind: str, **options: Any) -> str:
    """Return a picture as an address; of what fills a panel, WebP takes half as much as PNG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _read(name: str) -> str:
    return resources.files("nnviz.motion").joinpath(name).read_text("utf-8")
