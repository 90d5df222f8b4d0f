"""Batch normalization and initial weights of zero, beside weights that are almost zero."""

from collections.abc import Sequence

from nnviz import _checks
from nnviz.studies._one_rule import OneRule
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Best, Difference, Edge, Level, Pick
from nnviz.studies.study import Study, declare
from nnviz.studies.training import data_of, descent_of, facts_of, network_of, train_all
from nnviz.tables import OUTCOME, STEP_CURVE, final
from nnviz.train import Dataset, digits

__all__ = ["zero_weights"]

PLACES = {
    "no batch norm": None,
    "batch norm before activation": "before",
    "batch norm after activation": "after",
}

_WHICH = {
    "start": "zeros, or the scale of the initial weights",
    "batch_norm": "where batch normalization stands, if there is any",
}
_PARTS = {"setting": list(_WHICH)}
_SCHEMAS = {
    "curves": STEP_CURVE.extended("curve by start", _WHICH, parts=_PARTS),
    "ends": OUTCOME.extended("outcome by start", _WHICH, parts=_PARTS),
}


@declare(_SCHEMAS)
def zero_weights(
    data: Dataset | None = None,
    *,
    scale: float = 1e-4,
    hidden: Sequence[int] = (50,) * 3,
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    learning_rate: float = 0.1,
    batch_size: int = 100,
    steps: int = 200,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train with and without batch normalization from zero weights and from tiny random ones.

    Of ReLU, of tanh, and wherever batch normalization comes last, a layer of zero weights passes
    on exact zeros, and no weight ever gets a gradient. Sigmoid's zero is a half: its units move
    together, and batch normalization before it divides by no more than √eps, so that differences
    by rounding grow until the units part. On which processors there are such differences is not
    certain; no claim is made of it.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    scale : float
        Standard deviation of the weights that are almost zero.
    hidden, activation, optimizer, learning_rate, batch_size
        As in `overfitting`.
    steps : int
        Number of updates.
    seeds, n_jobs, fresh
        As in `batch_normalization`.

    Returns
    -------
    Study
        The tables below; ``ends`` has accuracy on both splits. A setting is a start, "zeros" or
        the scale, and a place, such as "zeros, no batch norm".
    """
    data = data_of(data, digits)
    shared = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "steps": _checks.integer("steps", steps),
    }
    almost = _checks.positive("scale", scale)
    starts = {"zeros": 0.0, f"scale {almost:g}": almost}
    runs = train_all(
        data,
        [
            (
                {"setting": f"{start}, {name}", "start": start, "batch_norm": name},
                {"batch_norm": place, "init": std},
            )
            for start, std in starts.items()
            for name, place in PLACES.items()
        ],
        seeds=seeds,
        n_jobs=n_jobs,
        fresh=fresh,
        every=max(steps // 10, 1),
        **shared,
    )
    settings = {**facts_of(data), **shared, "scale": almost, "seeds": seeds}
    names = runs.curves[["setting", *_WHICH]].drop_duplicates()
    ends = final(runs.curves[runs.curves["step"] == steps]).merge(names, on="setting")
    found = {
        "curves": runs.curves,
        "ends": ends[ends["metric"] == "accuracy"].reset_index(drop=True),
    }
    return Study.asked("zero_weights", found, settings, _questions(data, *starts), _SCHEMAS)


def _questions(data: Dataset, zeros: str, almost: str) -> list[Question]:
    plain, *normalized = PLACES
    last = {"metric": "weight_norm", "step": Edge.LAST}

    def accuracy(start: str, place: str) -> Pick:
        return Pick("ends", where={"setting": f"{start}, {place}", "split": "test"})

    def before(start: str) -> Pick:
        return accuracy(start, normalized[0])

    worse = Best([accuracy(almost, place) for place in normalized], "min")
    norms = [Pick("curves", where={"setting": f"{zeros}, {name}", **last}) for name in normalized]
    return [
        Question(
            "zeros stay zeros",
            "norm of all weights after {steps} steps from zero, with batch normalization",
            Level(Best(norms, "max")),
            Bound.at_most(0.0),
            "With batch normalization, too, weights that start at zero are zero to the last bit "
            "after {steps} steps",
            "With batch normalization, weights that start at zero move: after {steps} steps their "
            "norm is {number}",
        ),
        Question(
            "rescues tiny weights",
            "test accuracy from weights of scale {scale}, with batch normalization in the worse "
            "place minus without",
            Difference(worse, accuracy(almost, plain)),
            Bound.at_least(0.3),
            "From weights of scale {scale}, batch normalization raises test accuracy from {b:.0%} "
            "to {a:.0%}",
            "From weights of scale {scale}, batch normalization does not raise test accuracy by "
            "{bound}: it is {a:.0%}, without it {b:.0%}",
            unit="points",
            resolution=1 / len(data.x_test),
        ),
        Question(
            "does not rescue zeros",
            "test accuracy with batch normalization before the activation, from weights of scale "
            "{scale} minus from zero",
            Difference(before(almost), before(zeros)),
            Bound.at_least(0.3),
            "Before the activation, batch normalization rescues weights of scale {scale}, not "
            "zeros: test accuracy is {a:.1%} and {b:.1%}",
            "With batch normalization before the activation, zeros do not fall {bound} behind "
            "weights of scale {scale}: test accuracy is {b:.1%} and {a:.1%}",
            unit="points",
            given=("rescues tiny weights",),
            resolution=1 / len(data.x_test),
        ),
    ]
