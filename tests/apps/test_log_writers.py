"""Logs of the programs that people write them with, opened: equal to what was written."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nnviz import open_run, tables

WRITERS = {
    "torch": True,
    "tensorboardx": True,
    "ignite": True,
    "lightning": True,
    "tensorflow1": True,
    "tensorflow": False,
    "keras": False,
    "transformers": True,
    "stable_baselines": True,
    "trackio": True,
}
"""By name, whether a writer's histograms have sums and extremes."""


@pytest.mark.parametrize("writer", WRITERS)
def test_a_log_says_what_was_written(writer, tmp_path):
    log = tmp_path / "log"
    script = Path(__file__).with_name("log_writers.py")
    command = [sys.executable, script, writer, log]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    written = json.loads(done.stdout.splitlines()[-1])
    with open_run(log / "log.db" if writer == "trackio" else log) as run:
        for tag, points in written["numbers"].items():
            steps, values = zip(*points, strict=True)
            read = tables.recorded_scalars(run, tag)
            assert read["step"].tolist() == list(steps), (tag, run.names)
            np.testing.assert_array_equal(np.float32(read["value"]), np.float32(values))
        for stream, points in written["histograms"].items():
            for step, count, low, high in points:
                moments = run.at(step)[stream].moments
                assert moments.count == count
                exact = {} if WRITERS[writer] else {"rtol": 1e-5}
                found = [moments.min, moments.max]
                np.testing.assert_allclose(found, [low, high], **(exact or {"rtol": 1e-7}))
        if writer in ("lightning", "trackio"):
            assert run.meta["settings"] == {"rate": 0.5}
        odd = [told for told in run.meta["notices"] if "no sense" in told or "damaged" in told]
        assert not odd
