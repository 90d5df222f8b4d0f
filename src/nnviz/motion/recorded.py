"""Figures of a run that move."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd
from matplotlib.figure import Figure, SubFigure

from nnviz import plots
from nnviz._few import LINES, PANELS
from nnviz._language import said
from nnviz.motion.histograms import histograms
from nnviz.publish.recorded import FIGURES, RunFigure, figure_among, notes, sentences
from nnviz.publish.recorded.choice import few_layers
from nnviz.publish.recorded.declared import Drawn, Wanted
from nnviz.publish.recorded.histograms import deviations
from nnviz.record import Recording
from nnviz.tables.recorded import last_known

__all__ = ["MOVING", "moving_run"]

Draw = Callable[[pd.DataFrame, str], Figure | SubFigure]


def moving_run(
    run: Recording,
    what: str,
    *,
    layer: str | None = None,
    kind: str | None = None,
    statistic: str | None = None,
    name: str | None = None,
    theme: str = "light",
    context: str = "slides",
    language: str | os.PathLike[str] | None = None,
    style: str | os.PathLike[str] | None = None,
) -> Figure:
    """Return a figure of a run that moves, for `animate`.

    Parameters
    ----------
    run : Recording
        Of a recorder, or of `open_run`.
    what : str
        "distributions" or "layers", histograms of many steps in panels or one above the other;
        or "curves", "quantiles", "progress", "map" or "updates", as in `publish.figure_of_run`.
    layer, kind, statistic, name : str, optional
        As in `publish.figure_of_run`.
    theme, context, language, style
        As in `plots.look`.

    Raises
    ------
    ValueError
        For an unknown figure, an option that it does not have, and where the run has nothing of
        what is asked for.
    """
    given = {"layer": layer, "kind": kind, "statistic": statistic, "name": name}
    return figure_among(MOVING, run, what, given, look=(theme, context, language, style))


def _of_steps(key: str, most: int, draw: Draw) -> Callable[[Recording, Wanted], Drawn]:
    """Return what draws histograms of layers, which move over the steps."""

    def drawn(run: Recording, wanted: Wanted) -> Drawn:
        values = deviations(run, last_known(run), wanted)
        few, rest = few_layers(run, wanted, list(values), most, sentences.extremes(values))
        table = histograms(run, kind=wanted.kind, layers=few or wanted.layer)
        what = sentences.of_kind(wanted.kind)
        seen = notes.seen(run, table["step"].unique())
        when = said("{what}, the title at the last step.", what=f"{what[:1].upper()}{what[1:]}")
        caption = f"{when} {seen} "
        caption += f"{plots.text.KEYS[key]}{rest}"
        figure = draw(table, wanted.kind)
        return Drawn(figure, sentences.spreads(values, wanted.kind), caption)

    return drawn


def _in_panels(table: pd.DataFrame, kind: str) -> Figure | SubFigure:
    return plots.distribution_grid(table, quantity=kind)


def _above_each_other(table: pd.DataFrame, kind: str) -> Figure | SubFigure:
    return plots.activations(table, quantity=kind).figure


MOVING: Mapping[str, RunFigure] = {
    "distributions": RunFigure(
        "distributions",
        "histograms of each layer, step by step",
        _of_steps("distributions", PANELS, _in_panels),
        ["layer", "kind"],
    ),
    "layers": RunFigure(
        "layers",
        "the same, one layer above the other",
        _of_steps("activations", LINES, _above_each_other),
        ["layer", "kind"],
    ),
    **{
        name: replace(FIGURES[name], options=[o for o in FIGURES[name].options if o != "step"])
        for name in ("curves", "quantiles", "progress", "map", "updates")
    },
}
"""Every figure of a run that moves, by name."""
