"""Run files: what goes in comes out, by name and range; taking up, and wrong use."""

import sqlite3
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest

from nnviz.cli.summary import summary
from nnviz.diagnosis import diagnose
from nnviz.errors import RecordingWarning, RunFileError
from nnviz.publish.recorded.notes import about
from nnviz.record import LOST, Recorder
from nnviz.runs import create_run, open_run, resume_run


def test_a_run_reads_like_the_recorder_that_wrote_it(tmp_path, write):
    path = tmp_path / "run"
    live = write(None, range(40))
    with create_run(path) as sink:
        write(sink, range(40))
    with open_run(path) as run:
        assert run.streams == live.streams == ["relu1/activation", "linear1/weight"]
        assert run.names == live.names
        assert run.steps == live.steps == list(range(40))
        assert run.exact_steps == live.exact_steps == [0, 10, 20, 30]
        for ours, theirs in (
            (run.statistics(), live.statistics()),
            (run.numbers(), live.numbers()),
        ):
            for name, column in ours.items():
                np.testing.assert_array_equal(column, theirs[name])
        for step in (0, 7, 39):
            assert run.at(step)["linear1/weight"].histogram == (
                live.at(step)["linear1/weight"].histogram
            )
        assert run.total("linear1/weight").moments == live.total("linear1/weight").moments


def test_reading_by_pattern_and_range(finished):
    with open_run(finished) as run:
        part = run.statistics("relu*/activation", start=9, stop=12)
        assert part["step"].tolist() == [9, 10, 11]
        assert part["mean"].tolist() == [9, 10, 11]
        assert part["exact"].tolist() == [False, True, False]
        assert part["size"].tolist() == [600] * 3
        assert run.numbers("loss", start=48)["value"].tolist() == [-48, -49]
        assert [k for k, _, _ in run.summaries("linear1/*", start=30, stop=33)] == [30, 31, 32]
        assert len(list(run.blocks(0, 1))) == 1 < len(list(run.blocks()))


def test_what_is_known_of_a_run(finished):
    with open_run(finished) as run:
        assert run.meta["settings"] == {"seed": 7}
        assert run.meta["state"] == "finished"
        assert run.meta["versions"]["numpy"] == np.__version__
        assert run.meta["started"] <= run.meta["ended"]


def test_a_finished_run_is_one_file(finished):
    assert [path.name for path in finished.parent.iterdir()] == [finished.name]


def test_values_that_are_no_numbers_survive(tmp_path):
    path = tmp_path / "run"
    with create_run(path) as sink:
        recorder = Recorder(sink=sink)
        with recorder.step(2**40):
            recorder.observe("a/activation", [np.nan, np.inf, -np.inf, 0.0, 5e-324, 1e308])
            recorder.scalar("loss", np.nan)
            recorder.scalar("rate", np.inf)
    with open_run(path) as run:
        moments = run.at(2**40)["a/activation"].moments
        assert (moments.nan, moments.positive_inf, moments.negative_inf) == (1, 1, 1)
        assert (moments.count, moments.zeros, moments.max) == (3, 1, 1e308)
        values = dict(zip(run.numbers()["name"], run.numbers()["value"], strict=True))
        assert np.isnan(values["loss"])
        assert values["rate"] == np.inf


NAMES = [
    "🙂/activation",
    "$x$/weight",
    "a\0b/c",
    "../x/y",
    "C:\\CON",
    "\udce4/z",
    "x" * 300,
    "A/a",
    "a/a",
]


def test_every_name_survives(tmp_path):
    path = tmp_path / "run"
    with create_run(path, settings={"name": NAMES[0]}) as sink:
        recorder = Recorder(sink=sink)
        with recorder.step(0):
            for k, name in enumerate(NAMES):
                recorder.observe(name, [k])
                recorder.scalar(name, k)
    with open_run(path) as run:
        assert run.streams == run.names == NAMES
        assert [run.at(0)[name].moments.mean for name in NAMES] == list(range(len(NAMES)))


def test_a_run_is_taken_up_after_its_last_step(finished, write):
    with resume_run(finished) as sink:
        assert sink.last_step == 49
        write(sink, range(50, 60))
    with open_run(finished) as run:
        assert run.steps == list(range(60))
        assert run.meta["resumed"] == [49]
        assert run.statistics("relu1/activation")["mean"].tolist() == list(range(60))


