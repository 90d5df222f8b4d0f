"""How many layers hand on what differs between inputs, by framework's default and activation."""

from collections.abc import Collection, Sequence
from itertools import product

import pandas as pd

from nnviz import _checks, nn
from nnviz.studies.cells.framework_defaults import measure
from nnviz.studies.claims import Bound, Question
from nnviz.studies.framework_defaults import DEFAULTS, defaults_of
from nnviz.studies.measures import Extreme, Pick, Spread
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.tables import EACH, RUN, STATISTIC, from_cells
from nnviz.train import run_cells

__all__ = ["defaults_by_activation"]

LEAST = 0.001
"""The share of the first layer's spread down to which a layer hands its input on."""

_ACTIVATION = {"activation": "after each layer"}
_SCHEMAS = {
    "statistics": STATISTIC.extended(
        "spread by default and activation", _ACTIVATION, panels="activation"
    ),
    "reach": EACH.extended(
        "layers that hand the input on",
        {
            **RUN,
            **_ACTIVATION,
            "layers": "the last one before the spread over the examples is below a thousandth of "
            "the first layer's; the depth, if it never is",
        },
        label="setting",
        measured="layers",
        part="activation",
    ),
}


@declare(_SCHEMAS)
def defaults_by_activation(
    *,
    frameworks: Sequence[str] = ("PyTorch", "Keras", "Xavier", "He"),
    activations: Sequence[str] = ("relu", "tanh", "gelu"),
    width: int = 200,
    depth: int = 50,
    samples: int = 200,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Count the untrained layers through which the spread over examples lasts, by activation.

    Parameters
    ----------
    frameworks : sequence of str
        Whose defaults, as in `framework_defaults`.
    activations : sequence of str
        Names from `nn.ACTIVATIONS`.
    width : int
        Units per layer, and standard normal inputs.
    depth : int
        Number of layers.
    samples : int
        Rows of input.
    seeds : int
        Number of draws of weights, biases and inputs.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below, with spread_kept as in `framework_defaults`: missing where rounding of
        float64 hides it, which is below a thousandth.
    """
    _checks.names("frameworks", frameworks, DEFAULTS)
    _checks.names("activations", activations, nn.ACTIVATIONS)
    net = {
        "width": _checks.integer("width", width, at_least=2),
        "depth": _checks.integer("depth", depth, at_least=2),
        "samples": _checks.integer("samples", samples, at_least=2),
    }
    runs = list(product(frameworks, activations, seeds_of(seeds)))
    results = run_cells(
        measure,
        [
            {"init": weight, "bias_init": bias, "activation": activation, "seed": seed, **net}
            for name, activation, seed in runs
            for weight, bias in [defaults_of(name, activation)]
        ],
        n_jobs=n_jobs,
        fresh=fresh,
    )
    names = ("setting", "activation", "seed")
    labels = [dict(zip(names, run, strict=True)) for run in runs]
    rows = from_cells(labels, [result["statistics"] for result in results])
    statistics = rows[rows["statistic"] == "spread_kept"].reset_index(drop=True)
    spread = statistics.groupby(list(names), sort=False)["value"]
    settings = {
        "input": "standard normal",
        **net,
        "frameworks": list(frameworks),
        "activations": list(activations),
        "least": LEAST,
        "seeds": seeds,
    }
    tables = {
        "statistics": statistics,
        "reach": spread.agg(_reach).rename("layers").reset_index(),
    }
    return Study.asked("defaults_by_activation", tables, settings, _questions(frameworks), _SCHEMAS)


def _reach(spread: pd.Series) -> int:
    """Return how many layers come before the first whose spread is too small, or unknown."""
    return int((spread >= LEAST).cummin().sum())


def _questions(known: Collection[str]) -> list[Question]:
    """Return what is asked of the defaults that were run."""

    def reach(name: str) -> Pick:
        return Pick("reach", "layers", {"setting": name})

    asked = []
    if "PyTorch" in known:
        asked.append(
            Question(
                "lost with any",
                "layers before the spread over the examples is below {least:.1%} of the first "
                "layer's, default of {name}, most over activations",
                Extreme(reach("PyTorch"), "activation", "max"),
                Bound.at_most(20.0),
                "Whatever the activation, the default of {name} hands its input on for {number} "
                "layers at most: then less than {least:.1%} of the spread over the examples is "
                "left",
                "The default of {name} hands its input on for {number} layers, more than {bound}: "
                "so long {least:.1%} of the spread over the examples is left with one activation",
                subjects={"name": "PyTorch"},
            )
        )
    if "Keras" in known:
        asked.append(
            Question(
                "the activation decides",
                "layers before the spread over the examples is below {least:.1%} of the first "
                "layer's, default of {name}, activation with most minus that with fewest",
                Spread(reach("Keras"), "activation"),
                Bound.at_least(20.0),
                "How deep the default of {name} hands its input on is a matter of the activation: "
                "for {highest:.0f} of {depth} layers of {at_high}, for {lowest:.0f} of {at_low}",
                "How deep the default of {name} hands its input on hardly depends on the "
                "activation: for {lowest:.0f} to {highest:.0f} of {depth} layers",
                subjects={"name": "Keras"},
            )
        )
    return asked
