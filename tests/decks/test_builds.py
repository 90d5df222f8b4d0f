"""A figure step by step: what is added may change pixels, and nothing else does."""

import copy
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.collections import Collection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from PIL import Image

import nnviz
from nnviz import plots
from nnviz.decks.builds import stepwise, undrawn
from nnviz.decks.drawing import slides
from nnviz.decks.slide import Slide
from nnviz.publish.files import freeze_layout
from tests.plots import cases

DPI = 48


def pixels(slide):
    return np.asarray(Image.open(io.BytesIO(slide.picture("png", DPI))))


def touched(figure, artists):
    """Return the pixels that artists alone put ink on."""
    kinds = (Axis, Collection, Line2D, Patch, Text)
    rest = [one for kind in kinds for one in figure.findobj(kind) if one not in artists]
    with undrawn(rest):
        return pixels(Slide("", figure, ""))[..., 3] > 0


def paths():
    return plots.trajectories(cases.paths(), surface="bowl").figure


def curves():
    axes = plots.curves(cases.curve(("a", "b", "c")), metric="accuracy")
    plots.bracket(axes, 1.0, (0.2, 0.6), "apart")
    return axes.figure


def layers():
    return plots.activation_grid(cases.histogram(("one", "two"), layers=3))


def panels():
    return plots.function_grid(cases.shape(("sigmoid", "relu")))


@pytest.mark.parametrize("draw", [paths, curves, layers, panels])
def test_not_one_pixel_changes_outside_of_what_is_added(draw):
    with plots.theme("dark", "slides"):
        figure = draw()
        plots.headline(figure, "A claim")
        freeze_layout(figure)
        parts = plots.parts(figure)
        slides = stepwise(Slide("A claim", figure, "All.", ("Note.",), build=True))
        shown = [(slide, pixels(slide)) for slide in slides]
        assert len(shown) == len(parts) + 1 >= 3
        for (_, before), (_, after), (name, artists) in zip(
            shown, shown[1:], parts.items(), strict=False
        ):
            changed = (before != after).any(axis=-1)
            assert changed.any(), name
            if draw is panels:
                continue  # a panel is all that is in its axes
            assert not (changed & ~touched(figure, artists)).any(), name
        assert (shown[-1][1] == pixels(Slide("", figure, ""))).all()
    first, *_, last = (slide for slide, _ in shown)
    total = len(parts) + 1
    assert first.notes == (f"Step 1 of {total}: the axes.", "Note.")
    assert first.alt == "All. Shown so far: the axes."
    assert last.notes[0] == f"Step {total} of {total}: {list(parts)[-1]}."
    assert last.alt == "All."
    plt.close(figure)


def test_panels_appear_one_after_the_other():
    with plots.theme("light", "slides"):
        figure = panels()
        freeze_layout(figure)
        boxes = [ax.get_tightbbox() for ax in figure.axes]
        frames = [pixels(slide) for slide in stepwise(Slide("", figure, "", build=True))]
    high = frames[0].shape[0]
    scale = DPI / figure.dpi
    for box, before, after in zip(boxes, frames, frames[1:], strict=False):
        rows, columns = np.nonzero((before != after).any(axis=-1))
        assert box.x0 * scale - 2 <= columns.min()
        assert columns.max() <= box.x1 * scale + 2
        assert box.y0 * scale - 2 <= high - rows.max()
        assert high - rows.min() <= box.y1 * scale + 2
    plt.close(figure)


def test_entries_of_a_legend_come_with_their_part_and_keep_their_place():
    with plots.theme("light", "slides"):
        figure = paths()
        parts = plots.parts(figure)
        legend = figure.axes[0].get_legend()
        for sample, words in zip(legend.legend_handles, legend.get_texts(), strict=True):
            owner = parts[words.get_text()]
            assert sample in owner
            assert words in owner
    plt.close(figure)


def test_what_speaks_of_all_parts_comes_with_the_last():
    figure = curves()
    *others, last = plots.parts(figure).values()
    words = [artist for artist in last if getattr(artist, "get_text", str)() == "apart"]
    assert len(words) == 1
    assert not any(words[0] in other for other in others)
    plt.close(figure)


@pytest.mark.parametrize("draw", [paths, curves, panels])
def test_a_figure_of_a_worker_has_its_parts(draw):
    figure = draw()
    again = copy.deepcopy(figure)  # by what pickle, too, takes along
    parts = {name: [type(one) for one in own] for name, own in plots.parts(figure).items()}
    assert len(parts) >= 2
    assert {n: [type(one) for one in own] for n, own in plots.parts(again).items()} == parts
    plt.close("all")


def test_a_figure_of_one_part_is_one_slide():
    figure = plt.figure()
    figure.add_subplot().plot([1, 2])
    assert plots.parts(figure) == {}
    assert len(list(stepwise(Slide("", figure, "", build=True)))) == 1
    plt.close(figure)


def test_a_deck_builds_all_figures_or_those_that_are_asked_for():
    def shown(deck):
        return len(list(slides(deck._items, lambda line: None)))

    whole, stepped, one = nnviz.Deck(), nnviz.Deck(builds=True), nnviz.Deck()
    for deck, builds in ((whole, None), (stepped, None), (one, True)):
        deck.add("shapes/schedules", builds=builds)
    assert shown(whole) == 1
    assert shown(stepped) == shown(one) > 3
    plt.close("all")
