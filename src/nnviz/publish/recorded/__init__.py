"""Figures of a run: each is declared beside what draws it, in the modules loaded here."""

from nnviz.publish.recorded import curves, histograms, layers, quantiles  # noqa: F401 - they declare
from nnviz.publish.recorded.declared import FIGURES, OPTIONS, RunFigure
from nnviz.publish.recorded.figure import figure_among, figure_of_run

__all__ = ["FIGURES", "OPTIONS", "RunFigure", "figure_among", "figure_of_run"]
