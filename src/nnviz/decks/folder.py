"""A deck as a folder: each figure as a PDF, and a source for Beamer and one for Typst.

Both compile as they are. Notes, titles and alternative texts are in them, so that they can be
edited; the claim stands in the figure.
"""

from collections.abc import Iterable, Iterator, Mapping

from nnviz.decks.about import About
from nnviz.decks.latex import latex
from nnviz.decks.slide import Page, Slide
from nnviz.decks.typst import typst

__all__ = ["folder_files", "folder_pictures"]


def folder_pictures(slide: Slide, dpi: float) -> Mapping[str, bytes]:
    """Return the picture of a slide that both sources show."""
    return {"pdf": slide.picture("pdf", dpi)}


def folder_files(pages: Iterable[Page], about: About) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each file of the folder, and its content."""
    told: list[Page] = []
    figures: list[str] = []
    for number, page in enumerate(pages, 1):
        figures.append(f"figures/{number:03}.pdf")
        yield figures[-1], page.pictures["pdf"]
        told.append(page)
    yield "slides.tex", latex(told, about, figures).encode()
    yield "slides.typ", typst(told, about, figures).encode()
