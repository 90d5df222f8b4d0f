"""Tensors that are reduced on their device; here that is the CPU, taken for another one."""

from types import SimpleNamespace

import numpy as np
import pytest

from nnviz.record import Recorder

torch = pytest.importorskip("torch", reason="hooks for torch need torch")
from torch import nn  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

from nnviz.record.sampling import WIDTH  # noqa: E402
from nnviz.record.torch import attach, device, device_examples, tensors  # noqa: E402
from nnviz.stats import Summary  # noqa: E402
from nnviz.stats.examples import EXAMPLES, Examples, are_silent  # noqa: E402
from nnviz.stats.later import Later  # noqa: E402

RNG = np.random.default_rng(0)
ODD = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, -1e-40, 3e38, -3e38]
VALUES = {
    "normal": RNG.normal(size=1000),
    "far from zero": RNG.normal(size=1000) + 1e4,
    "wide": RNG.normal(size=1000) * 10.0 ** RNG.integers(-30, 30, 1000),
    "odd": np.concatenate([RNG.normal(size=50), ODD]),
    "not finite": np.array([np.nan, np.inf, np.inf, -np.inf]),
    "constant": np.full(300, 0.1),
    "zeros": np.zeros(200),
    "one": np.array([-2.5]),
    "none": np.zeros(0),
}
HUGE = np.array([1e300, -1e300, 1e-300, 5e-324, 0.0])


def fetched(promise):
    later = Later()
    later.add(3, 5, promise)
    assert later.begin(4, wait=True) == 4
    ((step, stream, known),) = later.take_out(4)
    assert (step, stream) == (3, 5)
    return known


def same(one, other):
    assert one.histogram == other.histogram
    for name, value in vars(other.moments).items():
        close = pytest.approx(value, rel=1e-12, abs=1e-12 * other.moments.std, nan_ok=True)
        assert getattr(one.moments, name) == close, name


@pytest.mark.parametrize(
    ("name", "dtype"),
    [*((name, d) for name in VALUES for d in ("float32", "float64")), ("huge", "float64")],
)
def test_what_is_counted_there_is_what_numpy_counts(name, dtype):
    values = HUGE if name == "huge" else VALUES[name]
    with np.errstate(over="ignore"):
        values = values.astype(dtype)
    seen = fetched(device.counted(torch.from_numpy(values), values.dtype))
    same(seen, Summary.of(values))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.int64, torch.bool])
def test_other_types_are_counted_as_numpy_does_once_they_are_floats(dtype):
    tensor = (torch.randn(40, 10) * 3).to(dtype)
    seen = fetched(device.counted(tensor, tensors.Elsewhere(tensor).dtype))
    same(seen, Summary.of(tensor.float().numpy()))


def test_a_copy_has_come_when_the_stream_of_its_own_device_has_done_it(monkeypatch):
    asked = []

    class There:
        is_cuda, device = True, "cuda:1"

        def to(self, *_, **__):
            return torch.zeros(2)

    def stream(of=None):
        return SimpleNamespace(record_event=lambda: asked.append(of))

    monkeypatch.setattr(torch, "cat", lambda _: There())
    monkeypatch.setattr(torch.cuda, "current_stream", stream)
    device._Copy([[0.0, 0.0]])
    assert asked == ["cuda:1"]


