"""Rules without torch: reference numbers, the notes' forms, vectorization and wrong use."""

import csv
import inspect
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

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


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_lion_against_optax(decay):
    optax = pytest.importorskip("optax", reason="optax is the witness here")
    jax = pytest.importorskip("jax", reason="optax is the witness here")
    start, gradient = PROBLEMS["quadratic in 10 dimensions"]
    with jax.enable_x64(True):
        rule = optax.lion(0.01, b1=0.9, b2=0.99, weight_decay=decay)
        params, state = start, rule.init(start)
        for _ in range(100):
            updates, state = rule.update(gradient(params), state, params)
            params = params + np.asarray(updates)
    ours = follow(optim.lion(0.01, weight_decay=decay), start, gradient, 100)
    np.testing.assert_allclose(ours[-1], params, rtol=0, atol=1e-12)


@given(
    name=st.sampled_from(list(optim.RULES)),
    starts=arrays(np.float64, st.tuples(st.integers(1, 9), st.just(2)), elements=st.floats(-9, 9)),
    rate=st.floats(1e-4, 0.9),
)
def test_many_starts_at_once_are_the_same_as_one_by_one_bit_for_bit(name, starts, rate):
    rule = optim.make(name, rate)
    for layout in (starts, np.asfortranarray(starts)):
        together = follow(rule, layout, GRADIENT, 12)
        for k, start in enumerate(starts):
            np.testing.assert_array_equal(together[:, k], follow(rule, start, GRADIENT, 12))


def hyperparameters():
    """Yield each rule with each of its numeric hyperparameters and two values for it."""
    pairs = {"betas": ((0.8, 0.95), (0.9, 0.99)), "etas": ((0.4, 1.1), (0.5, 1.3))}
    for name, factory in optim.RULES.items():
        for parameter in inspect.signature(factory).parameters.values():
            if isinstance(parameter.default, bool) or parameter.name == "step_sizes":
                continue
            values = pairs.get(parameter.name, (0.05, 0.2))
            yield pytest.param(name, parameter.name, values, id=f"{name}-{parameter.name}")


@pytest.mark.parametrize(("name", "hyperparameter", "values"), [*hyperparameters()])
def test_an_array_of_settings_is_the_same_as_one_by_one(name, hyperparameter, values):
    def rule(value):
        return optim.make(name, **{"learning_rate": 0.1, hyperparameter: value})

    if isinstance(values[0], tuple):
        sweep = rule(tuple(np.array(column)[:, None] for column in zip(*values, strict=True)))
    else:
        sweep = rule(np.array(values)[:, None])
    assert sweep.shape == (2, 1)
    together = follow(sweep, np.broadcast_to(START, (2, 2)), GRADIENT, 40)
    for k, value in enumerate(values):
        alone = rule(value)
        assert alone.shape == ()
        np.testing.assert_allclose(together[:, k], follow(alone, START, GRADIENT, 40), rtol=1e-11)
    assert not np.array_equal(together[:, 0], together[:, 1])


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -1.0])
@pytest.mark.parametrize(("name", "hyperparameter", "values"), [*hyperparameters()])
def test_every_hyperparameter_is_checked(name, hyperparameter, values, wrong):
    array = np.array([[0.1], [wrong]])
    pair = isinstance(values[0], tuple)
    for value in ((wrong, values[0][1]), (values[0][0], wrong)) if pair else (wrong, array):
        with pytest.raises(ValueError, match=rf"{hyperparameter}.* must be .*; got {wrong}"):
            optim.make(name, **{"learning_rate": 0.1, hyperparameter: value})


def float32_rules():
    mask = np.array([1, 0, 1, 0, 1, 0], dtype=np.float32)
    rules = {name: optim.make(name, 0.1) for name in optim.RULES}
    rules["schedule of NumPy numbers"] = optim.adam(lambda step: np.float64(0.1))
    rules["NumPy number"] = optim.sgd(np.float64(0.1))
    rules["masked L2 decay"] = optim.momentum(0.1, weight_decay=0.1 * mask)
    rules["decoupled decay"] = optim.adamw(0.1, weight_decay=0.1 * mask)
    rules["chain"] = optim.chain(optim.clip_by_norm(1.0), optim.adam(0.1))
    return rules


@pytest.mark.parametrize("name", list(float32_rules()))
def test_a_rule_is_pure_and_keeps_float32(name, rng):
    rule = float32_rules()[name]
    params, grads = rng.standard_normal((2, 6)).astype(np.float32)
    before = params.copy(), grads.copy()
    state = first = rule.init(params)
    for _ in range(8):  # past the point where RAdam begins to adapt
        updates, state = rule.update(grads, state, params)
        assert updates.dtype == np.float32
        assert all(part.dtype == np.float32 for part in state if isinstance(part, np.ndarray))
    assert state.steps == 8
    once, _ = rule.update(grads, first, params)
    again, _ = rule.update(grads, first, params)
    np.testing.assert_array_equal(once, again)
    np.testing.assert_array_equal(params, before[0])
    np.testing.assert_array_equal(grads, before[1])


