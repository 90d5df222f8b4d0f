"""What rules declare of themselves is all that tables and figures need."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

import nnviz
from nnviz import optim
from nnviz.optim.registry import declared
from nnviz.train._course import remembered

RULE = '''
"""A rule in a file of its own."""

from nnviz.optim.base import Optimizer
from nnviz.optim.declaration import declare
from nnviz.optim.velocity import SGDState

__all__ = ["crawl"]


@declare("Crawl", slot=(5, 2))
def crawl(learning_rate):
    """Take a hundredth of the step."""

    def update(grads, state, params):
        return -0.01 * learning_rate * grads, SGDState(state.steps + 1)

    return Optimizer(lambda params: SGDState(0), update)
'''
PROGRAM = """
from nnviz import optim, plots

assert list(optim.RULES)[-1] == "crawl"
assert optim.make("crawl", 0.5).init(0) == (0,)
assert plots.text.choice("crawl") == "Crawl"
assert plots.palette.styles(["crawl"])["crawl"].color == plots.palette.colour(5)
"""


def test_a_new_rule_is_one_new_file(tmp_path):
    copytree(Path(nnviz.__file__).parent, tmp_path / "nnviz")
    (tmp_path / "nnviz/optim/crawl.py").write_text(RULE, encoding="utf-8")
    command = [sys.executable, "-c", PROGRAM]
    subprocess.run(command, check=True, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})


def test_no_two_rules_are_written_or_drawn_alike():
    known = [declared(name) for name in optim.RULES.ours]
    assert len({rule.display for rule in known}) == len(known)
    assert len({rule.slot for rule in known}) == len(known)


@pytest.mark.parametrize("name", optim.RULES.ours)
def test_all_that_a_rule_remembers_is_declared(name):
    more = {"rmsprop": {"centered": True, "momentum": 0.5}, "sgd": {"momentum": 0.5}}.get(name, {})
    rule, params = optim.make(name, 0.1, **more), np.ones((3, 2))
    state = rule.init(params)
    for _ in range(2):
        _, state = rule.update(params, state, params)
    assert set(remembered(state, params.shape)) == {known.name for known in declared(name).states}


def test_a_rule_is_shown_without_addresses():
    assert repr(optim.chain(optim.clip_by_norm(1.0), optim.sgd(0.1))) == "<optimizer chain>"
