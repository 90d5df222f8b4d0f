"""What plots of races, of states and of arrows put on their axes, against the table."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color
from matplotlib.quiver import Quiver

from nnviz import optim, plots, tables
from nnviz.plots import palette, text
from nnviz.train import descend

from . import cases


@pytest.fixture(autouse=True)
def _no_figure_left():
    yield
    plt.close("all")


def row_names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def coloured(ax, name):
    colour = palette.styles(cases.raced()["optimizer"])[name].color
    return [line for line in ax.lines if same_color(line.get_color(), colour)]


class TestRace:
    def test_rows_are_named_by_rule_and_learning_rate_in_the_order_of_the_table(self):
        ax = plots.race(cases.raced())
        assert row_names(ax) == ["Adam at 0.5", "Momentum at 0.01", "SGD at 2×10⁻⁵"]
        assert ax.yaxis_inverted()

    def test_dots_are_heights_and_the_stroke_is_their_median(self):
        data = cases.raced()
        dots, stroke = coloured(plots.race(data), "momentum")
        heights = data[data["optimizer"] == "momentum"]["height"]
        assert dots.get_xdata() == pytest.approx(heights.to_numpy())
        assert set(dots.get_ydata()) == {1}
        assert stroke.get_xdata() == pytest.approx([heights.median()] * 2)

    def test_paths_that_diverged_are_counted_at_the_right_edge_and_in_the_median(self):
        data = cases.raced()
        ax = plots.race(data)
        dots, stroke, cross = coloured(ax, "sgd")
        heights = data[data["optimizer"] == "sgd"]["height"]
        assert len(dots.get_xdata()) == 10
        assert stroke.get_xdata()[0] == heights.median() > heights[np.isfinite(heights)].median()
        assert (cross.get_marker(), *cross.get_xydata()[0]) == ("X", 1.0, 2.0)
        assert cross.get_transform() == ax.get_yaxis_transform()
        assert [note.get_text() for note in ax.texts] == ["2"]

    def test_a_rule_that_always_diverges_has_no_median(self):
        data = cases.raced(("sgd",)).assign(height=np.inf)
        dots, cross = plots.race(data).lines
        assert not len(dots.get_xdata())
        assert cross.get_marker() == "X"

    def test_heights_at_zero_are_drawn_on_a_linear_axis(self):
        assert plots.race(cases.raced()).get_xscale() == "log"
        assert plots.race(cases.raced().assign(height=0.0)).get_xscale() == "linear"

    def test_panels_of_a_grid_share_the_heights_but_not_the_order_of_rows(self):
        first, second = cases.raced(("adam", "sgd")), cases.raced(("sgd", "adam"))
        data = [first.assign(surface="one"), second.assign(surface="two", height=1e-9)]
        left, right = plots.race_grid(pd.concat(data)).axes
        assert left.get_xlim() == right.get_xlim()
        assert [name.split(" at ")[0] for name in row_names(left)] == ["Adam", "SGD"]
        assert [name.split(" at ")[0] for name in row_names(right)] == ["SGD", "Adam"]

    @pytest.mark.parametrize(
        ("rate", "words"),
        [(0.5, "0.5"), (0.0125, "0.0125"), (1e-6, "10⁻⁶"), (2e-5, "2×10⁻⁵"), (1e7, "10⁷")],
    )
    def test_a_chosen_number_keeps_its_digits(self, rate, words):
        assert text.rate(rate) == words


class TestStates:
    def test_x_is_solid_and_y_is_dashed_in_the_colour_of_the_rule(self):
        data = cases.state()
        ax = plots.states(data.sample(frac=1, random_state=0), quantity="velocity")
        rows = data[(data["quantity"] == "velocity") & (data["optimizer"] == "adam")]
        colour = palette.styles(["momentum", "adam"])["adam"].color
        lines = {
            line.get_linestyle(): line
            for line in ax.lines
            if same_color(line.get_color(), colour) and len(line.get_xdata()) > 1
        }
        assert lines["-"].get_ydata() == pytest.approx(rows["along_x"].to_numpy())
        assert lines["--"].get_ydata() == pytest.approx(rows["along_y"].to_numpy())
        assert ax.get_ylabel() == "velocity"

    def test_one_rule_has_its_lines_named_by_coordinate(self):
        ax = plots.states(cases.state(("adam",), quantities=("mean",)))
        assert sorted(note.get_text() for note in ax.texts) == ["x", "y"]
        assert ax.get_legend() is None

    def test_several_rules_have_the_dashes_explained(self):
        ax = plots.states(cases.state(), quantity="gradient")
        assert [t.get_text() for t in ax.get_legend().get_texts()] == ["along x", "along y"]
        assert [note.get_text() for note in ax.texts] == ["Momentum", "Adam"]

    def test_a_quantity_must_be_named_if_there_are_several(self):
        with pytest.raises(ValueError, match="quantity must be one of gradient, velocity; got"):
            plots.states(cases.state())
        with pytest.raises(ValueError, match=r"quantity must be one of .*did you mean 'velocity'"):
            plots.states(cases.state(), quantity="velocty")

    def test_panels_are_titled_in_words_and_have_scales_of_their_own(self):
        figure = plots.state_grid(cases.state(quantities=("gradient", "square")))
        titles = [ax.get_title(loc="left") or ax.get_title() for ax in figure.axes]
        words = [" ".join(title.split()) for title in titles]
        assert words == ["gradient", "running mean of squared gradients"]
        assert not figure.axes[0].get_shared_y_axes().joined(*figure.axes)

    def test_panels_of_rules_share_the_scale(self):
        figure = plots.state_grid(cases.state(quantities=("gradient",)), by="optimizer")
        assert figure.axes[0].get_shared_y_axes().joined(*figure.axes[:2])
        assert figure.axes[0].get_ylabel() == "gradient"

    def test_every_state_of_every_rule_has_a_word(self):
        kept = {
            name: descend("bowl", optim.make(name, 0.1), (-7, 2), steps=3, keep_states=True)
            for name in optim.RULES
        }
        assert set(tables.state_table(kept)["quantity"]) == set(text.STATES)


class TestArrows:
    def arrows(self, ax):
        return [artist for artist in ax.get_children() if isinstance(artist, Quiver)]

    def test_gradients_are_drawn_reversed_and_updates_as_they_are(self):
        data = cases.state(("sgd",), quantities=("gradient", "update"))
        downhill, update = self.arrows(plots.arrows(data))
        rows = data[(data["step"] % 2 == 0) & (data["quantity"] == "gradient")]
        np.testing.assert_allclose(downhill.XY, rows[["x", "y"]])
        assert (np.sign(downhill.U) == -np.sign(rows["along_x"])).all()
        rows = data[(data["step"] % 2 == 0) & (data["quantity"] == "update")]
        assert (np.sign(update.V) == np.sign(rows["along_y"])).all()

    def test_arrows_are_true_to_each_other_and_the_longest_is_a_part_of_the_view(self):
        data = cases.state(("sgd",), quantities=("gradient",))
        ax = plots.arrows(data)
        (quiver,) = self.arrows(ax)
        rows = data[data["step"] % 2 == 0]
        ratio = -quiver.U / rows["along_x"]
        assert ratio.to_numpy() == pytest.approx(np.full(len(rows), ratio.iloc[0]))
        width, height = np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())
        assert np.hypot(quiver.U / width, quiver.V / height).max() == pytest.approx(0.18)

    def test_a_long_path_has_at_most_25_points_with_arrows(self):
        path = descend("bowl", optim.momentum(0.01), (-7, 2), steps=500, keep_states=True)
        table = tables.state_table({"momentum": path})
        ax = plots.arrows(table, quantities=["velocity"], surface="bowl")
        (quiver,) = self.arrows(ax)
        assert 20 <= len(quiver.U) <= 25
        assert [t.get_text() for t in ax.get_legend().get_texts()] == ["−velocity"]

    def test_nothing_moves_nothing_is_drawn(self):
        data = cases.state(("sgd",), quantities=("gradient",)).assign(along_x=0.0, along_y=0.0)
        assert self.arrows(plots.arrows(data)) == []

    @pytest.mark.parametrize("wrong", ["square", "step_size", "velocity"])
    def test_what_has_no_direction_or_is_not_there_is_refused(self, wrong):
        data = cases.state(("sgd",), quantities=("gradient", "square", "step_size"))
        with pytest.raises(ValueError, match=f"quantities must be one of gradient; got '{wrong}'"):
            plots.arrows(data, quantities=[wrong])


class TestDescentGrid:
    def test_a_panel_for_each_quantity(self):
        data = cases.paths(("sgd", "adam")).assign(distance=1.0)
        figure = plots.descent_grid(data)
        titles = [ax.get_title(loc="left") or ax.get_title() for ax in figure.axes]
        shown = ["loss", "gradient norm", "distance to minimum"]
        assert [title.replace("\n", " ") for title in titles[:3]] == shown
        line = figure.axes[2].lines[0]
        assert set(line.get_ydata()) == {1.0}

    def test_a_quantity_that_the_table_has_not_is_named(self):
        with pytest.raises(ValueError, match="must have the column distance; missing: distance"):
            plots.descent_grid(cases.paths())
        with pytest.raises(ValueError, match="must have the column distance; missing: distance"):
            plots.descent(cases.paths(), quantity="distance")


def test_a_path_that_diverges_is_drawn_to_where_it_left_the_view_and_marked():
    """From the rule to the picture: SGD beyond its limit on the bowl."""
    descent = descend("bowl", optim.sgd(1.05), [(-7.0, 2.0)], steps=100)
    assert descent.diverged.all()
    ax = plots.trajectories(tables.trajectory_table({"sgd": descent}), surface="bowl")
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    points = descent.points[: descent.last[0] + 1, 0]
    inside = (abs(points[:, 1]) <= y1) & (points[:, 1] >= y0)
    until = int(np.argmin(inside))
    assert [note.get_text() for note in ax.texts] == [f"out at step {until}"]
    (cross,) = [line for line in ax.lines if line.get_marker() == "X"]
    x, y = cross.get_xydata()[0]
    assert x0 < x < x1
    assert y == pytest.approx(y0 if points[until, 1] < 0 else y1)
    path = next(line for line in ax.lines if len(line.get_xdata()) == until + 1)
    assert path.get_xydata()[:-1] == pytest.approx(points[:until])
    assert path.get_xydata()[-1] == pytest.approx((x, y))
