"""A figure of a run."""

import argparse
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nnviz._few import LINES, PANELS, STRIPES, left_out, spread
from nnviz._names import is_derived
from nnviz.cli import words
from nnviz.cli.compare import deviations, overlaid
from nnviz.cli.curves import curves_of, named, save_curves
from nnviz.cli.options import Commands, add_look, listed, opened
from nnviz.cli.report import LAYER, common_kind

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure, SubFigure

    from nnviz.record import Recording

    Canvas = Figure | SubFigure

__all__ = ["add"]


class _Drawn(NamedTuple):
    """A figure, and what stands above and below it."""

    figure: "Canvas"
    headline: str
    caption: str


def add(commands: Commands) -> None:
    """Add ``plot``."""
    plot = commands.add_parser(
        "plot",
        help="save a figure of a run",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="WHAT is one of\n"
        + "\n".join(
            f"  {name:14}{drawing.help} (--{', --'.join(drawing.options)})"
            for name, drawing in _DRAWINGS.items()
        ),
    )
    plot.set_defaults(command=_plot)
    plot.add_argument("run", type=Path, metavar="RUN", help="a run file, or a folder")
    plot.add_argument("what", metavar="WHAT", help=", ".join(_DRAWINGS))
    plot.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    plot.add_argument("--layer", metavar="PATTERN", help="such as 'relu*'")
    plot.add_argument("--kind", help="gradient, weight …; default: activation, if recorded")
    plot.add_argument(
        "--statistic",
        help="norm (the default), rms (where layers differ in size), mean, std, min, max, zero, "
        "nan; or dead, saturated, equal, update_to_weight",
    )
    plot.add_argument("--step", metavar="N,…", help="default: the last one, or first and last")
    plot.add_argument("--name", metavar="PATTERN", help="of numbers: such as '*/loss'")
    plot.add_argument("--by", metavar="SETTING", help="of runs: those that share it, a band")
    add_look(plot)


def _plot(options: argparse.Namespace) -> int:
    from matplotlib.figure import Figure

    from nnviz import _checks, plots
    from nnviz.publish import format_of, save
    from nnviz.runs import open_run

    format_of(options.out)
    drawing = _checks.lookup("WHAT", options.what, _DRAWINGS)
    for name, default in _DEFAULTS.items():
        given = getattr(options, name)
        if given is not None and name not in drawing.options:
            known = ", ".join(f"--{own}" for own in drawing.options)
            raise ValueError(f"options of {options.what} must be of {known}; got --{name} {given}")
        setattr(options, name, default if given is None else given)
    if options.what == "curves" and len(runs := opened(options.run)) > 1:
        with ExitStack() as stack:
            for run in runs.values():
                stack.enter_context(run)
            print(save_curves(named(runs, options.name, options.by), options))
        return 0
    with open_run(options.run) as run, plots.theme(options.theme, options.context):
        options.kind = options.kind or common_kind([run])
        figure, headline, caption = drawing.draw(run, options)
        assert isinstance(figure, Figure)  # none was given, so it is a new one
        plots.headline(figure, f"{options.run.resolve().name}: {headline}")
        plots.caption(figure, caption + words.about(run))
        print(save(figure, options.out, description=f"{drawing.help}. {caption}"))
    return 0


def _steps(options: argparse.Namespace) -> list[int] | None:
    if options.step is None:
        return None
    try:
        return [int(step) for step in listed(options.step)]
    except ValueError:
        raise ValueError(f"--step must be whole numbers; got {options.step!r}") from None


def _curves(run: "Recording", options: argparse.Namespace) -> _Drawn:
    table = named({"": run}, options.name, None)
    figure, shown, caption = curves_of(table)
    headline = words.last(shown, shown["axis"].iloc[0])
    return _Drawn(figure, headline, f"Numbers as they were reported.{caption}")


