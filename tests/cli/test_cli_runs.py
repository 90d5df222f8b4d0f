"""The commands for runs: what they print, with which code they end, and what they write."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from nnviz import errors, nn, optim, runs, train
from nnviz.cli import main
from nnviz.publish.recorded.sentences import apart
from nnviz.record import Recorder
from nnviz.runs import database

WRITING = """
import sys, time
from nnviz.record import Recorder
from nnviz.runs import create_run

with create_run(sys.argv[1]) as sink:
    recorder = Recorder(sink=sink)
    for k in range(10**4):
        with recorder.step(k):
            recorder.observe("relu1/activation", [k])
            recorder.scalar("loss", k)
        recorder.flush()
        if k == 0:
            print("begun", flush=True)
        time.sleep(0.01)
"""


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")


def trained(path, learning_rate, steps=60, **options):
    rng = np.random.default_rng(0)
    net = nn.mlp([64, 20, 10], rng=rng)
    with runs.create_run(path, settings={"learning_rate": learning_rate, "seed": 0}) as run:
        recorder = Recorder(sink=run, exact_every=10, **options)
        data, rule = train.digits(300), optim.sgd(learning_rate)
        train.fit(net, data, rule, steps=steps, recorder=recorder, rng=rng, evaluate_at=[0, steps])
    return path


@pytest.fixture(scope="module")
def healthy(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("healthy") / "healthy.run", 0.1)


@pytest.fixture(scope="module")
def sick(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("sick") / "sick.run", 3.0)


@pytest.fixture(scope="module")
def without_activations(tmp_path_factory):
    path = tmp_path_factory.mktemp("few") / "few.run"
    return trained(path, 0.1, kinds=("gradient", "weight"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("empty") / "empty.run"
    runs.create_run(path).close()
    return path


def shown(capsys, *command):
    assert main([*map(str, command)]) == 0
    return capsys.readouterr().out


def row(printed, *cells):
    """Return the cells of the line that begins with some."""
    (line,) = [line for line in printed.splitlines() if line.split()[: len(cells)] == [*cells]]
    return line.split()[len(cells) :]


def test_show_says_what_a_run_is_and_holds(healthy, capsys):
    printed = shown(capsys, "show", healthy)
    assert printed.startswith("healthy.run: finished\n")
    assert "steps     0 to 59: 60 recorded, 7 of them counted in full\n" in printed
    assert "settings  learning_rate 0.1, seed 0\n" in printed
    assert "layers    linear1, relu1, linear2\n" in printed
    with runs.open_run(healthy) as run:
        statistics = pd.DataFrame(run.statistics("relu1/activation", start=59))
        last = run.numbers("test/accuracy")["value"][-1]
    assert "\nstep 59\n" in printed
    mean, std, low, high, norm, zero, nan, inf = row(printed, "relu1", "activation")
    expected = statistics.iloc[0]
    for text, name in zip(
        (mean, std, low, high, norm), ("mean", "std", "min", "max", "norm"), strict=True
    ):
        assert float(text) == pytest.approx(expected[name], rel=1e-3)
    assert zero == f"{expected['zero']:.1%}"
    assert (nan, inf) == ("0", "0")
    assert float(row(printed, "test/accuracy")[0]) == pytest.approx(last, rel=1e-3)


def test_show_gives_the_diagnosis(healthy, sick, capsys):
    from nnviz.diagnosis import diagnose

    printed = shown(capsys, "show", healthy, sick)
    one, other = printed.split("\n\nsick.run: ")
    assert "diagnosis: 0 of " in one
    with runs.open_run(sick) as run:
        findings = diagnose(run)
    found = findings[findings["verdict"] == "found"]
    assert len(found)
    for message, remedy in zip(found["message"], found["remedy"], strict=True):
        assert f"✗ {message}" in other
        assert remedy in other
    assert set(findings.reasons) == set(findings.query("verdict == 'not assessed'")["rule"])
    lines = [line for line in other.splitlines() if line.startswith("  – ")]
    assert len(lines) == len(set(findings.reasons.values()))
    for rule, reason in findings.reasons.items():
        (own,) = [line for line in lines if line.endswith(f": not assessed, {reason}")]
        assert rule in own[4:].partition(": not assessed")[0].split(", ")


def test_show_chooses_layers(healthy, capsys):
    printed = shown(capsys, "show", healthy, "--layer", "relu*")
    assert "relu1    activation" in printed or "relu1  activation" in printed
    assert not re.search(r"^linear1 +weight ", printed, re.MULTILINE)


def test_a_deep_network_does_not_flood_the_terminal(tmp_path, capsys):
    with runs.create_run(tmp_path / "deep.run") as sink:
        recorder = Recorder(sink=sink)
        with recorder.step(0):
            for k in range(500):
                recorder.observe(f"layer{k}/weight", [k])
    printed = shown(capsys, "show", tmp_path / "deep.run")
    assert len(re.findall(r"^layer\d+ +weight ", printed, re.MULTILINE)) == 40
    assert "… and 460 more; --layer PATTERN chooses" in printed


@pytest.mark.parametrize("command", [["show"], ["compare", "other.run"]])
def test_names_cannot_move_the_cursor(tmp_path, capsys, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    names = ["\033[2Jred/activation", "a\nb/weight", "\udce4/z", "🙂/a", "x" * 300 + "/y", "a\0/b"]
    for path in ("odd.run", "other.run"):
        with runs.create_run(path, settings={"\033]0;title\a": "\033[31m"}) as sink:
            recorder = Recorder(sink=sink)
            with recorder.step(0):
                for name in names:
                    recorder.observe(name, [1.0])
                    recorder.scalar(name, 1)
    printed = shown(capsys, *command, "odd.run")
    assert "🙂" in printed
    assert not set(printed) & {"\033", "\0", "\a", "\udce4", "\r"}
    assert max(map(len, printed.splitlines())) < 500


def test_colours_are_for_terminals_that_want_them(sick, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "\033[31m" not in shown(capsys, "show", sick)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "\033[31m  ✗ " in shown(capsys, "show", sick)


def test_show_tells_what_was_not_recorded_and_what_was_resumed(tmp_path, capsys):
    path = tmp_path / "run"
    with runs.create_run(path) as sink:
        recorder = Recorder(sink=sink)
        with recorder.step(0), pytest.warns(UserWarning, match="not recorded"):
            recorder.observe("a/x", ["text"])
        recorder.scalar("loss", np.nan)
    printed = shown(capsys, "show", path)
    assert "no tensor was recorded: train inside `with recorder.step(k):`" in printed
    with runs.resume_run(path):
        pass
    printed = shown(capsys, "show", path)
    assert "not recorded: a/x (1 times)" in printed
    assert "resumed   after step 0" in printed
    assert row(printed, "loss") == ["nan", "0"]


def test_a_folder_of_runs_is_shown_run_by_run(healthy, sick, tmp_path, capsys):
    for path in (healthy, sick):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    printed = shown(capsys, "show", tmp_path)
    assert re.findall(r"^(\S+): finished$", printed, re.MULTILINE) == ["healthy.run", "sick.run"]


def test_compare_sets_numbers_and_statistics_side_by_side(healthy, sick, capsys):
    printed = shown(capsys, "compare", healthy, sick, "--layer", "relu1")
    with runs.open_run(healthy) as one, runs.open_run(sick) as other:
        for name in ("loss", "test/accuracy"):
            values = [run.numbers(name)["value"][-1] for run in (one, other)]
            assert [float(cell) for cell in row(printed, name)] == pytest.approx(values, rel=1e-3)
        parts = [run.statistics("relu1/activation", start=59) for run in (one, other)]
    assert "mean ± standard deviation at step 59" in printed
    cells = row(printed, "relu1", "activation")
    assert cells == [
        cell for part in parts for cell in (f"{part['mean'][0]:.4g}", "±", f"{part['std'][0]:.4g}")
    ]
    assert "linear1  weight" not in printed


def test_compare_draws_distributions_on_top_of_each_other(healthy, sick, tmp_path, capsys):
    path = tmp_path / "both.svg"
    printed = shown(capsys, "compare", healthy, sick, "-o", path, "--kind", "weight")
    assert printed.endswith(f"{path}\n")
    assert path.read_text().count("<svg ") == 1


@pytest.fixture
def saved(monkeypatch):
    """Return the texts of each figure that is saved."""
    from nnviz import publish

    texts = []

    def save(figure, path, **options):
        texts.append([" ".join(text.get_text().split()) for text in figure.findobj(Text)])
        return publish.files.save(figure, path, **options)

    monkeypatch.setattr("nnviz.publish.save", save)
    return texts


def of_keras(path, end):
    """Write what Keras's CSVLogger leaves of a training that ends at a validation loss."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"epoch,loss,val_loss\n0,2.0,2.5\n1,1.0,{end}\n")
    return path


