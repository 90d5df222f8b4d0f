"""The gallery: every figure in every format, its data, one page, and one file for programs."""

import io
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from nnviz import _checks, _names
from nnviz.plots import theme
from nnviz.publish import files, manifest, page
from nnviz.publish.entry import Entry, describe, index
from nnviz.publish.manifest import Record, digest_of
from nnviz.publish.scripts import Exhibit, Script, find_scripts, run

__all__ = ["Report", "build_gallery"]

_LIBRARIES = ("numpy", "pandas", "matplotlib", "seaborn", "scikit-learn", "scipy", "pillow")
_THUMBNAIL_WIDTH = 960


@dataclass(frozen=True)
class Report:
    """What a build did.

    Attributes
    ----------
    entries : list of dict
        One for each figure on the page, as in ``gallery.json``.
    drawn, unchanged : int
        How many figures were made anew, and how many were left as they were.
    failures : dict of str to str
        Traceback by figure id.
    """

    entries: list[Entry]
    drawn: int
    unchanged: int
    failures: dict[str, str]


def build_gallery(
    out: Path,
    *,
    only: Sequence[str] = (),
    formats: Sequence[str] = files.FORMATS,
    jobs: int | None = None,
    look: tuple[str, str] = ("light", "notebook"),
    fresh: bool = False,
    folder: Path | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> Report:
    """Draw the gallery into a folder.

    A figure is drawn again only if its script, the package, a library it depends on, the look or
    the formats changed, or if one of its files is gone or was changed. A script that fails does
    not keep the others from being drawn. Each figure is kept as soon as it is drawn, so that an
    interrupted build goes on where it stopped.

    Parameters
    ----------
    out : Path
        Is made if it is not there.
    only : sequence of str
        Patterns of figure ids; by default all. Other figures that are in the folder stay as
        they are, on the page too.
    formats : sequence of {"png", "svg", "pdf"}
        What to write of each figure.
    jobs : int, optional
        Processes that studies may use; by default what ``joblib.parallel_config`` says.
    look : (theme, context)
        As in `plots.theme`.
    fresh : bool, default False
        Whether to draw even what is unchanged.
    folder : Path, optional
        Where the scripts are; by default the gallery's own.
    progress : callable
        Is handed a line for each figure.

    Raises
    ------
    ValueError
        For an unknown pattern, format or look.
    OSError
        If the folder cannot be written to.
    """
    wanted = {script.id for script in find_scripts(only, folder=folder)}
    build = _Build(out, files.checked_formats(formats), look, jobs)
    known = manifest.read(out)
    _claim(out, known)
    records: dict[str, Record] = {}
    failures: dict[str, str] = {}
    unchanged = 0
    for script in find_scripts(folder=folder):
        digest = build.digest_of(script)
        record = known.get(script.id)
        left = script.id not in wanted
        same = record is not None and record["digest"] == digest and not fresh
        if record is not None and (left or same) and manifest.intact(out, record):
            records[script.id] = record
            unchanged += same and not left
        elif not left:
            try:
                records[script.id] = build.draw(script) | {"digest": digest}
            except Exception:
                failures[script.id] = traceback.format_exc()
                progress(f"{script.id}: failed")
                continue
            progress(f"{script.id}: {records[script.id]['entry']['title']}")
            manifest.write(out, known | records)
    entries = [record["entry"] for record in records.values()]
    files.write(out / "gallery.json", index(entries).encode("utf-8", "backslashreplace"))
    files.write(out / "index.html", page.render(entries).encode("utf-8", "backslashreplace"))
    return Report(entries, len(wanted) - unchanged - len(failures), unchanged, failures)


def _claim(out: Path, known: dict[str, Record]) -> None:
    """Make the folder and write to it, so that a folder that is no use is known at once."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        manifest.write(out, known)
    except OSError as error:
        raise OSError(f"out must be a folder that can be written to: {error}") from error


class _Build:
    """Draws scripts into a folder, all in one look."""

    def __init__(
        self, out: Path, formats: Sequence[str], look: tuple[str, str], jobs: int | None
    ) -> None:
        with theme(*look):  # an unknown name is told before anything is written
            pass
        self.out, self.formats, self.look = out, formats, look
        self.jobs = None if jobs is None else _checks.integer("jobs", jobs)
        self.basis = _basis(look, formats)

    def digest_of(self, script: Script) -> str:
        """Return the digest of all that a script's figure depends on."""
        return digest_of((self.basis + script.code).encode())

    def draw(self, script: Script) -> Record:
        """Run a script, write its figure and tables, and return what was written."""
        import matplotlib.pyplot as plt
        from joblib import parallel_config

        processes = nullcontext() if self.jobs is None else parallel_config(n_jobs=self.jobs)
        try:
            with theme(*self.look), processes:
                exhibit = run(script)
                entry, contents = _contents(exhibit, self.formats)
        finally:
            plt.close("all")
        for name, content in contents.items():
            files.write(self.out / name, content)
        written = {name: digest_of(content) for name, content in contents.items()}
        return {"entry": entry, "written": written}


def _basis(look: tuple[str, str], formats: Sequence[str]) -> str:
    """Return everything, beside a script's text, that its figure depends on."""
    package = Path(__file__).parents[1]
    sources = {
        path.relative_to(package).as_posix(): digest_of(path.read_bytes())
        for path in sorted([*package.rglob("*.py"), *package.rglob("*.mplstyle")])
        if "_gallery" not in path.parts
    }
    versions = {name: version(name) for name in _LIBRARIES}
    return json.dumps([sources, versions, sys.version, look, sorted(formats)])


def _contents(exhibit: Exhibit, formats: Sequence[str]) -> tuple[Entry, dict[str, bytes]]:
    """Return what is said of a figure, and the content of each of its files by path."""
    from matplotlib.colors import to_hex

    figure, script = exhibit.figure, exhibit.script.id
    entry = describe(exhibit)
    files.freeze_layout(figure)
    title, description = files.described(entry)
    pictures = {
        name: files.figure_bytes(figure, name, title=title, description=description)
        for name in {"png", *formats}
    }
    contents: dict[str, bytes] = {}
    for name in formats:
        entry["files"][name] = f"figures/{script}.{name}"
        contents[entry["files"][name]] = pictures[name]
    for name, table in exhibit.study.tables.items():
        file = f"{_names.safe_filename(name)}.csv"
        entry["files"][file] = f"tables/{script}/{file}"
        contents[entry["files"][file]] = files.csv_bytes(table)
    small, size = _thumbnail(pictures["png"])
    entry |= {"thumbnail": f"thumbnails/{script}.png", "size": size}
    entry["ground"] = to_hex(figure.get_facecolor())
    contents[entry["thumbnail"]] = small
    return entry, contents


def _thumbnail(png: bytes) -> tuple[bytes, list[int]]:
    """Return a picture at the width of the page, and its width and height in pixels."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        width = min(_THUMBNAIL_WIDTH, picture.width)
        size = (width, round(picture.height * width / picture.width))
        small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, format="png", optimize=True)
    return buffer.getvalue(), list(size)
