"""The trials of a search for hyperparameters."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks
from nnviz.plots import _canvas, _headlines, _words, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._colour_bar import colour_bar
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._panels import Panel
from nnviz.tables import TRIAL, Schema
from nnviz.tables.missing import check_keys

__all__ = ["trials"]


@checked
def trials(
    data: pd.DataFrame,
    *,
    x: str = "learning_rate",
    y: str = "weight_decay",
    quantity: str = "accuracy",
    ranges: Mapping[str, Sequence[float]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each trial as a dot at its hyperparameters, coloured by what it reached.

    The range that was searched is framed: a good trial on the frame may have a better one
    beyond it.

    Parameters
    ----------
    data : DataFrame
        With the columns named, all numeric; x and y positive.
    x, y : str
        Hyperparameters, on logarithmic axes.
    quantity : str
        What the colour is.
    ranges : mapping of str to (low, high), optional
        What was searched of each hyperparameter; by default what the trials span.

    Raises
    ------
    ValueError
        If the table lacks one of the columns.
    """
    _checks.text("x", x)
    _checks.text("y", y)
    names = {x: "a hyperparameter", y: "another", quantity: "what the trial reached"}
    data = Schema("trial", names).check(data)
    check_keys(data, (x, y), name="data")
    wanted = _checks.mapping("ranges", {} if ranges is None else ranges, _checks.span)
    ax = _canvas.axes_or_new(ax)
    if data.empty:
        return _words.no_data(ax)
    ax.set(xscale="log", yscale="log")
    ranked = data.sort_values(quantity, na_position="first")
    dots = ax.scatter(
        ranked[x].to_numpy(float),
        ranked[y].to_numpy(float),
        c=ranked[quantity].to_numpy(float),
        cmap=palette.sequential(),
        s=(1.7 * _canvas.dot()) ** 2,
        edgecolors=_canvas.ground(),
        linewidths=0.3 * _canvas.stroke(),
        clip_on=False,
        zorder=3,
    )
    searched = {name: (data[name].min(), data[name].max()) for name in (x, y)} | wanted
    for edge, name in ((ax.axvline, x), (ax.axhline, y)):
        for value in searched[name]:
            edge(float(value), color=_canvas.muted(), linewidth=0.6, linestyle="--", zorder=1)
    colour_bar([Panel(ax, data, dots)], dots, text.quantity(quantity, data))
    _words.set_labels(ax, x=text.quantity(x, data), y=text.quantity(y, data))
    return ax


register(
    trials,
    "Dot: one trial. Colour: what it reached. Dashed: the range that was searched.",
    Plot(TRIAL, by_schema(trials, x="over", quantity="measured"), _headlines.of_measured),
)
