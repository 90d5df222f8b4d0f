"""What is trained: layers, losses and initial weights, in NumPy."""

from typing import TYPE_CHECKING

from nnviz._renamed import old_names
from nnviz.nn.activations import ACTIVATIONS, Activation
from nnviz.nn.dropout import Dropout
from nnviz.nn.initializers import (
    INITIALIZERS,
    RENAMED,
    Initializer,
    glorot_normal,
    glorot_uniform,
    haiku_truncated,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_truncated,
    lecun_uniform,
    normal,
    orthogonal,
    pytorch_uniform,
    sklearn_logistic,
    xavier,
    zeros,
)
from nnviz.nn.layer import Layer
from nnviz.nn.linear import Linear
from nnviz.nn.losses import LOSSES, mean_squared_error, softmax_cross_entropy
from nnviz.nn.mlp import mlp
from nnviz.nn.normalization import BatchNorm, LayerNorm
from nnviz.nn.residual import Residual
from nnviz.nn.sequential import Sequential
from nnviz.nn.width import maximal_update_normal, maximal_update_rates

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "Activation",
    "BatchNorm",
    "Dropout",
    "Initializer",
    "Layer",
    "LayerNorm",
    "Linear",
    "Residual",
    "Sequential",
    "glorot_normal",
    "glorot_uniform",
    "haiku_truncated",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_truncated",
    "lecun_uniform",
    "maximal_update_normal",
    "maximal_update_rates",
    "mean_squared_error",
    "mlp",
    "normal",
    "orthogonal",
    "pytorch_uniform",
    "sklearn_logistic",
    "softmax_cross_entropy",
    "xavier",
    "zeros",
]

if not TYPE_CHECKING:  # a type checker is to object to an old name
    __getattr__ = old_names(__name__, RENAMED)