def test_a_run_is_taken_up_at_a_checkpoint(finished, write):
    with resume_run(finished, at=21) as sink:
        assert sink.last_step == 20
        write(sink, range(21, 24))
    with open_run(finished) as run:
        assert run.steps == list(range(24))
        assert run.numbers("loss")["value"].tolist() == [-k for k in range(24)]


def test_a_run_is_taken_up_from_the_beginning(finished, write):
    with resume_run(finished, at=0) as sink:
        assert sink.last_step is None
        write(sink, [3])
    with open_run(finished) as run:
        assert run.steps == [3]


def test_a_step_that_was_recorded_before_is_refused(finished):
    with resume_run(finished) as sink, pytest.raises(ValueError, match="after the last one, 49"):
        Recorder(sink=sink).step(49).__enter__()


def test_readers_may_look_while_it_is_written(tmp_path, write):
    path = tmp_path / "run"
    with create_run(path) as sink:
        write(sink, range(32))
        sink.commit()
        with open_run(path) as run:
            assert run.meta["state"] == "running"
            assert run.steps == list(range(32))
            reading = run.blocks()
            next(reading)
            write_on(sink)
            assert sum(1 for _ in reading) >= 2
            assert run.steps == list(range(100))
            assert run.at(80)["new/activation"].moments.mean == 80
    with open_run(path) as run:
        assert run.meta["state"] == "finished"


def write_on(sink):
    sink.last_step = 31
    recorder = Recorder(sink=sink)
    for k in range(32, 100):
        with recorder.step(k):
            recorder.observe("new/activation", [k])
    recorder.flush()


def test_a_slow_reader_does_not_keep_the_log_growing(tmp_path):
    path = tmp_path / "run"
    rng = np.random.default_rng(0)
    with create_run(path) as sink:
        recorder = Recorder(sink=sink)
        reading = None
        for k in range(3000):
            with recorder.step(k):
                recorder.observe("a/activation", rng.standard_normal(2000))
            if k == 100:
                reading = open_run(path).blocks()
            if reading is not None:
                next(reading, None)
        assert Path(f"{path}-wal").stat().st_size < 16 << 20


def test_a_second_writer_is_refused(tmp_path, write):
    path = tmp_path / "run"
    with create_run(path) as sink:
        with pytest.raises(RunFileError, match="run: is being written by somebody else"):
            resume_run(path)
        write(sink, range(5))
        with pytest.raises(RunFileError, match="is being written by somebody else"):
            resume_run(path)
    assert open_run(path).steps == list(range(5))


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda f: create_run(f), RunFileError, "run.nnviz: exists already; use resume_run"),
        (lambda f: create_run(f.parent / "no" / "run"), RunFileError, "No such file or directory"),
        (
            lambda f: create_run(f.parent / "x", settings={"a": object()}),
            TypeError,
            "values that JSON can hold",
        ),
        (lambda f: create_run(f.parent), RunFileError, "exists already"),
        (lambda f: resume_run(f.parent / "new"), RunFileError, "there is no such file"),
        (lambda f: resume_run(f, at=-1), ValueError, "at must be an integer of at least 0; got -1"),
        (lambda f: open_run(f.parent / "new"), RunFileError, "new: there is no such file"),
        (lambda f: open_run(f).at(50), ValueError, "step must be one of the 50 recorded steps"),
        (lambda f: open_run(f).statistics("relu2/*"), ValueError, "pattern must be one of relu1"),
    ],
)
def test_wrong_use_is_named(finished, use, error, message):
    before = sorted(finished.parent.iterdir())
    with pytest.raises(error, match=message):
        use(finished)
    assert sorted(finished.parent.iterdir()) == before


def test_a_symbolic_link_is_not_written_through(finished):
    link = finished.parent / "link"
    link.symlink_to(finished)
    with pytest.raises(RunFileError, match="exists already"):
        create_run(link)
    with pytest.raises(
        RunFileError, match="is a symbolic link, which nnviz does not write through"
    ):
        resume_run(link)


def test_a_closed_run_takes_nothing_more(finished, write):
    with resume_run(finished) as sink:
        pass
    with pytest.warns(RecordingWarning, match="is closed; what is recorded now is lost"):
        recorder = write(sink, range(60, 100))
    recorder.flush()
    assert recorder.dropped == {LOST: 40}
    sink.close()
    assert len(open_run(finished).steps) == 50


