"""TensorBoard's logs: what they say becomes the same tables, and what they do not say is told."""

import os
import random
import struct
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("tensorboard", reason="reads event files")

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from nnviz import tables
from nnviz.errors import MissingExtraError, RunFileError
from nnviz.runs import create_run, export_run, open_run, open_runs
from nnviz.runs.crc32c import masked_checksums


def drawn(step):
    """Return what a layer of ReLUs puts out in a step, float32."""
    x = np.random.default_rng(step).standard_normal(5000) * (1 + step / 10)
    return np.maximum(x, 0).astype(np.float32)


def plugin_form(folder, steps=range(10)):
    """Write a log with TensorBoard's own writer, in the form of its plugins."""
    writer = EventFileWriter(str(folder))
    for k in steps:
        for summary in (
            histogram_pb("relu1/activation", drawn(k)),
            histogram_pb("linear1/weight", drawn(k) - 0.5),
            scalar_pb("loss", 1 / (k + 1)),
        ):
            writer.add_event(event_pb2.Event(wall_time=1e9 + k, step=k, summary=summary))
    writer.close()
    return folder


def torch_form(folder, steps=range(10), **options):
    """Write a log with PyTorch's writer, in the old form."""
    pytest.importorskip("torch", reason="writes the old form")
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(folder), **options) as writer:
        for k in steps:
            writer.add_histogram("relu1/activation", drawn(k), k)
            writer.add_histogram("linear1/weight", drawn(k) - 0.5, k)
            writer.add_scalar("loss", 1 / (k + 1), k)
    return folder


@pytest.fixture(params=[plugin_form, torch_form])
def log(request, tmp_path):
    return request.param(tmp_path / "log")


def the_file(folder):
    (file,) = Path(folder).iterdir()
    return file


def test_a_log_reads_like_a_run(log):
    with open_run(log) as run:
        assert run.streams == ["relu1/activation", "linear1/weight"]
        assert run.names == ["loss"]
        assert run.steps == list(range(10))
        loss = tables.recorded_scalars(run, "loss", start=3)
        assert loss["step"].tolist() == list(range(3, 10))
        np.testing.assert_array_equal(loss["value"], np.float32(1 / (loss["step"] + 1)))
        for k in (0, 9):
            x, moments = drawn(k).astype(np.float64), run.at(k)["relu1/activation"].moments
            assert moments.count == len(x)
            assert (moments.min, moments.max) == (x.min(), x.max())
            # the plugin's 30 bins over the range do not say where in the first one zeros are
            assert moments.mean == pytest.approx(x.mean(), rel=0.12)
            assert moments.std == pytest.approx(x.std(), rel=0.05)
        for k, _, summary in run.summaries("linear1/*"):
            x = drawn(k) - np.float32(0.5)
            width = np.ptp(x) / 30
            for q in (0.6, 0.75, 0.9, 0.99):
                assert summary.histogram.quantile(q) == pytest.approx(
                    np.quantile(x, q), rel=0.03, abs=float(width)
                )


def test_a_file_opens_like_its_folder(log):
    with open_run(log) as folder, open_run(the_file(log)) as file:
        assert folder.steps == file.steps
        assert list(open_runs(log)) == ["log"]


def test_what_is_exact_in_the_form_of_pytorch(tmp_path):
    with open_run(torch_form(tmp_path)) as run:
        assert run.meta["notices"] == []
        columns = run.statistics("relu1/*")
        for k in range(10):
            x = drawn(k).astype(np.float64)
            assert columns["zero"][k] == np.mean(x == 0)
            assert columns["mean"][k] == pytest.approx(x.mean(), rel=1e-5)
            assert columns["std"][k] == pytest.approx(x.std(), rel=1e-5)
            assert columns["norm"][k] == pytest.approx(np.linalg.norm(x), rel=1e-5)


def test_what_is_estimated_in_the_form_of_the_plugin_is_said(tmp_path):
    with open_run(plugin_form(tmp_path)) as run:
        (notice,) = run.meta["notices"]
        assert "mean, std and norm of 20 of 20 histograms are estimated" in notice
        assert np.isnan(run.statistics()["zero"]).all()


def test_a_small_spread_around_a_large_mean_is_taken_from_the_bins(tmp_path, rng):
    pytest.importorskip("torch", reason="writes the old form")
    from torch.utils.tensorboard import SummaryWriter

    x = (100 + 0.01 * rng.standard_normal(10_000)).astype(np.float32)
    with SummaryWriter(str(tmp_path)) as writer:
        writer.add_histogram("a/weight", x, 0)
    (std,) = open_run(tmp_path).statistics()["std"]
    naive = np.float64(x.dot(x)) / len(x) - (np.float64(x.sum()) / len(x)) ** 2
    assert abs(np.sqrt(max(naive, 0)) - x.std()) > 0.5 * x.std()  # from the sums
    assert std == pytest.approx(x.std(), rel=2)


