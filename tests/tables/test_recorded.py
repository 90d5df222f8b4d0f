"""Tables of a recording: its numbers by their right names, its layers in their order."""

import numpy as np
import pytest

from nnviz import tables
from nnviz.record import Recorder


@pytest.fixture
def recorder():
    """Return a recording of a network of two layers whose gradients come last to first."""
    recorder = Recorder(exact_every=2)
    for k in range(5):
        with recorder.step(k):
            for layer, scale in (("linear1", 1.0), ("linear2", 10.0)):
                recorder.observe(f"{layer}/activation", np.full(400, scale * (k + 1)))
            for layer, scale in (("linear2", 0.1), ("linear1", 0.01)):
                recorder.observe(f"{layer}/gradient", np.full(400, scale * (k + 1)))
            recorder.scalar("loss", 5 - k)
            recorder.scalar("linear2/dead", k / 10)
            recorder.scalar("linear1/dead", k / 5)
        recorder.scalar("test/loss", 6 - k)
        recorder.scalar("val_accuracy", k)
        recorder.scalar("gap", -k)
    return recorder


def test_scalars_by_name_and_range(recorder):
    table = tables.recorded_scalars(recorder, "*/dead", start=1, stop=3)
    assert list(table) == ["step", "name", "value"]
    assert table["step"].tolist() == [1, 1, 2, 2]
    assert set(table["name"]) == {"linear1/dead", "linear2/dead"}
    assert table["value"].sum() == pytest.approx(0.9)


def test_curves_know_splits_and_metrics(recorder):
    table = tables.CURVE.check(tables.recorded_curves(recorder))
    found = {(split, metric) for split, metric in zip(table["split"], table["metric"], strict=True)}
    assert found == {
        ("train", "batch_loss"),
        ("test", "loss"),
        ("validation", "accuracy"),
        ("train", "gap"),
        ("train", "linear1/dead"),
        ("train", "linear2/dead"),
        *((("train", f"{layer}/equal")) for layer in recorder.layers if _has(recorder, layer)),
    }
    loss = table.query("metric == 'loss'")
    assert loss["step"].tolist() == list(range(5))
    assert loss["value"].tolist() == [6, 5, 4, 3, 2]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Loss/train", "Loss/test"), [("train", "Loss"), ("test", "Loss")]),
        (("train/loss", "eval/loss"), [("train", "loss"), ("validation", "loss")]),
        (("loss", "val_loss"), [("train", "loss"), ("validation", "loss")]),
        (("loss", "val/loss"), [("train", "batch_loss"), ("validation", "loss")]),
        (
            ("loss", "train_loss", "valid_loss"),
            [("train", "batch_loss"), ("train", "loss"), ("validation", "loss")],
        ),
        (("accuracy", "dev.accuracy"), [("train", "accuracy"), ("validation", "accuracy")]),
        (("Training loss", "Testing loss"), [("train", "loss"), ("test", "loss")]),
        (
            ("train_loss_step", "train_loss_epoch", "val_loss_epoch"),
            [("train", "batch_loss"), ("train", "loss"), ("validation", "loss")],
        ),
        (
            ("train/epoch_loss", "validation/epoch_loss", "epoch_learning_rate"),
            [("train", "loss"), ("validation", "loss"), ("train", "learning_rate")],
        ),
        (
            ("train_loss", "valid_loss", "accuracy"),  # fastai's, which is of validation
            [("train", "loss"), ("validation", "loss"), ("", "accuracy")],
        ),
        (
            ("metrics/val/f1", "metrics/train/f1"),
            [("validation", "metrics/f1"), ("train", "metrics/f1")],
        ),
        (("evaluation_loss_vs_iterations",), [("validation", "loss")]),
        (("evaluation", "eval"), [("train", "evaluation"), ("train", "eval")]),
        (
            ("trainer/global_step", "evaluator_f1"),
            [("train", "trainer/global_step"), ("train", "evaluator_f1")],
        ),
        (("val/loss", "dev/loss"), [("validation", "loss"), ("validation", "dev/loss")]),
    ],
    ids=lambda value: value[0] if isinstance(value[0], str) else "",
)
def test_names_of_other_peoples_logs(names, expected):
    recorder = Recorder()
    with recorder.step(0):
        for name in names:
            recorder.scalar(name, 1.0)
    table = tables.recorded_curves(recorder)
    assert list(zip(table["split"], table["metric"], strict=True)) == expected


