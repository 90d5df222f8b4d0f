"""When something was, and how long it took, in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

__all__ = ["moment", "took"]


def moment(time: str) -> str:
    """Return a time as it is read: "2026-11-30T21:03:47+00:00" is "2026-11-30 21:03:47 UTC"."""
    return time.replace("T", " ").replace("+00:00", " UTC")


def took(meta: Mapping[str, Any]) -> str:
    """Return how long a run took, such as "0:03:20"; "" of one that has not ended.

    Parameters
    ----------
    meta : mapping
        Of a `Recording`: *started* and *ended* are times in ISO 8601, or empty.
    """
    if not meta.get("started") or not meta.get("ended"):
        return ""
    return str(datetime.fromisoformat(meta["ended"]) - datetime.fromisoformat(meta["started"]))
