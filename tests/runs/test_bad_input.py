"""The list of bad inputs, each on its whole way: recorder, run file, tables, figure."""

import os
import sqlite3
import subprocess
import sys
import warnings
from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest

from nnviz import tables
from nnviz.errors import RecordingWarning, RunFileError
from nnviz.record import Recorder
from nnviz.record.sampling import WIDTH
from nnviz.runs import create_run, open_run, resume_run
from nnviz.runs.database import connect
from nnviz.stats import Summary

LARGE = 300
"""More values than a sample has."""


def repeated(*values, dtype=np.float64):
    return np.resize(np.array(values, dtype), (LARGE, len(values)))


VALUES = {
    "empty": np.zeros((0, 3)),
    "0-d": np.float32(3),
    "all NaN": repeated(np.nan),
    "one NaN": np.append(np.ones(LARGE), np.nan),
    "+Inf": repeated(1, np.inf),
    "−Inf": repeated(-np.inf, 2),
    "subnormal": repeated(5e-324, 1e-310, -1e-310),
    "subnormal float32": repeated(1e-45, -1e-40, 1.0, dtype=np.float32),
    "±1e308": repeated(1e308, -1e308, 1.7e308),
    "1e17": repeated(1e17, 1e17 + 2),
    "constant": repeated(0.1),
    "bool": repeated(True, False, True, dtype=bool),
    "int8": repeated(-128, 127, dtype=np.int8),
    "largest uint64": repeated(2**64 - 1, 0, dtype=np.uint64),
    "float16": repeated(65504, 6e-8, dtype=np.float16),
    "−0": repeated(-0.0, 0.0),
}


@pytest.mark.parametrize("name", VALUES)
def test_every_value_is_counted_and_comes_back_from_the_file(name, tmp_path):
    values = VALUES[name]
    with create_run(tmp_path / "run") as sink:
        kept = Recorder(exact_every=2, strict=True)
        for recorder in (Recorder(sink=sink, exact_every=2, strict=True), kept):
            for k in range(4):
                with recorder.step(k):
                    recorder.observe("relu1/activation", values)
    true = Summary.of(values)
    with open_run(tmp_path / "run") as run, warnings.catch_warnings():
        warnings.simplefilter("error")
        for k in (0, 2):
            found = run.at(k)["relu1/activation"]
            assert found.histogram == true.histogram
            assert found.to_bytes() == kept.at(k)["relu1/activation"].to_bytes()
            m = true.moments
            squares = m.m2 + m.count * m.mean * m.mean if m.count else 0.0
            nearly = pytest.approx(astuple(m), rel=1e-12, abs=1e-12 * squares, nan_ok=True)
            assert astuple(found.moments) == nearly
        for k in (1, 3):
            found = run.at(k)["relu1/activation"]
            assert found.size == np.size(values)
            # Where it first holds what is not finite, at a sampled step, it is counted in full.
            is_odd = k == 1 and true.moments.seen > true.moments.count
            assert found.moments.seen == min(np.size(values), np.size(values) if is_odd else WIDTH)
            kinds = ("nan", "positive_inf", "negative_inf", "zeros")
            assert all(
                bool(getattr(found.moments, kind)) <= bool(getattr(true.moments, kind))
                for kind in kinds
            )
            if found.moments.count:
                assert true.moments.min <= found.moments.min <= found.moments.max
                assert found.moments.max <= true.moments.max
        histograms = tables.recorded_histograms(run, step=2)
        inside = true.moments.count
        assert histograms["count"].sum() == pytest.approx(inside, abs=0.5)
        statistics = tables.recorded_statistics(run)
        assert statistics["step"].value_counts().nunique() == 1


@pytest.mark.parametrize("name", VALUES)
def test_every_value_is_drawn(name):
    import matplotlib.pyplot as plt

    from nnviz import plots

    recorder = Recorder(exact=True)
    for k in range(2):
        with recorder.step(k):
            recorder.observe("relu1/activation", VALUES[name])
            recorder.observe("relu2/activation", np.arange(9.0))
    with plots.theme(), warnings.catch_warnings():
        # matplotlib looks beyond the end of the floats for room beside 1.7e308
        warnings.filterwarnings("ignore", message="overflow encountered", module="matplotlib")
        for figure in (
            plots.distribution_grid(tables.recorded_histograms(recorder), quantity="activation"),
            plots.curves(tables.recorded_progress(recorder, statistic="mean"), x="step").figure,
            plots.by_layer(tables.recorded_depth(recorder, statistic="norm")).figure,
            plots.layer_map(tables.recorded_progress(recorder, statistic="norm")).figure,
            plots.quantile_grid(tables.recorded_quantiles(recorder)),
        ):
            figure.draw_without_rendering()
    plt.close("all")


