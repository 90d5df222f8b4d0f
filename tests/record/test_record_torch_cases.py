"""Modules and loops that are hard to see through: right numbers, or a word that says which not."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest

from nnviz import runs, tables
from nnviz.diagnosis import diagnose
from nnviz.errors import RecordingWarning
from nnviz.record import Recorder

torch = pytest.importorskip("torch", reason="hooks for torch need torch")
from torch import nn  # noqa: E402
from torch.utils.checkpoint import checkpoint  # noqa: E402

from nnviz.record.torch import attach, scaling  # noqa: E402
from nnviz.record.torch.units import UNIT_AXES  # noqa: E402


def exact():
    return Recorder(exact=True, strict=True)


def norm(tensor):
    return tensor.detach().float().norm().item()


def norms(recorder, step=0):
    return {name: summary.norm for name, summary in recorder.at(step).items()}


def mlp():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))


@pytest.mark.parametrize("by_keyword", [False, True])
@pytest.mark.parametrize("lbfgs", [False, True])
def test_a_closure_shows_the_step_that_it_belongs_to(by_keyword, lbfgs):
    model, recorder = mlp(), exact()
    make = torch.optim.LBFGS if lbfgs else torch.optim.SGD
    optimizer = make(model.parameters(), lr=0.1)
    attach(model, recorder, optimizer)
    weight = model[0].weight
    for k in range(3):
        x, before, gradients = torch.randn(16, 4), weight.detach().clone(), []

        def closure(x=x, gradients=gradients):
            optimizer.zero_grad()
            loss = model(x).square().mean()
            loss.backward()
            gradients.append(weight.grad.clone())
            return loss

        with recorder.step(k):
            optimizer.step(closure=closure) if by_keyword else optimizer.step(closure)
        seen = norms(recorder, k)
        assert seen["0/weight"] == pytest.approx(norm(before))
        assert seen["0/weight_gradient"] == pytest.approx(norm(gradients[0]), rel=1e-4)
        assert seen["0/weight_update"] == pytest.approx(norm(weight - before), rel=1e-4)
        assert len(gradients) > 1 or not lbfgs
    assert recorder.layers == ["0", "1", "2"]


@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("unscale_first", [False, True])
@pytest.mark.parametrize("listed", [False, True])
def test_gradients_are_those_of_the_loss_whatever_it_is_scaled_with(fused, unscale_first, listed):
    def trained(scaled):
        model, recorder = mlp(), exact()
        optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=fused)
        attach(model, recorder, optimizer)
        scaler = torch.amp.GradScaler("cpu", enabled=scaled)
        with recorder.step(0):
            loss = model(torch.ones(8, 4)).square().mean()
            loss = scaler.scale([loss])[0] if listed else scaler.scale(loss)
            loss.backward()
            if unscale_first:
                scaler.unscale_(optimizer)
            scaler.step(optimizer)
            scaler.update()
        return recorder

    plain, scaled = trained(False), trained(True)
    assert norms(scaled) == pytest.approx(norms(plain), rel=1e-4)
    assert scaled.numbers("loss_scale")["value"].tolist() == [65536]
    assert "loss_scale" not in plain.names


def test_a_scale_ends_with_its_backward_pass_and_the_scaler_is_left_as_it_was(monkeypatch):
    for name in ("scale", "step"):
        now = getattr(torch.amp.GradScaler, name)
        monkeypatch.setattr(torch.amp.GradScaler, name, getattr(now, "__wrapped__", now))
    scale = torch.amp.GradScaler.scale
    monkeypatch.setattr(scaling._State, "listeners", [])
    model, recorder = mlp(), exact()
    hooks = attach(model, recorder)
    with attach(mlp(), recorder, name="other"):
        pass
    assert torch.amp.GradScaler.scale is not scale
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)

    def fails(_):
        raise RuntimeError

    with recorder.step(0):
        y = model(torch.ones(8, 4))
        y.register_hook(fails)
        with pytest.raises(RuntimeError):
            scaler.scale(y.mean()).backward()
    with recorder.step(1):
        model(torch.ones(8, 4)).mean().backward()
    assert norms(recorder, 1)["2/gradient"] == pytest.approx((1 / 8) ** 0.5)
    hooks.detach()
    assert torch.amp.GradScaler.scale is scale


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ParameterList([torch.randn(4, 4), torch.randn(4, 4)])
        self.named = nn.ParameterDict({"last": torch.randn(4, 4)})
        self.token = nn.Parameter(torch.ones(4))
        self.out_bias = nn.Parameter(torch.ones(4))

    def forward(self, x):
        return x @ self.parts[0] @ self.parts[1] @ self.named["last"] + self.token + self.out_bias


def test_parameters_in_lists_and_of_whatever_name_are_the_weights_of_a_layer():
    torch.manual_seed(0)
    model, recorder = nn.Sequential(Listed(), nn.ReLU(), nn.Linear(4, 1)), exact()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    attach(model, recorder, optimizer)
    with recorder.step(0):
        y = model[0](torch.randn(8, 4))
        y.retain_grad()
        model[2](model[1](y)).mean().backward()
        optimizer.step()
    seen = norms(recorder)
    assert seen["0/activation"] == pytest.approx(norm(y))
    assert seen["0/gradient"] == pytest.approx(norm(y.grad))
    for own in ("parts.0", "parts.1", "named.last", "token"):
        gradient = dict(model[0].named_parameters())[own].grad
        assert seen[f"0.{own}/weight_gradient"] == pytest.approx(norm(gradient), rel=1e-4)
    assert not any("bias" in stream for stream in recorder.streams)
    table = tables.recorded_progress(recorder, statistic="update_to_weight")
    assert {"0.parts.0", "0.parts.1", "0.named.last", "0.token", "2"} == set(table["layer"])


def test_a_module_that_has_parts_shows_its_own_parameters_as_weights():
    class Tokens(nn.Module):
        def __init__(self):
            super().__init__()
            self.class_token, self.embed = nn.Parameter(torch.ones(1, 4)), nn.Linear(4, 4)

        def forward(self, x):
            return self.embed(torch.cat([self.class_token, x]))

    model, recorder = nn.Sequential(Tokens()), exact()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    attach(model, recorder, optimizer)
    with recorder.step(0):
        model(torch.ones(2, 4)).mean().backward()
        optimizer.step()
    assert "0.class_token/weight_update" in recorder.streams


def weight_norm(layer):
    return nn.utils.parametrizations.weight_norm(layer)


def spectral_norm(layer):
    return nn.utils.parametrizations.spectral_norm(layer)


def pruned(layer):
    return nn.utils.prune.l1_unstructured(layer, "weight", amount=0.5)


@pytest.mark.filterwarnings("ignore:.*torch.nn.utils.weight_norm.*:FutureWarning")
@pytest.mark.parametrize(
    "change",
    [weight_norm, spectral_norm, pruned, nn.utils.weight_norm, nn.utils.spectral_norm],
    ids=["weight norm", "spectral norm", "pruned", "old weight norm", "old spectral norm"],
)
def test_a_weight_that_is_made_of_others_is_recorded_as_it_is(change):
    def made():
        torch.manual_seed(0)
        return nn.Sequential(change(nn.Linear(4, 8)), nn.ReLU(), nn.Linear(8, 1))

    x = torch.randn(9, 4)
    model, plain, recorder = made(), made(), exact()
    rules = [torch.optim.SGD(each.parameters(), 0.1) for each in (model, plain)]
    attach(model, recorder, rules[0])
    for k in range(3):
        for each, rule in zip((model, plain), rules, strict=True):
            rule.zero_grad()
            if each is plain:
                each(x).square().mean().backward()
                rule.step()
            else:
                with recorder.step(k):
                    each(x).square().mean().backward()
                    rule.step()
    assert all(
        torch.equal(p, q) for p, q in zip(model.parameters(), plain.parameters(), strict=True)
    )
    seen = norms(recorder, 2)
    assert {s for s in seen if s.startswith("0")} == {
        f"0/{kind}"
        for kind in ("activation", "gradient", "weight", "weight_gradient", "weight_update")
    }
    # The gradient of an output y = x W' + b with respect to W is the gradient of y, times x.
    with recorder.step(3):
        model.zero_grad()
        h = model[0](x)
        h.retain_grad()
        used = torch.linalg.lstsq(x, (h - model[0].bias).detach()).solution.T
        model[2](model[1](h)).square().mean().backward()
        rules[0].step()
    seen = norms(recorder, 3)
    assert seen["0/weight"] == pytest.approx(norm(used), rel=1e-3)
    assert seen["0/weight_gradient"] == pytest.approx(norm(h.grad.T @ x), rel=1e-3)
    ratio = recorder.numbers("0/update_to_weight")["value"][-1]
    assert ratio == pytest.approx(seen["0/weight_update"] / seen["0/weight"], rel=1e-4)
    model(x)  # which computes the weight anew
    now = torch.linalg.lstsq(x, (model[0](x) - model[0].bias).detach()).solution.T
    if change in (weight_norm, pruned, nn.utils.weight_norm):  # a power iteration moves the others
        assert seen["0/weight_update"] == pytest.approx(norm(now - used), rel=1e-3)


class Block(nn.Module):
    """One ReLU at two places, as residual blocks have it."""

    def __init__(self):
        super().__init__()
        self.first, self.second = (nn.Conv2d(4, 4, 3, padding=1) for _ in range(2))
        self.norm, self.relu = nn.BatchNorm2d(4), nn.ReLU()

    def forward(self, x):
        return self.relu(self.second(self.relu(self.norm(self.first(x)))) + x)


def test_a_module_without_parameters_is_a_layer_at_each_of_its_places():
    torch.manual_seed(0)
    model, recorder = Block(), exact()
    with torch.no_grad():
        model.norm.bias[:2] = -50
    attach(model, recorder)
    for k in range(12):
        x = torch.randn(8, 4, 6, 6)
        with recorder.step(k):
            for half in x.chunk(2):  # two micro-batches
                model(half).mean().backward()
    names = ["relu", "relu#2"]
    assert [recorder.numbers(f"{n}/dead")["value"].tolist() for n in names] == [[0.5], [0.0]]
    assert [recorder.at(0)[f"{n}/activation"].size for n in names] == [x.numel()] * 2
    assert [recorder.at(0)[f"{n}/gradient"].size for n in names] == [x.numel()] * 2


def test_a_loop_over_time_is_one_place():
    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell, self.relu = nn.Linear(4, 4), nn.ReLU()

        def forward(self, x):
            for _ in range(5):
                x = self.relu(self.cell(x))
            return x

    model, recorder = Recurrent(), exact()
    attach(model, recorder)
    with recorder.step(0):
        model(torch.randn(3, 4))
    assert recorder.layers == ["cell", "relu"]
    assert recorder.at(0)["relu/activation"].size == 5 * 12


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        ([nn.Linear(8, 16), nn.ReLU(inplace=True)], (4, 5, 8)),
        ([nn.MaxPool1d(2), nn.ReLU(inplace=True)], (4, 5, 8)),
        ([nn.AdaptiveAvgPool1d(2), nn.ELU(inplace=True)], (4, 5, 8)),
    ],
    ids=["Linear", "MaxPool1d", "AdaptiveAvgPool1d"],
)
def test_gradients_of_views_that_are_changed_in_place_are_recorded(layers, shape):
    model, recorder = nn.Sequential(*layers), exact()
    x = torch.randn(shape, requires_grad=True)
    plain = copy.deepcopy(model)
    plain[1].inplace = False
    h = plain[0](x)
    h.retain_grad()
    plain[1](h).square().mean().backward()
    attach(model, recorder)
    with recorder.step(0):
        model(x).square().mean().backward()
    assert norms(recorder)["0/gradient"] == pytest.approx(norm(h.grad), rel=1e-5)


@pytest.mark.parametrize("as_function", [False, True])
def test_what_is_changed_in_place_in_the_memory_of_another_layer_is_named(as_function):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.flatten = nn.Conv1d(2, 2, 1), nn.Flatten()
            self.relu, self.head = nn.ReLU(inplace=True), nn.Linear(8, 1)

        def forward(self, x):
            x = self.flatten(self.conv(x))
            return self.head(nn.functional.relu_(x) if as_function else self.relu(x))

    model, recorder = Model(), exact()
    with pytest.warns(RecordingWarning, match="changed in place: flatten"):  # noqa: SIM117
        with attach(model, recorder), recorder.step(0):
            model(torch.randn(3, 2, 4)).mean().backward()
    assert "flatten/gradient" not in recorder.streams


@pytest.mark.parametrize("again", [False, True])
def test_layers_in_a_reentrant_checkpoint_are_recorded_in_their_place(again):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.block, self.last = nn.Linear(4, 4), mlp()[:2], nn.Linear(8, 1)

        def forward(self, x, reentrant=True):
            h = self.first(x)
            if not reentrant:
                return self.last(self.block(h))
            return self.last(checkpoint(self.block, h, use_reentrant=True))

    torch.manual_seed(0)
    model = Net()
    seen = []
    for reentrant in (False, True):
        recorder = exact()
        with attach(model, recorder), recorder.step(0):
            for x in torch.ones(1 + again, 3, 4):
                model(x, reentrant).square().mean().backward()
        assert recorder.layers == ["first", "block.0", "block.1", "last"]
        assert {s.size for n, s in recorder.at(0).items() if "block" in n} == {24 * (1 + again)}
        seen.append(norms(recorder))
    assert seen[1] == pytest.approx(seen[0])


def test_layers_that_only_ran_in_evaluation_mode_are_named_at_the_end(tmp_path):
    model = mlp()
    model[1].eval()
    with runs.create_run(tmp_path / "a.run") as sink:
        recorder = Recorder(sink=sink)
        with pytest.warns(RecordingWarning, match="only ran in evaluation mode: 1$"):  # noqa: SIM117
            with attach(model, recorder), recorder.step(0):
                model(torch.randn(3, 4)).mean().backward()
    with runs.open_run(tmp_path / "a.run") as run:
        assert run.meta["notices"] == ["not recorded: layers that only ran in evaluation mode: 1"]
    with runs.resume_run(tmp_path / "a.run") as sink:  # it is not said again
        recorder = Recorder(sink=sink)
        with attach(model, recorder), recorder.step(1):
            model(torch.randn(3, 4)).mean().backward()


def test_a_function_that_is_no_module_is_recorded_behind_its_layer():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = nn.Linear(4, 8), nn.Linear(8, 8), nn.Linear(8, 2)

        def forward(self, x):
            h = torch.tanh(self.a(x))
            return self.c(nn.functional.relu_(self.b(h)) + self.b(h))

    torch.manual_seed(0)
    model, recorder = Net(), exact()
    x = torch.randn(16, 4)
    attach(model, recorder)
    with recorder.step(0):
        model(x).square().mean().backward()
    h = torch.tanh(model.a(x))
    h.retain_grad()
    model.c(torch.relu(model.b(h)) + model.b(h)).square().mean().backward()
    seen = recorder.at(0)
    assert seen["a.tanh/activation"].size == h.numel()  # once, though two layers take it
    assert seen["a.tanh/activation"].norm == pytest.approx(norm(h), rel=1e-5)
    assert seen["a.tanh/gradient"].norm == pytest.approx(norm(h.grad), rel=1e-5)
    share = float((h.abs() > 0.95).float().mean())
    assert recorder.numbers("a.tanh/saturated")["value"].tolist() == [pytest.approx(share)]


def test_functions_behind_which_something_else_comes_are_named():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.head = nn.Conv2d(1, 4, 3), nn.Linear(16, 2)

        def forward(self, x):
            x = nn.functional.max_pool2d(nn.functional.relu(self.conv(x)), 2)
            return self.head(torch.flatten(x, 1))

    model, recorder = Net(), exact()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    attach(model, recorder, optimizer)
    for k in range(12):
        with recorder.step(k):
            model(torch.randn(3, 1, 6, 6)).mean().backward()
            if k:
                optimizer.step()
            else:
                with pytest.warns(RecordingWarning, match=r"\(make them modules\): conv.relu$"):
                    optimizer.step()
    dead = diagnose(recorder).set_index("rule").loc["dead units"]
    assert dead["verdict"] == "not assessed"
    assert "none is known to apply an activation function" in dead["message"]


def test_packed_sequences_are_recorded():
    lstm, recorder = nn.LSTM(3, 5, batch_first=True), exact()
    packed = nn.utils.rnn.pack_padded_sequence(torch.randn(2, 4, 3), [4, 2], batch_first=True)
    attach(lstm, recorder)
    with recorder.step(0):
        y, _ = lstm(packed)
        y.data.square().sum().backward()
    seen = recorder.at(0)
    assert seen["lstm/activation"].size == 6 * 5
    assert seen["lstm/gradient"].norm == pytest.approx(norm(2 * y.data), rel=1e-5)


def test_losses_are_no_layers():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.net, self.loss = nn.Linear(4, 2), nn.MSELoss()

        def forward(self, x):
            return self.loss(self.net(x), torch.zeros(2))

    model, recorder = Net(), exact()
    with attach(model, recorder) as hooks, recorder.step(0):
        model(torch.randn(2)[[0, 0, 1, 1]]).backward()
    assert recorder.layers == ["net"]
    assert not hooks.never_called


CHANNELS = [
    (nn.Conv1d(4, 6, 1), (2, 4, 5), 1),
    (nn.Conv1d(4, 6, 1), (4, 5), 0),
    (nn.Conv2d(4, 6, 1), (2, 4, 5, 3), 1),
    (nn.Conv2d(4, 6, 1), (4, 5, 3), 0),
    (nn.ConvTranspose3d(4, 6, 1), (2, 4, 5, 3, 2), 1),
    (nn.BatchNorm1d(4), (3, 4), 1),
    (nn.BatchNorm1d(4), (3, 4, 5), 1),
    (nn.GroupNorm(2, 4), (3, 4, 5), 1),
    (nn.Linear(4, 6), (2, 5, 3, 4), 3),
    (nn.LayerNorm(4), (2, 5, 3, 4), 3),
    (nn.LSTM(4, 6), (5, 2, 4), 2),
]


@pytest.mark.parametrize(
    ("layer", "shape", "axis"),
    CHANNELS,
    ids=[f"{type(c[0]).__name__}{len(c[1])}" for c in CHANNELS],
)
def test_what_a_unit_is(layer, shape, axis):
    assert any(t.__name__ in UNIT_AXES for t in type(layer).__mro__)
    model, recorder = nn.Sequential(layer), exact()
    if not isinstance(layer, nn.LSTM):
        model.append(nn.Sequential(nn.ReLU(), nn.Dropout(0.0)))
    attach(model, recorder)
    with recorder.step(0):
        y = model(torch.randn(shape))
    size = (y[0] if isinstance(y, tuple) else y).shape[axis]
    axes = recorder.units.axes
    assert axes == {f"{name}/activation": axis for name in recorder.layers}
    windows = recorder.units.here.windows
    assert all(window.n_units == size for window in windows.values())
    assert windows or isinstance(layer, nn.LSTM)


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 3), (4, 5, 3, 2)])
def test_a_tensor_without_a_batch_is_a_single_example(shape):
    recorder = exact()
    recorder.units.axes["own/activation"] = 0
    values = np.ones(shape, np.float32)
    values[2:] = 0.0
    with recorder.step(0):
        recorder.observe("own/activation", values)
    assert recorder.names == ["own/equal"]  # and no spread: there is one example
    assert recorder.numbers("own/equal")["value"].tolist() == [1.0]
    assert recorder.units.here.windows["own/activation"].n_units == 4
    assert recorder.units.here.silent["own/activation"].tolist() == [2, 3]


def test_a_head_that_starts_at_zero_raises_no_alarm_on_the_rate():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
    nn.init.zeros_(model[2].weight)
    optimizer, recorder = torch.optim.Adam(model.parameters(), 3e-3), Recorder(exact=True)
    attach(model, recorder, optimizer)
    for k in range(120):
        with recorder.step(k):
            optimizer.zero_grad()
            y = torch.randint(0, 2, (32,))  # there is nothing to learn: the loss stays
            loss = nn.functional.cross_entropy(model(torch.randn(32, 8)), y)
            loss.backward()
            optimizer.step()
            recorder.scalar("loss", loss.item())
    assert recorder.numbers("2/update_to_weight")["value"][1:9].min() > 0.1
    verdicts = diagnose(recorder).set_index("rule")["verdict"]
    assert verdicts["learning rate too large"] == "not found"


def test_a_wrapped_optimizer_is_unwrapped_and_its_hooks_can_be_removed():
    class Wrapper(torch.optim.Optimizer):
        """As accelerate's: not set up as an optimizer itself."""

        def __init__(self, optimizer):
            self.optimizer = optimizer

        def step(self, closure=None):
            self.optimizer.step(closure)

    model, recorder = mlp(), exact()
    inner = torch.optim.SGD(model.parameters(), 0.1)
    hooks = attach(model, recorder, Wrapper(Wrapper(inner)))
    with recorder.step(0):
        model(torch.ones(2, 4)).mean().backward()
        inner.step()
    assert "0/weight_update" in recorder.streams
    hooks.detach()
    assert not inner._optimizer_step_pre_hooks
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in model.modules())


