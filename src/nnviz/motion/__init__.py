"""Figures in motion: how paths, curves, histograms, basins and boundaries come to be."""

from nnviz.motion.films import FILMS, Film, animate, film_of
from nnviz.motion.gallery import moving_figure
from nnviz.motion.histograms import histograms
from nnviz.motion.recorded import MOVING, moving_run

__all__ = [
    "FILMS",
    "MOVING",
    "Film",
    "animate",
    "film_of",
    "histograms",
    "moving_figure",
    "moving_run",
]
