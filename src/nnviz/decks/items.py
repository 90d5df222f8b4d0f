"""What can be put in a deck: figures of the gallery, own ones, studies, runs, words."""

import runpy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from matplotlib.figure import Figure

from nnviz import plots
from nnviz._names import safe_text
from nnviz.decks import notes
from nnviz.decks.recorded import figures_of_run, found_in
from nnviz.decks.slide import Slide, heading
from nnviz.decks.words import WORDS
from nnviz.errors import NnvizError
from nnviz.publish import Exhibit, Script, alt_text, files
from nnviz.publish import run as run_script
from nnviz.publish.drawing import Look
from nnviz.publish.figures import figures_of
from nnviz.record import Recording
from nnviz.studies import STUDIES, Study

__all__ = ["Item", "Manner", "figure", "gallery", "recording", "script", "study", "words"]


@dataclass(frozen=True)
class Manner:
    """How slides are drawn, and what is said of them instead of what they say themselves.

    Attributes
    ----------
    look : (theme, context, language, style)
        As in `plots.look`.
    captions : bool
        Whether the small print stays below the figures; it is in the notes in any case.
    build : bool
        Whether figures are shown step by step.
    title, notes, alt : str
        In place of a figure's own, if not empty.
    """

    look: Look
    captions: bool
    build: bool
    title: str = ""
    notes: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Item:
    """What was added to a deck.

    Attributes
    ----------
    name : str
        Said while it is drawn.
    slides : callable
        Draws slides in the theme in force, one after the other; the last one may then be gone.
    travels : bool
        Whether another process can draw it: it is made of names and paths.
    """

    name: str
    slides: Callable[[], Iterator[Slide]]
    travels: bool = False


def words(title: str, above: str) -> Item:
    """Return a slide of words."""
    return Item(title, lambda: iter([heading(title, above)]))


def gallery(one: Script, manner: Manner) -> Item:
    """Return a figure of the gallery."""
    command = notes.command_of(
        *("nnviz", "figure", one.id, *_options(manner.look), "-o", f"{one.path.stem}.pdf")
    )
    return Item(one.id, lambda: _of_exhibit(run_script(one), command, manner), travels=True)


def script(path: Path, manner: Manner) -> Item:
    """Return what a script draws that leaves ``figure`` and, if it has one, ``study``."""

    def drawn() -> Iterator[Slide]:
        names = runpy.run_path(str(path), run_name="nnviz_gallery")
        made, its_study = names.get("figure"), names.get("study")
        if not isinstance(made, Figure):
            raise NnvizError(f"{path} must define 'figure', a Figure; got {made!r:.80}")
        if isinstance(its_study, Study):
            shown = Exhibit(Script(path.stem, path), made, its_study)
            return _of_exhibit(shown, notes.command_of("python", path.name), manner)
        return _settled(made, manner, Slide("", made, ""))

    return Item(path.name, drawn, travels=True)


def figure(own: Figure, manner: Manner) -> Item:
    """Return a figure that is drawn already; it is left as it was."""

    def drawn() -> Iterator[Slide]:
        engine = own.get_layout_engine()
        try:
            files.freeze_layout(own)
            yield _told(Slide(_title(own), own, _title(own), build=manner.build), manner)
        finally:
            own.set_layout_engine(engine)

    return Item(manner.title or "figure", drawn)


def study(own: Study, manner: Manner) -> Item:
    """Return a slide for each table of a study that declares how it is drawn."""

    def drawn() -> Iterator[Slide]:
        command = ""
        if own.name in STUDIES:
            command = notes.command_of("nnviz", "study", own.name, "-o", own.name)
        for _, made in figures_of(own):
            reading = notes.reading_of(made)
            told = notes.of_study(own, reading, command)
            yield from _settled(made, manner, Slide("", made, f"{_title(made)}. {reading}", told))

    return Item(own.name, drawn)


def recording(own: Recording, name: str, manner: Manner) -> Item:
    """Return the slides of a run."""

    def drawn() -> Iterator[Slide]:
        found = [WORDS["found"].format(words=words.rstrip(".")) for words in found_in(own)]
        about = notes.reproduced("", {})  # the small print has its settings
        for made in figures_of_run(own, name, manner.look):
            reading = notes.reading_of(made)
            told = (WORDS["read"].format(words=reading), *found, *about)
            yield from _settled(made, manner, Slide("", made, f"{_title(made)}. {reading}", told))

    return Item(name, drawn)


def _of_exhibit(shown: Exhibit, command: str, manner: Manner) -> Iterator[Slide]:
    told = notes.of_exhibit(shown, notes.reading_of(shown.figure), command)
    if manner.title:
        plots.headline(shown.figure, manner.title)
    yield from _settled(
        shown.figure, manner, Slide(shown.title, shown.figure, alt_text(shown), told)
    )


def _settled(made: Figure, manner: Manner, slide: Slide) -> Iterator[Slide]:
    """Yield the slide of a new figure once its layout is final, and close the figure after it."""
    import matplotlib.pyplot as plt

    title = _title(made)
    if not manner.captions:
        made.supxlabel("").set_in_layout(False)
    files.freeze_layout(made)
    known = replace(slide, title=slide.title or title, alt=slide.alt or title, build=manner.build)
    yield _told(known, manner)
    plt.close(made)


def _told(slide: Slide, manner: Manner) -> Slide:
    """Return a slide of which is said what was given."""
    given = tuple(filter(None, map(str.strip, manner.notes.split("\n"))))
    return replace(
        slide,
        title=manner.title or slide.title,
        alt=manner.alt or (slide.alt if slide.alt else manner.title),
        notes=(*given, *slide.notes),
    )


def _title(made: Figure) -> str:
    """Return the words above a figure, or above its first axes."""
    above = made.get_suptitle() or next(
        (own for ax in made.axes for own in (ax.get_title("left"), ax.get_title()) if own), ""
    )
    return " ".join(safe_text(above, longest=300).split())


def _options(look: Look) -> Iterator[str]:
    """Yield what a command needs to draw in a look."""
    theme, context, language, style = look
    yield from ("--theme", theme, "--context", context)
    if language not in (None, "en"):
        yield from ("--language", str(language))
    if style is not None:
        yield from ("--style", str(style))
