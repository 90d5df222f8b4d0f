"""Single files: format, metadata, and nothing written where it should not be."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from nnviz import plots
from nnviz.publish import csv_bytes, figure_bytes, save


@pytest.fixture
def figure():
    with plots.theme():
        figure = Figure()
        figure.add_subplot().plot([1, 2])
        figure.suptitle("a title")
        yield figure


def test_metadata(figure, tmp_path):
    words = {"title": 'a "title" & more', "description": "it <rises>"}
    png = save(figure, tmp_path / "f.png", **words)
    with Image.open(png) as picture:
        assert picture.info["Title"] == words["title"]
        assert picture.info["Description"] == words["description"]
    root = ET.parse(save(figure, tmp_path / "f.svg", **words)).getroot()
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'a "title" & more. it <rises>'
    assert b"CreationDate" not in save(figure, tmp_path / "f.pdf", **words).read_bytes()


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_same_figure_gives_the_same_bytes(figure, kind):
    assert figure_bytes(figure, kind) == figure_bytes(figure, kind)


def test_the_same_bytes_in_the_users_own_style_and_another_process(tmp_path):
    program = """if True:
        import sys
        from matplotlib.figure import Figure
        from nnviz.publish import save
        for kind in ("svg", "pdf"):
            figure = Figure()
            figure.add_subplot().plot([1, 3])
            save(figure, f"{sys.argv[1]}.{kind}")
    """
    one, other = tmp_path / "a", tmp_path / "b"
    for path in (one, other):
        subprocess.run([sys.executable, "-c", program, str(path)], check=True)
    for kind in (".svg", ".pdf"):
        assert one.with_suffix(kind).read_bytes() == other.with_suffix(kind).read_bytes()


def test_control_characters_leave_an_svg_well_formed(figure, tmp_path):
    path = save(figure, tmp_path / "f.svg", title="a\0b\x1b", description="\ud800 <]]>")
    assert ET.parse(path).getroot().get("aria-label") == "a\ufffdb\ufffd. \ufffd <]]>"


def test_text_in_svg_is_outlines_or_text_by_choice(figure):
    assert b"<text" not in figure_bytes(figure, "svg")
    assert b"<text" in figure_bytes(figure, "svg", selectable_text=True)


def test_fonts_are_embedded_in_pdf(figure):
    assert b"/FontFile2" in figure_bytes(figure, "pdf")


def test_the_title_of_a_file_is_that_of_the_figure(figure, tmp_path):
    with Image.open(save(figure, tmp_path / "f.png")) as picture:
        assert picture.info["Title"] == "a title"


def test_a_transparent_ground(figure, tmp_path):
    with Image.open(save(figure, tmp_path / "f.png", transparent=True)) as picture:
        assert picture.convert("RGBA").getpixel((0, 0))[3] == 0


def test_an_unknown_suffix_is_named(figure, tmp_path):
    with pytest.raises(ValueError, match="the suffix of path must be one of png, svg, pdf; got 'g"):
        save(figure, tmp_path / "f.gif")


def test_nothing_is_written_through_a_symbolic_link(figure, tmp_path):
    target = tmp_path / "precious.png"
    target.write_bytes(b"precious")
    link = tmp_path / "link.png"
    link.symlink_to(target)
    with pytest.raises(OSError, match="refusing to write through the symbolic link"):
        save(figure, link)
    assert target.read_bytes() == b"precious"


def test_a_file_is_there_whole_or_not_at_all(figure, tmp_path, monkeypatch):
    path = save(figure, tmp_path / "f.png")
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save(figure, path, transparent=True)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["f.png"]


def test_csv_keeps_numbers_and_defuses_text():
    table = pd.DataFrame({"=bad": ["@x", "plain", None], "n": [-1.5, float("nan"), 1e-300]})
    assert csv_bytes(table).decode().splitlines() == [
        "'=bad,n",
        "'@x,-1.5",
        "plain,",
        ",1e-300",
    ]
