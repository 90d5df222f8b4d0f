"""SIGTERM: what a scheduler sends before it kills."""

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["on_sigterm", "restore_sigterm"]

Handler = Callable[[int, FrameType | None], Any]


def on_sigterm(handler: Handler) -> bool:
    """Handle SIGTERM if nobody else does, and say whether."""
    try:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, handler)
            return True
    except ValueError:
        pass  # not in the main thread
    return False


def restore_sigterm(handler: Handler, was_set: bool) -> None:
    """Undo `on_sigterm`."""
    try:
        if was_set and signal.getsignal(signal.SIGTERM) == handler:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
    except ValueError:
        pass  # not in the main thread
