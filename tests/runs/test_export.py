"""Export: the tables that other programs read hold what was recorded, whole or not at all."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

from nnviz.record import Recorder
from nnviz.runs import create_run, export_run, open_run
from nnviz.stats import Histogram

FILES = ["histograms", "run.json", "scalars", "statistics"]


TEXT = ("name", "layer", "kind")
WHOLE = ("step", "size", "count", "nan", "positive_inf", "negative_inf")


def read(folder, name, format):
    path = folder / f"{name}.{format}"
    if format == "parquet":
        return pd.read_parquet(path)
    # pandas' own reader may be off by one in the last place
    head, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    table = pd.DataFrame(rows, columns=head)
    for column in set(table) - set(TEXT):
        to = int if column in WHOLE else "True".__eq__ if column == "exact" else float
        table[column] = [to(cell) for cell in table[column]]
    return table


@pytest.fixture(params=["parquet", "csv"])
def format(request):
    if request.param == "parquet":
        pytest.importorskip("pyarrow", reason="Parquet is written by pyarrow")
    return request.param


def test_tables_hold_what_was_recorded(finished, tmp_path, format):
    with open_run(finished) as run:
        paths = export_run(run, tmp_path / "out", format=format)
        assert sorted(path.name.removesuffix(f".{format}") for path in paths) == FILES
        assert sorted(paths) == sorted((tmp_path / "out").iterdir())
        scalars = read(tmp_path / "out", "scalars", format)
        for name, column in run.numbers().items():
            np.testing.assert_array_equal(scalars[name].to_numpy(), column)
        statistics = read(tmp_path / "out", "statistics", format)
        expected = run.statistics()
        streams = statistics["layer"] + "/" + statistics["kind"]
        assert streams.tolist() == expected.pop("stream").tolist()
        for name, column in expected.items():
            np.testing.assert_array_equal(statistics[name].to_numpy(), column)
        groups = read(tmp_path / "out", "histograms", format).groupby(["step", "layer", "kind"])
        for step, stream, summary in run.summaries():
            rows = groups.get_group((step, *stream.split("/")))
            for name, column in zip(
                ("left", "right", "count"), summary.histogram.buckets(), strict=True
            ):
                np.testing.assert_array_equal(rows[name].to_numpy(), column)
        about = json.loads((tmp_path / "out/run.json").read_text())
        assert about == {**run.meta, "streams": run.streams, "names": run.names}


def test_a_live_recorder_is_exported_like_its_file(finished, tmp_path, write, format):
    export_run(write(None, range(50)), tmp_path / "live", format=format)
    with open_run(finished) as run:
        export_run(run, tmp_path / "file", format=format)
    for name in ("scalars", "statistics", "histograms"):
        live, file = (read(tmp_path / place, name, format) for place in ("live", "file"))
        keys = [key for key in ("step", "name", "layer", "kind", "left") if key in live]
        one, other = (t.sort_values(keys, ignore_index=True) for t in (live, file))
        pd.testing.assert_frame_equal(one, other)


def test_nothing_recorded_makes_tables_without_rows(tmp_path, format):
    export_run(Recorder(), tmp_path, format=format)
    assert list(read(tmp_path, "scalars", format)) == ["step", "name", "value"]
    assert list(read(tmp_path, "statistics", format))[:4] == ["step", "layer", "kind", "exact"]
    histograms = read(tmp_path, "histograms", format)
    assert list(histograms) == ["step", "layer", "kind", "left", "right", "count"]
    assert histograms.empty


def test_values_that_are_no_numbers_survive(tmp_path, format):
    recorder = Recorder(exact=True)
    odd = {"a": np.nan, "b": np.inf, "c": -np.inf, "d": 5e-324, "e": -1e308, "f": 0.1}
    with recorder.step(2**40):
        recorder.observe("x/activation", list(odd.values()))
        for name, value in odd.items():
            recorder.scalar(name, value)
    export_run(recorder, tmp_path, format=format)
    scalars = read(tmp_path, "scalars", format)
    assert scalars["step"].unique().tolist() == [2**40]
    np.testing.assert_array_equal(scalars["value"].to_numpy(), list(odd.values()))
    (row,) = read(tmp_path, "statistics", format).to_dict("records")
    assert (row["count"], row["nan"], row["positive_inf"], row["negative_inf"]) == (3, 1, 1, 1)


NAMES = {
    "=1+1/a": "'=1+1",
    "+x/a": "'+x",
    "-x/a": "'-x",
    "@SUM(A1)/a": "'@SUM(A1)",
    "\tx/a": "'\tx",
    "\n=1/a": "'\n=1",
    'a,"b"\n/a': 'a,"b"\n',
    "🙂/a": "🙂",
    "../x/a": "../x",
    "\udce4/a": "\\udce4",
    "a\0b/a": "a\\x00b",
    "C:\\CON/a": "C:\\CON",
}


def test_no_name_is_a_formula_for_a_spreadsheet(tmp_path):
    recorder = Recorder(exact=True)
    with recorder.step(0):
        for k, name in enumerate(NAMES):
            recorder.observe(name, [k])
            recorder.scalar(name, -k)
    export_run(recorder, tmp_path, format="csv")
    statistics = pd.read_csv(tmp_path / "statistics.csv", keep_default_na=False)
    assert statistics["layer"].tolist() == list(NAMES.values())
    assert statistics["mean"].tolist() == list(range(len(NAMES)))
    scalars = pd.read_csv(tmp_path / "scalars.csv").set_index("name")["value"]
    for k, name in enumerate(NAMES.values()):
        assert scalars[f"{name}/a"] == -k


def test_parquet_keeps_every_name_that_utf8_can_say(tmp_path):
    pytest.importorskip("pyarrow", reason="Parquet is written by pyarrow")
    recorder = Recorder()
    with recorder.step(0):
        for name in NAMES:
            recorder.scalar(name, 0)
    export_run(recorder, tmp_path)
    kept = [name.replace("\udce4", "\\udce4").replace("\0", "\\x00") for name in NAMES]
    assert pd.read_parquet(tmp_path / "scalars.parquet")["name"].tolist() == kept


def test_long_tables_are_written_in_parts(tmp_path, monkeypatch, finished, format):
    with open_run(finished) as run:
        export_run(run, tmp_path / "whole", format=format)
        monkeypatch.setattr("nnviz.runs.export._ROWS", 30)
        export_run(run, tmp_path / "parts", format=format)
    for name in ("scalars", "statistics", "histograms"):
        pd.testing.assert_frame_equal(
            *(read(tmp_path / place, name, format) for place in ("whole", "parts"))
        )


def test_a_file_is_whole_or_not_there(finished, tmp_path, monkeypatch, format):
    (tmp_path / "out").mkdir()
    (tmp_path / f"out/scalars.{format}").write_text("before")
    with open_run(finished) as run:
        blocks = list(run.blocks())

        def interrupted(*_, **__):
            yield blocks[0]
            raise KeyboardInterrupt

        monkeypatch.setattr(run, "blocks", interrupted)
        with pytest.raises(KeyboardInterrupt):
            export_run(run, tmp_path / "out", format=format)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"scalars.{format}"]
    assert (tmp_path / f"out/scalars.{format}").read_text() == "before"


def test_a_symbolic_link_is_not_written_through(finished, tmp_path, format):
    (tmp_path / "out").mkdir()
    (tmp_path / "precious").write_text("before")
    (tmp_path / f"out/statistics.{format}").symlink_to(tmp_path / "precious")
    with open_run(finished) as run, pytest.raises(OSError, match="through the symbolic link"):
        export_run(run, tmp_path / "out", format=format)
    assert (tmp_path / "precious").read_text() == "before"
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_a_file_is_no_folder(finished):
    before = finished.read_bytes()
    with open_run(finished) as run, pytest.raises(ValueError, match="folder must be a folder, or"):
        export_run(run, finished)
    assert finished.read_bytes() == before


def test_wrong_use_is_named(finished, tmp_path, monkeypatch):
    from nnviz.errors import MissingExtraError

    with open_run(finished) as run:
        with pytest.raises(ValueError, match="format must be one of parquet, csv; got 'parqet'"):
            export_run(run, tmp_path / "out", format="parqet")
        monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
        with pytest.raises(MissingExtraError, match=r"nnviz-dynamics\[parquet\]"):
            export_run(run, tmp_path / "out")
    assert not list((tmp_path / "out").glob("*"))


def test_a_run_is_read_without_what_wrote_it(finished, tmp_path):
    """The code of the training is not there, nor torch: a file and the library are enough."""
    import subprocess
    import sys

    code = (
        "import sys; from nnviz import open_run, runs\n"
        f"runs.export_run(open_run({str(finished)!r}), {str(tmp_path / 'out')!r}, format='csv')\n"
        "assert not {'torch', 'sklearn', 'matplotlib', 'nnviz.train'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    scalars = pd.read_csv(tmp_path / "out/scalars.csv")
    assert scalars[scalars["name"] == "loss"]["value"].tolist() == [-k for k in range(50)]


def test_buckets_have_the_edges_that_the_histogram_says(rng):
    from nnviz.stats.histogram import edges

    histogram = Histogram.of(np.concatenate([rng.standard_normal(500), [0, 1e300, -1e-300]]))
    left, right, counts = histogram.buckets()
    low, high = edges(histogram.keys)
    order = np.argsort(low, kind="stable")
    np.testing.assert_array_equal(left, low[order])
    np.testing.assert_array_equal(right, high[order])
    np.testing.assert_array_equal(counts, histogram.counts[order])


def test_a_run_that_is_written_is_exported_up_to_one_step(tmp_path, write):
    with create_run(tmp_path / "run") as sink:
        write(sink, range(40))
        sink.commit()
        with open_run(tmp_path / "run") as run:
            export_run(run, tmp_path, format="csv")
    assert pd.read_csv(tmp_path / "scalars.csv")["step"].max() == 31
    assert pd.read_csv(tmp_path / "histograms.csv")["step"].max() == 31
    assert json.loads((tmp_path / "run.json").read_text())["state"] == "running"


def test_what_is_known_of_a_run_is_json_that_everybody_reads(tmp_path):
    settings = {"learning_rate": float("nan"), "clip": float("inf"), "rates": [0.1, float("-inf")]}
    with create_run(tmp_path / "run", settings=settings) as sink, Recorder(sink=sink).step(0):
        pass
    with open_run(tmp_path / "run") as run:
        export_run(run, tmp_path / "out", format="csv")

    def refuse(constant):
        raise AssertionError(constant)

    written = (tmp_path / "out" / "run.json").read_text()
    known = json.loads(written, parse_constant=refuse)
    assert known["settings"] == {"learning_rate": None, "clip": None, "rates": [0.1, None]}
