"""What is computed lives apart from what is asked of it."""

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

from nnviz import studies

CALLERS = [
    name
    for _, name, _ in pkgutil.iter_modules(studies.__path__, "nnviz.studies.")
    if "run_cells(" in Path(importlib.util.find_spec(name).origin).read_text("utf-8")
]


def test_there_are_studies_that_compute_cells():
    assert len(CALLERS) > 10


@pytest.mark.parametrize("name", CALLERS)
def test_what_a_study_hands_to_run_cells_lives_in_cells(name):
    """Otherwise a changed word would be changed code, and all would be computed anew."""
    module = importlib.import_module(name)
    calls = [
        node.args[0].id
        for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "run_cells"
    ]
    assert calls
    for cell in calls:
        assert getattr(module, cell).__module__.startswith("nnviz.studies.cells."), cell
