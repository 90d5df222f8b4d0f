"""The parts of a figure: what a lecture shows one after the other, and what comes at the end."""

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from nnviz.plots import _canvas
from nnviz.plots._arguments import checked

__all__ = ["comes_last", "mark_panel", "part", "parts"]

P = ParamSpec("P")
T = TypeVar("T")

_NAME = "_nnviz_part"
"""Where an artist keeps the part that it belongs to: it is copied and pickled with it."""

_LAST = "_nnviz_comes_last"
"""What is said about all parts has it, such as a bracket between two of them."""

_PANEL = "_nnviz_panel"
"""Axes that are a panel have it."""


@contextmanager
def part(ax: Axes, name: str) -> Iterator[None]:
    """Let what is drawn on axes inside the ``with`` block belong to a part; no name, to none."""
    with _canvas.newly_drawn(ax) as artists:
        yield
    if name:
        _tell(artists, _NAME, name)


def comes_last(draw: Callable[P, T]) -> Callable[P, T]:
    """Return a function that draws on axes, its first argument, what comes with the last part."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **options: P.kwargs) -> T:
        found = options.get("ax", args[0] if args else None)
        if not isinstance(found, Axes):
            return draw(*args, **options)  # which says what is wrong
        with _canvas.newly_drawn(found) as artists:
            result = draw(*args, **options)
        _tell(artists, _LAST, True)
        return result

    return drawn


def _tell(artists: Iterable[Artist], key: str, value: object) -> None:
    for artist in artists:
        setattr(artist, key, value)


def mark_panel(ax: Axes) -> None:
    """Let axes be a panel: a part of its own, where what is drawn on panels has no parts."""
    setattr(ax, _PANEL, True)


@checked
def parts(figure: _canvas.Canvas) -> dict[str, list[Artist]]:
    """Return what of a figure can be shown one after the other, in the order of drawing.

    Parts are what is told apart on the axes: optimizers, settings, layers, with their names and
    entries of a legend. Where there are fewer than two, each panel is a part, called by its title
    and its number. What says something about all parts, such as a bracket, belongs to the last.

    Parameters
    ----------
    figure : Figure
        Drawn by plots of nnviz.

    Returns
    -------
    dict of str to list of Artist
        Empty if there are fewer than two parts.
    """
    every = [artist for ax in figure.axes for artist in ax.get_children()]
    found: dict[str, list[Artist]] = {}
    for artist in every:
        if (name := getattr(artist, _NAME, None)) is not None:
            found.setdefault(name, []).append(artist)
    if len(found) < 2:
        panels = [ax for ax in figure.axes if hasattr(ax, _PANEL)]
        if len(panels) < 2:
            return {}
        return {f"{_title(ax)} ({k})": [ax] for k, ax in enumerate(panels, 1)}
    for name, entry in _entries(figure, every):
        if name in found:
            found[name].extend(entry)
    list(found.values())[-1].extend(artist for artist in every if hasattr(artist, _LAST))
    return found


def _title(ax: Axes) -> str:
    return " ".join((ax.get_title("left") or ax.get_title()).split())


def _entries(
    figure: _canvas.Canvas, artists: list[Artist]
) -> Iterator[tuple[str, tuple[Artist, Artist]]]:
    """Yield the entries of legends: the name, the sample and the words."""
    own = figure.legends if isinstance(figure, Figure) else []
    for legend in [*own, *(artist for artist in artists if isinstance(artist, Legend))]:
        for sample, words in zip(legend.legend_handles, legend.get_texts(), strict=True):
            if sample is not None:
                yield str(sample.get_label()), (sample, words)
