"""``nnviz follow``: the picture, the page, the diagnosis as it develops, and what is run for it."""

import json
import math
import os
import re
import sys
import xml.etree.ElementTree as ET
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nnviz import runs
from nnviz.cli import main
from nnviz.cli.courses import DownsampledSeries, sparkline
from nnviz.cli.news import News
from nnviz.cli.options import with_negatives
from nnviz.cli.screen import picture
from nnviz.diagnosis import diagnose
from nnviz.publish.report.live import line
from nnviz.record import Recorder

SAVE = "import json, os, sys; open(sys.argv[1], 'a').write(json.dumps(dict(os.environ)) + '\\n')"
ODD = "a\x1b[2J\n<b>"


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture(scope="module")
def lost(tmp_path_factory):
    """A run with a tensor that is NaN from step 3 on."""
    path = tmp_path_factory.mktemp("lost") / "lost.run"
    with runs.create_run(path) as sink:
        recorder = Recorder(sink=sink, exact=True)
        for k in range(6):
            with recorder.step(k):
                recorder.observe(f"{ODD}/activation", np.full((4, 3), math.nan if k > 2 else 1.0))
                recorder.scalar("loss", 1.0 - k / 10)
    return path


def course(values, steps=None):
    own = DownsampledSeries()
    for step, value in zip(range(len(values)) if steps is None else steps, values, strict=True):
        own.add(step, value)
    return own


@pytest.mark.parametrize("count", [1, 1200, 1201, 1202, 5000, 12_345])
def test_a_course_keeps_its_ends_and_a_share_evenly(count):
    own = course(range(count))
    assert own.steps == own.values
    assert (own.steps[0], own.steps[-1]) == (0, count - 1)
    assert min(count, 600) <= len(own.steps) <= 1200
    apart = set(np.diff(own.steps[:-1]).tolist())
    assert len(apart) <= 1
    assert own.steps == sorted(set(own.steps))


@pytest.mark.parametrize(
    ("values", "width", "expected"),
    [
        ([], 10, ""),
        ([5], 10, "▁"),
        ([1, 1, 1], 10, "▁▁▁"),
        ([0, 1, 2, 3, 4, 5, 6, 7], 10, "▁▂▃▄▅▆▇█"),
        ([7, 6, 5, 4, 3, 2, 1, 0] * 1, 8, "█▇▆▅▄▃▂▁"),
        ([0, 0, 7, 7], 2, "▁█"),
        ([0, math.nan, math.inf, 7], 10, "▁××█"),
        ([0, math.nan, 7, 7], 2, "▁█"),
        ([math.nan], 10, "×"),
        ([-1e308, 1e308], 10, "▁█"),
        ([1e308, 1e308, 1e308, 1e308], 2, "▁▁"),
    ],
)
def test_a_sparkline(values, width, expected):
    assert sparkline(course(values), width) == expected


def test_a_sparkline_goes_by_steps():
    assert sparkline(course([0, 0, 6, 7], [0, 1, 2, 100]), 3) == "▁ █"


def boxes(paths):
    return [[tuple(map(float, point.split(","))) for point in path.split()] for path in paths]


def test_a_line_fills_its_box_and_has_gaps_where_values_are_not_finite():
    assert boxes(line([0, 5, 10], [1, 3, 2])) == [[(4, 116), (300, 4), (596, 60)]]
    gap = boxes(line([0, 1, 2, 3], [0, math.nan, math.inf, 1]))
    assert gap == [[(4, 116), (4, 116)], [(596, 4), (596, 4)]]  # points alone
    assert line([0], [math.nan]) == []
    assert boxes(line([7], [2.0])) == [[(300, 60), (300, 60)]]
    assert boxes(line([0, 1], [-1e308, 1e308])) == [[(4, 116), (596, 4)]]


