"""Notebooks: every script of the gallery becomes one, and asks before it answers."""

import ast
import base64
import io
import re
import shutil
import sys
from html import escape

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from nnviz import plots
from nnviz.cli import main
from nnviz.errors import MissingExtraError, NnvizError
from nnviz.publish import (
    answer,
    ask,
    figure_bytes,
    find_scripts,
    notebook_bytes,
    run,
    unsealed,
    write_notebooks,
)
from nnviz.publish.lesson import seal

nbformat = pytest.importorskip("nbformat", reason="notebooks need the extra 'notebook'")

FIGURE = "figure = Figure()\n"
"""Before it, a line of one's own is part of the drawing."""

TOLD = r"must name claims in its headline and in its caption's claim=.*; got line \d+: "
ORDER = ["about", "setup", "study", "expect", "question", "figure", "found", "answer"]
QUICK = ("trajectories/bowl", "trajectories/momentum", "shapes/schedules")


def read(content):
    return nbformat.reads(content.decode(), as_version=4)


def executed(content):
    """Return what each code cell of a notebook ends with, and the names it leaves, run here."""
    names, shown = {}, {}
    with mpl.rc_context():
        for cell in read(content).cells:
            if cell.cell_type == "code":
                tree = ast.parse(cell.source)
                last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
                exec(compile(tree, cell.id, "exec"), names)
                if last is not None:
                    shown[cell.id] = eval(ast.unparse(last), names)
    return shown, names


def pixels(png):
    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=int)


@pytest.mark.parametrize("script", find_scripts(), ids=lambda script: script.id)
def test_every_script_of_the_gallery_becomes_a_notebook(script):
    content = notebook_bytes(script)
    assert content == notebook_bytes(script)
    notebook = read(content)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info.name == "python"
    assert [cell.id for cell in notebook.cells] == ORDER
    code = {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}
    for cell in code.values():
        compile(cell.source, cell.id, "exec")
        assert (cell.outputs, cell.execution_count) == ([], None)
    hidden = {name for name, cell in code.items() if "hide-input" in cell.metadata.get("tags", ())}
    assert hidden == {"question", "answer"}
    assert all(code[name].metadata.jupyter.source_hidden for name in hidden)
    # Keys say what is to be expected; titles and numbers are written by the last cell alone.
    assert not any("study.claim(" in cell.source for cell in code.values())
    before = [cell.source for name, cell in code.items() if name != "answer"]
    assert not any("headline(" in source or "claim=" in source for source in before)
    # Nothing of the script is lost.
    words = " ".join(cell.source for cell in code.values())
    statements = [ast.unparse(part) for part in ast.parse(script.code).body[1:-2]]
    kept = {ast.unparse(part) for cell in code.values() for part in ast.parse(cell.source).body}
    assert [s for s in statements if s not in kept and "study.claim(" not in s] == []
    assert "plots.headline(figure, claim)" in words


@pytest.mark.parametrize("name", QUICK)
def test_the_question_comes_before_the_answer_and_the_figure_is_the_gallerys(name):
    (script,) = find_scripts([name])
    shown, names = executed(notebook_bytes(script))
    assert not plt.get_fignums()  # or a notebook would show each twice
    claim = names["claim"]
    assert list(shown) == ["setup", "question", "figure", "answer"]
    for part in ("question", "figure"):
        data = shown[part]._repr_mimebundle_()
        told = re.sub('(src|style|width)="[^"]*"', "", f"{data['text/plain']} {data['text/html']}")
        assert claim.statement not in told
        assert claim.words["number"] not in told
    assert claim.measured[1:] in shown["question"].text
    html = shown["answer"].others["text/html"]
    assert re.match("<details><summary>[^<]*</summary>", html)
    assert escape(claim.statement) in html
    assert claim.found.split()[0] in html
    assert claim.statement in repr(shown["answer"])

    with plots.theme("light", "notebook"):  # the finished figure is that of the gallery
        figure = run(script).figure
        figure.draw_without_rendering()
        expected = pixels(figure_bytes(figure, "png"))
    seen = shown["figure"].others["text/html"]
    assert f'alt="{escape(script.paragraphs[0])}"' in seen
    final, first = (
        pixels(base64.b64decode(re.search('base64,([^"]*)"', of)[1])) for of in (html, seen)
    )
    assert final.shape == first.shape == expected.shape
    assert np.sqrt(((final - expected) ** 2).mean()) < 2
    assert np.sqrt(((first - expected) ** 2).mean()) > 2  # the first one lacks its headline


def test_words_stay_words(folder):
    (script,) = find_scripts(["lines/str*"], folder=folder)
    about = read(notebook_bytes(script)).cells[0].source.split("\n\n")
    assert about == [
        "# Lines: straight one",
        r"A straight line \& \<more\>.",
        r"A line is \*straight\* if \<b\> its slope\</b\> is constant: dy/dx = a\_1 "
        "(Euclid, 300 BC).",
        r"It \$goes\$ on.",
    ]


