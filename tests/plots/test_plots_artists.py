"""What each plot puts on its axes: positions, colours and words, against the table."""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color

from nnviz import plots, studies, surfaces, tables
from nnviz.plots import _ground, palette
from nnviz.plots._end_labels import End, end_labels
from nnviz.plots._histogram import Histogram
from nnviz.publish.files import figure_bytes
from nnviz.testing import faults

from . import cases


@pytest.fixture(autouse=True)
def _no_figure_left():
    yield
    plt.close("all")


def lines_of(ax, colour):
    """Lines of this colour with more than one point."""
    return [
        line
        for line in ax.lines
        if same_color(line.get_color(), colour) and len(line.get_xdata()) > 1
    ]


def markers_of(ax, marker):
    return [line for line in ax.lines if line.get_marker() == marker and len(line.get_xdata()) == 1]


def at(line):
    return pytest.approx((line.get_xdata()[0], line.get_ydata()[0]))


class TestTrajectories:
    def test_a_path_goes_through_all_points_from_ring_to_dot(self):
        data = cases.paths(("sgd",))
        ax = plots.trajectories(data.sample(frac=1, random_state=0), surface=cases.BOWL)
        path = lines_of(ax, palette.styles(["sgd"])["sgd"].color)[0]
        assert path.get_xydata() == pytest.approx(data[["x", "y"]].to_numpy())
        ring, dot = markers_of(ax, "o")
        assert same_color(ring.get_markerfacecolor(), "white")
        assert same_color(dot.get_markerfacecolor(), path.get_color())
        assert at(ring) == (-7, 2)
        assert tuple(data[["x", "y"]].iloc[-1]) == at(dot)

    def test_the_minima_are_stars(self):
        surface = surfaces.get("himmelblau")
        ax = plots.trajectories(cases.path("sgd", np.zeros(3), np.zeros(3)), surface=surface)
        assert {tuple(star.get_xydata()[0]) for star in markers_of(ax, "*")} == set(surface.minima)

    def test_a_path_ends_in_a_cross_where_it_leaves_the_view(self):
        data = cases.path("sgd", np.array([0.0, 1.0, 3.0, 5.0]), np.array([0.0, 0.0, 1.0, 1.0]))
        ax = plots.trajectories(data, view=((-2, 2), (-2, 2)))
        (cross,) = markers_of(ax, "X")
        assert at(cross) == (2.0, 0.5)
        assert [text.get_text() for text in ax.texts] == ["out at step 2"]
        path = lines_of(ax, palette.styles(["sgd"])["sgd"].color)[0]
        assert path.get_xydata() == pytest.approx(np.array([[0, 0], [1, 0], [2, 0.5]]))

    @pytest.mark.parametrize("lost", [np.nan, np.inf])
    def test_a_path_ends_in_a_cross_where_it_stops_being_finite(self, lost):
        data = cases.path("sgd", np.array([0.0, 1.0, lost, 1.5]), np.zeros(4))
        ax = plots.trajectories(data, surface=cases.BOWL)
        (cross,) = markers_of(ax, "X")
        assert at(cross) == (1.0, 0.0)
        assert [text.get_text() for text in ax.texts] == ["not finite from step 2"]

    def test_notes_on_paths_that_leave_side_by_side_do_not_lie_on_each_other(self):
        rules = dict.fromkeys(("adam", "adamw", "nadam", "rprop"), 0.1)
        paths = studies.optimizer_trajectories("monkey_saddle", rules, steps=60).table("paths")
        ax = plots.trajectories(paths, surface="monkey_saddle")
        assert len(ax.texts) == 4
        assert not faults(ax.figure)

    def test_a_relative_differs_from_its_method_by_dash_and_hollow_markers(self):
        rules = {"adam": 0.1, "adamw": 0.1}
        paths = studies.optimizer_trajectories("bowl", rules, steps=10).table("paths")
        ax = plots.trajectories(paths)
        lines = [line for line in ax.lines if len(line.get_xdata()) == 11]
        assert [line.get_linestyle() for line in lines] == ["-", "--"]
        marks = [line for line in ax.lines if len(line.get_xdata()) == 10]
        hollow = [not same_color(m.get_markerfacecolor(), m.get_color()) for m in marks]
        assert hollow == [False, True]

    def test_a_path_that_was_never_finite_leaves_the_others_alone(self):
        lost = cases.path("adam", np.full(3, np.nan), np.zeros(3))
        ax = plots.trajectories(pd.concat([cases.paths(("sgd",)), lost]), surface=cases.BOWL)
        assert lines_of(ax, palette.styles(["sgd"])["sgd"].color)
        assert not lines_of(ax, palette.styles(["adam"])["adam"].color)

    def test_all_panels_of_a_grid_have_the_same_view(self):
        figure = plots.trajectory_grid(cases.paths(), surface=cases.BOWL)
        assert len({(*ax.get_xlim(), *ax.get_ylim()) for ax in figure.axes}) == 1

    def test_the_view_follows_the_paths_within_the_surface(self):
        far = cases.path("sgd", np.array([1.0, 1e6]), np.array([0.0, -1e6]))
        ax = plots.trajectories(far, surface=cases.BOWL)
        (x0, x1), (y0, y1) = cases.BOWL.view
        assert x0 <= ax.get_xlim()[0] < ax.get_xlim()[1] <= x1
        assert y0 <= ax.get_ylim()[0] < ax.get_ylim()[1] <= y1

    @pytest.mark.parametrize("view", [((1, -1), (0, 1)), ((0, 1), (0, np.nan)), (0, 1)])
    def test_a_view_is_a_box(self, view):
        with pytest.raises((TypeError, ValueError), match=r"view must be a .*; got"):
            plots.trajectories(cases.paths(), view=view)

    def test_a_surface_may_be_named(self):
        assert markers_of(plots.trajectories(cases.paths(), surface="bowl"), "*")
        with pytest.raises(ValueError, match=r"surface must be one of .*did you mean 'bowl'"):
            plots.trajectory_grid(cases.paths(), surface="bowls")