def test_a_sample_is_one_value_of_each_part_and_all_that_is_not_finite():
    tensor = torch.arange(WIDTH * 10, dtype=torch.float32)
    tensor[[3, 700]] = torch.tensor([torch.nan, -torch.inf])
    places = device.gathered(torch.arange(WIDTH * 10), 1)
    assert torch.equal(places, device.gathered(torch.arange(WIDTH * 10), 1))
    assert not torch.equal(places, device.gathered(torch.arange(WIDTH * 10), 2))
    assert torch.equal(places.long() // 10, torch.arange(WIDTH))
    seen = fetched(device.sampled(tensor, 7, np.dtype(np.float32)))
    assert not seen.exact
    assert (seen.moments.nan, seen.moments.negative_inf) == (1, 1)
    assert seen.moments.count >= WIDTH - 2


def outputs():
    """Activations, by what is special about them, and the axis of their units."""
    x = np.maximum(RNG.normal(size=(50, 20)), 0)
    dead, equal, near = x.copy(), x.copy(), x.copy()
    dead[:, [3, 7]] = 0.0
    equal[:, 4] = equal[:, 15] = equal[:, 9]
    equal[:, 6] = -0.0
    near[:, 1], near[:, 2] = near[:, 0] * (1 + 1e-6), near[:, 0] * (1 + 1e-4)
    odd, infinite = dead.copy(), x.copy()
    odd[3, 5], infinite[:, 2], infinite[0, 3] = np.nan, np.inf, -np.inf
    return {
        "rectified": (x, 1),
        "dead": (dead, 1),
        "equal": (equal, 1),
        "nearly equal": (near, 1),
        "NaN": (odd, 1),
        "infinite": (infinite, 1),
        "never finite": (np.full((4, 3), np.nan), 1),
        "all the same": (np.full((9, 5), 0.3), 1),
        "zeros": (np.zeros((9, 5)), 1),
        "one silent": (np.where(np.arange(20) == 2, 0.0, x), 1),
        "images": (equal.reshape(10, 5, 20).transpose(0, 2, 1)[..., None], 1),
        "sequences": (dead.reshape(10, 5, 20), 2),
        "more than are compared": (np.tile(equal, (30, 1)), 1),
        "one example": (equal[:1], 1),
        "an example without a batch": (equal.T[None], 1),
        "one unit": (equal[:, :1], 1),
        "no example": (x[:0], 1),
        "no unit": (x[:, :0], 1),
        "huge": (np.array([[1e200, -1e200, 3.0], [1e300, 1e200, 4.0]]), 1),
        "tiny": (np.array([[1e-200, 3e-200, 0.0], [2e-200, 1e-200, 0.0]]), 1),
    }


OUTPUTS = outputs()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", OUTPUTS)
def test_units_and_examples_are_looked_at_there_as_numpy_does(name, dtype):
    values, unit = OUTPUTS[name]
    with np.errstate(over="ignore"):
        values = np.ascontiguousarray(values, dtype)
    there = torch.from_numpy(values)
    with NoWaiting():
        promises = device_examples.examples(there, unit), device_examples.silent(there, unit)
    seen, silent = (fetched(promise) for promise in promises)
    here = Examples.of(values, unit, Summary.of(values).moments)
    assert seen.has_zeros == here.has_zeros
    assert seen.silent.tolist() == here.silent.tolist()
    assert silent.tolist() == are_silent(values, unit).tolist()
    assert seen.equal == pytest.approx(here.equal, rel=0, abs=0, nan_ok=True)
    assert seen.spread == pytest.approx(here.spread, rel=1e-12, abs=1e-180, nan_ok=True)


class NoWaiting(TorchDispatchMode):
    """Raises where a device would be waited for."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        name, kwargs = str(function), kwargs or {}
        assert not any(w in name for w in ("_local_scalar_dense", "nonzero", "unique")), name
        where = [a.device for a in args if isinstance(a, torch.Tensor)]
        assert kwargs.get("device") is None or all(d == kwargs["device"] for d in where), name
        assert len(set(where)) <= 1, name
        return function(*args, **kwargs)


@pytest.fixture
def elsewhere(monkeypatch):
    """Take the CPU for another device, of which nothing can be fetched but by a flush."""

    def refuse(*_, **__):
        raise AssertionError("fetched")

    monkeypatch.setattr(tensors, "_is_far", lambda _: True)
    monkeypatch.setattr(tensors, "_reduces", lambda _: True)
    monkeypatch.setattr(tensors.Elsewhere, "take", refuse)
    monkeypatch.setattr(tensors.Elsewhere, "__array__", refuse)


def trained(recorder, dtype=torch.float32, spoil=None, mode=None):
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(30, 40), nn.GELU(), nn.Linear(40, 20)).to(dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    with attach(model, recorder, optimizer), mode or torch.enable_grad():
        for k in range(40):
            x = torch.randn(64, 30, dtype=dtype)
            with recorder.step(k):
                optimizer.zero_grad()
                if k == spoil:
                    x[5, 5] = torch.nan
                model(x).square().mean().backward()
                optimizer.step()
    return torch.cat([p.detach().ravel() for p in model.parameters()])


KINDS = ("gradient", "weight*")


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_weights_and_gradients_are_counted_there_as_here_and_never_waited_for(elsewhere, dtype):
    far = Recorder(exact=True, strict=True, kinds=KINDS)
    ends = [trained(far, dtype, mode=NoWaiting())]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tensors, "_is_far", lambda _: False)
        near = Recorder(exact=True, strict=True, kinds=KINDS)
        ends.append(trained(near, dtype))
    assert torch.equal(*ends)
    assert far.steps == near.steps
    assert far.exact_steps == near.exact_steps == list(range(40))
    for k in (0, 17, 39):
        for name, summary in near.at(k).items():
            same(far.at(k)[name], summary)
    ratios = [each.numbers("*/update_to_weight") for each in (far, near)]
    assert ratios[0]["name"].tolist() == ratios[1]["name"].tolist()
    assert ratios[0]["value"] == pytest.approx(ratios[1]["value"], rel=1e-12)


def test_samples_are_taken_there_and_come_with_a_flush(elsewhere):
    recorder = Recorder(exact_every=1000, strict=True, kinds=("activation", *KINDS))
    with recorder.step(0):  # the one that is counted in full
        pass
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(30, 40), nn.GELU(), nn.Linear(40, 20))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with attach(model, recorder, optimizer), NoWaiting():
        for k in range(1, 41):
            with recorder.step(k):
                optimizer.zero_grad()
                model(torch.randn(64, 30)).square().mean().backward()
                before = model[0].weight.detach().clone()
                optimizer.step()
    recorder.flush()
    assert recorder.steps == list(range(1, 41))
    assert recorder.exact_steps == []
    seen = recorder.at(40)
    assert seen["0/weight"].size == 1200
    assert seen["0/weight"].moments.count == WIDTH
    moved = (model[0].weight.detach() - before).numpy()
    assert seen["0/weight_update"].moments.std == pytest.approx(moved.std(), rel=0.5)
    assert np.isin(seen["0/weight_update"].moments.max, moved)
    assert seen["2/activation"].moments.count == WIDTH


def test_what_is_not_finite_is_dated_to_its_step(elsewhere):
    recorder = Recorder(exact_every=1000, strict=True, kinds=("gradient", "weight*"))
    trained(recorder, spoil=23)
    columns = recorder.statistics("0/weight_gradient")
    assert columns["step"][columns["nan"] > 0].min() == 23
    assert columns["nan"][columns["step"] == 23] == 40 * 30


def test_an_abandoned_step_leaves_nothing_there(elsewhere):
    recorder = Recorder(exact=True, strict=True)
    tensor = tensors.Elsewhere(torch.ones(200))
    with recorder.step(0):
        recorder.observe("a/weight", tensor)
    with recorder.step(1):
        recorder.observe("a/weight", tensor)
        recorder._steps.forget()  # as an exception does
    with recorder.step(1):
        recorder.observe("a/gradient", tensor)
    assert [list(recorder.at(k)) for k in recorder.steps] == [["a/weight"], ["a/gradient"]]


def dying(recorder):
    """Train a network whose units go silent, of every kind of layer whose units are looked at."""
    torch.manual_seed(2)
    model = nn.Sequential(
        *(nn.Conv1d(3, 6, 3), nn.ReLU(), nn.Flatten(), nn.Linear(60, 20), nn.ReLU()),
        *(nn.Linear(20, 8), nn.Sigmoid(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 4)),
    )
    with torch.no_grad():
        model[3].bias[:7] -= 9  # dead from the start
        model[3].weight[8], model[3].bias[8] = model[3].weight[9], model[3].bias[9]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with attach(model, recorder, optimizer), NoWaiting():
        for k in range(1, 62):
            x = torch.randn(16, 3, 12)
            with recorder.step(k):
                optimizer.zero_grad()
                y = model(x)
                if k % 3 == 0:
                    y = y + model(x * (1 + k / 10))  # called twice in a step
                y.square().mean().backward()
                optimizer.step()
            with torch.no_grad():
                if k in (12, 30):
                    model[3].bias[8:16] += 18 if k == 30 else -9  # dead, and alive again
                if k == 38:
                    model[0].bias[2:4] -= 99
                    model[3].bias[9:12] -= 99


@pytest.mark.parametrize("options", [{}, {"exact_every": 3}, {"every": 2}])
def test_units_are_followed_there_as_here(elsewhere, options):
    far, near = (Recorder(strict=True, kinds="activation", **options) for _ in range(2))
    dying(far)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tensors, "_is_far", lambda _: False)
        dying(near)
    for recorder in (far, near):
        recorder.flush()
    assert sorted(far.names) == sorted(near.names)
    assert {"4/dead", "4/dead_since", "4/equal", "6/saturated", "8/spread"} < set(far.names)
    for name in near.names:
        one, other = far.numbers(name), near.numbers(name)
        assert one["step"].tolist() == other["step"].tolist()
        exactly = 1e-12 if name.endswith("spread") else 0
        assert one["value"] == pytest.approx(other["value"], rel=exactly, abs=0)
    dead = near.numbers("4/dead")["value"]
    assert len(set(dead.tolist())) > 1


def test_silent_units_are_looked_for_only_where_there_may_be_some(elsewhere, monkeypatch):
    asked = []
    silent = tensors.Elsewhere.silent
    monkeypatch.setattr(
        tensors.Elsewhere, "silent", lambda own, unit: (asked.append(step), silent(own, unit))[1]
    )
    recorder = Recorder(exact_every=100, strict=True)
    tensor = torch.ones(30, 10)
    for step in range(60):
        with recorder.step(step):
            recorder.observe("a/activation", tensors.Elsewhere(tensor))
        if step == 20:
            recorder.flush()
    assert asked == list(range(1, 21))


def test_units_of_an_abandoned_step_are_forgotten_there(elsewhere):
    recorder = Recorder(exact=True, strict=True)
    alive = torch.ones(30, 10)
    for step in range(25):
        with recorder.step(step):
            recorder.observe("relu/activation", tensors.Elsewhere(torch.zeros(30, 10)))
        with recorder.step(step + 100):
            recorder.observe("relu/activation", tensors.Elsewhere(alive))
            recorder._steps.forget()
    recorder.flush()
    assert recorder.numbers("relu/dead")["step"].tolist() == [9, 18]
    assert recorder.numbers("relu/dead")["value"].tolist() == [1.0, 1.0]


def test_no_number_is_asked_for_of_tensors_that_have_none(elsewhere, monkeypatch):
    """On the device "meta" tensors have shapes alone: whatever asks for a value raises."""
    monkeypatch.setattr("nnviz.record.sink.PATIENCE", np.inf)  # no hand-over, which would fetch
    nothing = torch.zeros(EXAMPLES, device="meta")  # such a device has no generator
    places = SimpleNamespace(of=lambda *_: nothing[:WIDTH].long())
    monkeypatch.setattr(device, "_places", lambda _: places)
    monkeypatch.setattr(device_examples, "_weights", lambda _: nothing.double())
    recorder = Recorder(exact_every=2, strict=True)
    later = recorder._pending.later
    with torch.device("meta"):
        layers = nn.Conv1d(3, 6, 3), nn.ReLU(), nn.Flatten(), nn.Linear(60, 20), nn.Sigmoid()
        model = nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with attach(model, recorder, optimizer):
        for k in range(6):
            with recorder.step(k):
                optimizer.zero_grad()
                model(torch.empty(16, 3, 12, device="meta")).square().mean().backward()
                optimizer.step()
        waiting, later._waiting = later._waiting, []  # as to detach is to flush
    asked = {one.step: sum(each.step == one.step for each in waiting) for one in waiting}
    # Each step has 5 activations and gradients, 2 weights, their gradients and updates; if counted
    # in full, also what 5 activations say of units and examples, and how far one is saturated.
    assert asked == {k: 16 + (6 if k % 2 == 0 else 5) for k in range(6)}
    assert all(part.is_meta for one in waiting for part in one.promise.row)
