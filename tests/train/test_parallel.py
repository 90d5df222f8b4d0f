"""Cells: computed once, in any number of processes, and not taken down by one that fails."""

import numpy as np
import pytest

from nnviz.errors import StudyError
from nnviz.train import cache, digits, run_cells


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NNVIZ_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def square(*, seed, data=None, log=None):
    """Return the square of a seed, unless it is 3."""
    if seed == 3:
        raise ArithmeticError("three is not allowed")
    if log is not None:
        with open(log, "a") as file:
            file.write(f"{seed}\n")
    return {"numbers": {"value": np.array([seed**2]), "text": np.array(["ä"])}}


def values(results):
    return [int(result["numbers"]["value"][0]) for result in results]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_results_come_in_the_order_of_the_cells(n_jobs):
    cells = [{"seed": seed} for seed in (5, 1, 4)]
    assert values(run_cells(square, cells, n_jobs=n_jobs)) == [25, 1, 16]


def test_a_cell_is_computed_once_unless_asked_for_anew(tmp_path):
    log = tmp_path / "log"
    cells = [{"seed": 1, "log": str(log)}, {"seed": 2, "log": str(log)}]
    for _ in range(2):
        assert values(run_cells(square, cells)) == [1, 4]
    assert log.read_text().split() == ["1", "2"]
    run_cells(square, cells, fresh=True)
    assert log.read_text().split() == ["1", "2", "1", "2"]


def test_text_survives_the_cache():
    for _ in range(2):
        assert run_cells(square, [{"seed": 1}])[0]["numbers"]["text"].tolist() == ["ä"]


def test_a_failure_is_told_with_its_settings_and_the_others_are_kept(own_cache):
    with pytest.raises(StudyError, match=r"1 of 3 cells failed:\n  seed=3: ArithmeticError: three"):
        run_cells(square, [{"seed": seed} for seed in (1, 3, 2)])
    assert len(list(own_cache.glob("*.npz"))) == 2


def test_a_damaged_entry_is_computed_again_with_a_notice(own_cache):
    run_cells(square, [{"seed": 7}])
    (entry,) = own_cache.glob("*.npz")
    whole = entry.read_bytes()
    for broken in (whole[: len(whole) // 2], b"", b"no archive at all"):
        entry.write_bytes(broken)
        with pytest.warns(UserWarning, match="is damaged and is computed again"):
            assert values(run_cells(square, [{"seed": 7}])) == [49]


def test_a_result_depends_on_settings_data_and_function():
    one, two = digits(100), digits(101)
    keys = {
        cache.key_of(square, {"seed": 1}),
        cache.key_of(square, {"seed": 2}),
        cache.key_of(square, {"seed": 1, "data": one}),
        cache.key_of(square, {"seed": 1, "data": two}),
        cache.key_of(values, {"seed": 1}),
    }
    assert len(keys) == 5
    assert cache.key_of(square, {"data": one}) == cache.key_of(square, {"data": digits(100)})


def test_an_argument_that_cannot_be_described_is_named():
    with pytest.raises(TypeError, match="an argument of a cell must be plain data; got <object"):
        run_cells(square, [{"seed": 1, "data": object()}])
