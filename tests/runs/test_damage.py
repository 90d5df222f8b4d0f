"""Files that are damaged, or forged: one clear error, never wrong numbers."""

import os
import random
import sqlite3
import zlib

import numpy as np
import pytest

from nnviz.errors import RunFileError
from nnviz.record import Block
from nnviz.runs import create_run, open_run
from nnviz.runs.format import ENTRIES, checksum, pack, unpack


def content(path):
    """Everything that a run shows, as bytes."""
    with open_run(path) as run:
        columns = {**run.statistics(), **run.numbers()}
        buckets = [summary.to_bytes() for _, _, summary in run.summaries()]
        meta = repr({key: value for key, value in run.meta.items() if key != "state"})
        return meta, [column.tobytes() for column in columns.values()], buckets


def mutants(original, rng, count):
    for k in range(count):
        damaged = bytearray(original)
        if k % 10 == 0:
            yield damaged[: rng.randrange(len(damaged))]
            continue
        for _ in range(rng.choice([1, 1, 1, 4, 50])):
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        if k % 10 == 1:
            start = rng.randrange(len(damaged))
            damaged[start : start + 512] = rng.randbytes(len(damaged[start : start + 512]))
        yield damaged


@pytest.mark.slow
def test_damage_is_an_error_or_changes_nothing(finished, tmp_path):
    original, truth = finished.read_bytes(), content(finished)
    path, errors = tmp_path / "mutant", 0
    for damaged in mutants(original, random.Random(0), int(os.environ.get("MUTANTS", "600"))):
        path.write_bytes(damaged)
        try:
            found = content(path)
        except RunFileError as error:
            found, message = truth, str(error)
            errors += path.name in message
        assert found == truth
    assert errors > 100


def test_a_missing_row_is_noticed(finished):
    for query in ("DELETE FROM blocks WHERE id = 2", "DELETE FROM blocks WHERE id > 3"):
        edit(finished, query)
        with pytest.raises(RunFileError, match="steps are missing"):
            open_run(finished)


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
        ("PRAGMA user_version=2", "version 2 of the run file; this reads 1"),
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


def forged(path, size, blob):
    """Replace the last row by one whose checksum is right."""
    connection = sqlite3.connect(path)
    row = list(connection.execute("SELECT * FROM blocks ORDER BY id DESC LIMIT 1").fetchone())
    row[5], row[7] = size, blob
    row[4] = checksum(row[1], row[2], row[3], row[5], row[6], row[7], row[8])
    connection.execute("REPLACE INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.commit()
    connection.close()


BOMB = zlib.compress(bytes(1 << 24))


@pytest.mark.parametrize(
    ("size", "blob", "message"),
    [
        (100, BOMB, "not of the size that it declares"),
        (1 << 40, BOMB, "too large"),
        (-1, BOMB, "too large"),
        (1 << 24, BOMB, "damaged"),
        (10, b"no zlib", "cannot be decompressed"),
        (0, zlib.compress(b""), "ends too early"),
        (5, zlib.compress(b"\xff\1\0\0\0"), "damaged"),
    ],
)
def test_forged_blobs_are_bounded(finished, size, blob, message):
    forged(finished, size, blob)
    with open_run(finished) as run, pytest.raises(RunFileError, match=message):
        run.statistics()


def test_forged_columns_are_refused(finished):
    block = next(open_run(finished).blocks())
    for name, value in (("stream", 99), ("buckets", -1), ("count", -5), ("step", -1)):
        column = getattr(block, name).copy()
        column[0] = value
        columns = {key: getattr(block, key) for key in block.__dataclass_fields__}
        forged(finished, *pack(Block(**{**columns, name: column}), ENTRIES))
        with open_run(finished) as run, pytest.raises(RunFileError, match="do not fit together"):
            list(run.summaries())


def test_packing_keeps_every_number():
    rng = np.random.default_rng(0)
    block = Block.of((), [(k, 2**40 + k, x) for k, x in enumerate(rng.standard_normal(99))])
    columns = unpack(*pack(block, ENTRIES), ENTRIES)
    for name in ENTRIES:
        np.testing.assert_array_equal(columns[name], getattr(block, name))


def test_a_settings_row_says_what_is_wrong_in_one_line(tmp_path):
    path = tmp_path / "run"
    create_run(path).close()
    edit(path, "DELETE FROM meta")
    with pytest.raises(RunFileError) as caught:
        open_run(path)
    assert "\n" not in str(caught.value)
