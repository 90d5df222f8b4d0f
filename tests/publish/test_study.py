"""A study in a folder: tables, claims and figures, on any data."""

import json
import re

import pandas as pd
import pytest

from nnviz import tables
from nnviz.cli import main
from nnviz.publish.figures import figures_of, undrawn
from nnviz.publish.study import run_study, write_study
from nnviz.studies import Bound, Question, Study
from nnviz.studies.measures import Level, Pick

LOOK = ("light", "notebook")
ENDINGS = ("csv", "png", "svg")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NNVIZ_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "plants.csv"
    rows = [f"{row % 7},{row % 3},{'abc'[row % 3]}" for row in range(300)]
    path.write_text("\n".join(["width,length,kind", *rows]))
    return path


def test_the_command_writes_tables_claims_and_figures(csv, tmp_path, capsys):
    out = tmp_path / "study"
    command = ["study", "noisy_labels", "--data", str(csv), "--hidden", "8,4", "--seeds", "2"]
    command += ["--epochs", "6", "--learning-rate", "0.05", "--optimizer", "adam"]
    assert main([*command, "--jobs", "1", "-o", str(out), "--format", "png,svg"]) == 0
    printed = capsys.readouterr().out
    sentence = "test accuracy, with weight decay minus without"
    assert "Weight decay of 0.03" in printed or sentence in printed
    names = {path.name for path in out.iterdir()}
    drawn = ("curves", "weights", "spreads", "ends", "labels")
    assert names == {"study.json", *(f"{t}.{e}" for t in drawn for e in ENDINGS)}
    facts = json.loads((out / "study.json").read_text())
    assert facts["settings"]["data"] == "plants"
    assert facts["settings"]["hidden"] == [8, 4]
    assert facts["settings"]["epochs"] == 6
    assert facts["settings"]["optimizer"] == "adam"
    assert facts["settings"]["learning_rate"] == 0.05
    claim = facts["claims"]["dropout helps"]
    assert claim["key"] == "dropout helps"
    assert {"statement", "verdict", "number", "interval", "range", "bound", "unit"} <= set(claim)
    assert set(pd.read_csv(out / "curves.csv")["seed"]) == {0, 1}


TRAINED = {"hidden": [4], "seeds": 1}


@pytest.mark.parametrize(
    ("name", "options", "not_drawn"),
    [
        ("adam_parts", {"before": 20, "after": 30, "turns": 10}, {"limits"}),
        ("basins_of_attraction", {"side": 10, "steps": 20}, {"together"}),
        ("batch_normalization", {**TRAINED, "scales": (1.0, 0.1), "epochs": 1}, {"curves"}),
        ("gradient_noise", {"steps": 10, "seeds": 1}, set()),
        ("health", {**TRAINED, "steps": 40}, set()),
        (
            "hyperparameters",
            {**TRAINED, "epochs": 1, "trials": 4, "side": 2},
            {"curves", "summary"},
        ),
        ("learning_rates", {**TRAINED, "steps": 20}, set()),
        (
            "optimizer_race",
            {"surface": ("bowl", "beale"), "starts": 3, "steps": 10},
            {"summary", "edges"},
        ),
        ("optimizer_trajectories", {"surface": "beale"}, set()),
    ],
)
def test_every_table_is_drawn_or_says_why_not(name, options, not_drawn, tmp_path):
    study = run_study(name, **options)
    written = write_study(study, tmp_path, look=LOOK)
    drawn = {path.stem for path in written if path.suffix == ".png"}
    assert set(undrawn(study)) == set(study.tables) - drawn == not_drawn
    meanings = json.loads((tmp_path / "study.json").read_text())["tables"]
    assert {table: set(found) for table, found in meanings.items()} == {
        table: set(data.columns) for table, data in study.tables.items()
    }
    assert all(all(found.values()) for found in meanings.values())


def test_a_table_without_a_schema_is_not_drawn():
    study = Study("own", {"points": pd.DataFrame({"setting": ["a"], "seed": [0], "value": [1.0]})})
    assert list(figures_of(study)) == []
    assert undrawn(study) == {"points": "no schema says what it is"}


def test_a_schema_of_one_s_own_names_axes_and_chooses_the_part_that_is_drawn():
    schema = tables.SWEPT.extended(
        "drag",
        {"shape": "of the body", "speed": "in m/s", "drag": "in newtons", "day": "of the trial"},
        label="shape",
        over="speed",
        measured="drag",
        log=["drag"],
        lowest=True,
        part="day",
        display={"drag": "drag (N)"},
    )
    table = pd.DataFrame({"shape": ["sphere", "cube"] * 4, "speed": [1, 1, 2, 2] * 2})
    table = table.assign(drag=[1.0, 2.0, 3.0, 8.0] * 2, day=["first"] * 4 + ["second"] * 4)
    ((_, figure),) = figures_of(Study("tunnel", {"t": table}, schemas={"t": schema}))
    (ax,) = figure.axes
    assert (ax.get_ylabel(), ax.get_yscale(), ax.get_xscale()) == ("drag (N)", "log", "linear")
    assert " ".join(figure.get_suptitle().split()) == (
        "tunnel: lowest drag (N): 1 (sphere) to 2 (cube)"
    )
    assert "Day: first; the table has more." in " ".join(figure.get_supxlabel().split())


