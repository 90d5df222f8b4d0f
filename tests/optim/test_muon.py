"""Muon on matrices and vectors, beside PyTorch's in float64."""

import numpy as np
import pytest

from nnviz import nn, optim, train

SHAPES = [(4, 7), (7,), (7, 3), (3,)]
SIZE = 4 * 7 + 7 + 7 * 3 + 3
RULE = optim.muon(0.02, shapes=SHAPES, others=optim.adam(0.01))


def gradients(rng, steps):
    return rng.standard_normal((steps, SIZE))


def follow(rule, start, grads):
    params, state = start, rule.init(start)
    for one in grads:
        updates, state = rule.update(one, state, params)
        params = params + updates
    return params


def parts(flat):
    ends = np.cumsum([np.prod(shape) for shape in SHAPES])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends), SHAPES, strict=True)]


@pytest.mark.parametrize("momentum", [0.95, 0.5])
def test_matrices_are_moved_as_by_torch_in_float64(momentum, rng, monkeypatch):
    """PyTorch's iteration is in bfloat16, three digits; here it is told to stay in float64."""
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda self: self.clone())
    start, grads = rng.standard_normal(SIZE), gradients(rng, 30)
    matrices = [torch.tensor(part.T.copy()) for part in parts(start)[::2]]
    vectors = [torch.tensor(part) for part in parts(start)[1::2]]
    theirs = [
        torch.optim.Muon(matrices, lr=0.02, weight_decay=0.0, momentum=momentum),
        torch.optim.Adam(vectors, lr=0.01),
    ]
    for one in grads:
        for tensor, own in zip(matrices, parts(one)[::2], strict=True):
            tensor.grad = torch.tensor(own.T.copy())
        for tensor, own in zip(vectors, parts(one)[1::2], strict=True):
            tensor.grad = torch.tensor(own)
        for optimizer in theirs:
            optimizer.step()
    rule = optim.muon(0.02, shapes=SHAPES, others=optim.adam(0.01), momentum=momentum)
    ours = parts(follow(rule, start, grads))
    for found, tensor in zip(ours[::2], matrices, strict=True):
        np.testing.assert_allclose(found, tensor.numpy().T, rtol=0, atol=1e-11)
    for found, tensor in zip(ours[1::2], vectors, strict=True):
        np.testing.assert_allclose(found, tensor.numpy(), rtol=0, atol=1e-12)


def test_the_iteration_is_that_of_optax(rng):
    theirs = pytest.importorskip("optax.contrib._muon", reason="optax is the witness here")
    jax = pytest.importorskip("jax", reason="optax is the witness here")
    matrix = rng.standard_normal((5, 8))
    rule = optim.muon(1.0, shapes=[(5, 8)], others=optim.sgd(1.0), momentum=0.0)
    params = np.zeros(40)
    found, _ = rule.update(matrix.ravel(), rule.init(params), params)
    with jax.enable_x64(True):
        coefficients = jax.numpy.array([3.4445, -4.7750, 2.0315])
        level = theirs.orthogonalize_via_newton_schulz(
            jax.numpy.array(matrix), coefficients, eps=0.0
        )
    expected = -np.sqrt(8 / 5) * np.asarray(level)
    np.testing.assert_allclose(found.reshape(5, 8), expected, rtol=0, atol=1e-12)


def test_a_step_has_singular_values_of_about_one(rng):
    step = -parts(follow(RULE, np.zeros(SIZE), gradients(rng, 1)))[0] / 0.02 / np.sqrt(7 / 4)
    values = np.linalg.svd(step, compute_uv=False)
    assert 0.6 < values.min() < values.max() < 1.3


def test_several_at_once_are_as_if_alone_and_float32_is_kept(rng):
    starts, grads = rng.standard_normal((2, 3, SIZE)).astype(np.float32)
    together, state = RULE.update(grads, RULE.init(starts), starts)
    assert together.dtype == state.mean.dtype == np.float32
    for row, start, own in zip(together, starts, grads, strict=True):
        alone, _ = RULE.update(own, RULE.init(start), start)
        np.testing.assert_allclose(row, alone, rtol=0, atol=1e-7)


def test_it_trains_a_network():
    data, rng = train.digits(220), np.random.default_rng(0)
    net = nn.mlp([data.n_features, 20, data.n_classes], rng=rng)
    shapes = [part.shape for part in net.params.values()]
    rule = optim.muon(0.05, shapes=shapes, others=optim.adam(0.01))
    train.fit(net, data, rule, steps=60, batch_size=20, rng=rng)
    assert train.evaluate(net, data.x_train, data.y_train)[1] > 0.95


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optim.muon(0.1, shapes=[(2,)], others=optim.sgd(0.1)), "shapes of which one is a"),
        (
            lambda: train.descend("bowl", RULE, (1.0, 1.0), steps=1),
            "shapes must be shapes of as many numbers as there are parameters, 2; got",
        ),
        (
            lambda: optim.muon(0.1, shapes=[(2, 1)], others=optim.schedule_free_sgd(0.1)),
            "others must be a rule that takes its gradients at the parameters",
        ),
        (
            lambda: optim.muon(0.1, shapes=[(2, 0)], others=optim.sgd(0.1)),
            "shapes.* must be a positive integer; got 0",
        ),
    ],
)
def test_what_is_lacking_is_said(make, message):
    with pytest.raises(ValueError, match=message):
        make()
