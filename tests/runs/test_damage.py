"""Files that are damaged, or forged: one clear error, never wrong numbers."""

import sqlite3
import struct
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.crashes import content
from nnviz.errors import RunFileError
from nnviz.record import Block
from nnviz.runs import create_run, open_run, resume_run
from nnviz.runs.format import ENTRIES, checksum, pack_buckets, pack_entries, unpack_buckets
from nnviz.runs.stored import Stored, entries_of


@pytest.mark.parametrize("row", [1, 3, "(SELECT max(id) FROM blocks)"])
@pytest.mark.parametrize("span", ["first = -first - 1", "last = -last", "last = first - 1"])
@pytest.mark.parametrize("reach", [(None, None), "own"])
def test_a_block_whose_span_is_damaged_is_not_passed_over(finished, row, span, reach):
    connection = sqlite3.connect(finished)
    query = f"SELECT first, last FROM blocks WHERE id = {row}"
    _, stop = connection.execute(query).fetchone() if reach == "own" else reach
    connection.close()
    edit(finished, f"UPDATE blocks SET {span} WHERE id = {row}")
    with open_run(finished) as run, pytest.raises(RunFileError, match="damaged"):
        run.statistics(start=stop, stop=None if stop is None else stop + 1)
    with pytest.raises(RunFileError, match="damaged"):
        resume_run(finished)


def test_a_range_is_read_by_its_blocks_alone(finished, monkeypatch):
    with open_run(finished) as run:
        read, columns = [], run._columns
        monkeypatch.setattr(run, "_columns", lambda entries: read.append(1) or columns(entries))
        count = len(list(run.blocks()))
        assert len(read) == count
        read.clear()
        assert run.statistics(start=20, stop=21)["step"].tolist() == [20, 20]
        assert len(read) <= 3 < count


def test_a_missing_row_is_noticed(finished):
    for query in ("DELETE FROM blocks WHERE id = 2", "DELETE FROM blocks WHERE id > 3"):
        edit(finished, query)
        with pytest.raises(RunFileError, match="steps are missing"):
            open_run(finished)


def ended_by(code, path):
    """Run code in a process that ends by itself, as at the end of a script."""
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True)


TAKEN_UP_IN_VAIN = """
import sys
from nnviz.runs import resume_run, writer
{}
try:
    resume_run(sys.argv[1], at={})
except BaseException as error:
    print(repr(error))
else:
    raise SystemExit("it was taken up")
"""


def test_what_cannot_be_taken_up_stays_as_it_was(finished):
    before = content(finished)
    fails = """
def fail(*_):
    raise KeyboardInterrupt
writer.RunWriter._write_block = fail
"""
    ended_by(TAKEN_UP_IN_VAIN.format(fails, 40), finished)
    assert content(finished) == before
    last = "(SELECT max(id) FROM blocks)"
    edit(finished, f"UPDATE blocks SET entries = zeroblob(length(entries)) WHERE id = {last}")
    with open_run(finished) as run:
        readable = run.numbers(stop=30)["value"].tolist()
    ended_by(TAKEN_UP_IN_VAIN.format("", 50), finished)
    with open_run(finished) as run:
        assert run.meta["state"] == "finished"
        assert run.numbers(stop=30)["value"].tolist() == readable


@pytest.mark.parametrize("row", [1, 3, "(SELECT max(id) FROM blocks)"])
@pytest.mark.parametrize("damage", ["entries = zeroblob(9)", "first = -first - 1", "last = 10000"])
def test_what_is_whole_before_the_damage_can_be_taken_up(finished, write, row, damage):
    connection = sqlite3.connect(finished)
    (whole,) = connection.execute(f"SELECT max(last) FROM blocks WHERE id < {row}").fetchone()
    connection.close()
    start = 0 if whole is None else whole + 1
    edit(finished, f"UPDATE blocks SET {damage} WHERE id = {row}")
    for at in (None, start + 1):
        with pytest.raises(RunFileError, match=f"damaged .*; at={start} continues before them"):
            resume_run(finished, at=at)
    with resume_run(finished, at=start) as sink:
        write(sink, range(start, 60))
    with open_run(finished) as run:
        assert run.steps == list(range(60))


def edit(path, *queries):
    connection = sqlite3.connect(path)
    for query in queries:
        connection.execute(*query) if isinstance(query, tuple) else connection.execute(query)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("CREATE VIEW v AS SELECT 1", "its tables are not those of a run"),
        ("CREATE TRIGGER t AFTER INSERT ON names BEGIN SELECT 1; END", "not those of a run"),
        ("DROP TABLE names", "not those of a run"),
        ("PRAGMA user_version=1", "run file of version 1; this nnviz reads 2 and 3"),
        ("PRAGMA application_id=1", "not a run file"),
        ("UPDATE meta SET value = '1' WHERE key = 'settings'", "damaged"),
        ("DELETE FROM meta WHERE key = 'settings'", "its settings are incomplete"),
        ("UPDATE names SET name = 'x' WHERE place = 0", "damaged"),
    ],
)
def test_what_is_no_run_is_refused(finished, query, message):
    edit(finished, query)
    with pytest.raises(RunFileError, match=message) as caught:
        open_run(finished)
    assert str(finished) in str(caught.value)


def test_other_files_are_refused(tmp_path):
    for name, bytes_ in (("empty", b""), ("text", b"loss,1\n"), ("head", b"SQLite format 3\0")):
        path = tmp_path / name
        path.write_bytes(bytes_)
        with pytest.raises(RunFileError, match=name):
            open_run(path)


