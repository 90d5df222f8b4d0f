"""A deck as one HTML file, which asks for no other: pictures, player and notes are in it."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from importlib import resources

from nnviz._names import safe_text
from nnviz._version import __version__
from nnviz.decks.about import About
from nnviz.decks.slide import Colours, Page, Slide
from nnviz.decks.words import WORDS
from nnviz.publish.policy import policy

__all__ = ["html_bytes", "html_pictures"]

_MOST = 1_000_000
"""Bytes of a vector picture; of a larger one, a picture of pixels is shown."""

_BUTTONS = (
    ("previous", "‹", ""),
    ("next", "›", ""),
    ("all", "", ""),
    ("notes", "", ""),
    ("speaker", "", "wide"),
    ("full", "", "wide"),
)
"""Name of what it does, a sign instead of words, and a class: ``wide`` is left out on a phone."""


def html_pictures(slide: Slide, dpi: float) -> Mapping[str, bytes]:
    """Return the picture of a slide that the page shows."""
    vector = slide.picture("svg", dpi)
    return {"svg+xml": vector} if len(vector) <= _MOST else {"png": slide.picture("png", dpi)}


def html_bytes(pages: Iterable[Page], about: About) -> bytes:
    """Return a deck as a page that plays it: by key, touch and mouse, and prints it.

    Everything that was text becomes text again: the template escapes all that is put into it.
    """
    from jinja2 import Environment

    home = resources.files("nnviz.decks")
    source, style, script = (
        home.joinpath(name).read_text("utf-8")
        for name in ("deck.html.jinja", "player.css", "player.js")
    )
    colours = _colours(about.look)
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page = environment.from_string(source).render(
        title=safe_text(about.title, longest=300),
        slides=[_entry(page) for page in pages],
        words=WORDS,
        buttons=_BUTTONS,
        policy=policy(script, colours, style, images="data:"),
        colours=colours,
        style=style,
        script=script,
        version=__version__,
    )
    return page.encode("utf-8", "backslashreplace")


def _entry(page: Page) -> dict[str, object]:
    ((kind, picture),) = page.pictures.items()
    return {
        "title": safe_text(page.title, longest=300),
        "alt": safe_text(page.alt, longest=5000),
        "notes": [safe_text(paragraph, longest=5000) for paragraph in page.notes],
        "source": f"data:image/{kind};base64,{b64encode(picture).decode()}",
    }


def _colours(look: Colours) -> str:
    names = {
        "ground": look.ground,
        "ink": look.ink,
        "muted": look.muted,
        "accent": look.accents[0],
    }
    return ":root { " + " ".join(f"--{name}: {value};" for name, value in names.items()) + " }"
