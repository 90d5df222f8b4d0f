"""The slides of a run: the numbers that were reported, where they are, and what was found."""

from collections.abc import Iterator
from math import isfinite

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnviz import plots, tables
from nnviz._few import spread
from nnviz._names import is_derived, safe_text
from nnviz.decks.words import WORDS
from nnviz.diagnosis import diagnose
from nnviz.plots import text
from nnviz.record import Recording

__all__ = ["figures_of_run", "found_in"]

_METRICS = ("accuracy", "loss", "batch_loss")
"""The numbers that say most about a run, the best first."""

_SPLITS = ("test", "validation", "train", "")

_PANELS, _STRIPES, _BINS = 4, 40, 60
"""Numbers, layers of a map, bins: what can be read from the last row."""

_CENTRAL = 0.999
"""What share of a layer's values its histogram must reach."""

Drawn = tuple[str, Figure]


def figures_of_run(run: Recording, name: str) -> Iterator[Drawn]:
    """Yield the title of each figure of a run, and the figure, with how to read it below.

    Its numbers, the norms of its layers with what the diagnosis found, and the distributions at
    the last step; what was not recorded is left out.
    """
    if any(not is_derived(number) for number in run.names):
        yield _finished(_curves(run, name), "curves")
    if run.streams and len(run.recorded_at().step):
        kind = "activation" if "activation" in run.kinds else run.kinds[0]
        yield _finished(_map(run, name, kind), "layer_map")
        yield _finished(_histograms(run, name, kind), "distributions")


def found_in(run: Recording) -> list[str]:
    """Return what the diagnosis found, a sentence each."""
    findings = diagnose(run)
    messages = findings.loc[findings["verdict"] == "found", "message"]
    return [safe_text(message, longest=300) for message in dict.fromkeys(messages)]


def _finished(drawn: tuple[str, Figure, str], plot: str) -> Drawn:
    title, figure, part = drawn
    plots.headline(figure, title)
    plots.caption(figure, " ".join(filter(None, (text.KEYS[plot], part))))
    return title, figure


def _curves(run: Recording, name: str) -> tuple[str, Figure, str]:
    table = tables.recorded_curves(run, "*")
    table = table[[not is_derived(metric) for metric in table["metric"]]]
    axis = str(table.groupby("axis")["metric"].nunique().idxmax())
    over = table[table["axis"] == axis]
    shown = over[over["metric"].isin(spread(list(over["metric"].unique()), _PANELS, keep=_METRICS))]
    title = WORDS["run curves of"].format(run=text.shown(name))
    for metric, split in ((metric, split) for metric in _METRICS for split in _SPLITS):
        rows = shown[(shown["metric"] == metric) & (shown["split"] == split)].sort_values(axis)
        if len(rows):
            end = rows.iloc[-1]
            title = WORDS["run curves"].format(
                run=text.shown(name),
                metric=text.of_split(metric, split),
                value=text.number(float(end["value"])),
                axis=WORDS[f"axis {axis}"],
                at=f"{end[axis]:g}",
            )
            break
    return title, _figure(plots.curve_grid(shown, x=axis)), ""


def _map(run: Recording, name: str, kind: str) -> tuple[str, Figure, str]:
    table = tables.recorded_progress(run, statistic="norm", kind=kind)
    layers = list(table["layer"].unique())
    few = spread(layers, _STRIPES)
    drawn = table[table["layer"].isin(few)]
    words = {"run": text.shown(name), "statistic": text.quantity("norm"), "kind": _kind(kind)}
    finite = drawn[drawn["value"].map(isfinite)]
    title = WORDS["run map of"].format(**words)
    if len(finite):
        top = finite.loc[finite["value"].idxmax()]
        title = WORDS["run map"].format(
            **words,
            layer=text.layer(top["layer"]),
            value=text.number(float(top["value"])),
            step=top["step"],
        )
    metric = f"{_kind(kind)}: {text.quantity('norm')}"
    axes = plots.layer_map(drawn.assign(metric=metric), findings=diagnose(run))
    return title, _figure(axes), _part(few, layers)


def _histograms(run: Recording, name: str, kind: str) -> tuple[str, Figure, str]:
    from nnviz.tables.recorded import last_known, layers_of

    layers, step = layers_of(run, kind, "*"), last_known(run)
    few = spread(layers, 2 * _PANELS)
    table = tables.recorded_histograms(run, kind=kind, layers=few, bins=_BINS, central=_CENTRAL)
    title = WORDS["run histograms"].format(run=text.shown(name), kind=_kind(kind), step=step)
    return title, _figure(plots.distribution_grid(table, quantity=kind)), _part(few, layers)


def _kind(kind: str) -> str:
    """Return what many values of a kind are called."""
    return WORDS.get(f"kind {kind}") or text.quantity(kind)


def _part(few: list[str], layers: list[str]) -> str:
    if len(few) == len(layers):
        return ""
    return WORDS["run few"].format(shown=len(few), total=f"{len(layers):,}")


def _figure(drawn: object) -> Figure:
    figure = drawn.get_figure(root=True) if isinstance(drawn, Axes) else drawn
    assert isinstance(figure, Figure)  # none was given, so it is a new one
    return figure