def test_without_momentum_a_schedule_free_rule_is_a_mean_of_all_points():
    free = follow(optim.schedule_free_sgd(0.3, momentum=0.0), START, GRADIENT, 40)
    walked = follow(optim.sgd(0.3), START, GRADIENT, 40)
    means = np.cumsum(walked[1:], axis=0) / np.arange(1, 41)[:, None]
    np.testing.assert_allclose(free[1:], means, rtol=0, atol=1e-14)


def test_a_rule_within_others_takes_its_gradients_where_it_would_alone():
    rule = optim.schedule_free_sgd(0.3)
    expected = follow(rule, START, GRADIENT, 40)
    loose = optim.chain(optim.clip_by_norm(1e9), rule)
    np.testing.assert_array_equal(follow(loose, START, GRADIENT, 40), expected)
    without = optim.schedule_free_sgd(0.3, weight_decay=np.array([0.0, 0.1]))
    np.testing.assert_array_equal(follow(without, START, GRADIENT, 40)[:, 0], expected[:, 0])
    mean = follow(optim.averaged(rule), START, GRADIENT, 40)
    np.testing.assert_allclose(mean[40], expected[1:].mean(axis=0), rtol=0, atol=1e-14)


def test_the_notes_momentum_is_the_same_path_until_the_rate_changes():
    ours = follow(optim.momentum(0.1), START, GRADIENT, 50)
    notes = follow(optim.momentum(0.1, rate_in_velocity=True), START, GRADIENT, 50)
    np.testing.assert_allclose(ours, notes, atol=1e-13)
    change = optim.schedules.step_decay(0.1, every=10)
    ours = follow(optim.momentum(change), START, GRADIENT, 20)
    notes = follow(optim.momentum(change, rate_in_velocity=True), START, GRADIENT, 20)
    np.testing.assert_allclose(ours[:11], notes[:11], atol=1e-13)
    assert np.abs(ours[12:] - notes[12:]).max() > 0.1


def test_the_notes_nesterov():
    rule = optim.nesterov(0.05, rate_in_velocity=True)
    params, v = START.copy(), np.zeros(2)
    for _ in range(30):
        g = GRADIENT(params)
        v = 0.9 * v - 0.05 * g
        params = params + 0.9 * v - 0.05 * g
    np.testing.assert_allclose(follow(rule, START, GRADIENT, 30)[-1], params, atol=1e-12)
    ours = follow(optim.nesterov(0.05), START, GRADIENT, 30)
    np.testing.assert_allclose(ours[-1], params, atol=1e-12)


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


def test_decoupled_decay_does_not_pass_through_the_rule(rng):
    params, grads = rng.standard_normal((2, 4))
    plain = optim.adagrad(0.5)
    rule = optim.decoupled_decay(plain, 0.5, 0.1)
    updates, state = rule.update(grads, rule.init(params), params)
    without, same = plain.update(grads, plain.init(params), params)
    np.testing.assert_allclose(updates, without - 0.5 * 0.1 * params)
    np.testing.assert_array_equal(state.total, same.total)
    # For SGD the two kinds of decay are one.
    l2, apart = optim.sgd(0.5, weight_decay=0.1), optim.decoupled_decay(optim.sgd(0.5), 0.5, 0.1)
    paths = [follow(rule, START, GRADIENT, 20) for rule in (l2, apart)]
    np.testing.assert_allclose(*paths, rtol=1e-12)


def test_of_a_rule_with_one_point_that_point_is_the_rule_itself():
    rule = optim.adam(0.1)
    assert optim.gradient_point(rule) is rule


def test_decay_within_a_mean_shrinks_the_point_that_walks():
    """Without gradients, the mean of what is left after each of ten updates."""
    rule = optim.averaged(optim.decoupled_decay(optim.sgd(0.1), 0.1, 0.2))
    found = follow(rule, START, lambda params: 0 * params, 10)
    left = 0.98 ** np.arange(1, 11)
    np.testing.assert_allclose(found[-1], left.mean() * np.array(START), rtol=1e-13)


def test_chain_hands_one_output_to_the_next():
    rule = optim.chain(optim.clip_by_norm(1.0), optim.sgd(0.5))
    params = np.zeros(2)
    updates, _ = rule.update(np.array([3.0, 4.0]), rule.init(params), params)
    np.testing.assert_allclose(updates, [-0.3, -0.4])
    updates, _ = rule.update(np.zeros(2), rule.init(params), params)
    np.testing.assert_array_equal(updates, 0)
    # Each run is clipped by its own norm.
    updates, _ = rule.update(np.array([[3.0, 4.0], [0.3, 0.4]]), rule.init(params), params)
    np.testing.assert_allclose(updates, [[-0.3, -0.4], [-0.15, -0.2]])


