"""The gallery: every figure in every format, its data, one page, and one file for programs."""

import hashlib
import io
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nnviz import _checks
from nnviz._version import __version__
from nnviz.plots import theme
from nnviz.publish import files, page
from nnviz.publish.scripts import Exhibit, Script, find_scripts, run

__all__ = ["Report", "build_gallery", "describe"]

Entry = dict[str, Any]
MANIFEST = "manifest.json"
THUMBNAIL_WIDTH = 640


@dataclass(frozen=True)
class Report:
    """What a build did.

    Attributes
    ----------
    entries : list of dict
        One for each figure, as in ``gallery.json``.
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
    not keep the others from being drawn.

    Parameters
    ----------
    out : Path
        Is made if it is not there.
    only : sequence of str
        Patterns of figure ids; by default all.
    formats : sequence of {"png", "svg", "pdf"}
        What to write of each figure.
    jobs : int, optional
        Processes that studies may use; by default one for each core.
    look : (theme, context)
        As in `plots.theme`.
    fresh : bool, default False
        Whether to draw even what is unchanged.
    folder : Path, optional
        Where the scripts are; by default the gallery's own.
    progress : callable
        Is handed a line for each figure.
    """
    for name in formats:
        _checks.one_of("format", name, files.FORMATS)
    scripts = find_scripts(only, folder=folder)
    out.mkdir(parents=True, exist_ok=True)
    known = {} if fresh else _read_manifest(out)
    basis = _basis(look, formats)
    entries: list[Entry] = []
    failures: dict[str, str] = {}
    manifest: dict[str, Entry] = {}
    for script in scripts:
        digest = hashlib.sha256((basis + script.code).encode()).hexdigest()
        record = known.get(script.id)
        if record is None or record["digest"] != digest or not _intact(out, record):
            try:
                record = _draw(script, out, formats, look, jobs) | {"digest": digest}
            except Exception:
                failures[script.id] = traceback.format_exc()
                progress(f"{script.id}: failed")
                continue
            progress(f"{script.id}: {record['entry']['title']}")
        manifest[script.id] = record
        entries.append(record["entry"])
    drawn = sum(manifest[name] is not known.get(name) for name in manifest)
    _write_indexes(out, entries, manifest)
    return Report(entries, drawn, len(manifest) - drawn, failures)


def _basis(look: tuple[str, str], formats: Sequence[str]) -> str:
    """Return everything, beside a script's text, that its figure depends on."""
    package = Path(__file__).parents[1]
    content = hashlib.sha256()
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.mplstyle")]):
        if "_gallery" not in path.parts:
            content.update(path.relative_to(package).as_posix().encode())
            content.update(path.read_bytes())
    libraries = ("numpy", "pandas", "matplotlib", "seaborn", "scikit-learn", "scipy")
    versions = {name: version(name) for name in libraries}
    return json.dumps([content.hexdigest(), versions, sys.version, look, sorted(formats)])


def _read_manifest(out: Path) -> dict[str, Entry]:
    try:
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(manifest, dict):
        return {}
    parts = {"digest", "written", "entry"}
    return {k: v for k, v in manifest.items() if isinstance(v, dict) and parts <= set(v)}


def _intact(out: Path, record: Entry) -> bool:
    """Return whether every file of a figure is there as it was written."""
    try:
        return all(
            hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
            for name, digest in record["written"].items()
        )
    except OSError:
        return False


def _draw(
    script: Script, out: Path, formats: Sequence[str], look: tuple[str, str], jobs: int | None
) -> Entry:
    """Run a script and write its figure and tables."""
    import matplotlib.pyplot as plt
    from joblib import parallel_config

    contents: dict[str, bytes] = {}
    try:
        with theme(*look), parallel_config(n_jobs=-1 if jobs is None else jobs):
            exhibit = run(script)
            files.freeze_layout(exhibit.figure)
            entry = describe(exhibit)
            facts = json.dumps(
                {"settings": entry["settings"], "nnviz": __version__}, ensure_ascii=False
            )
            described = f"{entry['alt_text']} {facts}"
            pictures = {
                name: files.figure_bytes(
                    exhibit.figure, name, title=exhibit.title, description=described
                )
                for name in {"png", *formats}
            }
    finally:
        plt.close("all")
    for name in formats:
        entry["files"][name] = f"figures/{script.id}.{name}"
        contents[entry["files"][name]] = pictures[name]
    entry["thumbnail"] = f"thumbnails/{script.id}.png"
    contents[entry["thumbnail"]] = _thumbnail(pictures["png"])
    for name, table in exhibit.study.tables.items():
        entry["files"][f"{name}.csv"] = f"tables/{script.id}/{name}.csv"
        contents[entry["files"][f"{name}.csv"]] = files.csv_bytes(table)
    for name, content in contents.items():
        files.write(out / name, content)
    written = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    return {"entry": entry, "written": written}


def describe(exhibit: Exhibit) -> Entry:
    """Return what ``gallery.json`` says of a figure, but for its files."""
    claims: list[Entry] = [
        {"statement": c.statement, "number": c.number, "bound": c.bound, "holds": c.holds}
        for c in exhibit.study.claims.values()
    ]
    told = [c for c in claims if c["statement"] in exhibit.title or not c["holds"]]
    measured = "; ".join(
        f"{c['statement']}: {c['number']:.3g} ({c['bound']})"
        + ("" if c["holds"] else ", which does not hold")
        for c in told
    )
    return {
        "id": exhibit.script.id,
        "title": exhibit.title,
        "description": exhibit.description,
        "claims": claims,
        "settings": dict(exhibit.study.settings),
        "seeds": exhibit.study.settings.get("seeds", 0),
        "files": {},
        "alt_text": f"{exhibit.description} {measured}.".strip(" .") + ".",
        "code": exhibit.script.code,
    }


def _thumbnail(png: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        height = round(picture.height * THUMBNAIL_WIDTH / picture.width)
        small = picture.convert("RGB").resize((THUMBNAIL_WIDTH, height), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, format="png", optimize=True)
    return buffer.getvalue()


def _write_indexes(out: Path, entries: list[Entry], manifest: dict[str, Entry]) -> None:
    public = [{k: v for k, v in entry.items() if k != "code"} for entry in entries]
    index = json.dumps({"figures": public}, indent=1, ensure_ascii=False, default=str)
    files.write(out / "gallery.json", index.encode("utf-8", "backslashreplace"))
    files.write(out / "index.html", page.render(entries).encode("utf-8", "backslashreplace"))
    record = json.dumps(manifest, default=str)
    files.write(out / MANIFEST, record.encode("utf-8", "backslashreplace"))
