"""Frames: the last is the figure, each is what drawing the figure anew would give."""

import io

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from nnviz import plots, publish
from nnviz.errors import NnvizError
from nnviz.motion.stage import set_up
from nnviz.plots.moving import declared
from tests.plots import cases

from .kinds import KINDS

SIZE = (480, 270)


@pytest.fixture
def slides():
    with plots.theme("light", "slides"):
        yield


def made(kind):
    figure = KINDS[kind]()
    plots.headline(figure, "What is claimed stays")
    plots.caption(figure, "So does how to read it.")
    publish.files.freeze_layout(figure)
    return figure


def saved(figure, size=SIZE):
    """Return the pixels of the figure as a file of this size holds them."""
    inches = figure.get_size_inches()
    with mpl.rc_context({"savefig.dpi": size[0] / inches[0] * (1 + 1e-9)}):
        content = publish.figure_bytes(figure, "png")
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGBA"))


@pytest.mark.parametrize("kind", KINDS)
def test_frames_are_what_drawing_all_anew_gives_and_the_last_is_the_figure(kind, slides):
    """Whatever is kept from before is right, and what lies above what moves still does."""
    figure = made(kind)
    whole = saved(figure)
    with set_up(figure, SIZE, counted=False) as stage:
        assert np.array_equal(stage.still(), whole)
        middle = stage.clock.ticks(3)[1]
        frame = stage.at(middle).copy()
        assert np.array_equal(frame, anew(figure))
        assert not np.array_equal(frame, whole)
        assert np.array_equal(stage.at(stage.clock.last), whole)
    assert np.array_equal(saved(figure), whole), "the figure is not as before"


def anew(figure):
    """Return what the figure shows now, all of it drawn on a canvas of its own."""
    kept = [artist for artist in figure.findobj() if artist.get_animated()]
    for artist in kept:
        artist.set_animated(False)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    for artist in kept:
        artist.set_animated(True)
    return np.asarray(canvas.buffer_rgba())


@pytest.mark.parametrize("kind", ["paths", "basins", "layers"])
def test_outside_of_what_moves_no_pixel_changes(kind, slides):
    figure = made(kind)
    with set_up(figure, SIZE, counted=False) as stage:
        still = stage.still()
        changed = np.zeros(still.shape[:2], bool)
        for moment in stage.clock.ticks(5):
            changed |= (stage.at(moment) != still).any(axis=2)
        for ax in figure.axes:
            if any(one.artist.axes is ax for one in stage.moving):
                left, low, right, high = ax.bbox.padded(4).extents.round().astype(int)
                changed[SIZE[1] - high : SIZE[1] - low, left:right] = False
    assert not changed.any()


def test_names_travel_with_their_lines(slides):
    figure = made("descent")
    ax = figure.axes[0]
    with set_up(figure, SIZE, counted=False) as stage:
        at = {}
        for moment in (5.0, 20.0):
            stage.at(moment)
            at[moment] = [words.xy[0] for words in ax.texts]
    assert at == {5.0: [5.0] * 4, 20.0: [20.0] * 4}
    saved(figure)
    assert [words.xy[0] for words in ax.texts] == [30.0] * 4


def test_the_tip_of_a_line_runs_along_its_stroke_on_a_logarithmic_axis(slides):
    ax = plots.curves(broken_curve(), log=True)
    (line,) = (one for one in declared(ax) if one.artist is ax.lines[0])
    line.move.show(line.artist, 0.5)
    assert np.allclose(line.artist.get_xydata()[-1], [0.5, 0.1])  # 1 to 0.01: half the decades
    line.move.show(line.artist, 1.0)
    assert np.allclose(line.artist.get_xydata(), [[0, 1], [1, 0.01]])


def broken_curve():
    table = cases.curve(("a",), seeds=1, epochs=2, metric="loss").query("split == 'test'")
    return table.assign(epoch=[0.0, 1.0], value=[1.0, 0.01])


def test_what_is_lost_is_marked_when_it_is(slides):
    figure = made("lost paths")
    (note,) = (words for words in figure.axes[0].texts if "not finite" in words.get_text())
    with set_up(figure, SIZE) as stage:
        stage.at(6.9)
        assert not note.get_visible()
        stage.at(7.0)
        assert note.get_visible()


def test_a_start_has_its_colour_from_the_step_at_which_it_arrives(slides):
    figure = made("basins")
    table = cases.basin()
    rows = table[table["optimizer"] == "sgd"]
    image = figure.axes[0].images[0]
    with set_up(figure, SIZE) as stage:
        moment = float(np.nanmedian(rows["steps"]))
        stage.at(moment)
        seen = (np.asarray(image.get_array()) != [1, 1, 1, 1]).any(axis=2).sum()
    assert seen == (rows["steps"] <= moment).sum()


def test_the_step_stands_where_nothing_else_does(slides):
    for kind in ("paths", "layers"):
        figure = made(kind)
        with set_up(figure, SIZE) as told, set_up(figure, SIZE, counted=False) as plain:
            for moment in told.clock.ticks(3):
                bare = plain.at(moment).copy()
                rows, columns = np.nonzero((told.at(moment) != bare).any(axis=2))
                under = bare[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
                assert len(np.unique(under.reshape(-1, 4), axis=0)) <= 3


def test_a_figure_of_another_shape_stands_in_the_middle_of_its_ground():
    with plots.theme("dark", "notebook"):
        figure = plots.trajectories(cases.paths(), surface="bowl").figure
        figure.set_size_inches(4, 4)
        with set_up(figure, SIZE) as stage:
            frame = stage.at(3)
            assert frame.shape == (270, 480, 4)
            assert mpl.colors.to_hex(frame[100, 20] / 255) == stage.ground
            assert stage.dark


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plots.functions(cases.shape(("tanh",))).figure,
        lambda: plots.boundaries(cases.region(steps=(10,)), setting="none").figure,
    ],
    ids=["a function", "one step"],
)
def test_a_figure_that_does_not_move_is_told(draw):
    with (
        pytest.raises(NnvizError, match="figure must have something that moves"),
        set_up(draw(), SIZE),
    ):
        pass
