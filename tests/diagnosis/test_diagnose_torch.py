"""A PyTorch module, recorded by hooks: the same rules, on its own names."""

import numpy as np
import pytest

from nnviz.diagnosis import diagnose
from nnviz.errors import RecordingWarning
from nnviz.record import Recorder
from nnviz.train import blobs

torch = pytest.importorskip("torch", reason="PyTorch is an extra")
from nnviz.record.torch import attach  # noqa: E402


def found_in(module, optimizer):
    """Return what is found, by rule."""
    findings = diagnosed(module, optimizer).query("verdict == 'found'")
    return findings.groupby("rule")["layer"].agg(list).to_dict()


def diagnosed(module, optimizer):
    """Return what the rules say, all of which can judge but for those on evaluated numbers."""
    findings, loss = watched(module, optimizer)
    lacking = set(findings.loc[findings["verdict"] == "not assessed", "rule"])
    numbers = {"overfitting", "one class predicted", "training and evaluation differ"}
    numbers |= {"ill-scaled initial weights"}  # where all outputs are the same
    if np.isnan(loss):
        numbers |= {"not learning", "loss spikes"}
    assert lacking <= numbers
    return findings


def watched(module, optimizer):
    """Train a module on three clouds and return what the rules say, and the last loss."""
    data = blobs(200, 100, rng=np.random.default_rng(0))
    x, y = torch.tensor(data.x_train), torch.tensor(data.y_train)
    recorder = Recorder(strict=True)
    with attach(module, recorder, optimizer):
        for k in range(120):
            rows = slice(50 * (k % 4), 50 * (k % 4) + 50)
            with recorder.step(k):
                optimizer.zero_grad()
                loss = torch.nn.functional.cross_entropy(module(x[rows]), y[rows])
                loss.backward()
                optimizer.step()
                recorder.scalar("loss", loss.item())
    return diagnose(recorder), loss.item()


def said(module, optimizer, rule):
    """Return what a rule says of a module: layers where it finds them, else its message."""
    findings, _ = watched(module, optimizer)
    rows = findings.query("rule == @rule")
    found = rows["verdict"] == "found"
    return list(rows["layer"]) if found.all() else rows["message"].iloc[0]


@pytest.fixture
def module():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(2, 32),
        torch.nn.ReLU(),
        torch.nn.Linear(32, 32),
        torch.nn.Tanh(),
        torch.nn.Linear(32, 3),
    )


def test_a_module_as_pytorch_makes_it_is_well(module):
    assert found_in(module, torch.optim.Adam(module.parameters(), 0.01)) == {}


def test_a_bias_that_silences_units_is_found(module):
    torch.nn.init.constant_(module[0].bias, -50)
    found = found_in(module, torch.optim.SGD(module.parameters(), 0.1))
    assert found == {
        "dead units": ["1"],
        "untrained layers": ["0", "2"],
        "output independent of the input": ["0"],
        "not learning": [""],
    }


def test_layers_that_are_but_numbered_are_called_layers(module):
    torch.nn.init.constant_(module[0].bias, -50)
    messages = diagnosed(module, torch.optim.SGD(module.parameters(), 0.1))["message"].tolist()
    assert any(text.startswith("layer 1: 100% of units dead since step 0") for text in messages)
    ratios = [text for text in messages if "times that of" in text]
    assert len(ratios) == 2
    assert all(" times that of layer 4" in text for text in ratios)


def test_equal_weights_are_found_in_their_layers(module):
    torch.nn.init.constant_(module[0].weight, 0.1)
    torch.nn.init.constant_(module[2].weight, 0.1)
    rule = torch.optim.SGD(module.parameters(), 0.1)
    assert "symmetric units" not in found_in(module, rule)  # the biases part them
    for layer in (module[0], module[2], module[4]):
        torch.nn.init.constant_(layer.weight, 0.1)
        torch.nn.init.zeros_(layer.bias)
    rule = torch.optim.SGD(module.parameters(), 0.1)
    # The outputs part, as each class has a gradient of its own.
    assert found_in(module, rule)["symmetric units"] == ["0", "2"]


def test_large_weights_saturate_the_tanh_alone(module):
    torch.nn.init.normal_(module[2].weight, std=20)
    found = found_in(module, torch.optim.SGD(module.parameters(), 1e-3))
    assert found["saturation"] == ["3"]


def test_a_learning_rate_of_nothing_is_found(module):
    found = found_in(module, torch.optim.Adam(module.parameters(), 1e-8))
    assert found == {"learning rate too small": [""], "not learning": [""]}


def test_a_weight_that_became_nan_is_located(module):
    class Poison(torch.optim.SGD):
        def step(self, closure=None):
            super().step(closure)
            self.steps = getattr(self, "steps", 0) + 1
            if self.steps == 60:
                with torch.no_grad():
                    module[2].weight[:8] = np.nan

    found = found_in(module, Poison(module.parameters(), 0.1))
    assert found["not finite"] == ["2"]


def test_layers_left_out_or_cut_off_are_named_and_frozen_ones_are_not(module):
    rule = "untrained layers"
    head = torch.optim.Adam(module[4].parameters(), 0.01)
    assert said(module, head, rule) == ["0", "2"]
    everything = torch.optim.Adam(module.parameters(), 0.01)
    module[0].requires_grad_(False)
    assert said(module, everything, rule).endswith("but those frozen on purpose: 0")
    module[0].requires_grad_(True)
    module[1].register_forward_hook(lambda _, __, output: output.detach())
    assert said(module, torch.optim.Adam(module.parameters(), 0.01), rule) == ["0"]


class ByHand(torch.nn.Module):
    """Layers as modules, activations as functions."""

    def __init__(self, function):
        super().__init__()
        self.first, self.second = torch.nn.Linear(2, 32), torch.nn.Linear(32, 3)
        self.function = function

    def forward(self, x):
        return self.second(self.function(self.first(x)))


def by_hand(function):
    """Return a module whose units never answer, and its optimizer."""
    torch.manual_seed(0)
    module = ByHand(function)
    torch.nn.init.constant_(module.first.bias, -50)
    return module, torch.optim.SGD(module.parameters(), 0.1)


def test_functions_are_judged_where_they_are_seen_and_not_assessed_elsewhere():
    assert said(*by_hand(torch.relu), "dead units") == ["first.relu"]
    with pytest.warns(RecordingWarning, match=r"that go on to no layer as they are"):
        text = said(*by_hand(lambda x: torch.relu(x + 100) * 1), "dead units")
    assert text.startswith("dead units: not assessed")
    with pytest.warns(RecordingWarning, match=r"that go on to no layer as they are"):
        assert said(*by_hand(lambda x: torch.relu(x) * 1), "dead units") == ["first"]
