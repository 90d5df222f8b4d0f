"""The faults that a reader would find are found, and no others."""

import matplotlib.pyplot as plt
import pytest

from nnviz import plots
from nnviz.testing import assert_readable, faults, image_test


@pytest.fixture(autouse=True)
def _no_figure_left():
    yield
    plt.close("all")


@pytest.fixture
def figure():
    with plots.theme():
        return plt.figure()


@pytest.mark.parametrize(
    ("place", "words", "options", "fault"),
    [
        ((0.98, 0.5), "a long way out", {}, "'a long way out' leaves the canvas"),
        ((0.5, 0.51), "other", {}, "'one' lies on 'other'"),
        ((0.1, 0.1), "tiny", {"fontsize": 5}, "'tiny' has 5 pt, less than 7"),
        ((0.1, 0.1), "pale", {"color": "#aaa"}, "'pale' has a contrast of 2.3, less than 4.5"),
        (
            (0.1, 0.1),
            "thin",
            {"color": "black", "alpha": 0.3},
            "'thin' has a contrast of 2.1, less than 4.5",
        ),
        (
            (0.1, 0.1),
            "boxed",
            {"color": "black", "bbox": {"facecolor": "#444"}},
            "'boxed' has a contrast of 2.2, less than 4.5",
        ),
    ],
)
def test_a_fault_is_found(figure, place, words, options, fault):
    figure.text(0.5, 0.5, "one")
    figure.text(*place, words, **options)
    assert faults(figure, smallest=7) == [fault]
    with pytest.raises(AssertionError, match=fault):
        assert_readable(figure, smallest=7)


def test_what_is_not_seen_is_no_fault(figure):
    ax = figure.add_subplot()
    ax.plot([0, 1])
    ax.set_xticks([0, 0.5, 40])  # the last one is far out, and not drawn
    ax.set_xlim(0, 1)
    ax.text(0.5, 0.5, "on each other")
    ax.text(0.5, 0.5, "hidden", visible=False)
    ax.text(0.5, 0.5, "clear as glass", alpha=0)
    other = figure.add_axes((0, 0, 1, 1), visible=False)
    other.text(0.5, 0.5, "in hidden axes")
    assert faults(figure) == []


def test_the_ground_is_that_of_the_axes_under_the_words(figure):
    figure.set_layout_engine("none")
    ax = figure.add_axes((0.2, 0.2, 0.6, 0.6), facecolor="black", xticks=[], yticks=[])
    ax.text(0.5, 0.5, "on black", color="white")
    figure.text(0.01, 0.01, "on white", color="black")
    assert faults(figure) == []
    ax.set_facecolor((0, 0, 0, 0.2))
    assert faults(figure) == ["'on black' has a contrast of 1.6, less than 4.5"]


def test_only_figures_have_faults():
    with pytest.raises(TypeError, match="figure must be a Figure of matplotlib; got 'a figure'"):
        faults("a figure")


class TestImageTest:
    def test_the_look_is_the_same_whatever_is_set(self):
        @image_test(theme="dark")
        def drawn():
            return plt.figure().add_subplot()

        with plt.rc_context({"figure.facecolor": "red", "font.family": "monospace"}):
            figure = drawn()
        with plots.theme("dark"):
            expected = plt.rcParams["figure.facecolor"]
        assert figure.get_facecolor() == pytest.approx(plt.matplotlib.colors.to_rgba(expected))
        assert figure.axes[0].xaxis.label.get_fontfamily() == ["DejaVu Sans"]

    def test_an_unknown_theme_is_told_at_once(self):
        with pytest.raises(ValueError, match="theme must be one of light, dark, print; got 'drak'"):
            image_test(theme="drak")

    def test_a_test_that_returns_no_figure(self):
        @image_test()
        def drawn():
            pass

        with pytest.raises(TypeError, match="must return a matplotlib Figure or Axes; got None"):
            drawn()
