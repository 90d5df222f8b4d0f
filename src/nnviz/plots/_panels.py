"""A plot in one panel, and in one for each value of a column: both from one declaration."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from nnviz._docstrings import Entry, complete, entries
from nnviz.plots import _averages, _canvas, _facets, _legends, _words
from nnviz.plots._arguments import checked
from nnviz.plots._facets import Layout
from nnviz.tables.missing import with_names

__all__ = ["Drawing", "Grid", "Legend", "Panel", "Panels", "kinds_in", "legend_at"]

T = TypeVar("T")


class Legend(Protocol):
    """Puts a legend where there is room: `inside` the axes, if there is one panel only."""

    def __call__(self, handles: Sequence[Artist], *, inside: bool = False) -> None: ...


def legend_at(ax: Axes) -> Legend:
    """Return what puts a legend at axes that stand alone."""

    def legend(handles: Sequence[Artist], *, inside: bool = False) -> None:
        (_legends.legend_inside if inside else _legends.legend_beside)(ax, handles)

    return legend


@dataclass(frozen=True)
class Panel(Generic[T]):
    """Where a panel is, the rows that it shows, what drawing them returned, what y shows."""

    ax: Axes
    rows: pd.DataFrame
    drawn: T
    y: str = ""


def kinds_in(panels: Sequence[Panel[list[T]]]) -> list[T]:
    """Return all kinds that panels show, each once; [] where each panel shows one alone.

    Then the panels are called so, or there is only one kind, and no legend is needed.
    """
    if all(len(panel.drawn) == 1 for panel in panels):
        return []
    return list(dict.fromkeys(kind for panel in panels for kind in panel.drawn))


@dataclass(frozen=True)
class Panels(Generic[T]):
    """How each panel of a figure is drawn, and what all of them share.

    Parameters
    ----------
    draw : callable
        Draws rows of the table on axes.
    layout : Layout
        How large panels are, and which axes they share.
    x : str
        The name of the horizontal axis.
    y : str
        The name of the vertical axis.
    explain : callable, optional
        What is drawn of all panels together, once they are there: names, a legend, a colour bar.
    size : (width, height), optional
        Of a new figure of one panel, in inches.
    bare : bool
        Whether there is something to draw without rows, such as a surface.
    """

    draw: Callable[[Axes, pd.DataFrame], T]
    layout: Layout
    x: str = ""
    y: str = ""
    explain: Callable[[Sequence[Panel[T]], Legend], object] = lambda *_: None
    size: tuple[float, float] | None = None
    bare: bool = False


class Grid(Protocol):
    """A plot with a panel for each value of a column; ``help`` names all of its options."""

    def __call__(
        self,
        data: pd.DataFrame,
        *,
        by: str = ...,
        columns: int | None = None,
        figure: _canvas.Canvas | None = None,
        **options: Any,
    ) -> _canvas.Canvas: ...


@dataclass(frozen=True)
class Drawing(Generic[T]):
    """What one panel and a grid of panels are made from.

    Parameters
    ----------
    check : callable
        Returns the table with its units, or raises a ValueError for what is no such table.
    panels : callable
        ``panels(data, by, **options)`` works out what the panels of a table share. For one panel,
        by is empty.
    one : str
        The column of which a panel shows one value, if there is such.
    measured : callable, optional
        If that says what the vertical axis shows: returns its name for the rows of a panel.
        Panels of which each shows another value have an axis of their own, whose name is their
        title.
    """

    check: Callable[[pd.DataFrame], pd.DataFrame]
    panels: Callable[..., Panels[T]]
    one: str = ""
    measured: Callable[[pd.DataFrame], str] | None = None

    def alone(
        self, data: pd.DataFrame, ax: Axes | None, value: object = None, **options: Any
    ) -> Axes:
        """Draw one panel: of the value asked for, or of the only one there is."""
        rows = data = self.check(data)
        if self.one and not data.empty:
            _, rows = _averages.chosen(data, self.one, value)
        panels = self.panels(rows, "", **options)
        ax = _canvas.axes_or_new(ax, size=panels.size)
        if data.empty and not panels.bare:
            return _words.no_data(ax)

        panels.explain([self._panel(panels, ax, rows)], legend_at(ax))
        return ax

    def grid(
        self,
        data: pd.DataFrame,
        by: str,
        columns: int | None,
        figure: _canvas.Canvas | None,
        **options: Any,
    ) -> _canvas.Canvas:
        """Draw a panel for each value of a column."""
        data = self.check(data)
        _facets.check_by(data, by)
        data = with_names(data, [by])
        if self.one:
            for _, rows in data.groupby(by, sort=False):
                _averages.the_only(rows, self.one)
        panels = self.panels(data, by, **options)
        own = self.measured if by == self.one else None
        layout = replace(panels.layout, sharey=False) if own else panels.layout
        drawn: list[Panel[T]] = []

        def draw(rows: pd.DataFrame, ax: Axes) -> None:
            drawn.append(self._panel(panels, ax, rows, named=own is None))

        grow = figure is None and not _facets.is_slide()
        figure = _facets.grid(data, draw, layout, by, columns, figure)
        if own is not None:
            _words.titles({panel.ax: panel.y for panel in drawn})

        def legend(handles: Sequence[Artist], *, inside: bool = False) -> None:  # noqa: ARG001
            _legends.legend_of_grid([panel.ax for panel in drawn], handles, grow=grow)

        if drawn:
            panels.explain(drawn, legend)
        return figure

    def _panel(
        self, panels: Panels[T], ax: Axes, rows: pd.DataFrame, *, named: bool = True
    ) -> Panel[T]:
        """Draw one panel, and name its axes, or the horizontal one alone."""
        drawn = panels.draw(ax, rows)
        y = panels.y if self.measured is None else self.measured(rows)
        _words.set_labels(ax, x=panels.x, y=y)
        if not named:
            ax.set_ylabel("")
        return Panel(ax, rows, drawn, y)

    def grid_of(
        self, plot: Callable[..., Axes], name: str, summary: str, *, by: str, **defaults: Any
    ) -> Grid:
        """Return the public function that draws the grid of a plot.

        It takes the options of `panels`, in their order there. What it says of them stands in
        the docstring of the plot, or else in that of `panels`.

        Parameters
        ----------
        plot : callable
            The plot of one panel.
        name : str
            Of the function.
        summary : str
            What the grid shows.
        by : str
            The column that tells panels apart, by default.
        **defaults
            Of options, where they are others than those of the plot.
        """
        signature = self._signature(plot, by, defaults)

        def grid(*args: Any, **options: Any) -> _canvas.Canvas:
            try:
                given = signature.bind(*args, **options)
            except TypeError as error:
                raise TypeError(f"{name}() {error}") from None
            given.apply_defaults()
            return self.grid(**given.arguments)

        grid.__doc__ = summary
        grid.__name__ = grid.__qualname__ = name
        grid.__module__ = plot.__module__
        grid.__signature__ = signature  # type: ignore[attr-defined]
        complete(grid, self._told(plot))
        return checked(grid)

    def _told(self, plot: Callable[..., Axes]) -> dict[str, Entry]:
        """Return what is said of the grid's parameters."""
        told = {**entries(self.panels), **entries(plot)}
        if self.one and "data" in told:
            more = f"\nOf one {self.one} only, if `by` is another column."
            told["data"] = Entry(told["data"].type, told["data"].words + more)
        if self.measured:
            words = "The column that tells the panels apart. The vertical axis is shared, unless\n"
            told["by"] = Entry("str", f"{words}each panel shows another {self.one}.")
        return {name: entry for name, entry in told.items() if name != "columns"}

    def _signature(
        self, plot: Callable[..., Axes], by: str, defaults: Mapping[str, object]
    ) -> inspect.Signature:
        alone = inspect.signature(plot).parameters
        _, _, *options = inspect.signature(self.panels).parameters.values()

        def option(name: str, default: object, annotation: object) -> inspect.Parameter:
            kind = inspect.Parameter.KEYWORD_ONLY
            return inspect.Parameter(name, kind, default=default, annotation=annotation)

        shared = [
            option(
                own.name,
                defaults.get(own.name, alone.get(own.name, own).default),
                own.annotation,
            )
            for own in options
        ]
        return inspect.Signature(
            [
                alone["data"],
                option("by", by, str),
                *shared,
                option("columns", None, int | None),
                option("figure", None, _canvas.Canvas | None),
            ],
            return_annotation=_canvas.Canvas,
        )
