"""Which streams are recorded."""

from collections.abc import Iterable

from nnviz import _checks
from nnviz._names import matches

__all__ = ["Choice"]


class Choice:
    """Says of a stream's name whether it is to be recorded.

    Parameters
    ----------
    layers : str or iterable of str
        Patterns; a layer is recorded if one matches.
    kinds : str or iterable of str, optional
        Patterns such as "activation" or "weight*". By default every kind but biases, their
        gradients and updates.
    """

    def __init__(self, layers: str | Iterable[str], kinds: str | Iterable[str] | None) -> None:
        self._layers = _patterns("layers", layers)
        self._kinds = None if kinds is None else _patterns("kinds", kinds)

    def __call__(self, stream: str) -> bool:
        """Return whether a stream such as "relu2/activation" is to be recorded."""
        layer, _, kind = stream.rpartition("/")
        if self._kinds is None:
            wanted = "bias" not in kind
        else:
            wanted = any(matches(kind, pattern) for pattern in self._kinds)
        return wanted and any(matches(layer, pattern) for pattern in self._layers)


def _patterns(name: str, value: str | Iterable[str]) -> tuple[str, ...]:
    several = value if isinstance(value, Iterable) else ()
    patterns = (value,) if isinstance(value, str) else tuple(several)
    if not patterns or not all(isinstance(pattern, str) and pattern for pattern in patterns):
        raise _checks.fail(name, "a pattern or several", value)
    return patterns
