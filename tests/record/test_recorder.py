"""The recorder: whole steps, nothing kept but summaries, and never an exception into training."""

import contextlib
import signal
import sys
import warnings
from threading import Thread

import numpy as np
import pytest

from nnviz import nn, optim, tables
from nnviz.errors import RecordingWarning
from nnviz.record import LOST, Memory, Recorder
from nnviz.record.sampling import WIDTH
from nnviz.record.step import Step
from nnviz.stats import Summary
from nnviz.stats.examples import EXAMPLES
from nnviz.train import digits, fit


def test_a_stream_seen_twice_in_a_step_is_merged():
    recorder = Recorder()
    with recorder.step(0):
        recorder.observe("a/activation", [1.0, 2.0])
        recorder.observe("a/activation", [3.0])
    assert recorder.at(0)["a/activation"].histogram == Summary.of([1.0, 2.0, 3.0]).histogram
    assert recorder.at(0)["a/activation"].moments.mean == 2


def test_many_calls_in_a_step_are_one_summary(rng, monkeypatch):
    monkeypatch.setattr("nnviz.stats.table._MANY", 50)
    x = rng.standard_normal((500, 10))
    recorder = Recorder(exact=True)
    with contextlib.suppress(ZeroDivisionError), recorder.step(0):
        recorder.observe("a/activation", x)
        raise ZeroDivisionError
    for k in (1, 2):
        with recorder.step(k):
            for part in x:
                recorder.observe("a/activation", part)
                assert len(recorder._pending.counted) <= 51
    whole = Summary.of(x)
    for k in (1, 2):
        summary = recorder.at(k)["a/activation"]
        assert summary.histogram == whole.histogram
        assert summary.moments.mean == pytest.approx(whole.moments.mean, abs=1e-14)


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
    counted = table[table["statistic"].isin(["nan", "positive_inf", "negative_inf"])]
    assert (counted["value"] > 0).any()


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
        (lambda r: Recorder(layers=3), "layers must be a pattern or several; got 3"),
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


def test_parts_of_a_layer_follow_it():
    seen = ["a/x", "b.c/x", "d/x", "/x", "d.e/x", "b.c.f/x", "d.e.g/x", "h.i/x", "a.k/x", "d.l/x"]
    recorder = Recorder(exact=True)
    with recorder.step(0):
        for stream in seen:
            recorder.observe(stream, [1.0])
    assert recorder.layers == ["a", "a.k", "b.c", "b.c.f", "d", "d.e", "d.e.g", "d.l", "", "h.i"]


def test_a_path_is_no_sink(tmp_path):
    with pytest.raises(TypeError, match=r"sink must be what nnviz.runs.create_run\(path\) returns"):
        Recorder(sink=tmp_path / "a.run")


def test_steps_do_not_nest():
    recorder = Recorder()
    with (
        recorder.step(0),
        pytest.raises(ValueError, match="after the step in progress"),
        recorder.step(1),
    ):
        pass


def rough(recorder, steps, rng, size=5000):
    for k in steps:
        with recorder.step(k):
            recorder.observe("relu1/activation", np.maximum(rng.standard_normal(size), 0))


def test_steps_between_the_exact_ones_are_sampled_and_say_so(rng):
    recorder = Recorder(exact_every=10)
    rough(recorder, range(25), rng)
    table = recorder.statistics("relu1/activation")
    assert table["step"].tolist() == list(range(25)) == recorder.steps
    assert np.flatnonzero(table["exact"]).tolist() == [0, 10, 20] == recorder.exact_steps
    assert set(table["count"]) == {WIDTH, 5000}
    assert set(table["size"]) == {5000}
    assert recorder.total("relu1/activation").moments.count == 15000


def test_a_step_may_be_counted_whole_whenever_that_is_asked_for(rng):
    recorder = Recorder(every=4, exact_every=10)
    for k in range(23):
        with recorder.step(k, exact=k in (5, 8, 22)):
            assert recorder.due == {0: "exact", 5: "exact", 8: "exact", 22: "exact"}.get(
                k, None if k % 4 else "sampled"
            )
            recorder.observe("a/activation", rng.standard_normal(500))
    assert recorder.steps == [0, 4, 5, 8, 12, 16, 20, 22]
    assert recorder.exact_steps == [0, 5, 8, 22]


