"""What README and docs say, run word for word: the Python blocks, and the commands of nnviz."""

import inspect
import re
import shlex
import warnings
from pathlib import Path

import pytest

import nnviz
from nnviz.cli import main
from nnviz.publish import find_scripts
from nnviz.studies import STUDIES

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(python|sh|toml)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILES = {"docs/another-language.md": "deutsch.toml", "docs/house-style.md": "my-university.toml"}
"""What the TOML block of a text is called in its other blocks."""
TOO_LONG = (
    "nnviz gallery",
    "nnviz check",
    "nnviz figure overfitting",
    "nnviz slides chapter",
    "nnviz explore",
)
"""Commands that train for a minute; the tests of the command run them on less."""


NEEDED = {"docs/slides.md": ("pptx",)}
"""Modules of further extras that some of the docs show."""


def blocks(name):
    return BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))


RUN = [
    ("README.md", "docs/recording.md", "docs/verdicts.md"),
    ("docs/optimizers.md",),
    ("docs/claims.md",),
    ("docs/loops.md",),
    ("docs/own-study.md",),
    ("docs/another-language.md",),
    ("docs/house-style.md",),
    ("docs/slides.md",),
    ("docs/explorer.md",),
    ("docs/motion.md",),
]
ELSEWHERE = {"docs/callbacks.md", "docs/testing-figures.md"}
"""Run in `tests/apps/test_loops.py`, `tests/plots/test_plots_guide.py`, and
`tests/testing/test_testing_course.py`."""


def test_no_block_is_forgotten():
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
    told = {name for names in RUN for name in names} | ELSEWHERE
    assert {page for page in pages if blocks(page)} <= told


def test_the_readme_counts_what_is_there():
    counted = re.search(r"(\d+) figures of (\d+) studies", (ROOT / "README.md").read_text("utf-8"))
    assert [*map(int, counted.groups())] == [len(find_scripts()), len(list(STUDIES))]


def test_every_page_is_in_the_table_of_contents():
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([\w-]+)$", index, re.MULTILINE))
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"} <= listed


def test_every_package_is_in_the_reference():
    reference = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
    listed = re.findall(r"^generated/reference/(\w+)$", reference, re.MULTILINE)
    packages = [name for name in nnviz.__all__ if inspect.ismodule(getattr(nnviz, name))]
    assert sorted(listed) == sorted(packages)


@pytest.mark.slow
@pytest.mark.parametrize("names", RUN)
def test_every_block_runs(names, tmp_path, monkeypatch, capsys):
    for module in ("torch.utils.tensorboard", "pyarrow", "nbformat", *NEEDED.get(names[0], ())):
        pytest.importorskip(module, reason="the docs show the extras")
    monkeypatch.chdir(tmp_path)
    rows = [f"{row % 7},{row % 5},{'abc'[row % 3]}" for row in range(300)]
    Path("my.csv").write_text("\n".join(["width,length,kind", *rows]), encoding="utf-8")
    shared, done = {"__name__": "docs"}, set()
    for name in FILES.keys() & set(names):
        (words,) = (text for language, text in blocks(name) if language == "toml")
        Path(FILES[name]).write_text(words, encoding="utf-8")
    for language, text in [block for name in names for block in blocks(name)]:
        if language == "toml":
            continue
        with warnings.catch_warnings():
            # tensorboard's own use of what NumPy and protobuf are about to drop
            warnings.filterwarnings("ignore", module="tensorboard|torch|google")
            # Korean is written in the docs wherever they are tested
            warnings.filterwarnings("ignore", "no installed font can draw|Glyph .* missing")
            if language == "python":
                exec(compile(text, "docs", "exec"), shared)
                continue
            for line in text.splitlines():
                if not line.startswith("nnviz ") or line.startswith(TOO_LONG) or line in done:
                    continue
                assert main(shlex.split(line)[1:]) == 0, (line, capsys.readouterr().err)
                done.add(line)
