"""Marks for what a title counts."""

import matplotlib.pyplot as plt
import pytest

from nnviz import plots, testing


@pytest.fixture
def axes():
    with plots.theme("light", "slides"):
        axes = plt.figure().subplots()
        axes.plot([1, 100], [0, 1])
        axes.set_xscale("log")
        yield axes


def test_a_star_is_on_its_point_and_leaves_the_limits_alone(axes):
    limits = axes.axis()
    plots.star(axes, 100, 1)
    assert not axes.texts
    plots.star(axes, 100, 1, "best $")
    assert axes.lines[-1].get_xydata().tolist() == [[100, 1]]
    assert (axes.texts[0].get_text(), axes.texts[0].xy) == ("best $", (100, 1))
    assert axes.axis() == limits


CROSSED = {  # lines through the corners of the point (0.5, 0.5) that would be taken before
    ("left", "bottom"): [],
    ("left", "top"): [([0.52, 0.9], [0.52, 0.9])],
    ("right", "bottom"): [([0.52, 0.9], [0.52, 0.9]), ([0.52, 0.9], [0.48, 0.1])],
    ("right", "top"): [
        ([0.52, 0.9], [0.52, 0.9]),
        ([0.52, 0.9], [0.48, 0.1]),
        ([0.1, 0.48], [0.9, 0.52]),
    ],
}


@pytest.mark.parametrize("corner", CROSSED, ids="-".join)
def test_the_words_of_a_star_stand_where_they_cover_no_line(corner):
    with plots.theme("light"):
        axes = plt.figure().subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    for x, y in CROSSED[corner]:
        axes.plot(x, y)
    plots.star(axes, 0.5, 0.5, "the best")
    words = axes.texts[0]
    assert (words.get_ha(), words.get_va()) == corner


def test_the_words_of_a_star_at_an_edge_stay_inside(axes):
    plots.star(axes, 100, 1, "the highest")
    axes.figure.draw_without_rendering()
    inside, words = axes.get_window_extent(), axes.texts[0].get_window_extent()
    assert words.x1 <= inside.x1
    assert words.y1 <= inside.y1


def test_a_bracket_spans_what_it_measures_and_names_it_in_the_middle(axes):
    limits = axes.axis()
    plots.bracket(axes, (2, 50), 0.5, "25 times")
    assert axes.lines[-1].get_xydata().tolist() == [[2, 0.5], [50, 0.5]]
    assert (axes.texts[0].get_text(), axes.texts[0].xy) == ("25 times", (10, 0.5))
    assert axes.axis() == limits
    axes.set_xscale("linear")
    plots.bracket(axes, (2, 50), 0.5, "48 more")
    assert axes.texts[1].xy == (26, 0.5)


def test_an_upright_bracket_is_named_on_its_right(axes):
    limits = axes.axis()
    plots.bracket(axes, 10, (0.2, 0.6), "0.4 more")
    assert axes.lines[-1].get_xydata().tolist() == [[10, 0.2], [10, 0.6]]
    assert (axes.texts[0].get_text(), axes.texts[0].xy) == ("0.4 more", (10, 0.4))
    axes.figure.draw_without_rendering()
    assert axes.texts[0].get_window_extent().x0 > axes.transData.transform((10, 0.4))[0]
    axes.set_yscale("log")
    plots.bracket(axes, 10, (0.1, 0.4), "4 times")
    assert axes.texts[1].xy == (10, pytest.approx(0.2))
    axes.set_yscale("linear")
    assert axes.axis() == limits


def test_a_frame_goes_once_around(axes):
    limits = axes.axis()
    plots.frame(axes, (2, 50), (0.2, 0.4))
    corners = [[2, 0.2], [50, 0.2], [50, 0.4], [2, 0.4], [2, 0.2]]
    assert axes.lines[-1].get_xydata().tolist() == corners
    assert axes.axis() == limits


@pytest.mark.parametrize("where", [{"x": 10}, {"y": 0.25}])
@pytest.mark.parametrize("upside_down", [False, True])
def test_the_words_of_a_guide_stay_inside_the_axes(axes, where, upside_down):
    if upside_down:
        axes.invert_yaxis()
        axes.invert_xaxis()
    plots.guide(axes, "a bound", **where)
    axes.figure.draw_without_rendering()
    inside, words = axes.get_window_extent(), axes.texts[0].get_window_extent()
    assert inside.x0 <= words.x0 < words.x1 <= inside.x1 + 1
    assert inside.y0 <= words.y0 < words.y1 <= inside.y1 + 1
    assert not testing.faults(axes.figure)


ALONG = {  # lines that leave one place free at a guide that lies at 0.5
    ("right", "bottom"): [],
    ("right", "top"): [(0.55, 0.55)],
    ("left", "bottom"): [(0.4, 0.55), (0.4, 0.45)],
    ("left", "top"): [(0.55, 0.55), (0.5, 0.44)],
}


