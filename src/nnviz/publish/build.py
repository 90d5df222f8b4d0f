"""The gallery: every figure in every format, its data, one page, and one file for programs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nnviz import _checks, plots
from nnviz._language import said
from nnviz.publish import files, manifest, page
from nnviz.publish.drawing import GalleryDrawing, Look, draw_all
from nnviz.publish.entry import Entry, index
from nnviz.publish.manifest import Record, digest_of
from nnviz.publish.scripts import find_scripts

__all__ = ["Report", "build_gallery"]


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
    look: Look = ("light", "notebook"),
    dpi: float | None = None,
    notebooks: bool = False,
    fresh: bool = False,
    folder: Path | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> Report:
    """Draw the gallery into a folder.

    A figure is drawn again only if its script, the package, a library it depends on, the look or
    the formats changed, or if one of its files is gone or was changed. A script that fails does
    not keep the others from being drawn. Each finished group of figures is kept, and so are the
    results of studies, so that an interrupted build repeats little.

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
        Processes to use: groups of scripts are drawn at the same time. By default one after the
        other, and studies use what ``joblib.parallel_config`` says.
    look : (theme, context, language, style)
        As in `plots.look`; what is left out at the end is as there.
    dpi : float, optional
        As in `figure_bytes`.
    notebooks : bool, default False
        Whether to write each script as a notebook too; see `notebook_bytes`.
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
    MissingExtraError
        For notebooks without nbformat, of the extra ``notebook``.
    OSError
        If the folder cannot be written to.
    """
    out = _checks.path("out", out)
    _checks.flag("notebooks", notebooks)
    _checks.flag("fresh", fresh)
    _checks.function("progress", progress)
    processes = _checks.optional("jobs", jobs, _checks.integer)
    with plots.look(*_checks.sequence("look", look, _checks.anything, at_least=2)):
        pass  # a wrong one is told before anything is drawn
    scripts = find_scripts(folder=folder)
    wanted = {script.id for script in find_scripts(only, folder=folder)}
    if notebooks:
        _checks.extra("nbformat", extra="notebook")
    pixels = _checks.optional("dpi", dpi, _checks.positive)
    drawing = GalleryDrawing(out, files.checked_formats(formats), look, notebooks, pixels)
    known = manifest.read(out)
    _claim(out, known)
    basis = drawing.basis()
    digests = {script.id: digest_of((basis + script.code).encode()) for script in scripts}
    kept = {
        name: record
        for name, record in known.items()
        if name in digests
        and (name not in wanted or (record["digest"] == digests[name] and not fresh))
        and manifest.intact(out, record)
    }
    records: dict[str, Record] = dict(kept)
    failures: dict[str, str] = {}
    todo = [script for script in scripts if script.id in wanted - kept.keys()]
    progress(said("{todo} of {wanted} figures to draw", todo=len(todo), wanted=len(wanted)))
    for script, outcome in draw_all(drawing, todo, processes):
        if isinstance(outcome, str):
            failures[script.id] = outcome
            progress(said("{figure}: failed", figure=script.id))
            continue
        records[script.id] = outcome | {"digest": digests[script.id]}
        manifest.write(out, known | records)
        progress(f"{script.id}: {outcome['entry']['title']}")
    records = {script.id: records[script.id] for script in scripts if script.id in records}
    manifest.write(out, records)
    entries = [record["entry"] for record in records.values()]
    with plots.look(*look):
        told = {"gallery.json": index(entries), "index.html": page.render(entries)}
    for name, content in told.items():
        files.write(out / name, content.encode("utf-8", "backslashreplace"))
    unchanged = len(wanted & kept.keys())
    return Report(entries, len(todo) - len(failures), unchanged, failures)


def _claim(out: Path, known: dict[str, Record]) -> None:
    """Make the folder and write to it, so that a folder that is no use is known at once."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        manifest.write(out, known)
    except OSError as error:
        raise OSError(f"out must be a folder that can be written to: {error}") from error
