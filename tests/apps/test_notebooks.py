"""Notebooks in a kernel of their own, and their answers in a browser."""

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from nnviz.publish import find_scripts, notebook_bytes, run


@pytest.fixture
def executed(tmp_path, monkeypatch):
    """Return a function that runs the notebook of a script, and tells what each cell puts out."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))

    def execute(script):
        notebook = nbformat.reads(notebook_bytes(script).decode(), as_version=4)
        # Pipes instead of ports, which are open to everybody on the machine.
        manager = AsyncKernelManager(kernel_name="python3", transport="ipc")
        NotebookClient(notebook, km=manager, timeout=300).execute(cwd=str(tmp_path))
        return {
            cell.id: [output for output in cell.outputs if output.output_type != "stream"]
            for cell in notebook.cells
            if cell.cell_type == "code"
        }

    return execute


@pytest.mark.parametrize("name", ["trajectories/bowl", "initialization/tanh", "recording/run-file"])
def test_the_answer_is_in_the_last_cell_and_nowhere_before(name, executed, browser, tmp_path):
    (script,) = find_scripts([name])
    exhibit = run(script)
    claim = exhibit.study.claim(exhibit.claim)
    outputs = executed(script)
    assert {part: len(shown) for part, shown in outputs.items()} == {
        "setup": 0, "study": 0, "question": 1, "figure": 1, "answer": 1
    }  # fmt: skip
    assert claim.measured[1:] in outputs["question"][0].data["text/plain"]
    for part in ("question", "figure"):
        data = outputs[part][0].data
        told = " ".join(words for kind, words in data.items() if kind.startswith("text/"))
        assert claim.statement not in told
        assert claim.words["number"] not in told.partition(" (in ")[0]
    assert set(outputs["figure"][0].data) == {"image/png", "text/plain"}
    assert outputs["figure"][0].metadata["image/png"].keys() == {"width", "height"}
    html = outputs["answer"][0].data["text/html"]
    assert claim.found in html

    (tmp_path / "answer.html").write_text(f"<!doctype html><meta charset=utf-8>{html}", "utf-8")
    with browser.new_page(viewport={"width": 800, "height": 900}, offline=True) as page:
        page.goto((tmp_path / "answer.html").as_uri())
        assert not page.get_by_text(claim.found).is_visible()
        assert not page.get_by_alt_text(claim.statement).is_visible()
        page.get_by_text("Show what was found").click()
        assert page.get_by_text(claim.found).is_visible()
        assert page.get_by_alt_text(claim.statement).is_visible()
