"""``nnviz slides``: what is written first comes first, and what is wrong is said before drawing."""

import re
from html import unescape

import pytest

from nnviz import Recorder, runs
from nnviz.cli import main


def titles(page):
    return [unescape(title) for title in re.findall(r"<h2>(.*?)</h2>", page)]


def test_a_deck_is_in_the_order_in_which_it_is_written(tmp_path, capsys):
    script = tmp_path / "mine.py"
    script.write_text(
        "import matplotlib.pyplot as plt\nfigure, ax = plt.subplots()\nax.set_title('Mine')\n"
    )
    out = tmp_path / "deck.html"
    command = ["slides", str(out), "--title", "Lecture", "--heading", "<One>", "--script"]
    command += [str(script), "--heading", "Two", "--figures", "shapes/schedules", "--dpi", "96"]
    assert main(command) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == str(out)
    assert printed[0] == "1 of 5: Lecture"
    found = titles(out.read_text("utf-8"))
    assert found[:4] == ["Lecture", "<One>", "Mine", "Two"]
    assert found[4].startswith("At ") or "rate" in found[4]
    assert len(found) == 5


def test_the_runs_of_a_folder_are_called_by_their_files(tmp_path):
    (tmp_path / "runs").mkdir()
    for name in ("a", "b"):
        with runs.create_run(tmp_path / "runs" / f"{name}.run") as file:
            recorder = Recorder(sink=file)
            for step in range(5):
                with recorder.step(step):
                    recorder.scalar("loss", 1 / (step + 1))
    out = tmp_path / "deck.html"
    assert main(["slides", str(out), "--run", str(tmp_path / "runs")]) == 0
    assert titles(out.read_text("utf-8")) == [
        "a.run: loss of mini-batches ends at 0.2, at step 4",
        "b.run: loss of mini-batches ends at 0.2, at step 4",
    ]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["slides", "a.html"], "--figures ID or --course must be given; got neither"),
        (["slides", "a.key", "--figures", "x"], "the suffix of OUT must be one of .pptx, .html"),
        (["slides", "a.html", "--figures", "trajectories/bol"], "did you mean 'trajectories/bowl'"),
        (["slides", "a.html", "--figures", "shapes/schedules", "--dpi", "100"], "multiple of 6"),
        (["slides", "a.html", "--figures", "shapes/schedules", "--theme", "x"], "theme must be"),
        (["slides", "a.html", "--study", "nothing"], "study must be one of"),
        (["slides", "a.html", "--script", "nothing.py"], "a path to a script"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(command, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(command) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())