def _distributions(run: "Recording", options: argparse.Namespace) -> _Drawn:
    from nnviz.tables.recorded import last_known

    steps = _steps(options) or [last_known(run)]
    if len(steps) != 1:
        raise ValueError(f"--step must be one step for distributions; got {options.step!r}")
    values = deviations(run, steps[0], options)
    few, rest = _few_layers(run, list(values), PANELS, words.extremes(values))
    figure, caption = overlaid({"": run}, {"": steps[0]}, options.kind, few or options.layer)
    return _Drawn(figure, words.spreads(values, options.kind), caption + rest)


def _few_layers(
    run: "Recording", layers: Sequence[str], most: int, named: Iterable[str]
) -> tuple[list[str], str]:
    """Return the layers to draw, and what to say if these are not all.

    Those named above the figure are among them, and some of those that the diagnosis names.
    """
    from nnviz.diagnosis import diagnose

    found: list[str] = []
    if len(layers) > most:
        findings = diagnose(run)
        ill = findings.loc[findings["verdict"] == "found", "layer"]
        found = spread(list(ill[ill.isin(layers)].unique()), most // 2)
    few = spread(layers, most, keep=[*named, *found])
    return few, left_out(len(few), len(layers), "layers", LAYER)


def _which(options: argparse.Namespace) -> dict[str, str]:
    return {"statistic": options.statistic, "kind": options.kind, "layers": options.layer}


def _progress(run: "Recording", options: argparse.Namespace) -> _Drawn:
    from nnviz import plots, tables

    table = tables.recorded_progress(run, **_which(options))
    shown, rest = _few_rows(run, table, LINES, lowest=options.statistic == "min")
    axes = plots.curves(_named(shown).assign(metric=_words(options)), x="step")
    steps = table["step"].unique()
    marks = words.marks(shown, ["setting"], log=axes.get_yscale() == "log")
    caption = f"A line for each layer.{rest} {_counted(run, steps, options)}{marks}"
    return _Drawn(axes.figure, _top(table, run, steps, options), caption)


def _few_rows(
    run: "Recording", table: "pd.DataFrame", most: int, *, lowest: bool = False
) -> tuple["pd.DataFrame", str]:
    """Return the rows of the layers to draw, and what to say if these are not all."""
    top = words.top(table, lowest=lowest)
    named = [] if top is None else [top["layer"]]
    few, rest = _few_layers(run, list(table["layer"].unique()), most, named)
    return table[table["layer"].isin(few)], rest


def _depth(run: "Recording", options: argparse.Namespace) -> _Drawn:
    from nnviz import plots, tables

    table = tables.recorded_depth(run, **_which(options), steps=_steps(options))
    settings = list(table["setting"].unique())
    few = spread(settings, LINES)
    axes = plots.by_layer(table[table["setting"].isin(few)].assign(statistic=_words(options)))
    rest = left_out(len(few), len(settings), "steps")
    steps = [int(setting.removeprefix("step ")) for setting in settings]
    headline = words.ends(table, _measured(run, steps, options))
    caption = f"A line for each step.{rest} {_counted(run, steps, options)}"
    return _Drawn(axes.figure, headline, caption)


def _map(run: "Recording", options: argparse.Namespace) -> _Drawn:
    from nnviz import plots, tables
    from nnviz.diagnosis import diagnose

    table = tables.recorded_progress(run, **_which(options))
    findings = diagnose(run)
    drawn, rest = _few_rows(run, table, STRIPES, lowest=options.statistic == "min")
    if options.statistic != "zero":  # a share, like what is derived: its colours are fixed
        drawn = drawn.assign(metric=_words(options))
    axes = plots.layer_map(drawn, findings=findings)
    steps = table["step"].unique()
    caption = (
        f"{plots.text.KEYS['layer_map']}{rest} {_counted(run, steps, options)}"
        f"{words.found(findings, drawn['layer'].unique())}"
    )
    return _Drawn(axes.figure, _top(table, run, steps, options), caption)


def _quantiles(run: "Recording", options: argparse.Namespace) -> _Drawn:
    from nnviz import plots, tables
    from nnviz.tables.recorded import layers_of

    layers = layers_of(run, options.kind, options.layer)
    few, rest = _few_layers(run, layers, PANELS, [])
    table = tables.recorded_quantiles(run, kind=options.kind, layers=few)
    figure = plots.quantile_grid(table, quantity=options.kind)
    counted = words.seen(run, table["step"].unique())
    caption = f"{plots.text.KEYS['quantiles']} {counted}{rest}"
    return _Drawn(figure, words.moved(table, options.kind), caption)


def _updates(run: "Recording", options: argparse.Namespace) -> _Drawn:
    from nnviz import plots, tables

    table = tables.recorded_progress(run, statistic="update_to_weight", layers=options.layer)
    shown, rest = _few_rows(run, table, LINES)
    axes = plots.update_ratios(_named(shown))
    median, most = (plots.text.number(x) for x in table["value"].quantile([0.5, 1.0]))
    headline = f"a step moves the weights by {median} of their size in the median, {most} at most"
    marks = words.marks(shown, ["setting"], log=axes.get_yscale() == "log")
    caption = f"Norm of the update over that of the weights. Dotted: a usual guide.{rest}{marks}"
    return _Drawn(axes.figure, headline, caption)


def _top(
    table: "pd.DataFrame", run: "Recording", steps: Collection[int], options: argparse.Namespace
) -> str:
    """Return where a statistic is highest or, of minima, lowest."""
    lowest = options.statistic == "min"
    top = words.top(table, lowest=lowest)
    what = _measured(run, steps if top is None else [top["step"]], options)
    return words.highest(table, what, lowest=lowest)


def _counted(run: "Recording", steps: Collection[int], options: argparse.Namespace) -> str:
    """Return what a statistic was taken of."""
    if is_derived(f"/{options.statistic}"):
        return _DERIVED[options.statistic]
    return f"Of {words.of_kind(options.kind)}. {words.seen(run, steps)}"


def _measured(run: "Recording", steps: Collection[int], options: argparse.Namespace) -> str:
    """Return what was measured, or estimated, as the subject of a sentence."""
    from nnviz.plots import text

    quantity = text.quantity(options.statistic)
    if is_derived(f"/{options.statistic}"):
        return quantity
    how = "" if words.is_exact(run, steps) else "estimated "
    return f"{how}{quantity} of {words.of_kind(options.kind)}"


def _named(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table whose settings, the layers, are written as elsewhere, if they then differ."""
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
    """What a figure shows, what draws it, and which options that takes."""

    help: str
    draw: Callable[["Recording", argparse.Namespace], _Drawn]
    options: Sequence[str]


_DEFAULTS: Mapping[str, str | None] = {
    "layer": "*",
    "kind": None,
    "statistic": "norm",
    "step": None,
    "name": None,
    "by": None,
}
_DERIVED: Mapping[str, str] = {
    "dead": "Units that were silent for every example of ten recorded steps, or more.",
    "saturated": "Values at which the activation function is next to flat.",
    "equal": "Units with the same output as another one.",
    "spread": "Standard deviation over the examples, averaged over entries.",
    "update_to_weight": "Norm of the update over that of the weights.",
}
_OF_A_LAYER = ("layer", "kind", "statistic")
_DRAWINGS: Mapping[str, _Drawing] = {
    "curves": _Drawing("losses and other numbers over the steps", _curves, ["name", "by"]),
    "distributions": _Drawing(
        "histograms of each layer at a step", _distributions, ["layer", "kind", "step"]
    ),
    "quantiles": _Drawing(
        "how the distribution of each layer moves over the steps", _quantiles, ["layer", "kind"]
    ),
    "progress": _Drawing("a statistic of each layer over the steps", _progress, _OF_A_LAYER),
    "map": _Drawing("a statistic of each layer over the steps, as colour", _map, _OF_A_LAYER),
    "depth": _Drawing(
        "a statistic from layer to layer, at some steps", _depth, [*_OF_A_LAYER, "step"]
    ),
    "updates": _Drawing(
        "norm of the update over that of the weights, by step", _updates, ["layer"]
    ),
}
