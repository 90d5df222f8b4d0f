"""A study in a folder: tables, claims and figures, on any data."""

import json
import re

import pandas as pd
import pytest

from nnviz import studies
from nnviz.cli import main
from nnviz.publish.figures import figures_of
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
    assert "Weight decay of 0.03" in printed or "test accuracy, weight decay less none" in printed
    names = {path.name for path in out.iterdir()}
    drawn = ("curves", "weights", "spreads")
    assert names == {"study.json", "labels.csv", *(f"{t}.{e}" for t in drawn for e in ENDINGS)}
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


def test_tables_that_mix_runs_are_not_drawn(tmp_path):
    """Curves at two weight scales have the same setting and seed: a mean would be of both."""
    study = studies.batch_normalization(hidden=(4,), scales=(1.0, 0.1), epochs=1, seeds=1)
    written = write_study(study, tmp_path / "out", look=LOOK)
    names = ["study.json", "curves.csv", "summary.csv", "overfitting.csv", "summary.png"]
    assert [path.name for path in written] == names


@pytest.mark.parametrize(
    ("name", "options", "drawn"),
    [
        ("activation_functions", {"points": 50}, {"functions"}),
        ("batch_normalization", {"hidden": [4], "epochs": 1, "seeds": 1}, {"summary"}),
        ("effective_steps", {}, {"sizes"}),
        (
            "hyperparameters",
            {"hidden": [4], "epochs": 1, "trials": 4, "side": 2, "seeds": 1},
            {"trials", "correlations"},
        ),
        ("learning_rate_schedules", {}, {"schedules"}),
        ("learning_rates", {"hidden": [4], "steps": 20, "seeds": 1}, {"sensitivity"}),
        ("basins", {"side": 10, "steps": 20}, {"starts"}),
        (
            "health",
            {"hidden": [4], "steps": 40, "seeds": 1},
            {"progress", "updates", "quantiles", "depth", "histograms", "below_zero", "accuracy"},
        ),
        ("momentum_map", {"steps": 5}, {"ends"}),
        ("race", {"starts": 3, "steps": 10}, {"results", "paths"}),
        ("rate_map", {"steps": 5}, {"ends"}),
        ("trajectories", {"surface": "beale"}, {"paths", "states"}),
    ],
)
def test_what_is_drawn(name, options, drawn, tmp_path):
    written = write_study(run_study(name, **options), tmp_path, look=LOOK)
    assert {path.stem for path in written if path.suffix == ".png"} == drawn


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
            ["study", "trajectories", "--data", "digits", "-o", "x"],
            "trajectories takes no data; got 'digits'",
        ),
        (
            ["study", "trajectories", "--seeds", "3", "-o", "x"],
            "option of trajectories must be one",
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
            "value": [0.5, 0.25, 0.5, 0.75, 9, 9, 9, 9],
        }
    )
    study = Study("small", {"curves": table}, {"hidden": (8, 4)}, {})
    ((_, figure),) = figures_of(study)
    title = "test accuracy at the end: 0.25 (none) to 0.75 (dropout 0.2)"
    assert " ".join(figure.get_suptitle().split()) == f"small: {title}"
    assert figure.get_supxlabel().endswith("Settings: hidden: 8, 4.")
