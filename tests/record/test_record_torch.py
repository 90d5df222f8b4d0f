"""Hooks in PyTorch modules: what they show, and what they must not disturb."""

import copy
from dataclasses import astuple
from types import SimpleNamespace

import numpy as np
import pytest

from nnviz import tables
from nnviz.diagnosis import diagnose
from nnviz.errors import RecordingWarning
from nnviz.record import Recorder
from nnviz.record.sampling import WIDTH
from nnviz.runs import create_run
from nnviz.stats import Summary

torch = pytest.importorskip("torch", reason="hooks for torch need torch")
from nnviz.record.torch import attach  # noqa: E402
from nnviz.record.torch import tensors as recording  # noqa: E402

X = torch.randn(32, 20, generator=torch.Generator().manual_seed(0))


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(20, 30), torch.nn.ReLU(), torch.nn.Linear(30, 30), torch.nn.Tanh()
    )


def train(model, recorder, optimizer, steps=1, loss=lambda y: (y**2).mean()):
    for k in range(steps):
        with recorder.step(k):
            optimizer.zero_grad()
            loss(model(X)).backward()
            optimizer.step()


def recorded(model, **options):
    recorder = Recorder(**{"exact": True, "strict": True, **options})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    attach(model, recorder, optimizer)
    train(model, recorder, optimizer)
    return recorder


def test_every_tensor_is_seen_as_torch_has_it():
    model, plain = network(), network()
    recorder = recorded(model)
    h = plain[0](X)
    z = plain[1](h)
    y = plain[3](plain[2](z))
    z.retain_grad()
    (y**2).mean().backward()
    seen = recorder.at(0)
    assert set(seen) == {
        *(f"{k}/{kind}" for k in range(4) for kind in ("activation", "gradient")),
        *(f"{k}/weight{kind}" for k in (0, 2) for kind in ("", "_gradient", "_update")),
    }
    for stream, tensor in {
        "1/activation": z,
        "1/gradient": z.grad,
        "0/weight": plain[0].weight,
        "0/weight_gradient": plain[0].weight.grad,
        "0/weight_update": -0.1 * plain[0].weight.grad,
    }.items():
        values = tensor.detach().numpy()
        moments = seen[stream].moments
        assert moments.count == values.size
        assert moments.mean == pytest.approx(values.mean(), rel=1e-3, abs=1e-7)
        assert moments.norm == pytest.approx(np.linalg.norm(values), rel=1e-4)
    names = dict(zip(recorder.numbers()["name"], recorder.numbers()["value"], strict=True))
    share = (plain[3](plain[2](z)).abs() > 0.95).float().mean().item()
    assert names["3/saturated"] == pytest.approx(share)
    ratio = seen["0/weight_update"].norm / seen["0/weight"].norm
    assert names["0/update_to_weight"] == pytest.approx(ratio)


def test_recording_does_not_change_training():
    ends = []
    for record in (False, True):
        model = network()
        optimizer = torch.optim.Adam(model.parameters())
        recorder = Recorder(strict=True)
        if record:
            attach(model, recorder, optimizer)
        train(model, recorder, optimizer, steps=15)
        ends.append(torch.cat([p.detach().ravel() for p in model.parameters()]))
    assert torch.equal(*ends)


