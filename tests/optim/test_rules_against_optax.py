"""Lion, which torch has not, walks optax's path; so do the rules that both have."""

import numpy as np
import pytest

from nnviz import optim

from .cases import PROBLEMS, follow

optax = pytest.importorskip("optax", reason="optax is the witness here")
jax = pytest.importorskip("jax", reason="optax is the witness here")

CASES = {
    "lion": (optim.lion(0.02), lambda: optax.lion(0.02, b1=0.9, b2=0.99, weight_decay=0.0)),
    "lion, other betas": (
        optim.lion(0.01, betas=(0.8, 0.95)),
        lambda: optax.lion(0.01, b1=0.8, b2=0.95, weight_decay=0.0),
    ),
    "lion, decoupled decay": (
        optim.decoupled_decay(optim.lion(0.02), 0.02, 0.1),
        lambda: optax.lion(0.02, b1=0.9, b2=0.99, weight_decay=0.1),
    ),
    "clipped lion": (
        optim.chain(optim.clip_by_norm(1.0), optim.lion(0.02)),
        lambda: optax.chain(
            optax.clip_by_global_norm(1.0), optax.lion(0.02, b1=0.9, b2=0.99, weight_decay=0.0)
        ),
    ),
    "adam": (optim.adam(0.1), lambda: optax.adam(0.1)),
    "nesterov": (optim.nesterov(0.05), lambda: optax.sgd(0.05, momentum=0.9, nesterov=True)),
}


def follow_optax(make, start, gradient, steps):
    with jax.enable_x64(True):
        rule = make()
        params = jax.numpy.asarray(start)
        state, update, path = rule.init(params), jax.jit(rule.update), [start]
        for _ in range(steps):
            updates, state = update(jax.numpy.asarray(gradient(np.asarray(params))), state, params)
            params = optax.apply_updates(params, updates)
            path.append(np.asarray(params))
    return np.array(path)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("case", CASES)
def test_path(case, problem):
    ours, theirs = CASES[case]
    start, gradient = PROBLEMS[problem]
    found = follow(ours, start, gradient, 300)
    np.testing.assert_allclose(found, follow_optax(theirs, start, gradient, 300), rtol=0, atol=1e-6)
    assert np.abs(found[-1] - start).max() > 1e-3


FREE = {
    "sgd": (optim.schedule_free_sgd(0.3), "schedule_free_sgd", {"learning_rate": 0.3}),
    "sgd, with everything": (
        optim.schedule_free_sgd(0.3, momentum=0.8, weight_decay=0.1),
        "schedule_free_sgd",
        {"learning_rate": 0.3, "b1": 0.8, "weight_decay": 0.1},
    ),
    "adamw": (optim.schedule_free_adamw(0.3), "schedule_free_adamw", {"learning_rate": 0.3}),
    "adamw, with everything": (
        optim.schedule_free_adamw(0.3, betas=(0.95, 0.99), eps=1e-4, weight_decay=0.1),
        "schedule_free_adamw",
        {"learning_rate": 0.3, "b1": 0.95, "b2": 0.99, "eps": 1e-4, "weight_decay": 0.1},
    ),
    "warm-up": (
        optim.schedule_free_sgd(optim.schedules.warm_up(0.3, steps=9)),
        "schedule_free",
        {
            "base_optimizer": lambda: optax.sgd(rising),
            "learning_rate": lambda count: rising(count - 1),  # it counts from 1 here, from 0 there
        },
    ),
}


def rising(count):
    return jax.numpy.minimum(0.3 * (count + 1.0) / 10, 0.3)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("case", FREE)
def test_schedule_free_rules_deploy_what_optax_evaluates(case, problem):
    """Both points of 300 steps: x, which is deployed, and y, where the gradients are taken."""
    contrib = pytest.importorskip("optax.contrib")
    rule, name, options = FREE[case]
    start, gradient = PROBLEMS[problem]
    with jax.enable_x64(True):
        made = {
            key: value() if key == "base_optimizer" else value for key, value in options.items()
        }
        theirs = getattr(contrib, name)(**made)
        y = jax.numpy.asarray(start)
        state, update = theirs.init(y), jax.jit(theirs.update)
        evaluated, deployed = [start], [start]
        for _ in range(300):
            updates, state = update(jax.numpy.asarray(gradient(np.asarray(y))), state, y)
            y = optax.apply_updates(y, updates)
            evaluated.append(np.asarray(y))
            deployed.append(np.asarray(contrib.schedule_free_eval_params(state, y)))
    ours = follow(rule, start, gradient, 300)
    np.testing.assert_allclose(ours, deployed, rtol=0, atol=1e-11)
    ours = follow(optim.gradient_point(rule), start, gradient, 300)
    np.testing.assert_allclose(ours, evaluated, rtol=0, atol=1e-11)
