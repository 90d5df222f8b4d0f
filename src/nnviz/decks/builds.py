"""A figure shown step by step: drawn once, and of what is still to come nothing is drawn."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from matplotlib.artist import Artist

from nnviz.decks.slide import Slide
from nnviz.decks.words import WORDS
from nnviz.plots import parts

__all__ = ["stepwise", "undrawn"]


def stepwise(slide: Slide) -> Iterator[Slide]:
    """Yield a slide as it is or, if it is a build, once more for each part of its figure.

    First come the axes, then one part after the other. While a slide is the current one, what is
    still to come is not drawn; all else keeps its place to the pixel.
    """
    found = parts(slide.figure) if slide.build else {}
    if not found:
        yield slide
        return
    names = list(found)
    for shown in range(len(found) + 1):
        hidden = [artist for artists in list(found.values())[shown:] for artist in artists]
        with undrawn(hidden):
            yield _told(slide, names, shown)


@contextmanager
def undrawn(artists: Iterable[Artist]) -> Iterator[None]:
    """Draw nothing of artists inside the ``with`` block; they keep their place in the layout.

    An artist that is made invisible would give up its place in a legend.
    """
    hidden = list(artists)
    for artist in hidden:
        vars(artist)["draw"] = _nothing
    try:
        yield
    finally:
        for artist in hidden:
            vars(artist).pop("draw", None)


def _nothing(*_: Any, **__: Any) -> None:
    """Draw nothing."""


def _told(slide: Slide, names: list[str], shown: int) -> Slide:
    """Return a slide that says in notes and alternative text how far it has come."""
    number, total = shown + 1, len(names) + 1
    key, alt = ("step", "alt step") if shown else ("step bare", "alt bare")
    words = WORDS["and"].join(names[:shown])
    step = WORDS[key].format(number=number, total=total, words=names[shown - 1] if shown else "")
    done = shown == len(names)
    return replace(
        slide,
        alt=slide.alt if done else WORDS[alt].format(alt=slide.alt, words=words),
        notes=(step, *slide.notes),
    )
