"""A table that lacks what tells its rows apart."""

import numpy as np
import pandas as pd
import pytest

from nnviz import tables
from nnviz.studies import Bound, Question, Study
from nnviz.studies.measures import Difference, Pick
from nnviz.tables.missing import NOT_SET, with_names


def curve(**columns):
    data = {"setting": ["a", None], "seed": 0, "step": 1, "epoch": 1.0, "split": "test"}
    return pd.DataFrame({**data, "metric": "loss", "value": [1.0, 2.0], **columns})


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
@pytest.mark.parametrize("dtype", [object, "category", "string"])
def test_a_name_that_is_missing_is_not_set(missing, dtype):
    data = pd.DataFrame({"setting": pd.Series(["a", missing, "b"], dtype=object)})
    data = data.astype({"setting": dtype})
    data.attrs["units"] = {"value": "%"}
    found = with_names(data, ["setting", "elsewhere"])
    assert list(found["setting"]) == ["a", NOT_SET, "b"]
    assert found.attrs == data.attrs
    assert data["setting"].isna().sum() == 1


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ([1, None, 3], [1, NOT_SET, 3]),
        ([0.1, np.nan], [0.1, NOT_SET]),
        ([True, None], [True, NOT_SET]),
    ],
)
def test_numbers_and_flags_stay_what_they_are(given, names):
    found = list(with_names(pd.DataFrame({"setting": given}), ["setting"])["setting"])
    assert list(map(str, found)) == list(map(str, names))


def test_an_ordered_column_keeps_its_order():
    order = ["small", "middle", "large", "unused"]
    values = pd.Categorical(["large", None, "small", "middle"], order, ordered=True)
    for categories in (order, [*order, NOT_SET]):
        data = pd.DataFrame({"setting": values.set_categories(categories)})
        found = with_names(data, ["setting"])["setting"]
        assert list(found) == ["large", NOT_SET, "small", "middle"]
        assert list(found.cat.categories) == [*order, NOT_SET]
        assert found.cat.ordered


@pytest.mark.parametrize("dtype", [object, "category", "string"])
def test_an_authors_not_set_is_not_mixed_with_what_is_missing(dtype):
    data = curve(setting=pd.Series([NOT_SET, None], dtype=object).astype(dtype))
    rule = "column setting must not have 'not set' as a name where .*; got 1 of 2 rows without one"
    with pytest.raises(ValueError, match=rule):
        tables.bands(data)
    with pytest.raises(ValueError, match=rule):
        tables.compare(data, NOT_SET, NOT_SET)
    assert list(tables.final(data.dropna())["setting"]) == [NOT_SET]


def test_a_table_that_is_whole_stays_itself():
    data = curve(setting=["a", "b"])
    assert with_names(data, ["setting"]) is data


def test_bands_have_each_row():
    assert list(tables.bands(curve())["setting"]) == ["a", NOT_SET]
    assert list(tables.bands(curve(split=[None, "test"]))["split"]) == [NOT_SET, "test"]
    assert list(tables.final(curve())["value"]) == [1, 2]
    over = tables.bands_over(curve(), x="step", y="value")
    assert list(over["setting"]) == ["a", NOT_SET]
    assert tables.compare(curve(), NOT_SET, "a").tolist() == [1]


@pytest.mark.parametrize(
    ("column", "reduced"),
    [
        ("epoch", tables.bands),
        ("step", lambda data: tables.bands(data, x="step")),
        ("step", lambda data: tables.bands_over(data, x="step", y="value")),
        ("epoch", tables.final),
        ("seed", tables.final),
        ("seed", lambda data: tables.compare(data, "a", NOT_SET)),
    ],
)
def test_a_number_that_is_missing_is_named(column, reduced):
    rule = f"must have a number in the column {column} of every row; got nan in row 1, 1 of 2 rows"
    with pytest.raises(ValueError, match=rule):
        reduced(curve(**{column: [1.0, np.nan]}))


def test_a_claim_measures_what_has_no_name():
    ends = pd.DataFrame(
        {"setting": ["a", None] * 2, "seed": [0, 0, 1, 1], "value": [1.0, 3.0, 1.5, 3.0]}
    )
    schema = tables.Schema("ends", dict.fromkeys(ends, "…"), label="setting")
    with_name, without = (Pick("ends", where={"setting": name}) for name in ("a", NOT_SET))
    question = Question(
        "more", "value", Difference(without, with_name), Bound.at_least(1), "more", "not more"
    )
    study = Study.asked("s", {"ends": ends}, {}, [question], {"ends": schema})
    assert study.claim("more").number == 1.75
    each = Pick("ends").numbers({"ends": ends}, "setting")
    assert each.loc[(NOT_SET, 1)] == 3
    with pytest.raises(ValueError, match="ends must have a number in the column seed"):
        Pick("ends").numbers({"ends": ends.assign(seed=[0, 0, 1, None])})
