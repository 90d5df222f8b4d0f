"""Damaged event files: the documented error, or numbers that TensorBoard's reader gives too.

A part of ``python -m benchmarks mutated_logs``, which reads 5,000 of them.
"""

import random

import pytest

pytest.importorskip("tensorboard", reason="reads event files")

from benchmarks.mutated_logs import NAME, damaged, fault_of, given, write_log


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_log_gives_no_number_of_its_own(tmp_path, seed):
    rng = random.Random(seed)
    found = []
    for _ in range(25):
        write_log(tmp_path / NAME, rng)
        whole = given(tmp_path / NAME)
        (tmp_path / NAME).write_bytes(damaged((tmp_path / NAME).read_bytes(), rng))
        found.append(fault_of(tmp_path / NAME, whole))
    assert [what for what in found if what.isupper()] == []


def test_a_whole_log_is_read_whole(tmp_path):
    write_log(tmp_path / NAME, random.Random(0))
    whole = given(tmp_path / NAME)
    assert len(whole) > 100
    assert fault_of(tmp_path / NAME, whole) == "read as TensorBoard does, or less"


def test_a_number_of_its_own_would_be_seen(tmp_path, monkeypatch):
    write_log(tmp_path / NAME, random.Random(0))
    monkeypatch.setattr("nnviz.runs.events._number", lambda tensor: 0.125)
    told = fault_of(tmp_path / NAME, given(tmp_path / NAME))
    assert told.startswith("GIVEN BY NNVIZ ALONE: [('ACCURACY', 0, ")
