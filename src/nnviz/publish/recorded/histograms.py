"""Histograms of each layer at a step, of one run or of several on top of each other."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure, SubFigure

from nnviz import plots, tables
from nnviz._few import LAYER, LINES, PANELS, left_out, spread
from nnviz._language import said
from nnviz.publish.recorded import by_block, notes, sentences
from nnviz.publish.recorded.blocks import Blocks, blocks_of
from nnviz.publish.recorded.choice import few_layers
from nnviz.publish.recorded.declared import Drawn, Wanted, declare
from nnviz.record import Recording
from nnviz.tables.recorded import last_known, statistics_at

__all__ = ["at", "deviations", "distributions_of_runs"]

_DRAWN, _BINS = 0.98, 100
"""The share of each layer's values that a figure reaches at least, and its bins."""


@declare("distributions", "histograms of each layer at a step", "layer", "kind", "step")
def _distributions(run: Recording, wanted: Wanted) -> Drawn:
    steps = [last_known(run)] if wanted.step is None else wanted.step
    if len(steps) != 1:
        raise ValueError(f"step must be one step for distributions; got {list(steps)}")
    values = deviations(run, steps[0], wanted)
    if (blocks := blocks_of(list(values))) is not None:
        few, rest = by_block.distributions(values, blocks)
        values = {blocks.called(layer): own for layer, own in values.items()}
    else:
        few, rest = few_layers(run, wanted, list(values), PANELS, sentences.extremes(values))
    figure, caption = _overlaid({"": run}, {"": steps[0]}, wanted.kind, few or wanted.layer, blocks)
    return Drawn(figure, sentences.spreads(values, wanted.kind), caption + rest)


def distributions_of_runs(
    runs: Mapping[str, Recording], steps: Mapping[str, int], wanted: Wanted
) -> Drawn:
    """Return the distributions of several runs, each at a step of its own."""
    few = {name: steps[name] for name in spread(list(steps), LINES)}
    values = {name: deviations(runs[name], step, wanted) for name, step in few.items()}
    layers = list(dict.fromkeys(layer for own in values.values() for layer in own))
    shown = _of_all(layers, values)
    figure, caption = _overlaid(runs, few, wanted.kind, shown or wanted.layer)
    caption += left_out(len(few), len(steps), "runs")
    caption += left_out(len(shown), len(layers), "layers", LAYER)
    return Drawn(figure, sentences.apart(values, wanted.kind), caption)


def at(steps: Mapping[str, int]) -> str:
    """Return at which steps runs are seen: "step 60", "steps 60, 80"."""
    parts = list(dict.fromkeys(map(str, steps.values())))
    if len(parts) == 1:
        return said("step {step}", step=parts[0])
    return said("steps {steps}", steps=", ".join(map(str, steps.values())))


def _of_all(layers: Sequence[str], values: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return the layers to draw; of very many, only such as all runs have, if there are any."""
    if len(layers) <= PANELS:
        return list(layers)
    shared = [layer for layer in layers if all(layer in own for own in values.values())]
    return spread(shared or layers, PANELS, keep=sentences.farthest(values))


def deviations(run: Recording, step: int, wanted: Wanted) -> dict[str, float]:
    """Return the standard deviation of each layer's values of the chosen kind at a step."""
    found = statistics_at(run, step, wanted.layer)
    return {layer: own["std"] for (layer, kind), own in found.items() if kind == wanted.kind}


def _overlaid(
    runs: Mapping[str, Recording],
    steps: Mapping[str, int],
    kind: str,
    layers: str | Sequence[str],
    blocks: Blocks | None = None,
) -> tuple[Figure | SubFigure, str]:
    """Return a figure of the distributions of one kind, a panel for each layer, and its caption.

    A few values far out are left out, which the caption says.
    """
    same = set(steps.values())
    step = same.pop() if len(same) == 1 else None  # of each the last one that is known well
    own = {name: runs[name] for name in steps}
    which: Any = {"kind": kind, "layers": layers, "step": step}
    shown = tables.recorded_histograms(own, **which, central=_DRAWN, bins=_BINS)
    total = tables.recorded_histograms(own, **which)["count"].sum()
    panels = shown if blocks is None else by_block.in_panels(shown, blocks)
    columns = None if blocks is None else by_block.COLUMNS
    figure = plots.distribution_grid(panels, quantity=kind, columns=columns)
    beyond = 1 - shown["count"].sum() / total if total else 0.0
    rest = f" {beyond:.2%} of the values are farther out." if beyond > 5e-5 else ""
    seen = [notes.seen(runs[name], [step]) for name, step in steps.items()]
    counted = " ".join(dict.fromkeys(seen))
    what = said("{kind} at {steps}.", kind=sentences.of_kind(kind), steps=at(steps))
    key = plots.text.KEYS["distributions"]
    return figure, f"{what[:1].upper()}{what[1:]} {counted} {key}{rest}"
