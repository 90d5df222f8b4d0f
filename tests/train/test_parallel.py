"""Cells: computed once, in any number of processes, and not taken down by one that fails."""

import os

import numpy as np
import pytest

from nnviz.errors import StudyError
from nnviz.studies.training import train
from nnviz.train import cache, digits, on_cluster, run_cells


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


def process(*, seed):
    """Return who computes."""
    return {"process": {"pid": np.array([os.getpid()])}}


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


def test_an_interrupt_leaves_what_is_finished(own_cache):
    def stop(*, seed):
        if seed == 2:
            raise KeyboardInterrupt
        return {"numbers": {"value": np.array([seed])}}

    with pytest.raises(KeyboardInterrupt):
        run_cells(stop, [{"seed": seed} for seed in range(5)], n_jobs=1)
    assert len(list(own_cache.glob("*.npz"))) == 2


def test_a_cache_that_cannot_be_written_costs_a_warning(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NNVIZ_CACHE_DIR", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="results are not kept: "):
        assert values(run_cells(square, [{"seed": 4}])) == [16]


def test_other_studies_do_not_touch_a_result(monkeypatch):
    """A change to code below the studies does, one to another study does not."""
    pieces = []
    monkeypatch.setattr(cache.inspect, "getsource", lambda module: pieces.append(module) or "")
    cache._code_digest.cache_clear()
    cache.key_of(square, {})
    cache._code_digest.cache_clear()
    assert [module.__name__ for module in pieces] == [square.__module__]


@pytest.mark.slow
def test_a_dask_cluster_of_two_processes_gives_the_same():
    distributed = pytest.importorskip("distributed", reason="the cluster needs the extra 'dask'")
    cells = [
        {"data": digits(200), "seed": seed, "hidden": [8], "steps": 5, "every": 5}
        for seed in range(4)
    ]
    here = run_cells(train, cells, fresh=True)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        on_cluster(cluster.scheduler_address),
    ):
        there = run_cells(train, cells, fresh=True)
        workers = run_cells(process, [{"seed": seed} for seed in range(4)], fresh=True)
    for one, other in zip(here, there, strict=True):
        for table in one:
            for column in one[table]:
                np.testing.assert_array_equal(one[table][column], other[table][column])
    assert os.getpid() not in [int(result["process"]["pid"][0]) for result in workers]
