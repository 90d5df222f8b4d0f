"""What holds for every plot and every grid."""

import inspect
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.text import Text

from nnviz import plots
from nnviz.optim import RULES
from nnviz.testing import faults
from nnviz.testing.words import words

from . import cases
from .plotted import ALL, GRIDS, PLOTS, final, named
from .rendered import SMALLEST, contrast

OPTIMIZERS = list(RULES)[:12]
CLAIM = "What the figure shows is said above it in one sentence that may take two lines"
CAPTION = "Line: mean over seeds. Band: from the lowest to the highest seed. " * 2
PROPORTIONS = ("notebook", "paper", "slides")
"""A poster is a slide with room to spare, two columns of a paper are wider than one."""

HARD_NAMES = ["cost $5 to $10", "$\\frac$ $$", "Ünïcödé ≤ ½ 😀", "C:\\..\\CON \x00"]
LONG_NAMES = [
    "a setting whose name goes on for longer than anyone would like",
    "another, with a part that cannot be broken: " + "x" * 60,
    "short",
    "one more name that is rather long",
]


@pytest.fixture(autouse=True)
def _no_figure_left():
    yield
    plt.close("all")


def figure_of(drawn: Axes | Figure | SubFigure) -> Figure:
    return drawn.get_figure(root=True) if isinstance(drawn, Axes) else drawn.figure


def finished(drawn: Axes | Figure) -> Figure:
    figure = figure_of(drawn)
    plots.headline(figure, CLAIM)
    plots.caption(figure, CAPTION)
    return figure


def marks(figure: Figure) -> list[list[str]]:
    """Everything drawn in each panel, whatever was drawn first."""
    return [
        sorted(
            [f"{p.get_color()} {sorted(p.get_xydata().round(9).tolist())}" for p in ax.lines]
            + [f"{p.get_fc()} {p.get_path().vertices.round(9).tolist()}" for p in ax.patches]
        )
        for ax in figure.axes
    ]


def drawn_in(figure: Figure) -> list[list[object]]:
    """Everything drawn in each panel, and every word, before any layout."""
    pictures = [
        [np.asarray(image.get_array()).tolist() for image in ax.images] for ax in figure.axes
    ]
    cells = [
        [bits(collection.get_array()), bits(collection.get_facecolor())]
        + [bits(part) for path in collection.get_paths() for part in (path.vertices, path.codes)]
        for ax in figure.axes
        for collection in ax.collections
    ]
    texts = [text.get_text() for text in figure.findobj(Text)]
    return [marks(figure), pictures, cells, texts]


def bits(values: np.ndarray | None) -> bytes | None:
    """What an array holds, to the last bit and NaN included, with 0 for what is masked."""
    return None if values is None else np.ma.filled(values, 0).tobytes()


