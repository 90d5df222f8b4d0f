"""Plots look right under the themes of seaborn that a user has set."""

from itertools import cycle, product

import matplotlib as mpl
import pytest
import seaborn as sns
from matplotlib.axes import Axes

from nnviz import plots
from nnviz.plots import _canvas, palette
from nnviz.testing import faults

from .plotted import ALL
from .rendered import contrast

STYLES = ("darkgrid", "whitegrid", "dark", "white", "ticks")
CONTEXTS = ("notebook", "paper", "talk", "poster")
# Letters of a poster are twice as large as those of a notebook.
SIZES = {"poster": {"figure.figsize": (12.8, 9.6)}}
LOOKS = dict(zip(ALL, cycle(product(STYLES, CONTEXTS)), strict=False))
"""Every look that seaborn has, each for some plots."""

MAPS = ("basins", "boundaries", "confusion", "layer_map", "masks", "pictures", "rate_map")


@pytest.fixture(autouse=True)
def _settings_are_back():
    with mpl.rc_context():
        yield


def drawn(name):
    made = ALL[name].draw(ALL[name].table())
    return made.get_figure(root=True) if isinstance(made, Axes) else made


def labels(figure):
    """What is written on axes and above panels."""
    every = [
        (ax.get_xlabel(), ax.get_ylabel(), ax.get_title(), ax.get_title("left"))
        for ax in figure.axes
    ]
    return {words for found in every for words in found if words}


@pytest.mark.parametrize("name", ALL)
def test_a_plot_in_a_look_of_seaborn(name):
    style, context = LOOKS[name]
    sns.set_theme(context, style, rc=SIZES.get(context))
    figure = drawn(name)
    plots.headline(figure, "What the figure shows is said above it in one sentence")
    plots.caption(figure, "Line: mean over seeds. Band: from the lowest to the highest seed.")
    assert faults(figure) == []
    assert labels(figure) or name == "pictures"


@pytest.mark.parametrize("style", STYLES)
def test_what_is_no_message_is_seen_all_the_same(style):
    sns.set_theme(style=style)
    assert contrast(_canvas.muted(), mpl.rcParams["axes.facecolor"]) >= 3


@pytest.mark.parametrize("name", MAPS)
def test_no_grid_lies_on_a_map(name):
    sns.set_theme(style="darkgrid", rc={"axes.axisbelow": "line"})
    figure = drawn(name)
    painted = [ax for ax in figure.axes if ax.images or ax.collections]
    lines = [line for ax in painted for line in (*ax.get_xgridlines(), *ax.get_ygridlines())]
    assert painted
    assert not [line for line in lines if line.get_visible()]


@pytest.mark.parametrize("cycle", ["deep", "muted", "pastel", "bright", "dark"])
def test_red_and_grey_are_found_wherever_they_stand(cycle):
    sns.set_theme(palette=cycle)
    for color in (palette.warning(), palette.colour(2)):
        red, green, blue = mpl.colors.to_rgb(color)
        assert red - max(green, blue) > 0.2
    grey = mpl.colors.to_rgb(palette.colour(palette.GREY))
    assert max(grey) - min(grey) < 0.1
    assert len({palette.colour(slot) for slot in range(6)}) == 6


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_few_colours_are_told_apart_by_dashes(number):
    sns.set_palette("Set2", number)
    styles = palette.styles(["sgd", "momentum", "adagrad", "adam", "rmsprop", "nadam"]).values()
    assert len({(style.color, style.linestyle) for style in styles}) == 6


def test_a_warning_is_red_where_no_colour_is():
    sns.set_theme(palette="Blues")
    assert palette.warning() == "#d41434"
    assert palette.colour(2) == sns.color_palette().as_hex()[2]
