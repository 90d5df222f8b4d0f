"""No plot leaves out in silence a row whose name, or whose place, the table does not tell."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from nnviz import plots, tables
from nnviz.tables.missing import NOT_SET

from . import cases
from .plotted import ALL
from .test_plots_contract import drawn_in, figure_of

NAMES = {"setting", "optimizer", "activation", "layer", "metric", "statistic", "quantity", "split"}
NAMES |= {"panel", "surface"}
"""Columns of names, of all plots."""

KEYS = {"seed", "start", "step", "epoch", "learning_rate", "weight_decay", "momentum", "row"}
KEYS |= {"unit", "column", "picture", "true", "predicted", "quantile", "left", "right"}
"""Columns of numbers that say where a row belongs."""

MISSING = [None, np.nan, pd.NA, pd.NaT]


@pytest.fixture(autouse=True)
def _no_figure_left():
    yield
    plt.close("all")


def drawn(name, data):
    """What a plot draws of a table, or what it says of it."""
    try:
        return drawn_in(figure_of(ALL[name].draw(data)))
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("name", ALL)
def test_a_name_that_is_missing_is_drawn_as_not_set(name):
    data = ALL[name].table().reset_index(drop=True)
    told, missing = data.copy(), data.copy()
    for place, column in enumerate(sorted(NAMES & set(data))):
        last = data[column] == data[column].unique()[-1]
        told[column] = data[column].mask(last, NOT_SET)
        missing[column] = data[column].astype(object).mask(last, MISSING[place % len(MISSING)])
    before, after = drawn(name, told), drawn(name, missing)
    assert before == after
    if isinstance(after, str):
        assert NOT_SET in after


@pytest.mark.parametrize("name", ALL)
def test_a_number_that_is_missing_is_an_error_or_plays_no_part(name):
    data = ALL[name].table().reset_index(drop=True)
    for column in sorted(KEYS & set(ALL[name].columns)):
        lacking = data.assign(**{column: data[column].astype(float).mask(data.index == 1)})
        found = drawn(name, lacking)
        if isinstance(found, str):
            assert found.endswith(
                f"the column {column} of every row; got nan in row 1, 1 of {len(data):,} rows"
            )
        else:
            assert found == drawn(name, data), column


@pytest.mark.parametrize("missing", MISSING)
def test_a_setting_that_is_missing_is_a_line_of_its_own(missing):
    data = cases.swept(("a",))
    data = pd.concat([data, data.assign(setting=missing, loss=2 * data["loss"])])
    with plots.language("ko"), plots.beside({missing: "twice"}):
        ax = plots.sweep(data, x="learning_rate", y="loss")
    assert {text.get_text() for text in ax.texts} == {"설정 없음: twice", "a"}


@pytest.mark.parametrize("missing", MISSING)
def test_what_is_missing_of_a_table_has_a_word_in_titles_of_panels(missing):
    curve = cases.curve(("a",)).assign(metric=missing, part=missing)
    layers = cases.histogram(layers=1).assign(layer=missing)
    for figure in (
        plots.curve_grid(curve.assign(metric="loss"), by="part"),
        plots.curve_grid(pd.concat([curve, cases.curve(("a",))])),
        plots.distribution_grid(layers),
    ):
        assert NOT_SET in {
            ax.get_title("left") or ax.get_title() or ax.get_ylabel() for ax in figure.axes
        }


def test_titles_of_tables_count_what_has_no_name():
    schema = tables.SWEPT.extended("s", {"rule": "", "loss": ""}, label="rule", measured="loss")
    (plot,) = (each for each in plots._declared.DECLARED if each.schema is tables.SWEPT)
    data = pd.DataFrame({"rule": ["a", None], "loss": [1.0, 2.0]})
    assert plot.said(data, schema) == "highest loss: 1 (a) to 2 (not set)"


def test_a_row_of_a_map_without_a_name():
    data = cases.rated()
    first = data["optimizer"].unique()[0]
    for limits in (None, cases.limit((None,), momenta=(0.9,))):
        ax = plots.rate_map(data.replace({"optimizer": {first: None}}), limits=limits)
        assert ax.get_yticklabels()[0].get_text() == NOT_SET
    with pytest.raises(ValueError, match="column momentum of every row"):
        plots.rate_map(cases.momenta().assign(momentum=np.nan), y="momentum")