def test_frozen_layers_show_what_they_have():
    model, recorder = mlp(), exact()
    model[0].requires_grad_(False)
    optimizer = torch.optim.SGD(model[2].parameters(), 0.1)
    attach(model, recorder, optimizer)
    with recorder.step(0):
        model(torch.ones(2, 4)).mean().backward()
        optimizer.step()
    seen = set(recorder.at(0))
    assert {"0/activation", "1/activation", "0/weight", "2/weight_update"} <= seen
    assert not {"0/gradient", "0/weight_gradient"} & seen
    assert recorder.at(0)["0/weight_update"].moments.max == 0  # frozen on purpose, not cut off


def test_layers_in_a_compiled_graph_are_told_by_their_places():
    torch._dynamo.reset()

    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.relu, self.flat = (
                nn.Conv2d(2, 3, 3),
                nn.ReLU(inplace=True),
                nn.Flatten(),
            )
            self.head, self.frozen = nn.Linear(12, 2), nn.Linear(2, 2).eval()

        def forward(self, x):
            h = self.relu(self.head(self.flat(self.relu(self.conv(x)))))
            return h, h.sum()

    torch.manual_seed(0)
    model, seen, plain = Twice(), exact(), exact()
    x = torch.randn(5, 2, 4, 4)
    for recorder in (plain, seen):
        with attach(model, recorder), recorder.step(0):
            one = torch.compile(model, backend="eager", fullgraph=True)
            (one if recorder is seen else model)(x)[0].square().mean().backward()
    assert seen.layers == plain.layers == ["conv", "relu", "flat", "head", "relu#2"]
    assert norms(seen) == pytest.approx(norms(plain))
    assert seen.units.axes == plain.units.axes
    numbers = [recorder.numbers() for recorder in (seen, plain)]
    derived = [dict(zip(each["name"], each["value"], strict=True)) for each in numbers]
    assert derived[0] == pytest.approx(derived[1], nan_ok=True)