def test_what_a_rule_broadcasts_to():
    rates, norms = np.array([[0.1], [0.2], [0.3]]), np.array([1.0, 2.0])[:, None, None]
    assert optim.adamw(rates, weight_decay=norms).shape == (2, 3, 1)
    assert optim.chain(optim.clip_by_norm(norms), optim.sgd(rates)).shape == (2, 3, 1)
    assert optim.adam(lambda step: rates / (1 + step)).shape == (3, 1)


def test_warm_up_rises_and_then_runs_the_schedule():
    rate = optim.schedules.warm_up(optim.schedules.constant(1.0), steps=3)
    assert [rate(k) for k in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert [optim.schedules.warm_up(2.0, steps=1)(k) for k in range(3)] == [1.0, 2.0, 2.0]
    falling = optim.schedules.warm_up(lambda step: 8.0 / (1 + step), steps=1)
    assert [falling(k) for k in range(4)] == [4.0, 8.0, 4.0, 8.0 / 3]


NAN = float("nan")
ONE_POINT = "must be a rule that takes its gradients at the parameters"
WRONG = {
    "learning_rate must be a positive number; got -1": lambda: optim.sgd(-1),
    "learning_rate must be a positive number; got 0": lambda: optim.adam(0),
    "learning_rate must be a finite number; got nan": lambda: optim.adagrad(NAN),
    "learning_rate must be a positive number; got -0.1": lambda: optim.sgd(np.array([0.1, -0.1])),
    r"optimizer must be one of sgd, .*lion, .*; got 'adm' \(did you mean 'adam'\?\)": lambda: (
        optim.make("adm", 0.1)
    ),
    r"momentum must be a number in \[0, 1\); got 1": lambda: optim.momentum(0.1, momentum=1),
    r"betas\[1\] must be a number in \[0, 1\); got 1.5": lambda: optim.adam(0.1, betas=(0.9, 1.5)),
    "eps must be a positive number; got 0": lambda: optim.adam(0.1, eps=0),
    "weight_decay must be a number of at least 0; got -0.1": lambda: optim.adamw(
        0.1, weight_decay=-0.1
    ),
    "nesterov must have a positive momentum": lambda: optim.sgd(0.1, nesterov=True),
    r"learning_rate\(3\) must be a number of at least 0; got -1": lambda: follow(
        optim.sgd(lambda step: 2 - step), START, GRADIENT, 5
    ),
    "hyperparameter of sgd must be one of momentum, .*; got 'momentun' .*'momentum'": lambda: (
        optim.make("sgd", 0.1, momentun=0.9)
    ),
    r"learning_rate must be a number or an array of numbers; got array\(\[\]": lambda: optim.sgd(
        np.array([])
    ),
    r"etas\[1\] must be above 1; got 0.9": lambda: optim.rprop(0.1, etas=(0.5, 0.9)),
    "step_sizes must be a pair 0 < least ≤ most": lambda: optim.rprop(0.1, step_sizes=(1, 0.5)),
    r"betas must be a pair; got 0\.9": lambda: optim.adam(0.1, betas=0.9),
    r"step_sizes must be a pair; got \(1, 2, 3\)": lambda: optim.rprop(0.1, step_sizes=(1, 2, 3)),
    "max_norm must be a positive number; got 0": lambda: optim.clip_by_norm(0),
    "parts must have at least one entry": lambda: optim.chain(),
    f"parts before the last {ONE_POINT}; got <optimizer _averaging>": lambda: optim.chain(
        optim.schedule_free_sgd(0.1), optim.averaged(optim.sgd(0.1))
    ),
    f"parts before the last {ONE_POINT}; got <optimizer _av": lambda: optim.chain(
        optim.schedule_free_sgd(0.1), optim.clip_by_norm(0.01)
    ),
    f"parts before the last {ONE_POINT}; got <optimizer chain>": lambda: optim.chain(
        optim.chain(optim.clip_by_norm(1.0), optim.schedule_free_sgd(0.1)), optim.sgd(1.0)
    ),
    f"parts before the last {ONE_POINT}; got <optimizer gradient_point>": lambda: optim.chain(
        optim.gradient_point(optim.schedule_free_sgd(0.1)), optim.clip_by_norm(0.01)
    ),
    rf"optimizer {ONE_POINT} \(others decay by a weight_decay": lambda: optim.decoupled_decay(
        optim.schedule_free_sgd(0.1), 0.1, 0.1
    ),
    f"optimizer {ONE_POINT} .* got <optimizer _averaging>": lambda: optim.decoupled_decay(
        optim.averaged(optim.sgd(0.1)), 0.1, 0.0
    ),
    f"optimizer {ONE_POINT} .* got <optimizer gradient_point>": lambda: optim.decoupled_decay(
        optim.gradient_point(optim.schedule_free_sgd(0.1)), 0.1, 0.1
    ),
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
    with pytest.raises(TypeError, match="learning_rate must be a number; got True"):
        optim.adam(True)
