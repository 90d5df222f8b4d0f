"""A statistic of each layer: over the steps, from layer to layer, as colour; and of updates."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import pandas as pd

from nnviz import plots, tables
from nnviz._few import LINES, STRIPES, left_out, spread
from nnviz._language import said
from nnviz._names import is_derived
from nnviz.plots import text
from nnviz.plots._units import Quantity
from nnviz.publish.recorded import by_block, notes, sentences
from nnviz.publish.recorded.blocks import blocks_of
from nnviz.publish.recorded.choice import few_rows, findings_of
from nnviz.publish.recorded.declared import Drawn, Wanted, declare
from nnviz.record import Recording
from nnviz.tables.units import with_units

__all__: list[str] = []

_DERIVED: Mapping[str, str] = {
    "dead": "Units that were silent for every example of ten recorded steps, or more.",
    "saturated": "Values at which the activation function is next to flat.",
    "equal": "Units with the same output as another one.",
    "spread": "Standard deviation over the examples, averaged over entries.",
    "update_to_weight": "Norm of the update over that of the weights.",
}
"""What is counted in a statistic that is not one of the values themselves."""


@declare("progress", "a statistic of each layer over the steps", "layer", "kind", "statistic")
def _progress(run: Recording, wanted: Wanted) -> Drawn:
    table = _over_steps(run, wanted)
    shown, rest, table = _lines(run, wanted, table, lowest=wanted.statistic == "min")
    axes = plots.curves(_called(shown, wanted, "metric"), x="step")
    marks = notes.marks(shown, ["setting", "seed"], log=axes.get_yscale() == "log")
    steps = table["step"].unique()
    caption = f"{rest.lstrip()} {_counted(run, steps, wanted)}{marks}"
    return Drawn(axes.figure, _top(table, run, steps, wanted), caption)


def _lines(
    run: Recording, wanted: Wanted, table: pd.DataFrame, *, lowest: bool = False
) -> tuple[pd.DataFrame, str, pd.DataFrame]:
    """Return the lines to draw, what to say of them, and the table with its layers' names."""
    if (blocks := blocks_of(list(table["layer"].unique()))) is not None:
        shown, rest = by_block.lines(table, blocks, lowest=lowest)
        return shown, rest, by_block.named(table, blocks)
    shown, rest = few_rows(run, wanted, table, LINES, lowest=lowest)
    return _named(shown), f" A line for each layer.{rest}", table


@declare("map", "a statistic of each layer over the steps, as colour", "layer", "kind", "statistic")
def _map(run: Recording, wanted: Wanted) -> Drawn:
    table = _over_steps(run, wanted)
    findings = findings_of(run, wanted)
    steps = table["step"].unique()
    wanted = replace(wanted, findings=findings)
    drawn, rest = few_rows(run, wanted, table, STRIPES, lowest=wanted.statistic == "min")
    if (blocks := blocks_of(list(drawn["layer"].unique()))) is not None:
        drawn, table = by_block.rows(drawn, blocks), by_block.named(table, blocks)
        words = "Parts one below the other, each from the first block to the last."
        rest += f" {said(words)}"
    axes = plots.layer_map(_called(drawn, wanted, "metric"), findings=findings)
    caption = (
        f"{text.KEYS['layer_map']}{rest} {_counted(run, steps, wanted)}"
        f"{notes.found(findings, drawn['layer'].unique())}"
    )
    return Drawn(axes.figure, _top(table, run, steps, wanted), caption)