@pytest.mark.parametrize("what", ["curves", "updates"])
def test_a_figure_opens_its_run_once_and_closes_it(healthy, tmp_path, monkeypatch, what):
    connections = []

    def connect(*args, **options):
        connections.append(database.connect(*args, **options))
        return connections[-1]

    monkeypatch.setattr("nnviz.runs.reader.connect", connect)
    assert main(["plot", str(healthy), what, "-o", str(tmp_path / "x.png")]) == 0
    (one,) = connections
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        one.execute("SELECT 1")


def test_curves_of_runs_are_drawn_on_top_of_each_other(tmp_path, capsys, saved):
    for name, end in (("a", 1.5), ("b", 1.25)):
        of_keras(tmp_path / name / "training.log", end)
    printed = shown(capsys, "compare", tmp_path, "--metric", "loss", "-o", tmp_path / "x.png")
    assert row(printed, "validation", "loss") == ["1.5", "1.25"]
    assert row(printed, "train", "loss") == ["1", "1"]
    shown(capsys, "plot", tmp_path, "curves", "-o", tmp_path / "x.png")
    for texts in saved:
        told = "validation loss ends at 1.5 (a/training.log), 1.25 (b/training.log)"
        assert told in texts
        assert "epoch" in texts
        assert {"train", "validation"} <= set(texts)
        assert not any("updates" in text for text in texts)
        assert "A line for each run." in texts


