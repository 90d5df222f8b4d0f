"""A script of the gallery as a notebook for the class: the question before the answer."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nnviz import _checks
from nnviz._language import current
from nnviz.publish import files
from nnviz.publish.cells import cells_of
from nnviz.publish.lesson import seal
from nnviz.publish.scripts import Script, find_scripts
from nnviz.publish.words import WORDS

__all__ = ["notebook_bytes", "write_notebooks"]

_SETUP = """\
import matplotlib.pyplot as plt

import nnviz

plt.style.use(["default", "nnviz.styles.light", "nnviz.styles.notebook"])"""

_SPEAK = """

spoken = nnviz.plots.language({language!r})
spoken.__enter__()  # for all cells"""

_ASK = """\
claim = nnviz.publish.unsealed(study, "{seal}")  # its key would say what is to be expected
nnviz.publish.ask(claim)"""

_HIDDEN = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"], "cellView": "form"}
"""Code that is folded away: in Jupyter, in Jupyter Book, in Colab."""

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
}


def notebook_bytes(script: Script) -> bytes:
    """Return a script of the gallery as a notebook, without outputs; the same at every call.

    It is in the language in force, which its first cell of code asks for by its name or file.
    It says what is shown and what theory has to say, makes the study, asks what its reader expects
    (`ask`), draws the figure without its claim (`show`), and has the answer ready (`answer`).

    Parameters
    ----------
    script : Script
        Is read, not run.

    Raises
    ------
    NnvizError
        If the script does not have the shape of those of the gallery; see `cells.cells_of`.
    MissingExtraError
        Without nbformat, of the extra ``notebook``.
    """
    _checks.instance("script", script, Script)
    nbformat: Any = _checks.extra("nbformat", extra="notebook")
    v4 = nbformat.v4
    parts = cells_of(script)
    told, name = script.told, current().name
    shown = f"nnviz.publish.show(\n    figure,\n    {told[0]!r},\n)"
    words, code = v4.new_markdown_cell, v4.new_code_cell
    cells = {
        "about": words("\n\n".join([f"# {_title(script)}", *map(_plain, told)])),
        "setup": code(_SETUP + (_SPEAK.format(language=name) if name else "")),
        "study": code(parts.study),
        "expect": words(f"## {WORDS['expect']}\n\n{WORDS['how to expect']}"),
        "question": code(_ASK.format(seal=seal(parts.claim)), metadata=_HIDDEN),
        "figure": code(f"{parts.drawing}\n{parts.reading}\n{shown}"),
        "found": words(f"## {WORDS['found out']}\n\n{WORDS['how to find out']}"),
        "answer": code(f"{parts.finish}\nnnviz.publish.answer(figure, claim)", metadata=_HIDDEN),
    }
    for id, cell in cells.items():
        cell["id"] = id  # by itself nbformat draws one at random
    notebook = v4.new_notebook(metadata=_METADATA, cells=list(cells.values()))
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)
    return f"{text}\n".encode()


def write_notebooks(
    out: Path, only: Sequence[str] = (), *, folder: Path | None = None
) -> list[Path]:
    """Write scripts of the gallery as notebooks, ``<group>/<name>.ipynb``, and return the files.

    Parameters
    ----------
    out : Path
        Is made if it is not there; files of the same names are replaced.
    only, folder
        As in `find_scripts`.

    Raises
    ------
    ValueError
        If a pattern matches no script.
    NnvizError, MissingExtraError
        As in `notebook_bytes`; then nothing is written.
    """
    out = _checks.path("out", out)
    scripts = find_scripts(only, folder=folder)
    contents = {out / f"{script.id}.ipynb": notebook_bytes(script) for script in scripts}
    for path, content in contents.items():
        files.write(path, content)
    return list(contents)


def _title(script: Script) -> str:
    group, _, name = script.id.replace("-", " ").partition("/")
    return _plain(f"{group[:1].upper()}{group[1:]}: {name}")


def _plain(words: str) -> str:
    """Return words in Markdown that are read as they are."""
    apart = re.sub(r"(?<=\\)(?=[()\[\]])", "\0", words)  # together they would open a formula
    escaped = re.sub(r"[\\`*_<>\[\]#$~|&]|^[-+%]", r"\\\g<0>", apart)
    return re.sub(r"^(\d+)(?=[.)])", r"\1\\", escaped).replace("\0", "<span></span>")
