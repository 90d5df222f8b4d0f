"""How a network learns: update rules as pure functions, and learning-rate schedules."""

from nnviz.optim import schedules
from nnviz.optim.adaptive import adadelta, adagrad, rmsprop
from nnviz.optim.averaging import (
    averaged,
    gradient_point,
    schedule_free_adamw,
    schedule_free_sgd,
)
from nnviz.optim.base import Hyperparameter, LearningRate, Optimizer, Schedule
from nnviz.optim.compose import chain, clip_by_norm, decoupled_decay
from nnviz.optim.declaration import State, declare
from nnviz.optim.matrices import muon
from nnviz.optim.moment_variants import adamax, nadam, radam
from nnviz.optim.moments import adam, adamw, amsgrad
from nnviz.optim.registry import RULES, make
from nnviz.optim.sign import lion, rprop
from nnviz.optim.velocity import momentum, nesterov, sgd

__all__ = [
    "RULES",
    "Hyperparameter",
    "LearningRate",
    "Optimizer",
    "Schedule",
    "State",
    "adadelta",
    "adagrad",
    "adam",
    "adamax",
    "adamw",
    "amsgrad",
    "averaged",
    "chain",
    "clip_by_norm",
    "declare",
    "decoupled_decay",
    "gradient_point",
    "lion",
    "make",
    "momentum",
    "muon",
    "nadam",
    "nesterov",
    "radam",
    "rmsprop",
    "rprop",
    "schedule_free_adamw",
    "schedule_free_sgd",
    "schedules",
    "sgd",
]
