"""Where there is no `fcntl`, a run is written under SQLite's own lock alone."""

import subprocess
import sys

ELSEWHERE = """
import sys
import nnviz.record, nnviz.tables  # and what they import, for the system that this is
from pathlib import Path
sys.platform, sys.modules["fcntl"] = "win32", None
import nnviz
from nnviz import errors, runs
from nnviz.runs import lock
assert not hasattr(lock, "fcntl")
path = Path(sys.argv[1])
sink = runs.create_run(path)
recorder = nnviz.Recorder(sink=sink)
with recorder.step(0):
    recorder.scalar("loss", 1.0)
try:
    runs.resume_run(path)
except errors.RunFileError as error:
    assert "is being written by somebody else" in str(error), error
else:
    raise AssertionError("a second writer in one process must be refused")
sink.close()
assert nnviz.open_run(path).names == ["loss"]
"""


def test_a_run_is_written_without_locks_of_posix(tmp_path):
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path / "a.nnviz")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0
