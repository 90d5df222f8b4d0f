"""Kills, forks, full disks, read-only folders: what was committed stays."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from nnviz._interrupt import interrupt_put_off
from nnviz.errors import RecordingWarning, RunFileError
from nnviz.record import LOST, Memory, Recorder
from nnviz.runs import create_run, lock, open_run, open_runs, resume_run

fcntl = pytest.importorskip("fcntl", reason="signals and forks of POSIX")
resource = pytest.importorskip("resource", reason="limits of POSIX")
WRITING = Path(__file__).with_name("writing.py")


def started(path):
    """Start a process that records, and wait for its first step."""
    writer = subprocess.Popen(
        [sys.executable, str(WRITING), str(path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout.readline() == "0\n"
    return writer


def ended(writer, number):
    """Send a signal, and return the last step that the process knew to be safe."""
    writer.send_signal(number)
    lines = writer.stdout.read().split()
    writer.stdout.close()
    writer.wait()
    return int(lines[-1]) if lines else 0


def check(path, safe):
    """Check that a run holds each step up to the last one, and at least those known to be safe."""
    with open_run(path) as run:
        steps = run.steps
        assert steps == list(range(len(steps)))
        assert len(steps) > safe
        assert run.statistics()["mean"].tolist() == steps
        assert run.numbers("loss")["value"].tolist() == steps
        return run.meta["state"]


@pytest.mark.slow
def test_nothing_is_lost_blocked_or_wrong_after_kills_races_and_damage():
    """A small part of the trials that docs/recording.md tells of."""
    trials = ["--kills", "36", "--rounds", "4", "--mutants", "400"]
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-m", "benchmarks", "crashes", *trials], cwd=root, check=True)


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.06])
def test_a_termination_is_a_crash_with_everything_saved(tmp_path, delay):
    writer = started(tmp_path / "run")
    time.sleep(delay)
    safe = ended(writer, signal.SIGTERM)
    assert writer.returncode == -signal.SIGTERM
    assert check(tmp_path / "run", safe) == "crashed"
    assert not (tmp_path / "run-wal").exists()


TWO_RUNS = """
import sys, time
import numpy as np
from nnviz.record import Recorder
from nnviz.runs import create_run

both = [Recorder(sink=create_run(f"{sys.argv[1]}{k}")) for k in range(2)]
for k in range(25):
    for recorder in both:
        with recorder.step(k):
            recorder.observe("relu1/activation", np.full((30, 20), k, np.float32))
            recorder.scalar("loss", k)
