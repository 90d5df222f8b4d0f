"""Histograms whose bins do not hold all their values: what is known is kept, and said."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("tensorboard", reason="reads event files")

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from nnviz.diagnosis import diagnose
from nnviz.runs import open_run
from nnviz.runs.foreign_bins import Bins
from nnviz.runs.summed_bins import bins_of_proto


def torch_bins(values, bins="tensorflow"):
    """Return what PyTorch's writer makes of values."""
    summary = pytest.importorskip("torch.utils.tensorboard.summary", reason="writes the old form")
    if isinstance(bins, str):
        edges = 1e-12 * 1.1 ** np.arange(773)
        bins = [*-edges[::-1], 0.0, *edges]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bins_of_proto(summary.make_histogram(np.asarray(values, float), bins))


@pytest.fixture
def values(rng):
    return rng.normal(size=1000)


@pytest.mark.parametrize(
    ("odd", "counted"),
    [
        ([np.nan], (1, 0, 0)),
        ([np.nan] * 7, (7, 0, 0)),
        ([np.inf] * 3, (0, 3, 0)),
        ([-np.inf] * 2, (0, 0, 2)),
        ([np.inf, -np.inf], (0, 1, 1)),
        ([np.nan, np.inf], (2, 0, 0)),  # a NaN hides what else there is
    ],
)
def test_what_is_not_finite_is_counted(values, odd, counted):
    summary = torch_bins([*odd, *values]).summary()
    moments = summary.moments
    assert (moments.nan, moments.positive_inf, moments.negative_inf) == counted
    assert (moments.count, summary.size, summary.exact) == (1000, 1000 + len(odd), True)
    assert moments.mean == pytest.approx(values.mean(), abs=0.03)
    assert moments.std == pytest.approx(values.std(), rel=0.03)


@pytest.mark.parametrize("far", [[1e25], [-1e25], [1e25, 2e25, 3e25], [1e25, -1e26]])
def test_values_beyond_the_bins_stay_values(values, far):
    bins = torch_bins([*far, *values])
    summary = bins.summary()
    whole = np.concatenate([far, values])
    assert (summary.moments.min, summary.moments.max) == (whole.min(), whole.max())
    assert (summary.moments.count, summary.moments.seen, bins.is_part) == (len(whole),) * 2 + (
        False,
    )
    assert summary.moments.mean == pytest.approx(whole.mean(), rel=1e-6)
    assert summary.norm == pytest.approx(np.linalg.norm(whole), rel=1e-6)


@pytest.mark.parametrize("edges", [[-1, 0, 1], [-1, 0, 5], [-5, 0, 0.5], np.linspace(-2, 2, 31)])
def test_bins_of_ones_own_may_miss_a_part(values, edges):
    bins = torch_bins(values, edges)
    outside = int((values < edges[0]).any()) + int((values > edges[-1]).any())
    summary = bins.summary()
    assert bins.is_part == (outside == 2)
    assert summary.size == 1000
    assert (summary.moments.min, summary.moments.max) == (values.min(), values.max())
    inside = np.count_nonzero((values >= edges[0]) & (values <= edges[-1]))
    assert summary.moments.count == (inside + 2 if outside == 2 else 1000)
    assert summary.moments.std == pytest.approx(values.std(), rel=1e-5)  # of all, not of a part


def test_infinity_beside_bins_of_ones_own_is_no_count(values):
    bins = torch_bins([*values, np.inf], [-1, 0, 1])
    assert (bins.positive_inf, bins.is_part, bins.size) == (1, True, 1001)


