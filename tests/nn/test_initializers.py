"""Initial weights have the spread that their formula states."""

import numpy as np
import pytest

from nnviz import nn

N_IN, N_OUT = 1000, 1000


@pytest.mark.parametrize(
    ("init", "std"),
    [
        (nn.normal(0.3), 0.3),
        (nn.xavier, N_IN**-0.5),
        (nn.glorot, (2 / (N_IN + N_OUT)) ** 0.5),
        (nn.he, (2 / N_IN) ** 0.5),
        (nn.orthogonal, N_IN**-0.5),
    ],
)
def test_standard_deviation(init, std, rng):
    weight = init(rng, N_IN, N_OUT)
    assert weight.shape == (N_IN, N_OUT)
    assert weight.std() == pytest.approx(std, rel=0.01)
    assert weight.mean() == pytest.approx(0, abs=4 * std / N_IN)


@pytest.mark.parametrize(("n_in", "n_out"), [(400, 100), (100, 400)])
def test_fans_are_not_mixed_up(n_in, n_out, rng):
    assert nn.he(rng, n_in, n_out).std() == pytest.approx((2 / n_in) ** 0.5, rel=0.02)
    assert nn.xavier(rng, n_in, n_out).std() == pytest.approx(n_in**-0.5, rel=0.02)
    assert nn.glorot(rng, n_in, n_out).std() == pytest.approx((2 / 500) ** 0.5, rel=0.02)


@pytest.mark.parametrize(("n_in", "n_out"), [(60, 20), (20, 60), (30, 30)])
def test_orthogonal(n_in, n_out, rng):
    weight = nn.orthogonal(rng, n_in, n_out)
    gram = weight.T @ weight if n_in >= n_out else weight @ weight.T
    np.testing.assert_allclose(gram, np.eye(min(n_in, n_out)), atol=1e-10)


def test_fan_modes_and_gains_of_torch(rng):
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    weight = torch.empty(300, 700, dtype=torch.float64)  # torch keeps (out, in)
    generator = torch.Generator().manual_seed(0)
    torch.nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=generator)
    assert nn.he(rng, 700, 300).std() == pytest.approx(weight.std().item(), rel=0.01)
    torch.nn.init.xavier_normal_(weight, generator=generator)
    assert nn.glorot(rng, 700, 300).std() == pytest.approx(weight.std().item(), rel=0.01)
    torch.nn.init.kaiming_normal_(weight, nonlinearity="linear", generator=generator)
    assert nn.xavier(rng, 700, 300).std() == pytest.approx(weight.std().item(), rel=0.01)


def test_zeros(rng):
    assert not nn.zeros(rng, 3, 4).any()


def test_the_same_seed_gives_the_same_weights():
    for init in nn.INITIALIZERS.values():
        one, two = (init(np.random.default_rng(7), 5, 6) for _ in range(2))
        np.testing.assert_array_equal(one, two)