class TestLevels:
    @pytest.mark.parametrize("name", surfaces.SURFACES)
    def test_levels_are_few_ascending_and_within_the_values(self, name):
        surface = surfaces.get(name)
        x, y = np.meshgrid(*(np.linspace(*side, 50) for side in surface.view))
        value = surface.value(x, y)
        levels = _ground.levels(value, surface)
        assert len(levels) <= 30
        assert (np.diff(levels) > 0).all()
        assert ((levels > np.nanmin(value)) & (levels < np.nanmax(value))).sum() >= 5

    def test_a_flat_surface_has_none(self):
        assert len(_ground.levels(np.ones((3, 3)), cases.BOWL)) == 0


class TestDescent:
    def test_a_line_is_the_loss_of_each_step(self):
        data = cases.paths(("sgd", "adam"))
        ax = plots.descent(data, quantity="gradient_norm")
        (line,) = lines_of(ax, palette.styles(["adam"])["adam"].color)
        rows = data[data["optimizer"] == "adam"]
        assert line.get_ydata() == pytest.approx(rows["gradient_norm"].to_numpy())
        assert [text.get_text() for text in ax.texts] == ["SGD", "Adam"]

    def test_starts_of_one_optimizer_are_named_once(self):
        ax = plots.descent(cases.paths(("sgd",), starts=4))
        assert [text.get_text() for text in ax.texts] == ["SGD"]

    def test_unknown_quantities_are_refused(self):
        with pytest.raises(ValueError, match="quantity must be one of loss, gradient_norm"):
            plots.descent(cases.paths(), quantity="losss")


