"""What a network makes of the plane: the class of each point, and the lines between classes."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation
from numpy.typing import NDArray

from nnviz import _checks
from nnviz.plots import _averages, _canvas, _facets, _headlines, _legends, _words, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, register
from nnviz.plots._facets import Layout
from nnviz.plots._ground import reach
from nnviz.plots.moving import during, periods
from nnviz.plots.palette import Style
from nnviz.tables import CURVE, REGION, Schema

__all__ = ["boundaries", "boundary_grid"]

_PANEL, _HEIGHT = 14, 14
"""The least size of a panel, as a multiple of the size of small print."""

_PALEST, _STRONGEST = 0.08, 0.5
"""How much of a class's colour is mixed into the background where the margin is 0, and where 1."""

_ROWS = Schema("row", {"x": "first feature", "y": "second feature", "class": "from 0"})


@checked
def boundaries(
    data: pd.DataFrame,
    *,
    rows: pd.DataFrame | None = None,
    setting: str | int | None = None,
    step: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the class that a network predicts at each point as colour, the fainter the less sure.

    Parameters
    ----------
    data : DataFrame
        A `tables.REGION` table, of a full grid of points; `studies.decision_boundaries` makes one.
    rows : DataFrame, optional
        Rows to draw on top, columns ``x, y, class``: each in the colour of its own class, so that
        one that is misread stands out, and with a marker of it.
    setting : str or int, optional
        Which setting to draw. Needed only if there are several.
    step : int, optional
        Which step to draw. By default the last.

    Raises
    ------
    ValueError
        If a table lacks a column, or data has several settings and none is named, or a class is
        not a number from 0.
    """
    data = REGION.check(data)
    if data.empty:
        return _words.no_data(_canvas.axes_or_new(ax))
    _, own = _averages.chosen(data, "setting", setting)
    if step is not None:
        own = own[own["step"] == step]
    if own.empty:
        raise ValueError(f"step must be one of the table's; got {step!r}")
    looks = _looks(data, rows)
    ax = _canvas.axes_or_new(ax)
    _draw(ax, own, rows, looks)
    _words.set_labels(ax, x=text.quantity("x"), y=text.quantity("y"))
    _legends.legend_beside(ax, _handles(looks))
    return ax


@checked
def boundary_grid(
    data: pd.DataFrame,
    *,
    rows: pd.DataFrame | None = None,
    lengths: pd.DataFrame | None = None,
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw what a network makes of the plane: a row for each setting, steps to the right.

    Where all steps stand side by side, settings and steps are named once. There is neither legend
    nor scale: `boundaries` has both.

    Parameters
    ----------
    data : DataFrame
        A `tables.REGION` table.
    rows : DataFrame, optional
        As for `boundaries`.
    lengths : DataFrame, optional
        A `tables.CURVE` table with the metric boundary_length. Its mean over the seeds stands
        below each panel, and how many times that of the first panel it is, also as a bar: the
        longest is as wide as a panel.
    columns : int, optional
        Panels side by side; fewer where the figure is too narrow for them. By default, as many
        as there are steps.
    """
    data = REGION.check(data)
    looks = _looks(data, rows)
    means = {} if lengths is None else _mean_lengths(lengths)
    longest = max(means.values(), default=0.0)
    written = dict(zip(means, text.numbers(means.values()), strict=True))
    steps = sorted(data["step"].unique())
    panels = {
        (setting, step): text.NOTES["at step"].format(setting=text.choice(setting), step=step)
        for setting in data["setting"].unique()
        for step in steps
    }
    ordered = data.sort_values("step", kind="stable")
    order = {setting: place for place, setting in enumerate(data["setting"].unique())}
    ordered = ordered.sort_values("setting", key=lambda own: own.map(order), kind="stable")
    pairs = zip(ordered["setting"], ordered["step"], strict=True)

    def panel(own: pd.DataFrame, ax: Axes) -> None:
        _draw(ax, own, rows, looks)
        ax.set(xticks=[], yticks=[])  # where in the plane is not the message
        pair = (own["setting"].iloc[0], own["step"].iloc[0])
        if pair in means:
            first = means.get(next(iter(panels)))
            _lay_straight(ax, means[pair], written[pair], first, longest)

    wide = (len(steps) or None) if columns is None else columns
    figure = _facets.grid(
        ordered.assign(panel=[panels[pair] for pair in pairs]),
        panel,
        Layout(_PANEL, _HEIGHT),
        "panel",
        wide,
        figure,
    )
    _name_once(figure.axes, list(panels))
    return figure


def _name_once(axes: list[Axes], panels: list[tuple[str, int]]) -> None:
    """Write steps above the first row and settings beside it, if each row is one setting's."""
    steps = {step for _, step in panels}
    spec = axes[0].get_subplotspec()
    if spec is None or len(axes) < len(panels) or spec.get_gridspec().ncols != len(steps):
        return
    for place, (ax, (setting, step)) in enumerate(zip(axes, panels, strict=False)):
        ax.set_title("")
        if place < len(steps):
            _words.plain(ax.set_title(text.NOTES["step"].format(step=step)))
        if place % len(steps) == 0:
            _words.set_labels(ax, y=text.choice(setting))


def _mean_lengths(lengths: pd.DataFrame) -> dict[tuple[Any, int], float]:
    """Return the mean length over seeds for each setting and step."""
    rows = CURVE.check(lengths, name="lengths").query("metric == 'boundary_length'")
    return rows.groupby(["setting", "step"])["value"].mean().to_dict()


def _lay_straight(
    ax: Axes, length: float, number: str, first: float | None, longest: float
) -> None:
    """Draw a length below a panel as a straight line, and its number below that."""
    words = text.NOTES["mean length"].format(number=number)
    if first and length != first:
        words = text.NOTES["times the first"].format(number=words, times=f"{length / first:.2f}")
    size = _canvas.small()
    lower = ScaledTranslation(0, -0.8 * size / 72, ax.figure.dpi_scale_trans)
    ax.plot(
        [0, length / longest if longest else 0],
        [0, 0],
        transform=ax.transAxes + lower,
        color=mpl.rcParams["text.color"],
        linewidth=1.6 * _canvas.stroke(),
        solid_capstyle="butt",
        clip_on=False,
        scalex=False,
        scaley=False,
    )
    note = ax.annotate(
        words,
        (0, 0),
        xycoords="axes fraction",
        xytext=(0, -1.3 * size),
        textcoords="offset points",
        va="top",
        fontsize=size,
    )
    _words.plain(note)


def _looks(data: pd.DataFrame, rows: pd.DataFrame | None) -> dict[int, Style]:
    """Return a style for each class, up to the highest that is predicted or drawn."""
    tables = [data] if rows is None else [data, _ROWS.check(rows, name="rows")]
    classes = [label for table in tables for label in table["class"].unique().tolist()]
    for label in classes:
        if not (label >= 0 and label == int(label)):
            raise _checks.fail("class", "an integer of at least 0", label)
    return palette.styles(range(int(max(classes, default=-1)) + 1))


def _handles(looks: dict[int, Style]) -> list[Line2D]:
    return [
        Line2D([], [], **_marker(look), label=text.NOTES["class"].format(number=label))
        for label, look in looks.items()
    ]


def _marker(look: Style) -> dict[str, Any]:
    return {
        "linestyle": "",
        "marker": look.marker,
        "markersize": _canvas.dot(),
        "markerfacecolor": _canvas.ground() if look.hollow else look.color,
        "markeredgecolor": look.color if look.hollow else _canvas.ground(),
        "markeredgewidth": 0.4 * _canvas.stroke(),
    }


def _draw(ax: Axes, own: pd.DataFrame, rows: pd.DataFrame | None, looks: dict[int, Style]) -> None:
    """Draw the last step; what others were like is seen where the figure moves."""
    for regions, period in periods(own):
        with during(ax, period):
            _draw_regions(ax, regions, looks)
    if rows is not None:
        for label, part in rows.groupby(rows["class"].astype(int)):
            ax.plot(part["x"], part["y"], **_marker(looks[int(str(label))]), zorder=3)


def _draw_regions(ax: Axes, own: pd.DataFrame, looks: dict[int, Style]) -> None:
    x, y = (np.sort(own[name].unique()) for name in ("x", "y"))
    place = np.searchsorted(y, own["y"]), np.searchsorted(x, own["x"])
    classes, margin = np.zeros((len(y), len(x)), dtype=int), np.zeros((len(y), len(x)))
    classes[place], margin[place] = own["class"], own["margin"]
    (x0, x1), (y0, y1) = reach(x), reach(y)
    ax.grid(visible=False)
    ax.imshow(
        _shaded(classes, margin, looks),
        extent=(x0, x1, y0, y1),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
    )
    _draw_lines(ax, x, y, classes, margin)
    ax.set(xlim=(x0, x1), ylim=(y0, y1))


def _shaded(
    classes: NDArray[np.int64], margin: NDArray[np.float64], looks: dict[int, Style]
) -> NDArray[np.float64]:
    """Return the colour of each point: its class's, mixed with the background by the margin."""
    inks = np.array([colors.to_rgb(look.color) for look in looks.values()])
    part = (_PALEST + (_STRONGEST - _PALEST) * margin)[..., None]
    mixed: NDArray[np.float64] = part * inks[classes] + (1 - part) * np.array(
        colors.to_rgb(_canvas.ground())
    )
    return mixed


def _draw_lines(
    ax: Axes,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    classes: NDArray[np.int64],
    margin: NDArray[np.float64],
) -> None:
    """Draw where the margin of each class over all others is 0."""
    found = np.unique(classes)
    if len(found) < 2 or min(len(x), len(y)) < 2:
        return  # no line to draw
    for label in found[1:] if len(found) == 2 else found:
        ax.contour(
            x,
            y,
            np.where(classes == label, margin, -margin),
            levels=[0.0],
            colors=mpl.rcParams["text.color"],
            linewidths=0.5 * _canvas.stroke(),
            zorder=2,
        )


def _drawn(data: pd.DataFrame, _: Schema, *, rows: pd.DataFrame | None = None) -> _canvas.Canvas:
    return boundary_grid(data, rows=None if rows is None else rows[rows["split"] == "train"])


register(
    boundaries,
    "Colour: the class that the network predicts, the fainter the less sure. Line: the "
    "decision boundary. Marks: rows of the data, in the colour of their class.",
    Plot(REGION, _drawn, _headlines.of_regions),
    grid=boundary_grid,
)
