"""Rules without torch: reference numbers, the notes' forms, vectorization and wrong use."""

import csv
from pathlib import Path

import numpy as np
import pytest

from nnviz import optim

from .cases import CASES, PROBLEMS, follow

START, GRADIENT = PROBLEMS["bowl"]


def test_committed_reference_numbers():
    lines = Path(__file__).with_name("reference.csv").read_text().splitlines()
    rows = list(csv.DictReader(lines))
    assert {row["case"] for row in rows} == set(CASES)
    for row in rows:
        path = follow(CASES[row["case"]][0], START, GRADIENT, 100)
        expected = float(row["x"]), float(row["y"])
        np.testing.assert_allclose(path[int(row["step"])], expected, atol=1e-12, err_msg=str(row))


def test_lion_by_hand():
    """Three steps of the published rule, worked out on paper for g = 1, −3, 0."""
    rule = optim.lion(0.1, betas=(0.5, 0.75), weight_decay=0.2)
    params, state = np.array([2.0]), rule.init(np.array([2.0]))
    # m: 0 → 0.25 → −0.5625 → −0.421875; signs of the mixture: +, −, −.
    for gradient, expected in [(1.0, 1.86), (-3.0, 1.9228), (0.0, 1.984344)]:
        updates, state = rule.update(np.array([gradient]), state, params)
        params = params + updates
        assert params[0] == pytest.approx(expected, abs=1e-12)
    assert state.mean[0] == pytest.approx(-0.421875)


@pytest.mark.filterwarnings("default")
def test_lion_against_optax():
    optax = pytest.importorskip("optax", reason="optax is the witness here")
    start, gradient = PROBLEMS["quadratic in 10 dimensions"]
    rule = optax.lion(0.01, b1=0.9, b2=0.99, weight_decay=0.1)
    params, state = start.astype("f4"), rule.init(start.astype("f4"))
    for _ in range(30):
        updates, state = rule.update(gradient(params).astype("f4"), state, params)
        params = params + np.asarray(updates)
    ours = follow(optim.lion(0.01, weight_decay=0.1), start, gradient, 30)
    np.testing.assert_allclose(ours[-1], params, atol=1e-6)


@pytest.mark.parametrize("name", optim.RULES)
def test_many_starts_at_once_are_the_same_as_one_by_one_bit_for_bit(name, rng):
    rule = optim.make(name, 0.1)
    starts = 5 * rng.standard_normal((7, 2))
    together = follow(rule, starts, GRADIENT, 40)
    for k, start in enumerate(starts):
        np.testing.assert_array_equal(together[:, k], follow(rule, start, GRADIENT, 40))


@pytest.mark.parametrize("name", optim.RULES)
def test_an_array_of_learning_rates_is_the_same_as_one_by_one(name, rng):
    rates = np.array([0.001, 0.01, 0.1])
    starts = np.broadcast_to(START, (3, 2))
    together = follow(optim.make(name, rates[:, None]), starts, GRADIENT, 40)
    for k, rate in enumerate(rates):
        alone = follow(optim.make(name, float(rate)), START, GRADIENT, 40)
        np.testing.assert_allclose(together[:, k], alone, rtol=1e-14)


@pytest.mark.parametrize("name", optim.RULES)
def test_a_rule_is_pure_and_keeps_float32(name, rng):
    rule = optim.make(name, 0.1)
    params = rng.standard_normal(6).astype(np.float32)
    grads = rng.standard_normal(6).astype(np.float32)
    before = params.copy(), grads.copy()
    state = rule.init(params)
    for _ in range(8):  # past the point where RAdam begins to adapt
        updates, state = rule.update(grads, state, params)
        once_more, _ = rule.update(grads, rule.init(params), params)
    again, _ = rule.update(grads, rule.init(params), params)
    np.testing.assert_array_equal(once_more, again)
    np.testing.assert_array_equal(params, before[0])
    np.testing.assert_array_equal(grads, before[1])
    assert updates.dtype == np.float32
    assert all(part.dtype == np.float32 for part in state if isinstance(part, np.ndarray))


