"""Equal units stay equal: why a network must not start at zero."""

from collections.abc import Sequence
from typing import Any

from nnviz import _checks, nn, tables
from nnviz.studies._one_rule import OneRule
from nnviz.studies.cells.symmetry import INITIALIZERS, train
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Edge, Level, Pick
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of
from nnviz.tables import STEP_CURVE
from nnviz.train import Dataset, digits, run_cells

__all__ = ["symmetry"]


_WHICH = {
    "activation": "name of the activation function",
    "initializer": "name of the initializer",
}
_SCHEMAS = {
    "curves": STEP_CURVE.extended("curve by initializer", _WHICH, parts={"setting": list(_WHICH)})
}


@declare(_SCHEMAS)
def symmetry(
    data: Dataset | None = None,
    *,
    activations: Sequence[str] = ("relu", "sigmoid"),
    width: int = 100,
    depth: int = 2,
    optimizer: OneRule = "momentum",
    learning_rate: float = 0.05,
    batch_size: int = 100,
    steps: int = 500,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train networks that start at zero beside others that start at random.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    activations : sequence of str
        Names from `nn.ACTIVATIONS`.
    width : int
        Units per hidden layer.
    depth : int
        Number of hidden layers.
    optimizer : str, Optimizer or callable
        A name from `optim.RULES`, a rule with all its settings, or what makes one of a learning
        rate, PyTorch's and optax's included.
    learning_rate : float
        Of the optimizer; a rule with all its settings has its own.
    batch_size : int
        Rows per update.
    steps : int
        Number of updates.
    seeds, n_jobs, fresh
        As in `overfitting`.

    Returns
    -------
    Study
        The table below: accuracy, and column_spread, the largest difference between the incoming
        weights of two units of the same hidden layer.
    """
    data = data_of(data, digits)
    _checks.names("activations", activations, nn.ACTIVATIONS)
    shared: dict[str, Any] = {
        "width": _checks.integer("width", width, at_least=2),
        "depth": _checks.integer("depth", depth),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "steps": _checks.integer("steps", steps),
    }
    cells = [
        {"data": data, "activation": activation, "initializer": name, "seed": seed, **shared}
        for activation in activations
        for name in INITIALIZERS
        for seed in seeds_of(seeds)
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    names = [
        {
            "setting": f"{cell['activation']}, {cell['initializer']}",
            **{key: cell[key] for key in ("activation", "initializer", "seed")},
        }
        for cell in cells
    ]
    curves = tables.from_cells(names, [result["curve"] for result in results])
    settings = {
        **facts_of(data),
        "activations": list(activations),
        "initializers": list(INITIALIZERS),
        **shared,
        "seeds": seeds,
    }
    asked = [question for name in activations for question in _questions(data, name)]
    return Study.asked("symmetry", {"curves": curves}, settings, asked, _SCHEMAS)


def _questions(data: Dataset, activation: str) -> list[Question]:
    spread = {"setting": f"{activation}, zeros", "metric": "column_spread", "step": Edge.LAST}

    def accuracy(initializer: str) -> Pick:
        where = {"setting": f"{activation}, {initializer}", "metric": "accuracy", "split": "test"}
        return Pick("curves", where={**where, "step": Edge.LAST})

    # Not exactly 0 for all: a matrix product may round equal columns differently.
    exact = activation == "relu"
    return [
        Question(
            f"{activation} never separates",
            "largest difference between the incoming weights of two units of {activation}",
            Level(Pick("curves", where=spread)),
            Bound.at_most(0.0 if exact else 1e-6),
            "{activation} units that start at zero are still alike after {steps} steps, "
            + ("to the last bit" if exact else "but for rounding"),
            "{activation} units that start at zero part in {steps} steps: their weights differ "
            "by up to {number}",
            subjects={"activation": activation},
        ),
        Question(
            f"{activation} does not learn",
            "test accuracy of {activation}, from weights of {good} minus from {zero}",
            Difference(accuracy("Xavier"), accuracy("zeros")),
            Bound.at_least(0.3),
            "A {activation} network that starts at zero reaches a test accuracy of {b:.0%}, from "
            "weights of {good} {a:.0%}",
            "A {activation} network that starts at zero does not fall {bound} behind: its test "
            "accuracy is {b:.0%}, from weights of {good} {a:.0%}",
            unit="points",
            subjects={"activation": activation, "good": "Xavier", "zero": "zeros"},
            resolution=1 / len(data.x_test),
        ),
    ]
