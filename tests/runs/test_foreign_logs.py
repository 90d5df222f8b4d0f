"""Logs that are no event files, in the shape in which their writers leave them."""

import json
import random
import sqlite3

import numpy as np
import pandas as pd
import pytest

from nnviz import tables
from nnviz.errors import RunFileError
from nnviz.runs import open_run, open_runs


def series(run, name):
    """Return the (step, value) pairs of a number."""
    numbers = run.numbers(name)
    return list(zip(numbers["step"].tolist(), numbers["value"].tolist(), strict=True))


LIGHTNING = """epoch,step,train_loss,val_accuracy,val_loss
0,49,0.9,,
0,99,0.7,,
0,99,,0.61,0.72
1,149,0.5,,
1,199,,0.7,0.6
"""
KERAS = "epoch;accuracy;loss;val_loss\n0;0.5;1.25;NA\n1;0.625;nan;0.75\n"
FASTAI = "epoch,train_loss,valid_loss,accuracy,time\n0,1.5,1.25,0.5,00:12\n1,1.0,0.75,0.75,00:11\n"
BASELINES = """rollout/ep_rew_mean,time/fps,time/iterations,time/total_timesteps,train/loss
20.5,900,1,2048,
24.5,850,2,4096,0.25
"""
MONITOR = '#{"t_start": 1700000000.5, "env_id": "CartPole-v1"}\nr,l,t\n20.0,20,0.5\n31.5,32,0.75\n'
LINES = (
    '{"step": 1, "train": {"loss": 2.0}}\n{"step": 2, "train": {"loss": 1.5}, "note": "x"}\n{"st'
)
LONG = "step,name,value\n0,loss,2\n0,test/loss,3\n10,loss,1\n"


@pytest.mark.parametrize(
    ("name", "text", "axis", "number", "expected"),
    [
        ("metrics.csv", LIGHTNING, "logged_step", "val_loss", [(99, 0.72), (199, 0.6)]),
        ("metrics.csv", LIGHTNING, "logged_step", "train_loss", [(49, 0.9), (99, 0.7), (149, 0.5)]),
        ("training.log", KERAS, "epoch", "val_loss", [(1, 0.75)]),
        ("history.csv", FASTAI, "epoch", "valid_loss", [(0, 1.25), (1, 0.75)]),
        ("progress.csv", BASELINES, "environment_step", "train/loss", [(4096, 0.25)]),
        ("monitor.csv", MONITOR, "environment_step", "episode/reward", [(20, 20.0), (52, 31.5)]),
        ("log.jsonl", LINES, "logged_step", "train/loss", [(1, 2.0), (2, 1.5)]),
        ("scalars.csv", LONG, "logged_step", "test/loss", [(0, 3.0)]),
        ("t.csv", "Wall time,Step,Value\n1.7e9,5,0.5\n", "logged_step", "Value", [(5, 0.5)]),
        ("t.tsv", "Iteration\tloss\n1\t2\n2\t1\n", "logged_step", "loss", [(1, 2), (2, 1)]),
        ("t.csv", "\ufeffstep,loss\r\n2,1\r\n1,2\r\n", "logged_step", "loss", [(1, 2), (2, 1)]),
    ],
)
def test_a_table_opens_like_a_run(tmp_path, name, text, axis, number, expected):
    (tmp_path / name).write_text(text)
    with open_run(tmp_path / name) as run:
        assert series(run, number) == expected
        assert run.meta["axis"] == axis
        assert run.streams == []
        assert len(tables.recorded_curves(run)) > 0


def test_what_a_table_says_beside_its_numbers(tmp_path):
    (tmp_path / "training.log").write_text(KERAS)
    assert np.isnan(series(open_run(tmp_path / "training.log"), "loss")[1][1])
    (tmp_path / "history.csv").write_text(FASTAI)
    notices = open_run(tmp_path / "history.csv").meta["notices"]
    assert notices == ["columns without numbers are left out: time"]
    (tmp_path / "0.monitor.csv").write_text(MONITOR)
    assert open_run(tmp_path / "0.monitor.csv").meta["settings"]["env_id"] == "CartPole-v1"
    (tmp_path / "t.csv").write_text("Wall time,Step,Value\n1.7e9,5,0.5\n")
    assert open_run(tmp_path / "t.csv").meta["started"] == "2023-11-14T22:13:20+00:00"


