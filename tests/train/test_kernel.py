"""What decides the last bits of a result, and what does not."""

import json
import os
import subprocess
import sys

import pytest

from nnviz.train.kernel import kernel

SCRIPT = """
import json, sys
import numpy as np
for name in sys.argv[1:]:
    __import__(name)
from nnviz.train.cache import keys_of
from nnviz.train.kernel import kernel
print(json.dumps([kernel(), keys_of(np.linalg.norm, [{"x": 1}])]))
"""


def told(*imports, **environment):
    """The kernel in a process of its own, and the key of a cell."""
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT, *imports],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    names, keys = json.loads(found.stdout)
    return tuple(names), keys[0]


@pytest.fixture(scope="module")
def here():
    return told()


def test_another_kernel_is_another_key(here):
    if not any(name.startswith("openblas") for name in here[0]):
        pytest.skip("NumPy has another BLAS than OpenBLAS")
    cores = ("Nehalem", "Prescott") if "Nehalem" not in here[0][0] else ("Prescott",)
    other = told(OPENBLAS_CORETYPE=cores[0])
    if other[0] == here[0]:
        pytest.skip("OpenBLAS has one kernel on this processor")
    assert cores[0] in other[0][0]
    assert other[1] != here[1]


def test_threads_and_other_libraries_are_no_other_key(here):
    threads = {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}
    assert told("scipy.linalg", **threads) == here  # its wheel has an OpenBLAS of its own


def test_numpys_blas_is_known_and_told_as_threadpoolctl_does():
    from threadpoolctl import threadpool_info

    blas = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert any(
        f"{pool['internal_api']} {pool['version']}" in name for pool in blas for name in kernel()
    )
