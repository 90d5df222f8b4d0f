"""Which of the numbers of a recording are losses and accuracies, and of what."""

import re
from collections.abc import Iterable

from nnviz.tables.tags import read_tag

__all__ = [
    "ADVERSARIAL",
    "is_accuracy",
    "is_adversarial",
    "is_loss",
    "is_opposed",
    "metric_of",
    "split_of",
]

ADVERSARIAL = frozenset(
    {"actor", "adversarial", "adv", "critic", "d", "disc", "discriminator"}
    | {"g", "gan", "gen", "generator"}
)
"""Words by which networks that train against each other, and their losses, are called."""


def is_loss(name: str) -> bool:
    """Return whether "loss" is the last word of what was measured: not so in "loss_scale"."""
    return _words(read_tag(name).metric)[-1:] == ["loss"]


def is_accuracy(name: str) -> bool:
    """Return whether a number is a share of examples that are right."""
    return _words(read_tag(name).metric)[-1:] in (["accuracy"], ["acc"])


def split_of(name: str) -> str | None:
    """Return "train" or "test", to which validation counts; None if the name does not say."""
    split = read_tag(name).split
    return "test" if split == "validation" else split or None


def metric_of(name: str) -> str:
    """Return what a loss is of: "loss" for the one that is minimized, "kl loss" for a part of it.

    That it is the total, or of a batch or an epoch, does not make it another one.
    """
    return " ".join(w for w in _words(read_tag(name).metric) if w not in ("total", "batch"))


def is_opposed(name: str) -> bool:
    """Return whether a loss is called that of one of the networks that train against each other."""
    return not ADVERSARIAL.isdisjoint(_words(name))


def is_adversarial(losses: Iterable[str], layers: Iterable[str]) -> bool:
    """Return whether networks train against each other: two of them, by losses or by layers."""
    named = {word for name in losses for word in _words(name) if word in ADVERSARIAL}
    tops = {layer.partition(".")[0] for layer in layers}
    parts = {top for top in tops if set(_words(top)) & ADVERSARIAL}
    return len(named) > 1 or len(parts) > 1


def _words(text: str) -> list[str]:
    words = re.split(r"[^a-z]+", text.lower())
    return [word for word in words if word not in ("", "epoch", "step")]