def test_samples_accumulated_over_steps_converge(rng):
    x = rng.standard_normal(20_000)
    recorder = Recorder(exact_every=10**6)
    for k in range(400):
        with recorder.step(k):
            recorder.observe("a/activation", x)
    total = recorder.total("a/activation", start=1)
    for q in (0.05, 0.5, 0.95):
        true = np.quantile(x, q, method="inverted_cdf")
        assert abs(np.mean(x <= total.histogram.quantile(q)) - np.mean(x <= true)) < 0.01
    one = recorder.at(7)["a/activation"]
    assert not one.exact
    assert one.norm == pytest.approx(np.linalg.norm(x), rel=0.2)
    assert one.moments.std == pytest.approx(1, abs=0.2)


def test_kinds_and_layers_choose(rng):
    names = ["relu1/activation", "relu2/activation", "relu2/gradient", "linear2/bias", "odd"]
    chosen = {
        (): ["relu1/activation", "relu2/activation", "relu2/gradient", "odd"],
        (("kinds", "*"),): names,
        (("kinds", ("activation", "bias*")),): [*names[:2], "linear2/bias"],
        (("layers", "relu2"),): names[1:3],
        (("layers", ("*1", "linear*")), ("kinds", "*")): [names[0], names[3]],
    }
    for options, streams in chosen.items():
        recorder = Recorder(**dict(options))
        for k in range(3):
            with recorder.step(k):
                for name in names:
                    recorder.observe(name, rng.standard_normal(999))
        assert recorder.streams == streams
        assert len(recorder.statistics()["step"]) == 3 * len(streams)


def test_a_step_that_is_not_due_has_no_observer():
    recorder = Recorder(every=2)
    assert recorder.observer() is None
    with recorder.step(0):
        assert recorder.observer() == recorder.observe
    with recorder.step(1):
        assert recorder.observer() is None


def test_numbers_are_kept_at_every_step_also_after_it():
    recorder = Recorder(every=3)
    for k in range(7):
        with recorder.step(k):
            recorder.scalar("loss", 10 - k)
        recorder.scalar("rate", np.float32(0.5))
    numbers = recorder.numbers("loss")
    assert numbers["step"].tolist() == list(range(7))
    assert numbers["value"].tolist() == [10 - k for k in range(7)]
    assert recorder.numbers("rate", start=2, stop=4)["step"].tolist() == [2, 3]
    assert recorder.names == ["loss", "rate"]


def test_a_number_that_is_none_is_dropped():
    recorder = Recorder()
    with pytest.warns(RecordingWarning, match="must belong to a step"):
        recorder.scalar("loss", 1)
    with recorder.step(0), pytest.warns(RecordingWarning, match="not recorded: name: could"):
        recorder.scalar("name", "text")
    assert recorder.dropped == {"loss": 1, "name": 1}


def test_a_unit_is_dead_if_it_is_silent_for_every_example_of_a_window(rng):
    recorder = Recorder(exact_every=10)
    for k in range(21):
        y = np.maximum(rng.standard_normal((50, 8)), 0)
        y[:, :3] = 0
        if k == 5:
            y[17, 0] = 1  # one example in one sampled step
        with recorder.step(k):
            recorder.observe("relu1/activation", np.tile(y, (2, 1)))
    dead = recorder.numbers("relu1/dead")
    assert dead["step"].tolist() == [10, 20]
    assert dead["value"].tolist() == [2 / 8, 3 / 8]
    since = recorder.numbers("relu1/dead_since")
    assert since["step"].tolist() == [10, 20]
    assert since["value"].tolist() == [0, 10]


def test_a_window_begins_with_the_zeros_of_a_layer_whatever_the_steps_are_called():
    recorder = Recorder(every=3, exact_every=4)
    for k in range(0, 121, 3):
        y = np.ones((50, 8))
        y[:, 0] = k < 25  # the first zeros are at 27, the first step in full with some at 36
        with recorder.step(k):
            recorder.observe("relu1/activation", y)
    since = recorder.numbers("relu1/dead_since")
    assert since["step"].tolist() == [72, 108]
    assert since["value"].tolist() == [36, 72]


