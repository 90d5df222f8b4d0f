"""From what was added to a deck to its slides, one after the other or in several processes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from nnviz import plots
from nnviz._language import said
from nnviz.decks.builds import stepwise
from nnviz.decks.items import Item
from nnviz.decks.slide import Page, Slide
from nnviz.publish.drawing import Look

__all__ = ["Pictures", "Progress", "pages", "slides"]

Pictures: TypeAlias = Callable[[Slide, float], Mapping[str, bytes]]
"""What a kind of file shows of a slide, by format, at so many dots an inch."""

Progress: TypeAlias = Callable[[str], None]
"""Is handed the name of what comes next."""


def slides(items: Sequence[Item], progress: Progress) -> Iterator[Slide]:
    """Yield the slides of a deck in the theme in force; each is gone when the next is asked for."""
    for number, item in enumerate(items, 1):
        progress(_progress(number, len(items), item))
        yield from _slides(item)


def pages(
    items: Sequence[Item],
    pictures: Pictures,
    look: Look,
    dpi: float,
    *,
    n_jobs: int | None,
    progress: Progress,
) -> Iterator[Page]:
    """Yield the pages of a deck in its order, drawn in a look.

    Parameters
    ----------
    look, dpi
        How they are drawn.
    n_jobs : int, optional
        Processes, as in `Deck.save`; what cannot travel to another one is drawn in this one.
    """
    from joblib import Parallel, delayed

    travelling = [item for item in items if item.travels]
    pool = Parallel(n_jobs=n_jobs if len(travelling) > 1 else 1, return_as="generator")
    elsewhere = pool(delayed(_pages)(item, pictures, look, dpi) for item in travelling)
    for number, item in enumerate(items, 1):
        progress(_progress(number, len(items), item))
        yield from next(elsewhere) if item.travels else _pages(item, pictures, look, dpi)


def _progress(number: int, total: int, item: Item) -> str:
    return said("{number} of {total}: {what}", number=number, total=total, what=item.name)


def _slides(item: Item) -> Iterator[Slide]:
    for slide in item.slides():
        yield from stepwise(slide)


def _pages(item: Item, pictures: Pictures, look: Look, dpi: float) -> list[Page]:
    with plots.look(*look):
        return [slide.page(pictures(slide, dpi)) for slide in _slides(item)]
