"""What adapters for frameworks work with: a protocol, names of streams, what could not be shown.

And the adapter for our own networks, whose parameters lie side by side in one array.
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from threading import RLock
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._names import matches
from nnviz._typing import Array
from nnviz.errors import RecordingWarning
from nnviz.nn import Sequential
from nnviz.record.sampling import WIDTH, Spans
from nnviz.stats import flattened
from nnviz.stats.values import Far

__all__ = ["Dropped", "Layout", "Names", "Observer", "Parameters", "Streams", "detached"]


class Observer(Protocol):
    """What an adapter knows of a recorder: it asks, shows, and says what it could not show.

    Attributes
    ----------
    due : {"exact", "sampled"} or None
        How the step in progress is recorded; in one that is not, there is nothing to do.
    """

    @property
    def due(self) -> str | None:
        """How the step in progress is recorded."""

    def wants(self, stream: str) -> bool:
        """Return whether a stream, such as "linear1/weight", is among those to record."""

    def observe(self, stream: str, values: ArrayLike | Far) -> None:
        """Show a tensor; it is read at once, and no reference to it is kept."""

    def drop(self, stream: str, error: Exception) -> None:
        """Say that a stream could not be shown: training goes on."""


class Names:
    """Numbers names in the order in which they appear.

    Parameters
    ----------
    names : list of str
        By number; a new one is appended.

    Attributes
    ----------
    names : list of str
    numbers : dict of str to int
        Of those that were asked for so far.
    """

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.numbers: dict[str, int] = {}
        self._lock = RLock()

    def number(self, name: str) -> int:
        """Return the number of a name."""
        if name not in self.numbers:
            with self._lock:
                if name not in self.names:
                    self.names.append(name)
                self.numbers[name] = self.names.index(name)
        return self.numbers[name]


class Streams(Names):
    """Numbers the streams that are to be recorded: a layer and a kind, as "relu2/activation".

    Parameters
    ----------
    layers : str or iterable of str
        Patterns; a layer is recorded if one matches, one with parts if that has two stars.
    kinds : str or iterable of str, optional
        Patterns such as "activation" or "weight*". By default every kind but biases, their
        gradients and updates.
    names : list of str
        As of `Names`.
    """

    def __init__(
        self, layers: str | Iterable[str], kinds: str | Iterable[str] | None, names: list[str]
    ) -> None:
        super().__init__(names)
        self._layers = _patterns("layers", layers)
        self._kinds = None if kinds is None else _patterns("kinds", kinds)
        self._known: dict[str, bool] = {}
        self._has_looked = False

    def wants(self, stream: str) -> bool:
        """Return whether a stream is to be recorded."""
        if not isinstance(stream, str):
            raise TypeError(f"the name of a stream must be a string; got {stream!r:.80}")
        if stream not in self._known:
            layer, _, kind = stream.rpartition("/")
            if self._kinds is None:
                wanted = "bias" not in kind
            else:
                wanted = any(matches(kind, pattern) for pattern in self._kinds)
            self._known[stream] = wanted and any(matches(layer, each) for each in self._layers)
        return self._known[stream]

    def wants_whole(self, layer: str) -> bool:
        """Return whether the output of a layer that has parts is asked for, by two stars."""
        return any("**" in pattern and matches(layer, pattern) for pattern in self._layers)

    def warn_if_none_is_wanted(self) -> None:
        """Warn, once, if streams came and none of them is wanted."""
        if self._has_looked or not self._known:
            return
        self._has_looked = True
        others = list(self._known)
        if not any(self._known.values()):
            warnings.warn(
                "nothing is recorded: kinds and layers must match some of "
                f"{', '.join(others[:10])}{' …' if len(others) > 10 else ''}",
                RecordingWarning,
                stacklevel=6,
            )


def _patterns(name: str, value: str | Iterable[str]) -> tuple[str, ...]:
    several = value if isinstance(value, Iterable) else ()
    patterns = (value,) if isinstance(value, str) else tuple(several)
    if not patterns or not all(isinstance(pattern, str) and pattern for pattern in patterns):
        raise _checks.fail(name, "a pattern or several", value)
    return patterns


class Dropped:
    """Counts what could not be recorded, and warns the first time.

    Parameters
    ----------
    counts : dict of str to int
        How often, by stream; the sink's.
    strict : bool
        Whether to raise instead.
    """

    def __init__(self, counts: dict[str, int], strict: bool) -> None:
        self._counts, self._strict, self._has_warned = counts, strict, False

    def add(self, stream: str, error: Exception) -> None:
        """Count that a stream could not be recorded, and warn the first time; raise if strict."""
        if self._strict:
            raise error
        name = stream if isinstance(stream, str) else repr(stream)
        self._counts[name] = self._counts.get(name, 0) + 1
        if self._counts[name] == 1:
            named = "" if str(error).startswith(name) else f"{name}: "
            warnings.warn(f"not recorded: {named}{error}", RecordingWarning, stacklevel=4)

    def warn_of_sink(self, error: OSError) -> None:
        """Warn, the first time, that the sink took nothing, which it counts itself."""
        if self._strict:
            raise error
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(f"not recorded: {error}", RecordingWarning, stacklevel=4)


@dataclass(frozen=True)
class Layout:
    """Which parts of an array of parameters are wanted.

    Attributes
    ----------
    length : int
        Of the array.
    streams, starts, stops : ndarray of int64
        The numbers of their streams, and where they lie.
    large : list of int, Spans
        The numbers of those to sample, and where they lie.
    small : list of int
        Places, in the three columns, of those of so few values that all are wanted.
    """

    length: int
    streams: NDArray[np.int64]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    large: tuple[list[int], Spans]
    small: list[int]


class Parameters:
    """Knows how the parameters of networks lie side by side in one array."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._layouts: WeakKeyDictionary[Sequential, dict[str, Layout]] = WeakKeyDictionary()
        self._spans: dict[tuple[tuple[int, ...], tuple[int, ...], int], Spans] = {}

    def layout(self, net: Sequential, suffix: str) -> Layout:
        """Return where the parameters lie whose streams are called as they are and a suffix."""
        known = self._layouts.get(net)
        if known is None:
            known = self._layouts[net] = {}
        layout = known.get(suffix)
        if layout is None:
            layout = known[suffix] = self._made(net, suffix)
        return layout

    def plain(self, net: Sequential, suffix: str, flat: ArrayLike) -> Array:
        """Return an array that is laid out like ``net.flat`` as one of floats; or raise."""
        name = f"*/weight{suffix}"
        plain = flattened(flat, name)
        if len(plain) != len(net.flat):
            raise ValueError(f"{name} must have {len(net.flat)} numbers; got {len(plain)}")
        return plain

    def _made(self, net: Sequential, suffix: str) -> Layout:
        parts: list[tuple[int, int, int]] = []
        start = 0
        for name, value in net.params.items():
            if self._streams.wants(f"{name}{suffix}"):
                parts.append((self._streams.number(f"{name}{suffix}"), start, start + value.size))
            start += value.size
        streams, starts, stops = np.array(parts, np.int64).reshape(-1, 3).T.copy()
        is_large = stops - starts > WIDTH
        sizes = stops - starts
        where = tuple(starts[is_large].tolist()), tuple(sizes[is_large].tolist()), start
        # The same for weights, gradients and updates, which are sampled at the same places.
        spans = self._spans.setdefault(where, Spans(*where))
        large = streams[is_large].tolist(), spans
        return Layout(start, streams, starts, stops, large, np.flatnonzero(~is_large).tolist())


def detached(value: Any) -> Any:
    """Return a tensor of PyTorch without its history, and anything else as it is."""
    if type(value) is np.ndarray:  # which takes a while to say that it cannot
        return value
    return value.detach() if hasattr(value, "detach") else value