def test_each_run_is_compared_by_the_loss_that_it_has(tmp_path, capsys):
    of_keras(tmp_path / "keras" / "training.log", 1.5)
    for name, metric in (("batches", "loss"), ("other", "accuracy")):
        (tmp_path / f"{name}.csv").write_text(f"step,{metric}\n0,0.75\n1,0.5\n")
    files = [tmp_path / name for name in ("keras/training.log", "batches.csv", "other.csv")]
    printed = shown(capsys, "compare", *files, "--metric", "loss")
    assert row(printed, "name") == ["training.log", "batches.csv"]
    assert row(printed, "train", "loss") == ["1"]
    assert row(printed, "train", "batch_loss") == ["0.5"]
    assert "without loss: other.csv\n" in printed


def test_what_runs_over_another_axis_is_named(healthy, tmp_path, capsys, saved):
    log = of_keras(tmp_path / "training.log", 1.5)
    metric = ["--metric", "loss", "-o", tmp_path / "x.png"]
    printed = shown(capsys, "compare", healthy, log, *metric)
    assert "last numbers\nby step: healthy.run; by epoch: training.log\n" in printed
    (texts,) = saved
    told = "Left out, as they run over another axis: training.log by epoch."
    assert any(told in text for text in texts)
    assert "\nby step: healthy.run; by epoch: training.log\n" in "\n" + shown(
        capsys, "compare", healthy, log
    )


def test_the_axis_is_that_of_most_runs(healthy, tmp_path, capsys, saved):
    """However many numbers are logged over another one; runs alike need no word of it."""
    logs = [of_keras(tmp_path / name / "training.log", 1.5) for name in "ab"]
    metric = ["--metric", "*", "-o", tmp_path / "x.png"]
    shown(capsys, "compare", healthy, *logs, *metric)
    (texts,) = saved
    assert "epoch" in texts
    assert any("another axis: healthy.run by step (updates)." in text for text in texts)
    assert "by epoch" not in shown(capsys, "compare", *logs)


