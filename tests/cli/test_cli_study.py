"""``nnviz study``: what its signature takes, the command takes, and its docstring explains."""

import inspect
import re
from collections.abc import Mapping, Sequence

import pytest

from nnviz import publish, studies
from nnviz.cli import main
from nnviz.cli.docstrings import parameters
from nnviz.cli.forms import form_of, written
from nnviz.cli.study import options_of
from nnviz.surfaces import Surface
from nnviz.tables.parts import parts_of

ELSEWHERE = {"n_jobs": "--jobs, which every study takes, is how many processes its cells have"}
"""Parameters without an option of their name, and why."""


@pytest.fixture
def taken(monkeypatch):
    """Return what the study is called with, instead of running it."""
    calls = []

    def run(name, **given):
        calls.append((name, given))
        return studies.Study(name, {})

    monkeypatch.setattr("nnviz.publish.study.run_study", run)
    return calls


def call(taken, line, tmp_path):
    assert main(["study", *line.split(), "-o", str(tmp_path)]) == 0
    (_, given) = taken.pop()
    return given


@pytest.mark.parametrize("name", sorted(studies.STUDIES.ours))
def test_every_parameter_is_an_option_and_explained(name):
    function = studies.STUDIES[name]
    options = options_of(function)
    known = [key for key in inspect.signature(function).parameters if key not in ELSEWHERE]
    assert [key for key in known if key not in options] == []
    assert set(options) - set(known) <= {"n_train", "label_noise"}
    unexplained = [key for key, option in options.items() if len(option.words) < 8]
    assert unexplained == []
    assert not any(option.words.startswith("As ") for option in options.values())


def test_what_has_no_option_of_its_own_is_there():
    known = {
        key for study in studies.STUDIES.values() for key in inspect.signature(study).parameters
    }
    assert set(ELSEWHERE) <= known


