"""What the frameworks' default weights and biases make of an input, layer by layer."""

from collections.abc import Collection, Mapping, Sequence

from nnviz import _checks, nn
from nnviz.studies.cells.framework_defaults import measure
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Edge, Level, Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, facts_of
from nnviz.tables import STATISTIC, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["framework_defaults"]

UNBIASED = "PyTorch with zero biases"

DEFAULTS: Mapping[str, tuple[str, str]] = {
    "PyTorch": ("pytorch_uniform", "pytorch_uniform"),
    UNBIASED: ("pytorch_uniform", "zeros"),
    "Keras": ("glorot_uniform", "zeros"),
    "Flax": ("lecun_truncated", "zeros"),
    "Haiku": ("haiku_truncated", "zeros"),
    "scikit-learn": ("glorot_uniform", "glorot_uniform"),
    "Xavier": ("xavier", "zeros"),
    "He": ("he_normal", "zeros"),
}
"""Initializers of weight and bias of a dense layer; the last two are the notes' own."""

LOGISTIC = {"scikit-learn": ("sklearn_logistic", "sklearn_logistic")}
"""What is drawn instead where the activation is the logistic function."""


def defaults_of(name: str, activation: str) -> tuple[str, str]:
    """Return the initializers of weight and bias that a framework draws for an activation."""
    return (LOGISTIC if activation == "sigmoid" else {}).get(name, DEFAULTS[name])


_SCHEMAS = {
    "statistics": STATISTIC.extended(
        "statistic by default",
        {"weight": "name of the weight's initializer", "bias": "name of the bias's initializer"},
    )
}


