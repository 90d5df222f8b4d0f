"""Networks of several families, watched: against hooks of one's own, and trained the same."""

import warnings

warnings.simplefilter("ignore")  # of transformers, on its own code, as it is imported

import pytest  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

transformers = pytest.importorskip("transformers", reason="`make test-apps` installs it")

import nnviz  # noqa: E402
from nnviz import publish, testing  # noqa: E402
from nnviz.record import Recorder  # noqa: E402
from nnviz.record.torch.names import stream  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")

WORDS = torch.randint(5, 50, (4, 8), generator=torch.Generator().manual_seed(0))
IMAGES = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
SMALL = {"num_hidden_layers": 2, "num_attention_heads": 2, "hidden_size": 16}
SMALL |= {"intermediate_size": 32}


class Residual(nn.Module):
    """Two convolutions and one ReLU, in place, at two places."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(8, 8, 3, padding=1) for _ in range(2))
        self.norm1, self.norm2 = nn.BatchNorm2d(8), nn.BatchNorm2d(8)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        h = self.relu(self.norm1(self.conv1(x)))
        return self.relu(self.norm2(self.conv2(h)) + x)


def _mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(768, 20), nn.ReLU(), nn.Linear(20, 5))


def _cnn():
    layers = nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(196, 3)
    return nn.Sequential(*layers)


def _resnet():
    end = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3)
    return nn.Sequential(nn.Conv2d(3, 8, 3), Residual(), Residual(), *end)


def _lstm():
    return nn.ModuleDict({"lstm": nn.LSTM(16, 6, 2), "head": nn.Linear(6, 2)})


def _gpt2():
    config = transformers.GPT2Config(n_layer=2, n_head=2, n_embd=16, n_positions=16, vocab_size=50)
    return transformers.GPT2LMHeadModel(config)


def _bert():
    return transformers.BertForMaskedLM(transformers.BertConfig(vocab_size=50, **SMALL))


def _vit():
    config = transformers.ViTConfig(image_size=16, patch_size=4, **SMALL)
    return transformers.ViTForImageClassification(config)


def _mamba():
    config = transformers.MambaConfig(
        num_hidden_layers=2, hidden_size=16, state_size=4, vocab_size=50
    )
    return transformers.MambaForCausalLM(config)


def _of_words(model):
    return model(input_ids=WORDS, labels=WORDS).loss


def _of_images(model):
    return model(IMAGES).square().mean()


FAMILIES = {
    "mlp": (_mlp, _of_images),
    "cnn": (_cnn, _of_images),
    "resnet": (_resnet, _of_images),
    "lstm": (_lstm, lambda m: m["head"](m["lstm"](IMAGES.flatten(0, 1))[0]).square().mean()),
    "gpt2": (_gpt2, _of_words),
    "bert": (_bert, _of_words),
    "vit": (_vit, lambda m: m(pixel_values=IMAGES, labels=torch.tensor([0, 1])).loss),
    "mamba": (_mamba, _of_words),
}


class Witness:
    """Takes down what each module without parts returns."""

    def __init__(self, model):
        self.outputs = {}
        for name, part in model.named_modules():
            if not list(part.children()):
                part.register_forward_hook(lambda _, __, out, n=name: self.see(n, out))

    def see(self, name, output):
        while isinstance(output, tuple | list):
            output = output[0]
        if isinstance(output, torch.Tensor) and output.ndim:
            self.outputs.setdefault(name, []).append(output.detach().double().clone().ravel())


def trained(make, loss, recorder=None):
    """Train for three steps, and hold what is recorded against what hooks and parameters say."""
    torch.manual_seed(0)
    model = make().train()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
    watched = nnviz.watch(model, optimizer, recorder=recorder) if recorder else None
    if watched:
        watched.start()
        witness = Witness(model)
    torch.manual_seed(1)
    for k in range(3):
        optimizer.zero_grad()
        loss(model).backward()
        before = {name: p.detach().clone() for name, p in model.named_parameters()}
        optimizer.step()
        if watched:
            compare_weights(model, before, recorder.at(k))
            compare_outputs(witness.outputs, recorder.at(k))
            witness.outputs.clear()
    if watched:
        watched.stop()
    return torch.cat([p.detach().ravel() for p in model.parameters()])


def compare_weights(model, before, seen):
    for name, parameter in model.named_parameters():
        own = stream(model, name)
        if own.endswith("/bias"):
            continue
        for kind, values in (
            ("", before[name]),
            ("_gradient", parameter.grad),
            ("_update", parameter.detach() - before[name]),
        ):
            if values is not None and (kind != "_update" or parameter.grad is not None):
                norm = values.double().norm().item()
                assert seen[own + kind].norm == pytest.approx(norm, rel=1e-4, abs=1e-9), own + kind


def compare_outputs(outputs, seen):
    for name, calls in outputs.items():
        values = torch.cat(calls)
        places = [
            s.moments
            for own, s in seen.items()
            if own.endswith("/activation") and own.partition("/")[0].partition("#")[0] == name
        ]
        assert sum(moments.seen for moments in places) == values.numel(), name
        assert min(moments.min for moments in places) == values.min(), name
        assert max(moments.max for moments in places) == values.max(), name
        assert sum(moments.zeros for moments in places) == (values == 0).sum(), name
        mean = sum(m.mean * m.count for m in places) / values.numel()
        assert mean == pytest.approx(values.mean().item(), rel=1e-5, abs=1e-8), name


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_recorded_as_independent_hooks_see_it_and_trains_the_same(family):
    plain = trained(*FAMILIES[family])
    recorder = Recorder(exact=True)
    assert torch.equal(trained(*FAMILIES[family], recorder), plain)
    assert recorder.steps == [0, 1, 2]


def test_twelve_blocks_of_gpt2_are_drawn_on_one_screen_in_every_context():
    torch.manual_seed(0)
    config = transformers.GPT2Config(n_layer=12, n_head=2, n_embd=16, n_positions=16, vocab_size=50)
    model, recorder = transformers.GPT2LMHeadModel(config).train(), Recorder()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
    with nnviz.watch(model, optimizer, recorder=recorder):
        for _ in range(21):
            optimizer.zero_grad()
            _of_words(model).backward()
            optimizer.step()
    for context in ("notebook", "slides", "paper"):
        for what in ("updates", "depth", "distributions", "map"):
            figure = publish.figure_of_run(recorder, what, context=context)
            assert testing.faults(figure) == [], (what, context)
            words = {text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))}
            assert {"ln_1", "attn.c_proj"} & words, (what, context)
            width, height = figure.get_size_inches()
            assert height < width or context == "paper", (what, context)
