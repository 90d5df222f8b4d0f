"""A deck as a folder: each figure as a PDF, and a source for Beamer and one for Typst.

Both compile as they are. Notes, titles and alternative texts are in them, so that they can be
edited; the claim stands in the figure.
"""

from collections.abc import Iterable, Iterator

from nnviz.decks.about import About
from nnviz.decks.latex import latex
from nnviz.decks.slide import Slide
from nnviz.decks.typst import typst

__all__ = ["folder_files"]


def folder_files(slides: Iterable[Slide], about: About) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each file of the folder, and its content."""
    told: list[Slide] = []
    figures: list[str] = []
    for number, slide in enumerate(slides, 1):
        figures.append(f"figures/{number:03}.pdf")
        yield figures[-1], slide.picture("pdf", about.dpi)
        told.append(slide)
    yield "slides.tex", latex(told, about, figures).encode()
    yield "slides.typ", typst(told, about, figures).encode()
