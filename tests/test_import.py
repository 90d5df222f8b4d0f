"""``import nnviz``: the public names, and nothing loaded before it is needed."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

import nnviz

ROOT = Path(__file__).parents[1]
HOMELESS = ("__version__", "animate", "figure", "open_run", "open_runs", "save", "watch")
HEAVY = ("numpy", "pandas", "matplotlib", "seaborn", "sklearn", "scipy", "torch", "joblib")


def loaded_after(statement):
    program = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_import_loads_none_of_the_heavy_libraries():
    assert not loaded_after("import nnviz") & set(HEAVY)


@pytest.mark.parametrize("name", ["nn", "optim", "surfaces", "stats", "record", "runs"])
def test_the_lower_floors_load_numpy_alone(name):
    assert loaded_after(f"import nnviz.{name}") & set(HEAVY) == {"numpy"}


def test_a_figure_of_a_run_loads_nothing_that_trains_or_studies():
    loaded = loaded_after("from nnviz.publish import figure_of_run, format_of, save")
    rooms = {name.split(".")[1] for name in loaded if name.startswith("nnviz.")}
    assert {"plots", "tables", "record"} <= rooms
    assert not rooms & {"studies", "train", "motion", "decks", "explorer"}


def test_no_subpackage_loads_torch():
    names = [name for name in nnviz.__all__ if name.islower() and name not in HOMELESS]
    statement = "import " + ", ".join(f"nnviz.{name}" for name in names)
    assert not loaded_after(statement) & {"torch", "optax", "jax", "distributed"}


def test_public_names_are_pinned_and_exist():
    assert sorted(nnviz.__all__) == [
        "Deck",
        "Recorder",
        "__version__",
        "adapters",
        "animate",
        "decks",
        "diagnosis",
        "errors",
        "explorer",
        "figure",
        "motion",
        "nn",
        "open_run",
        "open_runs",
        "optim",
        "plots",
        "publish",
        "record",
        "runs",
        "save",
        "stats",
        "studies",
        "surfaces",
        "tables",
        "testing",
        "train",
        "watch",
    ]
    for name in nnviz.__all__:
        assert getattr(nnviz, name) is not None
    assert dir(nnviz) == nnviz.__all__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'nnviz' has no attribute 'plot'"):
        nnviz.plot  # noqa: B018


def test_every_public_name_is_documented():
    from importlib import import_module
    from inspect import isclass, isfunction

    packages = (
        "nn optim surfaces stats record runs train tables studies diagnosis plots publish explorer"
    )
    for package in packages.split():
        module = import_module(f"nnviz.{package}")
        assert module.__doc__, package
        for name in module.__all__:
            value = getattr(module, name)
            if isclass(value) or isfunction(value):
                assert value.__doc__, f"{package}.{name}"


def test_every_library_that_is_imported_is_declared():
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*facts["dependencies"], *chain(*facts["optional-dependencies"].values())]
    names = {re.match(r"[\w.-]+", entry)[0].lower() for entry in declared}
    providers = packages_distributions()
    imported = {
        name.partition(".")[0]
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in named_in(node)
    }
    foreign = imported - sys.stdlib_module_names - {"nnviz"}
    assert len(foreign) > 10
    # of an extra that is not installed, no more is known than its name
    providers = {"pptx": ["python-pptx"]} | providers
    known = {name: {*map(str.lower, providers.get(name, [name]))} for name in foreign}
    assert {name for name, own in known.items() if not names & own} == set()


def named_in(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
