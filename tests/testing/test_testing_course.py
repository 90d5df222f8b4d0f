"""The documented example, run as a reader would: generate, pass, fail on a changed figure."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "testing-figures.md"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def course(tmp_path):
    (script,) = blocks("python")
    (tmp_path / "test_figures.py").write_text(script)
    return tmp_path


def run(course, command):
    program, *options = command.split()
    assert program == "pytest"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", *options],
        cwd=course, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_a_course(course):
    generate, compare = (block.strip() for block in blocks("sh"))
    code, output = run(course, generate)
    assert code == 0, output
    code, output = run(course, compare)
    assert code == 0, output
    assert "2 passed" in output

    script = course / "test_figures.py"
    out = 'axes.figure.text(0.95, 0.5, "far out")\n    return axes.figure'
    script.write_text(script.read_text().replace("return axes.figure", out))
    code, output = run(course, compare)
    assert code == 1
    assert "2 failed" in output
    assert "'far out' leaves the canvas" in output
    left = {path.name for path in (course / "changed").rglob("*.png")}
    assert {"baseline.png", "result.png", "result-failed-diff.png"} <= left
