"""The command: what it prints, and with which code it ends."""

import json
import re
import subprocess
import sys
import time

import pytest

from nnviz import nn, optim, plots, publish, studies, surfaces, train
from nnviz.cli import main

GROUPS = ("initialization", "overfitting", "trajectories")


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("NO_COLOR", "1")


def test_list(capsys):
    assert main(["list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == [script.id for script in publish.find_scripts()]
    assert len(listed) >= 10
    assert {name.partition("/")[0] for name in listed} >= set(GROUPS)


@pytest.mark.parametrize(
    ("what", "names"),
    [
        ("surfaces", surfaces.SURFACES),
        ("optimizers", optim.RULES),
        ("initializers", nn.INITIALIZERS),
        ("activations", nn.ACTIVATIONS),
        ("datasets", train.DATASETS),
        ("schedules", optim.schedules.__all__),
        ("losses", nn.LOSSES),
        ("studies", list(studies.STUDIES)),
    ],
)
def test_list_registries_with_a_line_on_each(capsys, what, names):
    assert main(["list", what]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(names)
    said = [line.partition(" ")[2].strip() for line in lines]
    assert all(said)
    assert not any("`" in words for words in said)
    assert len({line.index(words) for line, words in zip(lines, said, strict=True)}) == 1


def test_list_plots_and_looks(capsys):
    assert main(["list", "plots"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert {"trajectories", "race", "curves"} < set(names) < set(plots.__all__)
    assert main(["list", "themes"]) == 0
    assert capsys.readouterr().out.splitlines() == ["light", "dark", "print"]


def test_a_gallery_of_one_group(tmp_path, capsys):
    out = tmp_path / "out"
    command = ["gallery", "--out", str(out), "--only", "trajectories/bowl", "--format", "png"]
    assert main(command) == 0
    assert "1 drawn, 0 unchanged, 0 failed" in capsys.readouterr().out
    (figure,) = json.loads((out / "gallery.json").read_text())["figures"]
    assert figure["id"] == "trajectories/bowl"
    assert all(claim["holds"] for claim in figure["claims"])
    assert main(command) == 0
    assert "0 drawn, 1 unchanged, 0 failed" in capsys.readouterr().out


def test_one_figure(tmp_path, capsys):
    path = tmp_path / "bowl.svg"
    command = ["figure", "trajectories/bowl", "--theme", "dark", "--context", "slides"]
    assert main([*command, "-o", str(path)]) == 0
    assert capsys.readouterr().out.strip() == str(path)
    assert path.read_text().count("<svg ") == 1


def test_a_figure_without_small_print(tmp_path, capsys):
    command = ["figure", "trajectories/bowl", "--selectable-text"]
    for name, option in (("with", []), ("without", ["--no-caption"])):
        assert main([*command, *option, "-o", str(tmp_path / f"{name}.svg")]) == 0
    assert "Ring: start" in (tmp_path / "with.svg").read_text()
    assert "Ring: start" not in (tmp_path / "without.svg").read_text()


def test_a_wrong_suffix_is_told_before_anything_is_computed(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("nnviz.publish.exhibit", None)
    assert main(["figure", "overfitting/both", "-o", str(tmp_path / "x.gif")]) == 2


def test_check_goes_on_after_a_script_that_fails(tmp_path, capsys, monkeypatch):
    good, bad = tmp_path / "a/good.py", tmp_path / "a/bad.py"
    good.parent.mkdir()
    bad.write_text("1 / 0")
    bowl = publish.gallery_folder() / "trajectories/bowl.py"
    good.write_text(bowl.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr("nnviz.publish.scripts.gallery_folder", lambda: tmp_path)
    assert main(["check"]) == 1
    printed = capsys.readouterr()
    assert re.search(r"(\d+) of \1 claims hold, 1 failed", printed.out)
    assert "ZeroDivisionError" in printed.err


def test_check_lists_every_claim_and_its_number(capsys):
    assert main(["check", "--only", "trajectories/bowl"]) == 0
    printed = capsys.readouterr().out
    assert (
        "✓ SGD zigzags across the narrow axis: 100% of its updates change sides: 100%; ≥ 90%"
        in (printed)
    )
    assert re.search(r"(\d+) of \1 claims hold", printed)


@pytest.mark.parametrize("between", [[], ["--only"]])
def test_check_takes_several_figures(between, capsys):
    assert main(["check", "--only", "trajectories/bowl", *between, "shapes/schedules"]) == 0
    printed = capsys.readouterr().out
    assert "trajectories/bowl" in printed
    assert "shapes/schedules" in printed


def test_check_fails_if_a_claim_does(monkeypatch, capsys):
    from nnviz.studies import Bound

    monkeypatch.setattr(Bound, "__contains__", lambda *_: False)
    assert main(["check", "--only", "trajectories/bowl"]) == 1
    assert "✗ other than expected: SGD does not zigzag" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["list", "surfcaes"], "what must be one of figures, .*did you mean 'surfaces'"),
        (["gallery", "--only", "trajectories/bowll"], "did you mean 'trajectories/bowl'"),
        (["gallery", "--format", ","], "formats must be at least one of png, svg, pdf; got none"),
        (["gallery", "--jobs", "0"], "--jobs must be a positive integer; got 0"),
        (["check", "--jobs", "0"], "--jobs must be a positive integer; got 0"),
        (["gallery", "--format", "gif"], "format must be one of png, svg, pdf; got 'gif'"),
        (["figure", "trajectories/bol", "-o", "x.png"], "did you mean 'trajectories/bowl'"),
        (["figure", "trajectories/bowl", "-o", "x.bmp"], "suffix of path must be one of"),
        (
            ["figure", "trajectories/bowl", "--theme", "drak", "-o", "x.png"],
            "theme must be one of light, dark, print; got 'drak'",
        ),
    ],
)
def test_errors_are_one_line_and_code_2(command, message, tmp_path, monkeypatch, capsys):
    import re

    monkeypatch.chdir(tmp_path)
    assert main(command) == 2
    error = capsys.readouterr().err
    assert error.startswith("nnviz: ")
    assert error.count("\n") == 1
    assert re.search(message, error)
    assert not (tmp_path / "x.png").exists()


def test_an_output_folder_that_cannot_be_written_to(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["gallery", "--out", str(tmp_path / "file" / "out")]) == 2
    assert "out must be a folder that can be written to" in capsys.readouterr().err


def test_help_and_version_load_nothing_heavy():
    for option in ("--help", "--version"):
        command = [sys.executable, "-X", "importtime", "-m", "nnviz", option]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "nnviz" in done.stdout
        for heavy in ("numpy", "pandas", "matplotlib", "sklearn", "torch"):
            assert f" {heavy}\n" not in done.stderr


def test_help_comes_at_once():
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "nnviz", "--help"], capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    # The goal is 0.3 s; the bound leaves room for a machine that is busy.
    assert min(times) < 1.0
