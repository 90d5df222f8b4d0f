"""The contract on arguments: a wrong one raises at once and says its name, the rule, what came."""

import re
from fnmatch import fnmatchcase

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from nnviz import nn

from .arguments.api import callables, parameters
from .arguments.left_out import LEFT_OUT
from .arguments.parameters import BY_FUNCTION, BY_NAME, kind_of
from .arguments.right import OWNERS, arguments

CALLABLES = callables()
CALLED = {
    name: function
    for name, function in CALLABLES.items()
    if parameters(function) and not any(fnmatchcase(name, left) for left in LEFT_OUT)
}

SAID = {
    "decks.Deck.add.shown": "shown|figure",
    "optim.make.name": "optimizer",
    "plots.language.language": "language|table",
    **{
        f"plots.{name}.{own}": f"{own}|data"
        for name in ("pairs", "pair_grid")
        for own in ("x", "y")
    },
    **{f"plots.{name}.y": "y|data" for name in ("single_runs", "single_run_grid")},
    "plots.rate_map.y": "y|data",
    "plots.rate_map_grid.by": "by|limits",
    "plots.rate_map_grid.y": "y|data",
    **{
        f"plots.{name}.{own}": f"{own}|data"
        for name in ("sweep", "sweep_grid")
        for own in ("setting", "theory", "x", "y")
    },
    "plots.theme.name": "theme",
    "plots.trials.quantity": "quantity|data",
    "plots.trials.x": "x|data",
    "plots.trials.y": "y|data",
    "publish.build_gallery.formats": "formats?",
    "publish.build_gallery.look": "look|theme",
    "publish.build_gallery.only": "only|figure",
    "publish.find_scripts.only": "only|figure",
    "publish.write_notebooks.only": "only|figure",
    "studies.Study.claim.name": "claim",
    "studies.Study.table.name": "table",
    "train.load.source": "data",
}
"""What an error speaks of where the argument's name alone says too little, or a table is wrong."""


@pytest.fixture(autouse=True)
def nothing_begins(monkeypatch, tmp_path):
    """Let no network compute anything, and whatever is written go into a new folder."""

    def begun(*_, **__):
        raise AssertionError("the work has begun")

    monkeypatch.setattr(nn.Sequential, "__call__", begun)
    monkeypatch.chdir(tmp_path)
    yield
    assert not plt.get_fignums()


def wrong_values(name, parameter):
    """Yield the values of a parameter that are wrong: None is not where it is the default."""
    for value in kind_of(name, parameter.name).wrong:
        if value is not None or parameter.default is not None:
            yield value


def call(name, function, parameter, value):
    """Call a function, or a method of an object of its class, with one wrong value."""
    known = parameters(function)
    has_places = any(p.kind == p.VAR_POSITIONAL for p in known)
    needed = [p.name for p in known if p.default is p.empty and p.kind != p.VAR_POSITIONAL]
    if "data" in [p.name for p in known] and "data" not in needed:
        needed.append("data")  # a study's own takes time to load
    given = {**arguments(name, needed), parameter.name: value}
    places = [p.name for p in known if has_places and p.kind != p.KEYWORD_ONLY]
    placed = [given.pop(place) for place in places if place in given]
    owner, _, method = name.rpartition(".")
    called = getattr(OWNERS[owner](), method) if owner in OWNERS else function
    result = called(*placed, **given)
    if hasattr(result, "__enter__"):  # a context is checked when it is entered
        with result:
            pass


def shown(value):
    """Yield what a message may show of a value: itself, a part, its shape, what is missing."""
    yield repr(value)[:20]
    yield f"missing: {value}"
    if isinstance(value, pd.DataFrame):
        yield "missing"
    elif isinstance(value, tuple | list | dict):
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        for part in parts:
            yield from shown(part)
        yield f"got {len(parts) or 'none'}"
    if not isinstance(value, dict | int | float | pd.DataFrame):
        shape = () if isinstance(value, tuple) else np.shape(value)
        yield from (f"shape {shape}", f"got {shape}", f"{np.asarray(value).dtype}")


def fault(name, function, parameter, value):
    """Return what is wrong with what a wrong call raises, None if nothing is."""
    came = f"{name}({parameter.name}={value!r:.30})"
    try:
        call(name, function, parameter, value)
    except (TypeError, ValueError) as error:
        said = str(error)
    except Exception as error:
        return f"{came} raised {type(error).__name__}: {error!s:.90}"
    else:
        return f"{came} was accepted"
    speaks_of = SAID.get(f"{name}.{parameter.name}", parameter.name)
    if not re.match(rf"({speaks_of})\b.* must ", said):
        return f"{came} does not name the argument: {said!r:.100}"
    if not any(words in said for words in shown(value)):
        return f"{came} does not show the value: {said!r:.100}"
    return None


@pytest.mark.parametrize("name", CALLED)
def test_a_wrong_argument_says_its_name_the_rule_and_what_came(name):
    function = CALLED[name]
    found = [
        fault(name, function, parameter, value)
        for parameter in parameters(function)
        for value in wrong_values(name, parameter)
    ]
    assert not [words for words in found if words]
    assert found


def test_every_parameter_of_the_public_api_is_of_a_declared_kind():
    unknown = [
        f"{name}.{parameter.name}"
        for name, function in CALLED.items()
        for parameter in parameters(function)
        if kind_of(name, parameter.name) is None
    ]
    assert not unknown, "declare the kind in tests/arguments/parameters.py"


def test_what_is_declared_is_there():
    known = {
        f"{name}.{parameter.name}"
        for name, function in CALLED.items()
        for parameter in parameters(function)
    }
    assert sorted({*BY_FUNCTION, *SAID} - known) == []
    names = {name.rpartition(".")[2] for name in known - {*BY_FUNCTION}}
    assert sorted(set(BY_NAME) - names) == []
    assert [left for left in LEFT_OUT if not any(fnmatchcase(n, left) for n in CALLABLES)] == []
