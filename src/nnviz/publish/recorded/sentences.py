"""What a figure of a run says above it: the main number."""

from collections.abc import Iterable, Mapping
from math import isfinite, log

import pandas as pd

from nnviz._language import said
from nnviz.plots import text

__all__ = [
    "FIRST_METRICS",
    "apart",
    "ends",
    "extremes",
    "farthest",
    "highest",
    "last",
    "last_of_each",
    "most_moved",
    "moved",
    "of_kind",
    "spreads",
    "top",
]

_KINDS = {
    "activation": "activations",
    "gradient": "gradients",
    "weight": "weights",
    "weight_gradient": "the weights' gradients",
    "weight_update": "the weights' updates",
}

FIRST_METRICS = ("accuracy", "loss", "batch_loss")

_FIRST = [(split, metric) for metric in FIRST_METRICS for split in ("test", "validation", "train")]
"""The numbers that say most about a run, the best first."""

_UNITS = {"epoch": "epoch", "environment_step": "environment step"}
"""What an axis counts, in a sentence; all others count steps."""

_EXTREMES = {
    (True, False): "{what} of {layer} is {number} at step {step} at most",
    (True, True): "{what} of {layer} is {number} at step {step} at least",
    (False, False): "{what} is highest in {layer}: {number} at step {step}",
    (False, True): "{what} is lowest in {layer}: {number} at step {step}",
}
"""Where a statistic is highest or lowest, by whether there is one layer, and which is told."""

_MOST_RUNS = 4
"""Of more runs, only two are told by name: the one with the lowest number and the highest."""

_FAR = 2
"""How many times as high as at both ends a statistic must be elsewhere to be mentioned."""

_ALIKE = 1.01
"""Standard deviations whose ratio is less are called the same."""


def of_kind(kind: str) -> str:
    """Return what a kind of stream is called, of many values."""
    return said(_KINDS[kind]) if kind in _KINDS else text.quantity(kind)


def last(curves: pd.DataFrame, axis: str = "step") -> str:
    """Return how the number that says most ends: "test accuracy ends at 0.94, at step 60"."""
    words, rows = _says_most(curves, axis)
    odd = rows[~rows["value"].map(isfinite)]
    unit = _UNITS.get(axis, "step")
    if len(odd):
        at = f"{odd[axis].iloc[0]:g}"
        return said("{what} is not finite from {unit} {at}", what=words, unit=said(unit), at=at)
    end = rows.iloc[-1]
    ends = text.in_unit(end["value"], words), f"{end[axis]:g}"
    sentence = "{what} ends at {number}, at {unit} {at}"
    return said(sentence, what=words, number=ends[0], unit=said(unit), at=ends[1])


def last_of_each(curves: pd.DataFrame, axis: str) -> str:
    """Return how the number that says most ends in several runs: lowest and highest of many."""
    words, rows = _says_most(curves, axis)
    ends = rows.groupby(["setting", "seed"], sort=False)["value"].last()
    means = ends.groupby(level="setting", sort=False).mean().to_dict()
    if len(means) == 1:
        (setting,) = means
        named = {"what": words, "run": text.choice(setting)}
        return said(
            "{what} of {run} ends at {number}", **named, number=text.in_unit(means[setting], words)
        )
    told = list(means) if len(means) <= _MOST_RUNS else extremes(means)
    if not told:
        return said("{what} is finite in none of {runs} runs", what=words, runs=len(means))
    numbers = (f"{text.in_unit(means[name], words)} ({text.choice(name)})" for name in told)
    return said("{what} ends at {numbers}", what=words, numbers=_joined(numbers, len(means)))


def _joined(numbers: Iterable[str], runs: int) -> str:
    """Return the numbers of a few runs, or the lowest and the highest of many."""
    told = list(numbers)
    if runs <= _MOST_RUNS or len(told) != 2:
        return ", ".join(told)
    return said("{low} to {high}", low=told[0], high=told[1])


def _says_most(curves: pd.DataFrame, axis: str) -> tuple[str, pd.DataFrame]:
    """Return the words and rows, in order, of the number that says most about a run."""
    series = dict(iter(curves.groupby(["split", "metric"], sort=False)))
    split, metric = next((key for key in _FIRST if key in series), next(iter(series)))
    words = text.of_split(metric, split, curves)
    return words, series[split, metric].sort_values(axis, kind="stable")


def highest(progress: pd.DataFrame, words: str, *, lowest: bool = False) -> str:
    """Return where a statistic of the layers is highest or lowest."""
    found = top(progress, lowest=lowest)
    if found is None:
        return said("{what} is finite nowhere", what=words)
    sentence = _EXTREMES[progress["layer"].nunique() == 1, lowest]
    number, layer = text.in_unit(found["value"], words), text.layer(found["layer"])
    return said(sentence, what=words, number=number, step=found["step"], layer=layer)


def top(progress: pd.DataFrame, *, lowest: bool = False) -> pd.Series | None:
    """Return the row with the highest value, or the lowest; None if no value is finite."""
    finite = progress[progress["value"].map(isfinite)]
    if finite.empty:
        return None
    return finite.loc[finite["value"].idxmin() if lowest else finite["value"].idxmax()]


