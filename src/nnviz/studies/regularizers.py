"""Five regularizers side by side, on labels of which some are wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from nnviz import _checks
from nnviz.studies._one_rule import OneRule
from nnviz.studies.cells.regularizers import HELD_OUT, train
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Extreme, Pick
from nnviz.studies.regularized import strengths_of
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import batch_of, data_of, descent_of, facts_of, network_of
from nnviz.tables import EACH, RUN, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["regularizers"]

_SCHEMAS = {
    "ends": EACH.extended(
        "end of a run",
        {
            **RUN,
            "test_accuracy": "at the end",
            "train_accuracy": "share of all training labels, wrong ones included, that it gives",
            "right": "share of the training labels that are right",
            "epoch": "whose parameters the network has, missing where training did not stop early",
        },
        units={"right": "%"},
        label="setting",
        measured="test_accuracy",
    ),
    "gains": EACH.extended(
        "gain by a regularizer",
        {
            **RUN,
            "accuracy_gain": "test accuracy less that of the same seed without a regularizer",
        },
        label="setting",
        measured="accuracy_gain",
    ),
}


@declare(_SCHEMAS)
def regularizers(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (100, 100),
    activation: str = "relu",
    optimizer: OneRule = "momentum",
    learning_rate: float = 0.02,
    batch_size: int = 50,
    label_noise: float = 0.2,
    weight_decay: float = 0.02,
    dropout: float = 0.4,
    label_smoothing: float = 0.5,
    shift: int = 1,
    patience: int = 5,
    epochs: int = 60,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Overfit wrong labels with each of five regularizers, one at a time.

    By default each is as strong as suits these digits best, of two or three strengths that were
    tried on the same test rows.

    Parameters
    ----------
    data : Dataset, optional
        By default, `digits` with 300 training rows.
    hidden, activation, optimizer, learning_rate, batch_size, seeds, n_jobs, fresh
        As in `overfitting`.
    label_noise : float
        Fraction of the training labels that is redrawn at random, differently for each seed.
    weight_decay, dropout, label_smoothing : float
        Strength of each; dropout is inverted.
    shift : int
        Up to how many pixels each picture is moved along both sides, each time it is shown; left
        out where rows are no pictures.
    patience : int
        Early stopping: after how many epochs without a lower loss on a fifth of the training
        rows, noisy as they are, which are held out for that.
    epochs : int
        Passes over the training set.

    Returns
    -------
    Study
        The tables below; settings "none" and one for each regularizer.
    """
    data = data_of(data, lambda: digits(300))
    strength: dict[str, Any] = {
        **strengths_of(weight_decay, dropout),
        "label_smoothing": _checks.fraction(
            "label_smoothing", _checks.positive("label_smoothing", label_smoothing)
        ),
        "shift": _checks.integer("shift", shift),
        "patience": _checks.integer("patience", patience),
    }
    variants: dict[str, dict[str, Any]] = {"none": {}}
    names = _names(strength)
    for kind, value in strength.items():
        if kind != "shift" or data.shape is not None:
            variants[names[kind]] = {kind: value}
    shared = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
        **batch_of(data, batch_size, held_out=HELD_OUT),
        "label_noise": _checks.fraction("label_noise", label_noise),
        "epochs": _checks.integer("epochs", epochs),
    }
    runs = [(name, seed) for name in variants for seed in seeds_of(seeds)]
    cells = [
        {"data": data, "regularizer": variants[name], "seed": seed, **shared} for name, seed in runs
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    labels = [{"setting": name, "seed": seed} for name, seed in runs]
    ends = from_cells(labels, [result["end"] for result in results])
    plain = ends[ends["setting"] == "none"].set_index("seed")["test_accuracy"]
    gains = ends[ends["setting"] != "none"].reset_index(drop=True)
    gains = gains[["setting", "seed"]].assign(
        accuracy_gain=gains["test_accuracy"] - gains["seed"].map(plain)
    )
    settings = {
        **facts_of(data),
        **shared,
        **strength,
        "held_out": HELD_OUT,
        "regularizers": variants,
        "seeds": seeds,
    }
    found = {"ends": ends, "gains": gains}
    return Study.asked("regularizers", found, settings, _questions(data, names), _SCHEMAS)


def _names(strength: Mapping[str, Any]) -> dict[str, str]:
    """Return how each regularizer is called, by its argument."""
    return {
        "weight_decay": f"weight decay {strength['weight_decay']:g}",
        "dropout": f"dropout {strength['dropout']:g}",
        "label_smoothing": f"label smoothing {strength['label_smoothing']:g}",
        "shift": f"shifted by {strength['shift']}",
        "patience": "early stopping",
    }


def _questions(data: Dataset, names: Mapping[str, str]) -> list[Question]:
    def pick(setting: str, value: str = "test_accuracy") -> Pick:
        return Pick("ends", value, {"setting": setting})

    given, one_row = ("overfits",), 1 / len(data.x_test)
    decay = names["weight_decay"]
    return [
        Question(
            "overfits",
            "training accuracy without a regularizer minus the share of labels that are right",
            Difference(pick("none", "train_accuracy"), pick("none", "right")),
            Bound.at_least(0.02),
            "Without a regularizer the network learns wrong labels by heart: it agrees with "
            "{a:.0%} of the training labels, of which {b:.0%} are right",
            "Without a regularizer the network does not learn wrong labels by heart: it agrees "
            "with {a:.0%} of the training labels, of which {b:.0%} are right",
            unit="points",
            resolution=1 / len(data.x_train),
        ),
        Question(
            "all help",
            "gain in test accuracy by the regularizer that gains least",
            Extreme(Pick("gains", "accuracy_gain"), "setting", "min"),
            Bound.at_least(0.005),
            "Each regularizer raises test accuracy when {label_noise:.0%} of the labels are "
            "redrawn: {at}, which gains least, by {number}",
            "Not each regularizer raises test accuracy by {bound} when {label_noise:.0%} of the "
            "labels are redrawn: {at} changes it by {number}",
            unit="points",
            given=given,
        ),
        Question(
            "stopping is less than decay",
            "test accuracy, {decay} minus {stopping}, which holds out {held_out:.0%} of the rows",
            Difference(pick(decay), pick(names["patience"])),
            Bound.at_least(0.01),
            "{stopping}, with {held_out:.0%} of the rows held out, reaches a test accuracy of "
            "{b:.1%}, {decay} of {a:.1%}",
            "{stopping} is not {bound} behind {decay}: with {held_out:.0%} of the rows held out it "
            "reaches a test accuracy of {b:.1%}, {decay} {a:.1%}",
            unit="points",
            subjects={"decay": decay, "stopping": names["patience"]},
            given=given,
            resolution=one_row,
        ),
        Question(
            "smoothing does as well",
            "test accuracy, {smoothing} minus {decay}",
            Difference(pick(names["label_smoothing"]), pick(decay)),
            Bound(-0.03, 0.03),
            "{smoothing} copes with wrong labels about as well as {decay}: test accuracy is "
            "{a:.1%} and {b:.1%}",
            "{smoothing} and {decay} do not cope alike with wrong labels: test accuracy is "
            "{a:.1%} and {b:.1%}",
            unit="points",
            subjects={"decay": decay, "smoothing": names["label_smoothing"]},
            given=given,
            resolution=one_row,
        ),
    ]