class TestActivations:
    def test_rows_have_areas_as_their_counts(self):
        """Two layers of the same size have the same area, however wide their values spread."""
        ax = plots.activations(cases.histogram(layers=3, spread=0.4))
        steps = [patch.get_data() for patch in ax.patches]
        areas = [((step.baseline - step.values) * np.diff(step.edges)).sum() for step in steps]
        assert len(areas) == 3
        assert areas == pytest.approx([areas[0]] * 3, rel=1e-3)

    def test_the_highest_row_fills_its_place_and_no_row_leaves_it(self):
        ax = plots.activations(cases.histogram(layers=4))
        tips = [patch.get_data().baseline - patch.get_data().values.min() for patch in ax.patches]
        assert max(tips) == pytest.approx(0.86)
        assert [patch.get_data().baseline for patch in ax.patches] == [0, 1, 2, 3]

    def test_the_range_follows_the_data(self):
        ax = plots.activations(cases.histogram(spread=0.1, layers=2))
        low, high = ax.get_xlim()
        assert -0.6 < low < -0.2
        assert 0.2 < high < 0.6

    def test_a_collapsed_layer_is_a_spike_with_words(self):
        data = cases.histogram(("wide", "collapsed"), layers=2)
        ax = plots.activations(data, setting="collapsed")
        assert [text.get_text() for text in ax.texts] == ["all in ±0.033", "all in ±0.033"]
        assert ax.get_xlim() == (-1, 1)

    def test_half_a_layer_at_zero_does_not_flatten_the_rest(self):
        edges = np.linspace(0, 2, 41)
        count = np.exp(-edges[:-1])
        count[0] = count[1:].sum()
        data = pd.DataFrame(
            {"setting": "relu", "layer": 1, "left": edges[:-1], "right": edges[1:], "count": count}
        )
        ax = plots.activations(data)
        heights = -ax.patches[0].get_data().values
        assert heights[1] == pytest.approx(0.86)
        assert [text.get_text() for text in ax.texts] == ["50% in 0 to 0.05"]

    def test_a_bin_without_width_is_drawn(self):
        data = pd.DataFrame(
            {"setting": "zeros", "layer": [1], "left": [0.5], "right": [0.5], "count": [100]}
        )
        ax = plots.activations(data)
        assert [text.get_text() for text in ax.texts] == ["all in 0.5"]

    def test_panels_share_a_range_if_asked(self):
        data = cases.histogram(("tanh, Xavier", "tanh, std 0.01"))
        own = plots.activation_grid(data)
        shared = plots.activation_grid(data, share_range=True)
        assert len({ax.get_xlim() for ax in shared.axes}) == 1
        assert own.axes[0].get_xlim() == shared.axes[0].get_xlim()

    def test_the_setting_must_be_named_if_there_are_several(self):
        data = cases.histogram(("tanh, Xavier", "tanh, He"))
        with pytest.raises(ValueError, match="setting must be one of tanh, Xavier, tanh, He"):
            plots.activations(data)
        with pytest.raises(ValueError, match="did you mean 'tanh, He'"):
            plots.activations(data, setting="tanh, Hee")


class TestHistogram:
    def test_gaps_between_bins_are_empty_bins(self):
        rows = pd.DataFrame({"left": [2.0, 0.0], "right": [3.0, 1.0], "count": [1, 3]})
        histogram = Histogram.read(rows)
        assert histogram.edges.tolist() == [0, 1, 2, 3]
        assert histogram.share.tolist() == [0.75, 0, 0.25]

    def test_the_density_integrates_to_one(self):
        histogram = Histogram(np.array([0, 0.1, 1, 5]), np.array([0.2, 0.5, 0.3]))
        assert (histogram.density() * np.diff(histogram.edges)).sum() == pytest.approx(1)

    @pytest.mark.parametrize(
        ("share", "spikes"),
        [
            ([0.1, 0.8, 0.1], [(1, 2, 0.8)]),
            ([0.0, 0.5, 0.5], [(1, 3, 1.0)]),
            ([0.45, 0.1, 0.45], [(0, 1, 0.45), (2, 3, 0.45)]),
            ([0.34, 0.33, 0.33], []),
            ([0.3, 0.4, 0.3], []),
        ],
    )
    def test_spikes(self, share, spikes):
        assert Histogram(np.arange(4.0), np.array(share)).spikes() == spikes

    def test_an_empty_histogram_keeps_its_range(self):
        histogram = Histogram(np.arange(4.0), np.zeros(3))
        assert histogram.reach() == (0, 3)
        assert histogram.tallest() == 0


