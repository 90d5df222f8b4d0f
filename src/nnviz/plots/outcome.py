"""How runs ended: one dot per seed."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nnviz.plots import _averages, _canvas, _facets, _headlines, _legends, _words, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots.palette import SPLIT_DASHES, Palette
from nnviz.tables import EACH, OUTCOME, Schema

__all__ = ["outcomes"]

_ROW = 2.4
"""The height of a row with the number above its stroke, as a multiple of small print."""


@checked
def outcomes(
    data: pd.DataFrame,
    *,
    metric: str | None = None,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the final numbers of each setting: a dot per seed, a stroke and a number for the mean.

    The first setting is on top. Dots are filled for the test split, hollow for the others.

    Parameters
    ----------
    data : DataFrame
        What `tables.final` returns: one row per setting, seed, split and metric.
    metric : str, optional
        Which metric to draw. Needed only if there are several.

    Raises
    ------
    ValueError
        If the table lacks a column, or has not this metric, or several and none is named.
    """
    data = OUTCOME.check(data)
    if data.empty:
        return _words.no_data(_canvas.axes_or_new(ax))
    metric, rows = _averages.chosen(data, "metric", metric)
    size = _facets.size_for_rows(_ROW * rows["setting"].nunique() * _canvas.small())
    ax = _canvas.axes_or_new(ax, size=size)
    given = colours.styles(rows["setting"], palette)
    places = {setting: place for place, setting in enumerate(rows["setting"].unique())}
    splits = [split for split in SPLIT_DASHES if split in set(rows["split"])]
    for (setting, split), part in rows.groupby(["setting", "split"], sort=False):
        hollow = len(splits) > 1 and split != splits[0]
        _dots(ax, places[setting], part["value"], given[setting].color, hollow=hollow)
    means = [
        (setting, float(part["mean"].iloc[0]), len(splits) < 2 or split == splits[0])
        for setting, split, part in _averages.banded(rows.assign(step=0, epoch=0), x="epoch")
    ]
    measured = text.of_split(metric, splits[0] if len(splits) == 1 else "", rows)
    written = text.numbers((mean for _, mean, _ in means), measured)
    for (setting, mean, leading), number in zip(means, written, strict=True):
        _mean(ax, places[setting], mean, given[setting].color, number if leading else "")
    width = 0.35 * _canvas.width_of(ax)
    names = [_words.folded(text.choice(name), width, _canvas.small()) for name in places]
    ax.set_yticks(list(places.values()), names)
    for words in ax.get_yticklabels():
        _words.plain(words)
    ax.set_ylim(len(places) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    _words.set_labels(ax, x=measured)
    _explain_dots(ax, splits)
    return ax


def _dots(ax: Axes, place: int, values: "pd.Series[float]", color: str, *, hollow: bool) -> None:
    ax.plot(
        values.to_numpy(float),
        [place] * len(values),
        linestyle="",
        marker="o",
        markersize=1.5 * _canvas.dot(),
        color=color,
        markerfacecolor="none" if hollow else color,
        markeredgewidth=0.6 * _canvas.stroke() if hollow else 0,
        alpha=0.55,
    )


def _mean(ax: Axes, place: int, mean: float, color: str, number: str) -> None:
    """Draw a stroke at the mean, with its number above it, if any."""
    ax.plot([mean, mean], [place - 0.22, place + 0.22], color=color, linewidth=_canvas.stroke())
    if number:
        words = ax.annotate(
            number,
            (mean, place - 0.22),
            xytext=(0, 0.2 * _canvas.small()),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=_canvas.small(),
            color=colours.readable(color),
        )
        _words.backed(words)


def _explain_dots(ax: Axes, splits: list[str]) -> None:
    """Say which dots are which split, if there are several."""
    if len(splits) < 2:
        return
    ink = _canvas.muted()
    dots = [
        Line2D([], [], linestyle="", marker="o", color=ink, markerfacecolor=face, label=name)
        for name, face in zip(
            map(text.choice, splits), [ink, *["none"] * (len(splits) - 1)], strict=True
        )
    ]
    for dot in dots:
        dot.set_markeredgewidth(0.6 * _canvas.stroke())
    _legends.legend_inside(ax, dots)


def _measured(data: pd.DataFrame, schema: Schema) -> Axes:
    long = data.assign(
        setting=data[schema.label],
        seed=data["seed"] if "seed" in schema.columns else 0,
        split="",
        metric=schema.measured,
        value=data[schema.measured].astype(float),
    )
    return outcomes(long)


register(
    outcomes,
    "Dot: one seed. Stroke and number: mean over seeds.",
    Plot(OUTCOME, by_schema(outcomes), _headlines.at_the_end),
    Plot(EACH, _measured, _headlines.of_measured),
)