def test_the_picture_is_no_wider_than_the_terminal(monkeypatch):
    news = News(step=3)
    news.courses = {"loss" * 20: course([3, 2, 1]), "층" * 40: course([1, 2])}
    news.findings = {("dead units", "a"): "relu1: " + "dead " * 50}
    for columns in (20, 40, 80, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        lines = picture("a.run", "running", news)
        assert len(lines) == 4
        assert max(map(len, lines)) < columns
        assert "▁" in lines[2]
    assert "█▅▁" in lines[1]


def test_what_is_found_is_told_once_and_its_end_too():
    news = News()

    def judged(*found):
        rows = [("dead units", layer, "found", f"{layer}: dead") for layer in found]
        table = pd.DataFrame(rows, columns=["rule", "layer", "verdict", "message"])
        return news.judged(table)

    assert judged() == ([], [])
    assert judged("a") == (["  ✗ a: dead"], [("dead units", "a")])
    assert judged("a") == ([], [])
    assert judged("b") == (
        ["  ✗ b: dead", "  – no longer found: dead units: a"],
        [("dead units", "b")],
    )


def test_the_command_is_run_once_for_each_finding(lost, tmp_path, capsys):
    out = tmp_path / "told;$(touch x)"
    words = ["--on-finding", sys.executable, "-c", SAVE, str(out), "-3", "--interval"]
    assert main(["follow", str(lost), *words]) == 0
    told = [json.loads(text) for text in out.read_text("utf-8").splitlines()]
    with runs.open_run(lost) as run:
        found = diagnose(run).query("verdict == 'found'")
    assert [one["NNVIZ_RULE"] for one in told] == list(found["rule"])  # each once
    (one,) = [one for one in told if one["NNVIZ_RULE"] == "not finite"]
    assert one["NNVIZ_SEVERITY"] == "error"
    assert one["NNVIZ_LAYER"] == "a�[2J <b>"
    assert one["NNVIZ_STEP"] == "3"
    assert one["NNVIZ_RUN"] == str(lost.resolve())
    assert one["NNVIZ_MESSAGE"] in capsys.readouterr().out
    assert one["NNVIZ_REMEDY"]
    assert not Path("x").exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ([sys.executable, "-c", "raise SystemExit(7)"], ": ended with 7"),
        ([sys.executable, "a\0b"], "embedded null byte"),
    ],
)
def test_a_command_that_fails_is_told_and_following_goes_on(lost, capsys, command, words):
    assert main(["follow", str(lost), "--on-finding", *command]) == 0
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.out.endswith("finished after step 5\n")


