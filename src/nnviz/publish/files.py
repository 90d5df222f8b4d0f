"""Bytes on disk: the same bytes for the same figure, whole or not at all."""

import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pandas as pd
from matplotlib.figure import Figure

from nnviz import _checks

__all__ = ["FORMATS", "csv_bytes", "figure_bytes", "freeze_layout", "save", "write"]

FORMATS = ("png", "svg", "pdf")


def write(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, then put it in its place.

    Raises
    ------
    OSError
        If the folder cannot be written to, or the path is a symbolic link.
    """
    if path.is_symlink():
        raise OSError(f"refusing to write through the symbolic link {path}")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def freeze_layout(figure: Figure) -> None:
    """Lay a figure out once; saving it in several formats then repeats none of that work."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")


def figure_bytes(
    figure: Figure,
    file_format: str,
    *,
    title: str = "",
    description: str = "",
    transparent: bool = False,
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
        Whether to leave the ground out.
    """
    _checks.one_of("format", file_format, FORMATS)
    buffer = io.BytesIO()
    figure.savefig(
        buffer,
        format=file_format,
        metadata=_metadata(file_format, title, description),
        transparent=transparent,
    )
    content = buffer.getvalue()
    if file_format == "svg":
        label = quoteattr(f"{title}. {description}" if title else description)
        content = content.replace(b"<svg ", f'<svg role="img" aria-label={label} '.encode(), 1)
    return content


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
) -> Path:
    """Save a figure, in the format that the file's suffix names.

    Parameters
    ----------
    figure : Figure
        To be saved.
    path : path
        Ends in .png, .svg or .pdf.
    title, description, transparent
        As in `figure_bytes`; the title is by default the figure's own.
    """
    target = Path(path)
    file_format = _checks.one_of("the suffix of path", target.suffix.lstrip("."), FORMATS)
    content = figure_bytes(
        figure,
        file_format,
        title=title or " ".join(figure.get_suptitle().split()),
        description=description,
        transparent=transparent,
    )
    write(target, content)
    return target


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as CSV that a spreadsheet does not take for formulas.

    Text that begins with ``= + - @``, a tab or a line break gets a leading quote.
    """

    def defused(value: object) -> object:
        starts = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        return f"'{value}" if starts else value

    safe = table.rename(columns=defused)
    for column in safe.select_dtypes(exclude="number").columns:
        safe[column] = safe[column].map(defused)
    text: str = safe.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8", "backslashreplace")