def test_a_module_compiled_and_run_before_it_was_attached_is_told():
    torch._dynamo.reset()
    model, recorder = mlp(), exact()
    compiled = torch.compile(model, backend="eager")
    compiled(torch.ones(2, 4))
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    attach(model, recorder, optimizer)
    with recorder.step(0):
        compiled(torch.ones(2, 4)).mean().backward()
        with pytest.warns(RecordingWarning, match="was the module compiled before"):
            optimizer.step()


@pytest.mark.parametrize("sharded", [False, True])
def test_what_hooks_cannot_see_at_all_is_refused(sharded, monkeypatch):
    model = mlp()
    if sharded:
        monkeypatch.setattr(type(model), "named_parameters", lambda _: [("0.weight", DTensor())])
        message = "its parameters whole; got 0.weight sharded over processes"
    else:
        monkeypatch.setattr(type(model), "__module__", "keras.src.models")
        message = "one of PyTorch; got Sequential, a model of Keras"
    with pytest.raises(TypeError, match=message):
        attach(model, Recorder())


class DTensor(SimpleNamespace):
    data = np.zeros(2)


class Ordered(nn.Module):
    """Sequences whose steps lie along the first axis, up to a block and a head."""

    def __init__(self, kind):
        super().__init__()
        self.first = nn.LSTM(4, 6) if kind == "lstm" else nn.GRU(4, 6)
        self.drop, self.block = nn.Identity(), nn.TransformerEncoderLayer(6, 2, 8, dropout=0.0)
        self.head = nn.Linear(6, 2)

    def forward(self, x):
        return self.head(self.block(self.drop(self.first(x)[0])))


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_the_spread_of_a_sequence_is_over_its_batch_wherever_that_lies(kind):
    torch.manual_seed(0)
    model, recorder, outputs = Ordered(kind), Recorder(exact=True, layers="**"), {}
    model.block.register_forward_hook(lambda _, __, out: outputs.update({"block": out}))
    model.first.register_forward_hook(lambda _, __, out: outputs.update({"first": out[0]}))
    model.block.norm1.register_forward_hook(lambda _, __, out: outputs.update({"block.norm1": out}))
    with attach(model, recorder), recorder.step(0):
        outputs["head"] = model(torch.randn(7, 5, 4))
        outputs["head"].sum().backward()
    for layer, output in outputs.items():
        (spread,) = recorder.numbers(f"{layer}/spread")["value"]
        expected = output.double().std(dim=1, unbiased=False).mean().item()
        assert spread == pytest.approx(expected, rel=1e-5), layer


