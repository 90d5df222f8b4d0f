"""Figures as files: the gallery, its page, and single figures for slides and papers."""

from nnviz.publish.build import Report, build_gallery
from nnviz.publish.entry import alt_text
from nnviz.publish.files import FORMATS, csv_bytes, figure_bytes, format_of, save
from nnviz.publish.scripts import Exhibit, Script, find_scripts, gallery_folder, run
from nnviz.publish.single import exhibit, figure

__all__ = [
    "FORMATS",
    "Exhibit",
    "Report",
    "Script",
    "alt_text",
    "build_gallery",
    "csv_bytes",
    "exhibit",
    "figure",
    "figure_bytes",
    "find_scripts",
    "format_of",
    "gallery_folder",
    "run",
    "save",
]