@pytest.mark.filterwarnings("ignore:no installed font", "ignore:Glyph")
def test_a_notebook_speaks_the_language_in_force_in_all_cells():
    (script,) = find_scripts(["shapes/schedules"])
    with plots.language("ko"):
        content, told = notebook_bytes(script), script.told
    about = read(content).cells[0].source
    assert about.count("\n\n") == len(told)
    assert all(re.search("[가-힣]", words) for words in about.split("\n\n")[1:])
    shown, names = executed(content)
    try:
        assert repr(told[0]) in read(content).cells[5].source
        assert re.search("[가-힣]", shown["question"].text)
        assert re.search("[가-힣]", shown["answer"].text)
    finally:
        names["spoken"].__exit__(None, None, None)
    assert shown["figure"].text == told[0]


def test_a_notebook_names_the_file_of_words(folder, tmp_path):
    words = tmp_path / "deutsch.toml"
    words.write_text('[page]\nexpect = "Was erwarten Sie?"\n', "utf-8")
    (script,) = find_scripts(["lines/str*"], folder=folder)
    with plots.language(words):
        cells = read(notebook_bytes(script)).cells
    assert f"nnviz.plots.language({str(words)!r})" in cells[1].source
    assert cells[3].source.startswith("## Was erwarten Sie?")


def test_html_of_a_claim_is_text(folder):
    (script,) = find_scripts(["lines/other"], folder=folder)
    exhibit = run(script)
    claim = exhibit.study.claim("steep")
    html = answer(exhibit.figure, claim).others["text/html"]
    assert "The line &lt;goes&gt; up by 1 only" in html
    assert "✗ the claim does not hold" in html
    assert "<goes>" not in html
    assert ask(claim).others["text/html"] == "<p><strong>Slope</strong></p>"


def test_a_question_says_the_unit_and_what_no_difference_would_be():
    (script,) = find_scripts(["trajectories/himmelblau"])
    study = run(script).study
    asked = {ask(claim).text for claim in study.claims.values()}
    assert any(re.search(r" \(in .*; .* would be no difference\)$", words) for words in asked)


def test_a_seal_names_one_claim(folder):
    (script,) = find_scripts(["lines/other"], folder=folder)
    study = run(script).study
    assert unsealed(study, seal("flat")) is study.claim("flat")
    with pytest.raises(ValueError, match=r"sealed must be one of .*; got 'flat'"):
        unsealed(study, "flat")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"""A straight', 'x = 1\n"""A straight', "must begin with a docstring that says what"),
        ("import pandas", "import", r"must be a Python script; got invalid syntax"),
        ("plots.caption", "plt.caption", r"must end with plots.headline\(.*got line \d+: plt\.cap"),
        ("plots.headline", "str", r"must end with plots.headline\(.*got line \d+: str"),
        (
            'figure, study.claim("steep"))',
            'figure, "It rises")',
            r"must end with .*got line \d+: plots.he",
        ),
        ("study = ", "result = ", r"must assign 'study', and after it 'figure'; got line \d+: fig"),
        ("figure = Figure()", "picture = Figure()", "must assign 'study', and after it 'figure'"),
        ("\nplots.headline", "; plots.headline", "must have each statement on lines of its own"),
        # As a notebook it would break: its names are not the script's.
        (
            FIGURE,
            "for claim in range(3):\n    pass\n",
            r"must leave the name 'claim'.*got line \d+: ",
        ),
        (FIGURE, "from plots import claim\n", "must leave the name 'claim' .*got .*: claim"),
        (FIGURE, "import numpy as claim\n", "must leave the name 'claim' .*got .*: numpy as claim"),
        (FIGURE, "def claim():\n    pass\n", r"must leave the name 'claim' .*got line \d+: def"),
        (FIGURE, "def a():\n    global claim\n", "must leave the name 'claim' .*got .*: global"),
        (FIGURE, "here = __file__\n", r"must do without what a notebook lacks; got .*: __file__"),
        # It would tell what was found before it asks.
        (FIGURE, 'print(study.claim("flat").statement)\n', TOLD + r"study\.claim"),
        (FIGURE, "n = len(study.claims)\n", TOLD + r"study\.claims"),
        (FIGURE, "own = study\nown.claim('flat')\n", TOLD + r"own\.claim"),
        ('"Line: <x>."', """f'{study.claim("steep").number} x'""", TOLD + r"study\.claim"),
        (
            "figure = Figure()",
            "for claim in study.claims.values():\n    figure = Figure()",
            "must leave the name 'claim' to its notebook",
        ),
    ],
)
def test_a_script_of_another_shape_is_refused(folder, old, new, message):
    (script,) = find_scripts(["lines/str*"], folder=folder)
    assert old in script.code
    new = f"{new}{old}" if old is FIGURE else new
    script.path.write_text(script.code.replace(old, new, 1))
    with pytest.raises(NnvizError, match=f"^lines/straight-one {message}"):
        notebook_bytes(script)


