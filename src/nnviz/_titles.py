"""Display names of what has a name in the field: rules, initializers, activation functions."""

__all__ = ["TITLES", "title"]

TITLES = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "adagrad": "AdaGrad",
    "adadelta": "AdaDelta",
    "rmsprop": "RMSprop",
    "rprop": "Rprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "adamax": "AdaMax",
    "amsgrad": "AMSGrad",
    "nadam": "NAdam",
    "radam": "RAdam",
    "lion": "Lion",
    "zeros": "zeros",
    "normal": "normal",
    "lecun_normal": "LeCun",
    "lecun_uniform": "LeCun uniform",
    "xavier": "Xavier",
    "glorot_normal": "Glorot",
    "glorot_uniform": "Glorot uniform",
    "he_normal": "He",
    "he_uniform": "He uniform",
    "orthogonal": "orthogonal",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "sigmoid": "sigmoid",
    "softplus": "softplus",
    "tanh": "tanh",
    "identity": "identity",
}


def title(name: str) -> str:
    """Return how a name is written; a user's own stays as it is."""
    return TITLES.get(name, name)
