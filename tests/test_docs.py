"""What README and docs say, run word for word: the Python blocks, and the commands of nnviz."""

import re
import shlex
import warnings
from pathlib import Path

import pytest

from nnviz.cli import main

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TOO_LONG = ("nnviz gallery", "nnviz check", "nnviz figure overfitting")
"""Commands that train for a minute; the tests of the command run them on less."""


def blocks(name):
    return BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "names",
    [
        ("README.md", "docs/recording.md"),
        ("docs/optimizers.md",),
        ("docs/claims.md",),
        ("docs/loops.md",),
        ("docs/motion.md",),
    ],
)
def test_every_block_runs(names, tmp_path, monkeypatch, capsys):
    for module in ("torch.utils.tensorboard", "pyarrow", "nbformat"):
        pytest.importorskip(module, reason="the docs show the extras")
    monkeypatch.chdir(tmp_path)
    rows = [f"{row % 7},{row % 5},{'abc'[row % 3]}" for row in range(300)]
    Path("my.csv").write_text("\n".join(["width,length,kind", *rows]), encoding="utf-8")
    shared = {"__name__": "docs"}
    for language, text in [block for name in names for block in blocks(name)]:
        if language == "python":
            with warnings.catch_warnings():
                # tensorboard's own use of what NumPy and protobuf are about to drop
                warnings.filterwarnings("ignore", module="tensorboard|torch|google")
                exec(compile(text, "docs", "exec"), shared)
            continue
        for line in text.splitlines():
            if line.startswith("nnviz ") and not line.startswith(TOO_LONG):
                assert main(shlex.split(line)[1:]) == 0, (line, capsys.readouterr().err)