class TestDistributions:
    def test_areas_are_one(self):
        ax = plots.distributions(cases.histogram(("a", "b"), layers=1))
        for patch in ax.patches:
            values, edges, _ = patch.get_data()
            assert (values * np.diff(edges)).sum() == pytest.approx(1)

    def test_the_panels_of_a_grid_hold_all_of_every_layer(self):
        figure = plots.distribution_grid(cases.histogram(("a",), layers=4, collapsed=()))
        assert len({ax.get_ylim() for ax in figure.axes}) == 1
        low, high = figure.axes[0].get_ylim()
        assert low == 0
        assert high >= max(p.get_data().values.max() for ax in figure.axes for p in ax.patches)

    def test_a_spike_does_not_flatten_the_rest_and_says_what_it_holds(self):
        data = cases.histogram(("a",), layers=3, collapsed=())
        total = data.query("layer == 2")["count"].sum()
        data.loc[(data["layer"] == 2) & (data["left"].abs() < 1e-9), "count"] = 3 * total
        figure = plots.distribution_grid(data)
        _, high = figure.axes[0].get_ylim()
        smooth = [ax.patches[0].get_data().values.max() for ax in figure.axes[::2]]
        spike = figure.axes[1].patches[0].get_data().values.max()
        assert max(smooth) < high < 2 * max(smooth) < spike
        assert [[note.get_text() for note in ax.texts] for ax in figure.axes] == [
            [],
            ["76%"],
            [],
        ]

    def test_a_layer_can_be_chosen(self):
        data = cases.histogram(("a",), layers=3)
        with pytest.raises(ValueError, match="layer must be one of 1, 2, 3; got None"):
            plots.distributions(data)
        assert plots.distributions(data, layer=2).patches