def test_a_unit_that_wakes_in_a_small_tensor_is_not_dead():
    recorder = Recorder(exact_every=10)
    for k in range(11):
        y = np.ones((4, 3))
        y[:, :2] = 0
        y[2, 0] = k == 5  # in one step that is not exact, of fewer values than a sample has
        with recorder.step(k):
            recorder.observe("relu1/activation", y)
    assert recorder.numbers("relu1/dead")["value"].tolist() == pytest.approx([1 / 3])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8])
def test_equal_units_are_counted(rng, dtype):
    y = (10 * rng.standard_normal((50, 8))).astype(dtype)
    y[:, [1, 5]] = y[:, [0, 0]]
    y[:, 7] = y[:, 6]
    recorder = Recorder(exact=True, strict=True)
    with recorder.step(0):
        recorder.observe("a/activation", y)
        recorder.observe("image/activation", np.moveaxis(y.reshape(5, 2, 5, 8), -1, 1))
        recorder.observe("one/activation", y[:, :1])
        recorder.observe("nan/activation", np.full((4, 4), np.nan))
        recorder.observe("silent/activation", np.zeros((4, 4)))
    equal = recorder.numbers("*/equal")
    found = dict(zip(equal["name"], equal["value"], strict=True))
    assert found == {"a/equal": 5 / 8, "image/equal": 5 / 8, "nan/equal": 0, "silent/equal": 1}


@pytest.mark.parametrize("n_units", [200, 20_000])
def test_units_that_differ_are_not_equal(rng, n_units):
    x = rng.standard_normal((64, n_units), np.float32)
    x[:, 3] *= 1e4
    x[:, 7] = x[:, 150]
    recorder = Recorder(exact=True)
    with recorder.step(0):
        recorder.observe("a/activation", x)
    assert recorder.numbers("a/equal")["value"].tolist() == [2 / n_units]


@pytest.mark.parametrize(("silent", "equal"), [((3,), 0), ((3, 5), 2 / 8), ((3, 5, 6), 3 / 8)])
def test_silent_units_are_equal_to_each_other(rng, silent, equal):
    """Also beside one that is silent in those examples alone at which units are compared."""
    x = rng.standard_normal((EXAMPLES + 10, 8))
    x[:, silent] = 0
    x[:EXAMPLES, 0] = 0
    recorder = Recorder(exact=True)
    with recorder.step(0):
        recorder.observe("a/activation", x)
    assert recorder.numbers("a/equal")["value"].tolist() == [equal]


def test_units_that_start_at_zero_stay_equal_in_spite_of_rounding():
    data = digits(200)
    net = nn.mlp(
        [64, 100, 100, 10], activation="sigmoid", init="zeros", rng=np.random.default_rng(0)
    )
    recorder = Recorder(exact_every=20)
    fit(net, data, optim.adam(0.01), steps=100, recorder=recorder, rng=np.random.default_rng(1))
    for layer in ("sigmoid1", "sigmoid2"):
        assert recorder.numbers(f"{layer}/equal")["value"].tolist() == [1.0] * 6
    assert recorder.numbers("linear3/equal")["value"][-1] == 0


def test_saturation_depends_on_the_activation_function(rng):
    y = rng.uniform(0, 1, (50, 20))
    recorder = Recorder(exact=True, activations={"hidden*": "sigmoid"})
    with recorder.step(0):
        for layer in ("tanh1", "sigmoid2", "relu3", "hidden4"):
            recorder.observe(f"{layer}/activation", y)
    numbers = recorder.numbers()
    found = dict(zip(numbers["name"], numbers["value"], strict=True))
    sigmoid = np.mean((y < 0.05) | (y > 0.95))
    assert {name: value for name, value in found.items() if name.endswith("saturated")} == {
        "tanh1/saturated": np.mean(y > 0.95),
        "sigmoid2/saturated": sigmoid,
        "hidden4/saturated": sigmoid,
    }


def test_updates_are_set_in_relation_to_weights():
    recorder = Recorder(exact=True)
    with recorder.step(0):
        recorder.observe("linear1/weight", np.full((4, 4), 2.0))
        recorder.observe("linear1/weight_update", np.full((4, 4), 0.01))
        recorder.observe("linear2/weight_update", np.ones(3))
    assert recorder.names == ["linear1/update_to_weight"]
    assert recorder.numbers()["value"].tolist() == pytest.approx([0.005])