@pytest.mark.parametrize("name", sorted(studies.STUDIES.ours))
def test_a_default_that_is_written_reads_as_itself(name):
    """Each kind of value, there and back."""
    function = studies.STUDIES[name]
    for key, parameter in inspect.signature(function).parameters.items():
        value, option = parameter.default, options_of(function).get(key)
        if option is None or value is None or isinstance(value, bool):
            continue
        if option.form.action == "append":
            continue  # optimizers and points, read below
        read = option.form.read(f"--{key}", written(value))
        if isinstance(value, tuple | list) and not isinstance(value[0], str):
            assert list(read) == pytest.approx(list(value), rel=1e-5), key
        else:
            assert read == (list(value) if isinstance(value, tuple) else value) or [value] == read


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("noisy_labels --hidden 8,4 --learning-rate .5", {"hidden": [8, 4], "learning_rate": 0.5}),
        ("noisy_labels --data moons --n-train 9", {"data": "moons", "n_train": 9}),
        ("noisy_labels --fresh --jobs 1", {"fresh": True}),
        ("--seeds 3 overfitting", {"seeds": 3}),
        ("hyperparameters --learning-rate 1e-3,1", {"learning_rate": (1e-3, 1.0)}),
        ("activation_functions --low -2.5", {"low": -2.5}),
        ("propagation --gains a=1,b=2.5", {"gains": {"a": 1.0, "b": 2.5}}),
        (
            "initialization_training --initializers a=0.1,b=he",
            {"initializers": {"a": 0.1, "b": "he"}},
        ),
        ("optimizer_race --starts 4", {"starts": 4}),
        ("optimizer_race --starts -1,2 --starts 3,4", {"starts": [(-1.0, 2.0), (3.0, 4.0)]}),
        ("optimizer_race --surface bowl,booth", {"surface": ["bowl", "booth"]}),
        ("learning_rate_map --start -1,2", {"start": (-1.0, 2.0)}),
        ("optimizer_trajectories --start -1,2", {"start": (-1.0, 2.0)}),
        ("optimizer_trajectories --start 1,2 --start 3,4", {"start": [(1.0, 2.0), (3.0, 4.0)]}),
        ("optimizer_trajectories --optimizers adam:lr=.3", {"optimizers": {"adam": 0.3}}),
        ("learning_rates --optimizers adam,sgd", {"optimizers": ["adam", "sgd"]}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_written_is_what_the_study_is_given(line, given, taken, tmp_path):
    assert call(taken, line, tmp_path) == given


def test_optimizers_with_more_than_a_rate_have_names_of_their_own(taken, tmp_path):
    rules = " ".join(f"--optimizers {rule}" for rule in ("sgd:lr=1", "sgd:lr=2", "adam:lr=1,eps=1"))
    line = f"optimizer_trajectories {rules}"
    given = call(taken, line, tmp_path)["optimizers"]
    assert list(given) == ["sgd, 1", "sgd, 2", "adam, 1, eps=1"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "study must be given, such as overfitting; got none"),
        ("overfiting", "study must be one of .*did you mean 'overfitting'"),
        ("optimizer_race --steps 1.5", "--steps must be an integer; got '1.5'"),
        ("optimizer_race --starts x", "--starts must be two values separated by a comma; got 'x'"),
        ("optimizer_race --optimizers adm", "optimizers must be one of .*did you mean 'adam'"),
        (
            "optimizer_race --optimizer adam",
            "option of optimizer_race must be one of .*did you mean '--optimizers'",
        ),
        ("optimizer_race --step 3", "option of optimizer_race must be .*got '--step'"),
        (
            "basins_of_attraction --optimizers adam",
            "adam must have a learning rate, such as adam:lr=0.1",
        ),
        ("propagation --gains 3", "--gains must be NAME=VALUE, separated by commas; got '3'"),
        ("hyperparameters --learning-rate 3", "--learning-rate must be two values separated by"),
        ("overfitting --hidden 8,x", "--hidden must be an integer; got 'x'"),
        ("overfitting --seeds 0", "seeds must be a positive integer; got 0"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(line, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["study", *line.split(), "-o", "x"] if line else ["study"]) == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert re.search(message, told)


def test_help(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["study", "noisy_labels", "--help"])
    assert ended.value.code == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Overfit wrong labels: a setting in which weight decay and dropout both help." in told
    assert "--hidden N,N,… Widths of the hidden layers. Default: 100,100," in told
    assert "--activation NAME A name from 'nnviz list activations'. Default: relu." in told
    assert "Into DIR go study.json" in told
    with pytest.raises(SystemExit):
        main(["study", "--help"])
    assert "nnviz list studies" in capsys.readouterr().out


@pytest.mark.parametrize(
    "hint", [Surface, Sequence[Surface], Mapping[str, Surface], tuple[int, ...] | Surface, list]
)
def test_what_only_python_can_give_has_no_form(hint):
    form = form_of(hint)
    assert form is None or hint == tuple[int, ...] | Surface


def test_a_parameter_that_only_python_can_give_is_no_option():
    def study(surface: Surface, *, bold: bool = True):
        """Run."""

    with pytest.raises(ValueError, match="study must be run in Python; got no --surface"):
        options_of(study)
    study.__defaults__ = (None,)
    (option,) = options_of(study).values()
    assert option.form.read("--bold", "false") is False
    with pytest.raises(ValueError, match="--bold must be true or false; got 'no'"):
        option.form.read("--bold", "no")


def test_descriptions_that_stand_elsewhere_are_found():
    told = parameters(studies.noisy_labels)
    assert told["hidden"] == "Widths of the hidden layers."
    assert told["fresh"] == "Whether to compute even what is kept of earlier runs."
    assert parameters(publish.figure)
    assert parameters(len) == {}


@pytest.mark.parametrize(
    ("line", "tables"),
    [
        ("optimizer_trajectories --steps 5", {"paths", "states", "summary"}),
        ("basins_of_attraction --side 3 --steps 5", {"starts", "summary"}),
        ("optimizers_training --steps 20 --seeds 2 --hidden 4", {"curves", "summary"}),
        ("update_directions --steps 3 --every 1 --seeds 2 --hidden 4", {"angles", "late"}),
    ],
)
def test_what_is_written_of_an_optimizer_is_its_parts(line, tables, monkeypatch, tmp_path):
    """A rule is coloured and named by its rule, beside its settings, in captions too."""
    kept = {}

    def write(study, *_, **__):
        kept["study"] = study
        return []

    monkeypatch.setattr("nnviz.publish.study.write_study", write)
    rules = "--optimizers adam:lr=.1,betas=.5/.9 --optimizers sgd:lr=.1"
    assert main(["study", *line.split(), *rules.split(), "-o", str(tmp_path)]) == 0
    study = kept["study"]
    assert study.settings["optimizers"] == {
        "adam": {"learning_rate": 0.1, "betas": ".5/.9"},
        "sgd": {"learning_rate": 0.1},
    }
    assert "learning_rates" not in study.settings
    written = {"adam, 0.1, betas=.5/.9": ("adam", 0.1, "betas=.5/.9"), "sgd": ("sgd", 0.1)}
    told = {name for name, table in study.tables.items() if parts_of(table) == written}
    assert told == tables
    for name in tables:
        assert study.schemas[name].meaning("rule")
