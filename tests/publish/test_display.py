"""What results show of themselves: all that was found, escaped, and nothing that can fail."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from nnviz import Recorder, runs
from nnviz.diagnosis import Findings, diagnose
from nnviz.publish import find_scripts, run
from nnviz.studies import Bound, Question, Study
from nnviz.studies.measures import Level, Pick

EVIL = "<img src=x onerror=alert(1)>'\"&amp;\n\x1b[31m"


class Elements(HTMLParser):
    """The elements and the words of HTML, and whether each one is closed."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, _):
        self.tags.append(tag)
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())


def elements(value):
    found = Elements(value._repr_html_())
    assert not found.open
    return found


@pytest.fixture
def study(folder):
    (script,) = find_scripts(["lines/other"], folder=folder)
    return run(script).study


def test_a_study_shows_its_claims_its_tables_and_its_settings(study):
    shown = elements(study)
    for words in (
        "line: 1 of 2 claims hold.",
        "✗ other than expected The line <goes> up by 1 only",
        "slope: 1; bound ≤ 0.5",
        "✓ holds The line <goes>",
        "points (2 rows, 2 columns)",
        "=1+1",
        "rate 0.1",
    ):
        assert words in shown.text
    assert shown.tags.count("table") == len(study.tables)
    lines = repr(study).splitlines()
    assert lines[0] == "line: 1 of 2 claims hold."
    assert lines[1].startswith("  ✗ other than expected: The line <goes> up by 1 only (slope: 1;")
    assert lines[-2:] == ["Tables: points (2 rows, 2 columns)", "Settings: seeds 3; rate 0.1"]


def test_a_table_shows_its_beginning_only():
    table = pd.DataFrame({"x": np.arange(1000.0)})
    assert elements(Study("long", {"all": table})).tags.count("tr") == 1 + 5


def test_a_claim_shows_its_verdict_and_why_there_is_none(study):
    claim = study.claim("flat")
    assert elements(claim).text == "✓ holds The line <goes>slope: 1; bound ≤ 3"
    assert repr(claim) == "✓ holds: The line <goes> (slope: 1; bound ≤ 3)"
    none = Question("no", "slope", Level(Pick("t", "x")), Bound.at_least(1), "a", "b", missing="so")
    tables = {"t": pd.DataFrame({"x": [np.nan]})}
    assert "– not assessed" in repr(none.answer(tables, {}, {}))
    assert "so" in elements(none.answer(tables, {}, {})).text


@pytest.fixture
def recorder():
    recorder = Recorder()
    for step in range(20):
        with recorder.step(step):
            recorder.observe("relu1/activation", np.full((64, 10), np.nan if step > 9 else 1.0))
            recorder.scalar("loss", 0.25)
    return recorder


def test_a_recording_shows_what_is_in_it(recorder):
    assert repr(recorder).startswith("Recorder: steps 0 to 19, 1 tensors, ")
    shown = elements(recorder)
    assert "relu1: activation" in shown.text
    assert "loss 19 0.25" in shown.text


def test_a_run_shows_its_file_and_its_settings_and_what_hinders_it(recorder, tmp_path):
    path = tmp_path / "a.run"
    with runs.create_run(path, settings={"rate": 0.1}):
        pass
    with runs.open_run(path) as opened:
        assert repr(opened) == f"Run {path}: finished, 0 tensors, 0 numbers"
        assert "rate 0.1" in elements(opened).text
    assert "closed" in repr(opened)
    assert "closed" in elements(opened).text


def test_findings_show_themselves_and_are_a_table(recorder):
    findings = diagnose(recorder)
    (found,) = findings.loc[findings["rule"] == "not finite", "message"]
    assert found in repr(findings)
    assert "✗" in repr(findings)
    assert found in elements(findings).text
    assert isinstance(findings, pd.DataFrame)
    assert type(findings.query("verdict == 'found'")) is pd.DataFrame
    assert findings.equals(pd.DataFrame(findings))


def test_hostile_words_make_no_element(tmp_path):
    question = Question(
        EVIL, EVIL, Level(Pick("t", "x")), Bound.at_least(0), "{evil}", "b", subjects={"evil": EVIL}
    )
    table = pd.DataFrame({"x": [1.0, 2.0], EVIL: [EVIL, EVIL]})
    study = Study.asked(EVIL, {EVIL: table, "t": table}, {EVIL: EVIL}, [question])
    path = tmp_path / "<img src=x>.run"
    with runs.create_run(path, settings={EVIL: EVIL}) as file:
        recorder = Recorder(sink=file)
        with recorder.step(0):
            recorder.observe(f"{EVIL}/activation", np.ones(9))
            recorder.scalar(EVIL, 1.0)
    rule = diagnose(recorder)
    evil = Findings(rule.assign(message=EVIL, remedy=EVIL, verdict="found"))
    with runs.open_run(path) as opened:
        for value in (study, study.claims[EVIL], opened, recorder, evil):
            shown = elements(value)
            assert not {"img", "script", "amp"} & set(shown.tags)
            assert "\x1b" not in repr(value) + shown.text
            assert "onerror" in shown.text or value is study.claims[EVIL]