def test_a_pattern_does_not_change_what_a_number_is_called():
    recorder = Recorder()
    with recorder.step(0):
        for name in ("loss", "val_loss", "train/accuracy", "rate"):
            recorder.scalar(name, 1.0)
    whole = tables.recorded_curves(recorder)
    for name in recorder.names:
        (own,) = tables.recorded_curves(recorder, name)[["split", "metric"]].to_numpy().tolist()
        assert own in whole[["split", "metric"]].to_numpy().tolist()
    assert tables.recorded_curves({"a": recorder}, "loss")["metric"].tolist() == ["loss"]


def test_a_word_of_ones_own_is_a_split(monkeypatch):
    monkeypatch.setitem(tables.SPLITS, "ood", "test")
    recorder = Recorder()
    with recorder.step(0):
        for name in ("loss", "ood_loss"):
            recorder.scalar(name, 1.0)
    assert tables.recorded_curves(recorder)["split"].tolist() == ["train", "test"]


def _has(recorder, layer):
    return f"{layer}/equal" in recorder.names


def test_progress_is_of_steps_that_were_counted_whole(recorder):
    table = tables.CURVE.check(
        tables.recorded_progress(recorder, statistic="mean", kind="gradient")
    )
    assert table["setting"].tolist() == ["linear1", "linear2"] * 3
    assert table["step"].tolist() == [0, 0, 2, 2, 4, 4]
    assert table["value"].tolist() == pytest.approx([0.01, 0.1, 0.03, 0.3, 0.05, 0.5])


def test_progress_of_what_the_recorder_adds(recorder):
    table = tables.recorded_progress(recorder, statistic="dead", layers="linear2")
    assert table["step"].tolist() == list(range(5))
    assert table["value"].tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])


def test_progress_is_what_curves_and_maps_take(recorder):
    table = tables.recorded_progress(recorder, statistic="dead")
    assert tables.CURVE.check(table) is tables.PROGRESS.check(table)
    assert table["layer"].tolist() == table["setting"].tolist() == ["linear1", "linear2"] * 5


def test_nothing_is_said_of_the_size_of_what_is_all_nan():
    recorder = Recorder(every=1, exact=True)
    with recorder.step(0):
        recorder.observe("linear1/activation", np.full(5, np.nan))
        recorder.observe("linear2/activation", np.zeros(5))
    table = tables.recorded_progress(recorder, statistic="norm")
    assert table["value"].tolist() == pytest.approx([np.nan, 0.0], nan_ok=True)


def test_depth_goes_from_the_first_layer_to_the_last(recorder):
    table = tables.recorded_depth(recorder, statistic="max", kind="gradient")
    tables.STATISTIC.check(table)
    assert table["layer"].tolist() == ["linear1", "linear2"] * 2
    assert table["setting"].tolist() == ["step 0"] * 2 + ["step 4"] * 2
    table = tables.recorded_depth(recorder, statistic="max", kind="gradient", steps=[2])
    assert table["value"].tolist() == pytest.approx([0.03, 0.3])


def test_histograms_of_layers_in_order(recorder):
    table = tables.recorded_histograms(recorder, kind="gradient", layers="linear*")
    assert list(dict.fromkeys(table["layer"])) == ["linear1", "linear2"]
    only = tables.recorded_histograms(recorder, kind="gradient", layers="*1", step=0)
    assert set(only["layer"]) == {"linear1"}
    assert only["right"].max() < 0.012


