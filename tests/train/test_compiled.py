"""Descents as machine code: the same bits as NumPy's, and only where they are worth it."""

import sys

import numpy as np
import pytest

from nnviz import optim
from nnviz.optim.elementwise import Elementwise
from nnviz.surfaces import SURFACES, from_function
from nnviz.surfaces.surface import ARITHMETIC
from nnviz.train import _course
from nnviz.train.descent import arrive, descend

RULES = {
    "sgd": optim.sgd(0.01),
    "momentum": optim.momentum(0.01),
    "nesterov": optim.nesterov(optim.schedules.cosine(0.01, steps=40)),
    "dampened": optim.sgd(0.01, momentum=0.9, dampening=0.5),
    "adagrad": optim.adagrad(0.5, initial_total=0.1),
    "rmsprop": optim.rmsprop(0.05),
    "centered": optim.rmsprop(0.05, momentum=0.9, centered=True),
    "adam": optim.adam(0.1),
    "notes' adam": optim.adam(0.1, eps_corrected=False, eps=1e-7),
    "flying": optim.sgd(0.03),
}
BY_MOVE = {rule.update.move: name for name, rule in RULES.items()}


@pytest.fixture
def numba():
    return pytest.importorskip("numba", reason="the extra fast is not installed")


@pytest.fixture
def made(monkeypatch):
    """Have machine code made at once, and list for what."""
    compiled = pytest.importorskip("nnviz.train.compiled")
    monkeypatch.setattr(_course, "WORTH", 0)
    taken = []

    def spied(gradient, move):
        taken.append((gradient, move))
        return own(gradient, move)

    own = compiled.compiled
    monkeypatch.setattr(compiled, "compiled", spied)
    return taken


@pytest.mark.parametrize("name", RULES)
def test_machine_code_gives_the_bits_of_numpy(name, numba, request, rng):
    """More starts than lie in the cache at once, more steps than a block has, some leave."""
    starts = rng.uniform(-5, 5, (1500, 2))
    expected = descend("himmelblau", RULES[name], starts, steps=130)
    made = request.getfixturevalue("made")
    found = descend("himmelblau", RULES[name], starts, steps=130)
    assert len(made) == 1
    np.testing.assert_array_equal(found.points, expected.points)
    np.testing.assert_array_equal(found.diverged, expected.diverged)
    assert found.diverged.any() or name != "flying"
    alone = descend("himmelblau", RULES[name], starts[1234], steps=130)
    assert len(made) == 2
    np.testing.assert_array_equal(alone.points, expected.points[:, 1234])


def test_starts_of_any_shape_arrive_as_by_numpy(request, rng):
    starts = rng.uniform(-5, 5, (3, 4, 2))
    expected = arrive("himmelblau", RULES["adam"], starts, steps=200)
    made = request.getfixturevalue("made")
    found = arrive("himmelblau", RULES["adam"], starts, steps=200)
    assert made
    for name in ("points", "minimum", "steps", "diverged"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


@pytest.mark.parametrize("name", [n for n, s in SURFACES.items() if s.gradient in ARITHMETIC])
def test_gradients_of_arithmetic_round_alike(name, numba, rng):
    gradient = SURFACES[name].gradient
    (x0, x1), (y0, y1) = SURFACES[name].domain
    x, y = rng.uniform((x0, y0), (x1, y1), (1000, 2)).T
    one = numba.njit(error_model="numpy")(gradient)
    found = np.array([one(*point) for point in zip(x, y, strict=True)]).T
    np.testing.assert_array_equal(found, gradient(x, y))


def test_most_surfaces_without_waves_are_arithmetic():
    assert len(ARITHMETIC) == 10


@pytest.mark.parametrize(
    "changed",
    [
        {"surface": "rastrigin"},
        {"surface": from_function(lambda x, y: x * y, lambda x, y: (y, x))},
        {"optimizer": optim.lion(0.1)},
        {"optimizer": optim.adamw(0.1)},
        {"optimizer": optim.sgd(0.1, weight_decay=0.1)},
        {"optimizer": optim.averaged(optim.sgd(0.1))},
        {"optimizer": optim.sgd(np.array([[0.1], [0.2]]))},
        {"noise": 0.1, "rng": np.random.default_rng(0)},
    ],
)
def test_what_has_no_machine_code_is_numpys(changed, made):
    call = {"surface": "bowl", "optimizer": optim.sgd(0.1), "starts": (1.0, 1.0), "steps": 3}
    descend(**{**call, **changed})
    assert not made


def test_states_are_kept_by_numpy(made):
    found = descend("himmelblau", RULES["momentum"], (1.0, 1.0), steps=3, keep_states=True)
    assert np.isfinite(found.states["velocity"]).all()


def test_machine_code_waits_until_it_is_worth_it(made, monkeypatch):
    monkeypatch.setattr(_course, "WORTH", 100)
    _course._updated.clear()
    starts = np.ones((5, 2))
    for _ in range(3):
        descend("himmelblau", RULES["adam"], starts, steps=3)  # 30 numbers each time
    assert not made
    descend("himmelblau", RULES["adam"], starts, steps=3)
    assert len(made) == 1
    descend("himmelblau", RULES["sgd"], starts, steps=3)
    assert len(made) == 1


def test_work_of_which_states_are_kept_makes_no_machine_code_worth_it(made, monkeypatch):
    monkeypatch.setattr(_course, "WORTH", 100)
    _course._updated.clear()
    for _ in range(4):
        descend("himmelblau", RULES["adam"], np.ones((5, 2)), steps=3, keep_states=True)
    descend("himmelblau", RULES["adam"], np.ones((5, 2)), steps=3)
    assert not made


@pytest.mark.parametrize("kind", [np.longdouble, np.float32, np.int64])
def test_a_number_in_an_array_is_a_number(kind, request):
    rule = optim.adam(np.array(1, dtype=kind), eps=np.array(np.longdouble("0.1")))
    expected = descend("himmelblau", rule, (1.0, 2.0), steps=9)
    assert request.getfixturevalue("made") == []
    found = descend("himmelblau", rule, (1.0, 2.0), steps=9)
    np.testing.assert_array_equal(found.points, expected.points)


def test_without_numba_numpy_descends(monkeypatch):
    expected = descend("himmelblau", RULES["adam"], (1.0, 1.0), steps=3)
    monkeypatch.setattr(_course, "WORTH", 0)
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "nnviz.train.compiled", raising=False)
    found = descend("himmelblau", RULES["adam"], (1.0, 1.0), steps=3)
    np.testing.assert_array_equal(found.points, expected.points)


def test_where_numba_compiles_nothing_numpy_descends(numba, monkeypatch):
    expected = descend("himmelblau", RULES["adam"], (1.0, 1.0), steps=3)
    monkeypatch.setattr(_course, "WORTH", 0)
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    monkeypatch.delitem(sys.modules, "nnviz.train.compiled", raising=False)
    found = descend("himmelblau", RULES["adam"], (1.0, 1.0), steps=3)
    np.testing.assert_array_equal(found.points, expected.points)


def test_every_elementwise_rule_is_compared():
    ours = [optim.make(name, 0.1) for name in optim.RULES.ours]
    moves = {rule.update.move for rule in ours if isinstance(rule.update, Elementwise)}
    assert len(moves) >= 5
    assert moves <= set(BY_MOVE)
