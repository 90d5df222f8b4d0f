"""Optimizers as they are written on a line: ``NAME:lr=RATE,KEY=VALUE``."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from nnviz._numbers import rate
from nnviz.cli.forms import number

if TYPE_CHECKING:
    from nnviz.optim import Optimizer

__all__ = ["WRITTEN", "Written", "once", "optimizers", "read"]

Value = TypeVar("Value")

WRITTEN = "NAME:lr=RATE[,KEY=VALUE,…]"
"""How one is written."""

SHORT: Mapping[str, str] = {"lr": "learning_rate", "wd": "weight_decay"}
"""Short names of hyperparameters."""

WORDS: Mapping[str, bool] = {"true": True, "false": False}


class Written(NamedTuple):
    """An optimizer as a line says it: its rule, learning rate and other hyperparameters."""

    name: str
    learning_rate: float
    more: Mapping[str, str]

    def label(self) -> str:
        """Return what it is called among others."""
        parts = [self.name, rate(self.learning_rate), self.settings()]
        return ", ".join(filter(None, parts))

    def settings(self) -> str:
        """Return its further hyperparameters as they are written; empty if there are none."""
        return ", ".join(f"{key}={text}" for key, text in self.more.items())

    def columns(self) -> dict[str, object]:
        """Return what tables say of it, by column."""
        return {"optimizer": self.name, "learning_rate": self.learning_rate, **self.more}

    def rule(self) -> "Optimizer":
        """Return the rule itself."""
        from nnviz import optim

        values = {key: _value(f"{key} of {self.name}", text) for key, text in self.more.items()}
        try:
            return optim.make(self.name, self.learning_rate, **values)
        except TypeError as error:  # true for a number
            raise ValueError(str(error)) from error


def optimizers(option: str, given: list[str]) -> "dict[str, float | Optimizer]":
    """Return the optimizers of a study: by their names where a rate is all that is said of each.

    Claims speak of rules by name and rate; the others are called as they are written.
    """
    every = list(map(read, given))
    names = [one.name for one in every]
    return once(
        option,
        (
            (one.label(), one.rule())
            if one.more or names.count(one.name) > 1
            else (one.name, one.learning_rate)
            for one in every
        ),
    )


def read(words: str) -> Written:
    """Return the optimizer of ``NAME:lr=RATE,KEY=VALUE``."""
    from nnviz import optim

    name, _, rest = words.partition(":")
    optim.RULES.named("optimizer", name)
    given = once(
        f"a setting of {name}", (_setting(name, part.strip()) for part in rest.split(",") if part)
    )
    if "learning_rate" not in given:
        raise ValueError(f"{name} must have a learning rate, such as {name}:lr=0.1; got {words!r}")
    chosen = given.pop("learning_rate")
    if chosen in optim.schedules.__all__:
        raise ValueError(
            f"learning rate of {name} must be a number; a schedule is given in Python, as "
            f"optim.schedules.{chosen}; got {chosen!r}"
        )
    return Written(name, number(f"learning rate of {name}", chosen), given)


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
