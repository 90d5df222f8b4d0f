"""Maps of basins and learning rates, surfaces in 3-D: colours, places, marks, by the table."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color, to_rgba

from nnviz import plots, surfaces
from nnviz.plots import palette
from nnviz.testing import faults

from . import cases


@pytest.fixture(autouse=True)
def _no_figure_left():
    yield
    plt.close("all")


def grid(minimum, steps, *, diverged=None):
    """A table whose starts are the cells of an array, y rising with the rows."""
    rows, columns = np.indices(np.shape(minimum))
    flat = {
        "x": columns.ravel() * 2.0,
        "y": rows.ravel() * 1.0,
        "minimum": np.ravel(minimum),
        "steps": np.ravel(steps).astype(float),
        "diverged": np.zeros(np.size(minimum), bool) if diverged is None else np.ravel(diverged),
    }
    return pd.DataFrame({"optimizer": "sgd", **flat})


def pixels(ax):
    (picture,) = ax.images
    return np.asarray(picture.get_array())


class TestBasins:
    def test_a_start_has_the_colour_of_its_minimum_and_is_paler_the_later(self):
        ax = plots.basins(grid([[0, 0], [1, 1]], [[1, 100], [1, 10]]))
        shown = pixels(ax)
        assert same_color(shown[0, 0], palette.colour(0))
        assert same_color(shown[1, 0], palette.colour(1))
        paleness = 1 - shown[..., :3].min(axis=-1)
        assert shown[1, 1, 2] > shown[1, 0, 2]  # orange: more blue is paler
        assert paleness[0, 1] < paleness[0, 0]

    def test_it_lies_where_it_starts(self):
        ax = plots.basins(grid([[0, 0], [1, 1]], np.ones((2, 2))))
        assert ax.images[0].get_extent() == [-1, 3, -0.5, 1.5]
        assert ax.images[0].origin == "lower"

    def test_none_lets_the_hatching_through_and_divergence_is_as_dark_as_text(self):
        table = grid([[-1, 0], [-1, 0]], [[np.nan, 1], [np.nan, 1]], diverged=[[0, 0], [1, 0]])
        ax = plots.basins(table.astype({"diverged": bool}))
        assert pixels(ax)[0, 0, 3] == 0
        assert same_color(pixels(ax)[1, 0], mpl.rcParams["text.color"])
        (legend,) = [other.get_legend() for other in ax.figure.axes if other.get_legend()]
        assert [text.get_text() for text in legend.get_texts()] == ["ends elsewhere", "diverges"]

    def test_no_legend_if_all_arrive(self):
        ax = plots.basins(grid([[0, 0], [1, 1]], np.ones((2, 2))))
        assert not any(other.get_legend() for other in ax.figure.axes)

    def test_minima_are_stars_of_their_colours(self):
        himmelblau = surfaces.get("himmelblau")
        ax = plots.basins(grid([[0, 1], [2, 3]], np.ones((2, 2))), surface="himmelblau")
        assert {tuple(star.get_xydata()[0]) for star in ax.lines} == set(himmelblau.minima)
        for star, at in zip(ax.lines, himmelblau.minima, strict=True):
            place = himmelblau.minima.index(at)
            assert same_color(star.get_color(), pixels(ax)[divmod(place, 2)])

    def test_no_minimum_has_the_colour_of_another_or_grey(self):
        many = np.arange(5)[None]
        colours = {tuple(colour) for colour in pixels(plots.basins(grid(many, 0 * many + 1)))[0]}
        assert len(colours) == 5
        assert to_rgba(palette.colour(palette.GREY)) not in colours

    def test_panels_share_shades(self):
        table = grid([[0, 0]], [[10, 10]])
        slow = grid([[0, 0]], [[10, 1000]]).assign(optimizer="adam")
        figure = plots.basin_grid(pd.concat([table, slow]))
        fast, slow = (pixels(ax) for ax in figure.axes[:2])
        assert (fast[0, 0] == slow[0, 0]).all()
        assert (slow[0, 0] != slow[0, 1]).any()

    def test_one_of_several_optimizers_must_be_named(self):
        table = cases.basin(("sgd", "adam"))
        with pytest.raises(ValueError, match="optimizer must be one of sgd, adam; got None"):
            plots.basins(table)
        assert plots.basins(table, optimizer="adam").images


def cells(ax):
    (mesh,) = [c for c in ax.collections if hasattr(c, "get_coordinates")]
    return mesh, np.ma.asarray(mesh.get_array())


class TestRateMap:
    def test_heights_are_where_their_rates_are(self):
        table = cases.rated(("sgd", "adam"))
        mesh, shown = cells(plots.rate_map(table))
        assert shown.shape == (2, table["learning_rate"].nunique())
        for row, name in enumerate(("sgd", "adam")):
            own = table[(table["optimizer"] == name) & ~table["diverged"]]
            assert shown[row].compressed() == pytest.approx(own["height"].to_numpy())
        edges = mesh.get_coordinates()[0, :, 0]
        rates = np.sort(table["learning_rate"].unique())
        assert (edges[:-1] < rates).all()
        assert (rates < edges[1:]).all()

    def test_what_diverged_is_left_to_the_hatching(self):
        table = cases.rated(("sgd",))
        ax = plots.rate_map(table)
        assert cells(ax)[1].mask[0].tolist() == table["diverged"].tolist()
        assert [patch.get_hatch() for patch in ax.patches] == ["////"]

    def test_the_first_rule_is_on_top(self):
        ax = plots.rate_map(cases.rated(("sgd", "adam")))
        assert [label.get_text() for label in ax.get_yticklabels()] == ["SGD", "Adam"]
        assert ax.get_ylim() == (1.5, -0.5)

    def test_a_dot_at_the_best_rate_of_each_rule(self):
        table = cases.rated(("sgd", "adam"))
        ax = plots.rate_map(table)
        dots = [tuple(line.get_xydata()[0]) for line in ax.lines if line.get_marker() == "o"]
        best = table.loc[table.groupby("optimizer", sort=False)["height"].idxmin()]
        best = best.reset_index(drop=True)
        assert dots == [(best.loc[n, "learning_rate"], n) for n in best.index]

    def test_the_dot_is_at_the_lowest_of_those_of_the_same_colour(self):
        table = cases.momenta(("momentum",)).assign(height=1e-17, diverged=False)
        table.loc[7, "height"] = 1e-20
        (dot,) = plots.rate_map(table, y="momentum").lines
        assert dot.get_xydata().tolist() == [table.loc[7, ["learning_rate", "momentum"]].tolist()]

    def test_the_limit_of_a_rule_is_a_stroke_across_its_row(self):
        limits = pd.DataFrame({"optimizer": ["adam", "other"], "learning_rate": [0.5, 3.0]})
        ax = plots.rate_map(cases.rated(("sgd", "adam")), limits=limits)
        strokes = [line.get_xydata().tolist() for line in ax.lines if line.get_marker() != "o"]
        assert strokes == [[[0.5, 0.5], [0.5, 1.5]]] * 2  # the ground's colour, and over it ink

    def test_the_limits_of_momenta_are_a_line(self):
        table = cases.momenta(("momentum",))
        ax = plots.rate_map(table, y="momentum", limits=cases.limit(("momentum",)))
        lines = [line.get_xydata() for line in ax.lines if line.get_marker() != "o"]
        assert lines[0] == pytest.approx(np.array([[1, 0], [1.3, 0.3], [1.6, 0.6], [1.9, 0.9]]))
        assert len([line for line in ax.lines if line.get_marker() == "o"]) == 1

    def test_several_optimizers_need_panels_if_rows_are_momenta(self):
        with pytest.raises(ValueError, match="optimizer must be one of momentum, nesterov"):
            plots.rate_map(cases.momenta(), y="momentum")

    def test_panels_have_their_own_limits_and_one_scale(self):
        limits = cases.limit().assign(
            learning_rate=lambda t: t["learning_rate"].where(t["optimizer"] == "momentum", 0.5)
        )
        figure = plots.rate_map_grid(cases.momenta(), limits=limits)
        left, right = figure.axes[:2]
        assert right.lines[0].get_xdata().tolist() == [0.5] * 4
        assert left.lines[0].get_xdata()[0] == 1
        assert cells(left)[0].norm.vmin == cells(right)[0].norm.vmin

    def test_limits_are_checked_too(self):
        wrong = cases.limit().drop(columns="learning_rate")
        with pytest.raises(ValueError, match=r"must be a limit table .* missing: learning_rate"):
            plots.rate_map(cases.momenta(("momentum",)), y="momentum", limits=wrong)
        with pytest.raises(ValueError, match=r"must be a limit table .* missing: optimizer"):
            plots.rate_map_grid(cases.momenta(), limits=cases.limit().drop(columns="optimizer"))

    def test_nothing_is_lower_than_rounding(self):
        table = cases.rated(("sgd",)).assign(height=0.0)
        assert cells(plots.rate_map(table))[1].min() == 1e-16


class TestSurfaceIn3D:
    def test_a_path_lies_on_the_surface(self):
        data = cases.paths(("sgd",))
        ax = plots.surface_3d(data, surface="bowl")
        color = palette.styles(["sgd"])["sgd"].color
        (path,) = [
            line
            for line in ax.lines
            if same_color(line.get_color(), color) and len(line.get_xdata()) > 1
        ]
        x, y, z = path.get_data_3d()
        assert z == pytest.approx(x * x / 20 + y * y)
        for point in data[["x", "y"]].to_numpy():
            assert np.hypot(x - point[0], y - point[1]).min() < 1e-12

    def test_a_logarithmic_axis_shows_exponents_as_numbers(self):
        data = cases.path("sgd", np.array([-1.5, 0.5, 1.0]), np.array([2.0, 0.5, 1.0]))
        ax = plots.surface_3d(data, surface="rosenbrock")
        start = next(line for line in ax.lines if line.get_marker() == "o")
        height = 2.5**2 + 100 * (2.0 - 2.25) ** 2
        assert start.get_data_3d()[2] == pytest.approx([np.log10(height)])
        assert ax.zaxis.get_major_formatter()(2, 0) == "100"
        assert ax.get_zlabel() == "height above the minimum"

    def test_nothing_hides_a_path(self):
        ax = plots.surface_3d(cases.paths(), surface="bowl")
        assert not ax.computed_zorder
        ground = max(c.get_zorder() for c in ax.collections)
        assert all(line.get_zorder() > ground for line in ax.lines)

    def test_a_path_ends_in_a_cross_where_it_leaves_the_view(self):
        data = cases.path("sgd", np.array([0.0, 1.0, 3.0]), np.array([0.0, 0.0, 1.0]))
        ax = plots.surface_3d(data, surface="bowl", view=((-2, 2), (-2, 2)))
        (cross,) = [line for line in ax.lines if line.get_marker() == "X"]
        assert np.ravel(cross.get_data_3d()) == pytest.approx([2.0, 0.5, 0.45])

    def test_minima_out_of_view_are_left_out(self):
        data = cases.path("sgd", np.array([2.0, 2.9]), np.array([1.0, 1.9]))
        ax = plots.surface_3d(data, surface="himmelblau", view=((1, 4), (0, 3)))
        stars = [line.get_data_3d() for line in ax.lines if line.get_marker() == "*"]
        assert np.ravel(stars) == pytest.approx([3, 2, 0])

    @pytest.mark.parametrize("context", ["paper", "slides"])
    def test_long_names_leave_room_for_those_of_the_axes(self, context):
        data = cases.paths().assign(
            optimizer=lambda t: t["optimizer"] + ", which has a name that goes on and on and on"
        )
        with plots.theme("light", context):
            figure = plots.surface_3d(data, surface="rosenbrock").figure
            assert not faults(figure)

    def test_flat_axes_are_refused(self):
        with pytest.raises(TypeError, match='ax must have three dimensions \\(projection="3d"\\)'):
            plots.surface_3d(cases.paths(), surface="bowl", ax=plt.subplots()[1])


def eggs(x, y):
    return np.cos(3 * x) + abs(np.sin(y)) + (x * x + y * y) / 4


@pytest.mark.parametrize(
    ("function", "by"),
    [(lambda x, y: (x * x - 1) ** 2 + y * y, "complex step"), (eggs, "central differences")],
)
def test_a_surface_of_ones_own(function, by):
    own = surfaces.from_function(function, name="own", domain=((-2, 2), (-2, 2)), minima=[(1, 0)])
    assert own.gradient_by == by
    data = cases.path("sgd", np.linspace(-1.5, 1, 5), np.linspace(1, 0, 5))
    assert plots.surface_3d(data, surface=own).lines
    assert plots.basins(grid([[0, 0]], [[1, 2]]), surface=own).lines
    assert plots.trajectories(data, surface=own).lines


def test_a_surface_with_a_hole_draws_without_a_word():
    """Warnings are errors in these tests."""
    with np.errstate(all="ignore"):
        half = surfaces.from_function(lambda x, y: np.sqrt(x) + y * y, name="half")
    data = cases.path("sgd", np.array([2.0, 1.0, 0.5]), np.array([1.0, 0.5, 0.0]))
    box = ((-1, 3), (-1, 2))
    with np.errstate(all="ignore"):
        pole = surfaces.from_function(lambda x, y: 1 / abs(x) + y * y, name="pole")
    for ax in (
        plots.surface_3d(data, surface=pole, view=((-2, 2), (-2, 2))),
        plots.surface_3d(data, surface=half, view=box),
        plots.surface_3d(data, surface=half, view=((-3, -1), (-1, 2))),
        plots.trajectories(data, surface=half, view=box),
    ):
        ax.figure.draw_without_rendering()


class TestBoundaryGrid:
    def test_below_each_panel_lies_a_bar_as_long_as_the_boundary_is_on_average(self):
        figure = plots.boundary_grid(cases.region(side=6), lengths=cases.length())
        means = cases.length().groupby(["setting", "step"], sort=False)["value"].mean()
        bars = [ax.lines[-1].get_xdata()[1] for ax in figure.axes]
        assert bars == pytest.approx((means / means.max()).tolist())
        said = [ax.texts[-1].get_text() for ax in figure.axes]
        assert said == [
            "mean length 2.52",
            "mean length 4.50, ×1.79",
            "mean length 2.51, ×1.00",
            "mean length 3.50, ×1.39",
        ]

    def test_other_metrics_and_panels_without_a_length_have_no_bar(self):
        lengths = cases.length(steps=(1000,)).query("setting == 'none'")
        wrong = lengths.assign(metric="accuracy")
        for table, expected in ((pd.concat([wrong, lengths]), [0, 1, 0, 0]), (wrong, [0] * 4)):
            figure = plots.boundary_grid(cases.region(side=6), lengths=table)
            assert [len(ax.texts) for ax in figure.axes] == expected

    def test_lengths_are_a_table_of_curves(self):
        with pytest.raises(ValueError, match="lengths must be a curve table"):
            plots.boundary_grid(cases.region(side=6), lengths=cases.row())