BASE = np.random.default_rng(0).standard_normal((20, 30)).astype(np.float32)
READ_ONLY = BASE.copy()
READ_ONLY.flags.writeable = False
LAYOUTS = {
    "non-contiguous": np.repeat(BASE, 2, axis=1)[:, ::2],
    "negative strides": BASE[::-1, ::-1],
    "Fortran order": np.asfortranarray(BASE),
    "big-endian": BASE.astype(">f4"),
    "read-only": READ_ONLY,
    "masked": np.ma.masked_array(np.append(BASE, 99), mask=[False] * BASE.size + [True]),
    "Series": pd.Series(BASE.ravel(), index=[0] * BASE.size),
    "DataFrame": pd.DataFrame(BASE, index=[0] * len(BASE)),
    "nested lists": BASE.astype(float).tolist(),
    "memory view": memoryview(BASE),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_does_not_matter(name, tmp_path):
    with create_run(tmp_path / "run") as sink:
        recorder = Recorder(sink=sink, exact_every=4, strict=True)
        for k in range(8):
            with recorder.step(k):
                recorder.observe("a/activation", LAYOUTS[name])
    with open_run(tmp_path / "run") as run:
        assert run.exact_steps == [0, 4]
        for step, _, summary in run.summaries():
            if step % 4 == 0:
                assert summary.histogram == Summary.of(BASE).histogram
            else:
                assert (summary.size, summary.moments.seen) == (600, WIDTH)
                assert abs(summary.moments.mean - BASE.mean()) < 0.35


class Unreadable:
    """Something whose every look raises."""

    def __array__(self, *_, **__):
        raise RuntimeError("no array")


TYPES = {
    "object": np.array([object()]),
    "complex": np.array([1j]),
    "strings": np.array(["a"]),
    "bytes": np.array([b"a"]),
    "dates": np.array(["2026-01-01"], "M8[D]"),
    "ragged lists": [[1, 2], [3]],
    "text": "text",
    "None": None,
    "dict": {"a": 1},
    "unreadable": Unreadable(),
}


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("exact_every", [1, 2])
def test_every_type_that_is_no_number_is_named_and_marked(name, exact_every, tmp_path):
    with create_run(tmp_path / "run") as sink:
        recorder = Recorder(sink=sink, exact_every=exact_every)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for k in range(4):
                with recorder.step(k):
                    recorder.observe("a/activation", TYPES[name])
                    recorder.observe("b/activation", np.ones(LARGE))
    (warning,) = caught
    assert warning.category is RecordingWarning
    assert "a/activation" in str(warning.message)
    with open_run(tmp_path / "run") as run:
        assert run.meta["dropped"] == {"a/activation": 4}
        assert run.streams == ["b/activation"]
        assert run.steps == list(range(4))
    strict = Recorder(strict=True)
    with strict.step(0), pytest.raises(TypeError, match="a/activation must be an array of real"):
        strict.observe("a/activation", TYPES[name])


NUMBERS = {
    "0-d": np.array(2.5),
    "bool": True,
    "int": 10**30,
    "NumPy": np.float16(2.5),
    "one in a list": np.float64(1e308),
    "text of a number": "2.5",
}


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_is_recorded(name):
    recorder = Recorder(strict=True)
    with recorder.step(0):
        recorder.scalar("x", NUMBERS[name])
    assert recorder.numbers()["value"].tolist() == [float(NUMBERS[name])]


@pytest.mark.parametrize("value", ["text", None, 1j, [1, 2], np.arange(3), object(), 10**400])
def test_what_is_no_number_is_dropped(value):
    recorder = Recorder()
    with recorder.step(0), pytest.warns(RecordingWarning, match="not recorded"):
        recorder.scalar("x", value)
    assert recorder.dropped == {"x": 1}


NAMES = [
    "🙂/activation",
    "👩‍👩‍👧/activation",
    "$/activation",
    "$$/activation",
    "$x$/activation",
    r"\frac/activation",
    "cost $5 to $10/activation",
    "//activation",
    "../activation",
    "../../etc/passwd/activation",
    "C:\\/activation",
    "CON/activation",
    "a\0b/activation",
    "ends in NUL\0/activation",
    "\033[31mred/activation",
    "\udce4/activation",
    "‮reversed/activation",
    "=1+1/activation",
    "<script>alert(1)</script>/activation",
    "%s {0} {name}/activation",
    "line\nbreak/activation",
    "x" * 300 + "/activation",
    "Layer/activation",
    "layer/activation",
    "/activation",
    "no kind",
    "",
]


@pytest.fixture
def odd_names(tmp_path):
    with create_run(tmp_path / "run", settings={name: name for name in NAMES}) as sink:
        recorder = Recorder(sink=sink, exact=True, strict=True)
        for step in range(2):
            with recorder.step(step):
                for k, name in enumerate(NAMES):
                    recorder.observe(name, [k, k + 1.0])
                    recorder.scalar(name, k)
    return tmp_path / "run"


def test_every_name_comes_back_as_it_was(odd_names):
    with open_run(odd_names) as run:
        assert run.streams == run.names == NAMES
        assert list(run.meta["settings"]) == NAMES
        assert list(run.at(1)) == NAMES
        for k, name in enumerate(NAMES):
            assert run.total(name, start=1).moments.min == k
        assert sorted(set(run.statistics()["stream"].tolist())) == sorted(NAMES)
        assert sorted(set(run.numbers()["name"].tolist())) == sorted(NAMES)


def shown(name):
    """Return a name as a table has it: a lone surrogate is no text."""
    return name.replace("\udce4", "\\udce4")


def test_every_name_stays_in_tables(odd_names):
    with open_run(odd_names) as run:
        scalars = tables.recorded_scalars(run, start=1)
        assert dict(zip(scalars["name"], scalars["value"], strict=True)) == {
            shown(name): k for k, name in enumerate(NAMES)
        }
        statistics = tables.recorded_statistics(run, start=1).query("statistic == 'min'")
        streams = statistics["layer"] + "/" + statistics["kind"]
        named = dict(zip(streams, statistics["value"], strict=True))
        expected = {shown(n) if "/" in n else f"/{n}": k for k, n in enumerate(NAMES)}
        assert named == expected
        histograms = tables.recorded_histograms(run)
        layers = [shown(n).rpartition("/")[0] for n in NAMES if n.endswith("/activation")]
        assert list(dict.fromkeys(histograms["layer"])) == layers
        for table in (
            tables.recorded_curves(run),
            tables.recorded_progress(run, statistic="mean"),
            tables.recorded_depth(run, statistic="mean"),
        ):
            assert len(table)


def test_every_name_is_drawn_as_text(odd_names, capfd):
    import matplotlib.pyplot as plt

    from nnviz import plots
    from nnviz.publish import figure_bytes

    with open_run(odd_names) as run, plots.theme(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="no installed font")
        for figure in (
            plots.distribution_grid(tables.recorded_histograms(run), quantity="activation"),
            plots.curves(tables.recorded_progress(run, statistic="mean"), x="step").figure,
            plots.by_layer(tables.recorded_depth(run, statistic="mean")).figure,
        ):
            content = figure_bytes(figure, "svg")
            assert b"<script>alert" not in content
            assert b"\x1b" not in content
    plt.close("all")


def test_every_name_is_exported_inside_the_folder(odd_names, tmp_path):
    from nnviz.runs import export_run

    with open_run(odd_names) as run:
        export_run(run, tmp_path / "out", format="csv")
    assert len(list((tmp_path / "out").iterdir())) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "run"]


