"""The distribution of values in each layer, one above the other."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnviz import _checks
from nnviz.plots import _canvas, _facets, palette, text
from nnviz.plots.palette import Style
from nnviz.tables import HISTOGRAM

__all__ = ["activation_grid", "activations"]

_ROW = 0.86
_SPIKE_BIN, _SPIKE = 0.2, 0.4
_MOST_LABELS = 12
_FEWEST_BINS = 12


def activations(
    data: pd.DataFrame,
    *,
    setting: str | None = None,
    quantity: str = "activation",
    styles: Mapping[str, Style] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the histogram of each layer of one setting, the first layer on top.

    All layers share the range, which follows the data, and the scale of the density. A spike
    (one or two bins that hold 40 % of a layer or more) would flatten everything else: it is cut
    off at the height of its row, and its share and its place are written beside it.

    Parameters
    ----------
    data : DataFrame
        A `tables.HISTOGRAM` table.
    setting : str, optional
        Which setting to draw. Needed only if there are several.
    quantity : str
        What the values are, for the axis: a key of `text.QUANTITIES`, or any words.
    styles : mapping of setting to Style, optional
        By default, `palette.styles` of the setting.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.
    """
    HISTOGRAM.check(data)
    ax = _canvas.axes_or_new(ax)
    _canvas.set_labels(ax, x=text.quantity(quantity))
    if data.empty:
        return _canvas.no_data(ax)
    settings = list(data["setting"].unique())
    if setting is None and len(settings) > 1:
        raise ValueError(f"setting must be given, one of {', '.join(settings)}; got None")
    setting = settings[0] if setting is None else _checks.one_of("setting", setting, settings)
    style = (styles or palette.styles([setting]))[setting]
    rows = data[data["setting"] == setting]
    layers = [_Layer.read(rows[rows["layer"] == name]) for name in rows["layer"].unique()]
    scale = max((layer.tallest() for layer in layers), default=1.0) or 1.0
    for place, layer in enumerate(layers):
        _draw(ax, place, layer, scale, style)
    _set_axes(ax, [str(text.layer(name)) for name in rows["layer"].unique()], layers)
    return ax


def activation_grid(
    data: pd.DataFrame,
    *,
    quantity: str = "activation",
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw the layers of each setting in a panel of its own; each panel has its own range.

    Parameters
    ----------
    data : DataFrame
        A `tables.HISTOGRAM` table.
    quantity : str
        As for `activations`.
    columns : int, optional
        Panels side by side. By default, as many as make the grid about square.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    HISTOGRAM.check(data)
    styles = {name: palette.styles([name])[name] for name in data["setting"].unique()}

    def panel(rows: pd.DataFrame, ax: Axes) -> None:
        activations(rows, quantity=quantity, styles=styles, ax=ax)

    return _facets.grid(
        data, panel, by="setting", columns=columns, figure=figure, sharex=False, sharey=True
    )


@dataclass(frozen=True)
class _Layer:
    """The histogram of one layer: bins in order, gaps between bins filled with empty ones."""

    edges: NDArray[np.float64]
    share: NDArray[np.float64]

    @classmethod
    def read(cls, rows: pd.DataFrame) -> "_Layer":
        rows = rows.sort_values(["left", "right"])
        left, right = rows["left"].to_numpy(float), rows["right"].to_numpy(float)
        count = rows["count"].to_numpy(float)
        gap = np.flatnonzero(right[:-1] < left[1:])
        edges = np.append(np.insert(left, gap + 1, right[gap]), right[-1])
        share = np.insert(count, gap + 1, 0) / (count.sum() or 1)
        return cls(edges, share)

    def density(self) -> NDArray[np.float64]:
        """Return share per unit of value; infinite for a bin of no width."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.nan_to_num(self.share / np.diff(self.edges), nan=0.0, posinf=np.inf)

    def spikes(self) -> list[tuple[int, int]]:
        """Return the runs of neighbouring bins, first and past the last, that are a spike."""
        high = np.concatenate([[False], self.share >= _SPIKE_BIN, [False]])
        turns = np.flatnonzero(np.diff(high.astype(int)))
        runs = zip(turns[::2], turns[1::2], strict=True)
        return [(int(a), int(b)) for a, b in runs if self.share[a:b].sum() >= _SPIKE and b - a <= 2]

    def tallest(self) -> float:
        """Return the highest density outside spikes."""
        rest = self.density()
        for first, last in self.spikes():
            rest[first:last] = 0
        return float(rest.max(initial=0))

    def reach(self) -> tuple[float, float]:
        """Return the range of the bins that hold anything."""
        held = np.flatnonzero(self.share)
        if not len(held):
            return float(self.edges[0]), float(self.edges[-1])
        return float(self.edges[held[0]]), float(self.edges[held[-1] + 1])


def _draw(ax: Axes, place: int, layer: _Layer, scale: float, style: Style) -> None:
    heights = np.minimum(layer.density() / scale, 1) * _ROW
    ax.axhline(place, color=_canvas.muted(), linewidth=0.5, zorder=1)
    ax.stairs(
        place - heights, layer.edges, baseline=place, fill=True, color=style.color, alpha=0.45
    )
    ax.stairs(place - heights, layer.edges, baseline=None, color=style.color, linewidth=1)
    for first, last in layer.spikes():
        share = float(layer.share[first:last].sum())
        left, right = float(layer.edges[first]), float(layer.edges[last])
        key = ("all" if share > 0.9995 else "part") + (" in" if right > left else " equal")
        words = text.NOTES[key].format(
            share=share, left=text.number(left), right=text.number(right), value=text.number(left)
        )
        _canvas.plain(
            ax.annotate(
                words,
                (0.98, place - 0.5 * _ROW),
                xycoords=("axes fraction", "data"),
                ha="right",
                va="center",
                fontsize=_canvas.small(),
            )
        )


def _bins_between(layer: _Layer, low: float, high: float) -> int:
    return int(((layer.edges >= low) & (layer.edges <= high)).sum()) - 1


def _set_axes(ax: Axes, names: list[str], layers: list[_Layer]) -> None:
    low = min(layer.reach()[0] for layer in layers)
    high = max(layer.reach()[1] for layer in layers)
    if _bins_between(layers[0], low, high) < _FEWEST_BINS:
        low = min(float(layer.edges[0]) for layer in layers)
        high = max(float(layer.edges[-1]) for layer in layers)
    if high > low:
        ax.set_xlim(low, high)
    every = -(-len(names) // _MOST_LABELS)
    ax.set_yticks(range(0, len(names), every), names[::every])
    for words in ax.get_yticklabels():
        _canvas.plain(words)
    ax.set_ylim(len(names) - 0.9, -1)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
