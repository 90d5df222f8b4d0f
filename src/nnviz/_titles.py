"""Display names of what has a name in the field: rules, initializers, activation functions."""

from nnviz.optim.registry import RULES, declared

__all__ = ["TITLES", "title"]

TITLES = {
    **{name: rule.display for name in RULES.ours if (rule := declared(name))},
    "muon": "Muon",
    "zeros": "zeros",
    "normal": "normal",
    "lecun_normal": "LeCun",
    "lecun_uniform": "LeCun uniform",
    "lecun_truncated": "LeCun truncated",
    "xavier": "Xavier",
    "glorot_normal": "Glorot",
    "glorot_uniform": "Glorot uniform",
    "he_normal": "He",
    "he_uniform": "He uniform",
    "orthogonal": "orthogonal",
    "pytorch_uniform": "PyTorch uniform",
    "haiku_truncated": "Haiku truncated",
    "sklearn_logistic": "scikit-learn logistic",
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
    """Return how a name is written, as installed rules declare too; others stay as they are."""
    if name in TITLES:
        return TITLES[name]
    rule = declared(name)
    return rule.display if rule else name
