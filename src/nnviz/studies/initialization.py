"""What initial weights do to activations and gradients, before any training."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks, nn, tables
from nnviz._titles import title
from nnviz._typing import Array, Backward
from nnviz.nn import Initializer
from nnviz.studies._initialization_questions import questions_of
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.theory import propagate
from nnviz.tables import DEPTH_HISTOGRAM, STATISTIC, THEORY
from nnviz.train import run_cells
from nnviz.train.cache import Tables

__all__ = ["initialization"]

INITIALIZERS: Mapping[str, Initializer] = {
    "std 1": nn.normal(1.0),
    "std 0.01": nn.normal(0.01),
    **{title(name): init for name, init in nn.INITIALIZERS.items()},
}
"""By what is written in a figure."""

NOTES = ("zeros", "std 1", "std 0.01", "Xavier", "He")
"""The initial weights of the chapter."""

BINS = 60

_WHICH = {
    "activation": "name of the activation function",
    "initializer": "name of the initializer",
}
_SCHEMAS = {
    "histograms": DEPTH_HISTOGRAM.extended("histogram by initializer", _WHICH),
    "statistics": STATISTIC.extended("statistic by initializer", _WHICH),
    "theory": THEORY.extended("prediction by initializer", _WHICH),
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
    depth, width, samples : int
        Number of layers, units per layer, rows of input.
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
    initializers = _checks.sequence("initializers", initializers, _written)
    sizes = {"depth": depth, "width": width, "samples": samples}
    for name, value in sizes.items():
        _checks.integer(name, value, at_least=2)
    cells = [
        {"activation": activation, "initializer": initializer, "seed": seed, **sizes}
        for activation in activations
        for initializer in initializers
        for seed in seeds_of(seeds)
    ]
    results = run_cells(measure, cells, n_jobs=n_jobs, fresh=fresh)
    names = [
        {
            "setting": f"{cell['activation']}, {cell['initializer']}",
            "activation": cell["activation"],
            "initializer": cell["initializer"],
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
        "initializers": list(initializers),
        **sizes,
        "seeds": seeds,
        "input": "standard normal",
        "bias": False,
    }
    theory = tables.from_cells(
        [
            {"setting": f"{a}, {i}", "activation": a, "initializer": i}
            for a in activations
            for i in initializers
        ],
        [_predicted(a, i, depth, width) for a in activations for i in initializers],
    )
    tables_ = {"histograms": histograms, "statistics": statistics, "theory": theory}
    return Study.asked(
        "initialization", tables_, settings, questions_of(set(statistics["setting"])), _SCHEMAS
    )


def _written(name: str, initializer: str) -> str:
    """Return how the name of an initializer, checked, is written in a figure."""
    return title(_checks.one_of(name, initializer, {**INITIALIZERS, **nn.INITIALIZERS}))


def measure(
    *, activation: str, initializer: str, depth: int, width: int, samples: int, seed: int
) -> Tables:
    """Return histograms and statistics of one draw."""
    rng = np.random.default_rng(seed)
    function = nn.ACTIVATIONS[activation]
    init = INITIALIZERS[initializer]
    x: Array = rng.standard_normal((samples, width))
    outputs: list[Array] = []
    backwards: list[tuple[Backward, Backward]] = []
    for _ in range(depth):
        linear = nn.Linear(width, width, init=init, bias=False, rng=rng, dtype=np.float64)
        x, through_linear = linear(x)
        x, through_activation = function(x)
        outputs.append(x)
        backwards.append((through_linear, through_activation))
    gradient: Array = rng.standard_normal(x.shape)
    rms = np.zeros(depth)
    for k in reversed(range(depth)):
        rms[k] = np.sqrt(np.mean(gradient * gradient))
        through_linear, through_activation = backwards[k]
        gradient, _ = through_activation(gradient)
        gradient, _ = through_linear(gradient)
    limits = _limits(activation, initializer, depth, width)
    edges = np.linspace(*limits, BINS + 1)
    counts = [np.histogram(y, BINS, limits)[0] for y in outputs]  # given edges, it would sort
    layers = np.arange(1, depth + 1)
    return {
        "histograms": {
            "layer": np.repeat(layers, BINS),
            "left": np.tile(edges[:-1], depth),
            "right": np.tile(edges[1:], depth),
            "count": np.concatenate(counts),
        },
        "statistics": _statistics(function, outputs, rms / rms[-1]),
    }


def _statistics(
    function: nn.Activation, outputs: list[Array], gradient: Array
) -> dict[str, np.ndarray]:
    """Return the statistics of each layer, as columns."""
    rows: list[tuple[int, str, float]] = []
    for layer, (y, share) in enumerate(zip(outputs, gradient, strict=True), start=1):
        rows += [
            (layer, "std", float(y.std())),
            (layer, "zero", float(np.mean(y == 0))),
            (layer, "dead", float(np.mean((y == 0).all(axis=0)))),
            (layer, "unit_spread", float(y.std(axis=1).mean())),
            (layer, "gradient_rms", float(share)),
        ]
        if function.saturated is not None:
            rows.append((layer, "saturated", float(np.mean(function.saturated(y)))))
    layers, names, values = zip(*rows, strict=True)
    return {
        "layer": np.array(layers),
        "statistic": np.array(names),
        "value": np.array(values, dtype=np.float64),
    }


def _predicted(
    activation: str, initializer: str, depth: int, width: int
) -> dict[str, NDArray[np.generic]]:
    """Return what theory says of a setting, as columns; nothing where all weights are zero."""
    gain = _gain(initializer, width)
    if not gain:
        return {}
    theory = propagate(activation, gain, depth=depth)
    return {
        "layer": np.tile(np.arange(1, depth + 1), 2),
        "statistic": np.repeat(["std", "gradient_rms"], depth),
        "value": np.concatenate([np.sqrt(theory["activation_variance"]), theory["gradient_rms"]]),
    }


def _gain(initializer: str, width: int) -> float:
    """Return the variance of a weight times the number of inputs, which is the width."""
    gains = {"zeros": 0.0, "std 1": width, "std 0.01": 1e-4 * width, "He": 2.0, "He uniform": 2.0}
    return gains.get(initializer, 1.0)


def _limits(activation: str, initializer: str, depth: int, width: int) -> tuple[float, float]:
    """Return the range of a setting's histograms.

    Sigmoid and tanh have bounds of their own. For the others, four standard deviations of the
    widest layer's input as theory predicts it for ReLU (He et al., 2015): it does not depend on
    the draw, so that the counts of all seeds add up.
    """
    if activation == "sigmoid":
        return 0.0, 1.0
    if activation == "tanh":
        return -1.0, 1.0
    gain = _gain(initializer, width)
    variances = [gain * (gain / 2) ** k for k in range(depth)]
    widest = 4 * float(np.sqrt(max(variances)))
    return (0.0 if activation == "relu" else -widest), widest or 1.0
