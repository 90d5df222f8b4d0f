"""The words by which names and folders say on which data something was measured."""

from collections.abc import MutableMapping

__all__ = ["SPLITS"]

SPLITS: MutableMapping[str, str] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("test", "testing", "heldout"), "test"),
    **dict.fromkeys(("validation", "valid", "val", "evaluation", "eval", "dev"), "validation"),
}
"""The split by each word for it, in small letters: train, validation or test.

A word of one's own is one more entry: ``tables.SPLITS["ood"] = "test"``.
"""
