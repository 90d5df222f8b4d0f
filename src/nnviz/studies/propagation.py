"""How variance and gradient travel through deep untrained layers, beside what theory says."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from nnviz import _checks, nn
from nnviz.studies.cells.propagation import by_layer, measure
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Deviation, Edge, Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.theory import propagate
from nnviz.tables import STATISTIC, THEORY, from_cells
from nnviz.train import run_cells

__all__ = ["propagation"]

GAINS: Mapping[str, float] = {"Xavier": 1.0, "He": 2.0}
"""The variance of a weight times the number of inputs."""

TOLERANCE = 0.2
"""How far the mean over seeds may be from theory at any depth, relative to it.

At width 500, ReLU and one seed, the variance of layer 10 scatters by √(10 · 5/500) = 32 %
(5 is E[φ⁴]/E[φ²]² − 1): the mean of ten seeds by 10 %.
"""

_WHICH = {
    "activation": "name of the activation function",
    "initializer": "name of the initializer",
}
_PARTS = {"setting": list(_WHICH)}
_SCHEMAS = {
    "statistics": STATISTIC.extended("statistic by initializer", _WHICH, parts=_PARTS),
    "theory": THEORY.extended("prediction by initializer", _WHICH, parts=_PARTS),
}


@declare(_SCHEMAS)
def propagation(
    *,
    activations: Sequence[str] = ("identity", "tanh", "relu", "sigmoid"),
    gains: Mapping[str, float] = GAINS,
    width: int = 500,
    depth: int = 10,
    samples: int = 100,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Send standard normal input through untrained layers, and a random gradient back.

    Parameters
    ----------
    activations : sequence of str
        Names from `nn.ACTIVATIONS`.
    gains : mapping of str to float
        By what is written in a figure: the variance of a weight times the number of inputs.
    width : int
        Units per layer.
    depth : int
        Number of layers.
    samples : int
        Rows of input.
    seeds : int
        Number of draws of input, weights and upstream gradient.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below: preactivation_variance, activation_variance, and gradient_rms with
        respect to each layer's output, relative to the last layer's; ``theory`` from `propagate`.
    """
    _checks.names("activations", activations, nn.ACTIVATIONS)
    _checks.mapping("gains", gains, _checks.positive, at_least=1)
    sizes = {"width": width, "depth": depth, "samples": samples}
    for name, value in sizes.items():
        _checks.integer(name, value, at_least=2)
    settings = [
        (activation, name, float(gain))
        for activation in activations
        for name, gain in gains.items()
    ]
    runs = [(*setting, seed) for setting in settings for seed in seeds_of(seeds)]
    cells = [
        {"activation": activation, "gain": gain, "seed": seed, **sizes}
        for activation, _, gain, seed in runs
    ]
    results = run_cells(measure, cells, n_jobs=n_jobs, fresh=fresh)
    labels = [{**_labels(activation, name), "seed": seed} for activation, name, _, seed in runs]
    statistics = from_cells(labels, [result["statistics"] for result in results])
    theory = from_cells(
        [_labels(activation, name) for activation, name, _ in settings],
        [by_layer(propagate(activation, gain, depth=depth)) for activation, _, gain in settings],
    )
    facts = {
        "activations": list(activations),
        **sizes,
        "gains": dict(gains),
        "tolerance": TOLERANCE,
        "input": "standard normal",
        "bias": False,
        "seeds": seeds,
    }
    found = {"statistics": statistics, "theory": theory}
    known = {(activation, name) for activation, name, _ in settings}
    return Study.asked("propagation", found, facts, _questions(known), _SCHEMAS)


def _labels(activation: str, initializer: str) -> dict[str, Any]:
    return {
        "setting": f"{activation}, {initializer}",
        "activation": activation,
        "initializer": initializer,
    }


def _questions(known: Collection[tuple[str, str]]) -> list[Question]:
    """Return what is asked of the settings that were run."""
    # Each with the initialization that is made for it.
    matched = [("identity", "Xavier"), ("tanh", "Xavier"), ("relu", "He")]
    asked = [
        _as_predicted(*setting, statistic, what)
        for setting in matched
        if setting in known
        for statistic, what in (
            ("preactivation_variance", "variance"),
            ("gradient_rms", "gradient"),
        )
    ]
    if {("sigmoid", "Xavier"), ("relu", "He")} <= set(known):
        asked.append(_vanishes(("sigmoid", "Xavier"), ("relu", "He")))
    return asked


def _as_predicted(activation: str, initializer: str, statistic: str, what: str) -> Question:
    where = {"setting": f"{activation}, {initializer}", "statistic": statistic}
    return Question(
        f"{activation}: {what} as predicted",
        f"{what} of {{activation}}, largest deviation of any layer, relative to theory",
        Deviation(Pick("statistics", where=where), Pick("theory", where=where), "layer"),
        Bound.at_most(TOLERANCE),
        f"Theory predicts the {what} of {{activation}} layers at every depth: averaged over draws, "
        "it is at most {number:.1%} off",
        f"The {what} of {{activation}} layers is not what theory predicts within {{tolerance:.0%}}:"
        " layer {at} is off by {number:.0%}",
        unit="%",
        subjects={"activation": activation, "initializer": initializer},
    )


def _vanishes(worse: tuple[str, str], better: tuple[str, str]) -> Question:
    def arrives(setting: tuple[str, str]) -> Pick:
        where = {"setting": ", ".join(setting), "statistic": "gradient_rms", "layer": Edge.FIRST}
        return Pick("statistics", where=where)

    return Question(
        "sigmoid's gradient vanishes",
        "gradient at the first of {depth} layers, {worse} with {its} divided by {better} with "
        "{hers}",
        Ratio(arrives(worse), arrives(better)),
        Bound.at_most(1e-4),
        "Through {depth} layers of {worse}, {a:.1g} of a gradient is left; through {better} "
        "with {hers} initialization, {b:.2g}",
        "Through {depth} layers of {worse}, {a:.1g} of a gradient is left, {number} of what "
        "{better} keeps with {hers} initialization: not less than {bound}",
        subjects={"worse": worse[0], "its": worse[1], "better": better[0], "hers": better[1]},
    )