def forged(path, **blobs):
    """Replace blobs of the last row by others, with a checksum that is right."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    row = connection.execute("SELECT * FROM blocks ORDER BY id DESC LIMIT 1").fetchone()
    row = {**row, **blobs}
    row["checksum"] = checksum(*(row[k] for k in ("first", "last", "before", "entries", "buckets")))
    connection.execute("REPLACE INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)", list(row.values()))
    connection.commit()
    connection.close()


def column(type_, length, content=b""):
    return struct.pack("<BI", type_, length) + content


@pytest.mark.parametrize(
    ("blob", "message"),
    [
        (b"", "ends too early"),
        (b"\0\0\0", "ends too early"),
        (column(0, 1 << 31), "column step of a blob is damaged"),
        (column(9, 1, bytes(8)), "column step of a blob is damaged"),
        (column(5, 1, bytes(8)), "column step of a blob is damaged"),
        (column(0, 0) * len(ENTRIES) + b"x", "continues past its columns"),
    ],
    ids=["empty", "half a head", "too long", "no type", "floats as integers", "too much"],
)
def test_forged_columns_are_bounded(finished, blob, message):
    forged(finished, entries=blob)
    with open_run(finished) as run, pytest.raises(RunFileError, match=message):
        run.statistics()


@pytest.mark.parametrize(
    "buckets",
    [
        column(0, 1, b"\xf1") + column(1, 0) + column(0, 0),
        column(0, 1, b"\x1f") + column(1, 0) + column(0, 0),
        column(0, 1, b"\x11") + column(1, 1, b"\1\0") + column(0, 0),
        column(0, 1, b"\x1f") + column(1, 0) + column(3, 1, b"\xff" * 8),
    ],
    ids=["no key", "no count", "a key too many", "a negative count"],
)
def test_forged_buckets_are_refused(finished, buckets):
    forged(finished, buckets=buckets)
    with (
        open_run(finished) as run,
        pytest.raises(RunFileError, match="inconsistent"),
    ):
        list(run.summaries())


def test_forged_entries_are_refused(finished):
    block = next(open_run(finished).blocks())
    for name, value in (("stream", 99), ("buckets", -1), ("count", -5), ("step", -1)):
        changed = getattr(block, name).copy()
        changed[0] = value
        forged(finished, entries=pack_entries(replace(block, **{name: changed})))
        with (
            open_run(finished) as run,
            pytest.raises(RunFileError, match="inconsistent"),
        ):
            list(run.summaries())


@pytest.mark.parametrize(
    "numbers", [(0.5, -2.0), (0.1, 1e300), (np.nan, np.inf), (5e-324, -0.0), (1e-40, 3.0)]
)
def test_packing_keeps_every_number(numbers):
    block = Block.of((), [(k, 2**40 + k, x) for k, x in enumerate(numbers)])
    found = Stored([entries_of(pack_entries(block))])
    for name in ENTRIES:
        np.testing.assert_array_equal(getattr(found, name), getattr(block, name))
        assert getattr(found, name).dtype == getattr(block, name).dtype
    np.testing.assert_array_equal(np.signbit(found.number), np.signbit(block.number))


KEYS = st.integers(0, 2**16 - 1)
NEAR = st.integers(-9, 9)
COUNTS = st.one_of(st.integers(0, 17), st.integers(0, 2**62))


@given(st.lists(st.tuples(KEYS, st.lists(st.tuples(NEAR, COUNTS)))))
def test_packing_keeps_every_bucket(runs):
    """Runs of keys that are near each other, with jumps between."""
    pairs = [
        ((first + sum(step for step, _ in run[: k + 1])) % 2**16, count)
        for first, run in runs
        for k, (_, count) in enumerate(run)
    ]
    key, held = zip(*pairs, strict=True) if pairs else ((), ())
    block = replace(Block.of(), key=np.array(key, np.uint16), held=np.array(held, np.int64))
    columns = unpack_buckets(pack_buckets(block))
    np.testing.assert_array_equal(columns["key"], block.key)
    np.testing.assert_array_equal(columns["held"], block.held)


def test_a_settings_row_says_what_is_wrong_in_one_line(tmp_path):
    path = tmp_path / "run"
    create_run(path).close()
    edit(path, "DELETE FROM meta")
    with pytest.raises(RunFileError) as caught:
        open_run(path)
    assert "\n" not in str(caught.value)


def test_an_empty_file_is_called_empty(tmp_path):
    path = tmp_path / "run"
    path.touch()
    with pytest.raises(RunFileError, match="run: is empty, as if its writer was killed early"):
        open_run(path)


CUT_OFF = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size=1")  # so that pages go to the file before they are safe
connection.execute("BEGIN IMMEDIATE")
connection.execute("CREATE TABLE more (x)")
for _ in range(50):
    connection.execute("INSERT INTO more VALUES (zeroblob(3000))")
os._exit(0)
"""


@pytest.mark.parametrize("begun", [True, False])
def test_a_change_that_was_cut_off_is_undone_for_a_reader(tmp_path, write, begun):
    path = tmp_path / "run"
    path.touch()
    if begun:
        with create_run(path) as sink:
            write(sink, range(5))
        before = content(path)
    ended_by(CUT_OFF, path)
    assert (tmp_path / "run-journal").exists()
    if begun:
        assert content(path) == before
    else:
        with pytest.raises(RunFileError, match="run: is empty"):
            open_run(path)
        create_run(path).close()
