"""Figures as files: the gallery, its page, notebooks, single figures for slides and papers.

Names are loaded where they are first used: a figure of a run needs no studies.
"""

from typing import TYPE_CHECKING

from nnviz._lazy import lazily

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
    "nnviz.publish.build": ("Report", "build_gallery"),
    "nnviz.publish.entry": ("alt_text",),
    "nnviz.publish.files": ("FORMATS", "csv_bytes", "figure_bytes", "format_of", "save"),
    "nnviz.publish.lesson": ("answer", "ask", "show", "unsealed"),
    "nnviz.publish.notebook": ("notebook_bytes", "write_notebooks"),
    "nnviz.publish.recorded": ("figure_of_run",),
    "nnviz.publish.report": ("write_report",),
    "nnviz.publish.scripts": ("Exhibit", "Script", "find_scripts", "gallery_folder", "run"),
    "nnviz.publish.single": ("exhibit", "figure"),
}
"""Where each public name lives."""

__getattr__ = lazily(__name__, __all__, _HOMES)


def __dir__() -> list[str]:
    return __all__
