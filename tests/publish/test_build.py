"""The gallery as files: complete, deterministic, and drawn again only when it has to be."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from functools import partial

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from nnviz import plots
from nnviz.errors import NnvizError
from nnviz.publish import build_gallery, find_scripts, notebook_bytes, run
from nnviz.publish.drawing import _LONG, GalleryDrawing
from nnviz.publish.words import WORDS


def digests(out):
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file()
    }


def test_every_figure_has_its_files(folder, tmp_path):
    report = build_gallery(tmp_path / "out", folder=folder)
    assert (report.drawn, report.unchanged, report.failures) == (2, 0, {})
    written = set(digests(tmp_path / "out"))
    assert written >= {
        f"figures/lines/{name}.{kind}"
        for name in ("straight-one", "other")
        for kind in ("png", "svg", "pdf")
    }
    assert written >= {"index.html", "gallery.json", "tables/lines/other/points.csv"}
    assert "thumbnails/lines/straight-one.png" in written


def test_gallery_json_says_what_the_page_says(folder, tmp_path):
    build_gallery(tmp_path, folder=folder, formats=["png"])
    figures = json.loads((tmp_path / "gallery.json").read_text())["figures"]
    assert [figure["id"] for figure in figures] == ["lines/other", "lines/straight-one"]
    last = figures[1]
    assert last["title"] == "The line <goes> up"
    steep, flat = last["claims"]
    assert steep == {
        "key": "steep",
        "statement": "The line <goes> up",
        "verdict": "holds",
        "holds": True,
        "measured": "slope",
        "number": 1.0,
        "interval": None,
        "range": None,
        "seeds": 0,
        "unit": "",
        "low": 0.5,
        "high": None,
        "words": {"number": "1"},
        "bound": "≥ 0.5",
        "reason": "",
    }
    assert flat["statement"] == "The line <goes>"
    assert last["claim"] == "steep"
    assert last["study"] == "line"
    assert set(last) == {
        "id", "title", "theory", "study", "claim", "claims", "settings", "seeds", "files",
        "alt_text",
    }  # fmt: skip
    assert last["theory"] == [
        "A line is *straight* if <b> its slope</b> is constant: dy/dx = a_1 (Euclid, 300 BC).",
        "It $goes$ on.",
    ]
    assert last["settings"] == {"seeds": 3, "rate": 0.1}
    assert last["seeds"] == 3
    assert last["files"] == {
        "png": "figures/lines/straight-one.png",
        "script": "scripts/lines/straight-one.py",
        "points.csv": "tables/lines/straight-one/points.csv",
    }
    assert "The line <goes> up. Measured: slope 1, ≥ 0.5." in last["alt_text"]
    assert "The line <goes>." not in last["alt_text"]  # a shorter claim is not the title's
    assert not figures[0]["claims"][0]["holds"]


def test_a_claim_that_does_not_hold_is_shown_as_such(folder, tmp_path):
    build_gallery(tmp_path, folder=folder, formats=["svg"])
    words = "Other than expected: The line &lt;goes&gt; up by 1 only"
    svg = (tmp_path / "figures/lines/other.svg").read_text()
    assert words in svg
    assert 'id="claim-steep"' in svg
    page = (tmp_path / "index.html").read_text()
    assert "✗ other than expected" in page
    # Both figures are of one study with the same settings: what they share counts once.
    assert "2 of 3 claims hold" in page


def test_text_stays_text_on_the_page(folder, tmp_path):
    build_gallery(tmp_path, folder=folder, formats=["svg"])
    page = (tmp_path / "index.html").read_text()
    assert "The line &lt;goes&gt; up" in page
    assert "<goes>" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert "<p>A line is *straight* if &lt;b&gt; its slope&lt;/b&gt; is constant" in page


def test_a_script_without_theory_has_none_on_the_page(folder, tmp_path):
    for script in find_scripts(folder=folder):
        script.path.write_text(re.sub(r'\n\n[^"]*(?=""")', "", script.code, count=1))
    report = build_gallery(tmp_path, folder=folder, formats=["png"])
    assert [entry["theory"] for entry in report.entries] == [[], []]
    assert "Theory" not in (tmp_path / "index.html").read_text()


def test_notebooks_stand_beside_the_figures(folder, tmp_path):
    pytest.importorskip("nbformat", reason="notebooks need the extra 'notebook'")
    (folder / "lines/other.py").write_text((folder / "lines/other.py").read_text() + "\npass\n")
    report = build_gallery(tmp_path, folder=folder, formats=["png"], notebooks=True)
    assert report.entries[0]["files"]["notebook"] == "notebooks/lines/straight-one.ipynb"
    (script,) = find_scripts(["lines/str*"], folder=folder)
    written = (tmp_path / "notebooks/lines/straight-one.ipynb").read_bytes()
    assert written == notebook_bytes(script)
    link = '<a href="notebooks/lines/straight-one.ipynb" download>Notebook</a>'
    assert link in (tmp_path / "index.html").read_text()
    assert "lines/other must end with plots.headline" in report.failures["lines/other"]
    again = build_gallery(tmp_path, folder=folder, formats=["png"])
    assert (again.drawn, again.failures) == (2, {})
    assert "notebook" not in again.entries[0]["files"]


