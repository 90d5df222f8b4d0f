"""Colours keep their distance for every eye, and mean the same everywhere."""

import inspect

import matplotlib as mpl
import numpy as np
import pytest
import seaborn as sns
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb

from nnviz import plots
from nnviz.plots import palette
from nnviz.plots._composed import composed

from . import cases
from .plotted import ALL
from .rendered import contrast

cspace_convert = pytest.importorskip(
    "colorspacious", reason="simulates colour blindness"
).cspace_convert

DEFICIENCIES = ("deuteranomaly", "protanomaly", "tritanomaly")
OPTIMIZERS = ["sgd", "momentum", "adagrad", "adam", "rmsprop", "nadam"]


def least_distance(colours, deficiency=None):
    """The least pairwise distance in CAM02-UCS, as a person with the deficiency sees it."""
    rgb = np.array([to_rgb(colour) for colour in colours])
    if deficiency:
        space = {"name": "sRGB1+CVD", "cvd_type": deficiency, "severity": 100}
        rgb = np.clip(cspace_convert(rgb, space, "sRGB1"), 0, 1)
    points = cspace_convert(rgb, "sRGB1", "CAM02-UCS")
    first, second = np.triu_indices(len(points), 1)
    return np.linalg.norm(points[first] - points[second], axis=1).min()


def least_grey_distance(colours):
    points = cspace_convert([to_rgb(colour) for colour in colours], "sRGB1", "CAM02-UCS")
    return np.diff(np.sort(points[:, 0])).min()


def test_the_measure_agrees_with_published_numbers():
    petroff6 = ["#5790fc", "#f89c20", "#e42536", "#964a8b", "#9c9ca1", "#7a21dd"]
    found = [least_distance(petroff6, kind) for kind in (None, *DEFICIENCIES)]
    assert found == pytest.approx([23.9, 18.2, 15.1, 22.9], abs=0.06)
    assert least_grey_distance(petroff6) == pytest.approx(5.1, abs=0.06)


@pytest.mark.parametrize("theme", plots.THEMES)
class TestThemes:
    @pytest.fixture(autouse=True)
    def _in_the_theme(self, theme):
        with plots.theme(theme):
            yield

    @pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
    def test_colours_stay_apart(self, deficiency):
        colours = [palette.colour(slot) for slot in range(6)]
        assert len(set(colours)) == 6
        assert least_distance(colours, deficiency) >= 15

    def test_lines_stand_out_from_the_ground(self):
        ground = mpl.rcParams["figure.facecolor"]
        assert min(contrast(palette.colour(slot), ground) for slot in range(6)) >= 2.85

    def test_words_in_a_colour_can_be_read(self):
        ground = mpl.rcParams["figure.facecolor"]
        for slot in range(6):
            assert contrast(palette.readable(palette.colour(slot)), ground) >= 4.5

    def test_styles_differ_in_grey_by_dash_and_marker(self):
        styles = palette.styles([f"setting {k}" for k in range(12)]).values()
        assert len({(style.linestyle, style.marker) for style in styles}) == 12

    def test_an_order_runs_in_one_direction(self):
        colours = [style.color for style in palette.by_order("abcdef").values()]
        lightness = cspace_convert([to_rgb(c) for c in colours], "sRGB1", "CAM02-UCS")[:, 0]
        steps = np.diff(lightness)
        assert (np.sign(steps) == np.sign(steps[0])).all()
        assert np.abs(steps).min() > 0.5 * np.abs(steps).max()


def test_the_print_theme_can_be_copied_in_grey():
    with plots.theme("print"):
        assert least_grey_distance([palette.colour(slot) for slot in range(6)]) >= 9


class TestMeanings:
    def test_a_known_name_has_its_colour_in_any_company(self):
        alone = palette.styles(["adam"])["adam"]
        for names in (["sgd", "adam"], ["something else", "adam"], ["adam", "zzz", "sgd"]):
            assert palette.styles(names)["adam"] == alone

    @pytest.mark.parametrize(
        ("name", "known"),
        [
            ("Adam", "adam"),
            ("SGD 0.95", "sgd"),
            ("weight decay 0.03", "weight decay"),
            ("weight_decay", "weight decay"),
            ("dropout 0.2, not inverted", "dropout"),
        ],
    )
    def test_a_name_is_known_with_its_number(self, name, known):
        assert palette.styles([name])[name] == palette.styles([known])[known]

    def test_a_name_is_known_by_the_parts_that_its_table_declares(self):
        with composed(cases.composed("tanh, Xavier")):
            assert palette.styles(["tanh, Xavier"]) == {
                "tanh, Xavier": palette.styles(["xavier"])["xavier"]
            }
        free = palette.styles(["something else"])["something else"]
        assert palette.styles(["tanh, Xavier"])["tanh, Xavier"] == free  # a name of its own

    def test_what_all_names_share_does_not_colour_them(self):
        names = ["relu, Xavier", "tanh, Xavier"]
        with composed(cases.composed(*names)):
            styles = palette.styles(names)
        assert styles["relu, Xavier"] == palette.styles(["relu"])["relu"]
        assert styles["tanh, Xavier"] == palette.styles(["tanh"])["tanh"]

    @pytest.mark.parametrize(
        "others", [("relu, He", "relu, std 0.01"), ("relu, Xavier", "relu, He")]
    )
    def test_activations_keep_their_colour_beside_two_of_a_kind(self, others):
        names = ["sigmoid, Xavier", "tanh, Xavier", *others]
        with composed(cases.composed(*names)):
            styles = palette.styles(names)
        assert styles["sigmoid, Xavier"] == palette.styles(["sigmoid"])["sigmoid"]
        assert styles["tanh, Xavier"] == palette.styles(["tanh"])["tanh"]
        assert styles["relu, He"] == palette.styles(["He"])["He"]
        assert len(set(styles.values())) == 4

    def test_two_of_a_kind_are_told_apart_on_one_axes(self):
        names = ["sgd 0.1", "sgd 0.5"]
        assert len(set(palette.styles(names).values())) == 2
        assert len(set(palette.styles(names, distinct=False).values())) == 1

    def test_any_number_of_names_gets_distinct_styles(self):
        styles = palette.styles([*OPTIMIZERS, *(f"setting {k}" for k in range(18))])
        assert len(set(styles.values())) == 24

    def test_names_need_not_be_strings(self):
        assert set(palette.styles([0.1, 0.01])) == {0.1, 0.01}