@pytest.mark.parametrize("code", ["", "x = 1", '"""Nothing."""', '"""Nothing."""\nx = 1'])
def test_a_script_of_next_to_nothing_is_refused(folder, code):
    (script,) = find_scripts(["lines/str*"], folder=folder)
    script.path.write_text(code)
    with pytest.raises(NnvizError, match=r"must (begin|end) with"):
        notebook_bytes(script)


def test_a_script_of_other_letters_is_refused(folder):
    (script,) = find_scripts(["lines/str*"], folder=folder)
    code = script.code.replace('"Line: <x>."', '"Höhe"')
    script.path.write_bytes(f"# coding: latin-1\n{code}".encode("latin-1"))
    line = code.split("\n").index('plots.caption(figure, "Höhe", claim=study.claim("steep"))') + 2
    with pytest.raises(NnvizError, match=f"lines/straight-one must be in UTF-8; got line {line}: "):
        notebook_bytes(script)


def test_names_of_inner_scopes_do_not_move_the_cut(folder):
    (script,) = find_scripts(["lines/str*"], folder=folder)
    inner = "several = [study for study in range(3)]\n\n\ndef own():\n    study = 1\n"
    script.path.write_text(script.code.replace(FIGURE, f"{inner}{FIGURE}"))
    cells = {cell.id: cell.source for cell in read(notebook_bytes(script)).cells}
    assert cells["study"].endswith("[steep, flat])")
    assert cells["figure"].startswith(inner)


@pytest.mark.parametrize(
    ("words", "escaped"),
    [
        ("1. first", r"1\. first"),
        ("12) twelfth", r"12\) twelfth"),
        ("1.5 of 2.", r"1\.5 of 2."),
        ("%matplotlib, 5%", r"\%matplotlib, 5%"),
        ("- a - b", r"\- a - b"),
        (r"\(x\)", r"\\<span></span>(x\\<span></span>)"),
        (r"\[x\]", r"\\<span></span>\[x\\<span></span>\]"),
        (r"f(x) \alpha", r"f(x) \\alpha"),
    ],
)
def test_what_markdown_would_read_as_a_sign_is_escaped(folder, words, escaped):
    (script,) = find_scripts(["lines/str*"], folder=folder)
    script.path.write_text(script.code.replace("It $goes$ on.", words.replace("\\", "\\\\")))
    assert read(notebook_bytes(script)).cells[0].source.split("\n\n")[-1] == escaped


def test_a_claim_over_several_lines_and_letters_of_several_bytes(folder):
    (script,) = find_scripts(["lines/str*"], folder=folder)
    code = script.code.replace('"Line: <x>.", claim=study.claim("steep")', '"²×", claim=CLAIM')
    code = code.replace("CLAIM", 'study.claim(\n    "steep"\n)')
    script.path.write_text(code, encoding="utf-8")
    *_, figure, _, last = read(notebook_bytes(script)).cells
    assert 'plots.caption(\n    figure,\n    "²×",\n)' in figure.source
    assert 'plots.caption(figure, "²×", claim=claim)' in last.source


def test_a_gallery_of_ones_own(folder, tmp_path):
    out = tmp_path / "class"
    paths = write_notebooks(out, ["*/str*"], folder=folder)
    assert paths == [out / "lines/straight-one.ipynb"]
    assert "answer" in executed(paths[0].read_bytes())[0]
    shutil.rmtree(out)
    (folder / "lines/other.py").write_text('"""Nothing."""')
    with pytest.raises(NnvizError, match="lines/other must end with"):
        write_notebooks(out, folder=folder)
    assert not out.exists()


def test_without_nbformat_its_extra_is_named(monkeypatch, tmp_path, folder):
    from nnviz.publish import build_gallery

    monkeypatch.setitem(sys.modules, "nbformat", None)
    with pytest.raises(MissingExtraError, match=r"needs nbformat.*nnviz-dynamics\[notebook\]"):
        write_notebooks(tmp_path / "out")
    with pytest.raises(MissingExtraError):
        build_gallery(tmp_path / "out", folder=folder, notebooks=True)
    assert not (tmp_path / "out").exists()


def test_the_command(tmp_path, capsys):
    command = ["notebook", "trajectories/bowl", "shapes/*", "--out", str(tmp_path)]
    assert main(command) == 0
    printed = capsys.readouterr().out.splitlines()
    assert str(tmp_path / "trajectories/bowl.ipynb") in printed
    assert len(printed) == len(find_scripts(["shapes/*"])) + 1
    assert main(["notebook", "shapes/schedules", "-o", str(tmp_path), "--language", "ko"]) == 0
    assert "예상" in (tmp_path / "shapes/schedules.ipynb").read_text("utf-8")
    assert main(["notebook", "shapes/none", "-o", str(tmp_path)]) == 2
    assert "figure must be one of" in capsys.readouterr().err