def test_the_tables_and_figures_are_the_same(log):
    from matplotlib.figure import Figure

    from nnviz import plots

    with open_run(log) as run:
        histograms = tables.recorded_histograms(run, kind="weight", step=9)
        tables.HISTOGRAM.check(histograms)
        assert histograms["count"].sum() == pytest.approx(5000)
        x = drawn(9) - np.float32(0.5)
        edges = np.append(histograms["left"], histograms["right"].iloc[-1])
        off = np.abs(np.cumsum(histograms["count"] - np.histogram(x, edges)[0])) / len(x)
        assert off.max() < 0.5  # half of the values sit in one point, inside a bin of the plugin
        assert np.median(off) < 0.01
        assert isinstance(plots.distribution_grid(histograms), Figure)
        statistics = tables.recorded_statistics(run, "relu1/*")
        assert set(statistics["kind"]) == {"activation"}


def test_single_values_stay_points(tmp_path):
    old = tmp_path / "old"
    writer = EventFileWriter(str(tmp_path / "new"))
    first_version = summary_pb2.Summary()
    first_version.CopyFrom(histogram_pb("c/weight/histogram_summary", np.zeros(1)))
    first_version.value[0].tensor.CopyFrom(histogram_pb("x", [2.5, 3.5], 1).value[0].tensor)
    for summary in (histogram_pb("a/weight", np.full(9, 3.0)), first_version):
        writer.add_event(event_pb2.Event(step=0, summary=summary))
    writer.close()
    found = open_run(tmp_path / "new").at(0)
    assert found["a/weight"].moments.mean == found["a/weight"].moments.max == 3
    assert found["a/weight"].moments.count == 9
    assert found["c/weight"].moments.min == found["c/weight"].moments.max == 3
    pytest.importorskip("torch", reason="writes the old form")
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(old)) as torch_writer:
        for k, value in enumerate((0.0, -0.1, 1e-30, 1e10)):
            torch_writer.add_histogram("a/weight", np.full(9, value), k)
    for step, _, summary in open_run(old).summaries():
        value = (0.0, -0.1, 1e-30, 1e10)[step]
        assert summary.moments.min == summary.moments.max == pytest.approx(value)
        assert summary.moments.mean == pytest.approx(value)
        assert summary.histogram.quantile(0.5) == pytest.approx(value, rel=0.04)
        assert summary.moments.zeros == 9 * (value == 0)


def test_several_runs_in_a_folder(tmp_path, write):
    for name in ("b", "a/deep"):
        plugin_form(tmp_path / name)
    with create_run(tmp_path / "c.run") as sink:
        write(sink, range(5))
    (tmp_path / "notes.txt").write_text("no run")
    with pytest.raises(RunFileError, match=r"several runs: c\.run, a/deep, b; name one of them"):
        open_run(tmp_path)
    runs = open_runs(tmp_path)
    assert {name: len(run.steps) for name, run in runs.items()} == {
        "c.run": 5,
        "a/deep": 10,
        "b": 10,
    }
    for run in runs.values():
        run.close()
    assert open_run(tmp_path / "a").steps == list(range(10))
    assert list(open_runs(tmp_path / "c.run")) == ["c.run"]


def test_a_folder_with_its_own_events_is_a_run(tmp_path):
    plugin_form(tmp_path)
    plugin_form(tmp_path / "below")
    assert open_run(tmp_path).steps == list(range(10))
    assert list(open_runs(tmp_path)) == [tmp_path.name, "below"]


def test_files_of_a_run_that_was_taken_up_again(tmp_path):
    torch_form(tmp_path, range(8), filename_suffix="1")
    torch_form(tmp_path, range(5, 7), purge_step=5, filename_suffix="2")
    first, second = sorted(tmp_path.iterdir(), key=lambda path: path.name[-1])
    second.rename(tmp_path / f"{first.name}2")  # both may have been begun in the same second
    with open_run(tmp_path) as run:
        assert run.steps == list(range(7))
        assert run.meta["notices"] == []


def test_of_two_points_at_a_step_the_later_stays(tmp_path):
    writer = EventFileWriter(str(tmp_path))
    for value in (1, 2, 3):
        writer.add_event(event_pb2.Event(step=0, summary=scalar_pb("loss", value)))
    writer.close()
    with open_run(tmp_path) as run:
        assert run.numbers()["value"].tolist() == [3]
        assert run.meta["notices"] == ["2 points were followed by another at the same step"]


