"""Cells: computed once, in any number of processes, and not taken down by one that fails."""

import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from nnviz.errors import StudyError
from nnviz.studies.cells.training import train
from nnviz.train import cache, digits, on_cluster, parallel, run_cells


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


def threads(*, seed):
    """Return how many threads BLAS may use."""
    counts = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    return {"threads": {"count": np.array(counts)}}


def values(results):
    return [int(result["numbers"]["value"][0]) for result in results]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_results_come_in_the_order_of_the_cells(n_jobs):
    cells = [{"seed": seed} for seed in (5, 1, 4)]
    assert values(run_cells(square, cells, n_jobs=n_jobs)) == [25, 1, 16]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_cell_runs_with_one_thread(n_jobs):
    with threadpool_limits(2):  # else the tests themselves have one
        results = run_cells(threads, [{"seed": 1}, {"seed": 2}], n_jobs=n_jobs)
    assert {count for result in results for count in result["threads"]["count"]} == {1}


def test_a_blas_loaded_between_cells_has_one_thread_as_well():
    code = (
        "from threadpoolctl import threadpool_limits as limits; from nnviz.train import run_cells\n"
        "from tests.train.test_parallel import threads\n"
        "run_cells(threads, [{'seed': 1}], fresh=True)\n"
        "import scipy.linalg\n"
        "limits(2)\n"
        "print(*run_cells(threads, [{'seed': 2}], fresh=True)[0]['threads']['count'])\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert set(child.stdout.split()) == {"1"}


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


def test_a_result_depends_on_settings_data_and_function():
    one, two = digits(100), digits(101)
    cells = [{"seed": 1}, {"seed": 2}, {"seed": 1, "data": one}, {"seed": 1, "data": two}]
    keys = cache.keys_of(square, cells)
    assert len({*keys, *cache.keys_of(values, cells)}) == 8
    assert cache.keys_of(square, [{"seed": 1, "data": digits(100)}]) == [keys[2]]


def test_what_another_kernel_computed_is_not_kept(own_cache, monkeypatch):
    """As a worker of a cluster may have it: here, each look finds another one."""
    number = itertools.count()
    monkeypatch.setattr(parallel, "kernel", lambda: (str(next(number)),))
    assert values(run_cells(square, [{"seed": 2}])) == [4]
    assert not list(own_cache.glob("*.npz"))
    monkeypatch.undo()
    monkeypatch.setenv("NNVIZ_CACHE_DIR", str(own_cache))
    run_cells(square, [{"seed": 2}])
    assert len(list(own_cache.glob("*.npz"))) == 1


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


def dying(*, seed, log, how=None):
    """Return the seed, unless it ends its process: 3 always, 4 the first time."""
    with open(log, "a") as file:
        file.write(f"{seed}\n")
    if seed == 3 or (seed == 4 and Path(log).read_text().split().count("4") == 1):
        os.kill(os.getpid(), signal.SIGKILL) if how == "signal" else os._exit(7)
    return {"numbers": {"value": np.array([seed])}}


@pytest.mark.parametrize(("how", "code"), [("signal", r"SIGKILL\(-9\)"), ("exit", r"EXIT\(7\)")])
def test_a_killed_process_costs_its_cell_only_and_is_told(how, code, own_cache, tmp_path):
    log = tmp_path / "log"
    cells = [{"seed": seed, "log": str(log), "how": how} for seed in range(3, 12) if seed != 4]
    with pytest.raises(
        StudyError, match=rf"^1 of 8 cells failed:\n  seed=3, log=.*: its process ended: {code}$"
    ):
        run_cells(dying, cells, n_jobs=2)
    assert len(list(own_cache.glob("*.npz"))) == 7
    log.unlink()
    with pytest.raises(StudyError, match="1 of 8 cells failed"):
        run_cells(dying, cells, n_jobs=2)
    assert set(log.read_text().split()) == {"3"}


def test_a_cell_that_is_killed_once_is_computed_again(tmp_path):
    """As where several cells at a time need more memory than there is."""
    cells = [{"seed": seed, "log": str(tmp_path / "log")} for seed in (4, 5)]
    assert values(run_cells(dying, cells, n_jobs=2)) == [4, 5]


def test_cells_that_kill_and_cells_that_fail_are_told_together(tmp_path):
    cells = [{"seed": seed, "log": str(tmp_path / "log")} for seed in (3, 5)]
    cells.append({"seed": 5})
    with pytest.raises(StudyError, match=r"^2 of 3 .*\n  seed=3, .* ended: .*\n  seed=5: TypeErr"):
        run_cells(dying, cells, n_jobs=2)


def interrupting(*, seed):
    if seed == 2:
        raise KeyboardInterrupt
    return {"numbers": {"value": np.array([seed])}}


@pytest.mark.filterwarnings("ignore::UserWarning:joblib")
def test_an_interrupt_in_another_process_passes_through():
    with pytest.raises(KeyboardInterrupt):
        run_cells(interrupting, [{"seed": seed} for seed in range(4)], n_jobs=2)


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