@declare(
    "depth",
    "a statistic from layer to layer, at some steps",
    "layer",
    "kind",
    "statistic",
    "step",
)
def _depth(run: Recording, wanted: Wanted) -> Drawn:
    table = tables.recorded_depth(
        run,
        statistic=wanted.statistic,
        kind=wanted.kind,
        layers=wanted.layer,
        steps=None if wanted.step is None else list(wanted.step),
    )
    settings = list(table["setting"].unique())
    steps = [int(setting.removeprefix("step ")) for setting in settings]
    blocks = blocks_of(list(table["layer"].unique()))
    if blocks is not None and (wanted.step is None or len(steps) == 1):
        figure, caption = by_block.depth(_called(table, wanted, "statistic"), blocks)
        headline = sentences.ends(
            by_block.named(table, blocks), _measured(table, run, steps[-1:], wanted)
        )
        return Drawn(figure, headline, f"{caption} {_counted(run, steps[-1:], wanted)}")
    few = spread(settings, LINES)
    axes = plots.by_layer(_called(table[table["setting"].isin(few)], wanted, "statistic"))
    rest = left_out(len(few), len(settings), "steps")
    headline = sentences.ends(table, _measured(table, run, steps, wanted))
    caption = f"A line for each step.{rest} {_counted(run, steps, wanted)}"
    return Drawn(axes.figure, headline, caption)


@declare("updates", "norm of the update over that of the weights, by step", "layer")
def _updates(run: Recording, wanted: Wanted) -> Drawn:
    table = tables.recorded_progress(run, statistic="update_to_weight", layers=wanted.layer)
    shown, rest, _ = _lines(run, wanted, table)
    axes = plots.update_ratios(shown)
    median, most = (text.number(x) for x in table["value"].quantile([0.5, 1.0]))
    headline = said(
        "a step moves the weights by {median} of their size in the median, {most} at most",
        median=median,
        most=most,
    )
    marks = notes.marks(shown, ["setting", "seed"], log=axes.get_yscale() == "log")
    caption = f"Norm of the update over that of the weights.{rest} Dotted: a usual guide.{marks}"
    return Drawn(axes.figure, headline, caption)


def _over_steps(run: Recording, wanted: Wanted) -> pd.DataFrame:
    which = {"statistic": wanted.statistic, "kind": wanted.kind, "layers": wanted.layer}
    return tables.recorded_progress(run, **which)


def _top(table: pd.DataFrame, run: Recording, steps: Collection[int], wanted: Wanted) -> str:
    """Return where a statistic is highest or, of minima, lowest."""
    lowest = wanted.statistic == "min"
    top = sentences.top(table, lowest=lowest)
    what = _measured(table, run, steps if top is None else [top["step"]], wanted)
    return sentences.highest(table, what, lowest=lowest)


def _counted(run: Recording, steps: Collection[int], wanted: Wanted) -> str:
    """Return what a statistic was taken of."""
    if is_derived(f"/{wanted.statistic}"):
        return _DERIVED[wanted.statistic]
    of = said("Of {kind}.", kind=sentences.of_kind(wanted.kind))
    return f"{of} {notes.seen(run, steps)}"


def _measured(
    table: pd.DataFrame, run: Recording, steps: Collection[int], wanted: Wanted
) -> Quantity:
    """Return what was measured, or estimated, as the subject of a sentence, with its unit."""
    quantity = text.quantity(wanted.statistic, table)
    if is_derived(f"/{wanted.statistic}"):
        return quantity
    is_exact = notes.is_exact(run, steps)
    what = "{quantity} of {kind}" if is_exact else "estimated {quantity} of {kind}"
    words = said(what, quantity=quantity, kind=sentences.of_kind(wanted.kind))
    return Quantity(words, quantity.unit)


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose settings, the layers, are written as elsewhere, if they then differ."""
    names = {layer: text.layer(layer) for layer in table["setting"].unique()}
    apart = len(set(names.values())) == len(names)
    return table.assign(setting=table["setting"].map(names)) if apart else table


def _called(table: pd.DataFrame, wanted: Wanted, column: str) -> pd.DataFrame:
    """Return a table whose statistic is called as on an axis, and has its unit."""
    words = _words(wanted)
    unit = text.quantity(wanted.statistic, table).unit
    return with_units(table.assign(**{column: words}), {words: unit})


def _words(wanted: Wanted) -> str:
    """Return what is drawn: a name that plots know, or words for an axis."""
    if is_derived(f"/{wanted.statistic}"):
        return wanted.statistic
    return f"{text.quantity(wanted.kind)}: {text.quantity(wanted.statistic)}"
