"""Weight decay and dropout: where they help, and where they only hold the network back."""

from collections.abc import Sequence

import pandas as pd

from nnviz import _checks
from nnviz.studies._one_rule import OneRule
from nnviz.studies._overfitting_questions import (
    costs_accuracy,
    helps,
    learns_wrong_labels,
    leaves_the_gap,
    overfits,
    shrinks_the_gap,
    small_weights,
    too_much,
)
from nnviz.studies.regularized import Regularizer, judged_at, strengths_of, train_all
from nnviz.studies.study import Study, declare
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import CURVE, EACH, HISTOGRAM, OUTCOME, RUN, STATISTIC
from nnviz.train import Dataset, digits

__all__ = ["noisy_labels", "overfitting"]

_TRAINED = {
    "curves": CURVE,
    "weights": HISTOGRAM,
    "spreads": STATISTIC,
}
_SCHEMAS = {
    **_TRAINED,
    "ends": OUTCOME.extended(
        "outcome by epoch",
        {"until": "the epoch at which a network is judged: value is the mean over the last ten"},
        undrawn="networks are judged at two epochs; plots.outcomes draws one of them",
    ),
}
_LABELLED = {
    **_TRAINED,
    "ends": OUTCOME,
    "labels": EACH.extended(
        "labels that are right",
        {**RUN, "right": "share of the training labels that are right after redrawing"},
        label="setting",
        measured="right",
        display={"right": "share of labels that are right"},
        units={"right": "%"},
    ),
}


@declare(_SCHEMAS)
def overfitting(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (100,) * 6,
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    learning_rate: float = 0.01,
    batch_size: int = 100,
    weight_decay: float = 0.1,
    dropout: float = 0.2,
    epochs: int = 201,
    dropout_epochs: int | None = None,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Overfit a few examples as the notes do, without and with a regularizer.

    By default 300 digits and SGD; weight decay, and no regularizer, for 201 epochs, dropout in the
    notes' form, not inverted, for 301.

    Parameters
    ----------
    data : Dataset, optional
        By default, `digits` with 300 training rows.
    hidden : sequence of int
        Widths of the hidden layers.
    activation : str
        A name from `nn.ACTIVATIONS`.
    optimizer : str, Optimizer or callable
        A name from `optim.RULES`, a rule with all its settings, or what makes one of a learning
        rate, PyTorch's and optax's included.
    learning_rate : float
        Of the optimizer; a rule with all its settings has its own.
    batch_size : int
        Rows per update.
    weight_decay, dropout : float
        The strength of each where it is on.
    epochs : int
        Passes over the training set until a network is judged.
    dropout_epochs : int, optional
        The same for one with dropout; by default half as many again.
    seeds : int
        Number of seeds; weights, masks and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below; metrics of ``curves`` are loss, accuracy, weight_norm and gap, ``ends``
        are their means over the last ten epochs, at most half of all, ``weights`` are all weights
        of each layer at the end, and ``spreads`` their std by seed.
    """
    data = data_of(data, lambda: digits(300))
    strength = strengths_of(weight_decay, dropout)
    ends = {
        "epochs": _checks.integer("epochs", epochs),
        "dropout_epochs": _checks.integer(
            "dropout_epochs", epochs * 3 // 2 if dropout_epochs is None else dropout_epochs
        ),
    }
    longest = max(ends.values())
    decay, drop = f"weight decay {weight_decay:g}", f"dropout {dropout:g}, not inverted"
    variants = {
        "none": {},
        decay: {"weight_decay": strength["weight_decay"]},
        drop: {"dropout": strength["dropout"], "inverted": False},
    }
    shared = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "label_noise": 0.0,
    }
    found = train_all(data, variants, {**shared, "epochs": longest}, seeds, n_jobs, fresh)
    settings = {
        **facts_of(data),
        **shared,
        **strength,
        **ends,
        "regularizers": {name: dict(value) for name, value in variants.items()},
        "seeds": seeds,
    }
    del found["labels"]  # all are right
    found["ends"] = pd.concat(
        [judged_at(end, found["curves"]).assign(until=end) for end in sorted({*ends.values()})],
        ignore_index=True,
    )
    questions = [
        overfits(data, epochs),
        shrinks_the_gap(data, "weight decay", decay, epochs),
        costs_accuracy(data, "weight decay", decay, epochs),
        leaves_the_gap(data, "dropout", drop, ends["dropout_epochs"]),
        costs_accuracy(
            data,
            "dropout",
            drop,
            ends["dropout_epochs"],
            at="dropout_epochs",
            form=", not inverted,",
        ),
        *small_weights(decay, longest),
    ]
    return Study.asked("overfitting", found, settings, questions, _SCHEMAS)


@declare(_LABELLED)
def noisy_labels(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (100,) * 6,
    activation: str = "relu",
    optimizer: OneRule = "momentum",
    learning_rate: float = 0.01,
    batch_size: int = 100,
    label_noise: float = 0.2,
    weight_decay: float = 0.03,
    dropout: float = 0.2,
    epochs: int = 201,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Overfit wrong labels: a setting in which weight decay and dropout both help.

    A fraction of the training labels is redrawn at random, differently for each seed; the test
    labels are right.

    Parameters
    ----------
    data : Dataset, optional
        By default, all 1,000 training rows of `digits`.
    hidden, activation, optimizer, learning_rate, batch_size, seeds, n_jobs, fresh
        As in `overfitting`.
    label_noise : float
        Fraction of the training labels that is redrawn.
    weight_decay, dropout : float
        The strength of each where it is on; dropout is inverted.
    epochs : int
        Passes over the training set.

    Returns
    -------
    Study
        Tables as in `overfitting`; settings "none", one for each regularizer, and "both".
    """
    data = data_of(data, digits)
    _checks.fraction("label_noise", label_noise)
    strength = strengths_of(weight_decay, dropout)
    decay, drop = f"weight decay {weight_decay:g}", f"dropout {dropout:g}"
    variants: dict[str, Regularizer] = {
        "none": {},
        decay: {"weight_decay": strength["weight_decay"]},
        drop: {"dropout": strength["dropout"]},
        "both": strength,
    }
    shared = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "label_noise": label_noise,
        "epochs": _checks.integer("epochs", epochs),
    }
    found = train_all(data, variants, shared, seeds, n_jobs, fresh)
    found["ends"] = judged_at(shared["epochs"], found["curves"])
    settings = {
        **facts_of(data),
        **shared,
        **strength,
        "regularizers": {name: dict(value) for name, value in variants.items()},
        "seeds": seeds,
    }
    questions = [
        learns_wrong_labels(data, epochs) if label_noise else overfits(data, epochs),
        *helps(data, "weight decay", decay, epochs),
        *helps(data, "dropout", drop, epochs),
        too_much((decay, drop), epochs),
    ]
    return Study.asked("noisy_labels", found, settings, questions, _LABELLED)
