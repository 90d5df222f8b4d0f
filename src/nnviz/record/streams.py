"""Which streams are recorded, and under which number."""

from collections.abc import Callable
from threading import RLock

__all__ = ["Names", "Streams"]


class Names:
    """Numbers names in the order in which they appear.

    Parameters
    ----------
    names : list of str
        By number; a new one is appended.

    Attributes
    ----------
    numbers : dict of str to int
        Of those that were asked for so far.
    """

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self.numbers: dict[str, int] = {}
        self._lock = RLock()

    def number(self, name: str) -> int:
        """Return the number of a name."""
        if name not in self.numbers:
            with self._lock:
                if name not in self._names:
                    self._names.append(name)
                self.numbers[name] = self._names.index(name)
        return self.numbers[name]


class Streams(Names):
    """Numbers the streams that are to be recorded.

    Parameters
    ----------
    is_wanted : callable
        Whether a stream is to be recorded, by its name. Asked once for each.
    names : list of str
        Names by number; a new one is appended.

    Attributes
    ----------
    numbers : dict of str to int
        Of those that were recorded so far.
    """

    def __init__(self, is_wanted: Callable[[str], bool], names: list[str]) -> None:
        super().__init__(names)
        self._is_wanted = is_wanted
        self._known: dict[str, bool] = {}

    def wants(self, stream: str) -> bool:
        """Return whether a stream is to be recorded."""
        if not isinstance(stream, str):
            raise TypeError(f"the name of a stream must be a string; got {stream!r:.80}")
        if stream not in self._known:
            self._known[stream] = self._is_wanted(stream)
        return self._known[stream]

    def only_others(self) -> list[str]:
        """Return the streams that came, if none of them is wanted."""
        return [] if any(self._known.values()) else list(self._known)
