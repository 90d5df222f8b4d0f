"""A lecture: figures in the order in which they are shown, saved for the program that shows it."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from matplotlib.figure import Figure

from nnviz import _checks, plots
from nnviz.decks import items
from nnviz.decks.about import About
from nnviz.decks.document import pdf_bytes
from nnviz.decks.drawing import Pictures, Progress, pages, slides
from nnviz.decks.folder import folder_files, folder_pictures
from nnviz.decks.items import Item, Manner
from nnviz.decks.page import html_bytes, html_pictures
from nnviz.decks.powerpoint import pptx_bytes, pptx_pictures
from nnviz.decks.slide import Colours, Page
from nnviz.decks.words import WORDS
from nnviz.publish import files, find_scripts
from nnviz.publish.course import COURSE
from nnviz.record import Recording
from nnviz.studies import Study
from nnviz.train.parallel import check_jobs

__all__ = ["FORMATS", "Deck", "checked_dpi", "checked_target"]

_WRITERS: Mapping[str, tuple[Pictures, Callable[[Iterable[Page], About], bytes]]] = {
    ".pptx": (pptx_pictures, pptx_bytes),
    ".html": (html_pictures, html_bytes),
}
"""What is drawn of a slide, and what makes a file of all of them, by its suffix."""

FORMATS = (*_WRITERS, ".pdf")
"""Suffixes of files. A path without one is a folder for Beamer and Typst."""

_SIXTH = 6
"""A slide of 40/3 × 7.5 inches is 16:9 to the pixel at multiples of so many dots an inch."""

Shown: TypeAlias = "str | os.PathLike[str] | Figure | Study | Recording"


class Deck:
    """Slides for a lecture, in the order in which they are added.

    Parameters
    ----------
    title : str, default ""
        Of the lecture: it has a slide of its own, and names the file. Without one there is none.
    theme : {"light", "dark", "print"}
        Colours, as in `plots.theme`.
    language : str or path, optional
        As in `plots.look`.
    style : path, optional
        Colours, font and logo of a house, as in `plots.house_style`.
    captions : bool, default False
        Whether the small print stays below the figures. It is in the speaker notes in any case.
    builds : bool, default False
        Whether figures are shown step by step, a part on each slide: an optimizer, a setting, a
        layer, or else a panel. Outside of what is added not one pixel changes.

    Examples
    --------
    >>> deck = Deck("Optimizers", theme="dark")
    >>> deck.add("trajectories/bowl", builds=True)
    >>> deck.heading("Regularization")
    >>> deck.add("overfitting/*")
    >>> deck.save("lecture.pptx")  # doctest: +SKIP
    """

    def __init__(
        self,
        title: str = "",
        *,
        theme: str = "light",
        language: str | os.PathLike[str] | None = None,
        style: str | os.PathLike[str] | None = None,
        captions: bool = False,
        builds: bool = False,
    ) -> None:
        self._title = _checks.text("title", title)
        self._look = (_checks.one_of("theme", theme, plots.THEMES), "slides", language, style)
        with plots.look(*self._look):  # what is wrong is told before anything is drawn
            pass
        self._captions = _checks.flag("captions", captions)
        self._builds = _checks.flag("builds", builds)
        self._items: list[Item] = []
        if title:
            self._items.append(items.words(title, ""))

    def add(
        self,
        shown: Shown,
        *,
        title: str = "",
        notes: str = "",
        alt: str = "",
        builds: bool | None = None,
    ) -> None:
        """Add what is to be shown next.

        Parameters
        ----------
        shown : str, path, Figure, Study or Recording
            A figure of the gallery by its id, or several by a pattern such as
            ``"overfitting/*"``; a path to a script that leaves a ``figure``, and if it has one its
            ``study``; a figure of your own; a study or a run, which have several figures. Draw
            figures of your own with ``plots.theme(…, "slides")``; another shape than 16:9 stands in
            the middle.
        title : str, optional
            In place of the figure's own; above figures of the gallery it is written, too. Of a
            run, what it is called.
        notes : str, optional
            What you want to say, before what is known of the figure; a paragraph a line.
        alt : str, optional
            What the figure shows, for those who do not see it; by default what is known of it.
        builds : bool, optional
            Whether to show it step by step; by default as the deck.

        Raises
        ------
        ValueError
            For an unknown figure of the gallery.
        """
        for name, text in (("title", title), ("notes", notes), ("alt", alt)):
            _checks.text(name, text)
        build = _checks.optional("builds", builds, _checks.flag)
        build = self._builds if build is None else build
        manner = Manner(self._look, self._captions, build, title, notes, alt)
        self._items.extend(_items(shown, manner))

    def heading(self, title: str, *, above: str = "") -> None:
        """Add a slide with the title of a part of the lecture.

        Parameters
        ----------
        title : str
            In large letters.
        above : str, optional
            In small ones, over it.
        """
        _checks.text("title", title)
        _checks.text("above", above)
        self._items.append(items.words(title, above))

    def course(self) -> None:
        """Add the whole chapter: every figure of the gallery in the order of the notes."""
        for number, section in enumerate(COURSE, 1):
            with plots.look(*self._look):
                above = WORDS["heading"].format(number=number, total=len(COURSE))
                title = section.title
            self.heading(title, above=above)
            for id in section.figures:
                self.add(id)

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        dpi: int = 192,
        n_jobs: int | None = None,
        progress: Progress = lambda line: None,
    ) -> Path:
        """Draw all slides and write them: the same bytes for the same slides.

        Parameters
        ----------
        path : path
            Ends in .pptx, .html (one file, opens in a browser without a network) or .pdf; without
            a suffix it is a folder with a source for Beamer, ``slides.tex``, one for Typst,
            ``slides.typ``, and the figures as PDF.
        dpi : int, default 192
            Pixels to an inch, where pictures have pixels: 192 make 2,560×1,440. A multiple of 6.
        n_jobs : int, optional
            Number of processes. By default what ``joblib.parallel_config`` says, or one. Figures
            of the gallery and of scripts can be drawn in several; all else is drawn in this one,
            as is every page of a PDF.
        progress : callable
            Is handed the name of what is drawn next.

        Returns
        -------
        Path
            The file, or the folder.

        Raises
        ------
        ValueError
            If the deck is empty, or for another suffix.
        MissingExtraError
            For .pptx without python-pptx, of the extra ``slides``.
        """
        target = checked_target("path", path)
        checked_dpi("dpi", dpi)
        check_jobs(n_jobs, fresh=False)
        _checks.function("progress", progress)
        if not self._items:
            raise ValueError("deck must have at least one slide; got none: add figures first")
        with plots.look(*self._look):
            about = About(self._title or self._items[0].name, Colours.in_force(), dpi)

            def drawn(pictures: Pictures) -> Iterator[Page]:
                return pages(
                    self._items, pictures, self._look, dpi, n_jobs=n_jobs, progress=progress
                )

            suffix = target.suffix.lower()
            if suffix in _WRITERS:
                pictures, written = _WRITERS[suffix]
                files.write(target, written(drawn(pictures), about))
            elif suffix:
                files.write(target, pdf_bytes(slides(self._items, progress), about))
            else:
                for name, content in folder_files(drawn(folder_pictures), about):
                    files.write(target / name, content)
        return target


def checked_dpi(name: str, dpi: int) -> int:
    """Return a number of pixels to an inch at which a slide is 16:9 to the pixel."""
    if _checks.integer(name, dpi) % _SIXTH:
        raise _checks.fail(name, "a multiple of 6, for slides of 16:9 to the pixel", dpi)
    return dpi


def checked_target(name: str, path: str | os.PathLike[str]) -> Path:
    """Return a path that a deck can be saved to: a suffix of `FORMATS`, or none."""
    target = _checks.path(name, path)
    if target.suffix.lower() not in FORMATS and target.suffix:
        known = f"{', '.join(FORMATS)}, or nothing for a folder"
        raise _checks.fail(f"the suffix of {name}", f"one of {known}", target.suffix)
    if target.suffix.lower() == ".pptx":
        _checks.extra("pptx", extra="slides")
    return target


def _items(shown: Shown, manner: Manner) -> Iterator[Item]:
    """Yield what is to be shown."""
    if isinstance(shown, str):
        for script in find_scripts([shown]):
            yield items.gallery(script, manner)
    elif isinstance(shown, os.PathLike):
        path = _checks.path("shown", shown)
        if not path.is_file():
            raise _checks.fail("shown", "a path to a script", str(path))
        yield items.script(path, manner)
    elif isinstance(shown, Figure):
        yield items.figure(shown, manner)
    elif isinstance(shown, Study):
        yield items.study(shown, manner)
    else:
        _checks.instance("shown", shown, str, os.PathLike, Figure, Study, Recording)
        name = _name_of(shown)
        yield items.recording(shown, manner.title or name, replace(manner, title=""))


def _name_of(run: Recording) -> str:
    """Return what a run is called: by its file, if it has one."""
    path = getattr(run, "path", None)
    return path.name if isinstance(path, Path) else "run"
