"""How wide each layer's activations are with batch normalization and without, by weight scale."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnviz import _checks, nn
from nnviz.studies.cells.normalized_layers import by_layer, measure
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Deviation, Edge, Pick, Ratio, Spread, Within
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.theory import propagate_normalized
from nnviz.studies.training import batch_of, data_of, facts_of
from nnviz.tables import STATISTIC, THEORY, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["normalized_layers"]

PLACES = {"no batch norm": None, "batch norm before activation": "before"}

_WHICH = {
    "network": "with batch normalization, or without",
    "scale": "standard deviation of the initial weights",
}
_PARTS = {"setting": list(_WHICH)}
_SCHEMAS = {
    "statistics": STATISTIC.extended("statistic by scale", _WHICH, parts=_PARTS),
    "theory": THEORY.extended("prediction by scale", _WHICH, parts=_PARTS),
}


@declare(_SCHEMAS)
def normalized_layers(
    data: Dataset | None = None,
    *,
    scales: Sequence[float] = (1.0, 0.1, 0.01, 1e-3, 1e-4),
    activation: str = "relu",
    width: int = 100,
    depth: int = 5,
    eps: float = 1e-6,
    batch_size: int = 200,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Pass one batch through untrained layers, with batch normalization and without.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    scales : sequence of float
        Standard deviations of all weights.
    activation : str
        A name from `nn.ACTIVATIONS`.
    width : int
        Units per hidden layer.
    depth : int
        Number of hidden layers.
    eps : float
        What batch normalization adds to the variance; by default the notes' 1e-6.
    batch_size : int
        Rows of the batch, the first of the training set.
    seeds, n_jobs, fresh
        As in `batch_normalization`; weights differ between seeds.

    Returns
    -------
    Study
        The tables below: std, over rows and units, of each layer's activations, and ``theory``,
        the same of batch normalization from `propagate_normalized`. The claims call a scale large
        enough where eps is at most a tenth of width · scale², which is about the variance that it
        is added to.
    """
    data = data_of(data, digits)
    net: dict[str, Any] = {
        "activation": _checks.one_of("activation", activation, nn.ACTIVATIONS),
        "width": _checks.integer("width", width, at_least=2),
        "depth": _checks.integer("depth", depth, at_least=2),
        "eps": _checks.positive("eps", eps),
        **batch_of(data, batch_size),
    }
    scales = _checks.sequence("scales", scales, _checks.positive)
    settings = [(name, scale) for name in PLACES for scale in scales]
    runs = [(*setting, seed) for setting in settings for seed in seeds_of(seeds)]
    cells = [
        {"data": data, "scale": scale, "batch_norm": PLACES[name], "seed": seed, **net}
        for name, scale, seed in runs
    ]
    results = run_cells(measure, cells, n_jobs=n_jobs, fresh=fresh)
    labels = [{**_labels(name, scale), "seed": seed} for name, scale, seed in runs]
    inputs = float(data.x_train[: net["batch_size"]].var(axis=0, dtype=np.float64).sum())
    normalized = list(PLACES)[-1]
    theory = [
        propagate_normalized(activation, scale, inputs=inputs, width=width, depth=depth, eps=eps)
        for scale in scales
    ]
    found = {
        "statistics": from_cells(labels, [result["statistics"] for result in results]),
        "theory": from_cells(
            [_labels(normalized, scale) for scale in scales], list(map(by_layer, theory))
        ),
    }
    enough = math.sqrt(10 * net["eps"] / net["width"])
    facts = {**facts_of(data), **net, "scales": scales, "enough": enough, "seeds": seeds}
    questions = _questions(Within(enough, math.inf))
    return Study.asked("normalized_layers", found, facts, questions, _SCHEMAS)


def _labels(name: str, scale: float) -> Mapping[str, Any]:
    return {"setting": f"{name}, {scale:g}", "network": name, "scale": scale}


def _questions(enough: Within) -> list[Question]:
    plain, normalized = PLACES

    def std(network: str, layer: Edge, scale: Within | Edge = enough) -> Pick:
        return Pick("statistics", where={"network": network, "layer": layer, "scale": scale})

    smallest = {"network": normalized, "scale": Edge.FIRST}
    return [
        Question(
            "alike at every scale",
            "standard deviation in layer {depth} with batch normalization, highest divided by "
            "lowest of the weight scales where epsilon is negligible",
            Spread(std(normalized, Edge.LAST), "scale", "ratio"),
            Bound.at_most(1.2),
            "With batch normalization, layer {depth} spreads alike at every weight scale above "
            "{enough:.2g}: within a factor of {number:.2f}",
            "With batch normalization, too, layer {depth} depends on the weights: its standard "
            "deviation is {highest:.2g} at a scale of {at_high:g}, {lowest:.2g} at {at_low:g}",
        ),
        Question(
            "alike in every layer",
            "standard deviation with batch normalization, layer {depth} divided by first",
            Ratio(std(normalized, Edge.LAST), std(normalized, Edge.FIRST)),
            Bound(0.8, 1.25),
            "With batch normalization, layer {depth} spreads as much as the first: its standard "
            "deviation is {a:.2f}, that of the first {b:.2f}",
            "With batch normalization, too, the spread changes with depth: it is {b:.2f} in the "
            "first layer and {a:.2f} in layer {depth}",
        ),
        Question(
            "not without it",
            "standard deviation in layer {depth} without batch normalization, highest divided by "
            "lowest weight scale",
            Spread(std(plain, Edge.LAST), "scale", "ratio"),
            Bound.at_least(1e6),
            "Without batch normalization the weights decide: the standard deviation of layer "
            "{depth} is {highest:.2g} at a scale of {at_high:g}, {lowest:.2g} at {at_low:g}",
            "Without batch normalization the standard deviation of layer {depth} differs less "
            "than {bound} times: it is {highest:.2g} at a scale of {at_high:g}, {lowest:.2g} at "
            "{at_low:g}",
        ),
        Question(
            "epsilon ends it",
            "standard deviation with batch normalization at the smallest weight scale, layer "
            "{depth} divided by first",
            Ratio(std(normalized, Edge.LAST, Edge.FIRST), std(normalized, Edge.FIRST, Edge.FIRST)),
            Bound.at_most(0.5),
            "Batch normalization ends where the variance falls below its epsilon of {eps:g}: at "
            "the smallest weights layer {depth} keeps {number:.0%} of the first layer's spread",
            "An epsilon of {eps:g} leaves {number} of the first layer's spread to layer {depth} at "
            "the smallest weights, more than {bound}",
            unit="%",
        ),
        Question(
            "epsilon as predicted",
            "standard deviation at the smallest weight scale, largest deviation of any layer from "
            "theory, relative to it",
            Deviation(Pick("statistics", where=smallest), Pick("theory", where=smallest), "layer"),
            Bound.at_most(0.1),
            "What epsilon leaves of the smallest weights is what theory predicts, within "
            "{bound:.0%} in every layer",
            "What epsilon leaves of the smallest weights is not what theory predicts within "
            "{bound:.0%}: layer {at} is off by {number:.0%}",
            unit="%",
        ),
    ]