def test_sampled_steps_are_labelled():
    model = network()
    recorder = Recorder(strict=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    attach(model, recorder, optimizer)
    train(model, recorder, optimizer, steps=2)
    assert {s.exact for s in recorder.at(0).values()} == {True}
    assert {s.exact for s in recorder.at(1).values()} == {False}
    update = recorder.statistics("0/weight_update")
    assert update["size"].tolist() == [600, 600]
    assert update["norm"][1] == pytest.approx(update["norm"][0], rel=0.3)


def test_an_in_place_layer_after_another():
    model = torch.nn.Sequential(torch.nn.Linear(20, 30), torch.nn.ReLU(inplace=True))
    recorder = recorded(model)
    assert recorder.at(0)["0/activation"].moments.min < 0
    assert recorder.at(0)["1/activation"].moments.min == 0
    assert recorder.at(0)["0/gradient"].moments.count == 960


def test_passes_that_do_not_train_do_not_count():
    model = network()
    recorder = Recorder(exact=True, strict=True)
    attach(model, recorder)
    with recorder.step(0):
        with torch.no_grad(), pytest.warns(RecordingWarning, match=r"no_grad\(\), as layer 0"):
            model(X)
        model.eval()
        model(X).sum().backward()  # it is said once
        model.train()
    assert recorder.streams == []


def test_a_checkpointed_layer_counts_once():
    from torch.utils.checkpoint import checkpoint

    model = network()
    recorder = Recorder(exact=True, strict=True)
    attach(model, recorder)
    with recorder.step(0):
        checkpoint(model, X, use_reentrant=False).sum().backward()
    assert recorder.at(0)["1/activation"].moments.count == 32 * 30


def test_a_shared_layer_is_merged_under_its_first_name():
    shared = torch.nn.Linear(20, 20)
    model = torch.nn.Sequential(shared, torch.nn.ReLU(), shared)
    recorder = recorded(model)
    assert recorder.at(0)["0/activation"].moments.count == 2 * 32 * 20
    assert "2/activation" not in recorder.streams


def test_a_copy_shows_nothing():
    model = network()
    recorder = Recorder(exact=True, strict=True)
    attach(model, recorder)
    twin = copy.deepcopy(model)
    with recorder.step(0):
        twin(X).sum().backward()
    assert recorder.streams == []


def test_a_recorder_is_not_copied_with_a_module(tmp_path):
    model = network()
    with create_run(tmp_path / "a.nnviz") as sink:
        recorder = Recorder(sink=sink, strict=True)
        attach(model, recorder)
        twin = copy.deepcopy(model)
        with recorder.step(0):
            assert torch.equal(twin(X), model(X))
        assert recorder.statistics("1/activation")["size"].tolist() == [32 * 30]


@pytest.mark.parametrize("exact", [False, True])
def test_complex_weights_are_dropped(exact):
    model = torch.nn.Linear(20, 20, dtype=torch.complex64)
    recorder = Recorder(exact_every=1 if exact else 10**6)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    attach(model, recorder, optimizer)

    def train():
        model(X.to(torch.complex64)).abs().sum().backward()
        optimizer.step()

    with recorder.step(1), pytest.warns(RecordingWarning, match="must be an array of real"):
        train()
    assert recorder.streams == []
    assert set(recorder.dropped) == {
        f"linear/{kind}"
        for kind in ("activation", "gradient", "weight", "weight_gradient", "weight_update")
    }


def test_weights_that_are_sparse_or_change_their_strides_are_seen():
    base = torch.arange(200.0)
    sparse, dense = (torch.nn.Module() for _ in range(2))
    sparse.weight = torch.nn.Parameter(torch.eye(20).to_sparse())
    dense.weight = torch.nn.Parameter(base.as_strided((14, 14), (14, 1)))
    recorder = Recorder(exact_every=10**6, strict=True)
    optimizers = [torch.optim.SGD(each.parameters(), lr=0.1) for each in (sparse, dense)]
    for name, module, optimizer in zip("sd", (sparse, dense), optimizers, strict=True):
        attach(module, recorder, optimizer, name=name)
    for k in (1, 2):
        with recorder.step(k):
            for optimizer in optimizers:
                optimizer.step()
        dense.weight.data = base.as_strided((14, 14), (0, 1))
    assert recorder.statistics("s.module/weight")["size"].tolist() == [400, 400]
    most = recorder.statistics("d.module/weight")["max"]
    assert most[1] <= 13 < most[0]


def test_a_layer_that_is_first_called_late_has_its_channels():
    convolution, relu = torch.nn.Conv1d(2, 4, 3), torch.nn.ReLU()
    model = torch.nn.ModuleList([convolution, relu])
    recorder = Recorder(exact=True, strict=True)
    attach(model, recorder)
    for k in range(3):
        with recorder.step(k):
            y = convolution(torch.randn(6, 2, 10))
            if k:
                relu(y)
    assert recorder.units.here.windows["1/activation"].n_units == 4


def test_a_module_with_hooks_can_be_saved_as_a_whole(tmp_path):
    model = network()
    attach(model, Recorder())
    torch.save(model, tmp_path / "model.pt")
    for hook in model[0]._forward_hooks.values():
        build, arguments = hook.__self__.__reduce__()
        assert build(*arguments).hook(model[0], (X,), X) is None


def test_wrappers_do_not_change_names():
    class Wrapper(torch.nn.Module):
        def __init__(self, module):
            super().__init__()
            self.module = module

        def forward(self, x):
            return self.module(x)

    recorder = recorded(Wrapper(network()))
    assert "0/weight" in recorder.streams
    assert "3/activation" in recorder.streams


def test_a_module_of_one_layer_is_named_by_its_class():
    recorder = recorded(torch.nn.Linear(20, 20))
    assert set(recorder.streams) == {
        f"linear/{kind}"
        for kind in ("activation", "gradient", "weight", "weight_gradient", "weight_update")
    }


def test_layers_never_called_are_known():
    model = network()
    recorder = Recorder(exact=True)
    hooks = attach(model, recorder)
    with recorder.step(0):
        model[0](X)
    assert hooks.never_called == {"1", "2", "3"}


def test_hooks_can_be_removed():
    model = network()
    recorder = Recorder(exact=True)
    with attach(model, recorder):
        pass
    with recorder.step(0):
        model(X).sum().backward()
    assert recorder.streams == []


def test_an_exception_in_the_forward_pass_leaves_no_part_of_a_step():
    model = network()
    recorder = Recorder(exact=True)
    attach(model, recorder)

    def fail():
        with recorder.step(0):
            model(X[:, :3])

    with pytest.raises(RuntimeError):
        fail()
    assert recorder.steps == []


@pytest.mark.parametrize(
    "tensor",
    [
        torch.ones(3, 4, dtype=torch.bfloat16),
        torch.ones(3, 4, dtype=torch.float16),
        torch.ones(3, 4, requires_grad=True),
        torch.ones(3, 4).to_sparse(),
        torch.ones(4, 3).T,
        torch.ones(3, 4).conj(),
    ],
)
def test_odd_tensors_are_converted(tensor):
    model = torch.nn.Identity()
    recorder = Recorder(exact=True, strict=True)
    attach(model, recorder)
    with recorder.step(0):
        model(tensor)
    assert recorder.at(0)["identity/activation"].moments.mean == 1
    assert recorder.at(0)["identity/activation"].moments.seen == 12


@pytest.mark.parametrize(
    "tensor", [torch.ones(3, 4, device="meta"), torch.ones(3, 4, dtype=torch.complex64)]
)
def test_tensors_without_numbers_are_dropped(tensor):
    model = torch.nn.Identity()
    recorder = Recorder(exact=True)
    attach(model, recorder)
    with (
        recorder.step(0),
        pytest.warns(RecordingWarning, match="identity/activation must be an array of real"),
    ):
        model(tensor)
    assert recorder.dropped == {"identity/activation": 1}


def test_under_vmap_training_goes_on():
    model = network()
    recorder = Recorder(exact=True)
    attach(model, recorder)
    with recorder.step(0), pytest.warns(RecordingWarning, match="not recorded"):
        y = torch.func.vmap(model)(X)
    assert y.shape == (32, 30)


def test_dead_units_of_an_image_are_channels():
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.ReLU())
    with torch.no_grad():
        model[0].bias[1] = -1e6
    recorder = Recorder(exact=True, strict=True)
    attach(model, recorder)
    for k in range(10):
        with recorder.step(k):
            model(torch.randn(2, 1, 8, 8))
    assert recorder.numbers("1/dead")["value"].tolist() == [0.25]


