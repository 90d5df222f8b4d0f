"""What a gallery folder holds, so that only what changed is drawn again."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nnviz.publish import files

__all__ = ["Record", "digest_of", "intact", "read", "write"]

Record = dict[str, Any]
"""``digest`` of all that a figure depends on, ``written`` digests of its files, its ``entry``."""

_NAME = "manifest.json"

_FORMAT = 3
"""Of the records; 3 added how a figure is read. One more for each change of what an entry holds."""


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a content in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def write(out: Path, records: Mapping[str, Record]) -> None:
    """Keep the records by figure id, with a digest over all of them."""
    figures = _text(records)
    whole = {"format": _FORMAT, "digest": digest_of(figures.encode())}
    content = _text({**whole, "figures": json.loads(figures)})
    files.write(out / _NAME, content.encode())


def read(out: Path) -> dict[str, Record]:
    """Return the records; none where the manifest is missing, damaged or of another format."""
    try:
        manifest = json.loads((out / _NAME).read_bytes())
        figures: dict[str, Record] = manifest["figures"]
        known = manifest["format"] == _FORMAT
        whole = manifest["digest"] == digest_of(_text(figures).encode())
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return figures if known and whole else {}


def intact(out: Path, record: Record) -> bool:
    """Return whether every file of a figure is there as it was written."""
    try:
        return all(
            digest_of((out / name).read_bytes()) == digest
            for name, digest in record["written"].items()
        )
    except OSError:
        return False


def _text(value: Any) -> str:
    return json.dumps(value)  # ASCII: a lone surrogate in a name stays what it is
