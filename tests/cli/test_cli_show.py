"""``nnviz show`` for programs: the document and its schema, exit codes, other thresholds."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from nnviz import open_run, runs
from nnviz.cli import main
from nnviz.diagnosis import RULES, SEVERITIES, diagnose
from nnviz.record import Recorder

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/show.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def lost(tmp_path_factory):
    """A run whose loss is NaN from step 3 on, with names and settings that are not plain."""
    path = tmp_path_factory.mktemp("lost") / "lost.run"
    settings = {"rate": math.inf, "of": {"a": [1, math.nan]}, "<b>": None}
    with runs.create_run(path, settings=settings) as sink:
        recorder = Recorder(sink=sink)
        for k in range(5):
            with recorder.step(k):
                recorder.observe('a"b\n/activation', np.ones((4, 3)))
                recorder.scalar("loss", math.nan if k >= 3 else 1.0)
                recorder.scalar("gain", -math.inf)
    return path


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """A table of another program, without a tensor: training and test loss drift apart."""
    path = tmp_path_factory.mktemp("log") / "metrics.csv"
    rows = [f"{k},{2 / (k + 1):.4f},{1 + k / 20:.4f}" for k in range(40)]
    path.write_text("\n".join(["epoch,train_loss,val_loss", *rows]), encoding="utf-8")
    return path


def document(capsys, *command):
    code = main(["show", "--json", *map(str, command)])
    printed = capsys.readouterr().out
    return code, json.loads(printed, parse_constant=lambda name: pytest.fail(name)), printed


def test_the_document_is_of_its_schema(lost, log, capsys):
    jsonschema = pytest.importorskip("jsonschema", reason="reads the schema")
    code, found, printed = document(capsys, lost, log)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    assert [error.message for error in validator.iter_errors(found)] == []
    assert code == 0
    assert printed.isascii()
    for spoilt in ({**found, "format": 2}, {**found, "more": 1}):
        assert not validator.is_valid(spoilt)


def test_the_document_says_what_the_run_holds(lost, capsys):
    _, found, _ = document(capsys, lost)
    (run,) = found["runs"]
    assert (run["name"], run["state"], run["axis"]) == ("lost.run", "finished", "step")
    assert run["settings"] == {"rate": "Infinity", "of": {"a": [1, "NaN"]}, "<b>": None}
    assert run["steps"] == {"first": 0, "last": 4, "recorded": 5, "counted_in_full": 5}
    assert run["layers"] == ['a"b\n']
    last = {number["name"]: (number["step"], number["value"]) for number in run["numbers"]}
    assert last["loss"] == (4, "NaN")
    assert last["gain"] == (4, "-Infinity")
    (tensor,) = run["tensors"]
    assert (tensor["count"], tensor["mean"], tensor["zero"], tensor["nan"]) == (12, 1, 0, 0)


def test_the_document_has_the_diagnosis(lost, capsys):
    _, found, _ = document(capsys, lost)
    told = found["runs"][0]["findings"]
    with open_run(lost) as run:
        expected = diagnose(run)
    assert sorted(row["message"] for row in told) == sorted(expected["message"])
    first = told[0]
    assert (first["rule"], first["severity"], first["since"]) == ("not finite", "error", 3)
    assert [row["severity"] == RULES[row["rule"]].severity for row in told] == [True] * len(told)
    verdicts = [row["verdict"] for row in told]
    assert verdicts == sorted(verdicts, key=["found", "not assessed", "not found"].index)


def test_layers_are_chosen_in_the_document_too(lost, capsys):
    for pattern in ("a*", "*b?"):
        _, found, _ = document(capsys, lost, "--layer", pattern)
        assert len(found["runs"][0]["tensors"]) == 1
    assert main(["show", str(lost), "--json", "--layer", "other*"]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 0),
        (["--fail-on", "overfitting"], 1),
        (["--fail-on", "warning"], 1),
        (["--fail-on", "error"], 0),
        (["--fail-on", "error,not finite"], 0),
        (["--fail-on", "dead units, overfitting"], 1),
        (["--fail-on", "warning", "--threshold", "overfitting=5"], 0),
        (["--fail-on", "error", "--threshold", "not learning=0.001"], 0),  # too few epochs
    ],
)
def test_the_code_says_whether_the_run_is_well(log, capsys, options, code):
    for form in ([], ["--json"]):
        assert main(["show", str(log), *form, *options]) == code
    capsys.readouterr()


def test_an_error_counts_as_a_warning_does(lost, capsys):
    for name in SEVERITIES:
        assert main(["show", str(lost), "--fail-on", name]) == 1
    capsys.readouterr()


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--fail-on", "overfiting"], "--fail-on must be "),
        (["--threshold", "overfiting=1"], "the rule of --threshold must be "),
        (["--threshold", "overfitting=x"], "--threshold must be a number; got 'x'"),
        (["--threshold", "overfitting"], "--threshold must be a number; got "),
        (["--threshold", "overfitting=nan"], "--threshold must be a finite number"),
        (
            ["--threshold", "overfitting=1", "--threshold", "overfitting=2"],
            "--threshold must be given once for overfitting; got ['overfitting=1', 'overf",
        ),
        (["--fail-on", ""], "--fail-on must be "),
        (["--fail-on", "error,"], "--fail-on must be "),
    ],
)
def test_what_is_not_known_is_an_error(log, capsys, option, words):
    assert main(["show", str(log), *option]) == 2
    assert words in capsys.readouterr().err


def test_the_guide_names_the_rules_that_are_errors():
    guide = (Path(__file__).parents[2] / "docs/verdicts.md").read_text("utf-8")
    (named,) = re.findall(r"`error` is a network that does not learn \((.*?)\)", guide)
    errors = {f"*{name}*" for name, rule in RULES.items() if rule.severity == "error"}
    assert set(named.split(", ")) == errors


def test_findings_stand_above_what_the_run_holds(lost, capsys):
    assert main(["show", str(lost)]) == 0
    lines = capsys.readouterr().out.splitlines()
    places = [
        next(k for k, line in enumerate(lines) if line.startswith(start))
        for start in ("lost.run: finished", "diagnosis: ", "  ✗ ", "  steps ", "layer ")
    ]
    assert places == sorted(places)
    assert places[:2] == [0, 1]
