"""The guide to another language works as it is written."""

import re
import subprocess
import sys
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "another-language.md"


def block(language):
    """Return the last block in a language: that of a file of words."""
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[-1]


def test_the_guide(tmp_path):
    (tmp_path / "deutsch.toml").write_text(block("toml"), encoding="utf-8")
    program = block("python") + "print(axes.get_xlabel(), axes.get_ylabel(), sep=', ')\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Epoche, Trefferquote\n"
    assert (tmp_path / "symmetrie.png").exists()