def test_a_readable_colour_stays_as_it_is():
    with plots.theme("light"):
        assert palette.readable("#00008b") == to_hex("#00008b")


GIVEN = ["#0f0f0f", "#1f1f1f", "#2f2f2f", "#3f3f3f", "#4f4f4f", "#5f5f5f", "#6f6f6f", "#7f7f7f"]
COLOURED = [name for name in ALL if "palette" in inspect.signature(getattr(plots, name)).parameters]
"""Plots that colour settings, optimizers or functions."""


def colours_in(figure):
    """Every colour of a line, an area or a dot, opaque."""
    found = set()
    for artist in figure.findobj():
        for part in ("color", "facecolor", "edgecolor"):
            if hasattr(artist, f"get_{part}"):
                value = getattr(artist, f"get_{part}")()
                try:
                    found |= {to_hex(value)}
                except ValueError:  # a collection has one for each of its members
                    found |= {to_hex(row) for row in np.reshape(value, (-1, 4))}
    return found


@pytest.mark.parametrize("name", COLOURED)
class TestAsSeabornTakesIt:
    def drawn(self, name, given):
        drawn = ALL[name].draw(ALL[name].table(), palette=given)
        return drawn.get_figure(root=True) if isinstance(drawn, Axes) else drawn

    def names(self, name):
        """What is coloured: in plots of one of several, it alone."""
        every = list(ALL[name].table()[ALL[name].names].unique())
        return every[:1] if name in ("activations", "functions") else every

    def test_every_plot_draws_in_the_colours_given(self, name):
        names = self.names(name)
        for given in (GIVEN, dict(zip(names, GIVEN, strict=False))):
            assert set(GIVEN[: len(names)]) <= colours_in(self.drawn(name, given))

    def test_a_palette_may_have_a_name(self, name):
        expected = sns.color_palette("husl", len(self.names(name)))
        assert set(map(to_hex, expected)) <= colours_in(self.drawn(name, "husl"))

    def test_a_setting_without_a_colour_is_named(self, name):
        with pytest.raises(ValueError, match=r"palette must have a colour for .*; missing: "):
            self.drawn(name, {"another": "red"})


def test_every_plot_of_settings_takes_a_palette():
    others = {"layer_map_grid", "mask_grid", "confusion_grid", "picture_grid", "boundary_grid"}
    assert {name for name in ALL if ALL[name].names == "setting"} == (
        {name for name in COLOURED if ALL[name].names == "setting"} | others
    )


def test_a_colour_that_comes_again_has_another_dash_and_marker():
    styles = palette.styles("abcdef", ["red", "blue"])
    assert [style.color for style in styles.values()] == ["#ff0000", "#0000ff"] * 3
    assert len({(style.color, style.linestyle, style.marker) for style in styles.values()}) == 6
    assert [style.linestyle for style in palette.styles("abc", "deep").values()] == ["-"] * 3


@pytest.mark.parametrize("name", ["viridis", "flare"])
def test_a_colormap_gives_the_colours_that_seaborn_takes_of_it(name):
    given = palette.styles("abc", sns.color_palette(name, as_cmap=True))
    expected = sns.color_palette(name, 3).as_hex()
    assert [style.color for style in given.values()] == expected
    ax = plots.curves(cases.curve(), palette=sns.color_palette(name, as_cmap=True))
    assert {line.get_color() for line in ax.lines} == set(sns.color_palette(name, 2).as_hex())


def test_a_style_is_taken_as_it_is():
    dotted = palette.Style("#123456", ":", "x")
    assert palette.styles("ab", {"a": dotted, "b": "red"})["a"] is dotted


def test_the_old_name_of_palette_still_works():
    styles = palette.by_order(["none", "weight decay 0.1"])
    with pytest.warns(
        DeprecationWarning, match=r"curves\(styles=…\) is now curves\(palette=…\)"
    ) as seen:
        ax = plots.curves(cases.curve(), styles=styles)
    assert seen[0].filename == __file__
    assert {line.get_color() for line in ax.lines} == {style.color for style in styles.values()}
    twice = {"styles": styles, "palette": "deep"}
    once = pytest.raises(TypeError, match="palette must be given once; got styles")
    with pytest.warns(DeprecationWarning, match="styles"), once:
        plots.curves(cases.curve(), **twice)


@pytest.mark.parametrize("n", range(1, 7))
def test_24_names_are_told_apart_however_few_colours_the_cycle_has(n):
    cycle = cycler(color=["#113355", "#aa2222", "#22aa22", "#7722aa", "#aaaa22", "#22aaaa"][:n])
    with mpl.rc_context({"axes.prop_cycle": cycle}):
        given = list(palette.styles([f"setting {k}" for k in range(24)]).values())
    assert len({style.color for style in given}) == n
    assert len(set(given)) == 24
    without_markers = {(style.color, style.linestyle) for style in given[:12]}
    assert len(without_markers) == min(4 * n, 12)
