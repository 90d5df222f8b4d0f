"""The scripts of the gallery as pages of the site, in the order of the course."""

import ast
import re
import shutil
from pathlib import Path
from typing import Any

from nnviz.publish import Exhibit, Script, alt_text, figure_bytes, find_scripts
from nnviz.publish.course import COURSE
from nnviz.publish.drawing import GalleryDrawing
from nnviz.publish.manifest import digest_of

__all__ = ["by_course", "draw", "prepare", "settings"]

_SCRIPTS = {script.id: script for script in find_scripts()}
_PLACES = {name: place for place, name in enumerate(n for part in COURSE for n in part.figures)}


def settings(folder: Path) -> dict[str, Any]:
    """Return the settings of sphinx-gallery, whose scripts are written into a folder."""
    _write_scripts(folder / "scripts")
    _forget_what_is_old(folder)
    return {
        "examples_dirs": f"{folder.name}/scripts",
        "gallery_dirs": f"{folder.name}/gallery",
        "subsection_order": [f"{folder.name}/scripts/{part.key}" for part in COURSE],
        "within_subsection_order": "site_gallery.by_course",
        "filename_pattern": r"\.py$",
        "image_scrapers": ("site_gallery.draw",),
        "reset_modules": ("site_gallery.prepare",),
        "capture_repr": (),
        "doc_module": ("nnviz",),
        "reference_url": {"nnviz": None},  # names in code lead to the reference
        "show_memory": False,
        "show_signature": False,
        "write_computation_times": False,
        "min_reported_time": 1e9,
        "remove_config_comments": True,
        "copyfile_regex": r"$^",
    }


def by_course(file: str) -> int:
    """Return the place of a script in the course."""
    return next(place for name, place in _PLACES.items() if _file(name) == Path(file).name)


def prepare(_: dict[str, Any], __: str) -> None:
    """Set what a script finds when it begins: the theme, and all cores for its study."""
    import matplotlib.pyplot as plt
    from joblib import parallel_config

    plt.close("all")
    plt.style.use(["default", "nnviz.styles.light", "nnviz.styles.notebook"])
    parallel_config(n_jobs=-1)


def draw(block: Any, variables: dict[str, Any], _: dict[str, Any]) -> str:
    """Write the figure that a script leaves, and return its picture with its alt text."""
    names = variables["example_globals"]
    if block.type != "code" or "figure" not in names:
        return ""
    file = Path(next(variables["image_path_iterator"]))
    script = next(s for n, s in _SCRIPTS.items() if _file(n) == Path(variables["src_file"]).name)
    file.write_bytes(figure_bytes(names["figure"], "png"))
    words = " ".join(alt_text(Exhibit(script, names["figure"], names["study"])).split())
    return f"\n.. image:: /{_from_docs(file)}\n   :alt: {words}\n   :class: figure\n"


def _from_docs(file: Path) -> str:
    return file.resolve().relative_to(Path(__file__).resolve().parents[1]).as_posix()


def _file(name: str) -> str:
    """Return the name of a script's page: unlike that of any other, whatever its part."""
    return f"{name.replace('/', '-')}.py"


def _write_scripts(folder: Path) -> None:
    """Write the scripts with a title, as sphinx-gallery has it; only those that are new."""
    wanted = {folder / "GALLERY_HEADER.rst": _headed("Gallery", "=")}
    for part in COURSE:
        wanted[folder / part.key / "GALLERY_HEADER.rst"] = _headed(part.title, "-")
        for name in part.figures:
            wanted[folder / part.key / _file(name)] = _titled(_SCRIPTS[name])
    if folder.is_dir() and set(folder.rglob("*.*")) - wanted.keys():
        shutil.rmtree(folder)
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def _forget_what_is_old(folder: Path) -> None:
    """Let all scripts run again if the package, or a library, has changed since they ran."""
    basis = digest_of(GalleryDrawing(folder, ("png",), ("light", "notebook")).basis().encode())
    known = folder / "basis"
    if not known.is_file() or known.read_text("utf-8") != basis:
        for digest in (folder / "gallery").rglob("*.md5"):
            digest.unlink()
        known.write_text(basis, "utf-8")


def _titled(script: Script) -> str:
    """Return a script whose docstring is in reStructuredText: what it shows becomes its title."""
    shown, *theory = map(_plain, script.paragraphs)
    after = ast.parse(script.code).body[0].end_lineno
    code = "\n".join(script.code.split("\n")[after:])
    words = "\n\n".join([_headed(shown.rstrip("."), "="), *theory])
    return f'r"""\n{words}\n"""\n{code}'


def _headed(title: str, line: str) -> str:
    return f"{title}\n{line * len(title)}\n"


def _plain(words: str) -> str:
    """Return words that reStructuredText reads as they are."""
    return re.sub(r"([\\`*_|<>])", r"\\\1", words)