print(0, flush=True)
time.sleep(60)
"""


def test_a_termination_saves_every_run(tmp_path):
    writer = subprocess.Popen(
        [sys.executable, "-c", TWO_RUNS, str(tmp_path / "run")], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout.readline() == "0\n"
    ended(writer, signal.SIGTERM)
    assert writer.returncode == -signal.SIGTERM
    for k in range(2):
        assert check(tmp_path / f"run{k}", 23) == "crashed"


def test_an_exception_leaves_a_crashed_run_with_its_whole_steps(tmp_path, write):
    path = tmp_path / "run"

    def train():
        with create_run(path) as sink:
            write(sink, range(5))
            raise KeyError

    with pytest.raises(KeyError):
        train()
    with open_run(path) as run:
        assert run.meta["state"] == "crashed"
        assert run.steps == list(range(5))


def test_a_step_that_raises_is_dropped_and_the_rest_is_safe_at_once(tmp_path, write):
    path = tmp_path / "run"
    with create_run(path) as sink:
        recorder = write(sink, range(5))

        def fail():
            with recorder.step(5):
                recorder.observe("relu1/activation", np.ones((30, 20), np.float32))
                recorder.scalar("loss", 1)
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        shutil.copyfile(path, tmp_path / "copy")
        shutil.copyfile(f"{path}-wal", tmp_path / "copy-wal")
        with open_run(tmp_path / "copy") as run:
            assert run.steps == list(range(5))


def test_a_step_in_progress_is_no_part_of_a_run_that_ends(tmp_path, write):
    path = tmp_path / "run"
    sink = create_run(path)
    recorder = write(sink, range(5))
    with recorder.step(5):
        recorder.observe("relu1/activation", np.ones((30, 20), np.float32))
        recorder.scalar("loss", 1)
        sink.close("crashed")
        recorder.scalar("loss", 2)
    with open_run(path) as run:
        assert run.steps == list(range(5))
        assert run.numbers("loss")["step"].tolist() == list(range(5))


def test_a_termination_waits_until_blocks_have_arrived(tmp_path, write, monkeypatch):
    path = tmp_path / "run"
    sink = create_run(path)
    killed = []
    monkeypatch.setattr("nnviz.runs.writer.os.kill", lambda *arguments: killed.append(arguments))
    append = sink.append

    def interrupted(block):
        sink._terminated(signal.SIGTERM, None)
        append(block)

    monkeypatch.setattr(sink, "append", interrupted)
    write(sink, range(20))
    assert len(killed) == 1
    with open_run(path) as run:
        assert run.steps == run.numbers("loss")["step"].tolist() == list(range(16))
        assert run.meta["state"] == "crashed"


@pytest.mark.parametrize("in_file", [True, False])
def test_an_interrupt_waits_until_blocks_have_arrived(tmp_path, write, monkeypatch, in_file):
    sink = create_run(tmp_path / "run") if in_file else Memory()
    append = sink.append

    def interrupted(portion):
        os.kill(os.getpid(), signal.SIGINT)
        append(portion)

    monkeypatch.setattr(sink, "append", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(sink, range(20))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    blocks = list(sink.blocks(None, None, buckets=False))
    assert [int(k) for block in blocks for k in np.unique(block.number_step)] == list(range(16))


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.default_int_handler])
def test_in_another_thread_an_interrupt_changes_nothing(handler):
    before = signal.signal(signal.SIGINT, handler)
    try:
        found = []

        def look():
            with interrupt_put_off():
                found.append(signal.getsignal(signal.SIGINT))

        thread = Thread(target=look)
        thread.start()
        thread.join()
        assert found == [handler]
        with interrupt_put_off():
            if handler is signal.SIG_IGN:
                os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_file_of_a_crashed_run_without_its_log_is_a_run(tmp_path):
    path, _ = crashed(tmp_path)
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copyfile(path, alone / "run")
    with open_run(alone / "run") as run:
        assert run.meta["state"] == "crashed"
        assert run.steps == list(range(len(run.steps)))
    assert list(open_runs(alone)) == ["run"]


def in_child(action):
    """Run an action in a forked child and return its exit status."""
    with warnings.catch_warnings():
        # JAX, if a test before this one has loaded it, and Python from 3.12 on warn of threads.
        warnings.filterwarnings("ignore", r"os\.fork\(\) was called", RuntimeWarning)
        warnings.filterwarnings("ignore", ".*multi-threaded", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            action()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_fork_neither_writes_nor_closes(tmp_path, write):
    path = tmp_path / "run"
    with create_run(path) as sink:
        recorder = write(sink, range(5))

        def child():
            for k in range(100, 200):
                with recorder.step(k):
                    recorder.observe("relu1/activation", np.ones(3))
            recorder.flush()
            sink.commit()
            sink.close()

        assert in_child(child) == 0
        for k in range(5, 9):
            with recorder.step(k):
                recorder.scalar("loss", k)
    with open_run(path) as run:
        assert run.steps == list(range(5))
        assert run.numbers("loss")["step"].tolist() == list(range(9))
        assert run.meta["state"] == "finished"


def crashed(folder):
    """Leave the files of a killed run in a folder."""
    path = folder / "run"
    safe = ended(started(path), signal.SIGKILL)
    assert Path(f"{path}-wal").stat().st_size
    return path, safe


@pytest.fixture
def foreign_folder():
    """Return a folder in which somebody else, but not `stepped_down`, may write."""
    if os.geteuid() != 0:
        pytest.skip("needs root to step down from")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def stepped_down(action):
    def child():
        os.seteuid(65534)
        action()

    return child


def test_a_crashed_run_opens_from_a_read_only_folder(foreign_folder):
    path, safe = crashed(foreign_folder)
    before = {p.name: p.read_bytes() for p in foreign_folder.iterdir()}

    def look():
        assert check(path, safe) == "unfinished"

    assert in_child(stepped_down(look)) == 0
    assert {p.name: p.read_bytes() for p in foreign_folder.iterdir()} == before


def test_a_copy_of_a_run_that_was_read_when_it_ended(foreign_folder, tmp_path, write):
    with create_run(tmp_path / "run") as sink:
        write(sink, range(20)).flush()
        reader = open_run(tmp_path / "run")
    shutil.copyfile(tmp_path / "run", foreign_folder / "run")
    (foreign_folder / "run").chmod(0o644)

    def look():
        with open_run(foreign_folder / "run") as run:
            assert run.steps == list(range(20))
            assert run.meta["state"] == "finished"

    assert in_child(stepped_down(look)) == 0
    assert reader.steps == list(range(20))


def test_a_file_that_may_not_be_read_is_named(foreign_folder, finished):
    hidden = foreign_folder / "hidden"
    hidden.mkdir()
    for path in (foreign_folder / "run", hidden / "run"):
        shutil.copyfile(finished, path)
        path.chmod(0)
    hidden.chmod(0)

    def look():
        for path in (foreign_folder / "run", hidden / "run"):
            with pytest.raises(RunFileError, match="run: Permission denied"):
                open_run(path)

    assert in_child(stepped_down(look)) == 0


def test_a_crashed_run_whose_log_cannot_be_replayed_in_place(tmp_path, monkeypatch):
    path, safe = crashed(tmp_path)
    from nnviz.runs import reader

    def refusing(path, mode, **options):
        if mode == "ro":
            raise reader.sqlite3.OperationalError("attempt to write a readonly database")
        return connect(path, mode, **options)

    connect = reader.connect
    monkeypatch.setattr(reader, "connect", refusing)
    assert check(path, safe) == "unfinished"


def test_a_full_disk_does_not_stop_training(tmp_path):
    path = tmp_path / "run"
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def train():
        rng = np.random.default_rng(0)
        with create_run(path) as sink:
            recorder = Recorder(sink=sink, exact_every=5)
            for k in range(1000):
                with recorder.step(k):
                    for layer in "abcdefgh":
                        recorder.observe(f"{layer}/activation", rng.standard_normal(5000))
        return recorder.dropped[LOST]

    def child():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            lost = train()
        assert [w.category for w in caught] == [RecordingWarning] * len(caught)
        said = [str(w.message) for w in caught]
        assert "not recorded: " in said[0]
        assert "a quota, a limit on the size of files" in said[0]
        assert f"{lost} steps are not in the file: " in said[-1]
        assert len(said) <= 3  # once while training, and on closing
        (tmp_path / "lost").write_text(str(lost))

    assert in_child(child) == 0
    lost = int((tmp_path / "lost").read_text())
    with open_run(path) as run:
        steps = run.steps
        assert 50 < len(steps) < 1000
        assert len(steps) + lost == 1000
        assert 0 < run.meta["dropped"][LOST] <= lost  # the last number may find no room, too
        assert steps[:50] == list(range(50))
        assert run.total("a/activation").moments.count


def test_of_two_that_begin_a_run_at_once_one_does(tmp_path):
    begun = """
