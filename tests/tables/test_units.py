"""Units are declared by a schema or told once by a name, and travel with the table."""

import inspect
import json

import numpy as np
import pandas as pd
import pytest

from nnviz import plots, tables
from nnviz.plots import text
from nnviz.publish.figures import figures_of
from nnviz.publish.study import write_study
from nnviz.record import Recorder
from nnviz.studies import Study
from nnviz.studies.study import DECLARED, declare
from nnviz.tables import CURVE, Schema
from nnviz.tables.units import UNITS, unit_of, with_units

SWEEP = pd.DataFrame(
    {"setting": ["a", "b"] * 2, "rate": [1, 1, 2, 2], "top1": [0.2, 0.3, 0.8, 0.9], "gap": 0.5}
)
MEANING = tables.SWEPT.extended(
    "by rate",
    {"setting": "what was varied", "rate": "the rate", "top1": "share that is right"},
    label="setting",
    over="rate",
    measured="top1",
    units={"top1": "%"},
)


SHARES = CURVE.check(
    pd.DataFrame(
        {
            "setting": ["a", "a", "b", "b"],
            "seed": [0, 1, 0, 1],
            "epoch": 1.0,
            "step": 10,
            "split": "test",
            "metric": "top1",
            "value": [0.4, 0.5, 0.6, 0.7],
        }
    )
)
SHARES.attrs |= {"units": {"top1": "%"}, "display": {"top1": "share that is right"}}

FROM_TABLES = {
    "bands": tables.bands,
    "bands_over": lambda data: tables.bands_over(data, x="step", y="value"),
    "final": tables.final,
}


def told(schema: Schema) -> str:
    """Return what the docstring of a study says of a table."""

    @declare({"ends": schema})
    def study() -> None:
        """Measure nothing."""

    DECLARED.remove(study)
    return study.__doc__


def written(axis) -> list[str]:
    axis.axes.figure.canvas.draw()
    return [label.get_text() for label in axis.get_majorticklabels()]


def test_a_column_of_any_name_is_drawn_in_the_unit_that_its_schema_declares():
    ax = plots.sweep(MEANING.check(SWEEP), x="rate", y="top1", numbers=True)
    assert all(words.endswith("%") for words in written(ax.yaxis))
    assert [words.get_text() for words in ax.texts] == ["a: 80.0%", "b: 90.0%"]
    assert "units" not in SWEEP.attrs  # the table itself stays as it was
    plain = plots.sweep(SWEEP, x="rate", y="top1")
    assert written(plain.yaxis)[-1] == "1.0"


@pytest.mark.parametrize(
    "made",
    [
        lambda t: t[t["setting"] == "a"],
        lambda t: t.assign(more=1).sort_values("rate"),
        lambda t: pd.concat([t, t.assign(setting="c")], ignore_index=True),
        lambda t: t.groupby(["setting", "rate"], as_index=False)[["top1"]].mean(),
        lambda t: next(iter(t.groupby("setting")))[1],
    ],
)
def test_what_pandas_makes_of_a_table_has_its_units(made):
    assert unit_of("top1", made(MEANING.check(SWEEP))) == "%"


def test_what_is_declared_counts_whatever_the_values_are_and_a_tables_own_word_first():
    beyond = SWEEP.assign(top1=1.5, gap=0.5)
    assert unit_of("top1", MEANING.check(beyond)) == "%"
    own = beyond.copy()
    own.attrs["units"] = {"top1": "", "gap": "%"}
    checked = MEANING.check(own)
    assert [unit_of(name, checked) for name in ("top1", "gap")] == ["", "%"]


def test_units_of_other_programs_are_no_units_of_figures():
    for theirs in ("mm", {"gap": "eV"}, {"top1": 3}, ["%"]):
        own = SWEEP.copy()
        own.attrs["units"] = theirs
        assert unit_of("gap", own) == "points"
        assert unit_of("top1", own) == ""


def test_a_log_in_percent_is_told_once_by_all_of_its_values():
    recorder = Recorder()
    for step, accuracy in enumerate([0.4, 61.5, 90.0]):
        with recorder.step(step):
            recorder.scalar("test/accuracy", accuracy)
            recorder.scalar("relu1/dead", 0.1)
    table = tables.recorded_curves(recorder)
    assert table.attrs["units"]["accuracy"] == ""
    first = table[table["value"] < 1]  # which alone would pass for shares
    assert unit_of("accuracy", first) == ""
    assert written(plots.curves(first, metric="accuracy", x="step").yaxis)[0][-1] != "%"
    assert unit_of("accuracy", pd.DataFrame(first.to_dict())) == "%"


def test_histograms_are_told_by_their_edges():
    edges = np.linspace(0, 1, 5)
    data = pd.DataFrame(
        {"setting": "a", "layer": "1", "left": edges[:-1], "right": edges[1:], "count": 1}
    )
    assert text.quantity("accuracy", data).unit == "%"
    assert text.quantity("accuracy", data.assign(right=50.0)).unit == ""


