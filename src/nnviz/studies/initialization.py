"""What initial weights do to activations and gradients, before any training."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks, nn, tables
from nnviz._titles import title
from nnviz.studies._initialization_questions import questions_of
from nnviz.studies.cells.initialization import INITIALIZERS, gain, measure
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.theory import propagate
from nnviz.tables import DEPTH_HISTOGRAM, STATISTIC, THEORY
from nnviz.train import run_cells

__all__ = ["initialization"]


NOTES = ("zeros", "std 1", "std 0.01", "Xavier", "He")
"""The initial weights of the chapter."""


_WHICH = {
    "activation": "name of the activation function",
    "initializer": "name of the initializer",
}
_PARTS = {"setting": list(_WHICH)}
_SCHEMAS = {
    "histograms": DEPTH_HISTOGRAM.extended("histogram by initializer", _WHICH, parts=_PARTS),
    "statistics": STATISTIC.extended("statistic by initializer", _WHICH, parts=_PARTS),
    "theory": THEORY.extended("prediction by initializer", _WHICH, parts=_PARTS),
}


@declare(_SCHEMAS)
def initialization(
    *,
    activations: Sequence[str] = ("sigmoid", "tanh", "relu"),
    initializers: Sequence[str] = NOTES,
    depth: int = 5,
    width: int = 100,
    samples: int = 1000,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Send standard normal input through untrained layers, and a random gradient back.

    Layers have as many inputs as outputs and no bias, as in the notes.

    Parameters
    ----------
    activations : sequence of str
        Names from `nn.ACTIVATIONS`.
    initializers : sequence of str
        "std 1", "std 0.01", and names from `nn.INITIALIZERS`, also as they are written in a
        figure: "Xavier" (variance 1/n_in), "He" (2/n_in).
    depth : int
        Number of layers.
    width : int
        Units per layer.
    samples : int
        Rows of input.
    seeds : int
        Number of draws of input, weights and upstream gradient.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below, histograms of all seeds together. Statistics are std, zero, gradient_rms
        relative to the last layer, saturated, the fraction of outputs beyond .05/.95 (sigmoid) or
        ±.95 (tanh), dead, the fraction of units that are zero for every sample, and unit_spread,
        the mean standard deviation between the units of a layer for one sample; ``theory`` is
        what `propagate` says of std and gradient_rms.
    """
    _checks.names("activations", activations, nn.ACTIVATIONS)
    written = {title(name): name for name in _checks.sequence("initializers", initializers, _known)}
    sizes = {"depth": depth, "width": width, "samples": samples}
    for name, value in sizes.items():
        _checks.integer(name, value, at_least=2)
    cells: list[dict[str, Any]] = [
        {"activation": activation, "initializer": initializer, "seed": seed, **sizes}
        for activation in activations
        for initializer in written.values()
        for seed in seeds_of(seeds)
    ]
    results = run_cells(measure, cells, n_jobs=n_jobs, fresh=fresh)
    names = [
        {
            "setting": f"{cell['activation']}, {title(cell['initializer'])}",
            "activation": cell["activation"],
            "initializer": title(cell["initializer"]),
            "seed": cell["seed"],
        }
        for cell in cells
    ]
    statistics = tables.from_cells(names, [result["statistics"] for result in results])
    per_seed = tables.from_cells(names, [result["histograms"] for result in results])
    by = ["setting", "activation", "initializer", "layer", "left", "right"]
    histograms = per_seed.groupby(by, sort=False)["count"].sum().reset_index()
    settings = {
        "activations": list(activations),
        "initializers": list(written),
        **sizes,
        "seeds": seeds,
        "input": "standard normal",
        "bias": False,
    }
    theory = tables.from_cells(
        [
            {"setting": f"{a}, {i}", "activation": a, "initializer": i}
            for a in activations
            for i in written
        ],
        [_predicted(a, i, depth, width) for a in activations for i in written.values()],
    )
    tables_ = {"histograms": histograms, "statistics": statistics, "theory": theory}
    return Study.asked(
        "initialization", tables_, settings, questions_of(set(statistics["setting"])), _SCHEMAS
    )


def _known(name: str, initializer: str) -> str:
    """Return the name of an initializer, which may be given as it is written in a figure."""
    known = {title(own): own for own in INITIALIZERS} | {own: own for own in INITIALIZERS}
    return known[_checks.one_of(name, initializer, known)]


def _predicted(
    activation: str, initializer: str, depth: int, width: int
) -> dict[str, NDArray[np.generic]]:
    """Return what theory says of a setting, as columns; nothing where all weights are zero."""
    gained = gain(initializer, width)
    if not gained:
        return {}
    theory = propagate(activation, gained, depth=depth)
    return {
        "layer": np.tile(np.arange(1, depth + 1), 2),
        "statistic": np.repeat(["std", "gradient_rms"], depth),
        "value": np.concatenate([np.sqrt(theory["activation_variance"]), theory["gradient_rms"]]),
    }