def test_what_could_not_be_recorded_is_marked_on_the_run(tmp_path):
    path = tmp_path / "run"
    with create_run(path) as sink:
        recorder = Recorder(sink=sink)
        with (
            recorder.step(0),
            pytest.warns(UserWarning, match="not recorded: a/x must be an array"),
        ):
            recorder.observe("a/x", ["text"])
        recorder.flush()
        with open_run(path) as run:
            assert run.meta["dropped"] == {"a/x": 1}
        with recorder.step(1):
            recorder.observe("a/x", ["text"])
    assert open_run(path).meta["dropped"] == {"a/x": 2}


def test_the_file_is_what_its_description_says(finished):
    connection = sqlite3.connect(finished)
    assert connection.execute("PRAGMA application_id").fetchone() == (0x6E6E767A,)
    assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_a_run_that_ends_while_its_state_is_asked_for_is_not_a_crash(tmp_path, write, monkeypatch):
    path = tmp_path / "run"
    sink = create_run(path)
    write(sink, range(5))
    with open_run(path) as run:
        probed = run._probed

        def later():
            sink.close()
            return probed()

        monkeypatch.setattr(run, "_probed", later)
        assert run.meta["state"] == "finished"


def test_a_writer_between_two_commits_is_no_crash(tmp_path, write, monkeypatch):
    path = tmp_path / "run"
    with create_run(path) as sink:
        write(sink, range(5))
        sink._connection.execute("COMMIT")
        monkeypatch.setattr("nnviz.runs.reader.time.sleep", lambda _: sink._begin())
        with open_run(path) as run:
            assert run.meta["state"] == "running"


def test_a_folder_of_one_run_opens_as_that_run(finished):
    with open_run(finished.parent) as run:
        assert run.path == finished


def test_what_was_dropped_before_a_run_was_taken_up_stays_marked(tmp_path):
    path = tmp_path / "run"
    for k, begin in enumerate((create_run, resume_run)):
        with begin(path) as sink:
            recorder = Recorder(sink=sink)
            with recorder.step(k), pytest.warns(UserWarning, match="not recorded: a/x"):
                recorder.observe("a/x", ["text"])
    assert open_run(path).meta["dropped"] == {"a/x": 2}


def test_the_folder_one_is_in_names_its_run(tmp_path, monkeypatch):
    from nnviz.runs import open_runs, opening

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(opening, "_names", lambda _: ["."])
    monkeypatch.setattr(opening, "_opened", lambda place: {"": place})
    assert list(open_runs(".")) == [tmp_path.name]


def test_two_recorders_may_share_a_run(tmp_path):
    path = tmp_path / "run"
    with create_run(path) as sink:
        both = [Recorder(sink=sink) for _ in range(2)]
        for k in range(40):
            for name, recorder in zip("ab", both, strict=True):
                with recorder.step(k):
                    recorder.observe(f"{name}/activation", np.full(500, k))
                    recorder.scalar(f"{name}/loss", k)
    with open_run(path) as run:
        for name in "ab":
            assert run.statistics(f"{name}/*")["mean"].tolist() == list(range(40))
            assert run.numbers(f"{name}/*")["value"].tolist() == list(range(40))


@pytest.mark.parametrize("making", [False, True])
def test_a_run_may_be_written_in_another_thread(tmp_path, write, making):
    path = tmp_path / "run"
    sinks = [] if making else [create_run(path)]

    def train():
        sink = create_run(path) if making else sinks[0]
        sinks.append(sink)
        write(sink, range(40))

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    sinks[-1].close()
    with open_run(path) as run:
        assert run.steps == list(range(40))
        assert run.meta["state"] == "finished"