def test_a_study_has_the_units_of_its_schemas_in_its_figures_and_its_file(tmp_path):
    study = Study("rates", {"ends": SWEEP}, schemas={"ends": MEANING})
    assert unit_of("top1", study.table("ends")) == "%"
    write_study(study, tmp_path, look=("light", "notebook", None, None))
    assert json.loads((tmp_path / "study.json").read_text())["units"] == {
        "ends": {"gap": "points", "top1": "%"}
    }
    ((_, figure),) = figures_of(study)
    title = figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ")
    assert title == "rates: highest top1: 80% (a) to 90% (b)"
    assert "top1: share that is right (a share, in figures in percent)" in told(MEANING)


def test_units_are_checked_and_extended():
    with pytest.raises(ValueError, match=r"units must be one of %, points; got 'percent'"):
        Schema("by rate", {"top1": "share"}, units={"top1": "percent"})
    with pytest.raises(ValueError, match=r"units must be one of %, points; got 'permille'"):
        CURVE.extended("curve", units={"top1": "permille"})
    longer = MEANING.extended("more", {"gap": "difference"}, {"gap": "points"})
    assert dict(longer.units) == {"top1": "%", "gap": "points"}
    assert dict(MEANING.units) == {"top1": "%"}


def test_a_table_without_a_quantity_of_any_unit_is_handed_on_as_it_is():
    table = SWEEP[["setting", "rate"]]
    assert with_units(table) is table
    assert with_units(with_units(SWEEP)).attrs == {"units": {"gap": "points"}}
    assert set(UNITS.values()) == {"%", "points"}


@pytest.mark.parametrize("name", FROM_TABLES)
def test_what_is_worked_out_from_a_table_has_what_was_declared_of_it(name):
    before = {key: dict(words) for key, words in SHARES.attrs.items()}
    table = FROM_TABLES[name](SHARES)
    assert table.attrs == before
    table.attrs["units"]["top1"] = ""
    assert SHARES.attrs == before


def test_every_function_that_makes_a_table_of_a_table_is_asked():
    functions = {name: getattr(tables, name) for name in tables.__all__}
    made = [
        name
        for name, function in functions.items()
        if inspect.isfunction(function)
        and next(iter(inspect.signature(function).parameters.values())).annotation is pd.DataFrame
        and inspect.signature(function).return_annotation is pd.DataFrame
    ]
    assert made == sorted(FROM_TABLES)


def test_a_unit_that_a_name_told_is_taken_back_where_values_contradict_it():
    table = CURVE.check(SHARES.assign(metric="accuracy"))
    assert unit_of("accuracy", table) == "%"
    table["value"] *= 100
    assert unit_of("accuracy", table) == ""
    assert with_units(table).attrs["units"]["accuracy"] == ""
    assert not any(words.endswith("%") for words in written(plots.curves(table).yaxis))
    first = with_units(table)[:1].assign(value=0.4)  # what was no share once is none in a part
    assert unit_of("accuracy", CURVE.check(first)) == ""


@pytest.mark.parametrize("who", ["schema", "user"])
def test_a_unit_that_was_declared_stays_though_the_name_says_it_too(who):
    plain = SHARES.assign(metric="accuracy")
    table = CURVE.check(plain)
    table["value"] *= 100
    if who == "schema":
        table = CURVE.extended("curve in percent", units={"accuracy": "%"}).check(table)
    else:
        table.attrs["units"] = {"accuracy": "%"}
    assert unit_of("accuracy", table) == "%"
    assert unit_of("accuracy", CURVE.check(table)) == "%"


def test_how_a_column_is_written_is_declared_and_travels_with_the_table():
    schema = MEANING.extended("named", display={"rate": "learning rate η", "top1": "right"})
    rows = schema.check(SWEEP).query("rate > 0").replace({"setting": {"a": "one"}})
    ax = plots.sweep(pd.concat([rows, rows.assign(setting="c")]), x="rate", y="top1")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("learning rate η", "right")
    assert "display" not in SWEEP.attrs
    own = SWEEP.copy()
    own.attrs["display"] = {"top1": "mine", "rate": 3}
    ax = plots.sweep(schema.check(own), x="rate", y="top1")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("learning rate η", "mine")
    with plots.language({"sentences": {"right": "richtig"}}):
        assert text.quantity("top1", rows) == "richtig"
    own.attrs["display"] = "no mapping"
    assert text.quantity("top1", own) == "top1"


@pytest.mark.parametrize("name", ["share", "change", "place", "features", "component"])
def test_a_general_name_says_nothing_of_a_column_of_ones_own(name):
    ax = plots.sweep(SWEEP.rename(columns={"rate": name}), x=name, y="top1")
    assert ax.get_xlabel() == name


@pytest.mark.parametrize("data", [[0.1, 0.2], np.ones(3), SWEEP["top1"]])
def test_units_are_those_of_a_table_and_not_of_values(data):
    with pytest.raises(TypeError, match="data must be a DataFrame; got"):
        text.quantity("accuracy", data)
    with pytest.raises(TypeError, match="data must be a DataFrame; got"):
        text.of_split("accuracy", "test", data)
