"""What the layers and the weights of a module are called."""

from collections.abc import Iterator
from typing import Any

from nnviz import _checks

__all__ = ["layers", "stream"]

torch: Any = _checks.extra("torch", extra="torch")

_WRAPPERS = ("_orig_mod.", "module.")
_PARAMETERS = torch.nn.ParameterList, torch.nn.ParameterDict
_CONTAINERS = torch.nn.ModuleList, torch.nn.ModuleDict


def layers(module: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the modules without parts of their own, and attention, which never calls its parts."""
    # A parametrization, such as a weight norm, is a part of its layer, not a layer; nor is a list
    # of parameters.
    parts = [
        (own, part)
        for own, part in module.named_children()
        if own != "parametrizations" and not isinstance(part, _PARAMETERS)
    ]
    if isinstance(module, torch.nn.MultiheadAttention) or not parts:
        if not isinstance(module, _CONTAINERS):
            yield _plain(name) or type(module).__name__.lower(), module
        return
    for own, part in parts:
        yield from layers(part, f"{name}.{own}" if name else own)


def stream(module: Any, name: str) -> str:
    """Return a parameter's stream: of an LSTM's ``weight_ih_l0``, ``"lstm.ih_l0/weight"``.

    What is called neither weight nor bias is a weight under its own name:
    ``"encoder.class_token/weight"``.
    """
    layer, _, own = _plain(name).rpartition(".")
    words = own.split("_")
    kind = next((word for word in ("weight", "bias") if word in words), "")
    rest = "_".join(word for word in words if word != kind)
    owner = layer or type(module).__name__.lower()
    return f"{'.'.join(filter(None, (owner, rest)))}/{kind or 'weight'}"


def _plain(name: str) -> str:
    """Return a name without what wrappers put before it."""
    while name.startswith(_WRAPPERS):
        name = name.partition(".")[2]
    return name