def test_units_of_a_series_are_channels_as_far_as_they_are_handed_on():
    from torch import nn

    def model(after):
        first = nn.Conv1d(2, 4, 3)
        with torch.no_grad():
            first.bias[1] = -1e6
        return nn.Sequential(first, nn.ReLU(), nn.Dropout(0.0), *after)

    recorder = Recorder(exact=True, strict=True)
    series = model([nn.MaxPool1d(2), nn.Linear(4, 8), nn.ReLU()])
    attach(series, recorder)
    for k in range(10):
        with recorder.step(k):
            series(torch.randn(6, 2, 10))
    units = {name: len(silent) for name, silent in recorder.units.here.silent.items()}
    assert units["1/activation"] == units["2/activation"] == units["3/activation"] == 1
    assert recorder.numbers("1/dead")["value"].tolist() == [0.25]
    assert recorder.units.here.windows["5/activation"].n_units == 8  # of the vectors after it


def test_a_layer_may_be_called_by_keyword():
    model = torch.nn.ReLU()
    recorder = Recorder(exact=True, strict=True)
    attach(model, recorder)
    with recorder.step(0):
        model(input=torch.ones(2, 3, 4))
    assert recorder.at(0)["relu/activation"].size == 24


def test_a_sequence_of_vectors_has_no_channels():
    model = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.ReLU())
    recorder = Recorder(exact=True, strict=True)
    attach(model, recorder)
    with recorder.step(0):
        model(torch.randn(3, 4, 5))
    assert recorder.units.here.windows["1/activation"].n_units == 7


