"""Shares are drawn in percent, their differences in points; other numbers are left alone."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from nnviz import plots, tables
from nnviz.plots import text
from nnviz.plots._headlines import at_the_end, of_measured, said
from nnviz.plots.moving import declared
from nnviz.publish import figure_of_run
from nnviz.publish.recorded.sentences import last, last_of_each
from nnviz.record import Recorder
from nnviz.tables import Schema

ROWS = {"setting": "a", "seed": 0, "split": "test"}


def curve(metric: str, *values: float) -> pd.DataFrame:
    steps = range(len(values))
    return pd.DataFrame(
        {**ROWS, "step": steps, "epoch": steps, "metric": metric, "value": list(values)}
    )


def written(axis) -> list[str]:
    """Return the numbers of an axis that are within its limits."""
    axis.axes.figure.canvas.draw()
    low, high = sorted(axis.get_view_interval())
    ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
    return [label.get_text() for at, label in ticks if low <= at <= high]


@pytest.mark.parametrize(
    ("metric", "values", "shown"),
    [
        ("accuracy", (0, 1), ["0%", "20%", "40%", "60%", "80%", "100%"]),
        ("accuracy", (0.91, 0.94), ["91.0%", "91.5%", "92.0%", "92.5%", "93.0%", "93.5%", "94.0%"]),
        ("gap", (-0.04, 0.04), ["−4", "−3", "−2", "−1", "0", "1", "2", "3", "4"]),
        ("loss", (0, 1), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ("accuracy", (0, 100), ["0", "20", "40", "60", "80", "100"]),  # a log in percent
        ("error_rate", (1.1, 1.6), ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]),
    ],
)
def test_numbers_of_an_axis(metric, values, shown):
    assert written(plots.curves(curve(metric, *values)).yaxis) == shown


def test_one_value_beyond_a_share_tells_that_none_is_in_title_axis_and_numbers():
    rows = pd.concat([curve("accuracy", 70, 95.3), curve("accuracy", 0.4, 1.2).assign(setting="b")])
    ax = plots.curves(rows, numbers=True, log=False)
    assert written(ax.yaxis)[0] == "0"
    assert [words.get_text() for words in ax.texts] == ["a: 95.3", "b: 1.2"]
    assert said(at_the_end(rows, tables.CURVE)) == "test accuracy at the end: 1.2 (b) to 95.3 (a)"


def test_sentences_about_runs_read_a_log_as_its_axis_does():
    rows = pd.concat(
        [curve("error_rate", 1.6, 1.1), curve("error_rate", 2, 0.4).assign(setting="b")]
    )
    assert last(rows[rows["setting"] == "a"]) == "share misread ends at 1.1, at step 1"
    assert last_of_each(rows, "step") == "share misread ends at 1.1 (a), 0.4 (b)"
    assert last(curve("accuracy", 0.5, 0.25)) == "test accuracy ends at 25%, at step 1"


def test_points_are_said_of_differences_of_shares_alone():
    assert plots.curves(curve("gap", 0, 1.4)).get_ylabel() == "accuracy, train − test"
    assert text.quantity("gap", curve("gap", -1, 1)).unit == "points"
    assert text.quantity("accuracy", curve("accuracy", -0.1, 1)).unit == ""
    rounded = curve("accuracy", float("nan"), 1 + 1e-7)  # which is no percent
    assert text.quantity("accuracy", rounded).unit == "%"


def test_colours_of_a_log_in_percent_are_not_those_of_shares():
    rows = pd.DataFrame(
        {"setting": "a", "seed": 0, "layer": ["1", "1"], "step": [0, 1], "metric": "dead"}
    ).assign(value=[20.0, 60.0])
    figure = plots.layer_map(rows).figure
    bar = figure.axes[-1]
    assert written(bar.yaxis)[0] == "20"
    assert written(bar.yaxis)[-1] == "60"


def test_an_axis_that_is_drawn_on_again_has_the_numbers_of_what_is_named_there():
    ax = plots.curves(curve("accuracy", 0, 1))
    plots.curves(curve("loss", 0, 1), ax=ax)
    assert (ax.get_ylabel(), written(ax.yaxis)[-1]) == ("test loss", "1.0")
    plots.curves(curve("accuracy", 0, 1), ax=ax)
    assert written(ax.yaxis)[-1] == "100%"


@pytest.mark.parametrize("name", ["gain", "lead", "left"])
def test_a_column_of_ones_own_is_no_share_by_a_common_word(name):
    ax = plots.sweep(pd.DataFrame({"setting": "a", "x": [1, 2], name: [0.25, 0.75]}), x="x", y=name)
    assert (ax.get_ylabel(), written(ax.yaxis)[-1]) == (name, "0.7")


def test_a_logarithmic_axis_has_percent_where_it_had_powers():
    ax = plots.curves(curve("accuracy", 0.001, 0.01, 1), log=True)
    assert written(ax.yaxis) == ["0.1%", "1%", "10%", "100%"]


def test_panels_of_one_axis_are_written_alike_whichever_comes_last():
    rows = [curve("accuracy", 0, 50).assign(setting="a"), curve("accuracy", 0, 1)]
    for order in (rows, rows[::-1]):
        figure = plots.curve_grid(
            pd.concat([part.assign(panel=n) for n, part in enumerate(order)]), by="panel"
        )
        assert written(figure.axes[0].yaxis)[-1] == "50"
        plt.close(figure)


def test_a_panel_named_by_its_title_has_its_unit_all_the_same():
    rows = pd.concat([curve("accuracy", 0, 1), curve("loss", 0, 1)])
    accuracy, loss = plots.curve_grid(rows).axes
    assert written(accuracy.yaxis)[-1] == "100%"
    assert written(loss.yaxis)[-1] == "1.0"
    assert accuracy.get_ylabel() == ""


def test_differences_say_that_they_are_points():
    assert plots.curves(curve("gap", 0, 0.1)).get_ylabel() == "accuracy, train − test (points)"


def test_numbers_at_the_ends_of_lines_are_in_the_unit_of_the_axis():
    rows = pd.concat([curve("accuracy", 0, 0.91), curve("accuracy", 0, 0.5).assign(setting="b")])
    ax = plots.curves(rows, numbers=True)
    assert [words.get_text() for words in ax.texts] == ["a: 91.0%", "b: 50.0%"]
    many = pd.concat([rows.assign(setting=f"{'long ' * 20}{n}") for n in range(3)])
    ax = plots.curves(many, numbers=True)  # whose names are in a legend
    assert {words.get_text() for words in ax.texts} == {"70.5%"}


def test_while_a_line_grows_the_number_of_its_end_is_not_written():
    ax = plots.curves(curve("accuracy", 0, 0.91), numbers=True)
    (name,) = ax.texts
    for moment, words in ((0.5, "a"), (1, "a: 91.0%"), (0, "a")):
        for moving in list(declared(ax)):
            moving.move.show(moving.artist, moment)
        assert name.get_text() == words


@pytest.mark.parametrize(
    ("key", "values", "shown"),
    [
        ("accuracy", (1.0, 0.905), ["100.0%", "90.5%"]),
        ("gap", (-0.0312, 0.1), ["−3.1", "10.0"]),
        ("loss", (0.5, 0.25), ["0.500", "0.250"]),
    ],
)
def test_numbers_that_are_compared(key, values, shown):
    assert text.numbers(values, text.quantity(key)) == shown


def test_a_title_has_the_unit_of_its_axis():
    data = pd.DataFrame({"setting": ["a", "b"], "gap": [0.031, 0.05]})
    schema = Schema("each", dict.fromkeys(data, "…"), label="setting", measured="gap")
    title = "highest accuracy, train − test (points): 3.1 (a) to 5 (b)"
    assert said(of_measured(data, schema)) == title


@pytest.mark.parametrize("what", ["map", "progress", "depth"])
def test_a_share_of_a_run_is_in_percent_on_its_axis_and_in_its_title(what):
    recorder = Recorder(exact=True)
    for step in range(3):
        with recorder.step(step):
            recorder.observe("relu1/activation", np.r_[np.zeros(step + 1), np.ones(3 - step)])
    figure = figure_of_run(recorder, what, statistic="zero")
    told = figure.axes[-1].yaxis
    assert "75%" in figure.get_suptitle()
    assert told.label.get_text().replace("\n", " ") == "activation: share of exact zeros"
    assert all(words.endswith("%") for words in written(told))
    plt.close(figure)
