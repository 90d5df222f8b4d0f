"""Where the updates of optimizers point: along the batch's gradient, or along that of all rows."""

from collections.abc import Sequence
from typing import Any

from nnviz import _checks
from nnviz.studies._rules import Named, cell_of, rates_of, rules_of
from nnviz.studies.cells.directions import watch
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Pick
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import batch_of, data_of, facts_of, network_of
from nnviz.tables import EACH, RUN, STEP_CURVE, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["update_directions"]

_ANGLES = {
    "to_batch": "angle between update and the way down the gradient on its batch, in degrees",
    "to_all": "angle between update and the way down the gradient on all training rows, in degrees",
}
_SCHEMAS = {
    "angles": STEP_CURVE.extended(
        "angles by step",
        {"setting": "the rule", "metric": "to_batch, to_all", "value": "mean angle, in degrees"},
    ),
    "late": EACH.extended(
        "angles in the second half",
        {**RUN, "setting": "the rule", **_ANGLES},
        label="setting",
        measured="to_batch",
    ),
}


@declare(_SCHEMAS)
def update_directions(
    data: Dataset | None = None,
    *,
    optimizers: Named = {"sgd": 0.1, "momentum": 0.01, "rmsprop": 0.001, "adam": 0.001},  # noqa: B006
    hidden: Sequence[int] = (32, 32),
    activation: str = "relu",
    batch_size: int = 50,
    steps: int = 300,
    every: int = 20,
    seeds: int = 5,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Measure the angles between updates and gradients along a training.

    An update of SGD points down its batch's gradient. Momentum averages over batches; RMSprop
    divides each component by its root mean square, and turns away from the gradient by that;
    Adam does both (Kingma and Ba, 2015).

    Parameters
    ----------
    data : Dataset, optional
        By default, 500 `digits`.
    optimizers : mapping of str to float or Optimizer
        As in `optimizers_training`.
    hidden, activation, batch_size
        As in `overfitting`.
    steps, every : int
        Number of updates, and over how many angles are averaged.
    seeds, n_jobs, fresh
        As in `batch_normalization`.

    Returns
    -------
    Study
        The tables below.
    """
    data = data_of(data, lambda: digits(500))
    rules = rules_of(optimizers)
    shared: dict[str, Any] = {
        **network_of(hidden, activation),
        **batch_of(data, batch_size),
        "steps": _checks.integer("steps", steps),
        "every": _checks.integer("every", every),
    }
    if 3 * every > steps:
        raise _checks.fail("every", f"at most {steps // 3}, a third of the steps", every)
    runs = [(name, seed) for name in rules for seed in seeds_of(seeds)]
    cells = [
        {"data": data, "seed": seed, **shared, **cell_of(name, optimizers[name], rules[name])}
        for name, seed in runs
    ]
    results = run_cells(watch, cells, n_jobs=n_jobs, fresh=fresh)
    labels = [{"setting": name, "seed": seed} for name, seed in runs]
    wide = from_cells(labels, [result["angles"] for result in results])
    wide["epoch"] = wide["step"] / (len(data.x_train) // batch_size)
    keys = ["setting", "seed", "step", "epoch"]
    angles = wide.melt(keys, list(_ANGLES), "metric", "value").assign(split="train")
    second_half = wide[wide["step"] - every >= steps / 2]  # all updates that the mean is over
    late = second_half.groupby(["setting", "seed"], sort=False)[list(_ANGLES)]
    found = {"angles": angles, "late": late.mean().reset_index()}
    settings = {**facts_of(data), **shared, "learning_rates": rates_of(optimizers), "seeds": seeds}
    return Study.asked("update_directions", found, settings, _questions(list(rules)), _SCHEMAS)


def _questions(names: Sequence[str]) -> list[Question]:
    """Return what is asked of the rules that there are."""
    asked = []
    if "adam" in names:
        asked.append(_nearer_all("adam"))
    if "rmsprop" in names:
        asked.append(_nearer_batch("rmsprop"))
    return asked


def _of(rule: str, value: str) -> Pick:
    return Pick("late", value, {"setting": rule})


def _nearer_all(rule: str) -> Question:
    return Question(
        f"{rule} points as all rows do",
        "angle between {rule}'s updates and the gradient in the second half, of the batch minus of "
        "all rows",
        Difference(_of(rule, "to_batch"), _of(rule, "to_all")),
        Bound.at_least(5.0),
        "An update of {rule} stands at {a:.0f}° to the gradient of its batch, and at only {b:.0f}° "
        "to that of all rows",
        "An update of {rule} is not {bound} nearer to the gradient of all rows: it stands at "
        "{b:.0f}° to that, and at {a:.0f}° to that of its batch",
        unit="degrees",
        subjects={"rule": rule},
    )


def _nearer_batch(rule: str) -> Question:
    return Question(
        f"{rule} points as the batch does",
        "angle between {rule}'s updates and the gradient in the second half, of all rows minus of "
        "the batch",
        Difference(_of(rule, "to_all"), _of(rule, "to_batch")),
        Bound.at_least(5.0),
        "An update of {rule} is nearer to its batch: it stands at {b:.0f}° to the gradient of the "
        "batch, and at {a:.0f}° to that of all rows",
        "An update of {rule} is not {bound} nearer to its batch: it stands at {b:.0f}° to the "
        "gradient of the batch, and at {a:.0f}° to that of all rows",
        unit="degrees",
        subjects={"rule": rule},
    )
