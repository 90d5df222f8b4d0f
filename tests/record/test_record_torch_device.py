"""Tensors that are reduced on their device; here that is the CPU, taken for another one."""

from types import SimpleNamespace

import numpy as np
import pytest

from nnviz.record import Recorder

torch = pytest.importorskip("torch", reason="hooks for torch need torch")
from torch import nn  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

from nnviz.record.sampling import WIDTH  # noqa: E402
from nnviz.record.torch import attach, device, tensors  # noqa: E402
from nnviz.stats import Summary  # noqa: E402
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


def fetched(promise, size):
    later = Later()
    later.add(3, 5, size, promise)
    assert later.begin(4, wait=True) == 4
    ((step, stream, summary),) = later.take_out(4)
    assert (step, stream) == (3, 5)
    return summary


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
    seen = fetched(device.counted(torch.from_numpy(values), values.dtype), values.size)
    same(seen, Summary.of(values))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.int64, torch.bool])
def test_other_types_are_counted_as_numpy_does_once_they_are_floats(dtype):
    tensor = (torch.randn(40, 10) * 3).to(dtype)
    seen = fetched(device.counted(tensor, tensors.Elsewhere(tensor).dtype), 400)
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
    seen = fetched(device.sampled(tensor, 7, np.dtype(np.float32)), tensor.numel())
    assert not seen.exact
    assert (seen.moments.nan, seen.moments.negative_inf) == (1, 1)
    assert seen.moments.count >= WIDTH - 2


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