def test_runs_that_share_a_setting_are_a_band(healthy, tmp_path, capsys, saved):
    again = trained(tmp_path / "again.run", 0.1)
    options = ["--metric", "loss", "--by", "learning_rate", "-o", tmp_path / "x.png"]
    printed = shown(capsys, "compare", healthy, again, *options)
    assert "learning_rate 0.1" in printed
    (texts,) = saved
    assert any("Line: mean of the runs that share learning_rate, 2 of each." in t for t in texts)
    assert any("test loss of learning_rate 0.1 ends at " in text for text in texts)


def test_of_two_runs_one_may_have_tensors_alone(healthy, tmp_path, capsys, saved):
    log = of_keras(tmp_path / "training.log", 1.5)
    shown(capsys, "compare", healthy, log, "-o", tmp_path / "x.png")
    (texts,) = saved
    assert not any("same spread" in text for text in texts)
    assert any(re.search(r" to .* \(healthy\.run\)", text) for text in texts)


def test_runs_that_are_alike_are_not_said_to_differ():
    alike = {"a.run": {"relu1": 2.0, "relu2": 1.0}, "b.run": {"relu1": 2.01, "relu2": 1.0}}
    assert apart(alike, "activation") == "activations of a.run, b.run have the same spread"
    alike["b.run"]["relu2"] = 1.2
    assert apart(alike, "activation").startswith("ReLU 2 differs most: ")


def test_runs_that_share_no_step_are_compared_at_their_last(healthy, tmp_path, capsys):
    with runs.create_run(tmp_path / "late.run") as sink:
        recorder = Recorder(sink=sink)
        with recorder.step(1000):
            recorder.observe("relu1/activation", [1.0, 3.0])
    printed = shown(capsys, "compare", healthy, tmp_path / "late.run", "-o", tmp_path / "x.png")
    assert "mean ± standard deviation at steps 59, 1000\n" in printed
    assert row(printed, "relu1", "activation")[-3:] == ["2", "±", "1"]


def test_runs_of_other_lengths_are_compared_at_their_ends(healthy, tmp_path, capsys):
    longer = trained(tmp_path / "longer.run", 0.1, steps=75)
    printed = shown(capsys, "compare", healthy, longer)
    assert "mean ± standard deviation at steps 59, 74\n" in printed
    printed = shown(capsys, "compare", healthy, longer, "--step", "55")
    assert "mean ± standard deviation at step 55, estimated from samples\n" in printed


@pytest.mark.parametrize(
    ("last", "options", "head", "caption"),
    [
        (36, {"every": 6}, "step 36, estimated from samples", "Estimated from samples"),
        (
            95,
            {},
            "step 90, the last one counted in full; samples up to step 95 follow",
            "All values counted up to step 90, then estimated from samples.",
        ),
        (90, {}, "step 90", "All values counted."),
    ],
)
def test_how_a_step_was_recorded_is_told(tmp_path, capsys, last, options, head, caption):
    path = tmp_path / "own.run"
    rng = np.random.default_rng(0)
    with runs.create_run(path) as sink:
        recorder = Recorder(sink=sink, **options)
        for k in range(last + 1):
            with recorder.step(k):
                recorder.observe("linear1/activation", rng.standard_normal((50, 20)))
    assert f"\n{head}\n" in shown(capsys, "show", path)
    shown(capsys, "plot", path, "map", "-o", tmp_path / "map.svg")
    words = re.sub(r"<[^>]*>|\s+", " ", (tmp_path / "map.svg").read_text())
    assert caption in re.sub(" +", " ", words)


def test_extremes_are_not_estimated_from_the_samples_of_the_last_step(tmp_path, capsys):
    path = tmp_path / "own.run"
    rng = np.random.default_rng(0)
    with runs.create_run(path) as sink:
        recorder = Recorder(sink=sink)
        for k in range(96):
            with recorder.step(k):
                recorder.observe("linear1/activation", rng.standard_normal((50, 20)))
    told = {}
    for statistic in ("norm", "max"):
        shown(capsys, "plot", path, "map", "--statistic", statistic, "-o", tmp_path / "map.svg")
        told[statistic] = re.sub(r"(<[^>]*>|\s)+", " ", (tmp_path / "map.svg").read_text())
    assert "All values counted up to step 90, then estimated" in told["norm"]
    assert "All values counted, last at step 90 of 95." in told["max"]


