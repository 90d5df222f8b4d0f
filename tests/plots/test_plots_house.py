"""The style of a house: its colours, font and logo over those of the theme, and what is told."""

import shutil
import warnings
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from colorspacious import cspace_convert, deltaE
from matplotlib.font_manager import fontManager

from nnviz import plots
from nnviz.plots import _words
from nnviz.plots._breaks import parts
from nnviz.plots._distance import least_distance

from . import cases

SIX = ["#5790fc", "#dd7e01", "#d41434", "#954d86", "#858584", "#14148c"]


@pytest.fixture(autouse=True)
def _no_figure_left():
    yield
    plt.close("all")


def written(folder, words, **files):
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    path = folder / "school.toml"
    path.write_text(words, encoding="utf-8")
    return path


def logo(folder):
    plt.imsave(folder / "logo.png", np.full((20, 60, 4), (0, 0.5, 0, 1.0)))


def test_colours_font_and_logo_take_the_place_of_the_themes(tmp_path):
    logo(tmp_path)
    style = written(
        tmp_path,
        f'[colours]\ncycle = {SIX}\nbackground = "#fffdf5"\ntext = "#101820"\n'
        '[font]\nfamily = "DejaVu Serif"\n[logo]\nfile = "logo.png"\n',
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with plots.look("light", "notebook", style=style):
            ax = plots.curves(cases.curve(("none", "He")))
            title = plots.headline(ax.figure, "A title that is much longer than its line " * 4)
            plots.headline(ax.figure, title.get_text())
            ax.figure.canvas.draw()
    assert {line.get_color() for line in ax.lines} <= set(SIX)
    assert mpl.colors.to_hex(ax.figure.get_facecolor()) == "#fffdf5"
    assert title.get_color() == "#101820"
    assert title.get_fontfamily()[0] == "DejaVu Serif"
    (mark,) = [artist for artist in ax.figure.artists if artist.get_gid() == "logo"]
    box = mark.get_window_extent()
    assert box.x1 <= ax.figure.bbox.x1
    assert box.width == pytest.approx(3 * box.height, rel=0.05)
    assert not box.overlaps(title.get_window_extent())
    assert "DejaVu Serif" not in mpl.rcParams["font.family"]


def test_a_ground_is_a_background_with_a_warning(tmp_path):
    style = written(tmp_path, "[colours]\nground = '#fffdf5'\n")
    told = pytest.warns(DeprecationWarning, match="'ground' is now 'background'")
    with told, plots.theme(), plots.house_style(style):
        assert mpl.rcParams["figure.facecolor"] == "#fffdf5"


def test_a_font_is_added_once(tmp_path):
    file = Path(mpl.get_data_path()) / "fonts/ttf/DejaVuSerif.ttf"
    shutil.copy(file, tmp_path / "own.ttf")
    style = written(tmp_path, "[font]\nfiles = ['own.ttf']")
    lengths = set()
    for _ in range(3):
        with plots.theme(), plots.house_style(style):
            lengths.add(len(fontManager.ttflist))
    assert len(lengths) == 1


@pytest.mark.parametrize(
    ("cycle", "told"),
    [
        (["#003a70", "#c77700"], "has 2 colours, and needs 6"),
        ([*SIX[:5], "#5790f0"], "#5790fc and #5790f0, which are hardly told apart"),
        (["#b35900", "#5f7d00", *SIX[:1], *SIX[3:]], "#b35900 and #5f7d00, which are hardly"),
        (["#ffff99", *SIX[1:]], "#ffff99, hardly seen on #ffffff"),
    ],
)
def test_a_palette_that_does_not_serve_is_told(tmp_path, cycle, told):
    style = written(tmp_path, f"[colours]\ncycle = {cycle}\n")
    with pytest.warns(UserWarning, match=told), plots.theme(), plots.house_style(style):
        pass


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("[colors]", "table must be one of colours, font, logo; got 'colors'"),
        ("[colours]\nink = 'red'", "a name in colours must be one of .*; got 'ink'"),
        (
            "[colours]\nbackground = 'no'",
            "background must be of colours that matplotlib knows; got 'no'",
        ),
        ("[font]\nfamily = 'Nowhere Sans'", "font must be installed.*; got 'Nowhere Sans'"),
        ("[logo]\nfile = 'no.png'", "logo must be a file; got"),
        ("[logo]\nfile = 'school.toml'", "logo must be a PNG file; got"),
        ("[colours", "style must be a TOML file"),
        ("colours = 5", "colours must be a table of TOML; got 5"),
        ("[colours]\ncycle = []", "cycle must be a sequence of at least 1"),
        ("[colours]\ncycle = 'rgb'", "cycle must be a sequence; got 'rgb'"),
        ("[colours]\ncycle = 5", "cycle must be a sequence; got 5"),
        ("[font]\nfiles = 'a.ttf'", "files must be a sequence; got 'a.ttf'"),
        ("[font]\nfamily = [5]", "family must be .*; got 5"),
        ("[logo]\nfile = 5", "logo must be .*; got 5"),
    ],
)
def test_what_a_style_cannot_say_is_refused(tmp_path, words, message):
    style = written(tmp_path, words)
    with (
        pytest.raises(ValueError, match=message),
        plots.theme(),
        plots.house_style(style),
    ):
        pass


def test_distances_order_colours_as_another_space_does():
    """CAM02-UCS and another simulation of colour blindness agree on what is near."""
    sets = [list(mpl.color_sequences[name])[:6] for name in ("tab10", "Set1", "petroff6")]

    def slow(cycle):
        found = []
        for kind in (None, "deuteranomaly", "protanomaly"):
            space = {"name": "sRGB1+CVD", "cvd_type": kind or "deuteranomaly"}
            space["severity"] = 100 if kind else 0
            seen = np.clip(
                cspace_convert(np.array(list(map(mpl.colors.to_rgb, cycle))), space, "sRGB1"), 0, 1
            )
            found += [deltaE(a, b, "sRGB1") for i, a in enumerate(seen) for b in seen[:i]]
        return min(found)

    ours = [least_distance(list(map(mpl.colors.to_hex, cycle)))[0] for cycle in sets]
    theirs = [slow(cycle) for cycle in sets]
    assert np.argsort(ours).tolist() == np.argsort(theirs).tolist()


KINSOKU = [
    "学習率が大きすぎると、損失は「発散」する。",
    "ニューラルネットワークは、重みを少しずつ更新して学習する。",
    "随机梯度下降（SGD）在窄谷中来回振荡，动量可以减小它。",
]


@pytest.mark.parametrize("sentence", KINSOKU)
@pytest.mark.parametrize("width", [60, 75, 90])
def test_japanese_and_chinese_lines_begin_and_end_as_they_should(sentence, width, monkeypatch):
    monkeypatch.setattr(_words, "length_of", lambda words, size: size * len(words))
    lines = _words.folded(sentence, width, 10).split("\n")
    assert "".join(lines) == sentence
    assert len(lines) > 1
    for line in lines:
        assert line[0] not in "、。，．）」』】〉》！？ーッャュョぁぃぅぇぉっゃゅょ"
        assert line[-1] not in "（「『【〈《"


def test_korean_breaks_by_words_and_other_scripts_stay():
    assert [word for _, word in parts("경사하강법은 Adam보다 느리다.")] == [
        "경사하강법은",
        "Adam보다",
        "느리다.",
    ]
    assert "".join(space + word for space, word in parts(" a  b ")) == "  a  b "