def test_tags_become_layers_and_kinds(tmp_path):
    tags = {
        "fc1.weight": "fc1/weight",
        "block.0.conv.weight": "block.0.conv/weight",
        "grad/fc1": "grad/fc1",
        "grad/fc1.weight": "fc1/weight_gradient",
        "gradients/fc2.bias": "fc2/bias_gradient",
        "parameters/fc2.weight": "fc2/weight",
        "fc3.weight.grad": "fc3/weight_gradient",
        "fc3.weight_grad": "fc3.weight_grad",  # the name is taken
        "dense/kernel/histogram": "dense/weight",
        "dense/bias/histogram": "dense/bias",
        "model/dense_1/kernel_0": "model/dense_1/weight",
        "dense_1/kernel_0_grad": "dense_1/weight_gradient",
        "dense_1_out": "dense_1/activation",
        "layer1/weights/summaries/histogram": "layer1/weight",
        "layer1/activations": "layer1/activation",
        "batch_normalization/gamma/histogram": "batch_normalization/gamma",
        "dropout": "dropout",
        "layout": "layout",
        "odd": "odd",
        "a.b": "a.b",
        "a/b": "a/b",
        ".x": ".x",
        "🙂/a": "🙂/a",
        "$x$/weight": "$x$/weight",
        "../x/y": "../x/y",
    }
    writer = EventFileWriter(str(tmp_path))
    for tag in tags:
        summary = histogram_pb(tag, [1.0, 2.0])
        writer.add_event(event_pb2.Event(step=0, summary=summary))
    writer.close()
    assert open_run(tmp_path).streams == list(tags.values())


def test_a_log_that_is_cut_off_is_read_up_to_there(log):
    file = the_file(log)
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    with open_run(log) as run:
        assert run.meta["notices"][0] == f"{file.name}: its last record is cut off"
        assert run.steps[:9] == list(range(9))


def test_a_damaged_record_is_left_out(log):
    file = the_file(log)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with open_run(log) as run:
        assert "damaged" in run.meta["notices"][0]
        assert file.name in run.meta["notices"][0]


def content(path):
    with open_run(path) as run:
        found = {(k, s): summary.to_bytes() for k, s, summary in run.summaries()}
        return found, set(zip(*(c.tolist() for c in run.numbers().values()), strict=True))


@pytest.mark.slow
def test_damage_leaves_out_and_changes_nothing(tmp_path):
    file = the_file(plugin_form(tmp_path / "log", range(3)))
    histograms, numbers = content(file)
    original, rng = file.read_bytes(), random.Random(0)
    path = tmp_path / "tfevents.mutant"
    for k in range(int(os.environ.get("MUTANTS", "300"))):
        damaged = bytearray(original)
        if k % 4 == 0:
            damaged = damaged[: rng.randrange(len(damaged))]
        for _ in range(rng.choice([0, 1, 1, 4])):
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8) if damaged else 0
        path.write_bytes(damaged)
        try:
            found, values = content(path)
        except RunFileError:
            continue
        assert found.items() <= histograms.items()
        assert values <= numbers


def record(content):
    head = struct.pack("<Q", len(content))
    check = struct.pack("<I", masked_crc32c(head))
    return head + check + content + struct.pack("<I", masked_crc32c(content))


VERSION = record(event_pb2.Event(file_version="brain.Event:2").SerializeToString())


def of_histogram(**fields):
    proto = summary_pb2.HistogramProto(**fields)
    summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="a/w", histo=proto)])
    return event_pb2.Event(step=1, summary=summary)


def of_tensor(shape, plugin, values=(1.0,)):
    event = event_pb2.Event(step=1)
    value = event.summary.value.add(tag=plugin)
    value.metadata.plugin_data.plugin_name = plugin
    value.tensor.dtype = 2
    value.tensor.double_val.extend(values)
    for size in shape:
        value.tensor.tensor_shape.dim.add(size=size)
    return event


GOOD = {"min": 0, "max": 2, "num": 3, "sum": 3, "sum_squares": 4}


@pytest.mark.parametrize(
    "event",
    [
        of_histogram(**GOOD, bucket_limit=[1, 2], bucket=[1]),
        of_histogram(**GOOD, bucket_limit=[2, 1], bucket=[1, 2]),
        of_histogram(**GOOD, bucket_limit=[1, 2], bucket=[-1, 4]),
        of_histogram(**GOOD, bucket_limit=[1, 2], bucket=[np.nan, 4]),
        of_histogram(**GOOD, bucket_limit=[np.nan, 2], bucket=[1, 4]),
        of_histogram(**{**GOOD, "min": 3}, bucket_limit=[1, 2], bucket=[1, 2]),
        of_histogram(**{**GOOD, "max": np.inf}, bucket_limit=[1, 2], bucket=[1, 2]),
        of_histogram(**GOOD, bucket_limit=[1, 2], bucket=[1e100, 2]),
        of_tensor([10**6, 10**6, 3], "histograms"),
        of_tensor([10**9], "scalars"),
        of_tensor([-1], "scalars"),
        of_tensor([2, 2], "histograms", (1, 2, 3, 4)),
        of_tensor([2, 3], "histograms", (0, 2, 1, 1, 3, 1)),
        of_tensor([1, 3], "histograms", (3, 2, 1)),
        of_tensor([1, 3], "histograms", (-np.inf, 2, 1)),
    ],
)
def test_forged_points_are_left_out(tmp_path, event):
    path = tmp_path / "tfevents"
    path.write_bytes(VERSION + record(event.SerializeToString()))
    with open_run(path) as run:
        assert run.meta["notices"] == ["1 points made no sense and were left out"]
        assert run.steps == []