def numbered(data: pd.DataFrame, column: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table with integers for the names in a column, and with the same as strings."""
    number = {name: place for place, name in enumerate(data[column].unique(), start=1)}
    integers = data[column].map(number)
    return data.assign(**{column: integers}), data.assign(**{column: integers.map(str)})


def test_the_contract_covers_all_public_plots():
    functions = {
        name
        for name in plots.__all__
        if inspect.isfunction(getattr(plots, name))
        and {"ax", "figure"} & set(inspect.signature(getattr(plots, name)).parameters)
        and "data" in inspect.signature(getattr(plots, name)).parameters
    }
    assert functions == set(ALL)


@pytest.mark.parametrize("name", PLOTS)
class TestPlots:
    def test_draws_on_the_axes_given(self, name):
        looks = {"projection": PLOTS[name].projection}
        _, (left, right) = plt.subplots(1, 2, subplot_kw=looks)
        plt.sca(left)
        assert PLOTS[name].draw(PLOTS[name].table(), ax=right) is right
        assert right.has_data()
        assert not left.has_data()

    def test_makes_a_figure_of_its_own(self, name):
        current = plt.subplots()[1]
        ax = PLOTS[name].draw(PLOTS[name].table())
        assert ax.figure is not current.figure
        assert not current.has_data()

    def test_refuses_what_are_no_axes(self, name):
        with pytest.raises(TypeError, match="ax must be an Axes of matplotlib; got 'here'"):
            PLOTS[name].draw(PLOTS[name].table(), ax="here")

    def test_draws_inside_a_subfigure(self, name):
        figure = plt.figure(layout="constrained")
        left, right = figure.subfigures(1, 2)
        looks = {"projection": PLOTS[name].projection}
        ax = PLOTS[name].draw(PLOTS[name].table(), ax=right.subplots(subplot_kw=looks))
        assert ax.figure is right
        assert not left.axes
        figure.canvas.draw()


@pytest.mark.parametrize("name", GRIDS)
class TestGrids:
    def test_draws_on_the_figure_given(self, name):
        figure, other = plt.figure(), plt.figure()
        assert GRIDS[name].draw(GRIDS[name].table(), figure=figure) is figure
        assert len(figure.axes) >= 2
        assert not other.axes

    def test_makes_a_figure_of_its_own(self, name):
        current = plt.figure()
        assert GRIDS[name].draw(GRIDS[name].table()) is not current
        assert not current.axes

    def test_draws_inside_a_subfigure(self, name):
        figure = plt.figure(layout="constrained", figsize=(12, 5))
        _, right = figure.subfigures(1, 2)
        assert GRIDS[name].draw(GRIDS[name].table(), figure=right) is right
        plots.headline(right, CLAIM)
        plots.caption(right, CAPTION)
        assert faults(figure) == []

    def test_a_positive_number_of_columns(self, name):
        with pytest.raises(ValueError, match="columns must be a positive integer; got 0"):
            GRIDS[name].draw(GRIDS[name].table(), columns=0)

    def test_panels_are_as_many_as_values(self, name):
        drawn = GRIDS[name]
        figure = drawn.draw(drawn.table(), columns=1)
        titled = [ax for ax in figure.axes if ax.get_title(loc="left") or ax.get_title()]
        rows = {ax.get_subplotspec().rowspan.start for ax in titled}
        assert len(rows) == len(titled) >= 2


@pytest.mark.parametrize("name", ALL)
class TestAll:
    def test_leaves_the_data_and_the_settings_alone(self, name):
        data = ALL[name].table()
        before, settings = data.copy(deep=True), mpl.rcParams.copy()
        ALL[name].draw(data)
        pd.testing.assert_frame_equal(data, before)
        assert mpl.rcParams == settings

    def test_the_order_of_the_rows_does_not_matter(self, name):
        data = ALL[name].table()
        first = figure_of(ALL[name].draw(data))
        panels = [
            key
            for key in (ALL[name].names, "layer", "metric", "statistic", "quantity", "surface")
            if key in data
        ]
        shuffled = data.sample(frac=1, random_state=1)
        for key in panels:  # names keep their order of appearance, which orders colours and panels
            order = list(data[key].unique())
            shuffled = shuffled.sort_values(
                key, key=lambda c, o=order: c.map(o.index), kind="stable"
            )
        assert marks(figure_of(ALL[name].draw(shuffled))) == marks(first)

    @pytest.mark.parametrize("missing", ["first", "last"])
    def test_names_a_missing_column(self, name, missing):
        column = ALL[name].columns[0 if missing == "first" else -1]
        with pytest.raises(ValueError, match=f"missing: {column}"):
            ALL[name].draw(ALL[name].table().drop(columns=column))

    def test_refuses_what_is_no_table(self, name):
        with pytest.raises(TypeError, match="data must be a DataFrame"):
            ALL[name].draw([1, 2, 3])

    def test_an_empty_table_says_so(self, name):
        data = ALL[name].table().iloc[:0]
        if name in ("trajectories", "trajectory_grid"):
            data = pd.DataFrame(columns=data.columns)
        figure = finished(ALL[name].draw(data))
        if name not in ("trajectories", "surface_3d"):  # which show the surface
            assert "no data" in [text.get_text() for text in words(figure)]

    def test_a_single_row_is_drawn(self, name):
        figure = finished(ALL[name].draw(ALL[name].table().iloc[:1]))
        assert figure.axes[0].has_data()
        assert faults(figure) == []

    def test_any_name_can_be_read(self, name, tmp_path):
        with plots.theme():
            figure = finished(ALL[name].draw(named(ALL[name], HARD_NAMES)))
            assert faults(figure) == []
            with mpl.rc_context({"figure.constrained_layout.use": False}):
                figure.set_layout_engine(None)  # it is laid out: "none" would draw twice to save
            if name not in (
                "activations",
                "arrows",
                "basins",
                "boundaries",
                "confusion",
                "functions",
                "masks",
                "pictures",
                "quantiles",
                "trials",
            ):
                shown = " ".join(text.get_text().replace("\n", " ") for text in words(figure))
                assert "cost $5 to $10" in shown
            figure.savefig(tmp_path / "figure.svg")

    # Letters are largest for their canvas here; pictures and long names are the other contexts'.
    def test_words_can_be_read_on_a_slide(self, name):
        with plots.theme("light", "slides"):
            figure = finished(ALL[name].draw(ALL[name].table()))
            assert faults(figure, smallest=SMALLEST["slides"]) == []


@pytest.mark.parametrize("context", sorted(set(plots.CONTEXTS) - set(PROPORTIONS)))
@pytest.mark.parametrize("name", GRIDS)
def test_words_of_grids_can_be_read_in_every_context(name, context):
    with plots.theme("light", context):
        figure = finished(GRIDS[name].draw(GRIDS[name].table()))
        assert faults(figure, smallest=SMALLEST[context]) == []


@pytest.mark.parametrize("name", [name for name in ALL if name != "trials"])  # without names
def test_names_may_be_integers(name):
    drawn = ALL[name]
    first, second = (
        drawn_in(figure_of(drawn.draw(data)))
        for data in numbered(drawn.table(), drawn.names or drawn.columns[0])
    )
    assert first == second


CHOOSING = {
    name: column
    for name in PLOTS
    for column, parameter in inspect.signature(getattr(plots, name)).parameters.items()
    if column in ("setting", "optimizer", "activation", "layer") and parameter.default is None
}
"""Plots of one of several, and the column that tells these apart."""


@pytest.mark.parametrize(("name", "column"), CHOOSING.items(), ids=CHOOSING)
def test_one_of_several_integers_is_chosen(name, column):
    table = PLOTS[name].table()
    several = pd.concat([table.assign(**{column: 5}), table.assign(**{column: 7})])
    found = [
        drawn_in(figure_of(PLOTS[name].draw(data, **{column: choice})))
        for data, choice in zip(numbered(several, column), (2, "2"), strict=True)
    ]
    assert found[0] == found[1]
    with pytest.raises(ValueError, match=f"{column} must be one of 5, 7; got None"):
        PLOTS[name].draw(several)
    with pytest.raises(ValueError, match=f"{column} must be one of 5, 7; got '6'"):
        PLOTS[name].draw(several, **{column: 6})


@pytest.mark.parametrize("label", [-1, 0.5, float("nan")])
@pytest.mark.parametrize("name", ["boundaries", "boundary_grid"])
def test_classes_are_numbered_from_zero(name, label):
    data, rows, wrong = cases.region(("none",)), cases.row(), {"class": label}
    for table, drawn in ((data.assign(**wrong), None), (data, rows.assign(**wrong))):
        with pytest.raises(
            ValueError, match=f"class must be an integer of at least 0; got {label}"
        ):
            getattr(plots, name)(table, rows=drawn)


@pytest.mark.parametrize("name", ALL)
def test_long_names_leave_room_in_a_column_of_a_paper(name):
    # matplotlib's layout does not count the labels of axes in 3-D: they get the full width
    with plots.theme("light", "notebook" if name == "surface_3d" else "paper"):
        assert faults(finished(ALL[name].draw(named(ALL[name], LONG_NAMES)))) == []


def test_what_no_font_can_draw_is_replaced_and_said():
    data = cases.curve(("a \N{UNICORN FACE}",))
    with pytest.warns(UserWarning, match=r"no installed font can draw .* \(U\+1F984\)"):
        ax = plots.curves(data[data["split"] == "test"])
    assert [text.get_text() for text in ax.texts] == ["a \N{REPLACEMENT CHARACTER}"]


@pytest.mark.parametrize("context", PROPORTIONS)
@pytest.mark.parametrize("rules", [OPTIMIZERS[:1], OPTIMIZERS], ids=["one", "twelve"])
@pytest.mark.parametrize("name", ["trajectories", "descent", "trajectory_grid"])
def test_one_and_twelve_optimizers(name, rules, context):
    with plots.theme("light", context):
        figure = finished(ALL[name].draw(cases.paths(rules)))
        assert faults(figure, smallest=SMALLEST[context]) == []


@pytest.mark.parametrize("context", PROPORTIONS)
@pytest.mark.parametrize("layers", [2, 40])
def test_few_and_many_layers(layers, context):
    with plots.theme("light", context):
        for ax in (
            plots.activations(cases.histogram(layers=layers)),
            plots.by_layer(cases.statistic(layers=layers)),
        ):
            assert faults(finished(ax), smallest=SMALLEST[context]) == []


@pytest.mark.parametrize("context", PROPORTIONS)
def test_a_long_name_of_a_quantity(context):
    name = "a_measured_quantity_whose_name_is_longer_than_its_axis"
    with plots.theme("light", context):
        for ax in (
            plots.curves(cases.curve(metric=name)),
            plots.by_layer(cases.statistic().assign(statistic=name)),
        ):
            figure = finished(ax)
            assert faults(figure) == []
            assert ax.get_ylabel().replace("\n", " ") == name.replace("_", " ")


@pytest.mark.parametrize("context", PROPORTIONS)
def test_titles_beside_a_legend(context):
    names = ["no batch norm", "batch norm before activation"]
    frames = [cases.curve(names).assign(scale=f"standard deviation {10.0**-k:g}") for k in range(6)]
    with plots.theme("light", context):
        figure = finished(plots.curve_grid(pd.concat(frames), by="scale", columns=3))
        assert faults(figure) == []


def test_a_figure_keeps_its_look_after_the_theme():
    with plots.theme("dark"):
        figure = finished(plots.curves(cases.curve()))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        texts = words(figure)
    ground = figure.get_facecolor()
    assert {t.get_text() for t in texts if contrast(t.get_color(), ground) < 4.5} == set()


def narrow():
    """A curve from 0.500 to 0.504 in each of 15 panels, and one within a decade."""
    one = cases.curve(("a",), seeds=1)
    one = one[one["split"] == "test"].assign(value=lambda table: 0.5 + 0.005 * table["value"])
    return pd.concat([one.assign(part=f"part {k}") for k in range(15)])


@pytest.mark.parametrize("context", PROPORTIONS)
def test_every_vertical_axis_has_two_numbers(context):
    with plots.theme("light", context):
        figure = finished(plots.curve_grid(narrow(), by="part"))
        decade = plots.curves(narrow().query("part == 'part 0'").assign(metric="loss"), log=True)
        shown = {id(text) for each in (figure, decade.figure) for text in words(each)}
        assert faults(figure) == []
        for ax in (*figure.axes, decade):
            labels = [*ax.get_yticklabels(), *ax.get_yticklabels(minor=True)]
            if ax.yaxis.get_tick_params()["labelleft"]:
                assert sum(id(label) in shown for label in labels) >= 2


@pytest.mark.parametrize("context", PROPORTIONS)
@pytest.mark.parametrize("n", [3, 8])
def test_names_of_lines_that_end_close_together_but_not_at_one_step(n, context):
    frames = [
        cases.curve((f"name {k}",), seeds=1).query(f"split == 'test' and epoch < {201 - k % 4}")
        for k in range(n)
    ]
    data = pd.concat(
        [frame.assign(value=frame["value"] - 0.3 * (k == 0)) for k, frame in enumerate(frames)]
    )
    with plots.theme("light", context):
        assert faults(finished(plots.curves(data))) == []


HARD = {
    "75 tensors": lambda: plots.layer_map(cases.progress([f"block{k}.linear" for k in range(75)])),
    "75 layers": lambda: plots.layer_grid(
        pd.concat([cases.statistic(layers=75).assign(statistic=name) for name in ("std", "mean")])
    ),
    "20 rows": lambda: plots.outcomes(final([f"setting {k}" for k in range(20)])),
    "20 rules": lambda: plots.race(cases.raced([f"rule {k}" for k in range(20)])),
    "20 shapes": lambda: plots.distributions(
        cases.histogram([f"setting {k}" for k in range(20)], layers=1, collapsed=())
    ),
}


@pytest.mark.parametrize("context", PROPORTIONS)
@pytest.mark.parametrize("many", HARD)
def test_many_of_everything(many, context):
    with plots.theme("light", context):
        assert faults(finished(HARD[many]()), smallest=SMALLEST[context]) == []
