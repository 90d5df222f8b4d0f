"""Tables of very many layers and settings: a grid has a few screens, a legend a column or two."""

import warnings
from functools import partial

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from nnviz import plots
from nnviz.plots import text
from nnviz.testing import faults

from . import cases
from .rendered import SMALLEST


@pytest.fixture(autouse=True)
def closed():
    with plots.theme():
        yield
    plt.close("all")


def layers(n):
    one = cases.histogram(("a",), layers=1, collapsed=())
    return one.loc[one.index.repeat(n)].assign(
        layer=[f"block{k}" for _ in one.index for k in range(n)]
    )


def named(figure):
    return [ax.get_title("left") for ax in figure.axes]


def test_of_2000_layers_24_are_drawn_and_the_figure_says_so():
    figure = plots.distribution_grid(layers(2000))
    assert named(figure)[::23] == ["block0", "block1999"]
    assert len(figure.axes) == 24
    assert figure.get_supxlabel() == "24 panels of 2,000, spread evenly."
    assert figure.get_size_inches()[1] < 20


def test_a_caption_comes_before_what_was_left_out():
    figure = plots.quantile_grid(cases.quantile([f"block{k}" for k in range(30)]))
    for words in ("Line: median.", "Another."):
        plots.caption(figure, words)
        assert figure.get_supxlabel() == f"{words} 24 panels of 30, spread evenly."
    with plots.theme():
        other = plots.quantile_grid(cases.quantile())
        plots.caption(other, "Line: median.")
        assert other.get_supxlabel() == "Line: median."


def test_what_is_left_out_is_said_in_the_language_of_the_words(monkeypatch):
    monkeypatch.setitem(text.NOTES, "few panels", "{total} gibt es")
    figure = plots.distribution_grid(layers(25))
    plots.caption(figure, "Fläche: 1.")
    assert figure.get_supxlabel() == "Fläche: 1. 25 gibt es"


def test_a_grid_in_a_part_of_a_figure_says_it_there():
    left, right = plt.figure(layout="constrained").subfigures(1, 2)
    plots.distribution_grid(layers(30), figure=left)
    plots.distribution_grid(layers(3), figure=right)
    assert left.get_supxlabel() == "24 panels of 30, spread evenly."
    assert right.get_supxlabel() == ""


def test_each_panel_of_the_plane_keeps_its_own_name():
    settings = [f"setting {k}" for k in range(15)]
    figure = plots.boundary_grid(cases.region(settings, side=4))
    assert named(figure)[::23] == ["setting 0, step 10", "setting 14, step 1000"]


@pytest.mark.parametrize("ends", ["apart", "together"])
def test_a_legend_has_room_for_24_names_and_says_how_many_there_are(ends):
    data = cases.curve([f"setting {k}" for k in range(40)], seeds=1, epochs=5)
    data = data.assign(value=data["value"] if ends == "apart" else 1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = plots.curves(data[data["split"] == "test"])
        ax.figure.draw_without_rendering()
    names = [words.get_text() for words in ax.get_legend().get_texts()]
    assert len(names) == 25
    assert (names[0], names[-2], names[-1]) == ("setting 0", "setting 39", "… and 16 more")
    assert len(ax.lines) >= 40


@pytest.mark.parametrize("panels", [2, 3])
@pytest.mark.parametrize(
    ("draw", "table", "column"),
    [
        (plots.state_grid, cases.state, "quantity"),
        (plots.curve_grid, cases.curve, "metric"),
        (plots.distribution_grid, partial(cases.histogram, layers=1, collapsed=()), "layer"),
    ],
    ids=["state_grid", "curve_grid", "distribution_grid"],
)
def test_twenty_names_in_the_column_of_a_paper_are_all_read(draw, table, column, panels):
    """A legend that took most of the width would leave the panels none: the figure grows down."""
    names = [f"setting number {k}" for k in range(20)]
    data = table(names)
    one = data[data[column] == data[column].iloc[0]]
    data = pd.concat([one.assign(**{column: f"panel{k}"}) for k in range(panels)])
    with plots.theme("print", "paper"):
        figure = draw(data)
        assert faults(figure) == []
        (legend,) = [ax.get_legend() for ax in figure.axes if _explains(ax, names[0])]
        assert [words.get_text() for words in legend.get_texts()] == names


def test_twenty_long_names_above_the_panels_of_a_slide_leave_room_for_these():
    """A slide keeps its shape: below names of three lines, panels were as high as a line."""
    names = [f"momentum with a rather long name, rate 0.{k}, decay 1" for k in range(10, 30)]
    with plots.theme("light", "slides"):
        figure = plots.state_grid(cases.state(names, quantities=("gradient",)), by="optimizer")
        plots.headline(figure, "A title of one line")
        assert faults(figure, smallest=SMALLEST["slides"]) == []
    titles = [words.replace("\n", " ") for words in named(figure)]
    assert [words[-len("rate 0.10, decay 1") :] for words in titles] == [
        f"rate 0.{k}, decay 1" for k in range(10, 30)
    ]
    for ax in figure.axes:
        line = ax.title.get_fontsize() / 72 * figure.dpi
        assert ax.get_window_extent().height > 2.5 * line


def _explains(ax, name):
    legend = ax.get_legend()
    return legend is not None and name in [words.get_text() for words in legend.get_texts()]
