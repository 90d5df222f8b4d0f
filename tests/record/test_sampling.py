"""Samples: of every tensor at every step, a value of each of its parts."""

import warnings
from contextlib import suppress
from threading import Event, Thread

import numpy as np
import pytest

from nnviz import nn
from nnviz.errors import RecordingWarning
from nnviz.record import Portion, Recorder
from nnviz.record.sampling import MANY, MOST, WIDTH, Samples, fewer
from nnviz.record.sink import TOGETHER
from nnviz.stats import Summary


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "odd", [0.0, -0.0, np.nan, np.inf, -np.inf, 1e-42, -1e-42, 3e38, -3e38, 1e17]
)
def test_reducing_samples_together_is_reducing_them_one_by_one(rng, dtype, odd):
    x = rng.standard_normal((3, WIDTH)).astype(dtype)
    x[1, ::3] = odd
    samples = Samples()
    samples.begin(0)
    for stream, row in enumerate(x):
        samples.put(stream, 999, row)
    block = Portion(sampled=samples.hand_over(1)).block()
    assert len(block) == 3
    summaries = [block.summary(place) for place in range(3)]
    for row in x:
        true = Summary.of(row)
        ours = next(s for s in summaries if s.histogram == true.histogram)
        assert ours.size == 999
        counts = ("count", "zeros", "nan", "positive_inf", "negative_inf", "min", "max")
        assert [getattr(ours.moments, c) for c in counts] == [
            getattr(true.moments, c) for c in counts
        ]
        assert ours.moments.mean == pytest.approx(true.moments.mean, rel=1e-4, abs=1e-6)
        assert ours.moments.std == pytest.approx(true.moments.std, rel=1e-4)


def sampled(steps, observe):
    """Return a recorder of steps none of which is counted in full."""
    recorder = Recorder(exact_every=10**6)
    for k in range(1, 1 + steps):
        with recorder.step(k):
            observe(recorder, k)
    return recorder


def test_a_sample_has_one_value_of_each_part_of_a_tensor():
    whole = np.arange(1000.0) + 1
    recorder = sampled(3 * TOGETHER, lambda r, k: r.observe("a/activation", whole))
    edges = 1 + 1000 * np.arange(WIDTH + 1) / WIDTH
    coarse = edges[::16]
    for k in recorder.steps:
        summary = recorder.at(k)["a/activation"]
        assert summary.moments.count == WIDTH
        assert summary.moments.mean == pytest.approx(500.5, abs=1000 / WIDTH)
        # A bucket is up to 6 % wide, so that of values above 500 a few cross an edge.
        assert summary.histogram.rebin(coarse)[:4] == pytest.approx(16, abs=2)


def test_the_places_differ_from_step_to_step(rng):
    whole = rng.standard_normal(100_000)
    recorder = sampled(TOGETHER, lambda r, k: r.observe("a/weight", whole))
    kept = {recorder.at(k)["a/weight"].moments.mean for k in recorder.steps}
    assert len(kept) == TOGETHER


def test_a_stream_seen_again_within_a_step_is_merged(rng):
    x = rng.standard_normal((40, 50))

    def thrice(recorder, k):
        for part in range(3):
            recorder.observe("a/activation", x + part)
            recorder.observe("b/activation", x)

    recorder = sampled(TOGETHER + 3, thrice)
    assert recorder.steps == list(range(1, TOGETHER + 4))
    for k in recorder.steps:
        both = recorder.at(k)
        assert both["a/activation"].moments.count == 3 * WIDTH
        assert both["a/activation"].size == 6000
        assert both["a/activation"].moments.mean == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("small", [100, 500])
def test_of_samples_that_are_merged_each_counts_for_its_size(rng, small):
    large = rng.standard_normal(100_000)
    recorder = sampled(
        TOGETHER,
        lambda r, k: [r.observe("a/activation", x) for x in (np.full(small, 20.0), large)],
    )
    table, share = recorder.statistics(), small / 100_000
    assert set(table["size"]) == {100_000 + small}
    assert np.mean(table["mean"]) == pytest.approx(20 * share, abs=0.1)
    assert table["std"] == pytest.approx(np.sqrt(1 + 400 * share), rel=0.3)