def test_a_spreadsheet_sees_no_formula(folder, tmp_path):
    build_gallery(tmp_path, folder=folder, formats=["svg"])
    lines = (tmp_path / "tables/lines/other/points.csv").read_text().splitlines()
    assert lines == ["x,note", "1,'=1+1", "2,<b>"]


def test_the_same_bytes_from_two_processes(folder, tmp_path):
    build_gallery(tmp_path / "one", folder=folder)
    program = (
        "import sys; from pathlib import Path; from nnviz.publish import build_gallery;"
        "build_gallery(Path(sys.argv[1]), folder=Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "two"), str(folder)]
    subprocess.run(command, check=True)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_groups_drawn_at_the_same_time_give_the_same_files(folder, tmp_path):
    shutil.copytree(folder / "lines", folder / "more")
    (folder / "more/broken.py").write_text("1 / 0")
    one = build_gallery(tmp_path / "one", folder=folder, formats=["svg"], jobs=1)
    two = build_gallery(tmp_path / "two", folder=folder, formats=["svg"], jobs=2)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert one.entries == two.entries
    assert (one.drawn, one.unchanged) == (two.drawn, two.unchanged) == (4, 0)
    assert list(one.failures) == list(two.failures) == ["more/broken"]
    assert "ZeroDivisionError" in two.failures["more/broken"]


def test_a_script_runs_with_one_blas_thread(monkeypatch):
    seen = []

    def run_path(*_, **__):
        seen.extend(pool["num_threads"] for pool in threadpool_info())
        return {}

    monkeypatch.setattr("runpy.run_path", run_path)
    with threadpool_limits(2), pytest.raises(NnvizError, match="must define"):
        run(find_scripts(["trajectories/bowl"])[0])
    assert set(seen) == {1}


def test_the_longest_groups_are_groups_of_the_gallery():
    assert set(_LONG) <= {script.path.parent.name for script in find_scripts()}


def test_only_what_changed_is_drawn_again(folder, tmp_path):
    out = tmp_path / "out"
    build = partial(build_gallery, folder=folder, formats=["svg", "png"])
    build(out)
    assert build(out).drawn == 0
    (out / "figures/lines/other.svg").unlink()
    assert build(out).drawn == 1
    (out / "figures/lines/other.png").write_bytes(b"damaged")
    assert build(out).drawn == 1
    script = folder / "lines/other.py"
    script.write_text(script.read_text() + "\n# changed\n")
    assert build(out).drawn == 1
    assert build(out, look=("dark", "slides", "en", None)).drawn == 2
    assert build(out, look=("dark", "slides", "en", None), fresh=True).drawn == 2


@pytest.mark.filterwarnings("ignore:no installed font", "ignore:Glyph")
def test_the_page_speaks_the_language_of_its_figures(folder, tmp_path):
    look = ("light", "notebook", "ko")
    build_gallery(tmp_path, folder=folder, only=["*/other"], formats=["png"], look=look)
    page = (tmp_path / "index.html").read_text("utf-8")
    assert '<html lang="ko">' in page
    with plots.language("ko"):
        assert f"<h1>{WORDS['page']}</h1>" in page
    assert "<dt>시드</dt><dd>3</dd>" in page


def test_a_figure_depends_on_the_words_and_on_the_files_of_a_style(tmp_path):
    (tmp_path / "house.toml").write_text('[logo]\nfile = "logo.png"\n')
    (tmp_path / "logo.png").write_bytes(b"one")
    look = ("light", "notebook", "en", tmp_path / "house.toml")
    drawing = GalleryDrawing(tmp_path, ["png"], look)
    before = drawing.basis()
    assert "languages/ko.toml" in json.loads(before)[0]
    assert drawing.basis() == before
    (tmp_path / "logo.png").write_bytes(b"other")
    assert drawing.basis() != before


def test_a_damaged_or_older_manifest_means_that_all_is_drawn(folder, tmp_path):
    build_gallery(tmp_path, folder=folder, only=["*/other"], formats=["png"])
    good = (tmp_path / "manifest.json").read_text()
    forged = good.replace("figures/lines/other.png", "javascript:alert()")
    older = good.replace('"format": 3', '"format": 2')
    assert older != good
    for content in ("", "{", "[]", '{"figures": {}}', good[:-9], forged, older):
        (tmp_path / "manifest.json").write_text(content)
        assert build_gallery(tmp_path, folder=folder, only=["*/other"], formats=["png"]).drawn == 1


def test_the_page_is_the_same_whether_or_not_its_figures_are_new(folder, tmp_path):
    build_gallery(tmp_path, folder=folder, formats=["svg"])
    before = digests(tmp_path)
    build_gallery(tmp_path, folder=folder, formats=["svg"])
    assert digests(tmp_path) == before


def test_a_selection_leaves_the_other_figures_on_the_page(folder, tmp_path):
    build_gallery(tmp_path, folder=folder, formats=["svg"])
    before = digests(tmp_path)
    report = build_gallery(tmp_path, folder=folder, formats=["svg"], only=["*/other"], fresh=True)
    assert (report.drawn, report.unchanged, len(report.entries)) == (1, 0, 2)
    assert digests(tmp_path) == before
    report = build_gallery(
        tmp_path, folder=folder, formats=["svg"], only=["*/other"], look=("dark", "notebook")
    )
    assert (report.drawn, len(report.entries)) == (1, 2)


def test_an_interrupted_build_goes_on_where_it_stopped(folder, tmp_path):
    last = folder / "lines/zero.py"
    last.write_text("raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        build_gallery(tmp_path, folder=folder, formats=["svg"])
    last.unlink()
    assert build_gallery(tmp_path, folder=folder, formats=["svg"]).unchanged == 2


def test_numbers_that_are_not_finite_are_null_for_programs(folder, tmp_path):
    script = folder / "lines/other.py"
    script.write_text(
        script.read_text()
        .replace('"x": [1, 2]', '"x": [1, float("nan")]')
        .replace("0.1}", 'float("inf")}')
    )

    def refuse(token):
        raise AssertionError(token)

    build_gallery(tmp_path, folder=folder, formats=["svg"])
    content = json.loads((tmp_path / "gallery.json").read_text(), parse_constant=refuse)
    figure = content["figures"][0]
    assert figure["claims"][0]["number"] is None
    assert figure["settings"] == {"seeds": 3, "rate": None}
    assert figure["claims"][0]["verdict"] == "not assessed"
    assert "– not assessed" in (tmp_path / "index.html").read_text()


def test_a_hostile_table_name_stays_in_its_folder(folder, tmp_path):
    script = folder / "lines/other.py"
    script.write_text(script.read_text().replace('"points"', '"../../../CON\\x00"'))
    out = tmp_path / "a" / "b"
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    build_gallery(out, folder=folder, formats=["png"])
    new = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert all(out in path.parents for path in new)
    (table,) = (out / "tables/lines/other").iterdir()
    assert table.name.startswith("con-")


def test_a_script_that_fails_does_not_take_the_others_down(folder, tmp_path):
    (folder / "lines/broken.py").write_text("1 / 0")
    (folder / "lines/empty.py").write_text("figure = None")
    report = build_gallery(tmp_path / "out", folder=folder, formats=["svg"])
    assert report.drawn == 2
    assert "ZeroDivisionError" in report.failures["lines/broken"]
    assert "lines/empty must define 'figure', a Figure" in report.failures["lines/empty"]


def test_settings_of_matplotlib_are_left_alone(folder, tmp_path):
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    before = dict(mpl.rcParams)
    build_gallery(tmp_path / "out", folder=folder, formats=["svg"], look=("dark", "poster"))
    assert dict(mpl.rcParams) == before
    assert not plt.get_fignums()


def test_a_selection(folder, tmp_path):
    assert [s.id for s in find_scripts(["*/str*"], folder=folder)] == ["lines/straight-one"]
    with pytest.raises(ValueError, match=r"figure must be one of .*did you mean 'lines/other'"):
        build_gallery(tmp_path, folder=folder, only=["lines/oter"])
    with pytest.raises(ValueError, match="format must be one of png, svg, pdf; got 'gif'"):
        build_gallery(tmp_path, folder=folder, formats=["gif"])
    with pytest.raises(ValueError, match="formats must be at least one of png, svg, pdf; got none"):
        build_gallery(tmp_path, folder=folder, formats=[])
    with pytest.raises(ValueError, match="jobs must be a positive integer; got 0"):
        build_gallery(tmp_path, folder=folder, jobs=0)
    with pytest.raises(ValueError, match="did you mean 'light'"):
        build_gallery(tmp_path / "none", folder=folder, look=("ligth", "notebook"))
    assert not (tmp_path / "none").exists()
    with pytest.raises(NnvizError, match="no gallery scripts in"):
        find_scripts(folder=tmp_path / "nowhere")


def test_a_folder_that_cannot_be_written_to(folder, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"out must be a folder that can be written to: .*file"):
        build_gallery(tmp_path / "file" / "out", folder=folder)
