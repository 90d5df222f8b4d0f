"""Bytes on disk: the same bytes for the same figure, whole or not at all."""

import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from nnviz import _checks, _files, _names
from nnviz._version import __version__
from nnviz.plots._glyphs import needs_outlines

__all__ = [
    "FORMATS",
    "as_saved",
    "checked_formats",
    "csv_bytes",
    "described",
    "figure_bytes",
    "format_of",
    "freeze_layout",
    "save",
    "write",
]

FORMATS = ("png", "svg", "pdf")


def checked_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """Return formats that are all known, each once, and at least one."""
    if not _checks.each("formats", formats, _checks.anything):
        raise ValueError(f"formats must be at least one of {', '.join(FORMATS)}; got none")
    return tuple(dict.fromkeys(_checks.one_of("format", name, FORMATS) for name in formats))


def format_of(path: str | os.PathLike[str]) -> str:
    """Return the format that the suffix of a path names."""
    suffix = _checks.path("path", path).suffix.lstrip(".").lower()
    return _checks.one_of("the suffix of path", suffix, FORMATS)


def described(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return title and description of a gallery figure, for its file's metadata.

    The description says what the figure shows, then with which settings and version it was made.
    """
    facts = json.dumps(
        {"settings": entry["settings"], "nnviz": __version__}, ensure_ascii=False, allow_nan=False
    )
    return entry["title"], f"{entry['alt_text']} {facts}"


def write(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, then put it in its place.

    Raises
    ------
    OSError
        If the folder cannot be written to, or the path is a symbolic link.
    """
    with _files.replacing(path) as file:
        file.write(content)


def freeze_layout(figure: Figure, *, like: Figure | None = None) -> None:
    """Lay a figure out once; saving it in several formats then repeats none of that work.

    Parameters
    ----------
    figure : Figure
    like : Figure, optional
        The same figure in other colours, whose layout is final: it is taken over, which takes no
        time.
    """
    engine = figure.get_layout_engine()
    if like is not None:
        _lay_out_like(figure, like)
    elif engine is not None:
        for _ in range(2):  # ticks follow the size of the axes, and the layout follows the ticks
            engine.execute(figure)
    # Not "none", which leaves a placeholder for whose sake each format would be drawn twice.
    with mpl.rc_context({"figure.autolayout": False, "figure.constrained_layout.use": False}):
        figure.set_layout_engine(None)


def _lay_out_like(figure: Figure, like: Figure) -> None:
    for ax, other in zip(figure.axes, like.axes, strict=True):
        for which in ("original", "active"):
            ax.set_position(other.get_position(original=which == "original"), which=which)
    for name in ("_suptitle", "_supxlabel", "_supylabel"):
        text, other = getattr(figure, name), getattr(like, name)
        if text is not None:
            text.set_position(other.get_position())


def figure_bytes(
    figure: Figure,
    file_format: str,
    *,
    title: str = "",
    description: str = "",
    transparent: bool = False,
    selectable_text: bool = False,
    dpi: float | None = None,
    box: Bbox | None = None,
) -> bytes:
    """Return a figure as a file's content, the same at every call.

    Parameters
    ----------
    figure : Figure
        Is drawn with the settings in force.
    file_format : {"png", "svg", "pdf"}
        What to write.
    title, description : str
        Go into the file's metadata; in SVG also to screen readers.
    transparent : bool, default False
        Whether to leave the background out.
    selectable_text : bool, default False
        Whether text in SVG stays text, which can be searched but needs the font where it is
        shown. By default it becomes outlines. In PDF it is text with the font embedded.
    dpi : float, optional
        How many pixels of a PNG, and of pictures within an SVG or PDF, make an inch. By default,
        what the figure was made with.
    box : Bbox, optional
        What is saved, in inches from the lower left corner; it may be larger than the figure.
    """
    _checks.instance("figure", figure, Figure, hint=" of matplotlib")
    _checks.one_of("file_format", file_format, FORMATS)
    _checks.text("title", title)
    _checks.text("description", description)
    _checks.flag("transparent", transparent)
    _checks.flag("selectable_text", selectable_text)
    _checks.optional("box", box, _a_box)
    resolution = _checks.optional("dpi", dpi, _checks.positive)
    title, description = (_names.safe_text(t, longest=20_000) for t in (title, description))
    is_outlined = file_format == "pdf" and needs_outlines(figure)
    buffer = io.BytesIO()
    with as_saved(selectable_text=selectable_text, outlines=is_outlined):
        figure.savefig(
            buffer,
            format=file_format,
            metadata=_metadata(file_format, title, description),
            transparent=transparent,
            dpi=resolution,
            bbox_inches=box,
        )
    content = buffer.getvalue()
    if file_format == "svg":
        label = quoteattr(f"{title}. {description}" if title else description)
        content = content.replace(b"<svg ", f'<svg role="img" aria-label={label} '.encode(), 1)
    return content


@contextmanager
def as_saved(*, selectable_text: bool = False, outlines: bool = False) -> Iterator[None]:
    """Let figures that are saved inside the ``with`` block become the same bytes each time.

    Parameters
    ----------
    selectable_text : bool
        As in `figure_bytes`.
    outlines : bool
        Whether a PDF has letters as outlines, still as text: a CFF font, written as TrueType, is
        blank in MuPDF and Ghostscript.
    """
    font = 3 if outlines else 42
    settings: Any = {
        "svg.hashsalt": "nnviz",  # the ids in an SVG are random without it
        "svg.fonttype": "none" if selectable_text else "path",
        "pdf.fonttype": font,
        "ps.fonttype": font,  # by which matplotlib 3.11 parts the letters of a PDF, too
        "savefig.bbox": None,
        # Saving puts back the layout that a figure had; for a frozen one, that of the settings.
        "figure.autolayout": False,
        "figure.constrained_layout.use": False,
    }
    with mpl.rc_context(settings):
        yield


def _a_box(name: str, value: Bbox) -> Bbox:
    return _checks.instance(name, value, Bbox, hint=" of matplotlib")


def _metadata(file_format: str, title: str, description: str) -> Mapping[str, str | None]:
    """Return title and description by the names each format knows, and no date."""
    known: dict[str, Mapping[str, str | None]] = {
        "png": {"Title": title, "Description": description, "Software": None},
        "svg": {"Title": title, "Description": description, "Date": None, "Creator": None},
        "pdf": {"Title": title, "Subject": description, "CreationDate": None, "Producer": None},
    }
    return known[file_format]


def save(
    figure: Figure,
    path: str | os.PathLike[str],
    *,
    title: str = "",
    description: str = "",
    transparent: bool = False,
    selectable_text: bool = False,
    dpi: float | None = None,
) -> Path:
    """Save a figure, in the format that the file's suffix names.

    Parameters
    ----------
    figure : Figure
        To be saved.
    path : path
        Ends in .png, .svg or .pdf.
    title, description, transparent, selectable_text, dpi
        As in `figure_bytes`; the title is by default the figure's own.

    Raises
    ------
    ValueError
        For another suffix.
    OSError
        If the file cannot be written, or the path is a symbolic link.
    """
    _checks.instance("figure", figure, Figure, hint=" of matplotlib")
    target = _checks.path("path", path)
    file_format = format_of(target)
    _checks.text("title", title)
    content = figure_bytes(
        figure,
        file_format,
        title=title or " ".join(figure.get_suptitle().split()),
        description=description,
        transparent=transparent,
        selectable_text=selectable_text,
        dpi=dpi,
    )
    write(target, content)
    return target


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as CSV that a spreadsheet does not take for formulas.

    Text that begins with ``= + - @``, a tab or a line break gets a leading quote.
    """
    _checks.instance("table", table, pd.DataFrame)

    def safe_cell(value: object) -> object:
        return _files.defused(value) if isinstance(value, str) else value

    safe = table.rename(columns=safe_cell)
    for column in safe.select_dtypes(exclude="number").columns:
        safe[column] = safe[column].map(safe_cell)
    text: str = safe.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8", "backslashreplace")
