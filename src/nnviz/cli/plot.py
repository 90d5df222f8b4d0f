"""A figure of a run."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nnviz.cli.compare import overlaid
from nnviz.cli.options import Commands, add_look, listed
from nnviz.cli.report import is_derived, last_exact

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure, SubFigure

    from nnviz.record import Recording

    Canvas = Figure | SubFigure

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add ``plot``."""
    plot = commands.add_parser(
        "plot",
        help="save a figure of a run",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="WHAT is one of\n"
        + "\n".join(f"  {name:14}{drawing.help}" for name, drawing in _DRAWINGS.items()),
    )
    plot.set_defaults(command=_plot)
    plot.add_argument("run", type=Path, metavar="RUN", help="a run file, or a folder")
    plot.add_argument("what", metavar="WHAT", help=", ".join(_DRAWINGS))
    plot.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    plot.add_argument("--layer", default="*", metavar="PATTERN", help="such as 'relu*'")
    plot.add_argument("--kind", default="activation", help="activation, gradient, weight …")
    plot.add_argument(
        "--statistic",
        default="norm",
        help="mean, std, min, max, norm, zero, nan; or dead, saturated, update_to_weight",
    )
    plot.add_argument("--step", metavar="N,…", help="default: the last one, or first and last")
    plot.add_argument("--name", metavar="PATTERN", help="of numbers: such as '*/loss'")
    add_look(plot)


def _plot(options: argparse.Namespace) -> int:
    from matplotlib.figure import Figure

    from nnviz import _checks
    from nnviz._names import safe_text
    from nnviz.plots import theme
    from nnviz.publish import format_of, save
    from nnviz.runs import open_run

    format_of(options.out)
    drawing = _checks.lookup("WHAT", options.what, _DRAWINGS)
    with open_run(options.run) as run, theme(options.theme, options.context):
        figure = drawing.draw(run, options)
        assert isinstance(figure, Figure)  # none was given, so it is a new one
        title = safe_text(f"{options.run.name}: {drawing.help}")
        print(save(figure, options.out, title=title))
    return 0


def _steps(options: argparse.Namespace) -> list[int] | None:
    if options.step is None:
        return None
    try:
        return [int(step) for step in listed(options.step)]
    except ValueError:
        raise ValueError(f"--step must be whole numbers; got {options.step!r}") from None


def _curves(run: "Recording", options: argparse.Namespace) -> "Canvas":
    from nnviz import plots, tables

    table = tables.recorded_curves(run, options.name or "*")
    if options.name is None:
        table = table[[not is_derived(name) for name in table["metric"]]]
    return plots.curve_grid(table, x="step")


def _distributions(run: "Recording", options: argparse.Namespace) -> "Canvas":
    steps = _steps(options) or [last_exact(run)]
    if len(steps) != 1:
        raise ValueError(f"--step must be one step for distributions; got {options.step!r}")
    return overlaid({options.run.name: run}, steps[0], options)


def _progress(run: "Recording", options: argparse.Namespace) -> "Canvas":
    from nnviz import plots, tables

    which = {"statistic": options.statistic, "kind": options.kind, "layers": options.layer}
    table = tables.recorded_progress(run, **which)
    return plots.curves(_named(table).assign(metric=_words(options)), x="step").figure


def _depth(run: "Recording", options: argparse.Namespace) -> "Canvas":
    from nnviz import plots, tables

    which = {"statistic": options.statistic, "kind": options.kind, "layers": options.layer}
    table = tables.recorded_depth(run, **which, steps=_steps(options))
    table["statistic"] = _words(options)
    return plots.by_layer(table).figure


def _map(run: "Recording", options: argparse.Namespace) -> "Canvas":
    from nnviz import plots, tables

    which = {"statistic": options.statistic, "kind": options.kind, "layers": options.layer}
    table = tables.recorded_progress(run, **which).rename(columns={"setting": "layer"})
    if options.statistic != "zero":  # a share, like what is derived: its colours are fixed
        table["metric"] = _words(options)
    return plots.layer_map(table).figure


def _quantiles(run: "Recording", options: argparse.Namespace) -> "Canvas":
    from nnviz import plots, tables

    table = tables.recorded_quantiles(run, kind=options.kind, layers=options.layer)
    return plots.quantile_grid(table, quantity=options.kind)


def _updates(run: "Recording", options: argparse.Namespace) -> "Canvas":
    from nnviz import plots, tables

    table = tables.recorded_progress(run, statistic="update_to_weight", layers=options.layer)
    return plots.update_ratios(_named(table)).figure


def _named(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table whose settings, layers, are written as elsewhere, if that parts them."""
    from nnviz.plots import text

    names = {layer: text.layer(layer) for layer in table["setting"].unique()}
    apart = len(set(names.values())) == len(names)
    return table.assign(setting=table["setting"].map(names)) if apart else table


def _words(options: argparse.Namespace) -> str:
    """Return what is drawn: a name that plots know, or words for an axis."""
    from nnviz.plots import text

    if is_derived(f"/{options.statistic}"):
        name: str = options.statistic
        return name
    return f"{options.kind}: {text.quantity(options.statistic)}"


class _Drawing(NamedTuple):
    help: str
    draw: Callable[["Recording", argparse.Namespace], "Canvas"]


_DRAWINGS: Mapping[str, _Drawing] = {
    "curves": _Drawing("losses and other numbers over the steps", _curves),
    "distributions": _Drawing("histograms of each layer at a step", _distributions),
    "quantiles": _Drawing("how the distribution of each layer moves over the steps", _quantiles),
    "progress": _Drawing("a statistic of each layer over the steps", _progress),
    "map": _Drawing("a statistic of each layer over the steps, as colour", _map),
    "depth": _Drawing("a statistic from layer to layer, at some steps", _depth),
    "updates": _Drawing("norm of the update over that of the weights, by step", _updates),
}