@pytest.mark.parametrize("place", ALONG, ids="-".join)
def test_the_words_of_a_level_guide_stand_where_they_cover_no_line(place):
    with plots.theme("light"):
        axes = plt.figure().subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    for ends in ALONG[place]:
        axes.plot([0, 1], ends)
    plots.guide(axes, "a bound", y=0.5)
    words = axes.texts[0]
    assert (words.get_ha(), words.get_va()) == place
    axes.figure.draw_without_rendering()
    box = words.get_window_extent()
    paths = [line.get_path().transformed(axes.transData) for line in axes.lines[:-1]]
    assert not any(path.intersects_bbox(box, filled=False) for path in paths)


def test_the_words_of_two_guides_close_together_do_not_meet():
    with plots.theme("light"):
        axes = plt.figure().subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    plots.guide(axes, "upper", y=0.5)
    plots.guide(axes, "lower", y=0.47)
    axes.figure.draw_without_rendering()
    upper, lower = (words.get_window_extent() for words in axes.texts)
    assert not upper.overlaps(lower)


@pytest.mark.parametrize("where", [{}, {"x": 1, "y": 1}])
def test_a_guide_is_upright_or_level(axes, where):
    with pytest.raises(ValueError, match="guide must have x or y; got x="):
        plots.guide(axes, "a bound", **where)


def test_a_highlight_covers_the_parts_that_are_chosen(axes):
    plots.highlight(axes, range(5), [0, 1, 0, 1, 0], where=[True, False, True, True])
    x, y = axes.lines[-1].get_data()
    parts = [[0, 1], [2, 3], [3, 4]]
    assert x.reshape(-1, 3)[:, :2].tolist() == parts
    assert y.reshape(-1, 3)[:, :2].tolist() == [[0, 1], [0, 1], [1, 0]]
    assert (x.reshape(-1, 3)[:, 2] != x.reshape(-1, 3)[:, 2]).all()  # NaN: the pen is lifted


def test_the_label_of_a_highlight_stands_at_the_first_part_that_is_chosen(axes):
    plots.highlight(axes, [1, 2, 3], [0, 0.5, 0], where=[False, True], label="downhill")
    assert (axes.texts[0].get_text(), axes.texts[0].xy) == ("downhill", (2, 0.5))
    plots.highlight(axes, [1, 2, 3], [0, 0.5, 0], where=[False, False], label="nowhere")
    assert len(axes.texts) == 1


@pytest.mark.parametrize(
    ("solid", "coordinates", "where", "message"),
    [
        (True, [[1, 2], [1, 2]], [True], "coordinates must be x, y and z on these axes; got 2"),
        (False, [[1, 2]] * 3, [True], "coordinates must be x and y on these axes; got 3"),
        (False, [[1, 2]], [True], "coordinates must be x and y on these axes; got 1"),
        (False, [], [True], "coordinates must be x and y on these axes; got 0"),
        (False, [[1, 2], [1, 2, 3]], [True], r"of as many points each; got shapes \(2,\), \(3,\)"),
        (False, [[[1, 2]], [[1, 2]]], [True], "of as many points each; got shapes"),
        (False, [[], []], [], "of as many points each; got shapes"),
        (False, [[1, 2], [1, 2]], [True, False], r"where must have 1 entries.*got shape \(2,\)"),
    ],
)
def test_a_highlight_that_does_not_fit_the_axes_is_refused(solid, coordinates, where, message):
    axes = plt.figure().add_subplot(projection="3d" if solid else None)
    with pytest.raises(ValueError, match=message):
        plots.highlight(axes, *coordinates, where=where, label="here")
    assert not axes.lines
    plt.close("all")


def test_the_label_of_a_highlight_stands_beside_it_in_three_dimensions():
    figure = plt.figure()
    axes = figure.add_subplot(projection="3d")
    plots.highlight(axes, [1, 2, 3], [4, 5, 6], [7, 8, 9], where=[False, True], label="uphill")
    (point,) = axes.plot(2, 5, 8, "o")
    for azimuth in (-120, 30):
        axes.view_init(azim=azimuth)
        figure.draw_without_rendering()
        seen, words = point.get_window_extent(), axes.texts[0].get_window_extent()
        assert words.y0 < (seen.y0 + seen.y1) / 2 < words.y1
        assert 0 < (seen.x0 + seen.x1) / 2 - words.x1 < words.height
    assert not testing.faults(figure)


def test_the_words_of_an_upright_guide_go_to_the_side_that_has_room(axes):
    plots.guide(axes, "a bound on the left", x=90)
    assert axes.texts[0].get_ha() == "right"


def test_without_words_nothing_is_written(axes):
    plots.guide(axes, "", y=0.5)
    plots.bracket(axes, (2, 50), 0.5, "")
    assert not axes.texts
