"""Signal and gradient through deep untrained networks: plain, residual, normalized."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, nn
from nnviz.nn.initializers import initializer_name
from nnviz.studies.cells.residual_depth import measure
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Pick
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, facts_of
from nnviz.tables import EACH, RUN, STATISTIC, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["residual_depth"]

NETWORKS: Mapping[str, dict[str, Any]] = {
    "plain": {"residual": False, "layer_norm": None},
    "residual": {"residual": True, "layer_norm": None},
    "pre-norm": {"residual": True, "layer_norm": "before"},
    "post-norm": {"residual": True, "layer_norm": "after"},
}
"""Arguments of `nn.mlp`, by what the network is called."""

_SCHEMAS = {
    "statistics": STATISTIC,
    "growth": EACH.extended(
        "growth through all layers",
        {
            **RUN,
            "statistic": "std_kept of the last layer, or gradient_rms of the first",
            "powers_of_ten": "logarithm of it to base 10",
        },
        label="setting",
        measured="powers_of_ten",
        part="statistic",
    ),
}


@declare(_SCHEMAS)
def residual_depth(
    data: Dataset | None = None,
    *,
    networks: Sequence[str] = tuple(NETWORKS),
    activation: str = "relu",
    init: str = "he_normal",
    width: int = 100,
    depth: int = 50,
    samples: int = 100,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Send inputs through deep untrained networks, and a random gradient back.

    Parameters
    ----------
    data : Dataset, optional
        Its training set is the input. By default, standard normal numbers, `width` to a row.
    networks : sequence of str
        "plain"; "residual", each layer added to its input; "pre-norm", with layer normalization
        first in each branch, and "post-norm", with it after each sum.
    activation : str
        A name from `nn.ACTIVATIONS`.
    init : str
        A name from `nn.INITIALIZERS`.
    width, depth : int
        Units in each hidden layer, number of hidden layers.
    samples : int
        Rows of input; of `data`, the first ones.
    seeds : int
        Number of draws.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below: std_kept, the standard deviation of what a layer hands on, relative to
        the first layer's; gradient_rms with respect to it, relative to the last layer's.
    """
    given = {} if data is None else {"data": data_of(data, digits)}
    _checks.names("networks", networks, NETWORKS)
    net = {
        "activation": _checks.one_of("activation", activation, nn.ACTIVATIONS),
        "init": initializer_name("init", init),
        "width": _checks.integer("width", width, at_least=2),
        "depth": _checks.integer("depth", depth, at_least=2),
        "samples": _checks.integer("samples", samples, at_least=2),
    }
    runs = [(name, seed) for name in networks for seed in seeds_of(seeds)]
    results = run_cells(
        measure,
        [{**given, **NETWORKS[name], **net, "seed": seed} for name, seed in runs],
        n_jobs=n_jobs,
        fresh=fresh,
    )
    labels = [{"setting": name, "seed": seed} for name, seed in runs]
    statistics = from_cells(labels, [result["statistics"] for result in results])
    settings = {
        **({"input": "standard normal"} if data is None else facts_of(data)),
        **net,
        "networks": list(networks),
        "seeds": seeds,
    }
    found = {"statistics": statistics, "growth": _growth(statistics, depth)}
    return Study.asked("residual_depth", found, settings, _questions(networks), _SCHEMAS)


def _growth(statistics: pd.DataFrame, depth: int) -> pd.DataFrame:
    """Return what the whole network makes of signal and gradient, in powers of ten."""
    ends = {"std_kept": depth, "gradient_rms": 1}
    rows = statistics[statistics["layer"] == statistics["statistic"].map(ends)]
    with np.errstate(divide="ignore"):
        grown = rows.assign(powers_of_ten=np.log10(rows["value"])).reset_index(drop=True)
    return grown.drop(columns=["layer", "value"])


def _questions(networks: Sequence[str]) -> list[Question]:
    """Return what is asked of the networks that were drawn."""

    def grown(network: str, statistic: str) -> Pick:
        return Pick("growth", "powers_of_ten", {"setting": network, "statistic": statistic})

    asked = []
    if {"residual", "pre-norm"} <= set(networks):
        asked.append(
            Question(
                "residual alone explodes",
                "growth of the standard deviation from the first layer to layer {depth}, in powers "
                "of ten, {bare} minus {tamed}",
                Difference(grown("residual", "std_kept"), grown("pre-norm", "std_kept")),
                Bound.at_least(3.0),
                "Residual connections alone explode: over {depth} {activation} layers the spread "
                "grows by {a:.1f} powers of ten, normalized in each branch ({tamed}) by {b:.1f}",
                "Residual connections explode no more for want of normalization: {depth} layers of "
                "{activation} raise the spread of the signal by {a:.1f} powers of ten, with "
                "normalization in each branch by {b:.1f}, and that is not {bound} less",
                subjects={"bare": "residual", "tamed": "pre-norm"},
            )
        )
    if {"post-norm", "pre-norm"} <= set(networks):
        asked.append(
            Question(
                "gradient after the sum",
                "growth of the gradient from the last of {depth} layers to the first, in powers of "
                "ten, {after} minus {before}",
                Difference(grown("post-norm", "gradient_rms"), grown("pre-norm", "gradient_rms")),
                Bound.at_least(0.3),
                "Back through {depth} layers of {activation} the gradient grows by {a:.1f} powers "
                "of ten with {after}, by {b:.1f} with {before}",
                "Back through {depth} layers of {activation} the gradient grows by {a:.1f} powers "
                "of ten with {after}, by {b:.1f} with {before}: not by {bound} more",
                subjects={"after": "post-norm", "before": "pre-norm"},
            )
        )
    return asked
