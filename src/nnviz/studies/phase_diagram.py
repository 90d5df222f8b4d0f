"""Order and chaos in deep tanh networks, by the variance of weights and biases."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.studies.cells.phase_diagram import measure
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Deviation, Extreme, Pick
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.theory import edge_of_chaos
from nnviz.tables import RUN, SWEPT, from_cells
from nnviz.train import run_cells

__all__ = ["phase_diagram"]

TOLERANCE = 0.1
"""How far the line between order and chaos may be from theory's."""

_VARIANCES = {
    "bias_variance": "variance of a bias",
    "weight_variance": "variance of a weight times the number of inputs",
}
_SCHEMAS = {
    "growth": SWEPT.extended(
        "growth of a small difference",
        {
            **RUN,
            **_VARIANCES,
            "growth": "of the squared length of a small difference, from layer to layer",
        },
        label="setting",
        over="weight_variance",
        measured="growth",
        log=["growth"],
    ),
    "edge": SWEPT.extended(
        "edge of chaos",
        {
            **RUN,
            **_VARIANCES,
            "weight_variance": "at which small differences neither shrink nor grow: between two "
            "that were tried, in a straight line",
            "predicted": "the same in theory, for infinite width",
        },
        label="setting",
        over="bias_variance",
        measured="weight_variance",
    ),
}


@declare(_SCHEMAS)
def phase_diagram(
    *,
    bias_variances: Sequence[float] = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4),
    weight_variances: Sequence[float] = tuple(np.linspace(0.5, 4.0, 15).tolist()),
    width: int = 200,
    depth: int = 40,
    samples: int = 8,
    seeds: int = 8,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Find out by which weights and biases deep tanh networks shrink small differences.

    Where they do ("order"), all inputs come out alike; where small differences grow ("chaos"),
    similar inputs come out unlike. In between both signal and gradient pass through many layers.

    Parameters
    ----------
    bias_variances : sequence of float
        Variances of a bias, above 0.
    weight_variances : sequence of float
        Variances of a weight times the number of inputs; two or more.
    width, depth, samples : int
        Units per layer, number of layers, rows of standard normal input.
    seeds : int
        Number of draws of weights, biases and inputs.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below. Where differences shrink or grow at all weight variances that were
        tried, the edge is missing.
    """
    biases = sorted(_checks.sequence("bias_variances", bias_variances, _checks.positive))
    weights = sorted(
        _checks.sequence("weight_variances", weight_variances, _checks.positive, at_least=2)
    )
    sizes = {
        "width": _checks.integer("width", width, at_least=2),
        "depth": _checks.integer("depth", depth, at_least=2),
        "samples": _checks.integer("samples", samples),
    }
    runs = [(bias, seed) for bias in biases for seed in seeds_of(seeds)]
    results = run_cells(
        measure,
        [
            {"bias_variance": bias, "weight_variances": weights, "seed": seed, **sizes}
            for bias, seed in runs
        ],
        n_jobs=n_jobs,
        fresh=fresh,
    )
    labels: list[dict[str, Any]] = [
        {"setting": f"bias variance {bias:g}", "seed": seed, "bias_variance": bias}
        for bias, seed in runs
    ]
    predicted = {bias: edge_of_chaos(bias) for bias in biases}
    edges = [
        {**label, "setting": f"width {width}"}
        | {"weight_variance": _crossing(**result["growth"])}
        | {"predicted": predicted[label["bias_variance"]]}
        for label, result in zip(labels, results, strict=True)
    ]
    found = {
        "growth": from_cells(labels, [result["growth"] for result in results]),
        "edge": pd.DataFrame(edges),
    }
    settings = {
        "activation": "tanh",
        **sizes,
        "bias_variances": biases,
        "weight_variances": weights,
        "input": "standard normal",
        "seeds": seeds,
    }
    return Study.asked("phase_diagram", found, settings, _questions(weights), _SCHEMAS)


def _crossing(weight_variance: np.ndarray, growth: np.ndarray) -> float:
    """Return where growth first comes to 1 from below, on a straight line; NaN for nowhere."""
    beyond = np.flatnonzero((growth[:-1] < 1) & (growth[1:] >= 1))
    if not len(beyond):
        return math.nan
    pair = slice(beyond[0], beyond[0] + 2)
    return float(np.interp(1.0, growth[pair], weight_variance[pair]))


def _questions(weights: Sequence[float]) -> list[Question]:
    """Return what is asked of the line, and of what lies far from it."""

    def at(weight: float) -> Pick:
        return Pick("growth", "growth", {"weight_variance": weight})

    ends: dict[str, str | float] = {"least": weights[0], "most": weights[-1]}
    return [
        Question(
            "edge as predicted",
            "weight variance at which small differences begin to grow, largest deviation from "
            "theory at any bias variance, relative",
            Deviation(Pick("edge", "weight_variance"), Pick("edge", "predicted"), "bias_variance"),
            Bound.at_most(TOLERANCE),
            "Theory for infinite width tells where small differences begin to grow in {activation} "
            "networks of width {width}: at most {number} off the mean of draws",
            "Theory for infinite width does not tell where small differences begin to grow in "
            "{activation} networks of width {width}: at a bias variance of {at:g} it is {number} "
            "off the mean of draws",
            unit="%",
            missing="small differences shrink, or grow, at all weight variances that were tried",
        ),
        Question(
            "order",
            "squared length of a small difference from layer to layer, at a weight variance of "
            "{least:g}, at the bias variance where it is largest",
            Extreme(at(weights[0]), by="bias_variance", over="max"),
            Bound.at_most(0.9),
            "At a weight variance of {least:g} all inputs become alike: of the square of a small "
            "difference at most {number} is left in each layer",
            "Even at a weight variance of {least:g} differences last: a layer leaves {number} of "
            "the square of a small one, at a bias variance of {at:g}",
            subjects=ends,
        ),
        Question(
            "chaos",
            "squared length of a small difference from layer to layer, at a weight variance of "
            "{most:g}, at the bias variance where it is smallest",
            Extreme(at(weights[-1]), by="bias_variance", over="min"),
            Bound.at_least(1.05),
            "At a weight variance of {most:g} similar inputs part: each layer multiplies the "
            "square of a small difference by {number} or more",
            "Even at a weight variance of {most:g} a small difference does not grow everywhere: a "
            "layer multiplies its square by {number} at a bias variance of {at:g}",
            subjects=ends,
        ),
    ]