def test_the_notes_momentum_is_the_same_path_until_the_rate_changes():
    ours = follow(optim.momentum(0.1), START, GRADIENT, 50)
    notes = follow(optim.momentum(0.1, rate_in_velocity=True), START, GRADIENT, 50)
    np.testing.assert_allclose(ours, notes, atol=1e-13)
    change = optim.schedules.step_decay(0.1, every=10)
    ours = follow(optim.momentum(change), START, GRADIENT, 20)
    notes = follow(optim.momentum(change, rate_in_velocity=True), START, GRADIENT, 20)
    np.testing.assert_allclose(ours[:11], notes[:11], atol=1e-13)
    assert np.abs(ours[12:] - notes[12:]).max() > 0.1


def test_the_notes_adam():
    rule = optim.adam(0.3, eps=1e-7, eps_corrected=False)
    params, m, v = START.copy(), np.zeros(2), np.zeros(2)
    for t in range(1, 31):
        g = GRADIENT(params)
        m += 0.1 * (g - m)
        v += 0.001 * (g**2 - v)
        params -= 0.3 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-7)
    np.testing.assert_allclose(follow(rule, START, GRADIENT, 30)[-1], params, atol=1e-12)


def test_decay_can_be_limited_to_some_parameters(rng):
    params, grads = rng.standard_normal((2, 4))
    mask = np.array([1.0, 0.0, 1.0, 0.0])
    rule = optim.sgd(0.5, weight_decay=0.1 * mask)
    updates, _ = rule.update(grads, rule.init(params), params)
    np.testing.assert_allclose(updates, -0.5 * (grads + 0.1 * mask * params))


def test_chain_hands_one_output_to_the_next():
    rule = optim.chain(optim.clip_by_norm(1.0), optim.sgd(0.5))
    params = np.zeros(2)
    updates, _ = rule.update(np.array([3.0, 4.0]), rule.init(params), params)
    np.testing.assert_allclose(updates, [-0.3, -0.4])
    updates, _ = rule.update(np.zeros(2), rule.init(params), params)
    np.testing.assert_array_equal(updates, 0)


def test_warm_up_rises_and_then_runs_the_schedule():
    rate = optim.schedules.warm_up(optim.schedules.constant(1.0), steps=3)
    assert [rate(k) for k in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]


NAN = float("nan")
WRONG = {
    "learning_rate must be a positive number; got -1": lambda: optim.sgd(-1),
    "learning_rate must be a positive number; got 0": lambda: optim.adam(0),
    "learning_rate must be a finite number; got nan": lambda: optim.adagrad(NAN),
    "learning_rate must be a positive number; got -0.1": lambda: optim.sgd(np.array([0.1, -0.1])),
    r"optimizer must be one of sgd, .*lion; got 'adm' \(did you mean 'adam'\?\)": lambda: (
        optim.make("adm", 0.1)
    ),
    r"momentum must be a number in \[0, 1\); got 1": lambda: optim.momentum(0.1, momentum=1),
    r"betas\[1\] must be a number in \[0, 1\); got 1.5": lambda: optim.adam(0.1, betas=(0.9, 1.5)),
    "eps must be a positive number; got 0": lambda: optim.adam(0.1, eps=0),
    "weight_decay must be a number of at least 0; got -0.1": lambda: optim.adamw(
        0.1, weight_decay=-0.1
    ),
    "nesterov must have a positive momentum": lambda: optim.sgd(0.1, nesterov=True),
    "max_norm must be a positive number; got 0": lambda: optim.clip_by_norm(0),
    "chain must have at least one part": lambda: optim.chain(),
    "every must be a positive integer; got 0": lambda: optim.schedules.step_decay(0.1, every=0),
    r"factor must be a number in \(0, 1\]; got 2": lambda: optim.schedules.exponential(
        0.1, factor=2
    ),
    "rise must be above 1/steps": lambda: optim.schedules.one_cycle(0.1, steps=10, rise=0.05),
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong_use_is_named(message):
    with pytest.raises(ValueError, match=message):
        WRONG[message]()


def test_a_number_is_not_a_string():
    with pytest.raises(TypeError, match=r"learning_rate must be a number; got '0\.1'"):
        optim.sgd("0.1")
    with pytest.raises(
        ValueError, match="hyperparameter of sgd must be one of momentum, .*; got .rho."
    ):
        optim.make("sgd", 0.1, rho=0.9)
