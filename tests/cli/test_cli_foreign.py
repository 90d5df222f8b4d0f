"""What a run file says reaches the terminal as letters: nothing moves a cursor or fakes a line."""

import json
import sqlite3
import unicodedata
import warnings

import numpy as np
import pytest

from nnviz import runs
from nnviz.cli import main
from nnviz.record import Recorder
from nnviz.runs.format import checksum

FOREIGN = "\x1b[2J\x1b]0;t\a\r\b\x7f\x9b1m\x1f\0\u202e\u2066\u200f\u2028\nnnviz: all is well\n"
"""Escape sequences in 7 and 8 bits, NUL, what turns text around, and line ends with a message."""

DRAWN = ["curves", "distributions", "quantiles", "progress", "map", "depth", "updates"]

COMMANDS = {
    "show": ["show", "RUN"],
    "show both": ["show", "RUN", "FOLDER"],
    "show no layer": ["show", "RUN", "--layer", "none"],
    **{f"plot {what}": ["plot", "RUN", what, "-o", "a.png"] for what in DRAWN},
    "plot no layer": ["plot", "RUN", "map", "-o", "a.png", "--layer", "none"],
    "plot no kind": ["plot", "RUN", "map", "-o", "a.png", "--kind", "none"],
    "plot no number": ["plot", "RUN", "curves", "-o", "a.png", "--name", "none"],
    "plot no statistic": ["plot", "RUN", "map", "-o", "a.png", "--statistic", "saturated"],
    "plot no step": ["plot", "RUN", "distributions", "-o", "a.png", "--step", "99"],
    "compare": ["compare", "RUN", "FOLDER"],
    "compare figure": ["compare", "RUN", "RUN", "-o", "a.png"],
    "compare no layer": ["compare", "RUN", "RUN", "--layer", "none"],
    "export": ["export", "RUN", "-o", "tables", "--format", "csv"],
    "follow": ["follow", "RUN"],
    "damaged": ["show", "DAMAGED"],
    "too many words": ["plot", "RUN", "map", "-o", "a.png", f"more{FOREIGN}"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Runs whose every name and setting is foreign, one of them damaged."""
    folder = tmp_path_factory.mktemp("foreign")
    for run in ("run", "inner/other", f"inner/{FOREIGN.replace(chr(0), '')}"):
        (folder / run).parent.mkdir(exist_ok=True)
        written(folder / run)
    damaged = next(path for path in (folder / "inner").iterdir() if path.name != "other")
    damaged.write_bytes(damaged.read_bytes()[:5000])
    return folder


def written(path):
    rng = np.random.default_rng(0)
    with runs.create_run(path, settings={f"key{FOREIGN}": f"value{FOREIGN}"}) as sink:
        recorder = Recorder(sink=sink, exact=True)
        for step in range(12):
            with recorder.step(step), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # told when it happens; here, what the run says
                for k in range(2):
                    layer = f"relu{k}{FOREIGN}"
                    values = np.zeros((4, 3)) if k else rng.normal(size=(4, 3))
                    recorder.observe(f"{layer}/activation", values)
                    recorder.observe(f"{layer}/weight", np.full((3, 3), np.nan if k else 1.0))
                    recorder.scalar(f"{layer}/update_to_weight", 1e-3)
                recorder.observe(f"odd{FOREIGN}/activation", object())
                recorder.scalar(f"loss{FOREIGN}", 1.0)
    forged = {
        "started": f"2026{FOREIGN}", "ended": None, "state": f"done{FOREIGN}",
        "resumed": [FOREIGN], "dropped": {FOREIGN: FOREIGN},
    }  # fmt: skip
    connection = sqlite3.connect(path)
    with connection:
        for key, value in forged.items():
            row = json.dumps(value)
            connection.execute(
                "UPDATE meta SET value = ?, checksum = ? WHERE key = ?",
                (row, checksum(key, row), key),
            )
    connection.close()


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_no_command_lets_a_run_speak_to_the_terminal(
    folder, command, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    damaged = next(path for path in (folder / "inner").iterdir() if path.name != "other")
    places = {"RUN": folder / "run", "FOLDER": folder / "inner", "DAMAGED": damaged}
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        try:
            code = main([str(places.get(word, word)) for word in command])
        except SystemExit as end:
            code = end.code
    printed = capsys.readouterr()
    said = printed.out + printed.err
    assert said
    assert code in (0, 1 if command[0] == "follow" else 2)
    assert not {c for c in said if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")}
    assert not [line for line in said.splitlines() if line.startswith("nnviz: all is well")]


def test_a_warning_is_one_line_like_an_error(monkeypatch, capsys):
    def command(_):
        warnings.warn(f"not recorded: {FOREIGN}", stacklevel=1)
        return 0

    monkeypatch.setattr("nnviz.cli.runs._show", command)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        shown = warnings.showwarning
        assert main(["show", "x"]) == 0
        assert warnings.showwarning is shown
    said = capsys.readouterr().err
    assert said.startswith("nnviz: warning: not recorded: \ufffd[2J")
    assert said.count("\n") == 1
    assert not {c for c in said[:-1] if unicodedata.category(c) in ("Cc", "Cf", "Cs")}


def test_failed_cells_keep_a_line_each(monkeypatch, capsys):
    from nnviz.errors import StudyError

    def command(_):
        raise StudyError(
            f"2 of 3 cells failed:\n  seed 0: {FOREIGN.replace(chr(10), '')}\n  seed 1"
        )

    monkeypatch.setattr("nnviz.cli.runs._show", command)
    assert main(["show", "x"]) == 2
    first, second, third = capsys.readouterr().err.splitlines()
    assert first == "nnviz: 2 of 3 cells failed:"
    assert second.startswith("  seed 0: \ufffd[2J")
    assert third == "  seed 1"