def test_a_claim_without_a_number_is_still_json(tmp_path):
    table = pd.DataFrame({"x": [1]})
    nothing = Level(Pick("points", "x", {"x": 2}))
    question = Question("none", "points", nothing, Bound.at_least(1), "There are", "There are few")
    study = Study.asked("small", {"points": table}, {}, [question])
    write_study(study, tmp_path, look=LOOK)
    facts = json.loads((tmp_path / "study.json").read_text(), parse_constant=pytest.fail)
    assert facts["claims"]["none"]["number"] is None
    assert facts["claims"]["none"]["verdict"] == "not assessed"


def test_a_hostile_table_name_stays_in_its_folder(tmp_path):
    table = pd.DataFrame({"x": [1]})
    names = ["../../outside", "/absolute", "con", "passed_on", "a\x00b"]
    study = Study("own", dict.fromkeys(names, table))
    written = write_study(study, tmp_path / "a" / "out", look=("light", "notebook"))
    assert [path.parent for path in written] == [tmp_path / "a" / "out"] * 6
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(written)
    assert tmp_path / "a/out/passed_on.csv" in written


def test_a_study_that_takes_no_data():
    with pytest.raises(ValueError, match="trajectories takes no data; got 'digits'"):
        run_study("optimizer_trajectories", data="digits")


def test_options_of_the_data_go_to_the_data():
    study = run_study(
        "noisy_labels", data="moons", n_train=200, label_noise=0.1, hidden=[4], seeds=1, epochs=2
    )
    assert study.settings["n_train"] == 200
    assert study.settings["label_noise"] == 0.1
    few = {"epochs": 2, "dropout_epochs": 2, "hidden": [4], "seeds": 1}
    plain = run_study("overfitting", n_train=150, label_noise=0.5, **few)
    assert plain.settings["n_train"] == 150


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["study", "overfiting", "-o", "x"], "study must be one of .*did you mean 'overfitting'"),
        (
            ["study", "optimizer_trajectories", "--data", "digits", "-o", "x"],
            "option of optimizer_trajectories must be one",
        ),
        (
            ["study", "optimizer_trajectories", "--seeds", "3", "-o", "x"],
            "option of optimizer_trajectories must be one",
        ),
        (["study", "overfitting", "--data", "absent.csv", "-o", "x"], "absent.csv cannot be read"),
        (["study", "overfitting", "--data", "mars", "-o", "x"], "data must be one of digits"),
        (["study", "effective_steps", "--format", "gif", "-o", "x"], "format must be one of png"),
        (["study", "effective_steps", "--format", ",", "-o", "x"], "format must have at least one"),
        (["study", "effective_steps", "--jobs", "0", "-o", "x"], "jobs must be a positive integer"),
    ],
)
def test_wrong_arguments_are_told_in_one_line(command, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(command) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search(message, line)


def test_a_batch_larger_than_the_data(csv, capsys, tmp_path):
    small = tmp_path / "small.csv"
    small.write_text("\n".join(csv.read_text().splitlines()[:61]))
    assert main(["study", "overfitting", "--data", str(small), "--seeds", "1", "-o", "x"]) == 2
    assert "batch_size must be at most 45, the number of training rows" in capsys.readouterr().err


def test_a_cluster_that_does_not_answer(capsys, monkeypatch, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the cluster needs the extra 'dask'")

    def refuse(address, timeout):
        raise OSError(f"Timed out trying to connect to {address}")

    monkeypatch.setattr(distributed, "Client", refuse)
    command = ["study", "overfitting", "--cluster", "tcp://127.0.0.1:9", "-o", str(tmp_path)]
    assert main(command) == 2
    assert "Timed out trying to connect to tcp://127.0.0.1:9" in capsys.readouterr().err


def test_figures_say_their_main_number_and_the_settings():
    table = pd.DataFrame(
        {
            "setting": ["none", "none", "dropout 0.2", "dropout 0.2"] * 2,
            "seed": 0,
            "step": [10] * 4 + [5] * 4,
            "epoch": 1,
            "split": ["train", "test"] * 4,
            "metric": "accuracy",
            "value": [0.5, 0.25, 0.5, 0.75, 0.9, 0.9, 0.9, 0.9],
        }
    )
    schemas = {"curves": tables.CURVE}
    study = Study("small", {"curves": table}, {"hidden": (8, 4)}, schemas=schemas)
    ((_, figure),) = figures_of(study)
    title = "test accuracy at the end: 25% (none) to 75% (dropout 0.2)"
    assert " ".join(figure.get_suptitle().split()) == f"small: {title}"
    assert figure.get_supxlabel().endswith("Settings: hidden: 8, 4.")