@pytest.mark.filterwarnings("ignore:.*recorded in memory:nnviz.errors.RecordingWarning")
def test_memory_is_bounded_and_thins_evenly(rng, monkeypatch):
    monkeypatch.setattr("nnviz.record.sink._MOST", 200_000)
    recorder = Recorder()
    for k in range(1600):
        with recorder.step(k):
            recorder.observe("a/activation", rng.standard_normal(500, np.float32))
            recorder.scalar("loss", k)
    assert sum(block.n_bytes for block in recorder.blocks()) < 1.25 * 200_000  # numbers, too
    assert recorder.numbers("loss")["step"].tolist() == list(range(1600))
    steps = np.array(recorder.steps)
    assert 50 < len(steps) < 1000
    assert np.diff(steps).max() < 1600 / 4
    assert steps[-1] > 1200


@pytest.mark.filterwarnings("ignore:.*recorded in memory:nnviz.errors.RecordingWarning")
def test_what_was_thinned_is_read_without_numbers_too(rng, monkeypatch):
    monkeypatch.setattr("nnviz.record.sink._MOST", 50_000)
    recorder = Recorder()
    for k in range(800):
        with recorder.step(k):
            recorder.observe("a/activation", rng.standard_normal(500))
    assert 10 < len(recorder.steps) < 400
    assert len(recorder.statistics()["mean"]) == len(recorder.steps)


def test_nothing_forked_is_recorded():
    import os

    recorder = Recorder()
    recorder._outbox._pid = os.getpid() + 1
    with recorder.step(0):
        recorder.observe("a/activation", [1.0])
    assert len(recorder._samples) == 0
    assert recorder.streams == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"exact_every": 0}, "exact_every must be a positive integer; got 0"),
        ({"layers": ()}, "layers must be a pattern or several; got"),
        ({"kinds": ""}, "kinds must be a pattern or several; got ''"),
        ({"activations": {"*": "rellu"}}, "activations must be one of .*did you mean 'relu'"),
    ],
)
def test_wrong_options_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        Recorder(**options)


def test_reading_nothing():
    recorder = Recorder()
    assert recorder.steps == recorder.exact_steps == []
    assert len(recorder.statistics()["step"]) == len(recorder.numbers()["step"]) == 0
    with pytest.raises(ValueError, match="step must be one of the 0 recorded steps; got 0"):
        recorder.at(0)


def test_what_has_no_name_is_dropped(rng):
    recorder = Recorder()
    for k in range(40):
        with recorder.step(k), warnings.catch_warnings():
            warnings.simplefilter("ignore", RecordingWarning)
            recorder.scalar(5, 1.0)
            recorder.observe(("relu1", "activation"), np.ones(500))
            recorder.observe(["relu1"], np.ones(500))
            recorder.observe("relu1/activation", np.ones(500))
    assert recorder.streams == ["relu1/activation"]
    assert recorder.dropped == {"5": 40, "('relu1', 'activation')": 40, "['relu1']": 40}


def test_a_name_with_brackets_is_no_pattern(rng):
    recorder = Recorder(layers="blocks[0]")
    with recorder.step(0):
        for name in ("blocks[0]", "blocks0"):
            recorder.observe(f"{name}/activation", rng.standard_normal(500))
    assert recorder.streams == ["blocks[0]/activation"]
    assert len(recorder.statistics("blocks[0]/*")["mean"]) == 1


def test_a_step_that_was_dropped_may_be_tried_again():
    recorder = Recorder()
    for attempt in range(2):
        with contextlib.suppress(MemoryError), recorder.step(0):
            recorder.scalar("batch size", 64 >> attempt)
            if not attempt:
                raise MemoryError
    with recorder.step(1):
        recorder.scalar("batch size", 32)
    assert recorder.numbers()["value"].tolist() == [32, 32]
    with pytest.raises(ValueError, match="a step after the last one, 1"), recorder.step(1):
        pass


def test_a_step_that_is_dropped_wakes_no_unit():
    recorder = Recorder(exact_every=10)
    silent = np.zeros((20, 40), np.float32)
    silent[:, :10] = 1
    for k in range(12):
        with contextlib.suppress(ZeroDivisionError), recorder.step(k):
            recorder.observe("relu1/activation", silent + (k == 5))
            if k == 5:
                raise ZeroDivisionError
    assert recorder.numbers("relu1/dead")["value"].tolist() == [0.75]