@pytest.mark.parametrize("kind", ["weight", "weight_gradient", "weight_update"])
@pytest.mark.parametrize("exact", [False, True])
def test_each_kind_is_recorded_alone(kind, exact):
    model = network()
    recorder = Recorder(kinds=kind, exact_every=1 if exact else 10**6, strict=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    attach(model, recorder, optimizer)
    train(model, recorder, optimizer, steps=3)
    assert recorder.streams == [f"0/{kind}", f"2/{kind}"]
    assert recorder.steps == [0, 1, 2]


@pytest.mark.parametrize("exact", [False, True])
def test_weights_that_move_in_memory_are_followed(exact):
    model = torch.nn.Linear(20, 30)
    recorder = Recorder(kinds="weight*", exact_every=1 if exact else 10**6, strict=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    attach(model, recorder, optimizer)
    for k in range(1, 7):
        if k % 2:
            model.weight.data = torch.full((30, 20), float(k))
        with recorder.step(k):
            optimizer.zero_grad()
            model.weight.sum().backward()
            optimizer.step()
    means = recorder.statistics("linear/weight")["mean"]
    assert means.tolist() == [1, 0.5, 3, 2.5, 5, 4.5]
    assert recorder.statistics("linear/weight_update")["mean"].tolist() == [-0.5] * 6


def test_a_compiled_module_is_warned_about():
    model = torch.compile(network(), backend="eager")
    with pytest.warns(RecordingWarning, match="attach to the module before it is compiled"):
        attach(model, Recorder())


def test_training_without_a_step_is_warned_about_once():
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    recorder = Recorder()
    attach(model, recorder, optimizer)
    model(X).sum().backward()
    with pytest.warns(RecordingWarning, match=r"outside `with recorder.step\(k\):`"):
        optimizer.step()
    optimizer.step()  # a second warning would be an error
    assert recorder.steps == []


def test_what_is_no_module_is_named():
    with pytest.raises(TypeError, match=r"module must be a torch.nn.Module; got 3"):
        attach(3, Recorder())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_of_a_tensor_elsewhere_only_the_sample_is_fetched(monkeypatch, dtype):
    fetched = []
    whole = recording._fetched

    def recorded(far):
        torch.manual_seed(1)
        model = torch.nn.Sequential(
            torch.nn.Linear(30, 40), torch.nn.ReLU(), torch.nn.Linear(40, 20)
        ).to(dtype)
        with torch.no_grad():
            model[0].bias[:7] = -100  # dead
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
        recorder = Recorder(exact_every=12, strict=True)
        monkeypatch.setattr(recording, "_is_far", lambda _: far)
        monkeypatch.setattr(
            recording, "_fetched", lambda t: (fetched.append(t.numel()), whole(t))[1]
        )
        with attach(model, recorder, optimizer):
            for k in range(13):
                fetched.clear()
                with recorder.step(k):
                    optimizer.zero_grad()
                    model(torch.randn(64, 30, dtype=dtype)).square().mean().backward()
                    optimizer.step()
                if far and k % 12:
                    silent = 7 * 64
                    assert sum(fetched) <= 15 * WIDTH + silent
        return recorder

    near, far = recorded(False), recorded(True)
    assert near.streams == far.streams
    assert near.numbers("1/dead")["value"].tolist() == [7 / 40]
    for name in near.names:
        assert far.numbers(name)["value"].tolist() == near.numbers(name)["value"].tolist()
    for k in (0, 1, 12):
        for name, summary in near.at(k).items():
            other = far.at(k)[name]
            assert (other.size, other.exact) == (summary.size, summary.exact)
            if summary.exact:
                assert other.moments == summary.moments
            else:
                assert other.moments.count == WIDTH
                assert other.moments.std == pytest.approx(summary.moments.std, rel=0.5)


@pytest.mark.parametrize(
    ("device", "layout", "is_complex", "far"),
    [
        ("cuda", torch.strided, False, True),
        ("cuda", torch.strided, True, False),
        ("cuda", torch.sparse_coo, False, False),
        ("cpu", torch.strided, False, False),
        ("meta", torch.strided, False, False),
    ],
)
def test_what_is_sampled_where_it_is(device, layout, is_complex, far):
    tensor = SimpleNamespace(
        is_cpu=device == "cpu",
        is_meta=device == "meta",
        layout=layout,
        is_complex=lambda: is_complex,
    )
    assert recording._is_far(tensor) == far


@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf")
@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
def test_a_module_compiled_as_one_graph_after_it_was_attached_shows_its_tensors(backend):
    torch._dynamo.reset()
    model, recorder = network(), Recorder(exact=True, strict=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    compiled = torch.compile(model, backend=backend, fullgraph=True)
    with attach(model, recorder, optimizer):
        train(compiled, recorder, optimizer, steps=3)
    eager = network()
    plain = recorded(eager)
    assert recorder.streams == plain.streams
    for stream, summary in plain.at(0).items():
        assert recorder.at(0)[stream].moments.mean == pytest.approx(
            summary.moments.mean, rel=1e-5, abs=1e-9
        )
    assert set(recorder.at(2)) == set(plain.at(0))
    train(eager, Recorder(), torch.optim.SGD(eager.parameters(), lr=0.1), steps=2)
    for own, other in zip(model.parameters(), eager.parameters(), strict=True):
        assert torch.equal(own, other)
    with recorder.step(3):  # the graph outlives the hooks
        compiled(X).sum().backward()
    assert 3 not in recorder.steps


def test_half_precision_is_recorded(tmp_path):
    model = network().half()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    recorder = Recorder(exact_every=10**6, strict=True)
    attach(model, recorder, optimizer)
    for k in range(1, 40):
        with recorder.step(k):
            model(X.half()).float().mean().backward()
            optimizer.step()
    assert recorder.steps == list(range(1, 40))
    assert recorder.at(1)["0/weight_update"].moments.count == WIDTH


@pytest.mark.parametrize("exact", [False, True])
def test_a_parameter_that_changes_its_shape_is_dropped(exact):
    model, recorder = network(), Recorder(exact_every=1 if exact else 10**6)

    class Pruning(torch.optim.SGD):
        @torch.no_grad()
        def step(self):
            parameter = self.param_groups[0]["params"][0]
            parameter.data = parameter.data[:-10].clone()

    optimizer = Pruning(model.parameters(), lr=0.1)
    attach(model, recorder, optimizer)
    with recorder.step(1):
        model(X).mean().backward()
        with pytest.warns(RecordingWarning, match="not recorded"):
            optimizer.step()
    assert list(recorder.dropped) == ["0/weight_update"]


def test_two_modules_need_names_of_their_own():
    recorder = Recorder(exact=True)
    attach(network(), recorder, name="generator")
    model = network()
    attach(model, recorder, torch.optim.SGD(model.parameters(), lr=0.1), name="critic")
    with pytest.warns(RecordingWarning, match="'critic.0' is attached to this recorder already"):
        attach(network(), recorder, name="critic")
    with recorder.step(0):
        model(X).mean().backward()
    assert set(recorder.layers) == {f"critic.{k}" for k in range(4)}


def test_a_module_may_be_attached_again_after_it_was_detached():
    model, recorder = network(), Recorder(exact=True)
    for k in range(2):
        with attach(model, recorder), recorder.step(k):
            model(X).mean().backward()
    assert recorder.steps == [0, 1]


def test_a_parametrization_is_no_layer():
    model = torch.nn.Sequential(
        torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(20, 30)), torch.nn.ReLU()
    )
    recorder = Recorder(exact=True, strict=True)
    attach(model, recorder)
    with recorder.step(0):
        model(X).mean().backward()
    assert {n: s.size for n, s in recorder.at(0).items() if n.endswith("activation")} == {
        "0/activation": 32 * 30,
        "1/activation": 32 * 30,
    }


def test_the_hook_of_an_input_ends_with_its_pass():
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(20, 3))
    recorder, x = Recorder(exact=True, strict=True), X.clone().requires_grad_()
    attach(model, recorder)
    for k in range(5):
        with recorder.step(k):
            model(x).mean().backward()
    assert recorder.statistics("0/gradient")["size"].tolist() == [x.numel()] * 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (lambda r, o: (o, r), "recorder must be an nnviz.Recorder"),
        (lambda r, o: (None,), "recorder must be an nnviz.Recorder"),
        (lambda r, o: (r, "adam"), "optimizer must be a torch.optim.Optimizer"),
        (lambda r, o: (r, [o]), "optimizer must be a torch.optim.Optimizer"),
    ],
)
def test_what_cannot_be_attached_leaves_no_hook(arguments, message):
    model = network()
    given = arguments(Recorder(), torch.optim.SGD(model.parameters(), lr=0.1))
    with pytest.raises(TypeError, match=message):
        attach(model, *given)
    assert not any(layer._forward_hooks for layer in model)