@pytest.mark.parametrize(
    "name", ["ünï 🙂", "a b#?%41&x=1", "-o", "=1", "'quoted'\"", "semi;colon", "new\nline", "CON"]
)
def test_a_run_file_may_have_any_name(tmp_path, write, name):
    path = tmp_path / name
    with create_run(path) as sink:
        write(sink, range(5))
    with resume_run(path) as sink:
        write(sink, range(5, 9))
    with open_run(path) as run:
        assert run.steps == list(range(9))
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["nul\0", "x" * 300])
def test_a_name_that_no_file_can_have_is_an_error(tmp_path, name):
    for use in (create_run, open_run, resume_run):
        with pytest.raises(OSError, match=r"NUL|embedded null |File name too long|no such file"):
            use(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("bins", [0, -1, 10**9, 1.5, True])
def test_numbers_of_bins_that_make_no_sense_are_refused(bins):
    recorder = Recorder()
    with recorder.step(0):
        recorder.observe("a/activation", [1.0])
    with pytest.raises((ValueError, TypeError), match="bins must be"):
        tables.recorded_histograms(recorder, bins=bins)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"a": object()}, "settings must be values that JSON can hold"),
        ({"a": {1, 2}}, "settings must be values that JSON can hold"),
        ({"a": float("nan")}, None),
        ({"a": np.arange(3), "b": np.float32(0.5), "c": os.curdir}, None),
    ],
)
def test_settings_are_what_json_can_say(tmp_path, settings, message):
    if message is None:
        create_run(tmp_path / "run", settings=settings).close()
        assert set(open_run(tmp_path / "run").meta["settings"]) == set(settings)
    else:
        with pytest.raises(TypeError, match=message):
            create_run(tmp_path / "run", settings=settings)
        assert not (tmp_path / "run").exists()


