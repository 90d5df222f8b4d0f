"""Every rule by its name."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from nnviz import _checks
from nnviz.optim.adaptive import adadelta, adagrad, rmsprop
from nnviz.optim.base import LearningRate, Optimizer
from nnviz.optim.moment_variants import adamax, nadam, radam
from nnviz.optim.moments import adam, adamw, amsgrad
from nnviz.optim.sign import lion, rprop
from nnviz.optim.velocity import momentum, nesterov, sgd

__all__ = ["RULES", "make"]

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
"""Every rule by its name. Each takes a learning rate, and its other hyperparameters by keyword."""


def make(name: str, learning_rate: LearningRate, **hyperparameters: Any) -> Optimizer:
    """Return a rule by its name in `RULES`, as a configuration or a command line gives it.

    Raises
    ------
    ValueError
        For an unknown name, a hyperparameter that the rule does not have, or one that breaks
        its rule.
    """
    factory = _checks.lookup("optimizer", name, RULES)
    known = list(inspect.signature(factory).parameters)[1:]
    for given in hyperparameters:
        _checks.one_of(f"hyperparameter of {name}", given, known)
    return factory(learning_rate, **hyperparameters)
