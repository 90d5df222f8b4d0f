"""Which minimum each of many starts reaches, and how soon."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._typing import Array
from nnviz.studies._rules import Named, rates_of, rules_of
from nnviz.studies._starts import with_minimum
from nnviz.studies.claims import SHARE, SHARES_APART, Bound, Question
from nnviz.studies.measures import Difference, Level, Pick, Ratio
from nnviz.studies.study import Study, declare
from nnviz.surfaces import Surface
from nnviz.tables import BASIN, EACH, Schema
from nnviz.train import Arrival, arrive

__all__ = ["basins_of_attraction"]

RATES: Named = {
    "sgd": 0.01,
    "momentum": 0.01,
    "adagrad": 0.5,
    "adam": 0.1,
}
"""Untuned, but none of them makes many paths diverge."""

_SCHEMAS = {
    "starts": BASIN,
    "summary": EACH.extended(
        "summary of the starts",
        {
            "optimizer": "name of the rule",
            "arrived": "share of the starts that end at a minimum",
            "diverged": "share of those that leave for good",
            "nearest": "of those that arrive, share that end at the minimum nearest to the start",
            "steps": "median number of updates until a path stays there",
            "parted": "share of neighbouring starts that do not end at the same minimum",
        },
        label="optimizer",
        measured="arrived",
        display={"arrived": "share of starts that arrive"},
        units=dict.fromkeys(("arrived", "diverged", "nearest", "parted"), "%"),
    ),
    "together": Schema(
        "starts on which the rules differ",
        {"part": "share of starts from which all rules arrive, but not at the same minimum"},
        units={"part": "%"},
        undrawn="it is a single number, which a claim says",
    ),
}


@declare(_SCHEMAS)
def basins_of_attraction(
    surface: str | Surface = "himmelblau",
    optimizers: Named = RATES,
    *,
    side: int = 150,
    steps: int = 500,
    tolerance: float = 1e-2,
) -> Study:
    """Let optimizers descend from a grid of starts, and see which minimum each reaches.

    Parameters
    ----------
    surface : str or Surface
        A name from `surfaces.SURFACES`, or a surface of your own; its minima must be known. Local
        minima are not among them: who is caught in one reaches none.
    optimizers : mapping of str to float or Optimizer
        Learning rate by name of the rule, from `optim.RULES`; or by any name a rule with all its
        settings, of PyTorch (``partial(torch.optim.Adam, lr=0.3)``) or optax, too.
    side : int
        The starts are the centres of side × side cells of the surface's view, at least 2.
    steps : int
        Number of updates.
    tolerance : float
        A path has arrived as long as it is no further than this from a minimum.

    Returns
    -------
    Study
        The tables below; ``together`` where several rules reach several minima.

    Raises
    ------
    ValueError
        For an unknown name, a surface without a known minimum, or a number out of its range.
    """
    chosen = with_minimum(surface)
    rules = rules_of(optimizers)
    starts = _starts(chosen, _checks.integer("side", side, at_least=2))
    nearest = np.argmin(
        [np.hypot(starts[..., 0] - x, starts[..., 1] - y) for x, y in chosen.minima], axis=0
    )
    arrivals = {
        name: arrive(chosen, rule, starts, steps=steps, tolerance=tolerance)
        for name, rule in rules.items()
    }
    parts = [_rows(name, starts, arrival) for name, arrival in arrivals.items()]
    summary = pd.DataFrame(
        [{"optimizer": name, **_row(arrival, nearest)} for name, arrival in arrivals.items()]
    )
    settings = {
        "surface": chosen.name,
        "formula": chosen.formula,
        "gradient_by": chosen.gradient_by,
        "learning_rates": rates_of(optimizers),
        "side": side,
        "steps": steps,
        "tolerance": tolerance,
    }
    tables = {"starts": pd.concat(parts, ignore_index=True), "summary": summary}
    together = _together([arrival.minimum for arrival in arrivals.values()])
    if together is not None:
        tables["together"] = together
    return Study.asked(
        "basins_of_attraction",
        tables,
        settings,
        _questions(summary, together is not None),
        _SCHEMAS,
    )


def _starts(surface: Surface, side: int) -> Array:
    """Return the centres of the cells, shape (side, side, 2); rows are y."""
    low, high = np.array(surface.view, dtype=float).T
    x, y = (low + (high - low) * (np.arange(side)[:, None] + 0.5) / side).T
    return np.stack(np.meshgrid(x, y), axis=-1)


def _rows(name: str, starts: Array, arrival: Arrival) -> pd.DataFrame:
    """Return one row per start."""
    return pd.DataFrame(
        {
            "optimizer": name,
            "x": starts[..., 0].ravel(),
            "y": starts[..., 1].ravel(),
            "minimum": arrival.minimum.ravel(),
            "steps": np.where(arrival.steps < 0, np.nan, arrival.steps).ravel(),
            "diverged": arrival.diverged.ravel(),
        }
    )


def _row(arrival: Arrival, nearest: Array) -> dict[str, float]:
    """Return what is said of all starts together."""
    minimum, arrived = arrival.minimum, arrival.minimum >= 0
    across, along = minimum[:, 1:] != minimum[:, :-1], minimum[1:] != minimum[:-1]
    return {
        "arrived": float(arrived.mean()),
        "diverged": float(arrival.diverged.mean()),
        "nearest": float((minimum == nearest)[arrived].mean()) if arrived.any() else np.nan,
        "steps": float(np.median(arrival.steps[arrived])) if arrived.any() else np.nan,
        "parted": float(np.mean([across.mean(), along.mean()])),
    }


def _together(minima: Sequence[NDArray[np.int64]]) -> pd.DataFrame | None:
    """Return in which share of the starts all rules arrive but part, if they could."""
    reached = np.stack(minima)
    if len(reached) < 2 or len(np.unique(reached[reached >= 0])) < 2:
        return None
    part = (reached >= 0).all(axis=0) & (reached != reached[0]).any(axis=0)
    return pd.DataFrame({"part": [float(part.mean())]})


def _questions(summary: pd.DataFrame, several_minima: bool) -> list[Question]:
    rules = summary.set_index("optimizer")
    asked = []
    if several_minima:
        asked.append(
            Question(
                "depends on the rule",
                "share of starts from which not all rules reach the same minimum",
                Level(Pick("together", "part")),
                Bound.at_least(0.05),
                "Where a path ends depends on the rule, too: from {number:.0%} of the starts, not "
                "all rules reach the same minimum",
                "Where a path ends hardly depends on the rule: from {number:.1%} of the starts, "
                "not all rules reach the same minimum",
                unit="%",
                possible=SHARE,
            )
        )
    if not {"sgd", "momentum"} <= set(rules.index):
        return asked
    if rules["parted"]["sgd"]:
        asked.append(_frayed("momentum", "sgd"))
    if rules["arrived"]["sgd"] < 1:
        asked.append(_rolls_out("momentum", "sgd"))
    return asked


def _of(optimizer: str, value: str) -> Pick:
    return Pick("summary", value, {"optimizer": optimizer})


def _frayed(fast: str, plain: str) -> Question:
    return Question(
        "frayed",
        "neighbouring starts that end apart, {fast} divided by {plain}",
        Ratio(_of(fast, "parted"), _of(plain, "parted")),
        Bound.at_least(3.0),
        "{fast} frays the border of the basins: {a:.1%} of neighbouring starts end in different "
        "minima, {b:.1%} under {plain}",
        "{fast} does not break up the basins: {a:.1%} of the starts side by side end apart, not "
        "{bound} times the {b:.1%} under {plain}",
        subjects={"fast": fast, "plain": plain},
    )


def _rolls_out(fast: str, plain: str) -> Question:
    return Question(
        "rolls out",
        "share of starts that reach a lowest point, {fast} minus {plain}",
        Difference(_of(fast, "arrived"), _of(plain, "arrived")),
        Bound.at_least(0.1),
        "{fast} reaches a lowest point from {a:.0%} of the starts, {plain} from {b:.0%}",
        "{fast} does not reach a lowest point from {bound:.0%} more of the starts than {plain}: "
        "from {a:.0%}, {plain} from {b:.0%}",
        unit="points",
        possible=SHARES_APART,
        subjects={"fast": fast, "plain": plain},
    )
