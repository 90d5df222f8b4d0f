"""Tables in, Axes out: the only place that draws."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nnviz._renamed import old_names
from nnviz.plots import palette, text
from nnviz.plots._beside import beside
from nnviz.plots._declared import Plot, View, register
from nnviz.plots._parts import parts
from nnviz.plots.activation import activation_grid, activations
from nnviz.plots.arrows import arrows
from nnviz.plots.basin import basin_grid, basins
from nnviz.plots.boundary import boundaries, boundary_grid
from nnviz.plots.claim import caption, claim_of, headline
from nnviz.plots.confusion import confusion, confusion_grid
from nnviz.plots.curve import curve_grid, curves
from nnviz.plots.descent import descent, descent_grid
from nnviz.plots.distribution import distribution_grid, distributions
from nnviz.plots.function import function_grid, functions
from nnviz.plots.house import house_style
from nnviz.plots.language import language
from nnviz.plots.layer import by_layer, layer_grid
from nnviz.plots.layer_map import layer_map, layer_map_grid
from nnviz.plots.look import look
from nnviz.plots.mark import bracket, frame, guide, highlight, star
from nnviz.plots.mask import mask_grid, masks
from nnviz.plots.outcome import outcomes
from nnviz.plots.pair import pair_grid, pairs
from nnviz.plots.picture import picture_grid, pictures
from nnviz.plots.quantile import quantile_grid, quantiles
from nnviz.plots.race import race, race_grid
from nnviz.plots.rate_map import rate_map, rate_map_grid
from nnviz.plots.registry import PLOTS, plot_of, views_of
from nnviz.plots.single_run import single_run_grid, single_runs
from nnviz.plots.state import state_grid, states
from nnviz.plots.surface_3d import surface_3d
from nnviz.plots.sweep import sweep, sweep_grid
from nnviz.plots.theme import CONTEXTS, THEMES, theme
from nnviz.plots.trajectory import trajectories, trajectory_grid
from nnviz.plots.trial import trials
from nnviz.plots.update_ratio import update_ratios

__all__ = [
    "CONTEXTS",
    "PLOTS",
    "THEMES",
    "Plot",
    "View",
    "activation_grid",
    "activations",
    "arrows",
    "basin_grid",
    "basins",
    "beside",
    "boundaries",
    "boundary_grid",
    "bracket",
    "by_layer",
    "caption",
    "claim_of",
    "confusion",
    "confusion_grid",
    "curve_grid",
    "curves",
    "descent",
    "descent_grid",
    "distribution_grid",
    "distributions",
    "frame",
    "function_grid",
    "functions",
    "guide",
    "headline",
    "highlight",
    "house_style",
    "language",
    "layer_grid",
    "layer_map",
    "layer_map_grid",
    "look",
    "mask_grid",
    "masks",
    "outcomes",
    "pair_grid",
    "pairs",
    "palette",
    "parts",
    "picture_grid",
    "pictures",
    "plot_of",
    "quantile_grid",
    "quantiles",
    "race",
    "race_grid",
    "rate_map",
    "rate_map_grid",
    "register",
    "single_run_grid",
    "single_runs",
    "star",
    "state_grid",
    "states",
    "surface_3d",
    "sweep",
    "sweep_grid",
    "text",
    "theme",
    "trajectories",
    "trajectory_grid",
    "trials",
    "update_ratios",
    "views_of",
]

RENAMED: Mapping[str, str] = {"relief": "surface_3d"}
"""New names by old ones."""

if not TYPE_CHECKING:  # a type checker is to object to an old name
    __getattr__ = old_names(__name__, RENAMED)
