"""Tables in, Axes out: the only place that draws."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nnviz._renamed import old_names
from nnviz.plots import palette, text
from nnviz.plots._beside import beside
from nnviz.plots._declared import Plot, View, register
from nnviz.plots._parts import parts
from nnviz.plots.activation import activation_grid as activation_grid
from nnviz.plots.activation import activations as activations
from nnviz.plots.arrows import arrows as arrows
from nnviz.plots.basin import basin_grid as basin_grid
from nnviz.plots.basin import basins as basins
from nnviz.plots.boundary import boundaries as boundaries
from nnviz.plots.boundary import boundary_grid as boundary_grid
from nnviz.plots.claim import caption, claim_of, headline
from nnviz.plots.confusion import confusion as confusion
from nnviz.plots.confusion import confusion_grid as confusion_grid
from nnviz.plots.curve import curve_grid as curve_grid
from nnviz.plots.curve import curves as curves
from nnviz.plots.descent import descent as descent
from nnviz.plots.descent import descent_grid as descent_grid
from nnviz.plots.distribution import distribution_grid as distribution_grid
from nnviz.plots.distribution import distributions as distributions
from nnviz.plots.function import function_grid as function_grid
from nnviz.plots.function import functions as functions
from nnviz.plots.house import house_style
from nnviz.plots.language import language
from nnviz.plots.layer import by_layer as by_layer
from nnviz.plots.layer import layer_grid as layer_grid
from nnviz.plots.layer_map import layer_map as layer_map
from nnviz.plots.layer_map import layer_map_grid as layer_map_grid
from nnviz.plots.look import look
from nnviz.plots.mark import bracket, frame, guide, highlight, star
from nnviz.plots.mask import mask_grid as mask_grid
from nnviz.plots.mask import masks as masks
from nnviz.plots.outcome import outcomes as outcomes
from nnviz.plots.pair import pair_grid as pair_grid
from nnviz.plots.pair import pairs as pairs
from nnviz.plots.picture import picture_grid as picture_grid
from nnviz.plots.picture import pictures as pictures
from nnviz.plots.quantile import quantile_grid as quantile_grid
from nnviz.plots.quantile import quantiles as quantiles
from nnviz.plots.race import race as race
from nnviz.plots.race import race_grid as race_grid
from nnviz.plots.rate_map import rate_map as rate_map
from nnviz.plots.rate_map import rate_map_grid as rate_map_grid
from nnviz.plots.registry import PLOTS, plot_of, views_of
from nnviz.plots.single_run import single_run_grid as single_run_grid
from nnviz.plots.single_run import single_runs as single_runs
from nnviz.plots.state import state_grid as state_grid
from nnviz.plots.state import states as states
from nnviz.plots.surface_3d import surface_3d as surface_3d
from nnviz.plots.sweep import sweep as sweep
from nnviz.plots.sweep import sweep_grid as sweep_grid
from nnviz.plots.theme import CONTEXTS, THEMES, theme
from nnviz.plots.trajectory import trajectories as trajectories
from nnviz.plots.trajectory import trajectory_grid as trajectory_grid
from nnviz.plots.trial import trials as trials
from nnviz.plots.update_ratio import update_ratios as update_ratios

__all__ = [
    "CONTEXTS",
    "PLOTS",
    "THEMES",
    "Plot",
    "View",
    "beside",
    "bracket",
    "caption",
    "claim_of",
    "frame",
    "guide",
    "headline",
    "highlight",
    "house_style",
    "language",
    "look",
    "palette",
    "parts",
    "plot_of",
    "register",
    "star",
    "text",
    "theme",
    "views_of",
    *PLOTS.ours,
]

RENAMED: Mapping[str, str] = {"relief": "surface_3d"}
"""New names by old ones."""

if not TYPE_CHECKING:  # a type checker is to object to an old name
    __getattr__ = old_names(__name__, RENAMED)
