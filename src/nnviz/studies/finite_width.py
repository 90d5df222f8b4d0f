"""How far draws of a ReLU network scatter that is not infinitely wide, beside what theory says."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnviz import _checks
from nnviz.studies.cells.finite_width import measure
from nnviz.studies.cells.propagation import by_layer
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Deviation, Edge, Level, Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.theory import relu_scatter
from nnviz.tables import STATISTIC, THEORY, from_cells
from nnviz.train import run_cells

__all__ = ["finite_width"]

TOLERANCE = 0.15
"""How far the spread of logarithms may be from theory, relative to it.

Of 480 draws a standard deviation scatters by 1/√960 = 3 %.
"""

_WIDTH = {"width": "units in each layer"}
_SCHEMAS = {
    "statistics": STATISTIC.extended("scatter by width", _WIDTH),
    "theory": THEORY.extended("prediction by width", _WIDTH),
}


@declare(_SCHEMAS)
def finite_width(
    *,
    widths: Sequence[int] = (25, 50, 100),
    depth: int = 50,
    draws: int = 80,
    seeds: int = 6,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Send one input through many draws of a ReLU network with He's weights.

    Parameters
    ----------
    widths : sequence of int
        Units in each layer; two or more.
    depth : int
        Number of layers.
    draws : int
        Networks of each width and seed.
    seeds : int
        How often as many are drawn.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below. Statistics of the mean square of a layer's outputs over that of the
        first layer's: ``median`` over the draws; ``log_spread``, the standard deviation of its
        natural logarithm; ``scatter_factor``, e to the power of that: by what factor a draw is
        typically off. ``theory`` of the last two, `relu_scatter` added up.
    """
    tried = sorted(_checks.sequence("widths", widths, _checks.integer, at_least=2))
    sizes = {
        "depth": _checks.integer("depth", depth, at_least=2),
        "draws": _checks.integer("draws", draws, at_least=2),
    }
    runs = [(width, seed) for width in tried for seed in seeds_of(seeds)]
    results = run_cells(
        measure,
        [{"width": width, "seed": seed, **sizes} for width, seed in runs],
        n_jobs=n_jobs,
        fresh=fresh,
    )
    labels = [{**_labels(width), "seed": seed} for width, seed in runs]
    found = {
        "statistics": from_cells(labels, [result["statistics"] for result in results]),
        "theory": from_cells(
            [_labels(width) for width in tried], [_predicted(width, depth) for width in tried]
        ),
    }
    settings = {
        **sizes,
        "widths": tried,
        "activation": "relu",
        "initializer": "he_normal",
        "input": "standard normal",
        "tolerance": TOLERANCE,
        "seeds": seeds,
    }
    return Study.asked("finite_width", found, settings, _questions(tried), _SCHEMAS)


def _labels(width: int) -> dict[str, Any]:
    return {"setting": f"width {width}", "width": width}


def _predicted(width: int, depth: int) -> dict[str, np.ndarray]:
    spread = np.sqrt(np.arange(depth) * relu_scatter(width)[1])
    return by_layer({"log_spread": spread, "scatter_factor": np.exp(spread)})


def _questions(widths: Sequence[int]) -> list[Question]:
    """Return what is asked of the last layer."""
    narrow, wide = widths[0], widths[-1]

    def last(statistic: str, table: str = "statistics", **more: int) -> Pick:
        return Pick(table, where={"statistic": statistic, "layer": Edge.LAST, **more})

    ends: dict[str, str | float] = {"narrow": narrow, "wide": wide}
    return [
        Question(
            "scatter as predicted",
            "standard deviation of the logarithm of the signal in layer {depth}, largest deviation "
            "from theory at any width, relative",
            # of few draws the variance is right on average, the standard deviation too small
            Deviation(last("log_spread"), last("log_spread", "theory"), "width", squared=True),
            Bound.at_most(TOLERANCE),
            "Theory for finite width predicts how far draws scatter after {depth} layers: it is at "
            "most {number} off",
            "Theory for finite width does not predict within {tolerance:.0%} how far draws "
            "scatter after {depth} layers: at width {at} it is {number} off",
            unit="%",
        ),
        Question(
            "narrow networks scatter",
            "by what factor the signal in layer {depth} is typically off, at width {narrow} "
            "divided by width {wide}",
            Ratio(
                last("scatter_factor", width=narrow),
                last("scatter_factor", width=wide),
            ),
            Bound.at_least(2.0),
            "After {depth} layers of {initializer} initialization, a draw's signal is typically "
            "off by a factor of {a:.3g} at width {narrow}, {b:.3g} at {wide}",
            "Draws scatter hardly more in narrow networks: after {depth} layers a signal is "
            "typically off by a factor of {a:.3g} at width {narrow}, of {b:.3g} at width {wide}, "
            "which is not {bound} as much",
            subjects=ends,
        ),
        Question(
            "most draws lose",
            "median over draws of the signal in layer {depth} over that in the first, at width "
            "{narrow}",
            Level(last("median", width=narrow)),
            Bound.at_most(0.5),
            "Half of the networks of width {narrow} keep less than {number:.2g} of the signal "
            "through {depth} layers, though it stays as it is on average",
            "Through {depth} layers half of the networks of width {narrow} keep {number:.2g} of "
            "the signal or more, and not {bound}",
            subjects=ends,
        ),
    ]
