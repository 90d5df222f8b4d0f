"""Optimizers as they are written on a line: ``NAME:lr=RATE,KEY=VALUE``."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from nnviz.cli.forms import number

if TYPE_CHECKING:
    from nnviz.optim import Optimizer

__all__ = ["WRITTEN", "once", "optimizer", "optimizers"]

Value = TypeVar("Value")

WRITTEN = "NAME:lr=RATE[,KEY=VALUE,…]"
"""How one is written."""

SHORT: Mapping[str, str] = {"lr": "learning_rate", "wd": "weight_decay"}
"""Short names of hyperparameters."""

WORDS: Mapping[str, bool] = {"true": True, "false": False}


def optimizers(option: str, given: list[str]) -> "dict[str, float | Optimizer]":
    """Return the optimizers of a study: by their names where a rate is all that is said of each.

    Claims speak of rules by name and rate; the others are called as they are written.
    """
    read = [_read(words) for words in given]
    names = [name for name, *_ in read]
    return once(
        option,
        (
            (name, rate) if not more and names.count(name) == 1 else optimizer(words)
            for words, (name, _, rate, more) in zip(given, read, strict=True)
        ),
    )


def optimizer(words: str) -> "tuple[str, Optimizer]":
    """Return a name for the legend and the rule, of ``NAME:lr=RATE,KEY=VALUE``."""
    from nnviz import optim

    name, written, rate, more = _read(words)
    values = {key: _value(f"{key} of {name}", text) for key, text in more.items()}
    try:
        rule = optim.make(name, rate, **values)
    except TypeError as error:  # true for a number
        raise ValueError(str(error)) from error
    return ", ".join([name, written, *(f"{key}={text}" for key, text in more.items())]), rule


def _read(words: str) -> tuple[str, str, float, dict[str, str]]:
    """Return the name, the rate as written and as a number, and the other settings."""
    from nnviz import optim

    name, _, rest = words.partition(":")
    optim.RULES.named("optimizer", name)
    given = once(
        f"a setting of {name}", (_setting(name, part.strip()) for part in rest.split(",") if part)
    )
    if "learning_rate" not in given:
        raise ValueError(f"{name} must have a learning rate, such as {name}:lr=0.1; got {words!r}")
    rate = given.pop("learning_rate")
    if rate in optim.schedules.__all__:
        raise ValueError(
            f"learning rate of {name} must be a number; a schedule is given in Python, as "
            f"optim.schedules.{rate}; got {rate!r}"
        )
    return name, rate, number(f"learning rate of {name}", rate), given


def once(name: str, pairs: Iterable[tuple[str, Value]]) -> dict[str, Value]:
    """Return a mapping; the same key twice is an error."""
    found: dict[str, Value] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{name} must be given once; got {key!r} twice")
        found[key] = value
    return found


def _setting(name: str, words: str) -> tuple[str, str]:
    key, found, value = words.partition("=")
    if not found:
        raise ValueError(f"settings of {name} must be KEY=VALUE, such as lr=0.1; got {words!r}")
    return SHORT.get(key, key), value


def _value(name: str, words: str) -> object:
    """Return a number, a pair of numbers separated by a slash, or true or false."""
    if words in WORDS:
        return WORDS[words]
    parts = [number(name, part) for part in words.split("/")]
    return parts[0] if len(parts) == 1 else tuple(parts)