@pytest.mark.parametrize("size", [1e-17, 1e-23, 1e-30])
def test_small_numbers_keep_their_spread(rng, size):
    whole = (size * rng.standard_normal(5000)).astype(np.float32)
    recorder = sampled(TOGETHER, lambda r, k: r.observe("a/gradient", whole))
    assert recorder.statistics()["std"] == pytest.approx(size, rel=0.25, abs=0)


def test_the_places_are_all_drawn_anew_in_time(rng):
    whole = np.arange(100_000.0)
    recorder = sampled(64 * TOGETHER, lambda r, k: r.observe("a/weight", whole))
    means = recorder.statistics()["mean"]
    assert all(len(set(means[slot::TOGETHER])) > 2 for slot in range(TOGETHER))


@pytest.mark.parametrize("n_calls", [MOST, 5 * MOST, 1000])
def test_of_many_calls_within_a_step_some_stand_for_all(rng, n_calls):
    parts = [rng.standard_normal(300 + 200 * (k % 3)) + k / n_calls for k in range(n_calls)]
    recorder = sampled(3, lambda r, k: [r.observe("a/activation", x) for x in parts])
    for k in recorder.steps:
        summary = recorder.at(k)["a/activation"]
        assert summary.size == sum(map(len, parts))
        assert summary.moments.count <= MOST * WIDTH
        assert summary.moments.mean == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize("sizes", [(500, 500), (200, 100_000)])
def test_calls_that_take_turns_are_all_seen(rng, sizes):
    def observe(recorder, k):
        for _ in range(16):
            for place, size in enumerate(sizes):
                recorder.observe("a/activation", np.full(size, 10.0 * place))

    recorder = sampled(200, observe)
    table = recorder.statistics()
    share = sizes[1] / sum(sizes)
    assert set(table["size"]) == {16 * sum(sizes)}
    assert table["mean"].mean() == pytest.approx(10 * share, abs=1)
    assert table["std"].mean() == pytest.approx(10 * np.sqrt(share * (1 - share)), abs=1)


def test_a_step_of_very_many_calls_takes_little_memory():
    recorder = Recorder(exact_every=10**6)
    with recorder.step(1):
        for k in range(3 * MANY):
            recorder.observe(f"{k % 3}/activation", np.full(200, float(k % 3)))
            assert len(recorder._samples) <= 2 * MANY + 1
    table = recorder.statistics()
    assert table["mean"].tolist() == [0, 1, 2]
    assert table["size"].tolist() == [200 * MANY] * 3
    assert len(recorder._samples) == 0


