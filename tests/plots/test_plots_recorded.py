"""What was recorded, on the artists: colours, hatches, bands, the guide."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import FillBetweenPolyCollection, QuadMesh
from matplotlib.colors import LogNorm

from nnviz import Recorder, plots, tables, testing

from . import cases


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def mesh(ax):
    (found,) = [artist for artist in ax.collections if isinstance(artist, QuadMesh)]
    return found


class TestLayerMap:
    def test_a_cell_has_the_value_of_its_layer_and_step(self):
        data = cases.progress()
        shuffled = data.sample(frac=1, random_state=0).sort_values("layer", kind="stable")
        drawn = mesh(plots.layer_map(shuffled)).get_array()
        assert drawn.shape == (3, 20)
        wide = data.pivot_table("value", "layer", "step", dropna=False).to_numpy()
        finite = np.isfinite(wide)
        assert np.array_equal(drawn.mask, ~finite)
        assert drawn.data[finite] == pytest.approx(wide[finite])

    def test_panels_show_the_steps_of_the_longest(self):
        data = cases.progress()
        short = data[data["step"] <= data["step"].median()]
        runs = [data.assign(setting="long"), short.assign(setting="short")]
        whole = plots.layer_map(data).get_xlim()
        for order in (runs, runs[::-1]):
            figure = plots.layer_map_grid(pd.concat(order))
            assert {axes.get_xlim() for axes in figure.axes[:2]} == {whole}

    def test_the_first_layer_is_on_top(self):
        ax = plots.layer_map(cases.progress())
        assert ax.get_ylim()[0] > ax.get_ylim()[1]
        assert [text.get_text() for text in ax.get_yticklabels()] == ["ReLU 1", "ReLU 2", "ReLU 3"]

    def test_what_is_missing_is_hatched(self):
        ax = plots.layer_map(cases.progress())
        assert [patch.get_hatch() for patch in ax.patches] == ["////"]
        assert mesh(ax).get_array().mask.sum() == 2

    def test_what_was_not_recorded_is_blank(self):
        data = cases.progress(metric="norm").query("step in (0, 10, 20, 30, 150, 160, 170)")
        data = data.assign(value=0.5)
        data = data[(data["layer"] != "relu2") | (data["step"] != 20)]
        ax = plots.layer_map(data)
        drawn = mesh(ax)
        assert drawn.get_coordinates()[0, :, 0].tolist() == [-5, 5, 15, 25, 35, 145, 155, 165, 175]
        blank = np.zeros((3, 8), bool)
        blank[:, 4] = blank[1, 2] = True
        assert np.array_equal(drawn.get_array().mask, blank)
        assert not ax.patches
        assert ax.get_xlim() == (-5, 175)

    def test_steps_may_lie_farther_and_farther_apart(self):
        data = cases.progress(metric="norm").query("step in (0, 10, 20, 60, 100)")
        drawn = mesh(plots.layer_map(data.assign(value=0.5)))
        assert drawn.get_coordinates()[0, :, 0].tolist() == [-5, 5, 15, 40, 80, 105]
        assert not np.ma.getmaskarray(drawn.get_array()).any()

    @pytest.mark.parametrize("asked", [200, 205, 215, 299, 300, 157])
    def test_steps_may_be_recorded_out_of_turn(self, asked):
        recorder = Recorder()
        for k in range(max(asked + 1, 250)):
            with recorder.step(k, exact=k in (asked, 249)):
                recorder.observe("relu1/activation", np.ones(500))
        rows = tables.recorded_progress(recorder, statistic="mean")
        assert {100, asked, 249} <= set(rows["step"]) < set(range(301))
        assert not np.ma.getmaskarray(mesh(plots.layer_map(rows)).get_array()).any()

    @pytest.mark.parametrize(
        ("steps", "edges"),
        [
            ((50,), [49.5, 50.5]),
            ((20, 50), [5, 35, 65]),
            ((0, 80, 90), [-5, 40, 85, 95]),
            ((0, 1, 90), [-0.5, 0.5, 1.5, 89.5, 90.5]),
            ((0, 89, 90), [-0.5, 0.5, 88.5, 89.5, 90.5]),
            ((0, 1, 2, 50, 99, 100), [-0.5, 0.5, 1.5, 26, 74.5, 99.5, 100.5]),
        ],
    )
    def test_few_steps_have_cells_too(self, steps, edges):
        data = cases.progress(metric="norm").query("layer == 'relu1'").iloc[: len(steps)]
        data = data.assign(step=steps)
        assert mesh(plots.layer_map(data)).get_coordinates()[0, :, 0].tolist() == edges

    def test_what_was_counted_over_a_window_fills_the_window(self):
        """So that a layer found dead since a step is marked where its dark cells begin."""
        ax = plots.layer_map(cases.progress(metric="dead").query("step in (10, 20, 30, 150, 160)"))
        assert mesh(ax).get_coordinates()[0, :, 0].tolist() == [0, 10, 20, 30, 140, 150, 160]

    def test_rows_follow_the_order_of_the_table(self):
        data = cases.progress(("z", "a", "m"))
        drawn = plots.layer_map(data)
        assert [text.get_text() for text in drawn.get_yticklabels()] == ["z", "a", "m"]
        first = data.query("layer == 'z' and step == 100")["value"].item()
        assert mesh(drawn).get_array()[0, 10] == pytest.approx(first)

    def test_a_zero_keeps_colours_logarithmic_and_has_the_lowest(self):
        data = cases.progress(metric="norm")
        data["value"] = 10.0 ** (-data["step"] / 50)
        data.loc[7, "value"] = 0.0
        ax = plots.layer_map(data)
        drawn = mesh(ax)
        assert isinstance(drawn.norm, LogNorm)
        lowest = data.loc[data["value"] > 0, "value"].min()
        assert drawn.norm.vmin == drawn.get_array()[0, 7] == pytest.approx(lowest)
        assert not drawn.get_array().mask.any()
        bar = ax.figure.axes[-1]
        assert bar.get_ylabel() == "norm (zeros in the lowest colour)"

    def test_findings_are_marked_at_their_layer_and_step(self):
        found = pd.DataFrame(
            {
                "rule": "dead units",
                "verdict": ["found", "found", "not found", "found"],
                "layer": ["relu3", "elsewhere", "relu1", ""],
                "step": pd.array([120, 10, None, 0], "Int64"),
                "value": 0.9,
                "threshold": 0.5,
                "message": "",
                "remedy": "",
                "cause": "",
            }
        )
        ax = plots.layer_map(cases.progress(), findings=found)
        (marks,) = ax.lines
        assert marks.get_xydata().tolist() == [[120, 2]]
        assert [words.get_text() for words in ax.texts] == ["since step 120"]
        late = plots.layer_map(cases.progress().query("step > 150"), findings=found)
        assert late.lines[0].get_xydata().tolist() == [[late.get_xlim()[0], 2]]
        two = pd.concat([cases.progress().assign(setting=name) for name in "ab"])
        figure = plots.layer_map_grid(two, findings=found.assign(setting="b"))
        assert [sum(len(line.get_xydata()) for line in ax.lines) for ax in figure.axes[:2]] == [
            0,
            1,
        ]

    def test_shares_always_run_from_none_to_all(self):
        norm = mesh(plots.layer_map(cases.progress().assign(value=0.1))).norm
        assert (norm.vmin, norm.vmax) == (0, 1)

    def test_two_decades_are_logarithmic(self):
        data = cases.progress(metric="norm")
        data["value"] = 10.0 ** (-data["step"] / 50)
        norm = mesh(plots.layer_map(data)).norm
        assert isinstance(norm, LogNorm)
        assert norm.vmin == pytest.approx(data["value"].min())

    def test_seeds_are_averaged(self):
        data = cases.progress().query("value < 10")
        two = [data.assign(seed=0), data.assign(seed=1, value=data["value"] + 0.1)]
        drawn = mesh(plots.layer_map(pd.concat(two))).get_array()
        alone = mesh(plots.layer_map(data)).get_array()
        assert (drawn - alone).compressed() == pytest.approx(0.05)

    def test_panels_share_their_colours(self):
        data = cases.progress(metric="norm").query("value < 10")
        halves = [data.assign(setting="a"), data.assign(setting="b", value=data["value"] / 2)]
        figure = plots.layer_map_grid(pd.concat(halves))
        norms = [mesh(ax).norm for ax in figure.axes[:2]]
        assert norms[0] is norms[1]
        assert norms[0].vmax == pytest.approx(data["value"].max())

    def test_one_of_several_statistics_must_be_named(self):
        both = pd.concat([cases.progress(), cases.progress(metric="norm")])
        with pytest.raises(ValueError, match="metric must be one of dead, norm; got None"):
            plots.layer_map(both)
        assert mesh(plots.layer_map(both, metric="norm"))


class TestQuantiles:
    def test_the_line_is_the_median_and_bands_lie_around_it(self):
        data = cases.quantile(("linear1",))
        ax = plots.quantiles(data.sample(frac=1, random_state=0))
        median = data[data["quantile"] == 0.5]["value"]
        assert ax.lines[0].get_ydata() == pytest.approx(median.to_numpy())
        bands = [b for b in ax.collections if isinstance(b, FillBetweenPolyCollection)]
        reach = [np.ptp(band.get_paths()[0].vertices[:, 1]) for band in bands]
        assert reach == pytest.approx([4 * 0.9, 4 * 0.5])

    def test_samples_are_called_such(self):
        exact, sampled = (cases.quantile(("linear1",), exact=e) for e in (True, False))
        assert plots.quantiles(exact).get_ylabel() == "activation"
        assert plots.quantiles(sampled).get_ylabel() == "activation (from samples)"

    def test_what_is_not_finite_is_marked(self):
        data = cases.quantile(("linear1",))
        steps = data["step"].unique()
        plain = len(plots.quantiles(data).lines)
        data["not_finite"] = np.where(data["step"] == steps[1], 0.25, 0.0)
        data.loc[data["step"] == steps[3], "value"] = np.nan
        *others, marks = plots.quantiles(data).lines
        assert len(others) == plain
        assert marks.get_marker() == "x"
        assert sorted(marks.get_xdata()) == [steps[1], steps[3]]

    @pytest.mark.parametrize("factor", [10.0, 1e36, np.inf])
    def test_values_that_explode_have_an_axis_on_which_the_others_are_seen(self, factor):
        data = cases.quantile(("linear1", "linear2"))
        last = data["step"] == data["step"].max()
        data.loc[last & (data["layer"] == "linear2"), "value"] *= factor
        figure = plots.quantile_grid(data)
        assert {ax.get_yscale() for ax in figure.axes} == {"symlog" if factor > 10 else "linear"}
        assert testing.faults(figure) == []

    def test_ranks_need_not_be_symmetric(self):
        data = cases.quantile(("linear1",)).query("quantile != 0.05")
        assert len(plots.quantiles(data).collections) == 1

    def test_a_rank_without_a_partner_has_no_band(self):
        data = cases.quantile(("linear1",)).query("quantile in (0.05, 0.5)")
        ax = plots.quantiles(data)
        assert not ax.collections

    def test_one_of_several_layers_must_be_named(self):
        with pytest.raises(ValueError, match="layer must be one of linear1, linear2, linear3"):
            plots.quantiles(cases.quantile())

    def test_panels_share_their_axes(self):
        first, *others = plots.quantile_grid(cases.quantile()).axes
        assert len(others) == 2
        assert all(ax.get_ylim() == first.get_ylim() for ax in others)


class TestUpdateRatios:
    def test_the_guide_is_at_a_thousandth(self):
        ax = plots.update_ratios(cases.ratio())
        assert ax.get_yscale() == "log"
        (guide,) = [line for line in ax.lines if list(line.get_ydata()) == [1e-3, 1e-3]]
        assert guide.get_linestyle() != "-"
        assert "usual guide: 0.001" in [text.get_text() for text in ax.texts]

    @pytest.mark.parametrize(("falls", "side"), [(False, "right"), (True, "left")])
    def test_the_guide_is_named_where_the_lines_keep_away_from_it(self, falls, side):
        data = cases.ratio(("rate 0.1",))
        part = data["step"] / data["step"].max()
        data = data.assign(value=1e-3 * 100 ** (1 - part if falls else part))
        (note,) = [
            words for words in plots.update_ratios(data).texts if "guide" in words.get_text()
        ]
        assert note.get_ha() == side

    def test_another_metric_is_refused(self):
        with pytest.raises(ValueError, match="metric must be one of loss; got 'update_to_weight'"):
            plots.update_ratios(cases.curve(metric="loss"))


def test_a_band_that_reaches_zero_ends_at_the_edge_of_a_logarithmic_axis():
    data = cases.ratio(("rate 0.1",))
    data.loc[(data["seed"] == 0) | (data["step"] > 100), "value"] = 0.0
    ax = plots.curves(data, metric="update_to_weight", log=True, x="step")
    (band,) = ax.collections
    steps, heights = band.get_paths()[0].vertices.T
    assert heights.min() > 0
    assert np.ptp(heights[steps > 100]) == 0
    assert np.isfinite(heights).all()
