"""A package of three small files: its rule races, its study runs, its plot is found."""

import json
import re
import sys

import numpy as np
import pytest

from nnviz import optim, plots, studies, train
from nnviz.cli import main
from nnviz.errors import PluginError
from nnviz.optim.declaration import DECLARATIONS
from nnviz.plots import _declared, palette
from nnviz.train.cache import keys_of

from .plots.plotted import ALL

FILES = {
    "glider/__init__.py": "",
    "glider/rule.py": '''
from typing import NamedTuple

import numpy as np

from nnviz.optim import Optimizer, State, declare


class Memory(NamedTuple):
    steps: int
    drag: np.ndarray


@declare("Glider", slot=(1, 2), states=[State("drag", "drag on the way", uphill=True)])
def glider(learning_rate, *, keep=0.5):
    """Glide: half of the gradient before stays in the next step."""

    def init(params):
        return Memory(0, np.zeros_like(params))

    def update(grads, state, params):
        drag = keep * state.drag + grads
        return -learning_rate * drag, Memory(state.steps + 1, drag)

    return Optimizer(init, update)
''',
    "glider/study.py": '''
from collections.abc import Sequence

import pandas as pd

from nnviz import studies, tables

from .plot import CONTRAIL


def flights(optimizers: Sequence[str] = ("sgd", "glider"), *, rate: float, bold: bool = False):
    """Fly down the bowl.

    Parameters
    ----------
    optimizers : sequence of str
        Who flies.
    rate : float
        As in `heights`.
    bold : bool
        From higher up.
    """
    start = (9, 3) if bold else (1, 1)
    rules = dict.fromkeys(optimizers, rate)
    paths = studies.optimizer_trajectories("bowl", rules, start=start, steps=4)
    settings = {"optimizers": list(optimizers), "rate": rate, "bold": bold}
    found = {"paths": paths.table("paths"), "contrail": paths.table("paths")}
    schemas = {"paths": tables.PATH, "contrail": CONTRAIL}
    return studies.Study("flights", found, settings, schemas=schemas)


def heights(rate):
    """Fly.

    Parameters
    ----------
    rate : float
        How steep, in %.
    """
''',
    "glider/plot.py": '''
from matplotlib.figure import Figure

from nnviz import plots, tables

CONTRAIL = tables.Schema(
    "contrail",
    {"optimizer": "who flies", "step": "of the flight", "loss": "height", "*": "of no matter"},
    label="optimizer",
    measured="loss",
)


def contrail(data, *, ax=None):
    """Draw what a flight leaves behind."""
    ax = Figure().add_subplot() if ax is None else ax
    for name, flight in data.groupby("optimizer"):
        ax.plot(flight["step"], flight["loss"], label=name)
    return ax


def lowest(data, schema):
    return "lowest height", data.groupby(schema.label)[schema.measured].min()


plots.register(
    contrail,
    "Line: a flight.",
    plots.Plot(CONTRAIL, lambda data, schema: contrail(data), lowest),
)
''',
}
POINTS = """
[nnviz.optimizers]
glider = glider.rule:glider

[nnviz.studies]
flights = glider.study:flights

[nnviz.plots]
contrail = glider.plot:contrail
"""


def install(folder, name, points, files=()):
    """Lay out a folder as an installer leaves it."""
    for path, text in dict(files).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    facts = folder / f"{name}-1.2.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (facts / "entry_points.txt").write_text(points)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder whose packages are installed, and forgotten after the test."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(site)
    for registry in (optim.RULES, studies.STUDIES, plots.PLOTS):
        monkeypatch.setattr(registry, "loaded", {})
    known, drawn = dict(DECLARATIONS), [*_declared.DECLARED]
    yield site
    _declared.DECLARED[:] = drawn
    _declared.FUNCTIONS.pop("contrail", None)
    DECLARATIONS.clear()
    DECLARATIONS.update(known)
    plots.text.KEYS.pop("contrail", None)
    for name in [name for name in sys.modules if name.partition(".")[0] == "glider"]:
        del sys.modules[name]


@pytest.fixture
def glider(folder):
    install(folder, "glider-for-nnviz", POINTS, FILES)