import sys
from nnviz.errors import RunFileError
from nnviz.record import Recorder
from nnviz.runs import create_run
sys.stdin.readline()
try:
    with create_run(sys.argv[1]) as sink, Recorder(sink=sink).step(0):
        print("mine", flush=True)
        sys.stdin.readline()
except RunFileError as error:
    said = ("exists already", "is being written by somebody else")
    print(any(words in str(error) for words in said), flush=True)
"""
    for k in range(5):
        both = [
            subprocess.Popen(
                [sys.executable, "-c", begun, str(tmp_path / f"run{k}")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for each in both:
            each.stdin.write("\n")
            each.stdin.flush()
        told = sorted(each.stdout.readline() for each in both)
        for each in both:
            each.communicate("\n")
        assert told == ["True\n", "mine\n"]
        with open_run(tmp_path / f"run{k}") as run:
            assert run.meta["state"] == "finished"


def test_a_run_that_finds_no_room_leaves_nothing_in_the_way(tmp_path):
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def begin():
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
        with pytest.raises(RunFileError, match="run: "):
            create_run(tmp_path / "run")

    assert in_child(begin) == 0
    assert [path.stat().st_size for path in tmp_path.iterdir()] == [0]
    create_run(tmp_path / "run").close()
    with open_run(tmp_path / "run") as run:
        assert run.meta["state"] == "finished"


class ExitAt:
    """End the process, as a kill does, at the nth line that is run of what begins a run."""

    def __init__(self, n):
        self.left = n

    def __call__(self, frame, event, _):
        if "/nnviz/runs/" not in frame.f_code.co_filename:
            return None
        self.left -= event == "line"
        if not self.left:
            os._exit(0)
        return self


@pytest.mark.parametrize(("begin", "stride"), [(create_run, 2), (resume_run, 7)])
def test_a_kill_while_a_run_is_begun_leaves_one_that_can_be(tmp_path, begin, stride):
    for n in range(1, 2000, stride):
        path = tmp_path / f"run{n}"
        if begin is resume_run:
            create_run(path).close()

        def child(path=path, n=n):
            sys.settrace(ExitAt(n))
            begin(path)
            os._exit(9)  # all lines were run

        status = in_child(child)
        try:
            writer = create_run(path)
        except RunFileError:  # it is there already
            writer = resume_run(path)
        writer.close()
        with open_run(path) as run:
            assert run.meta["state"] == "finished"
        if status:
            break
    assert n > 30


LOOKING = """
import sys
from nnviz.errors import RunFileError
from nnviz.record import Recorder
from nnviz.runs import resume_run
sys.stdin.readline()
try:
    sink = resume_run(sys.argv[1])
except RunFileError as error:
    print("is being written by somebody else" in str(error), flush=True)
