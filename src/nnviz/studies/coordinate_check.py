"""How far the first updates move what a network computes, the wider it is."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, nn
from nnviz.studies.cells.coordinate_check import ADAPTIVE, measure
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Level, Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of
from nnviz.tables import EACH, RUN, SWEPT, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["coordinate_check"]

SCALINGS: Mapping[str, bool] = {"standard": False, "maximal update": True}
"""Whether learning rates are scaled with the width, by what the scaling is called."""

STEEP, FLAT = 0.3, 0.1
"""From which slope on a change grows with the width, and up to which it does not."""

_LAYER = {"layer": "layer 1 and so on, or the output", "scaling": "of the learning rates"}
_SCHEMAS = {
    "changes": SWEPT.extended(
        "change by width",
        {
            **_LAYER,
            "seed": RUN["seed"],
            "width": "units in each hidden layer",
            "change": "of a layer's sums by the first updates, root mean square over rows and "
            "units",
        },
        label="layer",
        panels="scaling",
        over="width",
        measured="change",
        log=["width", "change"],
        display={"change": "change of the sums"},
    ),
    "growth": EACH.extended(
        "growth with the width",
        {
            **_LAYER,
            "seed": RUN["seed"],
            "slope": "of the logarithm of the change over that of the width, by least squares",
            "factor": "change at the largest width over that at the smallest",
        },
        label="scaling",
        measured="slope",
        part="layer",
    ),
}


@declare(_SCHEMAS)
def coordinate_check(
    data: Dataset | None = None,
    *,
    widths: Sequence[int] = (64, 128, 256, 512, 1024),
    depth: int = 3,
    activation: str = "tanh",
    optimizer: str = "adam",
    learning_rate: float = 0.001,
    batch_size: int = 100,
    steps: int = 5,
    seeds: int = 8,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Measure how far the first updates move each layer, at several widths, in two scalings.

    In standard scaling all parameters have one learning rate. In maximal-update scaling each has
    its own, as `nn.maximal_update_rates` says; at the smallest width both are the same. Weights
    begin as Xavier's, those of the output layer at zero, as Yang et al. (2022, arXiv 2203.03466,
    appendix D) advise.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    widths : sequence of int
        Units in each hidden layer; two or more.
    depth : int
        Number of hidden layers.
    activation : str
        A name from `nn.ACTIVATIONS`.
    optimizer : {"adam", "momentum", "sgd"}
        The rule.
    learning_rate : float
        That of the smallest width.
    batch_size, steps : int
        Rows per update, number of updates.
    seeds, n_jobs, fresh
        As in `batch_normalization`.

    Returns
    -------
    Study
        The tables below.
    """
    data = data_of(data, digits)
    _checks.one_of("optimizer", optimizer, ADAPTIVE)
    shared = {
        **descent_of(data, optimizer, learning_rate, batch_size),
        "depth": _checks.integer("depth", depth),
        "activation": _checks.one_of("activation", activation, nn.ACTIVATIONS),
        "steps": _checks.integer("steps", steps),
    }
    tried = sorted(_checks.sequence("widths", widths, _checks.integer, at_least=2))
    runs = [
        (scaling, width, seed)
        for scaling in SCALINGS
        for width in tried
        for seed in seeds_of(seeds)
    ]
    results = run_cells(
        measure,
        [
            {"data": data, "scaled": SCALINGS[scaling], "width": width, "seed": seed}
            | {"base_width": tried[0], **shared}
            for scaling, width, seed in runs
        ],
        n_jobs=n_jobs,
        fresh=fresh,
    )
    labels = [{"scaling": scaling, "width": width, "seed": seed} for scaling, width, seed in runs]
    changes = from_cells(labels, [result["changes"] for result in results])
    settings: dict[str, Any] = {
        **facts_of(data),
        **shared,
        "widths": tried,
        "times": tried[-1] / tried[0],
        "scalings": list(SCALINGS),
        "seeds": seeds,
    }
    found = {"changes": changes, "growth": _growth(changes)}
    return Study.asked("coordinate_check", found, settings, _questions(settings["times"]), _SCHEMAS)


def _growth(changes: pd.DataFrame) -> pd.DataFrame:
    """Return how the change of each layer grows with the width, seed by seed."""
    keys = ["scaling", "layer", "seed"]
    rows = []
    with np.errstate(divide="ignore", invalid="ignore"):  # a network may be lost
        for labels, each in changes.groupby(keys, sort=False):
            own = each.sort_values("width")
            width, change = (np.log(own[name].to_numpy(float)) for name in ("width", "change"))
            width -= width.mean()
            rows.append(
                {
                    **dict(zip(keys, labels, strict=True)),
                    "slope": float(width @ change / (width @ width)),
                    "factor": float(np.exp(change[-1] - change[0])),
                }
            )
    return pd.DataFrame(rows)


def _questions(times: float) -> list[Question]:
    """Return what is asked of the changes of the output, at so many times the smallest width."""
    standard, scaled = SCALINGS

    def output(scaling: str, value: str) -> Pick:
        return Pick("growth", value, {"scaling": scaling, "layer": "output"})

    subjects = {"standard": standard, "scaled": scaled}
    return [
        Question(
            "output grows with width",
            "slope of the output's change by the first {steps} updates over the width, both "
            "logarithmic, in {standard} scaling",
            Level(output(standard, "slope")),
            Bound.at_least(STEEP),
            "In {standard} scaling a wider network takes larger steps: its output changes as the "
            "width to the power of {number}",
            "In {standard} scaling a wider network does not take much larger steps: its output "
            "changes as the width to the power of {number}, and not {bound}",
            subjects=subjects,
        ),
        Question(
            "output alike at every width",
            "slope of the output's change by the first {steps} updates over the width, both "
            "logarithmic, in {scaled} scaling",
            Level(output(scaled, "slope")),
            Bound(-FLAT, FLAT),
            "In {scaled} scaling networks of every width take alike steps: their output changes "
            "as the width to the power of {number}",
            "In {scaled} scaling, too, the steps depend on the width: the output changes as the "
            "width to the power of {number}, and not {low} to {high}",
            subjects=subjects,
        ),
        Question(
            "scaling undoes it",
            "change of the output by the first {steps} updates, at {times:g} times the width over "
            "that at the smallest width, in {standard} scaling divided by {scaled} scaling",
            Ratio(output(standard, "factor"), output(scaled, "factor")),
            Bound.at_least(times ** (STEEP - FLAT)),
            "At {times:g} times the width, {steps} steps of {optimizer} move the output {a:.3g} "
            "times as far, with {scaled} scaling {b:.3g}",
            "Scaling layer by layer hardly changes how far the first {steps} steps of {optimizer} "
            "move the output: at {times:g} times the width {b:.3g} times as far, in {standard} "
            "scaling {a:.3g} times, not {bound} as much",
            subjects=subjects,
            given=("output grows with width",),
        ),
    ]
