"""What the layers and the weights of a module are called."""

from collections.abc import Callable, Iterator
from typing import Any

from nnviz import _checks

__all__ = ["layers", "parts_of", "stream"]

torch: Any = _checks.extra("torch", extra="torch")

_WRAPPERS = ("_orig_mod.", "module.")
_PARAMETERS = torch.nn.ParameterList, torch.nn.ParameterDict
_CONTAINERS = torch.nn.ModuleList, torch.nn.ModuleDict


def layers(
    module: Any, name: str = "", wants_whole: Callable[[str], bool] = lambda _: False
) -> Iterator[tuple[str, Any]]:
    """Yield the modules without parts of their own, and attention, which never calls its parts.

    And, behind its parts, a module that has some, if its output is wanted.
    """
    parts = parts_of(module)
    if not parts:
        if not isinstance(module, _CONTAINERS):
            yield _plain(name) or type(module).__name__.lower(), module
        return
    for own, part in parts:
        yield from layers(part, f"{name}.{own}" if name else own, wants_whole)
    whole = _plain(f"{name}.")[:-1] or type(module).__name__.lower()
    is_wrapper = len(parts) == 1 and f"{parts[0][0]}." in _WRAPPERS
    if not is_wrapper and not isinstance(module, _CONTAINERS) and wants_whole(whole):
        yield whole, module


def parts_of(module: Any) -> list[tuple[str, Any]]:
    """Return the parts of a module that may be layers: attention never calls its own.

    A parametrization, such as a weight norm, is a part of its layer, not a layer; nor is a list
    of parameters.
    """
    if isinstance(module, torch.nn.MultiheadAttention):
        return []
    return [
        (own, part)
        for own, part in module.named_children()
        if own != "parametrizations" and not isinstance(part, _PARAMETERS)
    ]


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
