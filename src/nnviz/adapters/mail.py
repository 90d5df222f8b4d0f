"""Messages between processes that train a module together.

They go through the store in which the processes of `torch.distributed` met: no collective, for
which all would have to stop, and no files that they would have to share.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from itertools import count
from typing import Any

import numpy as np

from nnviz import _checks
from nnviz.stats.block import Block

__all__ = ["Group", "Mail", "group", "packed", "tried", "unpacked"]

_PIECE = 1 << 20  # bytes that a store takes at once
_sessions = count()


class Group:
    """The processes that were started together.

    Parameters
    ----------
    processes : module
        ``torch.distributed``.
    trained : str
        What this one trains: only processes that train the same hear of each other.

    Attributes
    ----------
    rank, n : int
        Which one this is, and how many there are.
    """

    def __init__(self, processes: Any, trained: str) -> None:
        self._processes, self._trained = processes, trained
        self.rank, self.n = int(processes.get_rank()), int(processes.get_world_size())

    def mail(self) -> "Mail":
        """Return what carries messages, until training is over; made as often in all processes."""
        met = self._processes.distributed_c10d._get_default_store()
        name = f"nnviz/{next(_sessions)}/{self._trained}"
        return Mail(self._processes.PrefixStore(name, met))


def group(modules: Mapping[str, Any]) -> Group | None:
    """Return the processes that this one was started with to train modules, if there are any."""
    processes: Any = _checks.extra("torch", extra="torch").distributed
    if not (processes.is_available() and processes.is_initialized()):
        return None
    found = Group(processes, _signature(modules))
    return found if found.n > 1 else None


def _signature(modules: Mapping[str, Any]) -> str:
    """Return a short text that tells modules apart by names and shapes of their parameters."""
    torch: Any = _checks.extra("torch", extra="torch")
    shapes = [
        (name, own, () if torch.nn.parameter.is_lazy(value) else tuple(value.shape))
        for name, module in modules.items()
        for own, value in module.named_parameters()
    ]
    return hashlib.sha256(repr(shapes).encode("utf-8", "backslashreplace")).hexdigest()[:16]


class Mail:
    """Messages of a rank, in order, through a store of keys and values."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._numbers: dict[int, int] = {}

    def mark(self, rank: int, word: str) -> None:
        """Leave a word."""
        self._store.set(f"{rank}/{word}", "")

    def unmark(self, rank: int, word: str) -> None:
        """Take a word away."""
        self._store.delete_key(f"{rank}/{word}")

    def is_marked(self, rank: int, word: str) -> bool:
        """Return whether a rank has left a word."""
        return bool(self._store.check([f"{rank}/{word}"]))

    def send(self, rank: int, message: bytes) -> None:
        """Send the next message of a rank, in pieces; its length comes last."""
        name = self._next(rank)
        pieces = [message[k : k + _PIECE] for k in range(0, len(message), _PIECE)]
        for k, piece in enumerate(pieces):
            self._store.set(f"{name}/{k}", piece)
        self._store.set(name, str(len(pieces)))

    def received(self, rank: int) -> Iterator[bytes]:
        """Yield the messages of a rank that have come meanwhile."""
        while self._store.check([f"{rank}/{self._numbers.get(rank, 0)}"]):
            name = self._next(rank)
            pieces = [f"{name}/{k}" for k in range(int(self._store.get(name)))]
            yield b"".join(self._store.get(piece) for piece in pieces)
            for key in (name, *pieces):
                self._store.delete_key(key)

    def _next(self, rank: int) -> str:
        number = self._numbers.get(rank, 0)
        self._numbers[rank] = number + 1
        return f"{rank}/{number}"


def packed(block: Block, streams: list[str], up_to: int) -> bytes:
    """Return summaries, the names of their streams and the last step as bytes."""
    columns = vars(replace(block, **{k: v[:0] for k, v in vars(block).items() if "number" in k}))
    buffer = BytesIO()
    names = np.array(streams, np.str_) if streams else np.zeros(0, "U1")
    np.savez(buffer, allow_pickle=False, names=names, up_to=np.int64(up_to), **columns)
    return buffer.getvalue()


def unpacked(message: bytes) -> tuple[Block, list[str], int]:
    """Return what `packed` was given."""
    with np.load(BytesIO(message), allow_pickle=False) as columns:
        found = {name: columns[name] for name in columns.files}
    names, up_to = found.pop("names").tolist(), int(found.pop("up_to"))
    return Block(**found), names, up_to


def tried(action: Callable[[], None]) -> None:
    """Leave something in a store; OSError if it is gone, as its process may be."""
    try:
        action()
    except RuntimeError as error:
        raise OSError(f"the first process cannot be reached: {error}") from error
