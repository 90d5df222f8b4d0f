"""What is trained: layers, losses and initial weights, in NumPy."""

from nnviz.nn.activations import ACTIVATIONS, Activation
from nnviz.nn.dropout import Dropout
from nnviz.nn.initializers import (
    INITIALIZERS,
    Initializer,
    glorot,
    he,
    normal,
    orthogonal,
    xavier,
    zeros,
)
from nnviz.nn.layer import Layer
from nnviz.nn.linear import Linear
from nnviz.nn.losses import LOSSES, mean_squared_error, softmax_cross_entropy
from nnviz.nn.mlp import mlp
from nnviz.nn.normalization import BatchNorm, LayerNorm
from nnviz.nn.sequential import Sequential

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
    "Sequential",
    "glorot",
    "he",
    "mean_squared_error",
    "mlp",
    "normal",
    "orthogonal",
    "softmax_cross_entropy",
    "xavier",
    "zeros",
]
