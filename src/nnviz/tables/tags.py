"""What the name of a number says: the split it was measured on, the metric, and by what."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from nnviz._splits import SPLITS

__all__ = ["Tag", "counts_epochs", "read_tag", "split_and_metric"]

_BETWEEN = re.compile(r"[/_. -]")
_KERAS_EVALUATION = re.compile(r"evaluation_(.+)_vs_iterations")


class Tag(NamedTuple):
    """What a name says.

    Attributes
    ----------
    split : str
        train, validation or test; "" if it does not say.
    metric : str
        What is left of the name.
    by : str
        "epoch" if it says that there is a number for each, "step" if one for each batch, else "".
    """

    split: str
    metric: str
    by: str


def read_tag(name: str) -> Tag:
    """Return what a name says.

    The split stands first, last or between slashes, in any case, as in ``val_loss``,
    ``Loss/train`` or ``metrics/val/f1``. Keras puts ``epoch_`` before a name, Lightning
    ``_epoch`` or ``_step`` behind one with a split.
    """
    if found := _KERAS_EVALUATION.fullmatch(name):
        return Tag("validation", found[1], "")
    split, rest = _without_split(name)
    by = ""
    first, gap, last = rest.rpartition("_")
    if split and gap and last in ("epoch", "step") and first not in ("", "global"):
        rest, by = first, last
    elif rest.startswith("epoch_") and len(rest) > len("epoch_"):
        rest, by = rest.removeprefix("epoch_"), "epoch"
    return Tag(split, rest, by)


def counts_epochs(name: str, program: str = "") -> bool:
    """Return whether the steps of a number are epochs, whatever those of others are: Keras's.

    Its names have a split, or are in a log of TensorBoard: elsewhere ``"epoch_time"`` may be
    anything.
    """
    split, rest = _without_split(name)
    return rest.startswith("epoch_") and (split != "" or program == "TensorBoard")


def split_and_metric(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the split and the metric of each of the names of a recording, no two the same.

    A name without a split is that of training if another name says the same of validation or
    test, or if none says that it is of training; else its split is "". ``"loss"`` alone, and
    what is logged for each batch, is that of mini-batches. A name that says what another one
    said before keeps its whole name.
    """
    tags = {name: read_tag(name) for name in names}
    said = {name: tag for name, tag in tags.items() if tag.split}
    trained = {tag.metric for tag in said.values() if tag.split == "train" and tag.by != "step"}
    counterparts = {tag.metric for name, tag in said.items() if "/" not in name} - trained
    parts: dict[str, tuple[str, str]] = {}
    for name, tag in tags.items():
        part = _part(name, tag, trained, counterparts)
        parts[name] = (tag.split or "train", name) if part in parts.values() else part
    return parts


def _part(name: str, tag: Tag, trained: set[str], counterparts: set[str]) -> tuple[str, str]:
    metric = f"batch_{tag.metric}" if tag.by == "step" else tag.metric
    if tag.split:
        return tag.split, metric
    if name == "loss" and name not in counterparts:
        return "train", "batch_loss"
    if tag.by or tag.metric in counterparts or not trained:
        return "train", metric
    return "", metric


def _without_split(name: str) -> tuple[str, str]:
    """Return the split of a name, "" if it says none, and the rest of it."""
    parts = name.split("/")
    for place, part in enumerate(parts):
        if part.lower() in SPLITS and len(parts) > 1:
            return SPLITS[part.lower()], "/".join(parts[:place] + parts[place + 1 :])
    gaps = list(_BETWEEN.finditer(name))
    if gaps:
        first, last = gaps[0], gaps[-1]
        head, tail = name[: first.start()].lower(), name[last.end() :].lower()
        if head in SPLITS and name[first.end() :]:
            return SPLITS[head], name[first.end() :]
        if tail in SPLITS and name[: last.start()]:
            return SPLITS[tail], name[: last.start()]
    return "", name
