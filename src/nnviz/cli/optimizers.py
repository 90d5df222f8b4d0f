"""Optimizers as they are written on a line: ``NAME:lr=RATE,KEY=VALUE``."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from nnviz._numbers import rate
from nnviz.cli.forms import number

if TYPE_CHECKING:
    import pandas as pd

    from nnviz.optim import Optimizer
    from nnviz.tables import Schema

__all__ = [
    "WRITTEN",
    "Written",
    "by_name",
    "called",
    "once",
    "optimizers",
    "read",
    "with_parts",
]

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
    return {
        label: one.learning_rate if label == one.name else one.rule()
        for label, one in called(option, given).items()
    }


def called(option: str, given: Iterable[str]) -> dict[str, Written]:
    """Return what was written of each optimizer of a study, by what the study calls it."""
    every = list(map(read, given))
    names = [one.name for one in every]
    return once(
        option,
        (
            (one.label() if one.more or names.count(one.name) > 1 else one.name, one)
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


def by_name(written: Iterable[Written]) -> dict[str, Any]:
    """Return the settings of each rule by its name; of one that is there several times, a list."""
    found: dict[str, list[dict[str, object]]] = {}
    for one in written:
        name, *settings = one.columns().items()
        found.setdefault(str(name[1]), []).append(dict(settings))
    return {name: several if several[1:] else several[0] for name, several in found.items()}


_PARTS = {
    "rule": "its name",
    "learning_rate": "of the rule",
    "settings": "its further hyperparameters, as they were written, missing where there are none",
}
"""What figures call an optimizer by."""


def with_parts(
    table: "pd.DataFrame", schema: "Schema", written: Mapping[str, Written]
) -> "tuple[pd.DataFrame, Schema]":
    """Return a table in which each optimizer is called by what was written of it, and its schema.

    A table whose names are not these comes back as it is.
    """
    import pandas as pd

    names = schema.label or schema.panels
    if not names or not table[names].isin(written).all():
        return table, schema
    rows = [(one.name, one.learning_rate, one.settings() or None) for one in written.values()]
    told = pd.DataFrame(rows, index=list(written), columns=list(_PARTS))
    declared = schema.extended(schema.name, _PARTS, parts={names: list(_PARTS)})
    return declared.check(table.join(told, on=names)), declared


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