class InterruptAt:
    """Raise KeyboardInterrupt at the nth line that is run in the recorder's own modules."""

    def __init__(self, n):
        self.left = n

    def __call__(self, frame, event, _):
        if "/nnviz/record/" not in frame.f_code.co_filename:
            return None
        may_come = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if event == "line" and may_come:
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
        return self


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("exact", [False, True])
def test_an_interrupt_at_any_line_leaves_whole_steps(rng, fails, exact):
    x = rng.standard_normal(500)

    def step(recorder, k, interrupt=None):
        with contextlib.suppress(KeyboardInterrupt, ZeroDivisionError):
            try:
                sys.settrace(interrupt)
                with recorder.step(k):
                    for stream in ("a/activation", "b/activation"):
                        recorder.observe(stream, x)
                    recorder.scalar("loss", k)
                    if interrupt is not None and fails:
                        raise ZeroDivisionError
            finally:
                sys.settrace(None)

    for n in range(1, 1000):
        recorder, interrupt = Recorder(exact_every=10**6, exact=exact), InterruptAt(n)
        for k in range(1, 7):
            step(recorder, k, interrupt if k == 4 else None)
        others = [1, 2, 3, 5, 6]
        assert recorder.steps in ([others] if fails else [others, [1, 2, 3, 4, 5, 6]])
        assert recorder.numbers("loss")["step"].tolist() == recorder.steps
        for k in recorder.steps:
            assert list(recorder.at(k)) == ["a/activation", "b/activation"]
        if interrupt.left > 0:
            break
    assert n > 50


@pytest.mark.usefixtures("restless")
def test_threads_may_observe_within_a_step(rng):
    recorder = Recorder(exact_every=10**6, strict=True)
    x = {f"{place}/activation": np.full(1000, place, np.float32) for place in range(8)}

    def observe(names):
        for name in names:
            recorder.observe(name, x[name])

    for k in range(1, 300):
        with recorder.step(k):
            threads = [Thread(target=observe, args=(list(x)[p::2],)) for p in range(2)]
            for thread in threads:
                thread.start()
            if k % 7 == 0:
                recorder.flush()
            for thread in threads:
                thread.join()
    table = recorder.statistics()
    assert len(table["step"]) == 299 * 8
    assert [float(name.partition("/")[0]) for name in table["stream"]] == table["mean"].tolist()
    assert not table["std"].any()


def test_patterns_that_match_nothing_are_warned_about_once():
    recorder = Recorder(kinds=("weights",), every=2)
    for k in range(4):
        context = contextlib.nullcontext()
        if k == 0:
            context = pytest.warns(RecordingWarning, match=r"kinds and layers must .* a/weight$")
        with context, recorder.step(k):
            recorder.observe("a/weight", [1.0])


@pytest.mark.parametrize("within", ["begin", "end"])
def test_an_interrupt_leaves_a_recorder_that_goes_on(monkeypatch, rng, within):
    """Also while a notebook keeps the traceback, and with it the context of the step."""
    recorder = Recorder(exact=within == "end")
    owner = recorder._counting
    method, kept = getattr(owner, within), []

    def interrupted(*arguments, **options):
        method(*arguments, **options)
        raise KeyboardInterrupt

    for k in range(1, 6):
        if k == 3:
            monkeypatch.setattr(owner, within, interrupted)
        try:
            with recorder.step(k):
                recorder.observe("a/activation", rng.standard_normal(500))
        except KeyboardInterrupt as error:
            kept.append(error)
        monkeypatch.undo()
    assert len(kept) == 1
    assert recorder.steps == [1, 2, 4, 5]


def test_an_interrupt_that_keeps_a_step_from_ending_is_told_and_does_not_block():
    """The traceback, which notebooks keep, holds the context: Ctrl-C as its exit begins."""
    recorder, kept = Recorder(), []

    def interrupted(frame, event, _):
        if event == "call" and frame.f_code is Step.__exit__.__code__:
            sys.settrace(None)
            raise KeyboardInterrupt

    def cell(k):
        with recorder.step(k):
            recorder.observe("a/activation", [1.0])

    cell(0)
    try:
        sys.settrace(interrupted)
        cell(1)
    except KeyboardInterrupt as error:
        kept.append(error)
    with pytest.warns(
        RecordingWarning, match="step 1 was left unfinished; nothing of it is recorded"
    ):
        cell(1)
    cell(2)
    assert len(kept) == 1
    assert recorder.steps == [0, 1, 2]


