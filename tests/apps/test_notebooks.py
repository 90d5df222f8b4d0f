"""Notebooks in a kernel of their own, and their answers in a browser."""

import re
import subprocess
import sys
from html import escape

import nbformat
import pytest

from nnviz.publish import find_scripts, run, write_notebooks

# As by the command jupyter-execute. Pipes: ports are open to everybody on the machine.
EXECUTE = [sys.executable, "-c", "from nbclient.cli import main; main()"]
OPTIONS = ["--inplace", "--KernelManager.transport=ipc"]


def outputs_of(path):
    """Execute a notebook, and return what each of its code cells puts out."""
    command = [*EXECUTE, *OPTIONS, path.name]
    subprocess.run(command, cwd=path.parent, check=True, timeout=300)
    return {
        cell.id: [output for output in cell.outputs if output.output_type != "stream"]
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    }


@pytest.mark.parametrize("name", ["trajectories/bowl", "shapes/schedules", "initialization/tanh"])
def test_the_answer_is_in_the_last_cell_and_nowhere_before(name, browser, tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    (script,) = find_scripts([name])
    exhibit = run(script)
    claim = exhibit.study.claim(exhibit.claim)
    (path,) = write_notebooks(tmp_path, [name])
    outputs = outputs_of(path)
    assert {part: len(shown) for part, shown in outputs.items()} == {
        "setup": 0, "study": 0, "question": 1, "figure": 1, "answer": 1
    }  # fmt: skip
    assert claim.measured[1:] in outputs["question"][0].data["text/plain"]
    for part in ("question", "figure"):
        data = outputs[part][0].data
        told = " ".join(words for kind, words in data.items() if kind.startswith("text/"))
        told = re.sub('(src|style|width)="[^"]*"', "", told)
        assert claim.statement not in told
        assert claim.words["number"] not in told.partition(" (in ")[0]
    assert set(outputs["figure"][0].data) == {"text/html", "text/plain"}
    assert f'alt="{escape(exhibit.description)}"' in outputs["figure"][0].data["text/html"]
    html = outputs["answer"][0].data["text/html"]
    assert claim.words["number"] in html

    (tmp_path / "answer.html").write_text(f"<!doctype html><meta charset=utf-8>{html}", "utf-8")
    with browser.new_page(viewport={"width": 800, "height": 900}, offline=True) as page:
        page.goto((tmp_path / "answer.html").as_uri())
        assert not page.get_by_text("the title needs").is_visible()
        assert not page.get_by_alt_text(claim.statement).is_visible()
        page.get_by_text("Show what was found").click()
        assert page.get_by_text("the title needs").is_visible()
        assert page.get_by_alt_text(claim.statement).is_visible()