def test_of_a_row_for_each_number_only_its_value_is_one(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "step,split,metric,value,epoch,seed,note\n"
        "5,train,loss,2,0,7,a\n9,train,loss,1,1,7,b\n5,test,loss,3,0,7,c\n9,,rate,0.5,1,7,d\n"
    )
    with open_run(path) as run:
        found = {name: series(run, name) for name in run.names}
        assert found == {
            "train/loss": [(5, 2), (9, 1)],
            "test/loss": [(5, 3)],
            "rate": [(9, 0.5)],
            "epoch": [(5, 0), (9, 1)],
        }
        assert run.meta["notices"] == [
            "columns without numbers are left out: note",
            "columns beside the value are left out: seed",
        ]
        assert tables.recorded_curves(run, "*/loss")["split"].tolist() == ["train", "test", "train"]


def test_a_table_that_was_taken_up_again(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text("epoch,loss\n0,4\n1,3\n2,2\nepoch,loss\n1,30\n2,20")
    with open_run(path) as run:
        assert series(run, "loss") == [(0, 4), (1, 30), (2, 20)]
        assert run.meta["notices"] == [
            "2 points from step 1 on were superseded by a restart and are left out"
        ]


def test_a_last_line_that_is_cut_off_is_no_row(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text("step,loss,accuracy\n0,1.5,0.5\n1,1.2")
    assert series(open_run(path), "loss") == [(0, 1.5)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("batch no,loss\n0,1\n", r'step="batch"\): it has batch no, loss'),
        ("step,note\n0,a\n", "there are no numbers in it beside 'step'"),
        ("", "it has none"),
        ("just words\nand more\n", "it has just words"),
    ],
)
def test_a_table_that_cannot_be_told_says_how_to_name_its_column(tmp_path, text, message):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(RunFileError, match=message) as caught:
        open_run(path)
    assert str(path) in str(caught.value)


def test_a_column_can_be_named(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("batch no,loss,step\n7,1,a\n8,0.5,b\n")
    assert series(open_run(path, step="batch no"), "loss") == [(7, 1), (8, 0.5)]
    with pytest.raises(RunFileError, match="has no column 'batches'; it has batch no, loss, step"):
        open_run(path, step="batches")
    frame = pd.DataFrame({"batch no": [7, 8], "loss": [1.0, 0.5]})
    assert series(open_run(frame, step="batch no"), "loss") == [(7, 1), (8, 0.5)]
    with pytest.raises(RunFileError, match="it has loss"):
        open_run(frame[["loss"]])


def test_a_frame_opens_like_its_table(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text(LIGHTNING)
    with open_run(path) as table, open_run(pd.read_csv(path)) as frame:
        assert frame.names == table.names
        for name in table.names:
            assert series(frame, name) == series(table, name)
        assert frame.meta["notices"] == [
            "8 cells are NaN, as gaps are in a DataFrame, and left out"
        ]
    diverged = pd.DataFrame({"loss": [1.0, np.nan]}, index=pd.Index([0, 1], name="epoch"))
    with open_run(diverged) as run:
        assert run.meta["axis"] == "epoch"
        assert [step for step, _ in series(run, "loss")] == [0, 1]


def test_the_state_of_the_trainer(tmp_path):
    state = {
        "global_step": 20,
        "log_history": [
            {"epoch": 0.5, "loss": 1.0, "step": 10, "grad_norm": float("nan")},
            {"epoch": 0.5, "eval_loss": 1.1, "step": 10},
            {"epoch": 1.0, "loss": 0.8, "step": 20, "learning_rate": 0.0},
            {"epoch": 1.0, "step": 20, "train_loss": 0.9, "train_runtime": 3.5},
        ],
        "max_steps": 20,
        "stateful_callbacks": {},
    }
    path = tmp_path / "trainer_state.json"
    path.write_text(json.dumps(state, indent=2))
    with open_run(path) as run:
        assert series(run, "loss") == [(10, 1.0), (20, 0.8)]
        assert series(run, "eval_loss") == [(10, 1.1)]
        assert np.isnan(series(run, "grad_norm")[0][1])
        assert run.meta["settings"] == {"global_step": 20, "max_steps": 20}
        curves = tables.recorded_curves(run, "*loss").query("metric == 'loss'")
        assert curves["split"].tolist() == ["train", "validation", "train"]
        assert series(run, "whole/train_loss") == [(20, 0.9)]


def test_of_the_states_of_checkpoints_the_last_is_the_run(tmp_path):
    for step in (9, 18, 100):
        folder = tmp_path / "out" / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        history = [{"step": step, "loss": 1.0}]
        (folder / "trainer_state.json").write_text(json.dumps({"log_history": history}))
    assert list(open_runs(tmp_path)) == ["out/checkpoint-100/trainer_state.json"]
    assert series(open_run(tmp_path / "out"), "loss") == [(100, 1.0)]
    last = (folder / "trainer_state.json").read_bytes()
    (tmp_path / "out/trainer_state.json").write_bytes(last)
    assert list(open_runs(tmp_path)) == ["out/trainer_state.json"]


def mlflow(folder):
    """Write what MLflow's file store leaves of a run."""
    for name in ("metrics/val", "params", "tags"):
        (folder / name).mkdir(parents=True)
    (folder / "meta.yaml").write_text(
        "end_time: 1700000060000\nrun_name: quiet-owl-1\nstart_time: 1700000000000\nstatus: 3\n"
    )
    (folder / "metrics/loss").write_text("1700000001000 2.0 0\n1700000002000 1.5 1\n")
    (folder / "metrics/val/loss").write_text("1700000002000 NaN 1 digits 8f1c\nbroken\n")
    (folder / "params/units").write_text("32")
    (folder / "params/rule").write_text("adam")
    (folder / "tags/mlflow.user").write_text("x")


def test_folders_of_mlflow(tmp_path):
    mlflow(tmp_path / "0/a")
    mlflow(tmp_path / "0/b")
    assert list(open_runs(tmp_path)) == ["0/a", "0/b"]
    with open_run(tmp_path / "0/a") as run:
        assert series(run, "loss") == [(0, 2.0), (1, 1.5)]
        assert np.isnan(series(run, "val/loss")[0][1])
        assert run.meta["settings"] == {"rule": "adam", "units": 32}
        assert run.meta["started"] == "2023-11-14T22:13:20+00:00"
        assert run.meta["ended"] == "2023-11-14T22:14:20+00:00"
        assert run.meta["notices"] == ["1 points made no sense and were left out"]


@pytest.mark.parametrize("by_id", [True, False], ids=["with run_id", "without"])
def test_a_database_of_trackio(tmp_path, by_id):
    path = tmp_path / "project.db"
    own = "run_id TEXT NOT NULL, " if by_id else ""
    with sqlite3.connect(path) as connection:
        connection.execute(
            f"CREATE TABLE metrics (id INTEGER PRIMARY KEY, {own}timestamp TEXT NOT NULL,"
            " run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL)"
        )
        connection.execute(
            f"CREATE TABLE configs (id INTEGER PRIMARY KEY, {own}run_name TEXT, config TEXT)"
        )
        for run in ("red", "blue"):
            key = {"run_id": f"id-{run}"} if by_id else {}
            for step, value in enumerate((1.0, "Infinity")):
                metrics = {"loss": value, "table": {"_type": "trackio.table"}, "note": "x"}
                row = {
                    **key,
                    "timestamp": f"2025-01-01T00:00:0{step}+00:00",
                    "run_name": run,
                    "step": step,
                    "metrics": json.dumps(metrics).encode(),
                }
                insert(connection, "metrics", row)
            config = json.dumps({"seed": run, "_Username": "x"})
            insert(connection, "configs", {**key, "run_name": run, "config": config})
    connection.close()
    runs = open_runs(path)
    assert list(runs) == ["project.db/red", "project.db/blue"]
    assert series(runs["project.db/red"], "loss") == [(0, 1.0), (1, np.inf)]
    assert runs["project.db/blue"].meta["settings"] == {"seed": "blue"}
    assert runs["project.db/blue"].names == ["loss"]
    assert list(open_runs(tmp_path)) == list(runs)
    with pytest.raises(RunFileError, match="several runs: red, blue; open_runs opens them all"):
        open_run(path)


def test_histograms_of_trackio_are_counted(tmp_path):
    """As `trackio.Histogram` writes them, 0.43: NumPy's edges and counts of what is finite."""
    path, rng = tmp_path / "project.db", np.random.default_rng(0)
    values = [rng.normal(size=1000), rng.normal(2, 3, size=(40, 50))]
    odd = [
        {"bins": [0, 1, 2], "values": [1]},
        {"bins": [0, "a"], "values": [1]},
        {"bins": [1, 0, 2], "values": [3, 4]},
        {"bins": [0, 1], "values": [-3]},
        {"bins": None, "values": None},
    ]
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE metrics (id INTEGER PRIMARY KEY, timestamp TEXT, run_name TEXT,"
            " step INTEGER, metrics TEXT)"
        )
        for step, own in enumerate(values):
            count, edges = np.histogram(own, 64)
            metrics = {"net.fc.weight": of_trackio(edges.tolist(), count.tolist())}
            metrics |= {"other": of_trackio(**odd[step]), "table": {"_type": "trackio.table"}}
            metrics["nothing"] = of_trackio([], [])
            row = {"run_name": "red", "step": step, "metrics": json.dumps(metrics)}
            insert(connection, "metrics", row)
        for step, own in enumerate(odd[2:]):
            metrics = json.dumps({"other": of_trackio(**own)})
            insert(connection, "metrics", {"run_name": "red", "step": step + 2, "metrics": metrics})
    connection.close()
    with open_run(path) as run:
        assert run.names == []
        streams = run.streams
        (stream,) = [stream for stream in streams if "nothing" not in stream]
        for step, own in enumerate(values):
            summary = run.at(step)[stream]
            width = np.ptp(own) / 64
            assert summary.histogram.count == own.size
            assert summary.moments.mean == pytest.approx(own.mean(), abs=width)
            assert summary.moments.std == pytest.approx(own.std(), abs=width)
            assert summary.moments.min == pytest.approx(own.min(), abs=1e-12)
            assert summary.histogram.quantile(0.5) == pytest.approx(np.median(own), abs=width)
        assert "5 points made no sense and were left out" in run.meta["notices"]
        assert "trackio leaves NaN and infinities out of its histograms" in run.meta["notices"]


def of_trackio(bins, values):
    return {"_type": "trackio.histogram", "bins": bins, "values": values}


def test_runs_of_one_name_in_a_database_stay_apart(tmp_path):
    path = tmp_path / "project.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE metrics (id INTEGER PRIMARY KEY, run_id TEXT, timestamp TEXT,"
            " run_name TEXT, step INTEGER, metrics TEXT)"
        )
        for k, name in enumerate(("a (x)", "a (x)", "b", "b (2)", "b", "b (2)")):
            row = {"run_id": k, "run_name": name, "step": 0, "metrics": json.dumps({"loss": k})}
            insert(connection, "metrics", row)
    connection.close()
    runs = {name: run.numbers()["value"].tolist() for name, run in open_runs(path).items()}
    names = ["a (x)", "a (x) (2)", "b", "b (2)", "b (3)", "b (2) (2)"]
    assert runs == {f"project.db/{name}": [k] for k, name in enumerate(names)}


def insert(connection, table, row):
    columns, places = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(row.values()))


def test_in_a_folder_tables_are_found_by_the_names_of_their_writers(tmp_path):
    for name in ("version_0/metrics.csv", "version_1/metrics.csv", "tables/statistics.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(LIGHTNING)
    assert list(open_runs(tmp_path)) == ["version_0/metrics.csv", "version_1/metrics.csv"]
    assert open_run(tmp_path / "version_0").names[1] == "train_loss"


def test_any_damage_is_an_error_of_ours(tmp_path):
    rng = random.Random(0)
    originals = {
        "m.csv": LIGHTNING,
        "m.jsonl": LINES,
        "m.log": KERAS,
        "monitor.csv": MONITOR,
        "trainer_state.json": '{"log_history": [{"step": 1, "loss": 0.5}], "x": 1}',
    }
    for _ in range(300):
        name, text = rng.choice(list(originals.items()))
        content = bytearray(text.encode())
        for _ in range(rng.choice([1, 2, 8])):
            content[rng.randrange(len(content))] = rng.randrange(256)
        (tmp_path / name).write_bytes(content[: rng.choice([10, 40, len(content)])])
        try:
            with open_run(tmp_path / name) as run:
                run.numbers()
        except RunFileError:
            continue


def test_what_is_nested_deeply_is_refused(tmp_path):
    path = tmp_path / "t.jsonl"
    for depth in (500, 100_000):
        path.write_text('{"a":' * depth + "1" + "}" * depth)
        with pytest.raises(RunFileError):
            open_run(path)


def test_what_is_logged_by_epoch_has_an_axis_of_its_own(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text(LIGHTNING)
    curves = tables.recorded_curves(open_run(path))
    assert set(curves["axis"]) == {"logged_step"}
    assert set(curves["metric"]) == {"loss", "accuracy"}
    loss = curves.query("metric == 'loss' and split == 'validation'")
    assert loss[["logged_step", "epoch", "value"]].to_numpy().tolist() == [
        [99, 0, 0.72],
        [199, 1, 0.6],
    ]
    path = tmp_path / "training.log"
    path.write_text(KERAS)
    keras = tables.recorded_curves(open_run(path))
    assert set(keras["axis"]) == {"epoch"}
    assert keras["epoch"].tolist() == keras["step"].tolist()
    mixed = pd.DataFrame({"step": [0, 1], "batch_loss": [2.0, 1.0], "val/epoch_loss": [1.5, 0.5]})
    table = tables.recorded_curves(open_run(mixed))
    by_epoch = table.query("axis == 'epoch'")
    assert by_epoch["metric"].tolist() == ["loss", "loss"]
    assert by_epoch["logged_step"].isna().all()
    assert table.query("axis == 'logged_step'")["epoch"].isna().all()
    timed = pd.DataFrame({"step": [100, 200], "epoch_time": [2.0, 1.0]})
    assert set(tables.recorded_curves(open_run(timed))["axis"]) == {"logged_step"}


def test_runs_side_by_side_are_settings_or_seeds(tmp_path):
    for name, rule, losses in (("a", "sgd", "3 2"), ("b", "sgd", "5 4"), ("c", "adam", "1 0")):
        mlflow(tmp_path / name)
        (tmp_path / name / "params/rule").write_text(rule)
        lines = [f"1700000000000 {loss} {step}\n" for step, loss in enumerate(losses.split())]
        (tmp_path / name / "metrics/loss").write_text("".join(lines))
    runs = open_runs(tmp_path)
    alone = tables.CURVE.check(tables.recorded_curves(runs, "loss"))
    assert alone["setting"].tolist() == ["a", "a", "b", "b", "c", "c"]
    grouped = tables.recorded_curves(runs, "loss", by="rule")
    band = tables.bands(grouped, x="logged_step").set_index(["setting", "logged_step"])
    assert band.loc[("rule sgd", 1), ["mean", "low", "high", "seeds"]].tolist() == [3, 2, 4, 2]
    assert band.loc[("rule adam", 1), "seeds"] == 1
    with pytest.raises(ValueError, match="by must be a setting of the runs: rule, units; got 'w"):
        tables.recorded_curves(runs, "loss", by="width")


MLFLOW = """
CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL, name VARCHAR(250), status VARCHAR(9),
    start_time BIGINT, end_time BIGINT, lifecycle_stage VARCHAR(20), experiment_id INTEGER);
CREATE TABLE metrics ("key" VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL,
    run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT '0' NOT NULL,
    is_nan BOOLEAN DEFAULT '0' NOT NULL);
CREATE TABLE params ("key" VARCHAR(250), value VARCHAR(8000), run_uuid VARCHAR(32));
"""


def mlflow_database(path):
    """Write a database as MLflow 3.17.2 does, as far as it is read."""
    largest = 1.7976931348623157e308
    points = [(0, 1.0, 0), (1, 0.5, 0), (2, 0.0, 1), (3, largest, 0), (4, -largest, 0)]
    with sqlite3.connect(path) as connection:
        connection.executescript(MLFLOW)
        for key, name, stage in (("a", "red", "active"), ("b", "red", "active"), ("c", "x", "del")):
            begun = 1700000000500
            row = (key, name, "FINISHED", begun, None, stage.replace("del", "deleted"), 0)
            connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            for step, value, is_nan in points[::-1]:  # by time, whatever the order of the rows
                row = ("train/loss", value, begun + 1000 * step, key, step, is_nan)
                connection.execute("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", row)
            connection.execute("INSERT INTO params VALUES ('rate', '0.5', ?)", (key,))
    connection.close()
    return path


def test_a_database_of_mlflow(tmp_path):
    path = mlflow_database(tmp_path / "mlflow.db")
    found = open_runs(path)
    assert list(found) == ["mlflow.db/red", "mlflow.db/red (2)"]
    for run in found.values():
        points = dict(series(run, "train/loss"))
        assert np.isnan(points.pop(2))
        assert points == {0: 1.0, 1: 0.5, 3: np.inf, 4: -np.inf}
        assert run.meta["settings"] == {"rate": 0.5}
        assert run.meta["started"] == "2023-11-14T22:13:20+00:00"
        assert run.meta["ended"] == "2023-11-14T22:13:24+00:00"
        assert run.meta["notices"] == []
    assert list(open_runs(tmp_path)) == list(found)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE metrics SET step = 'x', value = 'y' WHERE run_uuid = 'b'")
        connection.execute("DELETE FROM runs WHERE run_uuid = 'a'")
    connection.close()
    assert open_run(path).meta["notices"] == ["5 points made no sense and were left out"]
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM runs")
    connection.close()
    with pytest.raises(RunFileError, match="there is no run in this database"):
        open_runs(path)
