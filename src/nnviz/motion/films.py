"""From a figure to a file in which it comes to be."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from nnviz import _checks, _names
from nnviz.motion.movie import encoder, mp4
from nnviz.motion.pictures import apng, gif
from nnviz.motion.reel import Reel, Shot
from nnviz.motion.scrubber import html
from nnviz.motion.stage import set_up
from nnviz.motion.words import WORDS
from nnviz.publish.files import write

__all__ = ["FILMS", "Film", "animate", "film_of"]

_SHORTEST = 0.5
"""Seconds."""


@dataclass(frozen=True)
class Film:
    """A kind of file.

    Attributes
    ----------
    size : (width, height)
        Of a frame, in pixels.
    rate : int
        Frames a second.
    encode : callable
        Takes a reel and its shots; returns the content of the file.
    counted : bool
        Whether each frame says which moment it shows.
    """

    size: tuple[int, int]
    rate: int
    encode: Callable[[Reel, Iterable[Shot]], bytes]
    counted: bool = True


FILMS: Mapping[str, Film] = {
    "mp4": Film((1920, 1080), 30, mp4),
    "gif": Film((800, 450), 15, gif),
    "png": Film((800, 450), 15, apng),
    "apng": Film((800, 450), 15, apng),
    "html": Film((1600, 900), 10, html, counted=False),  # the page says it beside the picture
}
"""Every kind of file, by its suffix."""


def film_of(path: str | os.PathLike[str]) -> Film:
    """Return the kind of file that the suffix of a path names.

    Raises
    ------
    ValueError
        For another suffix.
    MissingExtraError
        For .mp4, if there is no ffmpeg.
    """
    suffix = _checks.path("path", path).suffix.lstrip(".").lower()
    film = _checks.lookup("the suffix of path", suffix, FILMS)
    if film.encode is mp4:
        encoder()
    return film


def animate(
    figure: Figure,
    path: str | os.PathLike[str],
    *,
    seconds: float = 10.0,
    title: str = "",
    description: str = "",
) -> Path:
    """Save how a figure comes to be: paths, curves, histograms, basins, a decision boundary.

    What stands still is drawn once, what moves again in each frame. Every moment that was
    recorded gets the same time. At the end stands the figure as `save` saves it; title and
    caption are there from the beginning. On a terminal a bar shows how far it is.

    Parameters
    ----------
    figure : Figure
        Drawn by one of `plots` from a table with more than one step. It is as before afterwards,
        but for a layout that is final.
    path : path
        Ends in .mp4 (1,920 × 1,080 pixels, 30 frames a second; needs ffmpeg), .gif, .png or
        .apng (800 × 450, 15 a second), or .html: a page that plays it and can be scrubbed
        (1,600 × 900, 10 a second, no network). A figure of another shape stands in the middle.
    seconds : float, default 10
        How long it lasts, with some time for looking at both ends.
    title : str
        Goes with the file; by default the figure's own.
    description : str
        What is seen, in words: the alternative text of a page.

    Raises
    ------
    ValueError
        For another suffix.
    NnvizError
        If nothing in the figure moves, or ffmpeg fails.
    MissingExtraError
        For .mp4, if there is no ffmpeg.
    OSError
        If the file cannot be written, or the path is a symbolic link.
    """
    _checks.instance("figure", figure, Figure, hint=" of matplotlib")
    target, film = _checks.path("path", path), film_of(path)
    if _checks.real("seconds", seconds) < _SHORTEST:
        raise _checks.fail("seconds", f"at least {_SHORTEST}", seconds)
    _checks.text("title", title)
    _checks.text("description", description)
    title = title or " ".join(figure.get_suptitle().split())
    said = (_names.safe_text(words, longest=20_000) for words in (title, description))
    with set_up(figure, film.size, counted=film.counted) as stage:
        reel = Reel(stage, film.size, film.rate, seconds, *said)
        write(target, film.encode(reel, _watched(reel)))
    return target


def _watched(reel: Reel) -> Iterator[Shot]:
    """Yield the shots of a reel, and show on a terminal how many there are."""
    from tqdm import tqdm

    size = shutil.get_terminal_size()  # 80×24 where a terminal does not tell: tqdm would be silent
    with tqdm(
        total=reel.number,
        desc=WORDS["frames"],
        leave=False,
        disable=not sys.stderr.isatty(),
        ncols=size.columns,
        nrows=size.lines,
    ) as bar:
        for frame, times in reel.shots():
            yield frame, times
            bar.update(times)
