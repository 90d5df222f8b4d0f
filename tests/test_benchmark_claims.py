"""The claims benchmark's own logic: kernels, what is run again, margins; nothing is trained."""

import json
import math
import os
import subprocess
import sys

import numpy as np
import pytest
import threadpoolctl

from benchmarks import __main__ as command
from benchmarks import claims, claims_kernels, claims_margins, claims_runs, claims_table
from benchmarks.claims_kernels import Kernel
from benchmarks.claims_runs import Run

OWN = Kernel("", "Haswell")
RUNS = [Run(OWN), Run(OWN, 100), Run(Kernel("Nehalem", "Nehalem"))]


def fact(number, *, key="k", low=None, high=None, **others):
    """Return what `claims_runs` keeps of a claim."""
    shown = {"study": "s", "settings": {"rate": 0.1}, "key": key, "measured": "height", "unit": ""}
    holds = number is not None and (low or -math.inf) <= number <= (high or math.inf)
    shown |= {"number": number, "low": low, "high": high, "by_seed": [], "interval": None}
    shown |= {"ratio": False, "holds": holds, "verdict": "holds" if holds else "otherwise"}
    return shown | {"found": f"{number}", "bound": f"≥ {low}", "statement": f"{number}"} | others


def rows(*facts, figure="a/b"):
    """Return the rows of a claim in several runs."""
    results = {
        run: [{"figure": figure, "claims": [said]}]
        for run, said in zip(RUNS, facts, strict=True)
        if said is not None
    }
    return claims_margins.rows_of(results)


# kernels


@pytest.fixture
def processor(monkeypatch):
    """A processor that crashes with one kernel, and an OpenBLAS without another."""
    known = {"": "Haswell", "SkylakeX": None, "Nehalem": "Nehalem", "Prescott": "Katmai"}
    monkeypatch.setattr(claims_kernels, "taken", lambda core: known.get(core, "Haswell"))
    monkeypatch.setattr(claims_kernels, "machine", lambda: "x86_64")


@pytest.mark.usefixtures("processor")
def test_each_kernel_is_run_once_and_the_others_are_reported():
    told = []
    found = list(claims_kernels.kernels(told.append))
    assert found == [OWN, Kernel("Nehalem", "Nehalem"), Kernel("Prescott", "Katmai")]
    assert "SkylakeX: skipped, it crashes on this processor" in told
    assert "Zen: skipped, not taken: Haswell is in force instead" in told
    assert not any(line.startswith("Haswell") for line in told)  # it is what runs


def test_the_kernel_is_read_back_from_every_library(monkeypatch):
    libraries = [
        {"user_api": "blas", "internal_api": "openblas", "architecture": core, "num_threads": n}
        for core, n in (("Zen", 1), ("Haswell", 2), ("Zen", 1))
    ]
    libraries.append({"user_api": "openmp", "internal_api": "openmp", "num_threads": 8})
    monkeypatch.setattr(threadpoolctl, "threadpool_info", lambda: libraries)
    assert claims_kernels.in_force() == ("Haswell/Zen", 2)
    monkeypatch.setattr(
        threadpoolctl,
        "threadpool_info",
        lambda: [{"user_api": "blas", "internal_api": "mkl", "num_threads": 4}],
    )
    assert claims_kernels.in_force() == ("mkl", 4)


def test_a_process_that_crashes_names_no_kernel(monkeypatch):
    monkeypatch.setattr(claims_kernels.sys, "executable", "/bin/false")
    assert claims_kernels.taken("SkylakeX") is None