class TestCurves:
    def test_a_line_is_the_mean_and_a_band_the_range_over_seeds(self):
        data = cases.curve(("none",), seeds=4)
        rows = data[data["split"] == "test"]
        ax = plots.curves(rows)
        by_epoch = rows.groupby("epoch")["value"]
        (line,) = ax.lines
        assert line.get_ydata() == pytest.approx(by_epoch.mean().to_numpy())
        edges = ax.collections[0].get_paths()[0].vertices
        assert edges[:, 1].min() == pytest.approx(rows["value"].min())
        assert edges[:, 1].max() == pytest.approx(rows["value"].max())

    def test_splits_differ_by_dash_and_settings_by_colour(self):
        ax = plots.curves(cases.curve())
        seen = {(line.get_color(), line.get_linestyle()) for line in ax.lines}
        assert len(ax.lines) == len(seen) == 4
        assert {dash for _, dash in seen} == {"-", "--"}
        key = [text.get_text() for text in ax.get_legend().get_texts()]
        assert key == ["test", "train"]
        assert [text.get_text() for text in ax.texts] == ["none", "weight decay 0.1"]

    def test_the_splits_of_a_single_setting_are_named_at_the_lines(self):
        ax = plots.curves(cases.curve(("none",)))
        assert {text.get_text() for text in ax.texts} == {"test", "train"}
        assert ax.get_legend() is None

    def test_bands_are_accepted_as_they_are(self):
        data = cases.curve()
        band = plots.curves(tables.bands(data, x="epoch"))
        for one, other in zip(plots.curves(data).lines, band.lines, strict=True):
            assert one.get_xydata() == pytest.approx(other.get_xydata())

    def test_bands_need_the_column_that_runs_to_the_right(self):
        with pytest.raises(ValueError, match="missing: epoch"):
            plots.curves(tables.bands(cases.curve(), x="step"))

    def test_a_line_that_becomes_nan_ends_in_a_cross(self):
        data = cases.curve(("none",), seeds=1)
        data = data[data["split"] == "test"].reset_index(drop=True)
        data.loc[data.index >= 10, "value"] = np.nan
        ax = plots.curves(data)
        (cross,) = markers_of(ax, "X")
        assert cross.get_xdata()[0] == data["epoch"][9]

    def test_decades_get_a_logarithmic_axis(self):
        data = cases.curve(metric="loss")
        assert plots.curves(data).get_yscale() == "linear"
        wide = data.assign(value=data["value"] ** 6)
        assert plots.curves(wide).get_yscale() == "log"
        assert plots.curves(wide, log=False).get_yscale() == "linear"

    def test_the_axis_names_the_split_if_there_is_one(self):
        data = cases.curve()
        assert plots.curves(data[data["split"] == "test"]).get_ylabel() == "test accuracy"
        assert plots.curves(data).get_ylabel() == "accuracy"

    def test_the_metric_must_be_named_if_there_are_several(self):
        data = pd.concat([cases.curve(), cases.curve(metric="loss")])
        with pytest.raises(ValueError, match="metric must be one of accuracy, loss; got None"):
            plots.curves(data)
        assert plots.curves(data, metric="loss").get_ylabel() == "loss"

    def test_unknown_splits_beside_known_ones_are_refused(self):
        data = cases.curve()
        other = data[data["split"] == "test"].assign(split="dev")
        with pytest.raises(ValueError, match="split must be one of test, train, validation; got"):
            plots.curves(pd.concat([data, other]))

    def test_a_grid_by_setting_has_one_scale(self):
        figure = plots.curve_grid(cases.curve(), by="setting")
        assert [ax.get_title(loc="center") or ax.get_title(loc="left") for ax in figure.axes] == [
            "none",
            "weight decay 0.1",
        ]
        assert len({ax.get_ylim() for ax in figure.axes}) == 1

    def test_a_grid_by_an_unknown_column_is_refused(self):
        with pytest.raises(ValueError, match=r"by must be a column of data, one of setting, .*'x'"):
            plots.curve_grid(cases.curve(), by="x")


class TestByLayer:
    def test_decades_get_a_logarithmic_axis_and_layers_their_numbers(self):
        ax = plots.by_layer(cases.statistic())
        assert ax.get_yscale() == "log"
        assert [label.get_text() for label in ax.get_xticklabels()] == list("12345")
        assert ax.get_ylabel() == "standard deviation"

    def test_zeros_are_triangles_on_the_lower_edge(self):
        data = cases.statistic(("zeros", "He"))
        data.loc[data["setting"] == "zeros", "value"] = 0.0
        ax = plots.by_layer(data, log=True)
        edge = ax.get_xaxis_transform()
        (triangles,) = [line for line in ax.lines if line.get_transform() == edge]
        assert triangles.get_marker() == "v"
        assert triangles.get_xdata().tolist() == [1, 2, 3, 4, 5]

    def test_nothing_but_zeros_stays_linear(self):
        data = cases.statistic(("zeros",)).assign(value=0.0)
        assert plots.by_layer(data, log=True).get_yscale() == "linear"

    def test_theory_is_drawn_beside_what_was_measured(self):
        data = cases.statistic(("Xavier",))
        theory = data[data["seed"] == 1].drop(columns="seed")
        ax = plots.by_layer(data, theory=theory)
        assert ax.lines[-1].get_ydata() == pytest.approx(theory["value"].to_numpy())

    def test_named_layers_keep_their_order(self):
        data = cases.statistic(("He",), layers=3)
        names = {1: "linear1", 2: "relu1", 3: "linear2"}
        ax = plots.by_layer(data.assign(layer=data["layer"].map(names)))
        assert [label.get_text() for label in ax.get_xticklabels()] == [
            "linear 1",
            "ReLU 1",
            "linear 2",
        ]