@pytest.mark.usefixtures("glider")
class TestInstalled:
    def test_its_rule_races_by_name(self):
        study = studies.optimizer_race(
            "bowl", ("sgd", "glider"), starts=3, steps=5, rates=(0.1, 0.2)
        )
        assert set(study.table("summary")["optimizer"]) == {"sgd", "glider"}

    def test_its_rule_descends_as_what_it_says_it_is(self):
        """Half of the gradient before: torch calls that a momentum of 0.5."""
        own = studies.optimizer_trajectories("bowl", {"glider": 0.1}, steps=5).table("paths")
        rule = {"momentum": optim.momentum(0.1, momentum=0.5)}
        ours = studies.optimizer_trajectories("bowl", rule, steps=5).table("paths")
        np.testing.assert_allclose(own[["x", "y"]], ours[["x", "y"]], rtol=1e-12)

    def test_figures_write_and_colour_it_as_it_declares(self):
        assert palette.styles(["glider"])["glider"] == palette.Style(
            palette.colour(1), ":", palette.styles(["glider"])["glider"].marker
        )
        assert plots.text.choice("glider") == "Glider"
        states = studies.optimizer_trajectories("bowl", {"glider": 0.1}, steps=5).table("states")
        assert plots.text.state("drag") == "drag on the way"
        ax = plots.arrows(states, quantities=["drag"])
        assert "drag on the way" in ax.get_legend().get_texts()[0].get_text()

    def test_its_rule_trains_and_its_code_is_part_of_what_results_depend_on(self, folder):
        data = train.digits(220)
        small = {"hidden": [4], "steps": 20, "seeds": 1}
        study = studies.optimizers_training(data, optimizers={"glider": 0.1, "sgd": 0.1}, **small)
        assert set(study.table("curves")["setting"]) == {"glider", "sgd"}
        cell = {"data": data, "optimizer": "glider"}
        (before,) = keys_of(studies.cells.training.train, [cell])
        source = folder / "glider/rule.py"
        source.write_text(source.read_text().replace("0.5", "0.25"))
        (after,) = keys_of(studies.cells.training.train, [cell])
        assert after != before

    def test_its_study_runs_from_the_command_line(self, tmp_path, capsys):
        out = tmp_path / "out"
        assert main(["study", "flights", "--rate", "0.1", "--bold", "-o", str(out)]) == 0
        facts = json.loads((out / "study.json").read_text())
        assert facts["settings"] == {
            "optimizers": ["sgd", "glider"], "rate": 0.1, "bold": True,
        }  # fmt: skip
        assert (out / "paths.png").stat().st_size
        assert (out / "contrail.png").stat().st_size
        assert facts["tables"]["contrail"]["loss"] == "height"
        with pytest.raises(SystemExit):
            main(["study", "flights", "--help"])
        told = " ".join(capsys.readouterr().out.split())
        assert "--rate X How steep, in %." in told
        assert "--optimizers NAME,NAME,… Who flies. Default: sgd,glider." in told

    def test_its_rule_is_one_of_nnviz_trajectories(self, tmp_path):
        table = tmp_path / "x.csv"
        line = f"trajectories --optimizer glider:lr=0.1,keep=0.9 --steps 3 --table {table}"
        assert main(line.split()) == 0
        assert "glider,0.1,0.9,0,0," in table.read_text()

    @pytest.mark.parametrize(
        ("what", "line"),
        [
            ("optimizers", "glider Glide: half of the gradient before stays in the next step."),
            ("studies", "flights Fly down the bowl."),
            ("plots", "contrail Draw what a flight leaves behind."),
        ],
    )
    def test_it_is_listed_with_its_package(self, what, line, capsys):
        assert main(["list", what]) == 0
        *ours, last = capsys.readouterr().out.splitlines()
        assert " ".join(last.split()) == f"{line} [glider-for-nnviz 1.2]"
        assert ours
        assert not any("[" in one for one in ours)

    def test_plots_are_listed_and_nothing_else_that_their_package_has(self, capsys):
        assert main(["list", "plots"]) == 0
        names = {line.split()[0] for line in capsys.readouterr().out.splitlines()}
        assert names == {*ALL, "contrail"}


def test_what_cannot_be_loaded_names_its_package(folder, capsys):
    install(folder, "broken", "[nnviz.optimizers]\nfaller = fallen.rule:faller\n")
    message = (
        "entry point 'faller' in nnviz.optimizers of broken 1.2 must load; "
        "got ModuleNotFoundError: No module named 'fallen'"
    )
    with pytest.raises(PluginError, match=re.escape(message)):
        optim.make("faller", 0.1)
    with pytest.raises(PluginError, match=re.escape(message)):
        studies.optimizer_race("bowl", ("sgd", "faller"))
    assert main(["list", "optimizers"]) == 0
    assert message in capsys.readouterr().out
    assert main(["trajectories", "--optimizer", "faller:lr=1", "--table", "x.csv"]) == 2
    assert message in capsys.readouterr().err
    assert optim.make("adam", 0.1)


def test_what_is_no_function_is_not_a_rule(folder):
    install(folder, "number", "[nnviz.optimizers]\nthree = glider.three:THREE\n", {
        "glider/__init__.py": "", "glider/three.py": "THREE = 3"
    })  # fmt: skip
    with pytest.raises(PluginError, match=r"'three' .* of number 1\.2 must be callable; got 3"):
        optim.make("three", 0.1)


def test_a_name_of_ours_stays_ours_and_the_package_is_named(folder, capsys):
    install(folder, "usurper", "[nnviz.optimizers]\nadam = glider.rule:glider\n", FILES)
    assert optim.RULES["adam"] is optim.adam
    assert main(["list", "optimizers"]) == 2
    taken = "'adam' in nnviz.optimizers must be one package's; got nnviz and usurper 1.2"
    assert taken in capsys.readouterr().err


def test_a_name_that_two_packages_have_is_neither_s(folder):
    for name in ("one", "two"):
        install(folder, name, "[nnviz.studies]\nflights = glider.study:flights\n", FILES)
    with pytest.raises(PluginError, match=r"got (one 1\.2 and two|two 1\.2 and one) 1\.2"):
        studies.STUDIES["flights"]


def test_an_unknown_name_is_no_key():
    with pytest.raises(KeyError):
        optim.RULES["glider"]
    assert "glider" not in optim.RULES
    assert None not in optim.RULES
    assert len(optim.RULES) == len(optim.RULES.ours) == 16