else:
    recorder = Recorder(sink=sink)
    for k in range(sink.last_step + 1, sink.last_step + 201):
        with recorder.step(k):
            recorder.observe("relu1/activation", [k])
        if not k % 20:
            recorder.flush()
            assert recorder.steps[-1] == k
    recorder.flush()
    print("mine", flush=True)
    sys.stdin.readline()
    sink.close()
"""


def three_resume_at_once(path):
    """Let three processes resume a run at once, and return what each says."""
    command = [sys.executable, "-c", LOOKING, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    all_three = [subprocess.Popen(command, **pipes) for _ in range(3)]
    for each in all_three:
        each.stdin.write("\n")
        each.stdin.flush()
    told = [each.stdout.readline().strip() for each in all_three]
    for each in all_three:
        each.communicate("\n")
    return sorted(told)


def test_of_three_that_resume_at_once_one_writes(tmp_path, write):
    path = tmp_path / "run"
    with create_run(path) as sink:
        write(sink, range(5))
    for round_ in range(1, 4):
        assert three_resume_at_once(path) == ["True", "True", "mine"]
        with open_run(path) as run:
            assert run.steps == list(range(5 + 200 * round_))


def test_a_look_at_a_live_run_leaves_it_its_locks(tmp_path, write):
    """On POSIX, whoever closes a file lets go of all the locks of the process on it."""
    path = tmp_path / "run"
    refused = (
        "import sys; from nnviz import runs; from nnviz.errors import RunFileError\n"
        "try: runs.resume_run(sys.argv[1])\n"
        "except RunFileError: print('refused')\n"
        "import contextlib, sqlite3\n"
        "with contextlib.closing(sqlite3.connect(sys.argv[1], timeout=0)) as other:\n"
        "    print(other.execute('SELECT count(*) FROM blocks').fetchone()[0] > 0)\n"
    )
    with create_run(path) as sink:
        recorder = write(sink, range(50))
        for start in (50, 100):
            assert recorder.steps == list(range(start))
            assert open_runs(tmp_path)["run"].steps == recorder.steps
            with pytest.raises(RunFileError, match="is being written by somebody else"):
                resume_run(path)
            done = subprocess.run(
                [sys.executable, "-c", refused, str(path)],
                capture_output=True,
                text=True,
                check=True,
            )
            assert done.stdout == "refused\nTrue\n"
            for k in range(start, start + 50):
                with recorder.step(k):
                    recorder.observe("relu1/activation", [k])
            recorder.flush()
    with open_run(path) as run:
        assert run.steps == list(range(150))


@pytest.mark.parametrize("begin", [create_run, resume_run])
def test_a_writer_keeps_its_lock_between_transactions(tmp_path, write, begin):
    """SQLite unlocks the whole file after a transaction that had no log."""
    path = tmp_path / "run"
    if begin is resume_run:
        create_run(path).close()

    def kept():
        with path.open("rb+") as file, pytest.raises((BlockingIOError, PermissionError)):
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, lock._PLACE)

    with begin(path) as sink:
        assert in_child(kept) == 0
        recorder = write(sink, range(20))
        assert recorder.steps == list(range(20))
        open_run(path).close()
        with sink.uninterrupted():
            sink._connection.execute("COMMIT")
            open_run(path).close()
            assert in_child(kept) == 0


def test_an_unwritable_folder_is_named(foreign_folder):
    def begin():
        with pytest.raises(RunFileError, match="run: Permission denied"):
            create_run(foreign_folder / "run")

    assert in_child(stepped_down(begin)) == 0


def test_a_folder_that_is_out_of_sight_for_a_while_is_no_loss(tmp_path, write, monkeypatch):
    path = tmp_path / "run"

    def fails(*_, **__):
        raise PermissionError(13, "Permission denied")

    with create_run(path) as sink, warnings.catch_warnings():
        warnings.simplefilter("error")
        with monkeypatch.context() as patched:
            patched.setattr(Path, "stat", fails)
            write(sink, range(40))
            sink.commit()
    with open_run(path) as run:
        assert run.steps == list(range(40))
        assert run.meta["dropped"] == {}


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file cannot be deleted")
@pytest.mark.parametrize("another", [False, True])
@pytest.mark.parametrize("at", [20, 39])
def test_a_run_that_is_deleted_while_it_is_written_is_warned_about_once(tmp_path, at, another):
    path = tmp_path / "run"
    with warnings.catch_warnings(record=True) as told, create_run(path) as sink:
        warnings.simplefilter("always")
        recorder = Recorder(sink=sink)
        for k in range(40):
            with recorder.step(k):
                recorder.scalar("loss", k)
            if k == at:
                path.unlink()
                if another:
                    path.write_bytes(b"of another program")
    assert [str(one.message).partition(": ")[2][:23] for one in told] == ["was deleted or moved wh"]
