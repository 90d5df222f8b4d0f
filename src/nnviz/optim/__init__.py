"""How a network learns: update rules as pure functions, and learning-rate schedules."""

from collections.abc import Callable, Mapping
from typing import Any

from nnviz import _checks
from nnviz.optim import schedules
from nnviz.optim.adam import adam, adamax, adamw, amsgrad, nadam, radam
from nnviz.optim.adaptive import adadelta, adagrad, rmsprop
from nnviz.optim.base import LearningRate, Optimizer, Schedule, chain, clip_by_norm
from nnviz.optim.momentum import momentum, nesterov, sgd
from nnviz.optim.sign import lion, rprop

__all__ = [
    "RULES",
    "LearningRate",
    "Optimizer",
    "Schedule",
    "adadelta",
    "adagrad",
    "adam",
    "adamax",
    "adamw",
    "amsgrad",
    "chain",
    "clip_by_norm",
    "lion",
    "make",
    "momentum",
    "nadam",
    "nesterov",
    "radam",
    "rmsprop",
    "rprop",
    "schedules",
    "sgd",
]

RULES: Mapping[str, Callable[..., Optimizer]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adadelta": adadelta,
    "adam": adam,
    "amsgrad": amsgrad,
    "adamw": adamw,
    "adamax": adamax,
    "nadam": nadam,
    "radam": radam,
    "rprop": rprop,
    "lion": lion,
}


def make(name: str, learning_rate: LearningRate, **hyperparameters: Any) -> Optimizer:
    """Return a rule by its name in `RULES`.

    Raises
    ------
    ValueError
        For an unknown name, or a hyperparameter that breaks its rule.
    TypeError
        For a hyperparameter that the rule does not have.
    """
    return _checks.lookup("optimizer", name, RULES)(learning_rate, **hyperparameters)
