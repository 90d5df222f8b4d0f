"""What initial weights do to the training that follows."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.nn.initializers import initializer_name
from nnviz.studies._one_rule import OneRule
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Level, Pick, Ratio
from nnviz.studies.study import Study, declare
from nnviz.studies.training import Runs, data_of, descent_of, facts_of, network_of, train_all
from nnviz.tables import EACH, RUN, STEP_CURVE
from nnviz.train import Dataset, digits

__all__ = ["initialization_training"]

SMALL, XAVIER, HE = "std 0.01", "Xavier", "He"
INITIALIZERS: Mapping[str, str | float] = {SMALL: 0.01, XAVIER: "xavier", HE: "he_normal"}

_SCHEMAS = {
    "curves": STEP_CURVE,
    "summary": EACH.extended(
        "summary of a run",
        {
            **RUN,
            "loss_early": "loss of the mini-batches, smoothed, at a quarter of the steps",
            "loss": "the same at the end",
            "steps_to_target": "updates until it is below the target; missing for never",
            "test_accuracy": "at the end",
            "over_guessing": "the loss at the end over what guessing costs",
        },
        label="setting",
        measured="test_accuracy",
    ),
}


@declare(_SCHEMAS)
def initialization_training(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (100,) * 4,
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    learning_rate: float = 0.01,
    batch_size: int = 128,
    initializers: Mapping[str, str | float] = INITIALIZERS,
    steps: int = 2000,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train the same network from differently scaled initial weights.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    hidden, activation, optimizer, learning_rate, batch_size
        As in `overfitting`.
    initializers : mapping of str to (str or float)
        By what is written in a figure: a name from `nn.INITIALIZERS`, or the standard
        deviation of all weights.
    steps : int
        Number of updates.
    seeds : int
        Number of seeds; weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below; metrics of ``curves`` are loss, accuracy, weight_norm, and batch_loss,
        the smoothed loss of the mini-batches. The target is a loss of 1 or, with few classes,
        half of what guessing costs.
    """
    data = data_of(data, digits)
    total = _checks.integer("steps", steps, at_least=20)
    shared = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "steps": total,
    }
    initializers = _checks.mapping("initializers", initializers, _init, at_least=1)
    runs = train_all(
        data,
        [({"setting": name}, {"init": init}) for name, init in initializers.items()],
        seeds=seeds,
        n_jobs=n_jobs,
        fresh=fresh,
        every=total // 20,
        **shared,
    )
    guessing = float(np.log(data.n_classes))
    target = min(1.0, guessing / 2)
    summary = _summary(runs, total, target, guessing)
    settings = {
        **facts_of(data),
        **shared,
        "initializers": dict(initializers),
        "target_loss": target,
        "seeds": seeds,
    }
    found = {"curves": runs.curves, "summary": summary}
    return Study.asked(
        "initialization_training", found, settings, _questions(initializers), _SCHEMAS
    )


def _init(name: str, value: str | float) -> str | float:
    """Return the name of an initializer, or a standard deviation, checked."""
    is_name = isinstance(value, str)
    return initializer_name(name, value) if is_name else _checks.non_negative(name, value)


def _summary(runs: Runs, steps: int, target: float, guessing: float) -> pd.DataFrame:
    columns = {
        "loss_early": runs.loss_at(steps // 4),
        "loss": runs.loss_at(steps),
        "steps_to_target": runs.steps_to(target),
        "test_accuracy": runs.at(steps, "accuracy", "test"),
    }
    keys = ["setting", "seed"]
    parts = [table.set_index(keys)["value"].rename(name) for name, table in columns.items()]
    summary = pd.concat(parts, axis=1).reset_index()
    return summary.assign(over_guessing=summary["loss"] / guessing)


def _questions(initializers: Collection[str]) -> list[Question]:
    """Return what is asked of the initializers of the notes, as far as they were run."""
    known = set(initializers)

    def of(setting: str, value: str) -> Pick:
        return Pick("summary", value, {"setting": setting})

    asked = []
    if SMALL in known:
        asked.append(
            Question(
                "small weights do not learn",
                "loss after {steps} steps divided by that of guessing",
                Level(of(SMALL, "over_guessing")),
                Bound.at_least(0.95),
                "From weights of {small}, a {activation} network has not begun to learn after "
                "{steps} steps",
                "From weights of {small}, a {activation} network has begun to learn after {steps} "
                "steps: its loss is {number:.0%} of that of guessing",
                unit="%",
                subjects={"small": SMALL},
            )
        )
    if {XAVIER, HE} <= known:
        asked += _against_each_other(of)
    return asked


def _against_each_other(of: Callable[[str, str], Pick]) -> list[Question]:
    subjects: dict[str, str | float] = {"he": HE, "xavier": XAVIER}
    return [
        Question(
            "he learns",
            "loss after {steps} steps divided by that of guessing, from {he} initialization",
            Level(of(HE, "over_guessing")),
            Bound.at_most(0.8),
            "From {he} initialization a {activation} network learns: after {steps} steps its loss "
            "is {number:.0%} of that of guessing",
            "From {he} initialization a {activation} network does not learn in {steps} steps: its "
            "loss is {number:.0%} of that of guessing",
            unit="%",
            subjects=subjects,
        ),
        Question(
            "he is faster than xavier",
            "steps to a loss of {target_loss:.2g}, {xavier} divided by {he}",
            Ratio(of(XAVIER, "steps_to_target"), of(HE, "steps_to_target")),
            Bound.at_least(2.0),
            "A {activation} network takes {b:.0f} steps to a loss of {target_loss:.2g} from {he} "
            "initialization, {a:.0f} from {xavier}",
            "A {activation} network does not take {bound} times as long from {xavier} "
            "initialization: {a:.0f} steps to a loss of {target_loss:.2g}, from {he} {b:.0f}",
            subjects=subjects,
            missing="not both reach a loss of {target_loss:.2g} in {steps} steps",
        ),
        Question(
            "both arrive",
            "test accuracy, {he} minus {xavier}",
            Difference(of(HE, "test_accuracy"), of(XAVIER, "test_accuracy")),
            Bound(-0.03, 0.03),
            "After {steps} steps, {xavier} and {he} reach nearly the same test accuracy, {b:.1%} "
            "and {a:.1%}",
            "After {steps} steps, {xavier} and {he} differ in test accuracy: {b:.1%} and {a:.1%}",
            unit="points",
            subjects=subjects,
            given=("he learns",),
        ),
    ]