def test_a_layer_never_called_and_one_called_twice(tmp_path):
    with create_run(tmp_path / "run") as sink:
        recorder = Recorder(sink=sink, layers=("twice", "never"), exact=True)
        with recorder.step(0):
            recorder.observe("twice/activation", [1.0])
            recorder.observe("twice/activation", [2.0, 3.0])
            recorder.observe("other/activation", [4.0])
    with open_run(tmp_path / "run") as run:
        assert run.streams == ["twice/activation"]
        assert run.at(0)["twice/activation"].moments.count == 3
        with pytest.raises(ValueError, match="pattern must be one of twice/activation; got 'never"):
            run.statistics("never/*")


def pragma(connection, name):
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.mark.parametrize(("durable", "synchronous"), [(False, 1), (True, 2)])
def test_a_run_is_written_as_its_description_says(tmp_path, durable, synchronous):
    with create_run(tmp_path / "run", durable=durable) as sink:
        connection = sink._connection
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "synchronous") == synchronous
        assert pragma(connection, "busy_timeout") == 30_000
        assert pragma(connection, "journal_size_limit") == 16 << 20
        assert pragma(connection, "trusted_schema") == 0


def test_a_foreign_file_is_opened_with_care(finished):
    connection = connect(finished, "ro")
    assert pragma(connection, "trusted_schema") == 0
    assert pragma(connection, "cell_size_check") == 1
    assert connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) < 1 << 29
    assert connection.getlimit(sqlite3.SQLITE_LIMIT_ATTACHED) == 0
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM blocks")
    connection.close()


def test_an_endless_query_ends(finished, monkeypatch):
    from nnviz.runs import database

    monkeypatch.setattr(database, "_SECONDS", -1.0)
    connection = connect(finished, "ro")
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c) SELECT max(x) FROM c"
    with (
        pytest.raises(RunFileError, match="interrupted"),
        database.translated(finished, connection),
    ):
        connection.execute(endless).fetchone()
    connection.close()


def test_a_commit_comes_after_a_second(tmp_path, write, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("nnviz.runs.writer.time.monotonic", lambda: clock[0])
    with create_run(tmp_path / "run") as sink:
        recorder = write(sink, range(3))
        recorder._outbox.send()
        assert open_run(tmp_path / "run").steps == []
        clock[0] = 1.1
        with recorder.step(3):
            recorder.scalar("loss", 1)
        recorder._outbox.send()
        assert open_run(tmp_path / "run").steps == [0, 1, 2]


ENDS = {
    "end": ("pass", "finished"),
    "exception": ("1 / 0", "crashed"),
    "exit": ("sys.exit(3)", "finished"),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_run_that_nobody_closes_is_saved_at_exit(tmp_path, end):
    action, state = ENDS[end]
    code = f"""
import sys
from nnviz.record import Recorder
from nnviz.runs import create_run

recorder = Recorder(sink=create_run({str(tmp_path / "run")!r}))
for k in range(5):
    with recorder.step(k):
        recorder.observe("a/activation", [k])
{action}
"""
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    with open_run(tmp_path / "run") as run:
        assert run.steps == list(range(5))
        assert run.meta["state"] == state
    assert not (tmp_path / "run-wal").exists()
