"""Runs to test with."""

import numpy as np
import pytest

from nnviz.record import Recorder
from nnviz.runs import create_run


@pytest.fixture
def write():
    """Return a function that records steps: their number is the mean of what was recorded."""

    def write(sink, steps, **options):
        recorder = Recorder(sink=sink, exact_every=10, **options)
        for k in steps:
            with recorder.step(k):
                recorder.observe("relu1/activation", np.full((30, 20), k, np.float32))
                recorder.observe("linear1/weight", np.linspace(k, k + 1, 600))
                recorder.scalar("loss", -k)
        return recorder

    return write


@pytest.fixture
def finished(tmp_path, write):
    """Return the path of a finished run of 50 steps."""
    path = tmp_path / "run.nnviz"
    with create_run(path, settings={"seed": 7}) as run:
        write(run, range(50))
    return path