class TestOutcomes:
    def test_a_dot_per_seed_and_the_mean_in_words(self):
        data = tables.final(cases.curve(("none", "dropout 0.2"), seeds=5))
        data["value"] = data["value"].clip(upper=1.0)  # the accuracies of a real network
        ax = plots.outcomes(data[data["split"] == "test"])
        dots = [line for line in ax.lines if line.get_marker() == "o"]
        assert [len(line.get_xdata()) for line in dots] == [5, 5]
        means = data[data["split"] == "test"].groupby("setting", sort=False)["value"].mean()
        assert [text.get_text() for text in ax.texts] == [f"{mean:.1%}" for mean in means]
        assert [label.get_text() for label in ax.get_yticklabels()] == ["none", "dropout 0.2"]
        assert ax.get_xlabel().startswith("test ")

    def test_dots_of_the_training_set_are_hollow(self):
        ax = plots.outcomes(tables.final(cases.curve(("none",))))
        faces = {str(line.get_markerfacecolor()) for line in ax.lines if line.get_marker() == "o"}
        assert "none" in faces
        assert len(faces) == 2


class TestSweep:
    def test_what_was_lost_is_a_cross_on_the_upper_edge(self):
        ax = plots.sweep(cases.swept(), x="learning_rate", y="loss", log_x=True)
        crosses = [line for line in ax.lines if line.get_marker() == "x"]
        assert [line.get_xydata().tolist() for line in crosses] == [[[10.0, 1.0]]] * 2

    def test_a_setting_that_was_lost_altogether_is_all_crosses(self):
        data = cases.swept(("a", "b", "c")).assign(loss=np.nan)
        ax = plots.sweep(data, x="learning_rate", y="loss")
        assert [len(line.get_xdata()) for line in ax.lines if line.get_marker() == "x"] == [7] * 3

    def test_a_missing_setting_takes_no_style_from_the_others(self):
        swept, curve = cases.swept(("a", "b", "c")), cases.curve(("a", "b", "c"))
        draws = {
            "sweep": (partial(plots.sweep, x="learning_rate", y="loss"), swept),
            "curves": (partial(plots.curves, metric="accuracy"), curve),
        }
        for draw, data in draws.values():
            lost = data.assign(setting=data["setting"].where(data["setting"] != "a"))
            shown = [draw(rows) for rows in (lost, data[data["setting"] != "a"])]
            first, second = ([line.get_color() for line in ax.lines] for ax in shown)
            grey = palette.colour(palette.GREY)
            assert grey not in second
            assert [color for color in first if color != grey] == second
            assert grey in first

    def test_a_name_among_lines_stays_text_and_hides_what_its_letters_cover(self):
        figure, ax = plt.subplots()
        ax.axhspan(-1, 1, color="black")
        end_labels(ax, [End(x, 0, name, "#ffffff", name) for x, name in ((0.1, "Adam"), (1, "b"))])
        ax.set(xlim=(0, 1), ylim=(-1, 1))
        assert b">Adam<" in figure_bytes(figure, "svg", selectable_text=True)
        name, _ = ax.texts

        def pixels():
            figure.canvas.draw()
            return np.asarray(figure.canvas.buffer_rgba())[::-1, :, 0].astype(int)

        shown = pixels()
        box = name.get_window_extent()
        name.set_visible(False)
        rows, columns = np.nonzero(shown != pixels())
        assert len(rows) > 0.3 * box.width * box.height
        assert box.x0 - 4 <= columns.min() < columns.max() <= box.x1 + 4
        inside = shown[int(box.y0) + 1 : int(box.y1), int(box.x0) + 1 : int(box.x1)]
        assert (inside < 100).mean() > 0.05  # behind a box nothing would be as dark

    def test_theory_is_a_dashed_line_through_its_means(self):
        data = cases.swept(("a",)).assign(theory=lambda rows: rows["seed"] + rows["learning_rate"])
        ax = plots.sweep(data, x="learning_rate", y="loss", theory="theory")
        (dashed,) = [line for line in ax.lines if line.is_dashed()]
        expected = data.groupby("learning_rate")["theory"].mean()
        assert dashed.get_xdata() == pytest.approx(expected.index.to_numpy())
        assert dashed.get_ydata() == pytest.approx(expected.to_numpy())

    def test_a_column_that_is_not_there_is_named_whatever_it_is(self):
        with pytest.raises(ValueError, match="missing: -1"):
            plots.sweep(cases.swept(), x="learning_rate", y="loss", theory=-1)


