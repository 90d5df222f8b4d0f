"""Double descent: the test error of ever wider networks of which the last layer alone learns."""

import math
from collections.abc import Sequence

import pandas as pd

from nnviz import _checks, nn
from nnviz.studies.cells.random_features import fit
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Level, Pick, Within
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, facts_of
from nnviz.tables import EACH, RUN, SWEPT, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["double_descent"]

RIGHT, NOISY, DECAYED = "right labels", "noisy labels", "weight decay"

_TIMES = (1 / 30, 1 / 15, 1 / 10, 1 / 6, 1 / 4, 0.4, 0.6, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 5, 10)
"""Default widths, as multiples of the number of examples."""

_ERRORS = SWEPT.extended(
    "error by width",
    {
        **RUN,
        "features": "number of random features: hidden units that stay as they were drawn",
        "error_rate": "share of rows that are misread",
    },
    label="setting",
    over="features",
    measured="error_rate",
    log=["features"],
    display={"features": "random features"},
)
_SCHEMAS = {
    "test": _ERRORS,
    "train": _ERRORS.extended("training error by width"),
    "peaks": EACH.extended(
        "peak of the test error",
        {
            **RUN,
            "features": "where the test error is highest above the lowest with fewer",
            "relative_features": "the same divided by the number of examples",
            "before": "lowest test error with fewer random features than examples",
            "as_many": "test error with as many as examples",
            "rise": "as_many less before",
            "widest": "test error with the most features",
        },
        label="setting",
        measured="relative_features",
        display={"relative_features": "random features at the peak, over examples"},
    ),
}


