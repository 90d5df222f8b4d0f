"""Words: display names, line breaks, names at the ends of lines, claims and captions."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz import Recorder, plots, tables
from nnviz.plots import _canvas, _words, text
from nnviz.plots._end_labels import spread
from nnviz.plots.claim import measured
from nnviz.testing import assert_readable
from nnviz.testing.words import words

from . import cases


@pytest.fixture(autouse=True)
def _no_figure_left():
    yield
    plt.close("all")


class TestNames:
    @pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
    def test_a_setting_that_is_left_out_is_named_in_both_languages(self, missing):
        assert text.choice(missing) == "not set"
        with plots.language("ko"):
            assert text.choice(missing) == "설정 없음"

    @pytest.mark.parametrize(
        ("key", "name"),
        [
            ("accuracy", "accuracy"),
            ("weight_norm", "weight norm"),
            ("my_own_metric", "my own metric"),
        ],
    )
    def test_quantities(self, key, name):
        assert text.quantity(key) == name

    @pytest.mark.parametrize(
        ("key", "name"),
        [
            ("rmsprop", "RMSprop"),
            ("relu", "ReLU"),
            ("relu, He", "relu, He"),
            ("my_net", "my_net"),
            (0.1, "0.1"),
        ],
    )
    def test_choices(self, key, name):
        assert text.choice(key) == name

    def test_what_cannot_be_printed_is_replaced(self):
        assert text.choice("a\x00b\ud800") == "a\ufffdb\ufffd"

    @pytest.mark.parametrize(
        ("key", "name"),
        [
            (3, "layer 3"),
            ("12", "layer 12"),
            ("relu2", "ReLU 2"),
            ("batchnorm1", "batch norm 1"),
            ("leaky_relu1", "leaky ReLU 1"),
            ("encoder.block_3", "encoder.block_3"),
        ],
    )
    def test_layers(self, key, name):
        assert text.layer(key) == name

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (0.0, "0"),
            (-0.1072, "−0.107"),
            (29.0, "29"),
            (15487.2, "15500"),
            (3.9e-7, "3.9×10⁻⁷".replace("3.9", "3.90")),
            (100_000.0, "10⁵"),
            (float("nan"), "nan"),
            (float("inf"), "inf"),
        ],
    )
    def test_numbers(self, value, shown):
        assert text.number(value) == shown

    @pytest.mark.parametrize(
        ("values", "shown"),
        [
            ([67.2, 63.0], ["67.2", "63.0"]),
            ([-1.464, -0.0941, 0.0], ["−1.46", "−0.09", "0.00"]),
            ([0.97, 0.0908], ["0.970", "0.091"]),
            ([12345.6, 1.0], ["12346", "1"]),
            ([2.0, 0.00003], ["2", "3.00×10⁻⁵"]),  # would be written as zero
            ([3.9e-7, 1e-7], ["3.90×10⁻⁷", "10⁻⁷"]),
            ([0.5, float("nan")], ["0.500", "nan"]),
            ([0.0], ["0"]),
            ([], []),
        ],
    )
    def test_numbers_beside_each_other_have_the_same_decimals(self, values, shown):
        assert text.numbers(values) == shown

    @pytest.mark.parametrize(
        ("part", "shown"), [(1.0, "100%"), (0.9996, ">99%"), (0.494, "49%"), (0.0, "0%")]
    )
    def test_shares(self, part, shown):
        assert text.share(part) == shown

    @pytest.mark.parametrize(
        ("ends", "shown"),
        [((-0.1, 0.1), "±0.1"), ((0, 0.094), "0 to 0.094"), ((0.5, 0.5), "0.5")],
    )
    def test_intervals(self, ends, shown):
        assert text.interval(*ends) == shown

    def test_there_is_a_key_for_every_plot(self):
        assert set(text.KEYS) <= set(plots.__all__)
        assert {"trajectories", "activations", "curves", "by_layer", "outcomes"} <= set(text.KEYS)

    def test_of_a_plot_that_is_refused_nothing_is_kept(self):
        with pytest.raises(TypeError, match="grid must be callable"):
            plots.register(abs, "How it is read.", grid=3)
        assert "abs" not in text.KEYS


class TestLines:
    @given(
        st.lists(st.text("abcdefgh", min_size=1, max_size=60), min_size=1, max_size=12),
        st.floats(40, 400),
    )
    def test_no_line_is_too_long_and_no_letter_is_lost(self, parts, width):
        lines = _words.folded(" ".join(parts), width, 10).split("\n")
        assert max(_words.length_of(line, 10) for line in lines) <= width
        assert "".join(lines).replace(" ", "") == "".join(parts)

    def test_short_words_stay_on_one_line(self):
        assert _words.folded("a short name", 200, 10) == "a short name"

    @given(st.lists(st.integers(1, 12).map("n".__mul__), min_size=1), st.integers(90, 300))
    def test_what_was_broken_for_another_width_is_broken_anew(self, parts, width):
        said = " ".join(parts)
        assert _words.folded(_words.folded(said, 120, 10), width, 10) == _words.folded(
            said, width, 10
        )

    @given(
        st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=4, max_size=20),
        st.floats(120, 400),
    )
    def test_a_sentence_takes_no_more_lines_for_a_last_one_of_several_words(self, parts, width):
        said = " ".join(parts)
        plain = _words.folded(said, width, 10)
        lines = _words.sentence_folded(said, width, 10).split("\n")
        assert max(_words.length_of(line, 10) for line in lines) <= width
        assert " ".join(lines) == said
        assert len(lines) == len(plain.split("\n"))
        if " " in plain.rpartition("\n")[2]:
            assert "\n".join(lines) == plain

    def test_one_word_is_not_left_over_for_the_last_line(self):
        said = "Training changes nothing that could be seen here"
        width = _words.length_of(said, 10) - 1
        assert _words.folded(said, width, 10).endswith("\nhere")
        assert _words.sentence_folded(said, width, 10).endswith("\nseen here")

    @pytest.mark.parametrize(
        ("narrow", "lines"),
        [("Adam: rate 0.5, ×3", 1), ("rate 0.5, ×3.", 2), ("rate 0.5,", 3)],
        ids=["whole", "after the colon", "at the comma"],
    )
    def test_titles_of_panels_are_broken_alike_and_lose_the_commas_there(self, narrow, lines):
        with plots.theme("light"):
            panels = plt.figure(layout="constrained").subplots(1, 2)
            lost = _canvas.width_of(panels[0]) - _words.length_of(
                narrow, _canvas.size_of("axes.title")
            )
            names = ["Adam: rate 0.5, ×3", "SGD: rate 5, ×30"]
            _words.titles(dict(zip(panels, names, strict=True)), lost=lost - 1)
        shown = [ax.get_title("left") for ax in panels]
        whole = [["Adam: rate 0.5, ×3"], ["Adam:", "rate 0.5, ×3"], ["Adam:", "rate 0.5", "×3"]]
        assert shown[0].split("\n") == whole[lines - 1]
        assert shown[1].count("\n") == lines - 1

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("Adam (0.9, 0.999)", "Adam (0.9,\n0.999)"),
            ("Adam [a, (b, c)], fast", "Adam [a,\n(b, c)]\nfast"),
            ("f(x: y): slow", "f(x: y):\nslow"),
            ("open (a, b", "open (a,\nb"),
        ],
    )
    def test_a_comma_in_brackets_of_a_name_stays(self, name, shown):
        size = _canvas.size_of("axes.title")
        with plots.theme("light"):
            ax = plt.figure(layout="constrained").subplots()
            longest = max(shown.split("\n"), key=lambda line: _words.length_of(line, size))
            lost = _canvas.width_of(ax) - _words.length_of(longest, size)
            _words.titles({ax: name}, lost=lost - 1)
        assert ax.get_title("left") == shown
        assert ax.get_title("left").replace("\n", " ").count("(") == name.count("(")

    def test_what_is_beyond_the_most_lines_is_an_ellipsis(self):
        words = "a name that goes on and on and on"
        first, last = _words.folded(words, 60, 10, most=2).split("\n")
        assert words.startswith(f"{first} {last.removesuffix('…')}")
        assert last.endswith("…")
        assert max(_words.length_of(line, 10) for line in (first, last)) <= 60
        assert _words.folded("a short name", 200, 10, most=1) == "a short name"

    @pytest.mark.parametrize(
        ("name", "lines"),
        [
            ("encoder.layers.0.linear1", ["encoder.", "layers.0.", "linear1"]),
            ("my_own_module_name", ["my_own_", "module_", "name"]),
        ],
    )
    def test_a_long_name_is_broken_at_its_joints(self, name, lines):
        width = _words.length_of("layers.0.x", 10)
        assert _words.folded(name, width, 10).split("\n") == lines

    def test_of_a_name_of_several_parts_the_last_ones_stay(self):
        width = _words.length_of("encoder.layer", 10)
        short = _words.shortened("encoder.layers.0.linear1", width, 10)
        assert short.startswith("…")
        assert short.endswith(".0.linear1")
        assert _words.folded("encoder.layers.0.linear1", width, 10, most=1) == short
        assert _words.shortened("ends in dots and so on.", width, 10).endswith("…")

    @pytest.mark.parametrize(
        ("names", "seen"),
        [
            (["long name, rate 1", "long name, rate 2", "b"], ["…rate 1", "…rate 2", "b"]),
            (["a long name 1", "a long name 2"], ["…1", "…2"]),
            (["a long name"] * 2, ["a long n…"] * 2),
            (["a-long-name-1", "a-long-name-2"], ["a-long-n…"] * 2),
            (["a long name, and x", "a long name"], ["…name, a…", "…name"]),
            (["one is long", "two is long"], ["one is l…", "two is l…"]),
        ],
    )
    def test_names_that_read_alike_when_cut_lose_what_they_share(self, names, seen):
        cut = [_words.told_apart(names, lambda name: name[:8] + "…" * (len(name) > 8))]
        assert cut == [seen]


@pytest.fixture(scope="module")
def transformer():
    """Return a recording of eighteen layers, named as PyTorch does."""
    parts = ("self_attn", "dropout1", "norm1", "linear1", "dropout", "linear2", "dropout2")
    names = ["embed", *(f"encoder.layers.{k}.{part}" for k in range(2) for part in parts)]
    rng = np.random.default_rng(0)
    recorder = Recorder(exact=True)
    for k in range(0, 130, 10):
        with recorder.step(k):
            for place, name in enumerate([*names, "norm", "relu", "head"]):
                scale = (1 + place / 10) * (1 + k / 100)
                recorder.observe(f"{name}/activation", scale * rng.standard_normal((32, 64)))
    return recorder


class TestManyLongNames:
    @pytest.mark.parametrize("context", ["notebook", "paper", "slides"])
    @pytest.mark.parametrize("what", ["progress", "depth", "map", "distributions", "quantiles"])
    def test_they_are_readable(self, transformer, what, context):
        norms = tables.recorded_progress(transformer, statistic="norm")
        depth = tables.recorded_depth(transformer, statistic="norm")
        draw = {
            "progress": lambda: plots.curves(norms, x="step").figure,
            "depth": lambda: plots.by_layer(depth).figure,
            "map": lambda: plots.layer_map(norms).figure,
            "distributions": lambda: plots.distribution_grid(
                tables.recorded_histograms(transformer)
            ),
            "quantiles": lambda: plots.quantile_grid(tables.recorded_quantiles(transformer)),
        }
        with plots.theme("light", context):
            figure = draw[what]()
            plots.headline(figure, "Eighteen layers, whose names are long, stay apart")
            plots.caption(figure, "A caption below.")
            assert_readable(figure)


sizes = st.floats(1, 30)
ends = st.lists(st.tuples(st.floats(0, 500), sizes), min_size=1, max_size=15)


class TestSpread:
    @given(ends)
    def test_names_do_not_overlap_and_keep_their_order(self, pairs):
        wanted, heights = map(np.array, zip(*pairs, strict=True))
        placed = spread(wanted, heights, 0, 500)
        order = np.argsort(wanted, kind="stable")
        gaps = np.diff(placed[order])
        assert (gaps >= (heights[order][:-1] + heights[order][1:]) / 2 - 1e-6).all()

    def test_names_that_are_apart_stay(self):
        wanted = np.array([300.0, 10.0, 150.0])
        assert spread(wanted, np.full(3, 10.0), 0, 500) == pytest.approx(wanted)

    def test_names_in_one_place_spread_around_it(self):
        placed = spread(np.full(3, 100.0), np.full(3, 10.0), 0, 500)
        assert sorted(placed) == pytest.approx([90, 100, 110])

    def test_names_stay_within_bounds_while_there_is_room(self):
        placed = spread(np.array([499.0, 500.0, 498.0]), np.full(3, 10.0), 0, 500)
        assert placed.max() <= 500
        assert sorted(placed) == pytest.approx([480, 490, 500])

    @given(st.lists(st.floats(0, 100), min_size=2, max_size=4))
    def test_moves_are_as_small_as_can_be(self, wanted):
        """No feasible nearby placement has a smaller sum of squared moves."""
        wanted = np.array(wanted)
        placed = spread(wanted, np.full(len(wanted), 8.0), -1e3, 1e3)
        cost = ((placed - wanted) ** 2).sum()
        order = np.argsort(wanted, kind="stable")
        for moved in np.random.default_rng(0).normal(0, 3, (200, len(wanted))):
            other = placed + moved
            if (np.diff(other[order]) >= 8).all():
                assert ((other - wanted) ** 2).sum() >= cost - 1e-6


class TestEndLabels:
    def test_names_follow_when_limits_change(self):
        ax = plots.curves(cases.curve(("none", "weight decay 0.1")), metric="accuracy")
        ax.set_ylim(-5, 5)
        words(ax.figure)
        renderer = ax.figure.canvas.get_renderer()
        boxes = sorted((t.get_window_extent(renderer) for t in ax.texts), key=lambda b: b.y0)
        assert [t.get_text() for t in ax.texts] == ["none", "weight decay 0.1"]
        assert boxes[1].y0 >= boxes[0].y1 - 1

    def test_a_legend_where_names_do_not_fit(self):
        ax = plots.curves(
            cases.curve(("a name that takes more than a third of the width of it all", "b"))
        )
        assert [t for t in ax.texts if t.get_text()] == []

    def test_a_legend_where_all_lines_end_together(self):
        data = cases.statistic(("a", "b", "c"))
        data.loc[data["layer"] == 5, "value"] = 1.0
        ax = plots.by_layer(data)
        assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        ([0, 0.5, 1], ["0", "0.5", "1"]),
        ([0, 20_000, 40_000], ["0", "20000", "40000"]),
        ([-50_000, 0, 50_000, 100_000], ["−0.5×10⁵", "0", "0.5×10⁵", "10⁵"]),
        ([0, 0.000005, 0.00001], ["0", "0.5×10⁻⁵", "10⁻⁵"]),
        ([0], ["0"]),
    ],
    ids=str,
)
def test_numbers_below_an_axis_all_have_a_power_of_ten_or_none_has(ticks, expected):
    ax = plt.figure().add_subplot()
    _words.number_ticks(ax)
    ax.set_xlim(min(ticks), max(ticks) or 1)
    ax.set_xticks(ticks)
    assert [label.get_text() for label in ax.get_xticklabels()] == expected


def claim(verdict, statement="Weight decay raises test accuracy", **facts):
    measured = {
        "measured": "gain",
        "number": 0.021,
        "unit": "points",
        "interval": [0.014, 0.028],
        "seeds": 10,
        "low": 0.01,
        "high": None,
    }
    return SimpleNamespace(
        key="decay helps", statement=statement, verdict=verdict, facts=lambda: measured | facts
    )


class TestHeadline:
    def test_a_claim_that_holds_is_the_title(self):
        figure = plt.figure(layout="constrained")
        title = plots.headline(figure, claim("holds"))
        assert title.get_text() == "Weight decay raises test accuracy"

    def test_a_number_stands_on_the_line_of_what_it_belongs_to(self):
        with plots.theme():
            width = _words.length_of("Where theory says: at β =", _canvas.size_of("figure.title"))
            figure = plt.figure(figsize=((width + 5) / 0.976 / 0.98 / 72, 4))
            title = plots.headline(figure, "Where theory says: at β = 0.40 and later")
        first, *_ = title.get_text().split("\n")
        assert first == "Where theory says: at"

    def test_every_verdict_has_a_colour_and_what_was_not_expected_says_so(self):
        with plots.theme():
            titles = {
                verdict: plots.headline(plt.figure(figsize=(12, 4)), claim(verdict))
                for verdict in ("holds", "otherwise", "no difference", "not assessed")
            }
        shown = {verdict: title.get_text() for verdict, title in titles.items()}
        assert shown.pop("otherwise") == "Other than expected: Weight decay raises test accuracy"
        assert set(shown.values()) == {"Weight decay raises test accuracy"}
        assert len({title.get_color() for title in titles.values()}) == 3

    def test_the_key_of_a_claim_goes_with_the_figure(self):
        one, two, three = (plt.figure() for _ in range(3))
        plots.headline(one, claim("otherwise"))
        plots.headline(two, "plain words")
        assert plots.claim_of(one) == "decay helps"
        assert plots.claim_of(two) is None
        assert plots.claim_of(three) is None
        plots.headline(one, "other words")
        assert plots.claim_of(one) is None

    def test_a_caption_says_the_number_once_it_is_assessed(self):
        with plots.theme():
            figure = plt.figure(figsize=(14, 4))
            below = plots.caption(figure, "Band: range.", claim=claim("holds"))
            other = plots.caption(plt.figure(), "Band: range.", claim=claim("not assessed"))
        said = below.get_text().replace("\N{NO-BREAK SPACE}", " ").replace("\n", " ")
        assert said == (
            "Band: range. Measured: gain: 2.1 points (95% interval 1.4 to 2.8, 10 seeds)."
        )
        assert other.get_text() == "Band: range."

    @pytest.mark.parametrize(
        ("verdict", "facts", "end"),
        [
            ("otherwise", {}, "10 seeds); expected: at least 1 point."),
            ("no difference", {}, "10 seeds); expected: at least 1 point."),
            ("holds", {"low": None, "high": 0.05}, "; the title needs at most 5 points."),
            ("holds", {"low": -0.05, "high": 0.05}, "; the title needs between −5 and 5 points."),
            ("holds", {"low": 0.999999, "high": 1, "unit": ""}, " between 0.999999 and 1."),
            ("holds", {"number": 0.00999}, "gain: 0.999 points (95% interval 1.4 to 2.8, "),
            ("holds", {"number": 0.0099999}, "gain: 0.99999 points (95% interval 1.4 to 2.8, "),
            ("holds", {"interval": None}, "gain: 2.1 points (10 seeds); the title needs "),
            ("holds", {"interval": [0.021, 0.021]}, "gain: 2.1 points (10 seeds); the title "),
            ("holds", {"interval": None, "seeds": 0}, "gain: 2.1 points; the title needs "),
            ("holds", {"interval": [None, None]}, "gain: 2.1 points (10 seeds); the title "),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_was_measured_is_one_sentence(self, verdict, facts, end):
        said = measured(claim(verdict, **facts)).replace("\N{NO-BREAK SPACE}", " ")
        assert end in said
        below = plots.caption(plt.figure(figsize=(40, 4)), "Line.", claim=claim(verdict, **facts))
        drawn = below.get_text().replace("\N{NO-BREAK SPACE}", " ")
        assert drawn == f"Line. {said.rpartition(';')[0]}."

    def test_long_claims_take_several_lines_inside_the_figure(self):
        figure, ax = plt.subplots(layout="constrained")
        title = plots.headline(figure, claim("holds", "very long " * 20 + "x" * 300))
        below = plots.caption(figure, "small print " * 40)
        figure.draw_without_rendering()
        renderer = figure.canvas.get_renderer()
        top, bottom = title.get_window_extent(renderer), below.get_window_extent(renderer)
        assert title.get_text().count("\n") >= 5
        assert 0 < top.x0 < top.x1 < figure.bbox.x1
        assert bottom.y1 < ax.get_tightbbox().y0
        assert ax.get_tightbbox().y1 < top.y0

    def test_a_formula_in_a_claim_is_drawn_as_it_is(self, tmp_path):
        figure = plt.figure()
        plots.headline(figure, r"costs $5 to $10, or $\frac$")
        plots.caption(figure, r"$$ $\x$")
        figure.savefig(tmp_path / "figure.png")


@pytest.mark.parametrize("context", ["paper", "notebook", "slides"])
def test_long_words_leave_the_panels_of_a_row_their_height(context):
    claim, words = (
        "A claim of three lines in a column of a paper " * 2,
        "How to read it, at length. " * 15,
    )
    with plots.theme("print", context):
        figure = plots.curve_grid(cases.curve(("none", "both")), by="setting", columns=2)
        before = figure.get_size_inches()
        plots.headline(figure, claim)
        plots.caption(figure, words)
        figure.draw_without_rendering()
    after = figure.get_size_inches()
    assert after[0] == before[0]
    assert (after[1] > before[1]) == (context == "paper")
    share = 0.25 if context == "paper" else 0.15
    assert all(ax.get_position().height > share for ax in figure.axes)
