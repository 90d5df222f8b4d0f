"""After `keep_freed_memory`, arrays that come and go cost no page faults; nobody else asks for it.

Page faults are counted in a process of their own, for the limits of the C library stay as they
were set.
"""

import os
import platform
import subprocess
import sys

import pytest

LOOP = """
import resource
import numpy as np
{before}

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def step():
    arrays = [np.ones(60_000, dtype=np.float32) for _ in range(8)]

for _ in range(5):
    step()
before = faults()
for _ in range(100):
    step()
print(faults() - before)
"""

ASKED = "from nnviz.record import keep_freed_memory; keep_freed_memory()"

RECORDED = """
from nnviz import Recorder
recorder = Recorder()
with recorder.step(0):
    recorder.observe("linear1/activation", np.ones(100))
list(recorder.blocks())
"""

FITTED = """
from nnviz import nn, optim, train
rng = np.random.default_rng(0)
train.fit(nn.mlp([64, 10], rng=rng), train.digits(), optim.sgd(0.1), steps=1, rng=rng)
"""


def faults_after(before):
    # A Dask test in the same process may have left MALLOC_TRIM_THRESHOLD_ behind: that fixes it.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", LOOP.format(before=before)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=plain)
    return int(ran.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries decide otherwise")
class TestPageFaultsOfArraysThatComeAndGo:
    @pytest.mark.parametrize("before", [ASKED, FITTED], ids=["asked", "fitted"])
    def test_there_are_none_after_it_was_asked_for_and_in_our_own_loop(self, before):
        assert faults_after(before) < 100

    @pytest.mark.parametrize("before", ["", RECORDED], ids=["plain", "recorded"])
    def test_a_recorder_leaves_the_memory_of_the_process_as_it_was(self, before):
        assert faults_after(before) > 10_000