@declare(_SCHEMAS)
def double_descent(
    data: Dataset | None = None,
    *,
    widths: Sequence[int] | None = None,
    activation: str = "relu",
    label_noise: float = 0.2,
    weight_decay: float = 0.03,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Fit noisy labels with more and more random features, by the smallest weights that fit best.

    The hidden layer stays as it was drawn; the weights of the output are those of least squares
    (Belkin et al., 2019, arXiv 1812.11118; Hastie et al., 2022, arXiv 1903.08560).

    Parameters
    ----------
    data : Dataset, optional
        By default, `digits` with 300 training rows. Time grows with their square times the
        largest width.
    widths : sequence of int, optional
        Numbers of hidden units, to which that of the training rows is added; by default from a
        thirtieth to ten times as many.
    activation : str
        Of the hidden units: a name from `nn.ACTIVATIONS`.
    label_noise : float
        Fraction of the training labels that is redrawn at random, differently for each seed.
    weight_decay : float
        λ of ½·λ·Σ weight² beside the mean over rows of ½·|error|², in the last setting.
    seeds : int
        Number of seeds; hidden weights and labels differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below. Settings: "right labels"; "noisy labels", unless `label_noise` is 0; and
        the last of them with "weight decay".
    """
    data = data_of(data, lambda: digits(300))
    rows = len(data.x_train)
    if widths is None:
        widths = sorted({max(1, round(times * rows)) for times in _TIMES})
    shared = {
        "widths": sorted({rows, *_checks.sequence("widths", widths, _checks.integer)}),
        "activation": _checks.one_of("activation", activation, nn.ACTIVATIONS),
    }
    noise = _checks.fraction("label_noise", label_noise)
    decay = _checks.positive("weight_decay", weight_decay)
    plain = NOISY if noise else RIGHT
    runs = {RIGHT: (0.0, (0.0,)), plain: (noise, (0.0, decay))}
    cells = [
        {"data": data, "seed": seed, "label_noise": redrawn, "weight_decays": decays, **shared}
        for redrawn, decays in runs.values()
        for seed in seeds_of(seeds)
    ]
    labels = [{"setting": name, "seed": seed} for name in runs for seed in seeds_of(seeds)]
    results = run_cells(fit, cells, n_jobs=n_jobs, fresh=fresh)
    errors = from_cells(labels, [result["errors"] for result in results])
    errors["setting"] = errors["setting"].where(errors.pop("weight_decay") == 0, DECAYED)
    found = {
        split: errors[errors["split"] == split].drop(columns="split").reset_index(drop=True)
        for split in ("test", "train")
    }
    found["peaks"] = _peaks(found["test"], rows)
    settings = {
        **facts_of(data),
        **shared,
        "label_noise": noise,
        "weight_decay": decay,
        "widest": shared["widths"][-1],
        "seeds": seeds,
    }
    questions = _questions(data, plain)
    return Study.asked("double_descent", found, settings, questions, _SCHEMAS)


def _peaks(test: pd.DataFrame, n_train: int) -> pd.DataFrame:
    """Return where the test error of each run is highest above the lowest at a smaller width."""
    found = []
    for (setting, seed), run in test.groupby(["setting", "seed"], sort=False):
        error = run.set_index("features")["error_rate"].sort_index()
        peak = (error - error.cummin()).idxmax()
        before = error[error.index < n_train].min()
        found.append(
            {
                "setting": setting,
                "seed": seed,
                "features": peak,
                "relative_features": peak / n_train,
                "before": before,
                "as_many": error[n_train],
                "rise": error[n_train] - before,
                "widest": error.iloc[-1],
            }
        )
    return pd.DataFrame(found)


def _questions(data: Dataset, plain: str) -> list[Question]:
    one_row = 1 / len(data.x_test)

    def at(value: str, setting: str = plain) -> Pick:
        return Pick("peaks", value, {"setting": setting})

    enough = {"setting": plain, "features": Within(len(data.x_train) - 1, math.inf)}
    asked = [
        Question(
            "fits all",
            "training error with as many random features as examples or more, at its highest",
            Level(Pick("train", "error_rate", enough, over="max")),
            Bound.at_most(0.0),
            "With as many random features as examples, or more, least squares fits every training "
            "label",
            "With as many random features as examples, or more, least squares still misses up to "
            "{number} of the training labels",
            unit="%",
        ),
        Question(
            "rises",
            "test error with as many random features as examples minus the lowest with fewer",
            Difference(at("as_many"), at("before")),
            Bound.at_least(0.1),
            "Up to as many random features as examples, more can do harm: the test error falls to "
            "{b:.0%}, then rises to {a:.0%}",
            "Up to as many random features as examples, the test error does not rise by {bound}: "
            "it falls to {b:.0%}, and ends at {a:.0%}",
            unit="points",
            resolution=one_row,
        ),
        Question(
            "peak at as many as examples",
            "random features at which the test error peaks, divided by the number of examples",
            Level(at("relative_features")),
            Bound(0.75, 1.3),
            "The test error peaks where there are about as many random features as examples: at "
            "{number:.2f} times {n_train}",
            "The test error does not peak where there are as many random features as examples, "
            "but at {number:.2f} times {n_train}",
            given=("rises",),
        ),
        Question(
            "second descent",
            "test error with as many random features as examples minus with the most",
            Difference(at("as_many"), at("widest")),
            Bound.at_least(0.2),
            "Test error falls twice: it is {a:.1%} where there are as many random features as "
            "examples, and falls to {b:.1%} with {widest}",
            "Past as many random features as examples the test error does not fall by {bound}: it "
            "is {a:.1%} there, and {b:.1%} with {widest}",
            unit="points",
            given=("peak at as many as examples",),
            resolution=one_row,
        ),
        Question(
            "weight decay lowers the peak",
            "test error with as many random features as examples, with weight decay minus without",
            Difference(at("as_many", DECAYED), at("as_many")),
            Bound.at_most(-0.2),
            "With {label_noise:.0%} noisy labels and as many random features as examples, weight "
            "decay of {weight_decay:g} lowers the test error from {b:.0%} to {a:.0%}",
            "Weight decay of {weight_decay:g} does not lower the peak by {bound.size}: with as "
            "many random features as examples the test error is {a:.0%}, without it {b:.0%}",
            unit="points",
            given=("rises",),
            resolution=one_row,
        ),
        Question(
            "wider is better with right labels",
            "test error with right labels, with the most random features minus the lowest with "
            "fewer of them than examples",
            Difference(at("widest", RIGHT), at("before", RIGHT)),
            Bound.at_most(-0.02),
            "With right labels the widest network beats all before the peak: it misreads {a:.1%}, "
            "the best of those {b:.1%}",
            "With right labels the widest network does not beat those before the peak by "
            "{bound.size}: it misreads {a:.1%}, the best of those {b:.1%}",
            unit="points",
            resolution=one_row,
        ),
    ]
    if plain != RIGHT:
        asked.append(
            Question(
                "noise raises the peak",
                "test error with as many random features as examples, with noisy labels minus "
                "with right ones",
                Difference(at("as_many"), at("as_many", RIGHT)),
                Bound.at_least(0.1),
                "Noise makes the peak higher: with as many random features as examples the test "
                "error is {a:.0%} if {label_noise:.0%} of the labels are redrawn, {b:.0%} if none "
                "is",
                "Noise does not raise the peak by {bound}: with as many random features as "
                "examples the test error is {a:.0%} if {label_noise:.0%} of the labels are "
                "redrawn, {b:.0%} if none is",
                unit="points",
                resolution=one_row,
            )
        )
    return asked