def test_a_step_in_a_generator_is_in_progress_while_the_generator_waits():
    recorder = Recorder()

    @contextlib.contextmanager
    def own_step(k):
        with recorder.step(k):
            yield

    with own_step(0), pytest.raises(ValueError, match="must be given after the step in progress"):
        recorder.step(1)


def test_a_step_left_behind_blocks_nothing_where_warnings_are_errors():
    recorder = Recorder()

    def begun():
        step = recorder.step(0)
        step.__enter__()
        return step

    kept = begun()
    with pytest.raises(RecordingWarning, match="step 0 was left unfinished"):
        recorder.step(1)
    with recorder.step(1):
        recorder.observe("a/activation", [1.0])
    assert recorder.steps == [1]
    assert kept.number == 0


def test_a_step_left_behind_ends_nothing_when_it_is_left():
    recorder = Recorder()

    def begun():
        step = recorder.step(0)
        step.__enter__()
        recorder.observe("a/activation", [1.0])
        return step

    step = begun()
    with pytest.warns(RecordingWarning, match="step 0 was left unfinished"):
        second = recorder.step(1)
    with second:
        step.__exit__(None, None, None)
        recorder.observe("a/activation", [1.0])
        with pytest.raises(
            ValueError, match="must be given after the step in progress has ended; got 2"
        ):
            recorder.step(2)
    assert recorder.steps == [1]


def test_plain_numbers_do_not_push_tensors_out_of_memory(monkeypatch, rng):
    monkeypatch.setattr("nnviz.record.sink._MOST", 50_000)
    recorder = Recorder()
    for k in range(40):
        with recorder.step(k):
            recorder.observe("a/activation", rng.standard_normal(500, np.float32))
            for name in range(200):
                recorder.scalar(f"number {name}", k)
    assert recorder.steps == list(range(40))


def test_a_unit_is_silent_if_it_is_in_all_calls_of_a_step():
    first, second = np.ones((2, 5, 3), np.float32)
    first[:, 1:], second[:, 2] = 0, 0  # unit 1 is awake in second calls only
    recorder = Recorder(exact_every=10)
    for k in range(21):
        with recorder.step(k):
            recorder.observe("relu1/activation", first)
            if k == 10:
                recorder.observe("relu1/activation", second)
    dead = recorder.numbers("relu1/dead")
    assert dead["step"].tolist() == [10, 20]
    assert dead["value"] == pytest.approx([1 / 3, 1 / 3])


def test_of_a_layer_shared_by_several_widths_no_unit_is_called_dead():
    recorder = Recorder(exact=True, strict=True)
    for k in range(21):
        with recorder.step(k):
            for width in (3, 4):
                recorder.observe("relu1/activation", np.zeros((5, width), np.float32))
    assert "relu1/dead" not in recorder.names


def test_what_memory_has_no_room_for_is_counted(monkeypatch):
    monkeypatch.setattr("nnviz.record.sink._MOST", 20_000)
    recorder = Recorder(exact=True)
    values = np.linspace(-1, 1, 300)

    def train():
        for number in range(400):
            with recorder.step(number):
                recorder.observe("a/activation", values)
                recorder.scalar("loss", 1.0)
        return recorder.steps

    with pytest.warns(RecordingWarning, match="half of the steps, and more") as said:
        kept = train()
    assert len(said) == 1
    assert 0 < len(kept) < 200
    assert recorder.dropped == {LOST: 400 - len(kept)}
    assert len(recorder.numbers()["value"]) == 400


def test_a_sink_that_takes_nothing_is_warned_about_once_unless_strict():
    class Refusing(Memory):
        def append(self, portion):
            self.dropped[LOST] = self.dropped.get(LOST, 0) + len(portion.steps)
            raise OSError("no room")

    def train(recorder):
        for number in range(60):
            with recorder.step(number):
                recorder.observe("a/activation", [1.0])
        recorder.flush()
        return recorder.dropped

    with pytest.warns(RecordingWarning, match="not recorded: no room") as said:
        assert train(Recorder(sink=Refusing())) == {LOST: 60}
    assert len(said) == 1
    with pytest.raises(OSError, match="no room"):
        train(Recorder(sink=Refusing(), strict=True))