@pytest.mark.parametrize("scale", [1e-15, 1e-20, 1e-300])
def test_tiny_values_are_no_zeros(rng, scale):
    values = np.abs(rng.normal(size=500)) * scale
    moments = torch_bins(values).summary().moments
    assert moments.zeros == 0
    assert moments.max == values.max()
    mixed = np.concatenate([np.zeros(100), values])
    assert not torch_bins(mixed).knows_zeros
    zeros = torch_bins(np.zeros(100)).summary().moments
    assert (zeros.zeros, zeros.max) == (100, 0)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_rows_with_edges_that_are_not_finite(tmp_path, values, odd):
    writer = EventFileWriter(str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for step in range(4):
            own = [odd, *values] if step >= 2 else values
            summary = histogram_pb("fc/gradient", own)
            writer.add_event(event_pb2.Event(step=step, summary=summary))
    writer.close()
    with open_run(tmp_path) as run:
        assert run.steps == [0, 1, 2, 3]
        (finding,) = diagnose(run).query("rule == 'not finite'").to_dict("records")
        assert (finding["verdict"], finding["layer"], finding["step"]) == ("found", "fc", 2)
        assert finding["message"] == "fc: NaN or infinities in the gradient since step 2"
        assert any("2 of 4 histograms hold NaN or inf" in told for told in run.meta["notices"])


def test_an_empty_tensor_in_rows(tmp_path):
    writer = EventFileWriter(str(tmp_path))
    writer.add_event(event_pb2.Event(step=0, summary=histogram_pb("a/w", [])))
    writer.close()
    assert open_run(tmp_path).at(0)["a/w"].size == 0


def test_a_bin_from_0_to_1_holds_what_is_there():
    whole = Bins.of_rows(np.array([[0.0, 1.0, 9.0]]))
    assert (whole.left[0], whole.right[0], whole.knows_zeros) == (0, 1, False)
    around = Bins.of_rows(np.array([[-0.4, 0.6, 9.0]]))
    assert around.left[0] == around.right[0] == pytest.approx(0.1)


def test_one_nan_of_many_millions_counts():
    bins = SimpleNamespace(
        min=np.nan, max=np.nan, num=10_000_001, sum=np.nan, sum_squares=np.nan,
        bucket_limit=[1e-12, 1.1e-12], bucket=[0, 10_000_000],
    )  # fmt: skip
    assert bins_of_proto(bins).nan == 1


@pytest.mark.parametrize("low", [np.nan, -np.inf])
def test_an_extreme_that_no_value_can_have_is_refused(low):
    bins = SimpleNamespace(
        min=low, max=2, num=3, sum=3, sum_squares=4, bucket_limit=[1, 2], bucket=[0, 3]
    )
    with pytest.raises(ValueError, match="inconsistent bins"):
        bins_of_proto(bins)


def scalars(tmp_path, **series):
    writer = EventFileWriter(str(tmp_path))
    for tag, values in series.items():
        for step, value in enumerate(values):
            found = summary_pb2.Summary.Value(tag=tag.replace("__", "/"), simple_value=value)
            event = event_pb2.Event(step=step, summary=summary_pb2.Summary(value=[found]))
            writer.add_event(event)
    writer.close()
    (finding,) = diagnose(open_run(tmp_path)).query("rule == 'not finite'").to_dict("records")
    return finding


NAN = np.nan


@pytest.mark.parametrize(
    ("series", "message", "step"),
    [
        ({"loss": [1, 1, NAN, NAN]}, "not finite: the loss is nan since step 2", 2),
        ({"val__loss": [1, NAN, 1]}, "not finite: val/loss is nan since step 1", 1),
        ({"x": [1, 1, NAN, NAN], "loss": [1, 1]}, "not finite: x is nan since step 2", 2),
        ({"x": [1, np.inf, 1], "loss": [1, 1, 1]}, "not finite: all values are finite", None),
        ({"auc": [NAN, NAN], "loss": [1, 1]}, "not finite: all values are finite", None),
    ],
)
def test_a_log_of_scalars_alone_is_judged(tmp_path, series, message, step):
    finding = scalars(tmp_path, **series)
    assert finding["message"] == message
    assert finding["step"] == step or (step is None and finding["verdict"] == "not found")