@declare(_SCHEMAS)
def framework_defaults(
    data: Dataset | None = None,
    *,
    frameworks: Sequence[str] = tuple(DEFAULTS),
    activation: str = "relu",
    width: int = 500,
    depth: int = 10,
    samples: int = 500,
    seeds: int = 20,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Send inputs through untrained layers with the weights and biases that frameworks draw.

    Parameters
    ----------
    data : Dataset, optional
        Its training set is the input. By default, standard normal numbers, `width` to a row.
    frameworks : sequence of str
        Whose defaults: "PyTorch" (those of Equinox, MLX and tinygrad, too), "PyTorch, zero
        biases", "Keras" (and PaddlePaddle), "Flax", "Haiku", "scikit-learn"; and "Xavier" and
        "He" as in the notes.
    activation : str
        A name from `nn.ACTIVATIONS`. For "sigmoid" scikit-learn draws other weights.
    width : int
        Units per layer.
    depth : int
        Number of layers.
    samples : int
        Rows of input; of `data`, the first ones.
    seeds : int
        Number of draws of weights, biases and, without data, of inputs.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The table below. Of each layer's outputs: std_kept, the standard deviation of all values,
        over examples and units, relative to the first layer's; spread_kept, the standard
        deviation over the examples, mean over units, relative to the first layer's; and
        std_over_spread, the one over the other. A spread below 1e-13 of the size of the outputs
        is NaN: rounding of float64 hides it.
    """
    given = {} if data is None else {"data": data_of(data, digits)}
    _checks.names("frameworks", frameworks, DEFAULTS)
    net = {
        "activation": _checks.one_of("activation", activation, nn.ACTIVATIONS),
        "width": _checks.integer("width", width, at_least=2),
        "depth": _checks.integer("depth", depth, at_least=2),
        "samples": _checks.integer("samples", samples, at_least=2),
    }
    runs = [
        (name, *defaults_of(name, activation), seed)
        for name in frameworks
        for seed in seeds_of(seeds)
    ]
    results = run_cells(
        measure,
        [
            {**given, "init": weight, "bias_init": bias, "seed": seed, **net}
            for _, weight, bias, seed in runs
        ],
        n_jobs=n_jobs,
        fresh=fresh,
    )
    labels = [
        {"setting": name, "weight": weight, "bias": bias, "seed": seed}
        for name, weight, bias, seed in runs
    ]
    statistics = from_cells(labels, [result["statistics"] for result in results])
    facts = {
        **({"input": "standard normal"} if data is None else facts_of(data)),
        **net,
        "frameworks": list(frameworks),
        "seeds": seeds,
    }
    return Study.asked(
        "framework_defaults", {"statistics": statistics}, facts, _questions(frameworks), _SCHEMAS
    )


def _questions(known: Collection[str]) -> list[Question]:
    """Return what is asked of the defaults that were run."""
    asked = []
    if {"PyTorch", "Keras"} <= set(known):
        asked += [_alike("PyTorch", "Keras"), _apart("PyTorch", "Keras")]
    if "PyTorch" in known:
        asked.append(_hardly_depends("PyTorch"))
    if {"PyTorch", UNBIASED} <= set(known):
        asked.append(_by_biases("PyTorch", UNBIASED))
    return asked


def _last(setting: str, statistic: str) -> Pick:
    where = {"setting": setting, "statistic": statistic, "layer": Edge.LAST}
    return Pick("statistics", where=where)


_ROUNDED = "the outputs no longer differ between examples by more than rounding"


def _alike(one: str, other: str) -> Question:
    return Question(
        "alike in all values",
        "standard deviation of all values of layer {depth}, relative to the first layer's, {one} "
        "divided by {other}",
        Ratio(_last(one, "std_kept"), _last(other, "std_kept")),
        Bound(0.8, 1.25),
        "By the histogram of all values, the defaults of {one} and {other} are alike: layer "
        "{depth} of {activation} keeps {a:.1%} and {b:.1%} of the first layer's standard deviation",
        "By the histogram of all values, the defaults of {one} and {other} differ: layer "
        "{depth} of {activation} keeps {a:.2%} and {b:.2%} of the first layer's standard deviation",
        subjects={"one": one, "other": other},
    )


def _apart(one: str, other: str) -> Question:
    return Question(
        "apart over the examples",
        "spread over the examples in layer {depth}, relative to the first layer's, {other} divided "
        "by {one}",
        Ratio(_last(other, "spread_kept"), _last(one, "spread_kept")),
        Bound.at_least(30.0),
        "With {other}'s default initialization, layer {depth} of {activation} keeps {number:,.0f} "
        "times as much of the spread over the examples as with {one}'s",
        "Defaults that look alike: of what differs between inputs, {other} passes {number} times "
        "as much from the first layer to layer {depth} of {activation} as {one}, less than {bound}",
        subjects={"one": one, "other": other},
        given=("alike in all values",),
        missing=_ROUNDED,
    )


def _hardly_depends(name: str) -> Question:
    return Question(
        "hardly depends on its input",
        "standard deviation of all values of layer {depth} divided by the spread over the "
        "examples, {name}",
        Level(_last(name, "std_over_spread")),
        Bound.at_least(100.0),
        "After {depth} layers of {activation}, the default of {name} hardly depends on its input: "
        "the output spreads {number:,.0f} times as much in all as over the examples",
        "After {depth} layers of {activation}, the default of {name} still depends on its input: "
        "the output spreads {number} times as much in all as over the examples, less than {bound}",
        subjects={"name": name},
        missing=_ROUNDED,
    )


def _by_biases(own: str, zero: str) -> Question:
    return Question(
        "it is the biases",
        "standard deviation of all values of layer {depth} divided by the spread over the "
        "examples, {own} divided by {zero}",
        Ratio(_last(own, "std_over_spread"), _last(zero, "std_over_spread")),
        Bound.at_least(10.0),
        "What is left are the biases: without them the output spreads {b:.2g} times as much in all "
        "as over the examples, with them {a:,.0f} times",
        "It is not the biases alone: without them the output spreads {b:.3g} times as much in all "
        "as over the examples, with them {a:.3g} times",
        subjects={"own": own, "zero": zero},
        given=("hardly depends on its input",),
        missing=_ROUNDED,
    )