def test_no_bias_is_recorded_under_whatever_name():
    model = torch.nn.ModuleDict(
        {"attention": torch.nn.MultiheadAttention(20, 4), "rnn": torch.nn.LSTM(20, 5)}
    )
    recorder = Recorder(exact=True, strict=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    attach(model, recorder, optimizer)
    with recorder.step(0):
        (model["attention"](X, X, X)[0].mean() + model["rnn"](X)[0].mean()).backward()
        optimizer.step()
    assert "attention.in_proj/weight" in recorder.streams
    assert not any("bias" in stream for stream in recorder.streams)


def test_attention_and_recurrent_layers_are_recorded_with_their_weights():
    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = torch.nn.Linear(6, 8)
            self.encoder = torch.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
            self.lstm = torch.nn.LSTM(8, 5, batch_first=True)
            self.head = torch.nn.Linear(5, 2)

        def forward(self, x):
            return self.head(self.lstm(self.encoder(self.embed(x)))[0][:, -1])

    torch.manual_seed(0)
    model, recorder = Model(), Recorder(exact_every=5, strict=True)
    optimizer = torch.optim.Adam(model.parameters())
    hooks = attach(model, recorder, optimizer)
    for k in range(25):
        with recorder.step(k):
            optimizer.zero_grad()
            loss = model(torch.randn(4, 7, 6)).square().mean()
            loss.backward()
            optimizer.step()
            recorder.scalar("loss", loss)
    assert not hooks.never_called
    layers = recorder.layers
    assert layers[:4] == [
        "embed",
        "encoder.self_attn",
        "encoder.self_attn.in_proj",
        "encoder.self_attn.out_proj",
    ]
    assert layers[-4:] == ["lstm", "lstm.ih_l0", "lstm.hh_l0", "head"]
    assert recorder.at(0)["encoder.self_attn/activation"].size == 4 * 7 * 8
    ratios = tables.recorded_progress(recorder, statistic="update_to_weight")
    assert {"lstm.ih_l0", "lstm.hh_l0", "encoder.self_attn.in_proj"} < set(ratios["layer"])
    verdicts = diagnose(recorder).set_index("rule")["verdict"]
    assert verdicts["vanishing gradients"] != "not assessed"


def test_a_tensor_is_observed_by_name_as_an_array_is():
    x = torch.randn(30, 20, requires_grad=True)
    recorder = Recorder(exact_every=2, strict=True)
    for k in range(3):
        with recorder.step(k):
            recorder.observe("own/activation", x)
    recorder.flush()
    values = x.detach().numpy()
    found, true = recorder.at(2)["own/activation"].moments, Summary.of(values).moments
    assert astuple(found) == pytest.approx(astuple(true), rel=1e-12)
    assert recorder.at(1)["own/activation"].size == values.size