def test_modules_that_have_parts_are_recorded_if_they_are_asked_for():
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.list = nn.Linear(4, 4), nn.ModuleList([nn.Linear(4, 4)])

        def forward(self, x):
            return {"out": x + self.list[0](torch.relu(self.one(x)))}

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList([Block(), Block()])

        def forward(self, x):
            for block in self.blocks:
                x = block(x)["out"]
            return x.mean(), x

    torch.manual_seed(0)
    model, x = Net(), torch.randn(3, 4)
    found = {}
    for layers in ("*", "**", "blocks.1**", "blocks.?.**"):
        recorder = Recorder(exact=True, strict=True, layers=layers)
        with attach(model, recorder), recorder.step(0):
            loss, out = model(x)
            loss.backward()
        found[layers] = recorder
    parts = [f"blocks.{k}.{part}" for k in (0, 1) for part in ("one", "list.0")]
    assert [n for n in found["*"].layers if "relu" not in n] == parts
    assert set(found["**"].layers) - set(found["*"].layers) == {"blocks.0", "blocks.1", "net"}
    assert "blocks.1" in found["blocks.1**"].layers
    assert "blocks.0" not in found["blocks.1**"].layers
    assert set(parts) <= set(found["blocks.?.**"].layers)
    seen = norms(found["**"])
    assert seen["net/activation"] == pytest.approx(norm(out))
    assert seen["blocks.1/activation"] == pytest.approx(norm(out))
    assert seen["blocks.1/gradient"] == pytest.approx(norm(torch.full((3, 4), 1 / 12)))
    assert {k: v for k, v in seen.items() if k in norms(found["*"])} == norms(found["*"])
