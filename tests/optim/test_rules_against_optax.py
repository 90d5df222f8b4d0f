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
