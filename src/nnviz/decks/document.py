"""A deck as a PDF: a page for each slide, and its notes beside it as an annotation."""

import io
from collections.abc import Iterable

from matplotlib.backends.backend_pdf import PdfPages

from nnviz._names import safe_text
from nnviz.decks.about import About
from nnviz.decks.slide import WIDTH, Slide, boxed
from nnviz.publish import files

__all__ = ["pdf_bytes"]


def pdf_bytes(slides: Iterable[Slide], about: About) -> bytes:
    """Return a deck as a PDF with vector pages; pages share their fonts, of whatever language.

    What the speaker says is a note off the edge of the page: readers list it, paper does not
    show it.
    """
    buffer = io.BytesIO()
    facts = {"Title": safe_text(about.title, longest=300), "CreationDate": None, "Producer": None}
    with files.as_saved(outlines=True), PdfPages(buffer, metadata=facts) as pages:
        for slide in slides:
            box = boxed(slide.figure)
            width = slide.figure.get_figwidth() if box is None else box.width
            notes = "\n".join(safe_text(words, longest=5000) for words in slide.notes)
            if notes:
                pages.attach_note(notes)
            pages.savefig(slide.figure, bbox_inches=box, dpi=about.dpi * WIDTH / width)
    return buffer.getvalue()