@pytest.mark.parametrize("command", [[], ["/no/such/program"], ["no-such-program", "-x"], ["a\0b"]])
def test_a_command_that_is_none_is_an_error_at_once(lost, capsys, command):
    assert main(["follow", str(lost), "--on-finding", *command]) == 2
    printed = capsys.readouterr()
    rule = "--on-finding must be a program that can be run, and its arguments; got "
    assert printed.err == f"nnviz: {rule}{' '.join(command)!r}\n"
    assert printed.out == ""


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_command_that_does_not_end_is_ended_with_what_it_started(
    lost, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("nnviz.cli.on_finding._SECONDS", 0.5)
    held = tmp_path / "held"
    os.mkfifo(held)
    reading = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    try:
        # The one that sleeps holds the pipe open; when both are ended, nothing does.
        both = ["sh", "-c", f"sleep 60 > '{held}' & echo $! >> '{tmp_path / 'pids'}'; wait"]
        assert main(["follow", str(lost), "--on-finding", *both]) == 0
        assert (tmp_path / "pids").read_text().strip()
        assert os.read(reading, 1) == b""  # BlockingIOError as long as it is held
    finally:
        os.close(reading)
    assert "took more than 0.5 s and was ended" in capsys.readouterr().err


def test_a_command_that_does_not_end_is_ended_where_there_are_no_groups(lost, capsys, monkeypatch):
    """Elsewhere than on POSIX it alone is ended."""
    monkeypatch.setattr("nnviz.cli.on_finding._SECONDS", 0.1)
    monkeypatch.setattr("nnviz.cli.on_finding.sys.platform", "win32")
    monkeypatch.delattr("nnviz.cli.on_finding.os.killpg")
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    assert main(["follow", str(lost), "--on-finding", *command]) == 0
    assert "took more than 0.1 s and was ended" in capsys.readouterr().err


def test_a_threshold_is_that_of_the_diagnosis(lost, capsys):
    found = "✗ a�[2J <b>: 100% of the activation NaN"
    for options, is_found in (([], True), (["--threshold", "not finite=1"], False)):
        assert main(["follow", str(lost), *options]) == 0
        assert (found in capsys.readouterr().out) == is_found


def test_the_command_is_the_users_own():
    given = ["follow", "a.run", "--interval", "-3,2", "--on-finding", "x", "--level", "-3,2"]
    assert with_negatives(given) == [*given[:2], "--interval=-3,2", *given[4:]]


def running_until_slept(monkeypatch, meanwhile):
    """Let a finished run be running until there was a pause, in which something is done."""
    pauses = []
    monkeypatch.setattr(
        "nnviz.runs.Run._state", lambda run, state: "finished" if pauses else "running"
    )
    monkeypatch.setattr("time.sleep", lambda seconds: (pauses.append(seconds), meanwhile()))


def test_the_page_shows_the_run_and_looks_again_while_it_goes_on(lost, tmp_path, monkeypatch):
    page = tmp_path / "live.html"
    written = []
    running_until_slept(monkeypatch, lambda: written.append(page.read_text("utf-8")))
    assert main(["follow", str(lost), "--page", str(page), "--interval", "3"]) == 0
    (first,), last = written, page.read_text("utf-8")
    assert '<meta http-equiv="refresh" content="3">' in first
    assert "refresh" not in last
    for text in (first, last):
        assert "default-src 'none'" in unescape(text)
        assert "<script" not in text
        assert "<b>�" not in text
        assert "a�[2J &lt;b&gt;: 100% of the activation NaN" in text
        svg = re.search(r"<svg.*?</svg>", text, re.DOTALL)[0]
        (points,) = [shape.get("points") for shape in ET.fromstring(svg)]
        assert len(points.split()) == 6
        assert points.startswith("4.0,4.0 ")
        assert points.endswith(" 596.0,116.0")


def test_a_page_that_is_left_says_so_and_looks_no_more(lost, tmp_path, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    page = tmp_path / "live.html"
    running_until_slept(monkeypatch, interrupted)
    assert main(["follow", str(lost), "--page", str(page)]) == 130
    text = page.read_text("utf-8")
    assert "refresh" not in text
    assert ">running at the last look</strong>" in text
    assert "The run is no longer followed." in text
    assert "a�[2J &lt;b&gt;: 100% of the activation NaN" in text


def test_a_page_that_is_no_page_is_an_error(lost, tmp_path, capsys):
    assert main(["follow", str(lost), "--page", str(tmp_path / "a.png")]) == 2
    assert "the suffix of --page must be .html or .htm" in capsys.readouterr().err


def test_in_a_terminal_a_picture_takes_the_place_of_lines(lost, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    running_until_slept(monkeypatch, lambda: None)
    assert main(["follow", str(lost)]) == 0
    printed = capsys.readouterr().out
    (height,) = re.findall(r"\033\[(\d+)A\033\[J", printed)
    first, second = printed.split(f"\033[{height}A\033[J")
    assert first.splitlines()[-int(height)].startswith("lost.run: running")
    assert "lost.run: running, step 5" in first
    assert "  loss  █" in first
    assert first.count("✗ a�[2J <b>: 100%") == 2  # the line that stays, and in the picture
    assert "\nstep 5" not in printed
    assert second.startswith("lost.run: finished, step 5")
    assert second.endswith("finished after step 5\n")


def test_what_a_command_prints_stays_above_the_picture(lost, capfd, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    running_until_slept(monkeypatch, lambda: None)
    printing = [sys.executable, "-c", "print('told by', 'the command')"]
    assert main(["follow", str(lost), "--on-finding", *printing]) == 0
    printed = capfd.readouterr().out
    (height,) = re.findall(r"\033\[(\d+)A\033\[J", printed)
    first, _ = printed.split(f"\033[{height}A\033[J")
    kept, erased = first.splitlines()[: -int(height)], first.splitlines()[-int(height) :]
    assert "told by the command" in kept
    assert erased[0].startswith("lost.run: running")


def test_a_long_course_keeps_its_extremes_and_where_it_was_not_finite():
    own = DownsampledSeries()
    for step in range(5000):
        own.add(step, {3001: 1e6, 2222: -5.0, 4003: float("nan")}.get(step, 0.5))
    known = dict(zip(own.steps, own.values, strict=True))
    assert known[3001] == 1e6
    assert known[2222] == -5
    assert math.isnan(known[4003])
    assert own.steps[0] == 0
    assert own.steps[-1] == 4999
    assert own.steps == sorted(own.steps)
    assert len(own.steps) <= 1201
    lost = DownsampledSeries()
    for step in range(5000):
        lost.add(step, float("nan"))
    assert len(lost.steps) <= 1201