def test_a_run_is_read_from_another_folder_than_it_was_begun_in(tmp_path, write, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with create_run("run") as sink:
        recorder = write(sink, range(20))
        (tmp_path / "below").mkdir()
        monkeypatch.chdir("below")
        assert recorder.steps == list(range(20))


class Failing:
    """A connection that fails at one kind of statement, before or after it is run."""

    def __init__(self, connection, statement, *, after=False):
        self._connection, self._statement, self._after = connection, statement, after

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def execute(self, statement, *values):
        fails = statement.startswith(self._statement)
        if not fails or self._after:
            found = self._connection.execute(statement, *values)
        if fails:
            self._connection.rollback()  # as SQLite itself does where there is no room
            raise sqlite3.OperationalError("disk I/O error")
        return found


@pytest.mark.parametrize("statement", ["INSERT INTO blocks", "COMMIT"])
def test_steps_that_could_not_be_written_are_counted_in_the_file(tmp_path, statement):
    path = tmp_path / "run"

    def train(sink, recorder):
        whole = sink._connection
        for k in range(100):
            if k in (20, 84):
                recorder.flush()
                sink._connection = Failing(whole, statement) if k == 20 else whole
            with recorder.step(k):
                recorder.observe("a/activation", [float(k)])
        sink.close()

    sink = create_run(path)
    recorder = Recorder(sink=sink)
    with pytest.warns(RecordingWarning) as said:
        train(sink, recorder)
    with open_run(path) as run:
        assert run.steps == [*range(20), *range(84, 100)]
        assert run.meta["dropped"] == {LOST: 64} == recorder.dropped
        assert "  lost      64 steps that could not be written" in list(
            summary("run", run, diagnose(run), "*")
        )
        assert about(run) == " Missing: 64 steps that could not be written."
    assert [str(each.message).partition(":")[0] for each in said] == [
        "not recorded",
        "64 steps are not in the file",
    ]


def test_what_was_committed_for_all_that_was_said_is_not_lost(tmp_path):
    with create_run(tmp_path / "run") as sink:
        recorder = Recorder(sink=sink)
        whole = sink._connection
        for k in range(60):
            sink._connection = Failing(whole, "COMMIT", after=True) if 20 < k < 40 else whole
            with warnings.catch_warnings(action="ignore"), recorder.step(k):
                recorder.observe("a/activation", [float(k)])
    with open_run(tmp_path / "run") as run:
        assert run.steps == list(range(60))
        assert run.meta["dropped"] == {}


def test_a_late_number_is_no_lost_step(tmp_path):
    def train(sink, recorder, steps):
        for k in steps:
            with recorder.step(k):
                recorder.observe("a/activation", [float(k)])
            recorder.scalar("loss", k)  # belongs to the step that was handed over, maybe
        recorder.flush()

    sink = create_run(tmp_path / "run")
    recorder = Recorder(sink=sink)
    train(sink, recorder, range(40))
    whole, sink._connection = sink._connection, Failing(sink._connection, "INSERT INTO blocks")
    with pytest.warns(RecordingWarning, match="not recorded"):
        train(sink, recorder, range(40, 200))
    recorder.scalar("loss", 0.0)
    recorder.flush()
    sink._connection = whole
    with pytest.warns(RecordingWarning, match="160 steps are not in the file"):
        sink.close()
    with open_run(tmp_path / "run") as run:
        assert run.meta["dropped"] == {LOST: 160}
        assert run.steps == list(range(40))


def test_a_run_whose_disk_is_full_is_still_running(tmp_path):
    with create_run(tmp_path / "run") as sink:
        recorder = Recorder(sink=sink)
        with recorder.step(0):
            recorder.observe("a/activation", [1.0])
        recorder.flush()
        whole, sink._connection = sink._connection, Failing(sink._connection, "COMMIT")
        with recorder.step(1):
            recorder.observe("a/activation", [1.0])
        with pytest.warns(RecordingWarning, match="not recorded"):
            recorder.flush()
        sink._connection = whole
        with open_run(tmp_path / "run") as run:
            assert run.meta["state"] == "running"
        with pytest.warns(RecordingWarning, match="one step is not in the file"):
            sink.close()


@pytest.mark.parametrize("begin", [create_run, resume_run])
@pytest.mark.parametrize("where", ["_set_up", "RunWriter"])
def test_an_interrupt_while_a_run_is_begun_lets_go_of_it(tmp_path, monkeypatch, begin, where):
    path = tmp_path / "run"
    if begin is resume_run:
        create_run(path).close()

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"nnviz.runs.beginning.{where}", interrupted)
    with pytest.raises(KeyboardInterrupt) as kept:
        begin(path)
    monkeypatch.undo()
    resume_run(path).close()  # while the traceback lives
    assert kept.traceback


def test_a_close_that_fails_lets_go_of_the_file(tmp_path):
    path = tmp_path / "run"
    sink = create_run(path)
    recorder = Recorder(sink=sink, strict=True)
    with recorder.step(0):
        recorder.observe("a/activation", [1.0])
    whole, sink._connection = sink._connection, Failing(sink._connection, "INSERT INTO blocks")
    with (
        pytest.raises(RunFileError, match="disk I/O error"),
        pytest.warns(RecordingWarning, match="one step is not in the file"),
    ):
        sink.close()
    assert whole is not sink._connection
    with resume_run(path) as sink:
        assert sink.last_step is None
