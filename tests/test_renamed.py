"""Old names of the public API: each works, says its new name, and is in the table of the docs."""

import re
import subprocess
import sys
from importlib import import_module
from inspect import isclass, isfunction
from pathlib import Path

import pytest

import nnviz
from nnviz import nn, studies
from nnviz._renamed import current, old_names
from nnviz.publish.study import run_study

PACKAGES = [
    name for name in nnviz.__all__ if name.islower() and hasattr(getattr(nnviz, name), "__path__")
]
RENAMED = [
    (package, old, new)
    for package in PACKAGES
    for old, new in getattr(import_module(f"nnviz.{package}"), "RENAMED", {}).items()
]
IDS = [f"{package}.{old}" for package, old, _ in RENAMED]


def test_the_docs_have_all_old_names_and_no_others():
    page = (Path(__file__).parents[1] / "docs" / "names.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)\.(\w+)`[^|]*\| `\1\.(\w+)`[^|]*\|", page, flags=re.MULTILINE)
    assert ("nn", "he", "he_normal") in rows
    assert sorted(rows) == sorted(RENAMED)


def test_no_two_public_functions_or_classes_share_a_name():
    homes: dict[str, set[object]] = {}
    for package in PACKAGES:
        module = import_module(f"nnviz.{package}")
        for name in module.__all__:
            value = getattr(module, name)
            if isclass(value) or isfunction(value):
                homes.setdefault(name, set()).add(value)
    assert len(homes) > 150
    assert {name: values for name, values in homes.items() if len(values) > 1} == {}


@pytest.mark.parametrize(("package", "old", "new"), RENAMED, ids=IDS)
def test_an_old_name_is_the_new_one_with_a_warning(package, old, new):
    module = import_module(f"nnviz.{package}")
    message = f"^nnviz.{package}.{old} is now nnviz.{package}.{new}; the old name is kept for one"
    with pytest.warns(DeprecationWarning, match=message) as caught:
        found = getattr(module, old)
    assert found is getattr(module, new)
    assert caught[0].filename == __file__
    assert new in module.__all__
    assert old not in module.__all__


def test_the_warning_is_shown_where_an_old_name_is_imported():
    program = "from nnviz.nn import he\nprint(he.__name__)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "he_normal\n"
    assert "<string>:1: DeprecationWarning: nnviz.nn.he is now nnviz.nn.he_normal" in done.stderr


def test_what_never_was_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'nnviz.nn' has no attribute 'hee'"):
        nn.hee  # noqa: B018
    with pytest.raises(AttributeError, match="module 'm' has no attribute 'a'"):
        old_names("m", {"b": "c"})("a")


def test_an_old_name_of_a_registry_is_taken_with_a_warning(rng):
    with pytest.warns(DeprecationWarning, match="^'glorot' is now 'glorot_normal'; ") as caught:
        layer = nn.Linear(3, 4, init="glorot", rng=rng)
    assert caught[0].filename == __file__
    assert layer.params["weight"].shape == (3, 4)
    assert current("he_normal", nn.RENAMED) == "he_normal"
    assert current(["he"], nn.RENAMED) == ["he"]


@pytest.mark.parametrize(
    ("study", "arguments", "setting"),
    [
        (studies.health, {"init": "he", "learning_rates": (0.1,)}, "init"),
        (studies.initialization_training, {"initializers": {"mine": "he"}}, "initializers"),
    ],
    ids=["health", "initialization_training"],
)
def test_studies_take_and_state_todays_name(study, arguments, setting):
    with pytest.warns(DeprecationWarning, match=r"'he' is now 'he_normal'") as caught:
        done = study(hidden=(8,), steps=20, seeds=1, n_jobs=1, **arguments)
    assert caught[0].filename == __file__
    assert done.settings[setting] in ("he_normal", {"mine": "he_normal"})


@pytest.mark.parametrize("old", studies.RENAMED)
def test_studies_run_by_their_old_names(old):
    with (
        pytest.warns(DeprecationWarning, match=f"^'{old}' is now '{studies.RENAMED[old]}'; "),
        pytest.raises(ValueError, match=f"{studies.RENAMED[old]} takes no data; got 'digits'"),
    ):
        run_study(old, data="digits")


def test_studies_refuse_an_initializer_that_is_none():
    with pytest.raises(ValueError, match=r"initializers must be one of .*did you mean 'xavier'"):
        studies.initialization_training(initializers={"mine": "xaver"})
