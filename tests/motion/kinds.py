"""A figure of each kind that moves, from fixed tables."""

import numpy as np
import pandas as pd

from nnviz import plots, surfaces
from tests.plots import cases


def histograms(*, steps=(0, 5, 9), **options):
    """Histograms that become narrower, and at last a spike."""
    spreads = np.linspace(1.5, 0.4, len(steps))
    frames = [
        cases.histogram(spread=spread, collapsed=(1,) if place else (), **options).assign(step=step)
        for place, (step, spread) in enumerate(zip(steps, spreads, strict=True))
    ]
    return pd.concat(frames, ignore_index=True)


def lost():
    """Paths that leave the view, or stop being finite."""
    step = np.arange(12.0)
    away = cases.path("sgd", -1 + 0.3 * step, 1 - 0.5 * step)
    broken = cases.path("adam", -2 + 0.1 * step, np.where(step < 7, 0.5, np.nan))
    return pd.concat([away, broken])


def broken_curves():
    """Losses over four decades, of which one ends early and one touches zero."""
    table = cases.curve(("a", "b", "c"), seeds=1, epochs=12, metric="loss")
    value = 10.0 ** (-table["epoch"] / 60) * (1 + table["setting"].map({"a": 0, "b": 1, "c": 4}))
    value[(table["setting"] == "a") & (table["epoch"] > 120)] = np.nan
    value[(table["setting"] == "b") & (table["epoch"] > 190)] = 0.0
    return table.assign(value=value)


def _boundaries():
    table = cases.region(steps=(10, 100, 1000))
    return plots.boundaries(table, rows=cases.row(), setting="none").figure


def _map_of_layers():
    """A map with a cell that is not finite, a gap, and what was found since a step, or before."""
    table = cases.progress().query("step > 0 and step < 150")
    table = table.assign(step=table["step"].replace(140, 900))
    found = {"rule": "dead units", "verdict": "found", "value": 0.9, "threshold": 0.5}
    found |= dict.fromkeys(["message", "remedy", "cause"], "")
    findings = pd.DataFrame({"layer": ["relu3", "relu1"], "step": [100, 0], **found})
    return plots.layer_map(table, findings=findings).figure


def _legend_inside():
    """Return curves whose legend stands where they leave room."""
    return plots.curves(cases.curve(seeds=3)).figure


KINDS = {
    "paths": lambda: plots.trajectories(cases.paths(), surface="bowl").figure,
    "lost paths": lambda: plots.trajectories(lost(), view=((-3, 1), (-2, 2))).figure,
    "panels of paths": lambda: plots.trajectory_grid(cases.paths(steps=101), surface="bowl"),
    "curves": _legend_inside,
    "broken curves": lambda: plots.curves(broken_curves(), log=True, numbers=True).figure,
    "descent": lambda: plots.descent_grid(cases.paths(), quantities=["loss", "gradient_norm"]),
    "states": lambda: plots.state_grid(cases.state()),
    "quantiles": lambda: plots.quantile_grid(cases.quantile()),
    "updates": lambda: plots.update_ratios(cases.ratio()).figure,
    "single runs": lambda: plots.single_runs(cases.single_run(), y="value", log=True).figure,
    "map of layers": _map_of_layers,
    "basins": lambda: plots.basin_grid(cases.basin(), surface=surfaces.get("himmelblau")),
    "boundaries": _boundaries,
    "distributions": lambda: plots.distribution_grid(histograms(layers=3)),
    "layers": lambda: plots.activations(histograms()).figure,
}