def test_histograms_of_several_runs_share_their_bins(recorder):
    other = Recorder()
    with other.step(7):
        other.observe("linear1/activation", np.full(100, 300.0))
        other.observe("linear9/activation", np.full(100, -300.0))
    table = tables.recorded_histograms({"one": recorder, "other": other})
    tables.HISTOGRAM.check(table)
    edges = {
        key: (part["left"].tolist(), part["right"].tolist())
        for key, part in table.groupby(["setting", "layer"])
    }
    assert set(edges) == {
        ("one", "linear1"),
        ("one", "linear2"),
        ("other", "linear1"),
        ("other", "linear9"),
    }
    assert len({str(value) for value in edges.values()}) == 1
    counts = table.groupby(["setting", "layer"])["count"].sum()
    assert counts.tolist() == pytest.approx([400, 400, 100, 100])


def test_a_value_far_out_does_not_press_the_rest_into_one_bin(rng):
    recorder = Recorder(exact=True)
    with recorder.step(0):
        recorder.observe("a/weight", np.append(rng.standard_normal(9999), 1e6))
    everything = tables.recorded_histograms(recorder, kind="weight")
    assert everything["count"].max() > 9998
    assert everything["count"].sum() == 10_000
    central = tables.recorded_histograms(recorder, kind="weight", central=0.998)
    assert 5 < central["right"].max() - central["left"].min() < 7
    assert 10_000 * 0.997 < central["count"].sum() < 10_000
    for share in (0, 1.1, np.nan):
        with pytest.raises(ValueError, match="central must be"):
            tables.recorded_histograms(recorder, kind="weight", central=share)


def test_a_recording_without_what_it_adds_has_its_streams():
    recorder = Recorder()
    with recorder.step(0):
        recorder.observe("a/weight", [1.0, 3.0])
    table = tables.recorded_progress(recorder, statistic="mean", kind="weight")
    assert table["value"].tolist() == [2]


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (
            lambda r: tables.recorded_progress(r, statistic="nrom"),
            "statistic must be one of .*did you mean 'norm'",
        ),
        (
            lambda r: tables.recorded_progress(r, statistic="norm", kind="weight"),
            "kind must be one of activation, gradient; got 'weight'",
        ),
        (
            lambda r: tables.recorded_progress(r, statistic="dead", layers="relu*"),
            "layers must be one of linear1, linear2; got 'relu",
        ),
        (
            lambda r: tables.recorded_depth(r, statistic="norm", steps=[0, 1]),
            "steps must be one of 0, 2, 4; got 1",
        ),
        (
            lambda r: tables.recorded_histograms(r, layers="conv*"),
            "layers must be one of linear1, linear2; got 'conv",
        ),
        (lambda r: tables.recorded_histograms(r, step=9), "one of the 5 recorded steps; got 9"),
        (
            lambda r: tables.recorded_depth(Recorder(), statistic="norm"),
            "recording must have at least one",
        ),
    ],
)
def test_wrong_use_is_named(recorder, use, message):
    with pytest.raises(ValueError, match=message):
        use(recorder)


@pytest.mark.parametrize("table", [tables.recorded_histograms, tables.recorded_quantiles])
class TestLayersByName:
    def test_names_are_no_patterns_and_their_order_is_the_recordings(self, table):
        recorder = Recorder()
        with recorder.step(0):
            for layer in ("a*", "ab", "b", "b?"):
                recorder.observe(f"{layer}/weight", np.arange(4))
        found = table(recorder, kind="weight", layers=["b", "a*", "not there"])
        assert list(found["layer"].unique()) == ["a*", "b"]
        assert list(table(recorder, kind="weight", layers="a*")["layer"].unique()) == ["a*", "ab"]

    def test_some_must_be_there(self, table, recorder):
        with pytest.raises(ValueError, match=r"layers must be names of .* recorded; got \['c'\]"):
            table(recorder, layers=["c"])
        with pytest.raises(TypeError, match="layers must be a sequence; got 3"):
            table(recorder, layers=3)


def test_a_run_may_lack_a_layer_that_another_has(recorder):
    other = Recorder()
    with other.step(0):
        other.observe("linear9/activation", np.arange(4))
    runs = {"one": recorder, "other": other}
    found = tables.recorded_histograms(runs, layers=["linear1", "linear9"])
    pairs = found[["setting", "layer"]].drop_duplicates().to_numpy().tolist()
    assert pairs == [["one", "linear1"], ["other", "linear9"]]
