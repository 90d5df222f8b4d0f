"""The recorder: whole steps, nothing kept but summaries, and never an exception into training."""

import numpy as np
import pytest

from nnviz import nn, optim, tables
from nnviz.errors import RecordingWarning
from nnviz.record import Recorder
from nnviz.stats import Summary
from nnviz.train import digits, fit


def test_a_stream_seen_twice_in_a_step_is_merged():
    recorder = Recorder()
    with recorder.step(0):
        recorder.observe("a/activation", [1.0, 2.0])
        recorder.observe("a/activation", [3.0])
    assert recorder.at(0)["a/activation"].histogram == Summary.of([1.0, 2.0, 3.0]).histogram
    assert recorder.at(0)["a/activation"].moments.mean == 2


def test_a_step_that_raised_is_dropped_whole():
    recorder = Recorder()
    with recorder.step(0):
        recorder.observe("a/activation", [1.0])
    observed = []

    def step_that_fails():
        with recorder.step(1):
            recorder.observe("a/activation", [2.0])
            observed.append(True)
            raise KeyError

    with pytest.raises(KeyError):
        step_that_fails()
    assert observed
    with recorder.step(2):
        recorder.observe("a/activation", [3.0])
    assert recorder.steps == [0, 2]
    assert recorder.total("a/activation").moments.mean == 2


def test_steps_that_are_not_due_are_not_recorded():
    recorder = Recorder(every=3)
    for number in range(8):
        with recorder.step(number):
            recorder.observe("a/activation", [number])
    assert recorder.steps == [0, 3, 6]


def test_nothing_is_kept_but_summaries():
    recorder = Recorder()
    values = np.ones(4)
    with recorder.step(0):
        recorder.observe("a/activation", values)
        values[:] = 7
    assert recorder.at(0)["a/activation"].moments.max == 1


def test_what_cannot_be_recorded_is_warned_about_once_and_counted(recwarn):
    recorder = Recorder()
    with recorder.step(0):
        recorder.observe("a/y", [1.0])
        with pytest.warns(RecordingWarning, match="not recorded: a/x must be an array of real"):
            recorder.observe("a/x", [1j])
        recorder.observe("a/x", [1j])
    assert not recwarn.list
    assert recorder.dropped == {"a/x": 2}
    assert recorder.streams == ["a/y"]


def test_a_strict_recorder_raises():
    recorder = Recorder(strict=True)
    with recorder.step(0), pytest.raises(TypeError, match="a/x must be an array of real numbers"):
        recorder.observe("a/x", [1j])


def test_outside_a_step_nothing_happens():
    recorder = Recorder()
    recorder.observe("a/activation", [1.0])
    assert recorder.streams == []


def test_a_training_run_is_recorded_under_its_names():
    data = digits(200)
    net = nn.mlp([64, 10, 10], rng=np.random.default_rng(0))
    recorder = Recorder(every=2, exact=True)
    fit(net, data, optim.sgd(0.1), steps=5, recorder=recorder, rng=np.random.default_rng(1))
    assert recorder.steps == [0, 2, 4]
    assert set(recorder.streams) == {
        "linear1/activation",
        "relu1/activation",
        "linear2/activation",
        "linear1/gradient",
        "relu1/gradient",
        "linear2/gradient",
        *(f"linear{k}/weight{kind}" for k in (1, 2) for kind in ("", "_gradient", "_update")),
    }
    relu = recorder.at(4)["relu1/activation"].moments
    assert relu.count == 100 * 10
    assert relu.min == 0
    update, weight = (recorder.at(0)[f"linear1/{k}"].moments for k in ("weight_update", "weight"))
    assert 0 < update.norm < weight.norm


def test_recording_does_not_change_training():
    data = digits(200)
    nets = []
    for recorder in (None, Recorder()):
        net = nn.mlp([64, 10, 10], rng=np.random.default_rng(0))
        rng = np.random.default_rng(1)
        fit(net, data, optim.adam(0.01), steps=5, recorder=recorder, rng=rng)
        nets.append(net)
    np.testing.assert_array_equal(nets[0].flat, nets[1].flat)


def test_a_diverged_run_is_recorded_with_its_infinities():
    data = digits(200)
    net = nn.mlp([64, 10, 10], rng=np.random.default_rng(0))
    recorder = Recorder()
    fit(net, data, optim.sgd(1e30), steps=9, recorder=recorder, rng=np.random.default_rng(1))
    table = tables.recorded_statistics(recorder)
    broken = table[(table["statistic"].isin(["nan", "inf"])) & (table["value"] > 0)]
    assert len(broken)


def test_tables_of_a_recorder():
    recorder = Recorder()
    with recorder.step(0):
        recorder.observe("relu1/activation", [0.0, 1.0, 2.0, 2.0])
        recorder.observe("relu2/activation", [0.0, 4.0])
    statistics = tables.recorded_statistics(recorder)
    chosen = statistics.query("layer == 'relu1' and statistic == 'zero'")
    assert chosen["value"].tolist() == [0.25]
    assert set(statistics["kind"]) == {"activation"}
    histograms = tables.recorded_histograms(recorder, bins=4)
    tables.HISTOGRAM.check(histograms)
    counts = histograms.groupby("layer")["count"].sum()
    assert counts.to_dict() == pytest.approx({"relu1": 4, "relu2": 2})


def test_a_layer_of_one_value_has_a_histogram():
    recorder = Recorder()
    with recorder.step(0):
        recorder.observe("relu1/activation", np.zeros(5))
    assert tables.recorded_histograms(recorder)["count"].sum() == 5


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda r: Recorder(every=-1), "every must be a positive integer; got -1"),
        (lambda r: r.step(-1).__enter__(), "number must be an integer of at least 0; got -1"),
        (lambda r: r.step(0).__enter__(), "number must be a step after the last one, 0; got 0"),
        (lambda r: r.at(5), "step must be one of the 1 recorded steps; got 5"),
        (lambda r: r.total("a/activatoin"), "stream must be one of .*did you mean 'a/activation'"),
        (
            lambda r: tables.recorded_histograms(r, kind="gradient"),
            "kind must be one of activation; got 'gradient'",
        ),
        (lambda r: tables.recorded_histograms(Recorder()), "at least one recorded step"),
    ],
)
def test_wrong_use_is_named(use, message):
    recorder = Recorder()
    with recorder.step(0):
        recorder.observe("a/activation", [1.0])
    with pytest.raises(ValueError, match=message):
        use(recorder)


def test_steps_do_not_nest():
    recorder = Recorder()
    with (
        recorder.step(0),
        pytest.raises(ValueError, match="after the step in progress"),
        recorder.step(1),
    ):
        pass