def test_streams_that_are_seen_often_do_not_thin_the_others(rng):
    x = rng.standard_normal(300)

    def observe(recorder, k):
        recorder.observe("once/activation", x)
        for _ in range(100):
            recorder.observe("often/activation", x)
            recorder.observe("also/activation", x)
        recorder.observe("twice/activation", x)
        recorder.observe("twice/activation", x)

    recorder = sampled(2, observe)
    counts = {name: s.moments.count // WIDTH for name, s in recorder.at(2).items()}
    assert (counts["once/activation"], counts["twice/activation"]) == (1, 2)
    # 6 or 7 calls to a sample that is kept: merged, the former are thinned by as much.
    assert 6 / 7 * MOST <= counts["often/activation"] <= MOST
    assert 6 / 7 * MOST - 1 < counts["also/activation"] <= MOST


@pytest.mark.parametrize("dtypes", [("f4",), ("f4", "f8"), ("f2", "i4")])
def test_a_stream_may_change_shape_and_type(rng, dtypes):
    sizes = [300, 300, 300, 999, 300, 999, 999, 700, 300, 700, 40]

    def change(recorder, k):
        size, dtype = sizes[k % len(sizes)], dtypes[k % len(dtypes)]
        recorder.observe("a/activation", (9 * rng.standard_normal((size, 2))).astype(dtype))
        recorder.observe("b/activation", np.ones(300))

    recorder = sampled(4 * TOGETHER + 1, change)
    for k in recorder.steps:
        size = 2 * sizes[k % len(sizes)]
        summary = recorder.at(k)["a/activation"]
        assert summary.size == size
        assert summary.moments.count == min(size, WIDTH)
        assert np.abs(summary.moments.mean) < 4
        assert summary.moments.std == pytest.approx(9, rel=0.5)


def test_streams_that_come_late_go_on_from_there(rng):
    x = rng.standard_normal(500)

    def grow(recorder, k):
        for layer in range(k):
            recorder.observe(f"{layer}/activation", x + layer)

    recorder = sampled(TOGETHER - 1, grow)
    for k in recorder.steps:
        means = {n: s.moments.mean for n, s in recorder.at(k).items()}
        assert list(means) == [f"{layer}/activation" for layer in range(k)]
        assert list(means.values()) == pytest.approx(range(k), abs=0.4)


@pytest.mark.parametrize("kinds", [None, ("weight*", "bias")])
@pytest.mark.parametrize("exact", [False, True])
def test_parameters_are_seen_in_one_go_as_one_by_one(rng, kinds, exact):
    net = nn.mlp([20, 30, 200, 3], rng=rng)
    ramp = np.arange(net.flat.size, dtype=np.float32)
    flats = {"": net.flat, "_gradient": ramp + 1, "_update": -ramp - 1}
    net.flat[:] = ramp / 7 + 1
    together, single = (Recorder(exact_every=9, exact=exact, kinds=kinds) for _ in range(2))
    for k in range(3):
        with together.step(k):
            together.observe_parameters(net, flats["_gradient"], flats["_update"])
        with single.step(k):
            for suffix, flat in flats.items():
                for name, part in net.views(flat).items():
                    single.observe(f"{name}{suffix}", part)
    assert together.streams == single.streams
    for k in range(3):
        for name, summary in single.at(k).items():
            other = together.at(k)[name]
            assert other.size == summary.size
            assert other.moments.count == summary.moments.count
            if summary.exact:
                assert other.moments == summary.moments
                assert other.histogram == summary.histogram
            else:  # the same part of the ramp, at places of its own
                width = summary.moments.max - summary.moments.min
                assert other.moments.mean == pytest.approx(summary.moments.mean, abs=width / 50)
                assert other.moments.min == pytest.approx(summary.moments.min, abs=width / 50)


@pytest.mark.filterwarnings("ignore:nothing is recorded")
@pytest.mark.parametrize("options", [{}, {"kinds": "none"}, {"kinds": "weight", "every": 3}])
@pytest.mark.parametrize("sizes", [[4, 3, 2], [1, 1], [20, 30, 3]])
def test_of_small_networks_all_is_counted(rng, sizes, options):
    net = nn.mlp(sizes, rng=rng)
    recorder = Recorder(exact_every=5, strict=True, **options)
    x = rng.standard_normal((10, sizes[0])).astype(np.float32)
    for k in range(2 * TOGETHER):
        with recorder.step(k):
            y, backward = net(x, train=True, observe=recorder.observer())
            gradients = net.flatten(backward(np.ones_like(y))[1])
            recorder.observe_parameters(net, gradients, -gradients)
    table = recorder.statistics()
    assert recorder.steps == (
        [] if options.get("kinds") == "none" else list(range(0, 2 * TOGETHER, recorder.every))
    )
    assert (np.minimum(table["size"], WIDTH) <= table["count"]).all()


def test_parameters_of_another_length_are_dropped_and_said(rng):
    net = nn.mlp([20, 30, 3], rng=rng)
    recorder = Recorder(exact_every=2)
    with (
        recorder.step(0),
        pytest.warns(RecordingWarning, match="weight_gradient must have 723 numbers; got 7"),
    ):
        recorder.observe_parameters(net, np.ones(7), net.flat)
    with recorder.step(1):
        recorder.observe_parameters(net, np.ones(7), net.flat)
    assert recorder.dropped == {"*/weight_gradient": 2}
    assert {name.rpartition("/")[2] for name in recorder.at(1)} == {"weight", "weight_update"}


@pytest.mark.parametrize("exact", [False, True])
def test_reading_within_a_step_loses_nothing_of_it(rng, exact):
    x = rng.standard_normal(500)
    recorder = Recorder(exact_every=10**6, exact=exact, strict=True)
    for k in range(1, 4):
        with recorder.step(k):
            recorder.observe("a/activation", x)
            recorder.observe("b/activation", x)
            assert recorder.steps == list(range(1, k))
            for layer in "b" if k == 1 else "cdefgb":
                recorder.observe(f"{layer}/activation", x)
    for k in recorder.steps:
        sizes = {name[0]: summary.size for name, summary in recorder.at(k).items()}
        assert sizes == {"a": 500, "b": 1000} | dict.fromkeys("" if k == 1 else "cdefg", 500)
    with suppress(ZeroDivisionError), recorder.step(4):
        recorder.flush()
        recorder.observe("a/activation", x)
        raise ZeroDivisionError
    assert recorder.steps == [1, 2, 3]


def test_of_very_many_calls_those_that_are_kept_are_like_all(monkeypatch):
    monkeypatch.setattr("nnviz.record.sampling.MANY", 64)
    n_calls, layers = 1500, range(3)  # thinned some forty times within the step

    def rising(recorder, k):
        for call in range(n_calls):
            for layer in layers:
                recorder.observe(f"{layer}/activation", np.full(200, call / n_calls))

    recorder = sampled(10, rising)
    table = recorder.statistics()
    assert set(table["size"]) == {200 * n_calls}
    assert table["mean"].mean() == pytest.approx(0.5, abs=0.05)
    assert table["std"].mean() == pytest.approx(np.sqrt(1 / 12), abs=0.05)
    assert set(table["count"]) == {MOST * WIDTH}


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_what_stops_a_thinning_costs_no_earlier_step(monkeypatch, error):
    monkeypatch.setattr("nnviz.record.sampling.MANY", 64)
    recorder = Recorder(exact_every=10**6)
    x = np.ones(200)
    for k in range(1, 5):
        with recorder.step(k):
            recorder.observe("a/activation", x)
    with monkeypatch.context() as patch:
        patch.setattr("nnviz.record.sampling.fewer", failing_once(error))
        interrupted = suppress(KeyboardInterrupt)
        with interrupted, warnings.catch_warnings(action="ignore"), recorder.step(5):
            for _ in range(200):
                recorder.observe("a/activation", x)
    sizes = recorder.statistics()["size"].tolist()
    assert sizes[:4] == [200] * 4
    assert len(sizes) == (5 if error is MemoryError else 4)
    if error is MemoryError:
        assert sizes[4] + 200 * recorder.dropped["a/activation"] == 200 * 200


def failing_once(error):
    once = iter([error])

    def fails(samples, rng):
        for failure in once:
            raise failure
        return fewer(samples, rng)

    return fails


def test_parameters_seen_often_in_a_step_take_little_memory(rng, monkeypatch):
    monkeypatch.setattr("nnviz.record.sampling.MANY", 64)
    net = nn.mlp([20, 30, 30, 3], rng=rng)
    recorder = Recorder(exact_every=10**6)
    with recorder.step(1):
        for _ in range(300):
            recorder.observe_parameters(net, net.flat, -net.flat)
            assert len(recorder._samples) <= 128 + 3 * 2
    table = recorder.statistics("linear1/weight*")
    assert table["size"].tolist() == [300 * 600] * 3


def test_steps_are_found_whatever_was_seen_in_which(rng):
    net = nn.mlp([20, 30, 3], rng=rng)

    def observe(recorder, k):
        if k <= 5:
            recorder.observe_parameters(net, net.flat, net.flat)
        else:
            recorder.observe("a/activation", rng.standard_normal(500))

    recorder = sampled(8, observe)
    for k in range(1, 9):
        assert set(recorder.statistics(start=k, stop=k + 1)["step"]) == {k}


@pytest.mark.usefixtures("restless")
def test_threads_lose_nothing_when_samples_are_thinned(monkeypatch):
    monkeypatch.setattr("nnviz.record.sampling.MANY", 64)
    recorder = Recorder(exact_every=10**6, strict=True)

    def observe(place):
        for _ in range(400):
            recorder.observe(f"{place}/activation", np.full(200, place, np.float32))

    for k in range(1, 4):
        with recorder.step(k):
            threads = [Thread(target=observe, args=(place,)) for place in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    table = recorder.statistics()
    assert table["size"].tolist() == [400 * 200] * 12
    places = [float(stream.partition("/")[0]) for stream in table["stream"]]
    assert sorted(places) == sorted([0, 1, 2, 3] * 3)  # in whichever order threads came
    assert table["mean"] == pytest.approx(places, rel=1e-12)
    assert table["std"] == pytest.approx(0, abs=1e-6)


@pytest.mark.usefixtures("restless")
def test_another_thread_may_read_while_steps_begin_and_end():
    recorder, done = Recorder(exact_every=10**6, strict=True), Event()

    def read():
        while not done.is_set():
            recorder.flush()

    reader = Thread(target=read)
    reader.start()
    try:
        for k in range(1, 1000):
            with recorder.step(k):
                recorder.observe("a/activation", np.full(200, k, np.float32))
                recorder.observe("b/activation", np.full(200, k, np.float32))
    finally:
        done.set()
        reader.join()
    table = recorder.statistics()
    assert len(table["step"]) == 2 * 999
    assert table["mean"].tolist() == table["step"].tolist()


def test_what_is_not_finite_is_dated_to_its_step_and_counted(rng):
    """One value in a tensor of which a sample sees every hundredth, at a step that is sampled."""
    net = nn.mlp([200, 100, 3], rng=rng)
    recorder = Recorder(exact_every=10**6, strict=True)
    for k in range(1, 9):
        x, gradients = rng.standard_normal((100, 130)).astype(np.float32), np.ones_like(net.flat)
        if k >= 4:
            x[99, 129] = np.nan
        if k >= 6:
            gradients[7] = -np.inf
        with recorder.step(k):
            recorder.observe("a/activation", x)
            recorder.observe("b/activation", np.asfortranarray(x)[:, ::-1])
            recorder.observe("c/activation", np.full(300, 1e30, np.float32))  # its square is not
            recorder.observe_parameters(net, gradients, gradients)
    table = recorder.statistics()
    odd = table["nan"] + table["negative_inf"] > 0
    first = {
        s: int(table["step"][odd & (table["stream"] == s)].min(initial=99))
        for s in set(table["stream"])
    }
    assert {s: k for s, k in first.items() if k < 99} == {
        "a/activation": 4,
        "b/activation": 4,
        "linear1/weight_gradient": 6,
        "linear1/weight_update": 6,
    }
    began = odd & table["exact"]
    assert table["step"][began].tolist() == [4, 4, 6, 6]
    assert (table["nan"] + table["negative_inf"])[began].tolist() == [1] * 4
    assert table["size"].tolist() == [13_000, 13_000, 300, *[20_000, 300] * 3] * 8


def test_a_step_that_fails_does_not_date_what_is_not_finite():
    recorder = Recorder(exact_every=10**6)
    x = np.ones(1000)
    x[5] = np.nan
    for k in (1, 2, 3):
        with suppress(ZeroDivisionError), recorder.step(k):
            recorder.observe("a/activation", np.ones(1000) if k == 1 else x)
            if k == 2:
                raise ZeroDivisionError
    table = recorder.statistics()
    assert table["step"][table["nan"] > 0].tolist() == [3]
