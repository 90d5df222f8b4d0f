"""The source of a deck for Typst."""

import json
from collections.abc import Sequence

from nnviz._names import safe_text
from nnviz.decks.about import About
from nnviz.decks.slide import Page

__all__ = ["typst"]


def typst(given: Sequence[Page], about: About, figures: Sequence[str]) -> str:
    """Return the source of a deck for Typst; arguments as in `latex`."""
    title = safe_text(about.title, longest=300)
    pages = "\n#pagebreak()\n".join(_page(*each) for each in zip(given, figures, strict=True))
    return "\n".join(
        [
            "// Compile with Typst 0.14 or later. `typst query slides.typ '<note>'` lists notes.",
            f"#set document(title: {_quoted(title)})",
            f'#set page(width: 16cm, height: 9cm, margin: 0pt, fill: rgb("{about.look.ground}"))',
            "#show heading: words => place(hide(words))",
            "#let note(words) = [#metadata(words) <note>]",
            pages,
            "",
        ]
    )


def _page(page: Page, figure: str) -> str:
    level = 2 if page.heading is None else 1
    notes = "\n".join(safe_text(words, longest=5000) for words in page.notes)
    picture = (
        f'image("{figure}", width: 100%, height: 100%, fit: "contain", '
        f"alt: {_quoted(safe_text(page.alt, longest=5000))})"
    )
    return "\n".join(
        [
            f"#heading(level: {level}, {_quoted(safe_text(page.title, longest=300))})",
            *([f"#note({_quoted(notes)})"] if notes else []),
            f"#{picture}",
        ]
    )


def _quoted(words: str) -> str:
    """Return words as a string of Typst: as in JSON, where no character goes by its number."""
    return json.dumps(words, ensure_ascii=False)
