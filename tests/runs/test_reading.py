"""Reading by the index and column by column shows what a plain reading of whole blocks shows."""

import sqlite3
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nnviz.cli import main
from nnviz.diagnosis import diagnose
from nnviz.diagnosis.evidence import Evidence
from nnviz.errors import RunFileError
from nnviz.record import Recorder, Recording
from nnviz.runs import create_run, open_run, resume_run
from nnviz.runs.format import checksum
from nnviz.runs.rows import Rows
from nnviz.tables import recorded_progress, recorded_quantiles

SAMPLED = [110, 120, 130, 140, 149]
"""Steps that are drawn after the last one that was counted in full, 100."""

STATISTICS = ("norm", "zero", "nan", "size", "min")


class Plain(Recording):
    """Blocks as they were read, as a whole: what every recording can do with them."""

    def __init__(self, streams, names, blocks):
        self._streams, self._names, self._blocks = list(streams), list(names), list(blocks)

    streams = property(lambda self: self._streams)
    names = property(lambda self: self._names)

    def blocks(self, start=None, stop=None, *, buckets=True):  # noqa: ARG002
        for block in self._blocks:
            first, last = block.span
            if (stop is None or first < stop) and (start is None or last >= start):
                yield block


def record(sink, steps, seed=0):
    """Record layers of which one comes late, small tensors, NaN, and numbers that come late."""
    rng = np.random.default_rng(seed)
    recorder = Recorder(sink=sink)
    for k in steps:
        with recorder.step(k):
            values = rng.standard_normal((20, 30)).astype(np.float32)
            recorder.observe("relu1/activation", np.maximum(values, 0))
            recorder.observe("linear1/weight", values * 0.1)
            recorder.observe("linear1/weight_update", values * 1e-4)
            recorder.observe("linear1/gradient", values * 1e-2)
            recorder.observe("linear2/weight", values[:3, :4])
            if k > 40:
                recorder.observe("linear2/gradient", values * (np.nan if k % 3 else 1))
            recorder.scalar("loss", 1 / (k + 1))
            if k == 7:
                recorder.scalar("seed", 3)
        if k % 20 == 0:
            recorder.scalar("test/loss", 2 / (k + 1))


def without_index(connection):
    connection.execute("DROP TABLE steps")
    connection.execute("PRAGMA user_version=2")


def query(sql):
    return lambda connection: connection.execute(sql)


def moved(connection):
    rows = connection.execute("SELECT entries, marks, checksum FROM steps WHERE id = 2").fetchone()
    connection.execute("UPDATE steps SET entries = ?, marks = ?, checksum = ? WHERE id = 4", rows)


CHANGES = {
    "as written": query("SELECT 1"),
    "version 2": without_index,
    "without its rows": query("DELETE FROM steps"),
    "without a row": query("DELETE FROM steps WHERE id = 3"),
    "marks damaged": query("UPDATE steps SET marks = zeroblob(length(marks)) WHERE id = 3"),
    "marks no blob": query("UPDATE steps SET marks = 'x' WHERE id = 1"),
    "of other entries": query("UPDATE steps SET entries = entries + 1"),
    "wrong checksum": query("UPDATE steps SET checksum = checksum + 1 WHERE id > 2"),
    "of another block": moved,
    "a row too many": query("INSERT INTO steps VALUES (99, 0, x'00', 0)"),
}


