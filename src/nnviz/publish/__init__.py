"""Figures as files: the gallery, its page, notebooks, single figures for slides and papers.

Names are loaded where they are first used: a figure of a run needs no studies.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nnviz.publish.build import Report, build_gallery
    from nnviz.publish.entry import alt_text
    from nnviz.publish.files import FORMATS, csv_bytes, figure_bytes, format_of, save
    from nnviz.publish.lesson import answer, ask, show, unsealed
    from nnviz.publish.notebook import notebook_bytes, write_notebooks
    from nnviz.publish.recorded import figure_of_run
    from nnviz.publish.report import write_report
    from nnviz.publish.scripts import Exhibit, Script, find_scripts, gallery_folder, run
    from nnviz.publish.single import exhibit, figure

__all__ = [
    "FORMATS",
    "Exhibit",
    "Report",
    "Script",
    "alt_text",
    "answer",
    "ask",
    "build_gallery",
    "csv_bytes",
    "exhibit",
    "figure",
    "figure_bytes",
    "figure_of_run",
    "find_scripts",
    "format_of",
    "gallery_folder",
    "notebook_bytes",
    "run",
    "save",
    "show",
    "unsealed",
    "write_notebooks",
    "write_report",
]

_HOMES = {
    "Exhibit": "nnviz.publish.scripts",
    "FORMATS": "nnviz.publish.files",
    "Report": "nnviz.publish.build",
    "Script": "nnviz.publish.scripts",
    "alt_text": "nnviz.publish.entry",
    "answer": "nnviz.publish.lesson",
    "ask": "nnviz.publish.lesson",
    "build_gallery": "nnviz.publish.build",
    "csv_bytes": "nnviz.publish.files",
    "exhibit": "nnviz.publish.single",
    "figure": "nnviz.publish.single",
    "figure_bytes": "nnviz.publish.files",
    "figure_of_run": "nnviz.publish.recorded",
    "find_scripts": "nnviz.publish.scripts",
    "format_of": "nnviz.publish.files",
    "gallery_folder": "nnviz.publish.scripts",
    "notebook_bytes": "nnviz.publish.notebook",
    "run": "nnviz.publish.scripts",
    "save": "nnviz.publish.files",
    "show": "nnviz.publish.lesson",
    "unsealed": "nnviz.publish.lesson",
    "write_notebooks": "nnviz.publish.notebook",
    "write_report": "nnviz.publish.report",
}
"""Where each public name lives."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'nnviz.publish' has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
