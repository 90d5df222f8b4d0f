"""Initial weights of somebody's own network: against loops and PyTorch's own initializers."""

import copy
import itertools

import numpy as np
import pytest

from nnviz import nn as ours
from nnviz import plots, studies

torch = pytest.importorskip("torch", reason="the network is PyTorch's")
from torch import nn  # noqa: E402

X = torch.randn(200, 30, generator=torch.Generator().manual_seed(0))


def deep(depth=10):
    torch.manual_seed(0)
    widths = [30, *[40] * depth]
    pairs = itertools.pairwise(widths)
    return nn.Sequential(*[part for a, b in pairs for part in (nn.Linear(a, b), nn.Tanh())])


def value(study, setting, layer, statistic):
    rows = study.table("statistics").query(
        f"setting == {setting!r} and layer == {layer!r} and statistic == {statistic!r}"
    )
    return rows["value"].to_numpy()


def test_the_network_as_it_is_gives_what_a_loop_gives():
    model = deep(3)
    study = studies.initialization_of(model, X, {"as it is": None}, seeds=2)
    h = X
    outputs = [h := layer(h) for layer in model]
    for output in outputs:
        output.retain_grad()
    torch.manual_seed(1)  # the second draw
    outputs[-1].backward(torch.randn_like(h))
    last = outputs[-1].grad.square().mean().sqrt()
    for k, output in enumerate(outputs):
        std = output.detach().std(correction=0).item()
        assert value(study, "as it is", str(k), "std") == pytest.approx([std] * 2, rel=1e-4)
        rms = (output.grad.square().mean().sqrt() / last).item()
        assert value(study, "as it is", str(k), "gradient_rms")[1] == pytest.approx(rms, rel=1e-4)
        share = (output.detach().abs() > 0.95).float().mean().item()
        if k % 2:
            assert value(study, "as it is", str(k), "saturated")[0] == pytest.approx(share)
    histograms = study.table("histograms").query("layer == '3'")
    assert histograms["count"].sum() == pytest.approx(2 * outputs[3].numel())


def test_the_model_and_the_generator_stay_as_they_are():
    model = deep(2).eval()
    before = copy.deepcopy(model.state_dict())
    state = torch.get_rng_state()
    studies.initialization_of(model, X, {"he": "he", "zeros": "zeros"}, seeds=1)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert not model.training
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in model.modules())


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Linear(300, 100), (2, 300)),
        (nn.Conv2d(64, 16, 5), (2, 64, 6, 6)),
        (nn.Conv1d(64, 32, 3, groups=2), (2, 64, 6)),
    ],
    ids=["Linear", "Conv2d", "grouped"],
)
def test_weights_are_drawn_for_the_fans_that_pytorch_counts(layer, shape):
    schemes = {"xavier": "xavier", "he": "he", "mine": ours.normal(0.5), "zeros": "zeros"}
    study = studies.initialization_of(layer, np.ones(shape, np.float32), schemes, seeds=2)
    table = study.table("weight_histograms")
    twin = copy.deepcopy(layer)
    stds = {"mine": 0.5, "zeros": 0.0}
    for name, draw in (("xavier", nn.init.xavier_normal_), ("he", nn.init.kaiming_normal_)):
        draw(twin.weight)
        stds[name] = twin.weight.std().item()
    for name, std in stds.items():
        rows = table[table["setting"] == name]
        centre, count = (rows["left"] + rows["right"]) / 2, rows["count"]
        assert count.sum() == pytest.approx(2 * layer.weight.numel())
        assert np.sqrt(np.average(centre**2, weights=count)) == pytest.approx(std, rel=0.03)


def test_each_layer_has_bins_of_its_own():
    schemes = {"small": ours.normal(0.02), "zeros": "zeros"}
    study = studies.initialization_of(deep(), X, schemes)
    for name in ("histograms", "gradient_histograms"):
        table = study.table(name).query("setting == 'small'")
        assert list(dict.fromkeys(table["layer"])) == [str(k) for k in range(20)]
        used = table[table["count"] > 0].groupby("layer")["count"].size()
        assert used.min() >= 30  # the tenth layer's outputs are a 1e-9th of the first's
    assert value(study, "small", "19", "std").max() < 1e-7
    zeros = study.table("histograms").query("setting == 'zeros' and layer == '19'")
    assert zeros.loc[zeros["count"] > 0, ["left", "right"]].to_numpy() == pytest.approx(
        np.array([[-1, 1]]) / 122
    )
    assert value(study, "zeros", "19", "equal").tolist() == [1, 1, 1]
    with plots.theme("light", "notebook"):
        figure = plots.activation_grid(study.table("histograms"))
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["small", "zeros"]


def test_inputs_and_outputs_of_other_forms():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.lstm, self.head = nn.Embedding(9, 6), nn.LSTM(6, 5), nn.Linear(5, 2)

        def forward(self, words, scale):
            h, _ = self.lstm(self.embed(words) * scale)
            return {"ids": words, "logits": self.head(h)}

    model, words = Two(), torch.randint(0, 9, (7, 3))
    given = [(words, np.float32(2.0)), {"words": words, "scale": 2.0}]
    tables = [
        studies.initialization_of(model, inputs, {"he": "he"}, seeds=1).table("statistics")
        for inputs in given
    ]
    assert tables[0].equals(tables[1])
    assert list(dict.fromkeys(tables[0]["layer"])) == ["embed", "lstm", "head"]
    weights = studies.initialization_of(model, given[0], {"he": "he"}, seeds=1)
    rows = weights.table("weight_histograms").query("layer == 'embed'")
    assert rows["count"].sum() == pytest.approx(model.embed.weight.numel())


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((3, X, {"a": None}), TypeError, "model must be a Module; got 3"),
        ((deep(1), X, {}), ValueError, "schemes must be one initializer or several"),
        ((deep(1), X, {"a": "nonsense"}), ValueError, "schemes must be one of"),
        ((deep(1), X, {"a": 3}), TypeError, "schemes must be callable; got 3"),
        ((nn.Tanh(), X, {"a": "he"}), ValueError, "weights of two axes or more"),
        ((nn.Tanh(), X, {"a": None}), ValueError, "returns numbers with a gradient"),
    ],
    ids=["model", "none", "unknown", "number", "no weights", "no gradient"],
)
def test_what_is_wrong_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        studies.initialization_of(*arguments)


def test_the_number_of_draws_is_checked():
    with pytest.raises(ValueError, match="seeds must be"):
        studies.initialization_of(deep(1), X, {"a": None}, seeds=0)