def change(path, action):
    connection = sqlite3.connect(path)
    action(connection)
    connection.commit()
    connection.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the path of a finished run of 150 steps."""
    path = tmp_path_factory.mktemp("runs") / "run.nnviz"
    with create_run(path, settings={"seed": 7}) as sink:
        record(sink, range(150))
    return path


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """Return the path of a finished run of 600 steps, some forty blocks."""
    path = tmp_path_factory.mktemp("runs") / "long.run"
    with create_run(path) as sink:
        record(sink, range(600))
    return path


@pytest.fixture(params=CHANGES.values(), ids=CHANGES)
def changed(request, written, tmp_path):
    """Return the path of the run, whose index was changed."""
    path = tmp_path / "run.nnviz"
    path.write_bytes(written.read_bytes())
    change(path, request.param)
    return path


def plain(path):
    with open_run(path) as run:
        return Plain(run.streams, run.names, run.blocks())


def same(ours, theirs):
    assert list(ours) == list(theirs)
    for name, column in ours.items():
        np.testing.assert_array_equal(column, theirs[name])


def test_the_tables_are_those_of_whole_blocks(changed, written):
    whole = plain(written)
    with open_run(changed) as run:
        same(run.statistics(), whole.statistics())
        same(
            run.statistics("*/gradient", start=33, stop=90),
            whole.statistics("*/gradient", start=33, stop=90),
        )
        same(run.numbers(), whole.numbers())
        same(run.numbers("test*"), whole.numbers("test*"))
        same(run.numbers("*/equal", start=20), whole.numbers("*/equal", start=20))
        for ours, theirs in zip(run.recorded_at(), whole.recorded_at(), strict=True):
            np.testing.assert_array_equal(ours, theirs)
        assert run.steps == sorted(set(whole.statistics()["step"].tolist()))
        columns = whole.statistics()
        sampled = set(columns["step"][~columns["exact"]].tolist())
        assert run.exact_steps == [k for k in run.steps if k not in sampled] != []
        numbers = whole.numbers()
        rows = zip(*(numbers[k].tolist() for k in ("name", "step", "value")), strict=True)
        last = {name: (step, value) for name, step, value in rows}
        assert run.last_numbers() == whole.last_numbers() == last
        assert list(run.last_numbers()) == run.names
        for steps in ([], [7], [3, 77, 149], [1000]):
            wanted = np.array(steps, np.int64)
            for buckets in (True, False):
                held = {
                    (int(step), int(stream))
                    for block in run.blocks_holding(wanted, buckets=buckets)
                    for step, stream in zip(block.step, block.stream, strict=True)
                    if step in steps
                }
                rows = zip(columns["step"].tolist(), columns["stream"].tolist(), strict=True)
                assert held == {(k, run.streams.index(s)) for k, s in rows if k in steps}


def test_what_is_drawn_is_that_of_whole_blocks(changed, written):
    whole = plain(written)
    columns = whole.statistics("*/gradient")
    exact = np.isin(columns["step"], whole.exact_steps)
    assert whole.exact_steps == list(range(0, 101, 10))
    with open_run(changed) as run:
        for statistic in STATISTICS:
            is_told = statistic in ("norm", "zero")  # by samples, too
            kept = exact | np.isin(columns["step"], SAMPLED) if is_told else exact
            table = recorded_progress(run, statistic=statistic, kind="gradient")
            assert table["step"].tolist() == columns["step"][kept].tolist()
            assert table["value"].dtype == columns[statistic].dtype
            np.testing.assert_array_equal(table["value"], columns[statistic][kept])
            layers = [stream.removesuffix("/gradient") for stream in columns["stream"][kept]]
            assert table["layer"].tolist() == layers
        ours = recorded_quantiles(run, kind="weight")
        pd.testing.assert_frame_equal(ours, recorded_quantiles(whole, kind="weight"))
        of_layer = ours[ours["layer"] == "linear1"]
        assert of_layer["step"].unique().tolist() == [*whole.exact_steps, *SAMPLED]


def test_the_diagnosis_is_that_of_whole_blocks(changed, written):
    whole = plain(written)
    columns, numbers = whole.statistics(), whole.numbers()
    with open_run(changed) as run:
        evidence = Evidence(run)
        pd.testing.assert_frame_equal(diagnose(run), diagnose(whole))
    for stream in whole.streams:
        name = "zero" if stream.endswith("activation") else "norm"
        rows = columns["stream"] == stream
        step, value = evidence.statistic(stream, name)
        np.testing.assert_array_equal(step, columns["step"][rows])
        np.testing.assert_array_equal(value, columns[name][rows])
    for name in ("loss", "test/loss", "relu1/equal"):
        rows = numbers["name"] == name
        step, value = evidence.number(name)
        np.testing.assert_array_equal(step, numbers["step"][rows])
        np.testing.assert_array_equal(value, numbers["value"][rows])
    assert evidence.not_finite[0][:2] == (41, "linear2/gradient")


@pytest.mark.parametrize("options", [[], ["--layer", "linear*"]], ids=["all", "some"])
def test_the_terminal_says_the_same(changed, written, capsys, options):
    told = []
    for path in (written, changed):
        assert main(["show", str(path), *options]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert "test/loss" in told[0]


@pytest.mark.parametrize(
    "command", ["show", "compare", "curves", "map", "progress", "updates", "quantiles"]
)
def test_a_command_reads_a_run_once(long, tmp_path, monkeypatch, command):
    read = {"entries": [], "whole": []}

    def spied(kind, own):
        def rows(self, ids):
            def told():
                for number in ids:
                    read[kind].append(number)
                    yield number

            return own(self, told())

        return rows

    for kind in read:
        monkeypatch.setattr(Rows, kind, spied(kind, getattr(Rows, kind)))
    with open_run(long) as run:
        n = len(list(run.blocks()))
    read["whole"].clear()
    arguments = {
        "show": ["show", long],
        "compare": ["compare", long, long],
    }.get(command, ["plot", long, command, "-o", tmp_path / "a.svg"])
    main([str(argument) for argument in arguments])
    few = 20  # the last numbers, one step, and whether three were counted in full
    most = {"show": n, "compare": 0, "map": 2 * n}.get(command, n)  # a map has a diagnosis, too
    assert len(read["entries"]) <= most + few
    assert len(read["entries"]) >= (n if command in ("show", "map", "curves") else 1)
    assert len(read["whole"]) <= (n if command == "quantiles" else 0)


def test_columns_are_decoded_when_they_are_asked_for(written):
    with open_run(written) as run:
        (block,) = run.blocks(buckets=False)
        assert len(block) == len(run.statistics()["step"])
        assert {"step"} == {name for name in vars(block) if name in block.__dataclass_fields__} - {
            "key",
            "held",
        }
        assert block.mean.dtype == np.float64
        with pytest.raises(AttributeError):
            block.median  # noqa: B018


def test_a_run_of_version_2_can_be_taken_up(written, tmp_path):
    path = tmp_path / "run.nnviz"
    path.write_bytes(written.read_bytes())
    change(path, without_index)
    with resume_run(path, at=101) as sink:
        record(sink, range(101, 130), seed=1)
    with open_run(path) as run:
        assert run.steps == list(range(130))
        same(run.statistics(), plain(path).statistics())
    connection = sqlite3.connect(path)
    indexed = [k for (k,) in connection.execute("SELECT id FROM steps ORDER BY id")]
    ids = [k for (k,) in connection.execute("SELECT id FROM blocks ORDER BY id")]
    connection.close()
    assert indexed == ids[-len(indexed) :]
    assert 0 < len(indexed) < len(ids)


def test_a_reader_sees_that_a_run_was_taken_up_before_what_it_knew(written, tmp_path):
    path = tmp_path / "run.nnviz"
    path.write_bytes(written.read_bytes())
    with open_run(path) as run:
        assert run.steps[-1] == 149
        with resume_run(path, at=50) as sink:
            record(sink, range(50, 60), seed=1)
        assert run.steps == list(range(60))
        assert run.last_numbers()["loss"] == (59, 1 / 60)
        same(run.statistics(), plain(path).statistics())


@pytest.mark.parametrize("marks", [b"", b"\0\0\0\0\0" * 4 + b"x", b"\0\1\0\0\0\1" + b"\0" * 15])
def test_forged_marks_are_refused(written, tmp_path, marks):
    path = tmp_path / "run.nnviz"
    path.write_bytes(written.read_bytes())

    def forge(connection):
        block = connection.execute(
            "SELECT first, last, checksum FROM blocks WHERE id = 1"
        ).fetchone()
        row = (0, marks, checksum(1, *block, 0, marks))
        connection.execute(
            "UPDATE steps SET entries = ?, marks = ?, checksum = ? WHERE id = 1", row
        )

    change(path, forge)
    with open_run(path) as run, pytest.raises(RunFileError, match=r"run\.nnviz: .*(blob|marks)"):
        run.steps  # noqa: B018


def test_damage_to_what_is_read_is_noticed(written, tmp_path):
    for name, where in (("entries", "id = 2"), ("entries", "id > 3")):
        path = tmp_path / "run.nnviz"
        path.write_bytes(written.read_bytes())
        change(path, query(f"UPDATE blocks SET {name} = zeroblob(length({name})) WHERE {where}"))
        with open_run(path) as run:
            for read in (run.statistics, run.numbers, lambda r=run: diagnose(r)):
                with pytest.raises(RunFileError, match="damaged"):
                    read()


def test_memory_of_a_diagnosis_is_a_few_numbers_a_step(written):
    import tracemalloc

    blocks = list(plain(written).blocks())

    class Long(Plain):
        def blocks(self, start=None, stop=None, *, buckets=True):  # noqa: ARG002
            for turn in range(self.turns):
                for block in self._blocks:
                    steps = {k: getattr(block, k) + 150 * turn for k in ("step", "number_step")}
                    yield replace(block, **steps)

    peaks = []
    for turns in (5, 45):
        run = Long(plain(written).streams, plain(written).names, blocks)
        run.turns = turns
        tracemalloc.start()
        diagnose(run)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (peaks[1] - peaks[0]) / (40 * 150) < 400  # bytes; the statistics of a step have 1,400


def test_a_run_that_was_opened_before_its_first_number_has_it_as_soon_as_it_is_written(tmp_path):
    with create_run(tmp_path / "a.run") as sink, open_run(tmp_path / "a.run") as run:
        recorder = Recorder(sink=sink)
        for k in range(3):
            with recorder.step(k):
                recorder.observe("linear1/activation", np.ones((30, 20), np.float32))
                recorder.scalar("loss", k)
            recorder.flush()
            assert run.numbers("loss")["step"].tolist() == list(range(k + 1))
            assert run.statistics("linear1/*")["step"].tolist() == list(range(k + 1))
            assert [step for step, _, _ in run.summaries("linear1/*")] == list(range(k + 1))
