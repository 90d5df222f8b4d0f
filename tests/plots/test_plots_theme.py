"""Themes hold inside their block and nowhere else."""

import contextlib
import io
import subprocess
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes
from PIL import Image

from nnviz import plots
from nnviz.testing.words import words

from . import cases
from .plotted import ALL

SMALLEST = {"notebook": 9, "paper": 7, "paper-double": 7, "slides": 18, "poster": 24}
WIDTH_IN_MM = {"paper": 85, "paper-double": 178}
FONTS = [
    "axes.labelsize",
    "axes.titlesize",
    "figure.labelsize",
    "figure.titlesize",
    "font.size",
    "legend.fontsize",
    "legend.title_fontsize",
    "xtick.labelsize",
    "ytick.labelsize",
]


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_importing_changes_nothing():
    run(
        "import matplotlib, sys\n"
        "before = matplotlib.rcParams.copy()\n"
        "import nnviz.plots\n"
        "assert matplotlib.rcParams == before\n"
        "assert not {'matplotlib.pyplot', 'seaborn', 'torch', 'sklearn'} & set(sys.modules)\n"
    )


@pytest.mark.parametrize("name", plots.THEMES)
@pytest.mark.parametrize("context", plots.CONTEXTS)
def test_settings_are_back_after_the_block(name, context):
    before = mpl.rcParams.copy()
    with plots.theme(name, context):
        assert mpl.rcParams != before
    assert mpl.rcParams == before


def test_settings_are_back_after_an_error():
    before = mpl.rcParams.copy()
    with pytest.raises(KeyError), plots.theme("dark"):
        raise KeyError
    assert mpl.rcParams == before


@pytest.mark.parametrize("error", [None, KeyError])
def test_a_notebook_goes_on_showing_figures(error):
    """IPython makes matplotlib interactive when pyplot is first imported: perhaps in the block."""
    try:
        with contextlib.suppress(KeyError), plots.theme():
            mpl.interactive(True)
            if error:
                raise error
        assert mpl.is_interactive()
    finally:
        mpl.interactive(False)


def test_a_theme_does_not_depend_on_the_settings_before_it():
    with plots.theme("dark", "slides"):
        expected = mpl.rcParams.copy()
    with mpl.rc_context({"lines.linewidth": 9, "axes.grid": True}), plots.theme("dark", "slides"):
        assert mpl.rcParams == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("drak",),
            r"theme must be one of light, dark, print; got 'drak' \(did you mean 'dark'\?\)",
        ),
        (("light", "slide"), r"context must be one of notebook, .*; got 'slide' \(did you mean"),
    ],
)
def test_unknown_names_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message), plots.theme(*arguments):
        pass


@pytest.mark.parametrize("name", [*plots.THEMES, *plots.CONTEXTS])
def test_style_files_load_by_their_dotted_name(name):
    with plt.style.context(f"nnviz.styles.{name}"):
        assert mpl.rcParams != mpl.rcParamsDefault


@pytest.mark.parametrize(("context", "smallest"), SMALLEST.items())
def test_no_font_is_smaller_than_the_context_allows(context, smallest):
    with plots.theme("light", context):
        assert min(mpl.rcParams[font] for font in FONTS) >= smallest


@pytest.mark.parametrize(("context", "width"), WIDTH_IN_MM.items())
def test_papers_have_the_width_of_a_column(context, width):
    with plots.theme("light", context):
        assert mpl.rcParams["figure.figsize"][0] * 25.4 == pytest.approx(width, abs=0.5)


@pytest.mark.parametrize("dpi", [96, 144, 192])
def test_slides_are_16_to_9_to_the_pixel(dpi):
    """An encoder of videos takes no odd numbers; a projector leaves no bar."""
    content = io.BytesIO()
    with plots.theme("light", "slides"):
        assert mpl.rcParams["figure.dpi"] == 96
        plt.figure().savefig(content, dpi=dpi)
    assert Image.open(content).size == (dpi * 40 // 3, dpi * 15 // 2)


@pytest.mark.parametrize("panels", [9, 16, 24])
def test_a_slide_of_many_panels_grows_to_both_sides(panels):
    one = cases.curve(seeds=1, epochs=3)
    data = pd.concat([one.assign(metric=f"metric {k}") for k in range(panels)])
    with plots.theme("light", "slides"):
        figure = plots.curve_grid(data)
    for dpi in (96, 144, 192):
        width, height = (int(dpi * inches) for inches in figure.get_size_inches())
        assert 9 * width == 16 * height
        assert width % 2 == height % 2 == 0
    assert (figure.get_figheight() > 7.5) == (panels > 9)
    assert figure.get_figheight() < 12


def test_all_contexts_set_the_same():
    keys = []
    for context in plots.CONTEXTS:
        with plt.style.context(f"nnviz.styles.{context}", after_reset=True):
            keys.append({k for k in mpl.rcParams if mpl.rcParams[k] != mpl.rcParamsDefault[k]})
    sized = set.intersection(*keys)
    assert {"figure.figsize", "lines.linewidth", "figure.titlesize"} <= sized


def test_fonts_asked_for_are_installed():
    from matplotlib.font_manager import get_font_names

    with plots.theme():
        assert set(mpl.rcParams["font.family"]) <= set(get_font_names())


@pytest.mark.parametrize("name", ALL)
def test_words_and_ticks_stay_as_they_are_after_the_theme(name):
    with plots.theme("dark", "paper"):
        drawn = ALL[name].draw(ALL[name].table())
        figure = drawn.get_figure(root=True) if isinstance(drawn, Axes) else drawn.figure
        figure.set_layout_engine("none")  # where words stand is not asked
        inside = words_and_ticks(figure)
    assert words_and_ticks(figure) == inside


def words_and_ticks(figure):
    seen = [(text.get_text(), text.get_fontsize(), text.get_color()) for text in words(figure)]
    # How many ticks fit depends on the size of their labels, whatever was drawn before.
    flat = [ax for ax in figure.axes if ax.axison and ax.name == "rectilinear"]
    return seen, [axis.get_tick_space() for ax in flat for axis in (ax.xaxis, ax.yaxis)]
