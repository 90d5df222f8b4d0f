"""Findings speak the language in force, and nothing of them is left in English."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from nnviz import Recorder, diagnosis, plots, runs
from nnviz.cli import main
from nnviz.diagnosis import RULES, diagnose
from nnviz.languages import read
from nnviz.plots.language import _blanks
from nnviz.publish.report.facts import findings_in_words

SENTENCES = read("ko")["sentences"]

MODULES = sorted(Path(diagnosis.__file__).parent.glob("*.py"))

IS_SAID = re.compile(r"[a-z]{2} |[}] [a-z]{2}")
"""Two words, or a blank and a word."""

NOT_SAID = {"not assessed", "not found", ", a Recorder or an opened run"}
"""Verdicts, which programs read, and the end of an error."""


def of_docstrings(tree):
    """Every string that stands alone, as documentation does."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def words_in(path):
    """Every string of a module that is made of words."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = of_docstrings(tree)
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in documented and IS_SAID.search(node.value):
            yield node.value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_sentence_of_the_rules_is_translated(path):
    """A piece of an f-string, which no language could put elsewhere, is found as well."""
    told = set(words_in(path)) - NOT_SAID
    assert told <= set(SENTENCES)
    for english in told:
        assert _blanks(SENTENCES[english]) == _blanks(english), english


def test_rules_and_remedies_are_translated():
    told = {words for rule in RULES.values() for words in (rule.name, rule.remedy)}
    assert told <= set(SENTENCES)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Units that die, weights that shrink, a loss that rises; and no test loss."""
    path = tmp_path_factory.mktemp("ill") / "ill.run"
    with runs.create_run(path) as sink:
        fill(Recorder(exact=True, sink=sink))
    return path


@pytest.fixture
def ill(path):
    with runs.open_run(path) as run:
        yield run


def fill(recorder):
    rng = np.random.default_rng(0)
    for step in range(120):
        with recorder.step(step):
            recorder.scalar("loss", 2.0 + step / 50)
            for layer, values in (
                ("linear1", rng.normal(size=(8, 6))),
                ("relu1", np.zeros((8, 6)) if step > 20 else rng.normal(size=(8, 6)).clip(0)),
                ("linear2", np.ones((8, 4)) * 0.3),
            ):
                recorder.observe(f"{layer}/activation", values)
                if layer != "relu1":
                    recorder.observe(f"{layer}/weight", 0.98**step * np.ones((6, 6)))
                    recorder.observe(f"{layer}/weight_update", 0.3 * np.ones((6, 6)))
                    recorder.observe(f"{layer}/weight_gradient", np.ones((6, 6)))


def english(findings):
    """What is left in Latin letters, but for names of layers, numbers, functions and code."""
    names = r"linear\d|relu\d|recorder\.scalar\(.*?\)|train/|test/|NaN|ReLU|ELU|He\b|Glorot"
    names += r"|leaky|detach|no_grad|requires_grad_\(False\)|nnviz|tanh"
    told = [*findings["message"], *findings["remedy"], findings.next_step, *findings.not_assessed]
    return [words for words in told if re.search("[A-Za-z]{2}", re.sub(names, "", words))]


def test_findings_speak_korean(ill):
    with plots.language("ko"):
        findings = diagnose(ill)
        assert not english(findings)
        assert SENTENCES[findings.first_row["rule"]] in findings.next_step
    assert set(findings["rule"]) == set(RULES)
    assert {*findings["verdict"]} == {"found", "not found", "not assessed"}


def test_the_command_and_the_report_speak_korean(path, ill, capsys):
    assert main(["show", str(path), "--language", "ko"]) == 0
    printed = capsys.readouterr().out
    assert "진단: 규칙 17개 중" in printed
    assert "다음에 할 일: relu1의 죽은 뉴런: 학습률을 낮춘다." in printed
    assert "판단하지 못함" in printed
    with plots.language("ko"):
        told = findings_in_words(diagnose(ill))
    assert told["found"][0][0]["rule"] == "죽은 뉴런"


def test_what_is_found_depends_on_no_language(ill):
    with plots.language("ko"):
        korean = diagnose(ill)
    plain = diagnose(ill)
    same = ["rule", "verdict", "layer", "step", "value", "threshold", "cause"]
    assert plain[same].equals(korean[same])
    assert set(plain.reasons) == set(korean.reasons)
    assert not re.search("[가-힣]", " ".join(plain["message"]))
