"""Entries on disk: whole, under their own key, and no study ends for want of them."""

import errno
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest

from nnviz import optim
from nnviz.train import run_cells
from nnviz.train.cache import Kept, keys_of

TABLES = {
    "numbers": {"value": np.array([1.5, np.nan]), "text": np.array(["ä", ""])},
    "a/b": {"c/d": np.arange(6).reshape(2, 3), "v.npy": np.array(3), "names": np.array([True])},
    "empty": {},
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NNVIZ_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def cell(*, seed):
    return {"t": {"v": np.arange(3) + seed}, "u": {"n": np.array([seed])}}


def is_right(results):
    return [result["t"]["v"][0] for result in results] == list(range(len(results)))


KEYS = keys_of(cell, [{"seed": seed} for seed in range(3)])


def test_a_result_comes_back_as_it_was():
    Kept().store(KEYS[0], TABLES)
    found = Kept().load(KEYS[0])
    assert {name: list(table) for name, table in found.items()} == {
        name: list(table) for name, table in TABLES.items()
    }
    for name, table in TABLES.items():
        for column, values in table.items():
            np.testing.assert_array_equal(found[name][column], values, strict=True)


def test_any_flipped_bit_is_seen(folder):
    kept = Kept()
    kept.store(KEYS[0], {"t": {"v": np.arange(2)}})
    (entry,) = folder.iterdir()
    whole = entry.read_bytes()
    for bit in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        entry.write_bytes(damaged)
        with pytest.warns(UserWarning, match="is damaged and is computed again"):
            assert kept.load(KEYS[0]) is None
        assert not entry.exists()


def test_any_cut_and_anything_behind_is_seen(folder):
    kept = Kept()
    kept.store(KEYS[0], {"t": {"v": np.arange(2)}})
    (entry,) = folder.iterdir()
    whole = entry.read_bytes()
    for other in (*(whole[:size] for size in range(len(whole))), whole + b"\0", whole * 2):
        entry.write_bytes(other)
        with pytest.warns(UserWarning, match="is damaged and is computed again"):
            assert kept.load(KEYS[0]) is None


def test_an_entry_under_the_name_of_another_is_not_taken(folder):
    cells = [{"seed": 0}, {"seed": 1}]
    run_cells(cell, cells)
    first, second = (folder / f"{key}.npz" for key in KEYS[:2])
    second.write_bytes(first.read_bytes())
    with pytest.warns(UserWarning, match="damaged .*: it is the result of something else"):
        assert is_right(run_cells(cell, cells))
    with warnings.catch_warnings(action="error"):
        assert is_right(run_cells(cell, cells))


def refuse(code):
    def call(*arguments, **options):
        raise OSError(code, os.strerror(code))

    return call


@pytest.mark.parametrize("folder", ["file", "file/below", "/proc/nnviz/cells", "/dev/full"])
def test_a_folder_that_cannot_be_is_told_once_and_costs_no_result(folder, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NNVIZ_CACHE_DIR", str(tmp_path / folder))
    with pytest.warns(UserWarning, match="results are not kept") as caught:
        assert is_right(run_cells(cell, [{"seed": seed} for seed in range(3)]))
    (told,) = caught
    assert str(told.message).startswith(
        f"results are not kept: {tmp_path / folder} must be a folder that can be read and written"
    )
    assert told.filename == __file__


@pytest.mark.parametrize(
    ("owner", "name", "code"),
    [
        (tempfile, "mkstemp", errno.EACCES),
        (tempfile, "mkstemp", errno.EROFS),
        (tempfile, "mkstemp", errno.ENOSPC),
        (os, "fdopen", errno.ENOSPC),
        (os, "replace", errno.EPERM),
        (Path, "mkdir", errno.EROFS),
        (Path, "read_bytes", errno.EACCES),
        (Path, "read_bytes", errno.EIO),
    ],
)
def test_a_disk_that_refuses_is_told_once_and_costs_no_result(
    owner, name, code, monkeypatch, folder
):
    monkeypatch.setattr(owner, name, refuse(code))
    with pytest.warns(UserWarning, match="results are not kept") as caught:
        assert is_right(run_cells(cell, [{"seed": seed} for seed in range(3)]))
    (told,) = caught
    assert str(told.message) == (
        f"results are not kept: {folder} must be a folder that can be read and written to; "
        f"got {os.strerror(code)}"
    )


def test_a_damaged_entry_that_cannot_be_removed_costs_no_result(monkeypatch, folder):
    run_cells(cell, [{"seed": 0}])
    (entry,) = folder.iterdir()
    entry.write_bytes(b"damaged")
    monkeypatch.setattr(Path, "unlink", refuse(errno.EROFS))
    monkeypatch.setattr(tempfile, "mkstemp", refuse(errno.EROFS))
    with pytest.warns(UserWarning, match="is damaged|are not kept") as caught:
        assert is_right(run_cells(cell, [{"seed": 0}]))
    assert [str(told.message).partition(":")[0] for told in caught] == [
        f"{entry.name} is damaged and is computed again",
        "results are not kept",
    ]
    assert entry.read_bytes() == b"damaged"


def objects(*, seed):
    return {"t": {"v": np.array([seed, None])}}


def test_a_result_that_cannot_be_kept_without_pickle_is_returned(folder):
    with pytest.warns(UserWarning, match="results are not kept: Object arrays cannot be saved"):
        assert run_cells(objects, [{"seed": 3}])[0]["t"]["v"][0] == 3
    assert not folder.exists() or not list(folder.iterdir())


WRITER = """
import sys
import numpy as np
from nnviz.train.cache import Kept
kept = Kept()
for _ in range(300):
    kept.store(sys.argv[1], {"t": {"v": np.arange(5000)}})
"""


def test_two_processes_may_keep_the_same_result_at_once(folder):
    command = [sys.executable, "-W", "error", "-c", WRITER, KEYS[0]]
    writers = [subprocess.Popen(command) for _ in range(2)]
    reads = 0
    while any(writer.poll() is None for writer in writers):
        found = Kept().load(KEYS[0])
        if found is not None:
            reads += 1
            np.testing.assert_array_equal(found["t"]["v"], np.arange(5000))
    assert [writer.returncode for writer in writers] == [0, 0]
    assert reads > 10
    assert len(list(folder.iterdir())) == 1


def test_each_rule_may_be_an_argument_of_a_cell():
    """Rules are functions and, where numbers move alone, the class of a state."""
    rules = [optim.make(name, 0.1) for name in optim.RULES.ours]
    rules += [optim.sgd(0.2), optim.chain(optim.clip_by_norm(1.0), optim.adam(0.1))]
    keys = keys_of(cell, [{"rule": rule} for rule in rules])
    assert None not in keys
    assert len({*keys}) == len(rules)
    assert keys == keys_of(cell, [{"rule": rule} for rule in rules])
    assert keys_of(cell, [{"rule": type("Typed", (), {})}]) == [None]  # nobody finds its code