def test_what_became_nan_after_the_last_whole_step_is_told(tmp_path, capsys):
    path = tmp_path / "own.run"
    with runs.create_run(path) as sink:
        recorder = Recorder(sink=sink)
        for k in range(96):
            with recorder.step(k):
                value = np.nan if k > 93 else 1.0
                recorder.observe("linear1/activation", np.full((50, 20), value))
                recorder.observe("linear2/activation", np.ones((50, 20)))
    printed = shown(capsys, "show", path)
    head = "step 90, the last one counted in full; NaN or infinite at step 95: linear1/activation"
    assert f"\n{head}\n" in printed


def test_runs_of_one_name_are_told_apart(healthy, tmp_path, capsys):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "digits.run").write_bytes(healthy.read_bytes())
    files = [tmp_path / folder / "digits.run" for folder in ("a", "b")]
    names = shown(capsys, "compare", *files).splitlines()[1].split()
    assert names == ["name", "a/digits.run", "b/digits.run"]
    names = shown(capsys, "compare", tmp_path / "a", tmp_path / "b").splitlines()[1].split()
    assert names == ["name", "a/digits.run", "b/digits.run"]
    head = shown(capsys, "compare", healthy, healthy).splitlines()[1]
    assert head.split("  ")[-2:] == ["healthy.run (1)", "healthy.run (2)"]


def test_what_cannot_be_drawn_is_said_before_anything_is_printed(healthy, sick, tmp_path, capsys):
    link = tmp_path / "link.png"
    link.symlink_to(tmp_path / "other.png")
    assert main(["compare", str(healthy), str(sick), "-o", str(link)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "symbolic link" in printed.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["curves"],
            ["loss of mini-batches", "accuracy", "test", r"healthy\.run: test accuracy ends at "],
        ),
        (["curves", "--name", "*/update_to_weight"], ["linear1/update to weight"]),
        (["distributions", "--kind", "weight", "--step", "50"], ["linear 1", "linear 2"]),
        (
            ["distributions", "--kind", "weight"],
            [r"healthy\.run: standard deviation of weights: \S+ in linear \d to \S+ in linear"],
        ),
        (
            ["progress", "--kind", "gradient"],
            ["gradient: norm", "ReLU 1", "healthy.run: norm of gradients is highest in .* at step"],
        ),
        (["progress", "--statistic", "dead"], ["share of dead units"]),
        (
            ["quantiles", "--layer", "linear*"],
            ["linear 1", "linear 2", "90% of activations of .* at step 59"],
        ),
        (
            ["map", "--kind", "gradient"],
            ["gradient: norm", "ReLU 1", "Of gradients. All values .* learning rate 0.1, seed 0."],
        ),
        (["map", "--statistic", "zero"], ["share of exact zeros"]),
        (["map", "--statistic", "min"], [r"minimum of activations is lowest in linear \d: −\d"]),
        (["updates"], ["linear 1", "a step moves the weights by 0.00"]),
        (
            ["depth", "--statistic", "std", "--step", "0,59"],
            ["step 0", "step 59", r": \S+ in linear 1, \S+ in linear 2, at step 59"],
        ),
    ],
)
def test_plot_saves_a_figure(healthy, tmp_path, capsys, monkeypatch, arguments, words):
    from nnviz import publish

    saved = []

    def save(figure, path, **options):
        saved.append(figure)
        return publish.files.save(figure, path, **options)

    monkeypatch.setattr("nnviz.publish.save", save)
    path = tmp_path / "figure.png"
    printed = shown(capsys, "plot", healthy, *arguments, "-o", path, "--theme", "dark")
    assert printed == f"{path}\n"
    assert path.stat().st_size > 5000
    (figure,) = saved
    texts = {" ".join(text.get_text().split()) for text in figure.findobj(Text)}
    for word in words:
        assert word in texts or any(re.search(word, text) for text in texts)
    assert not any("equal" in text for text in texts)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_export_prints_what_it_wrote(healthy, tmp_path, capsys, format):
    if format == "parquet":
        pytest.importorskip("pyarrow", reason="Parquet is written by pyarrow")
    out = tmp_path / "out"
    printed = shown(capsys, "export", healthy, "-o", out, "--format", format)
    assert [Path(line) for line in printed.splitlines()] == [
        *(out / f"{name}.{format}" for name in ("scalars", "statistics", "histograms")),
        out / "run.json",
    ]
    assert sorted(out.iterdir()) == sorted(map(Path, printed.splitlines()))