def test_the_environment_of_a_run(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    own = Run(OWN, threads=2).environment
    assert "OPENBLAS_CORETYPE" not in own
    assert own["OPENBLAS_NUM_THREADS"] == "2"
    assert RUNS[2].environment["OPENBLAS_CORETYPE"] == "Nehalem"
    assert os.environ["OPENBLAS_CORETYPE"] == "Prescott"


def test_another_kernel_in_force_skips_the_run(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(claims_runs, "_all_in_force", lambda jobs: {("Haswell", 1)})
    status = claims_runs._measure(RUNS[2], tmp_path, ["trajectories/bowl"], 1)
    assert status == claims_runs.NOT_TAKEN
    assert "Haswell" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("threads", [1, 2])
def test_cells_have_the_threads_of_the_run(tmp_path, threads):
    """In a process of its own, as the benchmark starts one: the tests' own has one thread."""
    program = (
        "from benchmarks import claims_kernels, claims_runs\n"
        "from nnviz.train import parallel\n"
        "claims_kernels.in_force()  # loads the libraries that are limited\n"
        f"with claims_runs._cell_threads({threads}):\n"
        "    cells = parallel.run_cells(claims_runs._cell_in_force, [{'cell': 0}], fresh=True)\n"
        "print(cells[0]['blas']['threads'][0])\n"
    )
    known = Run(OWN, threads=threads).environment | {"NNVIZ_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", program]
    child = subprocess.run(
        command, env=known, cwd=claims_kernels.ROOT, capture_output=True, text=True, check=True
    )
    assert child.stdout.split() == [str(threads)]


# what is run


def test_the_plan():
    kernels = [OWN, Kernel("Nehalem", "Nehalem"), Kernel("Prescott", "Katmai")]
    plan = claims.planned(kernels)
    assert {(run.kernel, run.first_seed, run.threads) for run in plan} == {
        *((kernel, 0, 1) for kernel in kernels),
        *((OWN, first, 1) for first in (100, 200)),
        (OWN, 0, 2),
    }
    assert len({run.folder for run in plan}) == len({run.name for run in plan}) == len(plan)
    assert claims.planned(kernels, quick=True) == [Run(kernels[0]), Run(kernels[1])]


def test_the_digest_is_that_of_names_and_contents(tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "one.py").write_text("1")
    first = claims.digest([tmp_path])
    (tmp_path / "code" / "__pycache__").mkdir()
    (tmp_path / "code" / "__pycache__" / "one.pyc").write_text("compiled")
    assert claims.digest([tmp_path]) == first
    assert claims.digest([tmp_path], ["numpy"]) != first
    (tmp_path / "code" / "one.py").rename(tmp_path / "code" / "two.py")
    second = claims.digest([tmp_path])
    (tmp_path / "code" / "two.py").write_text("2")
    assert len({first, second, claims.digest([tmp_path])}) == 3


class Starts:
    """In the place of a child process: leaves files, until it is interrupted."""

    def __init__(self, *, until=math.inf, refused=()):
        self.calls, self.until, self.refused = [], until, refused

    def __call__(self, run, folder, figures, jobs):
        assert jobs == 1
        self.calls.append((run, list(figures)))
        if run in self.refused:
            return claims_runs.NOT_TAKEN
        (folder / "cells").mkdir(parents=True, exist_ok=True)
        for figure in figures:
            if self.until <= 0:
                raise KeyboardInterrupt
            self.until -= 1
            if figure != "a/broken":
                kept = {"figure": figure, "claims": [fact(1.0, low=0.5)], "unshown": []}
                claims_runs.file_of(folder, figure).write_text(json.dumps(kept))
        return 0


def test_an_interrupted_benchmark_goes_on_where_it_stopped(tmp_path):
    runs, figures = RUNS[:2], ["a/one", "a/two", "b/one"]
    with pytest.raises(KeyboardInterrupt):
        claims.measure(runs, figures, tmp_path, jobs=1, start=Starts(until=4))
    assert not (tmp_path / runs[0].folder / "cells").exists()  # done
    assert (tmp_path / runs[1].folder / "cells").exists()  # kept for the resumption
    again = Starts()
    results, wrong = claims.measure(runs, figures, tmp_path, jobs=1, start=again)
    assert again.calls == [(runs[1], ["a/two", "b/one"])]
    assert wrong == []
    assert [[exhibit["figure"] for exhibit in results[run]] for run in runs] == [figures] * 2
    once_more = Starts()
    assert claims.measure(runs, figures, tmp_path, jobs=1, start=once_more)[0] == results
    assert once_more.calls == []


def test_what_goes_wrong_is_told(tmp_path):
    start = Starts(refused=[RUNS[1]])
    results, wrong = claims.measure(RUNS[:2], ["a/broken", "b/one"], tmp_path, jobs=1, start=start)
    assert list(results) == [RUNS[0]]
    assert wrong == [
        f"{RUNS[0].name}: a/broken failed",
        f"{RUNS[1].name}: not run, kernel or threads were not taken",
    ]


# margins


def test_scatter_between_runs():
    (row,) = rows(*(fact(number, low=1.0) for number in (2.0, 4.0, 3.0)))
    # sets of seeds: from 0, 2 and 3; from 100, 4
    assert row.distance == pytest.approx((2.5 + 4) / 2 - 1)
    assert row.between_runs == pytest.approx(1.0)
    assert row.between_seeds == 0
    assert row.margin == pytest.approx(2.25)


def test_scatter_between_seeds_by_the_interval():
    # 4 numbers with a standard error of 0.5: Student's quantile for 3 degrees is 3.182446
    said = fact(2.0, low=1.0, by_seed=[1, 2, 2, 3], interval=[2 - 1.591223, 2 + 1.591223])
    (row,) = rows(said, said, said)
    assert row.between_runs == 0
    assert row.margin == pytest.approx(2.0, rel=1e-6)


def test_scatter_of_a_share_of_seeds():
    (row,) = rows(*[fact(0.75, low=0.5, by_seed=[1.0, 1.0, 1.0, 0.0])] * 3)
    assert row.between_seeds == pytest.approx(0.25)
    assert row.margin == pytest.approx(1.0)


def test_ratios_are_compared_on_logarithms():
    (row,) = rows(*(fact(number, high=10.0, ratio=True) for number in (1.0, 1.0, 100.0)))
    scatter = np.std([0, 0, np.log(100)], ddof=1)
    assert row.margin == pytest.approx(np.log(10) / 2 / scatter)
    said = fact(2.0, low=1.0, ratio=True, by_seed=[1, 2, 2, 3], interval=[2 / 1.2, 2 * 1.2])
    (row,) = rows(said, said, said)
    assert row.margin == pytest.approx(np.log(2) / (np.log(1.2) / 3.182446), rel=1e-6)


def test_the_nearest_end_decides_and_outside_is_negative():
    (row,) = rows(*(fact(number, low=0.0, high=4.0) for number in (2.0, 3.5, 4.0)))
    assert row.distance == pytest.approx(4 - (3 + 3.5) / 2)
    (row,) = rows(*(fact(number, low=3.0) for number in (2.0, 2.0, 1.0)))
    assert row.margin < 0
    assert row.held == 0


@pytest.mark.parametrize(
    ("numbers", "margin", "written"),
    [
        ((2.0, 2.0, 2.0 + 1e-12), math.inf, "same"),
        ((1.0, 1.0, 1.0), math.inf, "same"),  # on its bound
        ((0.5, 0.5, 0.5), -math.inf, "never"),
        ((2.0, None, 2.0), math.nan, "no number"),
    ],
)
def test_no_scatter_and_no_number(numbers, margin, written):
    (row,) = rows(*(fact(number, low=1.0) for number in numbers))
    assert row.margin == pytest.approx(margin, nan_ok=True)
    assert row.margin_written == written


# the table


def test_figures_of_a_study_share_its_claims():
    results = {
        RUNS[0]: [
            {"figure": "a/one", "claims": [fact(1.0, low=0.5), fact(1.0, key="l", low=0.5)]},
            {"figure": "a/two", "claims": [fact(1.0, low=0.5)]},
            {"figure": "b/one", "claims": [fact(1.0, low=0.5, settings={"rate": 0.2})]},
        ]
    }
    found = claims_margins.rows_of(results)
    assert [(row.key, row.figures) for row in found] == [
        ("k", ("a/one", "a/two")),
        ("l", ("a/one",)),
        ("k", ("b/one",)),
    ]


def test_the_first_seed_and_rounding_do_not_make_another_claim():
    one = claims_runs.plain({"first_seed": 100, "rates": (np.float64(0.1), 1), "rule": {"a": True}})
    other = claims_runs.plain({"rates": [0.1 + 1e-15, 1], "rule": {"a": True}})
    assert one == other == {"rates": [0.1, 1], "rule": {"a": True}}


def test_weakest_first_and_failures_with_run_and_number():
    results = {
        run: [
            {
                "figure": "a/b",
                "claims": [
                    fact(2.0, key="same", low=1.0),
                    fact(2.0 + shift, key="strong", low=1.0),
                    fact(0.9 + shift, key="weak|est", low=1.0),
                ]
                + [fact(1.0, key="seldom", low=0.0)] * (run is RUNS[0]),
            }
        ]
        for run, shift in zip(RUNS, (0.0, 0.2, 0.1), strict=True)
    }
    found = claims_margins.rows_of(results)
    assert [row.key for row in found] == ["weak|est", "strong", "same", "seldom"]
    (line,) = claims_table.failing(found)
    assert line == (
        "a/b, 'weak|est' (Haswell, seeds from 0, 1 thread): otherwise: height: 0.9, had to be ≥ 1.0"
    )
    assert claims_table.seldom(found, 3) == ["a/b, 'seldom': asked in 1 of 3 runs"]
    printed = claims_table.printed(found).splitlines()
    assert printed[1].split()[1:4] == ["2", "of", "3"]
    lines = claims_table.markdown(found).splitlines()
    assert {line.count("|") for line in lines} == {7}
    csv = claims_table.comma_separated(found).splitlines()
    assert "number (Haswell, seeds from 100, 1 thread)" in csv[0]
    assert len(csv) == 5


def test_seeds_that_are_missing_in_a_run_are_told():
    found = rows(*(fact(2.0, low=1.0, by_seed=[2.0] * n) for n in (5, 3, 5)))
    assert claims_table.fewer(found) == [
        "a/b, 'k' (Haswell, seeds from 100, 1 thread): 3 of 5 seeds"
    ]


def test_main_counts_writes_and_fails(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(claims_kernels, "kernels", lambda: iter([OWN, RUNS[2].kernel]))
    monkeypatch.setattr(claims_runs, "start", Starts())
    options = ["--quick", "--only", "shapes/*", "--out", str(tmp_path), "--jobs", "1"]
    claims.main(options)
    assert "1 of 1 claims hold in every run (2 runs)" in capsys.readouterr().out
    (csv,) = tmp_path.glob("*/claims.csv")
    file = csv.parent / Run(OWN).folder / "shapes--schedules.json"
    claim = fact(0.1, key="x", low=0.5)
    kept = {"figure": "shapes/schedules", "claims": [claim], "unshown": ["94%", "7"]}
    file.write_text(json.dumps(kept))
    with pytest.raises(SystemExit) as ended:
        claims.main(options)
    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert "'x' (Haswell, seeds from 0, 1 thread): otherwise" in told
    assert "shapes/schedules shows nowhere what its title says: 94%, 7" in told


# the command


def test_options_go_to_a_single_benchmark(monkeypatch):
    got = []
    monkeypatch.setattr(claims, "main", lambda arguments: got.append(arguments))
    command.main(["claims", "--quick", "--only", "shapes/*"])
    assert got == [["--quick", "--only", "shapes/*"]]


@pytest.mark.parametrize("arguments", [["claims", "clinic", "--quick"], ["none"], ["--quick"]])
def test_other_options_are_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert "error" in capsys.readouterr().err


def test_what_takes_an_hour_runs_only_if_named(monkeypatch):
    got = []

    class Module:
        def __init__(self, name):
            self.main = lambda: got.append(name)

    monkeypatch.setattr(command, "import_module", Module)
    command.main([])
    assert "benchmarks.clinic" in got
    assert "benchmarks.claims" not in got
