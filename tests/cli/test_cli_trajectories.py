"""``nnviz trajectories``: one line, one figure; wrong words are named."""

import pandas as pd
import pytest

from nnviz import studies
from nnviz.cli import main
from nnviz.cli.options import with_negatives
from nnviz.cli.trajectories import headline, tables_drawn
from nnviz.plots import language, views_of

LINE = (
    "trajectories --surface beale --optimizer adam:lr=0.3 --optimizer sgd:lr=1e-3 "
    "--start -3,2 --steps 50"
)


def test_the_line_of_the_readme(tmp_path, capsys):
    out, table = tmp_path / "out.svg", tmp_path / "out.csv"
    assert main([*LINE.split(), "-o", str(out), "--table", str(table)]) == 0
    assert capsys.readouterr().out.split() == [str(out), str(table)]
    drawn = out.read_text(encoding="utf-8")
    assert "Beale: SGD, 0.001 ends lowest" in drawn
    assert "optimizers: adam (learning rate 0.3), sgd (learning rate 0.001)" in drawn
    rows = pd.read_csv(table)
    told = rows[["optimizer", "learning_rate"]].drop_duplicates()
    assert told.to_numpy().tolist() == [["adam", 0.3], ["sgd", 0.001]]
    assert rows[rows["step"] == 0][["x", "y"]].to_numpy().tolist() == [[-3, 2], [-3, 2]]
    same = studies.optimizer_trajectories("beale", {"adam": 0.3}, start=(-3, 2), steps=50)
    ours = rows[rows["optimizer"] == "adam"]["loss"]
    assert ours.tolist() == pytest.approx(same.table("paths")["loss"].tolist(), rel=1e-12)


def test_long_and_short_names_are_the_same(tmp_path):
    tables = []
    for words in (
        "sgd:lr=0.1,wd=0.01,momentum=0.5",
        "sgd:learning_rate=0.1,weight_decay=0.01,momentum=0.5",
    ):
        path = tmp_path / "x.csv"
        assert main(["trajectories", "--optimizer", words, "--table", str(path)]) == 0
        tables.append(path.read_text(encoding="utf-8"))
    assert tables[0] == tables[1]


def test_pairs_and_words(tmp_path):
    path = tmp_path / "x.csv"
    rules = ("adam:lr=0.1,betas=0.5/0.9", "sgd:lr=0.1,momentum=0.9,nesterov=true")
    options = [part for rule in rules for part in ("--optimizer", rule)]
    assert main(["trajectories", *options, "--steps", "3", "--table", str(path)]) == 0
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    told = rows[["optimizer", "learning_rate", "betas", "momentum", "nesterov"]].drop_duplicates()
    assert told.to_numpy().tolist() == [
        ["adam", "0.1", "0.5/0.9", "", ""],
        ["sgd", "0.1", "", "0.9", "true"],
    ]


def test_several_starts_and_noise_repeat_with_the_seed(tmp_path):
    command = ["trajectories", "--optimizer", "sgd:lr=0.1", "--start", "-3,-2", "--start", ".5,1"]
    texts = []
    for seed in ("0", "0", "1"):
        path = tmp_path / "x.csv"
        more = ["--steps", "5", "--noise", "0.5", "--seed", seed, "--table", str(path)]
        assert main([*command, *more]) == 0
        texts.append(path.read_text(encoding="utf-8"))
    assert texts[0] == texts[1] != texts[2]
    assert pd.read_csv(path)["start"].nunique() == 2


@pytest.mark.parametrize("show", views_of(*tables_drawn()))
@pytest.mark.parametrize("surface", ["himmelblau", "saddle"])
def test_everything_that_can_be_shown(show, surface, tmp_path):
    path = tmp_path / "x.png"
    command = ["trajectories", "--optimizer", "sgd:lr=0.01", "--optimizer", "adam:lr=0.1"]
    look = ["--theme", "dark", "--context", "slides"]
    assert (
        main(
            [*command, "--surface", surface, "--steps", "5", "--show", show, *look, "-o", str(path)]
        )
        == 0
    )
    assert path.stat().st_size > 10_000


@pytest.mark.parametrize(
    ("rules", "start", "words"),
    [
        ({"sgd": 0.5}, None, "Bowl: SGD is at "),
        ({"sgd": 0.5, "adam": 0.3}, None, "Bowl: Adam ends lowest, at "),
        ({"sgd": 0.5}, [(1, 1), (2, 2)], "updates, in the median of its starts"),
        ({"sgd": 2.0}, None, "Bowl: every path diverges"),
        ({"sgd": 2.0, "adam": 0.3}, None, "Bowl: Adam ends lowest"),
    ],
)
def test_the_headline_says_what_was_found(rules, start, words):
    assert words in headline(studies.optimizer_trajectories("bowl", rules, start=start, steps=50))