def test_odd_but_honest_points(tmp_path):
    events = [
        of_histogram(),  # of an empty tensor
        of_histogram(
            **{**GOOD, "sum": np.nan}, bucket_limit=[1, sys.float_info.max], bucket=[1, 2]
        ),
        of_tensor([0, 3], "histograms", ()),
        of_tensor([], "scalars", (np.nan,)),
        of_tensor([3], "images"),
        event_pb2.Event(step=-3, wall_time=np.nan, summary=scalar_pb("loss", np.inf)),
        event_pb2.Event(step=5, graph_def=b"x"),
    ]
    path = tmp_path / "tfevents"
    path.write_bytes(VERSION + b"".join(record(e.SerializeToString()) for e in events[1:]))
    with open_run(path) as run:
        numbers = run.numbers("loss")
        assert (numbers["step"].tolist(), numbers["value"].tolist()) == ([-3], [np.inf])
        assert run.meta["started"] is not None
        assert not any("sense" in notice for notice in run.meta["notices"])
    path.write_bytes(VERSION + record(events[1].SerializeToString()))
    assert open_run(path).at(1)["a/w"].moments.max == 2
    path.write_bytes(VERSION + record(events[0].SerializeToString()))
    assert open_run(path).at(1)["a/w"].moments.count == 0


@pytest.mark.parametrize(
    ("bytes_", "message"),
    [
        (b"", "there is no event in it"),
        (b"text", "its last record is cut off"),
        (b"a text that is longer than a head", "what follows byte 0 was not read"),
        (struct.pack("<QI", 2**62, masked_crc32c(struct.pack("<Q", 2**62))), "byte 0 was not"),
        (record(b"\xff\xff\xff"), "1 damaged records were left out"),
    ],
)
def test_other_files_are_refused(tmp_path, bytes_, message):
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(bytes_)
    with pytest.raises(RunFileError, match=message) as caught:
        open_run(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "lengths", [[], [0], [1], [3] * 20, list(range(40)), [1000, *[5] * 30], [7, 7, 7, 900, 901]]
)
def test_checksums_of_many_records_are_those_of_each(rng, lengths):
    contents = [rng.bytes(length) for length in lengths]
    assert masked_checksums(contents) == [masked_crc32c(content) for content in contents]


def test_a_folder_without_a_run_is_named(tmp_path):
    for use in (open_run, open_runs):
        with pytest.raises(RunFileError, match="there is no run in this folder"):
            use(tmp_path)


def test_without_tensorboard_its_extra_is_named(tmp_path, monkeypatch):
    folder = plugin_form(tmp_path / "log")
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto.event_pb2", None)
    with pytest.raises(MissingExtraError, match=r"tensorboard, .*nnviz-dynamics\[tensorboard\]"):
        open_run(folder)


def test_a_log_is_exported_like_a_run(tmp_path, log):
    import pandas as pd

    from nnviz.runs import export_run

    with open_run(log) as run:
        export_run(run, tmp_path / "out", format="csv")
    histograms = pd.read_csv(tmp_path / "out/histograms.csv")
    counts = histograms.groupby(["step", "layer"])["count"].sum()
    assert (counts == 5000).all()


@pytest.mark.parametrize("n", [0, 5])
def test_counts_that_do_not_add_up_are_refused(n):
    from types import SimpleNamespace

    from nnviz.runs.summed_bins import bins_of_proto

    proto = SimpleNamespace(
        min=0.0, max=1.0, num=n, sum=0.6, sum_squares=0.3, bucket_limit=[0.5, 1.0], bucket=[1, 1]
    )
    with pytest.raises(ValueError, match="inconsistent bins"):
        bins_of_proto(proto)


def test_what_is_not_known_is_not_exported(log, tmp_path):
    run = open_run(log)
    export_run(run, tmp_path / "out", format="csv")
    exported = pd.read_csv(tmp_path / "out" / "statistics.csv")["zero"].to_numpy()
    known = run.statistics()["zero"]
    np.testing.assert_allclose(exported, known, rtol=1e-12)
    assert np.isnan(known).any() == any("estimated" in notice for notice in run.meta["notices"])
