"""Figures as files: the gallery, its page, and single figures for slides and papers."""

from nnviz.publish.build import Report, build_gallery
from nnviz.publish.files import FORMATS, csv_bytes, figure_bytes, save
from nnviz.publish.scripts import Exhibit, Script, find_scripts, gallery_folder, run
from nnviz.publish.single import figure

__all__ = [
    "FORMATS",
    "Exhibit",
    "Report",
    "Script",
    "build_gallery",
    "csv_bytes",
    "figure",
    "figure_bytes",
    "find_scripts",
    "gallery_folder",
    "run",
    "save",
]
