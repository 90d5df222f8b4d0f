"""Ours beside the notes' own classes and torch: what agrees, and where the notes err."""

import re
from pathlib import Path

import numpy as np
import pytest

from nnviz import nn, optim

from . import notes

ROOT = Path(__file__).parents[1]
CLOSE = {"rtol": 0, "atol": 1e-12}
SHAPES = {"W1": (4, 3), "b1": (3,)}
RATE = 0.3


def gradient(step, key):
    """A bowl of its own in each parameter, and a wave over the steps."""
    number = np.arange(np.prod(SHAPES[key]), dtype=float).reshape(SHAPES[key])
    return np.cos(0.7 * step + number) * (1 + number)


def test_adagrad_is_that_of_the_notes_and_of_torch():
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    theirs = {key: np.full(shape, 2.0) for key, shape in SHAPES.items()}
    ours = {key: value.copy() for key, value in theirs.items()}
    tensors = {key: torch.tensor(value) for key, value in theirs.items()}
    listing, rule = notes.AdaGrad(ir=RATE), optim.adagrad(RATE, eps=1e-7)
    states = {key: rule.init(value) for key, value in ours.items()}
    third = torch.optim.Adagrad(list(tensors.values()), lr=RATE, eps=1e-7)
    for step in range(100):
        grads = {key: gradient(step, key) for key in SHAPES}
        listing.update(theirs, grads)
        for key, grad in grads.items():
            updates, states[key] = rule.update(grad, states[key], ours[key])
            ours[key] = ours[key] + updates
            tensors[key].grad = torch.tensor(grad)
        third.step()
    for key in SHAPES:
        np.testing.assert_allclose(ours[key], theirs[key], **CLOSE)
        np.testing.assert_allclose(ours[key], tensors[key].numpy(), **CLOSE)
        np.testing.assert_allclose(states[key].total, listing.h[key], **CLOSE)


def test_in_adagrad_the_step_shrinks_and_not_the_gradient():
    listing, params, moves = notes.AdaGrad(ir=RATE), {"x": np.array([0.0])}, []
    for _ in range(9):
        before = params["x"].copy()
        listing.update(params, {"x": np.array([-2.0])})
        moves.append(float((params["x"] - before)[0]))
    np.testing.assert_allclose(moves, RATE / np.sqrt(np.arange(1, 10)), rtol=1e-6)


def test_the_learning_rate_of_the_notes_is_not_called_lr():
    with pytest.raises(TypeError, match="lr"):
        notes.AdaGrad(lr=RATE)


@pytest.fixture
def x(rng):
    return rng.standard_normal((50, 20))


def test_dropout_evaluates_as_the_notes_do(x):
    ours = nn.Dropout(0.3, inverted=False, rng=np.random.default_rng(0))
    theirs = notes.Dropout(0.3)
    np.testing.assert_allclose(ours(x)[0], theirs.forward(x, train_flg=False), **CLOSE)


def test_dropout_of_the_notes_returns_nothing_in_training(x):
    theirs = notes.Dropout(0.3)
    assert theirs.forward(x) is None
    assert theirs.mask.shape == x.shape


@pytest.mark.parametrize("inverted", [False, True])
def test_dropout_carries_gradients_back_as_the_notes_and_torch_do(x, rng, inverted):
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    theirs, dy = notes.Dropout(0.3), rng.standard_normal(x.shape)
    theirs.forward(x)
    ours = nn.Dropout(0.3, inverted=inverted, rng=np.random.default_rng(0))
    scale = 1 / 0.7 if inverted else 1
    ours.mask = lambda _: theirs.mask * scale  # what both have drawn
    y, backward = ours(x, train=True)
    np.testing.assert_allclose(y, x * theirs.mask * scale, **CLOSE)
    np.testing.assert_allclose(backward(dy)[0], theirs.backward(dy) * scale, **CLOSE)
    tensor = torch.tensor(x, requires_grad=True)
    (tensor * torch.tensor(theirs.mask * scale)).backward(torch.tensor(dy))
    np.testing.assert_allclose(backward(dy)[0], tensor.grad.numpy(), **CLOSE)


def test_without_its_fault_dropout_passes_on_the_same_on_average_in_training_and_evaluation(x):
    theirs, total = notes.Dropout(0.3), np.zeros_like(x)
    for _ in range(400):
        theirs.forward(x)
        total += x * theirs.mask
    error = np.abs(x) * np.sqrt(0.3 * 0.7 / 400)
    assert np.abs(total / 400 - theirs.forward(x, train_flg=False)).max() < 5 * error.max()


def test_dropout_of_the_notes_and_ours_keep_as_many(x):
    theirs, ours = notes.Dropout(0.3), nn.Dropout(0.3, rng=np.random.default_rng(0))
    draws = (lambda: theirs.forward(x) or theirs.mask, lambda: ours.mask(x) > 0)
    kept = [np.mean([draw() for _ in range(100)]) for draw in draws]
    error = np.sqrt(0.3 * 0.7 / (100 * x.size))
    assert kept == pytest.approx([0.7, 0.7], abs=5 * error)


def figures_named(page):
    """Return the figures in the second column: of one name after another, the first has a group."""
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")]
    for row in rows:
        group = None
        for name in re.findall(r"`([a-z0-9/-]+)`", row[1]):
            group, _, own = name.rpartition("/") if "/" in name else (group, "", name)
            if group:
                yield f"{group}/{own}"


def test_each_sentence_of_the_page_has_figures_of_the_gallery():
    page = (ROOT / "docs/notes.md").read_text(encoding="utf-8").split("## Sentence by sentence")[1]
    there = {
        f"{path.parent.name}/{path.stem}".replace("_", "-")
        for path in (ROOT / "gallery").glob("*/*.py")
    }
    sentences = [line for line in page.splitlines() if line.startswith("| ")][2:]
    assert len(sentences) > 20
    for sentence in sentences:
        named = set(figures_named(sentence))
        assert named, sentence
        assert named <= there, named - there
    asked = {"dropout", "network", "batch-normalization", "hyperparameters", "overfitting"}
    unnamed = {each for each in there if each.split("/")[0] in asked} - set(figures_named(page))
    assert not unnamed
