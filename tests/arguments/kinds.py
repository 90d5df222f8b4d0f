"""What a parameter may be, and values that it may not be: each stated once."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Kind:
    """A kind of argument: some wrong values, and one that is right."""

    wrong: tuple[Any, ...]
    right: Any = None


class Stranger:
    """An object that nnviz knows nothing of."""

    def __repr__(self) -> str:
        return "<a stranger>"


STRANGER = Stranger()


def sequence_of(kind: Kind, *, may_be_empty: bool = False) -> Kind:
    """Return the kind of a sequence of values, each of a kind."""
    empty = () if may_be_empty else ((),)
    parts = tuple([value] for value in kind.wrong if not isinstance(value, list))
    return Kind(("abc", 3, None, *empty, *parts), (kind.right,))


def mapping_to(kind: Kind, *, may_be_empty: bool = False) -> Kind:
    """Return the kind of a mapping from names to values of a kind."""
    empty = () if may_be_empty else ({},)
    return Kind(("abc", 3, 0, None, ["sgd"], [], *empty), {"sgd": kind.right})


def but(kind: Kind, *, without: tuple[Any, ...] = (), more: tuple[Any, ...] = ()) -> Kind:
    """Return a kind with some values less, which are right here, and some more."""
    right = {repr(value) for value in without}
    kept = tuple(value for value in kind.wrong if repr(value) not in right)
    return Kind((*kept, *more), kind.right)


NOT_A_NUMBER = ("3", None, True, [3], STRANGER)
COUNT = Kind((*NOT_A_NUMBER, 2.5, 0, -1), 2)
INDEX = Kind((*NOT_A_NUMBER, 2.5, -1), 0)
NUMBER = Kind((*NOT_A_NUMBER, math.nan, math.inf), 0.5)
POSITIVE = Kind((*NUMBER.wrong, 0, -1), 0.5)
NON_NEGATIVE = Kind((*NUMBER.wrong, -1), 0.5)
FRACTION = Kind((*NUMBER.wrong, -0.1, 1), 0.5)
RANK = Kind((*NUMBER.wrong, -0.1, 1.1), 0.5)
FLAG = Kind(("no", 3, None, STRANGER), True)
TEXT = Kind((3, None, b"name", ["name"], STRANGER), "name")
NAME = Kind(("nonsense", *TEXT.wrong))
PATH = Kind((3, None, ["a"], STRANGER), "nowhere")
FUNCTION = Kind((3, None, "abs", STRANGER), abs)
GENERATOR = Kind((3, None, "seed", np.random, STRANGER), np.random.default_rng(0))
TYPE = Kind(("nonsense", 3, int, STRANGER), np.float32)
ARRAY = Kind(("abc", None, ["a", "b"], STRANGER), np.ones((2, 2)))
TABLE = Kind((3, None, "table", [1, 2], {"x": [1]}, pd.DataFrame({"other": [1]}), STRANGER))
OBJECT = Kind((3, None, "name", [1, 2], STRANGER))
POINT = Kind((3, None, "ab", (1,), (1, 2, 3), ("a", "b"), (math.nan, 1), STRANGER), (1.0, 2.0))
INTERVAL = Kind((*POINT.wrong, (2, 1), (1, 1)), (1.0, 2.0))
POSITIVE_INTERVAL = Kind((*INTERVAL.wrong, (0, 1), (-1, 1)), (1.0, 2.0))
COUNT_INTERVAL = Kind((*POSITIVE_INTERVAL.wrong, (1.5, 2.5)), (1, 2))
VIEW = Kind((3, None, "ab", (1, 2), ((0, 1),), ((1, 0), (0, 1)), (("a", "b"), (0, 1)), STRANGER))
POINTS = Kind((3, "ab", [(1, 2, 3)], [("a", "b")], [(math.nan, 1)], STRANGER), [(1.0, 1.0)])
COUNT_PAIR = Kind((3, "ab", (1,), (1, 2, 3), (0, 1), ("a", 1), STRANGER), (1, 2))