class TestFunctions:
    def test_what_saturates_is_shaded(self):
        data = cases.shape(("tanh",))
        ax = plots.functions(data)
        (shade,) = ax.collections
        edges = shade.get_paths()[0].vertices[:, 0], shade.get_paths()[-1].vertices[:, 0]
        saturated = data.loc[data["saturated"], "x"]
        assert edges[0].min() == saturated.min()
        assert edges[1].max() == saturated.max()


class TestTrials:
    def test_dots_are_coloured_by_what_they_reached(self):
        data = cases.search(30)
        (dots,) = plots.trials(data).collections
        assert np.sort(np.asarray(dots.get_array())) == pytest.approx(
            np.sort(data["accuracy"].to_numpy())
        )
        assert dots.get_offsets().shape == (30, 2)

    def test_the_frame_is_what_was_searched(self):
        data = cases.search(30)
        ranges = {"learning_rate": (1e-7, 1.0)}
        ax = plots.trials(data, ranges=ranges)
        left, right, low, high = (line.get_xydata()[0] for line in ax.lines)
        assert (left[0], right[0]) == ranges["learning_rate"]
        assert (low[1], high[1]) == (data["weight_decay"].min(), data["weight_decay"].max())


def test_styles_given_are_used():
    styles = palette.by_order(["none", "weight decay 0.1"])
    with plots.theme():
        ax = plots.curves(cases.curve(), palette=styles)
    assert {line.get_color() for line in ax.lines} == {style.color for style in styles.values()}


class TestConfusion:
    ROWS = pd.DataFrame(
        [
            ("none", 0, 0, 0, 3),
            ("none", 0, 0, 1, 1),
            ("none", 0, 1, 1, 4),
            ("none", 1, 0, 0, 3),
            ("none", 1, 0, 1, 1),
            ("none", 1, 1, 1, 4),
            ("dropout 0.2", 0, 0, 0, 2),
            ("dropout 0.2", 0, 0, 1, 2),
            ("dropout 0.2", 0, 1, 1, 4),
        ],
        columns=["setting", "seed", "true", "predicted", "count"],
    )

    def test_the_counts_of_all_seeds_add_up(self):
        ax = plots.confusion(self.ROWS, setting="none")
        written = {words.get_position(): words.get_text() for words in ax.texts}
        assert (written[0, 0], written[1, 0], written[1, 1]) == ("6", "2", "8")

    def test_bars_are_the_share_of_each_class_and_have_one_scale(self):
        figure = plots.confusion_grid(self.ROWS)
        widths = [[bar.get_width() for bar in ax.patches] for ax in figure.axes]
        assert widths == [pytest.approx([widths[1][0] / 2, 0]), [widths[1][0], 0]]
        shares = [[words.get_text() for words in ax.texts][-2:] for ax in figure.axes]
        assert shares == [["25%", "0%"], ["50%", "0%"]]

    def test_a_class_without_rows_has_no_bar(self):
        ax = plots.confusion(self.ROWS.query("true == 0"), setting="none")
        assert len(ax.patches) == 1
