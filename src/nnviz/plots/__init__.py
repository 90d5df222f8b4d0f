"""Tables in, Axes out: the only place that draws."""

from nnviz.plots import palette, text
from nnviz.plots.activation import activation_grid, activations
from nnviz.plots.curve import curves
from nnviz.plots.layer import by_layer
from nnviz.plots.theme import CONTEXTS, THEMES, theme
from nnviz.plots.trajectory import trajectories, trajectory_grid
from nnviz.plots.words import caption, headline

__all__ = [
    "CONTEXTS",
    "THEMES",
    "activation_grid",
    "activations",
    "by_layer",
    "caption",
    "curves",
    "headline",
    "palette",
    "text",
    "theme",
    "trajectories",
    "trajectory_grid",
]