def ends(depth: pd.DataFrame, words: str) -> str:
    """Return what a statistic is in the first layer and in the last, at the last step shown.

    And where it is highest, if that is far above both.
    """
    step = depth["setting"].iloc[-1]
    rows = depth[depth["setting"] == step]
    told = [rows.iloc[0], rows.iloc[-1]]
    finite = rows[rows["value"].map(isfinite)]
    top = finite.loc[finite["value"].idxmax()] if len(finite) else told[0]
    if top["value"] > _FAR * max(row["value"] for row in told):
        told.insert(1, top)
    parts = ", ".join(_of_layers(((row["layer"], row["value"]) for row in told), words))
    return said("{what}: {numbers}, at {step}", what=words, numbers=parts, step=text.choice(step))


def _of_layers(numbers: Iterable[tuple[str, float]], of: str = "") -> list[str]:
    """Return numbers of a quantity with the layers that they are of, each once."""
    told = (
        said("{number} in {layer}", number=text.in_unit(value, of), layer=text.layer(layer))
        for layer, value in numbers
    )
    return list(dict.fromkeys(told))


def moved(quantiles: pd.DataFrame, kind: str) -> str:
    """Return between which values nine tenths lie, first and last, where that changed most."""
    layer = most_moved(quantiles)
    if layer is None:
        return said("{kind} are finite nowhere", kind=of_kind(kind))
    wide = _by_rank(quantiles)
    low, high = wide.columns.min(), wide.columns.max()
    rows = wide.loc[layer].sort_index()
    reach = [
        said(
            "{low} to {high} at step {step}",
            low=text.number(row[low]),
            high=text.number(row[high]),
            step=step,
        )
        for step, row in rows.iloc[[0, -1]].iterrows()
    ]
    return said(
        "{share} of {kind} of {layer}: {reach}",
        share=f"{high - low:.0%}",
        kind=of_kind(kind),
        layer=text.layer(layer),
        reach=", ".join(dict.fromkeys(reach)),
    )


def most_moved(quantiles: pd.DataFrame) -> str | None:
    """Return the layer whose values are spread otherwise in the end by the largest factor."""
    wide = _by_rank(quantiles)
    change = {}
    for layer, own in wide.groupby(level="layer", sort=False):
        width = (own[wide.columns.max()] - own[wide.columns.min()]).sort_index()
        first, last = width.iloc[0], width.iloc[-1]
        change[layer] = abs(log(last) - log(first)) if min(first, last) > 0 else 0.0
    return max(change, key=lambda layer: change[layer], default=None)


def _by_rank(quantiles: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each layer and step that has every rank, and a column for each rank."""
    return quantiles.pivot_table("value", ["layer", "step"], "quantile", sort=False).dropna()


def spreads(values: Mapping[str, float], kind: str) -> str:
    """Return in which layer the values of a kind spread least and in which most."""
    layers = extremes(values)
    if not layers:
        return said("{kind} are finite nowhere", kind=of_kind(kind))
    parts = _of_layers((layer, values[layer]) for layer in layers)
    both = said("{low} to {high}", low=parts[0], high=parts[1]) if len(parts) > 1 else parts[0]
    return said("standard deviation of {kind}: {numbers}", kind=of_kind(kind), numbers=both)


def extremes(values: Mapping[str, float]) -> list[str]:
    """Return where a finite value is lowest and where it is highest; none if there is none."""
    ordered = sorted((k for k in values if isfinite(values[k])), key=lambda k: values[k])
    return [ordered[0], ordered[-1]] if ordered else []


def apart(values: Mapping[str, Mapping[str, float]], kind: str) -> str:
    """Return in which layer runs differ most in how far values spread.

    Parameters
    ----------
    values : mapping of run to (mapping of layer to standard deviation)
        What was measured.
    kind : str
        Of what.
    """
    if len(values) == 1:
        ((name, own),) = values.items()
        return f"{spreads(own, kind)} ({text.shown(name)})"
    ratio, few = _ratios(values), len(values) <= _MOST_RUNS
    runs = ", ".join(map(text.shown, values)) if few else said("{runs} runs", runs=len(values))
    if not any(ratio.values()):
        return said("{kind} of {runs}", kind=of_kind(kind), runs=runs)
    layer = max(ratio, key=lambda layer: ratio[layer])
    if ratio[layer] < _ALIKE:
        return said("{kind} of {runs} have the same spread", kind=of_kind(kind), runs=runs)
    own = {name: values[name][layer] for name in values}
    told = own if few else extremes(own)
    numbers = (f"{text.number(own[name])} ({text.shown(name)})" for name in told)
    place = text.layer(layer)
    return said(
        "{place}: standard deviation of {kind} {numbers}",
        place=said("{layer} differs most", layer=place) if len(ratio) > 1 else place,
        kind=of_kind(kind),
        numbers=_joined(numbers, len(values)),
    )


def farthest(values: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return the layer that `apart` names, if it names one."""
    ratio = _ratios(values)
    return [max(ratio, key=lambda layer: ratio[layer])] if ratio else []


def _ratios(values: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return, for each layer of all runs, the largest number over the smallest; 0 if unknown."""
    first, *others = values.values()
    shared = {
        layer: [first[layer], *(own[layer] for own in others)]
        for layer in first
        if all(layer in own for own in others)
    }
    return {
        layer: max(own) / min(own) if all(map(isfinite, own)) and min(own) > 0 else 0.0
        for layer, own in shared.items()
    }