def test_the_headline_in_another_language():
    study = studies.optimizer_trajectories("bowl", {"sgd": 0.5}, start=[(1, 1), (2, 2)], steps=50)
    words = {
        "choices": {"Bowl": "der Schale"},
        "notes": {
            "paths end": "{optimizer} auf {surface}: {loss} nach {steps} Schritten",
            "in the median": "{found}, im Median der Starts",
        },
    }
    with language(words):
        found = headline(study)
    assert found.startswith("SGD auf der Schale: ")
    assert found.endswith(" nach 50 Schritten, im Median der Starts")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["--start", "-3,2"], ["--start=-3,2"]),
        (["--start", "-.5,2", "-o", "x"], ["--start=-.5,2", "-o", "x"]),
        (["--start=-3,2", "-1"], ["--start=-3,2", "-1"]),
        (["list", "-o", "--only"], ["list", "-o", "--only"]),
    ],
)
def test_a_negative_value_belongs_to_the_option_before_it(given, expected):
    assert with_negatives(given) == expected


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("--surface beal", "surface must be one of .*did you mean 'beale'"),
        ("--optimizer adm:lr=1", "optimizer must be one of .*did you mean 'adam'"),
        ("--optimizer adam", "adam must have a learning rate, such as adam:lr=0.1; got 'adam'"),
        ("--optimizer adam:lr=nan", "learning_rate must be a finite number; got nan"),
        ("--optimizer adam:lr=0", "learning_rate must be a positive number; got 0.0"),
        ("--optimizer adam:lr=-1", "learning_rate must be a positive number; got -1.0"),
        ("--optimizer adam:lr=x", "learning rate of adam must be a number; got 'x'"),
        ("--optimizer adam:lr=cosine", "a schedule is given in Python, as optim.schedules.cosine"),
        ("--optimizer adam:lr=1,bet=2", "hyperparameter of adam must .*did you mean 'betas'"),
        ("--optimizer adam:lr=1,betas=.9", "betas must be a pair; got 0.9"),
        (
            "--optimizer sgd:lr=1,nesterov",
            "settings of sgd must be KEY=VALUE, such as lr=0.1; got 'nesterov'",
        ),
        ("--optimizer sgd:lr=1,momentum=true", "momentum must be a number; got True"),
        ("--optimizer adam:lr=1,lr=2", "a setting of adam must be given once; got 'learning_rate'"),
        ("--optimizer sgd:lr=0.1", "--optimizer must be given once; got 'sgd, 0.1' twice"),
        ("--steps 0", "--steps must be a positive integer; got '0'"),
        ("--steps 1.5", "--steps must be a positive integer; got '1.5'"),
        ("--start nan,1", "start must be two finite numbers"),
        ("--start 1e9,1", "starts must be within the bounds"),
        ("--start 1", "--start must be two numbers X,Y; got '1'"),
        ("--start a,b", "--start must be a number; got 'a'"),
        ("--noise -1", "noise must be a number of at least 0; got -1.0"),
        ("--seed -1", "--seed must be an integer of at least 0; got '-1'"),
        ("--show pats", "--show must be one of .*did you mean 'paths'"),
        ("--theme drak", "theme must be one of light, dark, print; got 'drak'"),
        ("-o x.bmp", "the suffix of -o must be one of .png, .svg, .pdf, .mp4, .gif, .apng, .html"),
    ],
)
def test_errors_are_one_line_and_code_2(more, message, tmp_path, monkeypatch, capsys):
    import re

    monkeypatch.chdir(tmp_path)
    command = ["trajectories", "--optimizer", "sgd:lr=0.1", "-o", "x.png", *more.split()]
    assert main(command) == 2
    error = capsys.readouterr().err
    assert error.startswith("nnviz: ")
    assert error.count("\n") == 1
    assert re.search(message, error)
    assert not list(tmp_path.iterdir())


def test_something_must_be_written(capsys):
    assert main(["trajectories", "--optimizer", "sgd:lr=0.1"]) == 2
    assert "-o FILE or --table FILE must be given; got neither" in capsys.readouterr().err


def test_a_path_that_diverges_counts_in_the_headline():
    rules = {"sgd": 0.002, "adam": 0.1}
    starts = [(0, 0), (-1.9, 3), (2, 3)]
    words = headline(studies.optimizer_trajectories("rosenbrock", rules, start=starts, steps=30))
    assert words.startswith("Rosenbrock: Adam ends lowest")


def test_no_winner_where_there_is_no_lowest_point():
    words = headline(studies.optimizer_trajectories("saddle", {"sgd": 0.1, "adam": 0.1}, steps=20))
    assert "there is no lowest point" in words