def test_a_log_of_tensorboard_is_a_run(tmp_path, capsys):
    pytest.importorskip("tensorboard", reason="reads event files")
    from tensorboard.compat.proto import event_pb2
    from tensorboard.plugins.histogram.summary_v2 import histogram_pb
    from tensorboard.plugins.scalar.summary_v2 import scalar_pb
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    for name in ("a", "b"):
        writer = EventFileWriter(str(tmp_path / name))
        for summary in (histogram_pb("fc1.weight", np.arange(9)), scalar_pb("loss", 0.5)):
            writer.add_event(event_pb2.Event(step=3, wall_time=1e9, summary=summary))
        writer.close()
    printed = shown(capsys, "show", tmp_path)
    assert "a: unknown\n" in printed
    assert "notice: mean, std and norm of 1 of 1 histograms are estimated" in printed
    assert row(printed.partition("b: unknown")[2], "loss") == ["0.5", "3"]
    printed = shown(capsys, "compare", tmp_path, "-o", tmp_path / "x.png", "--kind", "weight")
    assert row(printed, "loss") == ["0.5", "0.5"]
    assert main(["follow", str(tmp_path / "a")]) == 2
    error = capsys.readouterr().err
    assert "RUN must be a run file, which says when it ends" in error
    assert "a log of another program: nnviz show" in error


