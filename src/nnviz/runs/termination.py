"""SIGTERM: what a scheduler sends before it kills."""

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["handles_sigterm", "on_sigterm", "restore_sigterm"]

Handler = Callable[[int, FrameType | None], Any]

_handlers: list[Handler] = []


def on_sigterm(handler: Handler) -> None:
    """Call this on SIGTERM, too, unless it is handled elsewhere."""
    try:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _call_all)
    except ValueError:
        return  # not in the main thread
    _handlers.append(handler)


def restore_sigterm(handler: Handler) -> None:
    """Undo `on_sigterm`."""
    if handler in _handlers:
        _handlers.remove(handler)
    try:
        if not _handlers and signal.getsignal(signal.SIGTERM) == _call_all:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
    except ValueError:
        pass  # not in the main thread


def handles_sigterm() -> bool:
    """Return whether anything is still to be called."""
    return bool(_handlers)


def _call_all(number: int, frame: FrameType | None) -> None:
    for handler in _handlers.copy():
        handler(number, frame)
