"""A process that records until it is killed: ``python writing.py FILE``; see test_crashes.

Prints the number of each step that it knows to be safe.
"""

import sys

import numpy as np

from nnviz.record import Recorder
from nnviz.runs import create_run

with create_run(sys.argv[1]) as sink:
    recorder = Recorder(sink=sink)
    for k in range(10**9):
        with recorder.step(k):
            recorder.observe("relu1/activation", np.full((30, 20), k, np.float32))
            recorder.scalar("loss", k)
        if k % 7 == 0:
            recorder.flush()
            print(k, flush=True)