def test_of_a_log_nobody_is_told_how_to_record(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("step,accuracy\n0,0.5\n")
    printed = shown(capsys, "show", path)
    assert "no tensor is in this log" in printed
    assert "loss was not recorded" in printed
    assert "recorder." not in printed


def test_follow_follows_a_finished_run_to_its_end(healthy, capsys):
    lines = shown(capsys, "follow", healthy).splitlines()
    assert lines[0].startswith("step 59  loss ")
    assert "update_to_weight" not in lines[0]
    assert lines[1:] == ["finished after step 59"]


def test_watch_tells_of_the_first_nan_of_each_tensor(tmp_path, capsys):
    with runs.create_run(tmp_path / "run") as sink:
        recorder = Recorder(sink=sink, exact=True)
        for k in range(5):
            with recorder.step(k):
                recorder.observe("a/activation", [1.0, np.nan if k > 1 else 1.0, np.inf])
    lines = shown(capsys, "follow", tmp_path / "run").splitlines()
    assert lines == [
        "step 4",
        "  a/activation: 1 of 3 values are NaN or infinite since step 0",
        "  ✗ a: 33% of the activation NaN or infinite since step 0",
        "finished after step 4",
    ]


def test_watch_tells_a_number_that_comes_after_its_step_was_shown(tmp_path):
    from nnviz.cli.news import News

    news, told = News(), []

    def look():
        with runs.open_run(tmp_path / "run") as run:
            told.extend(news.of(run))

    with runs.create_run(tmp_path / "run") as sink:
        recorder = Recorder(sink=sink)
        with recorder.step(3):
            recorder.observe("a/activation", [1.0])
            recorder.scalar("loss", 0.5)
        recorder.flush()
        look()
        recorder.scalar("test/accuracy", 0.25)
        recorder.flush()
        look()
        look()
    assert told == ["step 3  loss 0.5", "step 3  test/accuracy 0.25"]


def test_what_is_written_while_follow_reads_is_told_at_the_next_look(tmp_path, monkeypatch):
    from nnviz.cli.news import News

    news = News()
    with runs.create_run(tmp_path / "run") as sink:
        recorder = Recorder(sink=sink, exact=True)

        def write(step, value):
            with recorder.step(step):
                recorder.observe("a/activation", [value])
                recorder.scalar("loss", 1.0)
            recorder.flush()

        def writes_on(run, *args, read=runs.Run.statistics, **options):
            columns = read(run, *args, **options)
            if later:
                write(*later.pop())
            return columns

        monkeypatch.setattr(runs.Run, "statistics", writes_on)
        later = [(1, np.nan)]
        write(0, 1.0)
        told = []
        for _ in range(3):
            with runs.open_run(tmp_path / "run") as run:
                told.append([*news.of(run)])
    odd = "  a/activation: 1 of 1 values are NaN or infinite since step 1"
    assert [line for lines in told for line in lines if "NaN" in line] == [odd]
    assert told[2] == []


def test_a_damaged_run_does_not_hide_the_others(healthy, tmp_path, capsys):
    whole, damaged = tmp_path / "a.run", tmp_path / "b.run"
    whole.write_bytes(healthy.read_bytes())
    damaged.write_bytes(healthy.read_bytes()[:5000])
    for options in ([], ["--fail-on", "error"]):
        assert main(["show", str(tmp_path), *options]) == 2
        printed = capsys.readouterr()
        assert printed.out.startswith("a.run: finished")
    assert re.match(r"nnviz: left out: .*b\.run: ", printed.err)
    with pytest.warns(errors.RunFileWarning, match=r"b\.run"):
        assert list(runs.open_runs(tmp_path)) == ["a.run"]
    whole.unlink()
    with pytest.raises(errors.RunFileError, match=r"b\.run"):
        runs.open_runs(tmp_path)


def test_follow_of_an_empty_run(tmp_path, capsys):
    runs.create_run(tmp_path / "run").close()
    assert shown(capsys, "follow", tmp_path / "run") == "finished before its first step\n"
    assert main(["watch", str(tmp_path / "run")]) == 0  # as it was called before
    assert "watch is now follow" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_follow_follows_a_run_that_is_written_until_it_is_killed(tmp_path, end):
    path = tmp_path / "run"
    command = [sys.executable, "-c", WRITING, str(path)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert writer.stdout.readline() == b"begun\n"
    command = [sys.executable, "-m", "nnviz", "follow", str(path), "--interval", "0.1"]
    watching = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    told = [watching.stdout.readline() for _ in range(3)]
    writer.send_signal(end)
    writer.communicate()
    rest = watching.communicate(timeout=60)[0].splitlines()
    assert watching.returncode == 1
    assert rest[-1].startswith("crashed after step ")
    steps = [int(line.split()[1]) for line in [*told, *rest[:-1]]]
    assert steps == sorted(set(steps))
    with runs.open_run(path) as run:
        assert f"crashed after step {run.steps[-1]}" == rest[-1]
        assert run.steps == list(range(len(run.steps)))


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupted_watch_ends_at_once(tmp_path):
    with runs.create_run(tmp_path / "run") as sink:
        recorder = Recorder(sink=sink)
        with recorder.step(0):
            recorder.scalar("loss", 1)
        recorder.flush()
        command = [sys.executable, "-m", "nnviz", "follow", str(tmp_path / "run")]
        watching = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert watching.stdout.readline() == "step 0  loss 1\n"
        time.sleep(0.1)
        watching.send_signal(signal.SIGINT)
        assert watching.communicate(timeout=60) == ("", "")
        assert watching.returncode == 130


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_whoever_has_seen_enough_may_close_the_pipe(healthy):
    shell = f"{sys.executable} -m nnviz show {healthy} | head -1"
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True)
    assert done.stdout == "healthy.run: finished\n"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["show", "none.run"], "none.run: there is no such file"),
        (["show", "text.run"], "text.run: not a run file"),
        (["show", "."], "there is no run in this folder"),
        (["show", "RUN", "--layer", "rleu1"], "layer must be one of .*did you mean 'relu1'"),
        (["compare", "RUN"], "RUN must be two runs or more; got healthy.run"),
        (["compare", "RUN", "RUN", "-o", "x.bmp"], "suffix of path must be one of png, svg, pdf"),
        (
            ["compare", "RUN", "RUN", "-o", "x.png", "--kind", "activatoin"],
            "kind must be one of .*did you mean 'activation'",
        ),
        (["compare", "RUN", "RUN", "--step", "61", "-o", "x.png"], "one of the 60 recorded steps"),
        (["plot", "RUN", "curvse", "-o", "x.png"], "WHAT must be one of .*mean 'curves'"),
        (["plot", "RUN", "curves", "-o", "x.bmp"], "suffix of path must be one of png, svg, pdf"),
        (["plot", "RUN", "depth", "-o", "x.png", "--step", "a"], "--step must be whole numbers"),
        (["plot", "RUN", "distributions", "-o", "x.png", "--step", "0,1"], "must be one step"),
        (["plot", "RUN", "curves", "-o", "x.png", "--name", "lsos"], "did you mean 'loss'"),
        (["plot", "RUN", "progress", "-o", "x.png", "--statistic", "nrom"], "mean 'norm'"),
        (["plot", "RUN", "depth", "-o", "x.png", "--theme", "drak"], "light, dark, print"),
        (["plot", "EMPTY", "curves", "-o", "x.png"], r"RUN must have numbers .*recorder\.scalar"),
        (
            ["plot", "RUN", "map", "-o", "x.png", "--step", "3"],
            r"step must be left out of map, whose options are layer, .*\[3\]",
        ),
        (
            ["plot", "RUN", "curves", "-o", "x.png", "--layer", "a"],
            "layer must be left out of curves, whose options are name; got 'a'",
        ),
        (["plot", "RUN", "map", "-o", "x.png", "--by", "rate"], "--by must be given for curves"),
        (["compare", "RUN", "RUN", "--step", "61"], "one of the 60 recorded steps of healthy.run"),
        (["plot", "EMPTY", "distributions", "-o", "x.png"], "at least one recorded step"),
        (["plot", "EMPTY", "progress", "-o", "x.png"], "at least one recorded"),
        (["export", "RUN", "-o", "out", "--format", "xlsx"], "format must be one of parquet, csv"),
        (["follow", "RUN", "--interval", "0"], "--interval must be a positive number; got 0.0"),
        (["follow", "none.run"], "none.run: there is no such file"),
    ],
)
def test_errors_are_one_line_and_code_2(
    command, message, healthy, empty, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    Path("text.run").write_text("no run")
    names = {"RUN": str(healthy), "EMPTY": str(empty)}
    assert main([names.get(word, word) for word in command]) == 2
    error = capsys.readouterr().err
    assert error.startswith("nnviz: ")
    assert error.count("\n") == 1
    assert re.search(message, error)
    assert [path.name for path in tmp_path.iterdir()] == ["text.run"]


@pytest.mark.parametrize("what", ["map", "progress", "depth", "distributions", "quantiles"])
def test_a_run_without_activations_is_drawn_by_what_it_has(
    without_activations, tmp_path, capsys, what
):
    path = tmp_path / "figure.png"
    shown(capsys, "plot", without_activations, what, "-o", path)
    assert path.stat().st_size > 5000


def test_runs_are_compared_by_what_all_have(without_activations, healthy, tmp_path, capsys):
    path = tmp_path / "figure.png"
    shown(capsys, "compare", healthy, without_activations, "--step", "10", "-o", path)
    assert path.stat().st_size > 5000


def test_show_says_why_a_rule_cannot_judge(without_activations, capsys):
    printed = shown(capsys, "show", without_activations)
    (line,) = [
        line
        for line in printed.splitlines()
        if line.endswith(": not assessed, activations were not recorded")
    ]
    told = line.removeprefix("  – ").partition(": not assessed")[0].split(", ")
    assert {"saturation", "symmetric units", "dead units"} <= set(told)


def test_no_foreign_name_speaks_to_the_terminal(tmp_path, capsys):
    with runs.create_run(tmp_path / "run") as sink:
        recorder = Recorder(sink=sink)
        with recorder.step(0):
            recorder.scalar("\x1b[2Jloss\u202e", 1)
    for command in (
        ["show", f"{tmp_path}/no\x1b[2Jrun"],
        ["plot", f"{tmp_path}/run", "curves", "--name", "other\x1b[2J"],
    ):
        assert main([*command, *(["--out", f"{tmp_path}/a.png"] if "plot" in command else [])]) == 2
        said = capsys.readouterr().err
        assert said.startswith("nnviz: ")
        assert "\x1b" not in said
        assert "\u202e" not in said
