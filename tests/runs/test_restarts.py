"""Training that was taken up again, and folders inside a run: as TensorBoard's own server shows."""

import contextlib
import json
import subprocess
import time

import grpc
import pytest

pytest.importorskip("tensorboard", reason="reads event files")

from tensorboard import context
from tensorboard.compat.proto import event_pb2
from tensorboard.data import grpc_provider
from tensorboard.data.proto import data_provider_pb2_grpc
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.plugins.hparams import summary_v2 as hparams
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from nnviz import tables
from nnviz.errors import RunFileError
from nnviz.runs import open_run, open_runs


def write(folder, *points, suffix="", at=1e9):
    """Write (step, value) pairs of a loss as one file."""
    writer = EventFileWriter(str(folder), filename_suffix=suffix)
    for step, value in points:
        summary = scalar_pb("loss", value)
        writer.add_event(event_pb2.Event(wall_time=at, step=step, summary=summary))
    writer.close()


ATTEMPTS = {
    "a restart": [[(0, 0), (25, 1), (50, 2), (75, 3), (100, 4)], [(50, 5), (60, 6), (100, 7)]],
    "one that was soon given up": [[(0, 0), (50, 2), (100, 4)], [(40, 5)]],
    "twice": [[(0, 0), (50, 1), (90, 2)], [(50, 3), (90, 4)], [(60, 5)]],
    "in the same file": [[(0, 0), (1, 1), (2, 2), (1, 3)]],
    "a step twice": [[(0, 0), (1, 1), (1, 2)]],
    "with a gap": [[(0, 0), (10, 1)], [(20, 2)]],
    "from the start": [[(0, 0), (1, 1)], [(0, 2)]],
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Return the folder of all attempts, and what TensorBoard's server says of each, by name."""
    data_server = pytest.importorskip("tensorboard_data_server", reason="a witness")
    if data_server.server_binary() is None:
        pytest.skip("TensorBoard's server has no binary for this machine")
    folder = tmp_path_factory.mktemp("attempts")
    for name, attempts in ATTEMPTS.items():
        for k, points in enumerate(attempts):
            write(folder / name, *points, suffix=".new")
            (new,) = (folder / name).glob("*.new")  # by whose name the server orders them
            new.rename(folder / name / f"events.out.tfevents.{1000000000 + k}")
    port = folder / "port"
    arguments = [f"--logdir={folder}", "--reload=once", "--samples-per-plugin=scalars=all"]
    arguments += [f"--port-file={port}", "--die-after-stdin"]
    with (
        subprocess.Popen(
            [data_server.server_binary(), *arguments], stdin=subprocess.PIPE
        ) as process,
        _channel(int(_waited(port.read_text))) as channel,
    ):
        stub = data_provider_pb2_grpc.TensorBoardDataProviderStub(channel)
        provider = grpc_provider.GrpcDataProvider("", stub)

        def read():
            found = provider.read_scalars(
                context.RequestContext(), experiment_id="", plugin_name="scalars", downsample=10**6
            )
            return found if len(found) == len(ATTEMPTS) else None

        runs = _waited(read)
        process.stdin.close()
    return folder, {
        name: [(point.step, point.value) for point in tags["loss"]] for name, tags in runs.items()
    }


def _channel(port):
    return grpc.secure_channel(f"localhost:{port}", grpc.local_channel_credentials())


def _waited(look):
    """Return what comes of looking again and again, as soon as it is something."""
    for _ in range(100):
        with contextlib.suppress(FileNotFoundError):
            if found := look():
                return found
        time.sleep(0.1)
    raise TimeoutError("TensorBoard's server says nothing")


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_restart_supersedes_what_the_server_drops(served, name):
    folder, shown = served
    with open_run(folder / name) as run:
        numbers = run.numbers()
        found = list(zip(numbers["step"].tolist(), numbers["value"].tolist(), strict=True))
        assert found == shown[name]
        written = sum(map(len, ATTEMPTS[name]))
        told = sum(int(notice.split()[0]) for notice in run.meta["notices"])
        assert told == written - len(found)


def test_a_restart_is_said(tmp_path):
    for k, points in enumerate(ATTEMPTS["a restart"]):
        write(tmp_path, *points, suffix=f".{k}")
    (notice,) = open_run(tmp_path).meta["notices"]
    assert notice == "3 points from step 50 on were superseded by a restart and are left out"


def test_files_of_the_same_second_are_read_in_the_order_of_their_begin(tmp_path):
    write(tmp_path, (0, 1.0), suffix="z")
    write(tmp_path, (0, 2.0), suffix="a")
    first, second = (
        next(path for path in tmp_path.iterdir() if path.name.endswith(end)) for end in "za"
    )
    stem = "events.out.tfevents.1000000000.host."
    first.rename(tmp_path / f"{stem}999.0")
    second.rename(tmp_path / f"{stem}1000.0")  # before the other one by its name
    assert open_run(tmp_path).numbers()["value"].tolist() == [2]


def test_tags_of_two_writers_do_not_supersede_each_other(tmp_path):
    write(tmp_path, *((k, k) for k in range(5)), suffix=".a")
    writer = EventFileWriter(str(tmp_path), filename_suffix=".b")
    for step in range(3):
        writer.add_event(event_pb2.Event(step=step, summary=scalar_pb("accuracy", 0.5)))
    writer.close()
    with open_run(tmp_path) as run:
        assert len(run.numbers("loss")["step"]) == 5
        assert run.meta["notices"] == []


def test_what_add_scalars_and_add_hparams_write_is_part_of_the_run(tmp_path):
    tensorboard = pytest.importorskip("torch.utils.tensorboard", reason="the writer")
    settings = {"learning_rate": 0.1, "optimizer": "adam", "nesterov": True}
    with tensorboard.SummaryWriter(tmp_path) as writer:
        for step in range(3):
            writer.add_scalars("net/accuracy", {"train": step, "test": 2 - step}, step)
            writer.add_scalar("loss", step, step)
        writer.add_hparams(settings, {"best": 2.0}, run_name="trial")
    with open_run(tmp_path) as run:
        assert set(run.names) == {"loss", "net/accuracy/train", "net/accuracy/test", "best"}
        assert run.numbers("*/test")["value"].tolist() == [2, 1, 0]
        assert run.meta["settings"] == settings
        assert run.meta["notices"] == []
    assert list(open_runs(tmp_path)) == [tmp_path.name]


def session(folder, rate, accuracy):
    """Write what `add_hparams` leaves in a folder of its own."""
    writer = EventFileWriter(str(folder))
    for summary in (hparams.hparams_pb({"rate": rate}), scalar_pb("accuracy", accuracy)):
        writer.add_event(event_pb2.Event(step=0, summary=summary))
    writer.close()


def test_what_add_hparams_writes_several_times_are_runs(tmp_path):
    write(tmp_path, (0, 1.0))
    for k in range(3):
        session(tmp_path / f"trial{k}", k / 4, 10 * k)
    with open_run(tmp_path) as run:
        assert run.names == ["loss"]
        assert run.meta["settings"] == {}
        (notice,) = run.meta["notices"]
        assert notice.endswith("open_runs opens: trial0, trial1, trial2")
    runs = open_runs(tmp_path)
    assert list(runs) == [tmp_path.name, "trial0", "trial1", "trial2"]
    pairs = [
        (runs[f"trial{k}"].meta["settings"]["rate"], *runs[f"trial{k}"].numbers()["value"])
        for k in range(3)
    ]
    assert pairs == [(0, 0), (0.25, 10), (0.5, 20)]


def test_a_tag_that_is_taken_is_kept(tmp_path):
    session(tmp_path, 0.5, 1.0)
    session(tmp_path / "trial", 0.5, 2.0)
    with open_run(tmp_path) as run:
        assert run.names == ["accuracy", "trial/accuracy"]
        assert run.numbers()["value"].tolist() == [1, 2]
        assert run.meta["notices"] == ["1 tags of trial were taken: here they begin with trial/"]


def test_what_is_said_of_the_splits_of_a_run_is_said_once(tmp_path):
    for split in ("train", "validation"):
        writer = EventFileWriter(str(tmp_path / split))
        for summary in (histogram_pb("a/weight", [1.0, 2.0]), *map(scalar_pb, "xx", (1, 2))):
            writer.add_event(event_pb2.Event(step=0, summary=summary))
        writer.close()
    assert open_run(tmp_path).meta["notices"] == [
        "2 points were followed by another at the same step",
        "mean, std and norm of 2 of 2 histograms are estimated from their bins",
    ]


def test_what_tensorboardx_writes_of_add_scalars_is_part_of_the_run(tmp_path):
    write(tmp_path, (0, 1.0))
    for key in ("train", "val"):
        writer = EventFileWriter(str(tmp_path / "net/accuracy" / key))
        writer.add_event(event_pb2.Event(step=0, summary=scalar_pb("net/accuracy", 0.5)))
        writer.close()
    with open_run(tmp_path) as run:
        assert run.names == ["loss", "net/accuracy/train", "net/accuracy/val"]
        assert run.meta["notices"] == []
    assert list(open_runs(tmp_path)) == [tmp_path.name]


def test_hyperparameters_of_the_plugin_become_settings(tmp_path):
    writer = EventFileWriter(str(tmp_path))
    summary = hparams.hparams_pb({"units": 32, "rule": "sgd"}, trial_id="7")
    writer.add_event(event_pb2.Event(step=0, summary=summary))
    writer.close()
    settings = open_run(tmp_path).meta["settings"]
    assert settings == {"units": 32, "rule": "sgd"}
    assert json.dumps(settings)


def test_the_splits_of_keras_are_one_run(tmp_path):
    for split, value in (("train", 1.0), ("validation", 2.0)):
        write(tmp_path / "a" / split, (0, value))
    write(tmp_path / "b", (0, 3.0))
    write(tmp_path / "b" / "eval", (0, 4.0))
    assert list(open_runs(tmp_path)) == ["a", "b"]
    assert open_run(tmp_path / "a").names == ["train/loss", "validation/loss"]
    assert open_run(tmp_path / "b").names == ["loss", "eval/loss"]


def test_what_keras_names_by_epochs_runs_over_epochs(tmp_path):
    writer = EventFileWriter(str(tmp_path))
    for tag in ("epoch_loss", "batch_loss"):
        writer.add_event(event_pb2.Event(step=3, summary=scalar_pb(tag, 1.0)))
    writer.close()
    curves = tables.recorded_curves(open_run(tmp_path))
    assert curves["axis"].tolist() == ["epoch", "logged_step"]


def test_a_folder_is_a_split_by_any_word_for_it(tmp_path, monkeypatch):
    monkeypatch.setitem(tables.SPLITS, "ood", "test")
    for split in ("training", "dev", "ood"):
        write(tmp_path / split, (0, 1.0))
    curves = tables.recorded_curves(open_run(tmp_path))
    assert sorted(curves["split"]) == ["test", "train", "validation"]


def test_other_folders_below_are_named(tmp_path):
    for folder in (".", "second", "third/deep"):
        write(tmp_path / folder, (0, 1.0))
    (notice,) = open_run(tmp_path).meta["notices"]
    told = "the folders below are runs of their own, which open_runs opens: second, third/deep"
    assert notice == told
    assert list(open_runs(tmp_path)) == [tmp_path.name, "second", "third/deep"]


def test_a_pointer_of_git_says_what_it_is(tmp_path):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"
    for name in ("events.out.tfevents.1", "digits.run", "metrics.csv"):
        (tmp_path / name).write_text(pointer)
        with pytest.raises(RunFileError, match=r"a pointer of Git LFS.*git lfs pull"):
            open_run(tmp_path / name)
