"""Initial weights have the spread that their formula states, and that torch's have."""

import numpy as np
import pytest
from scipy import stats

from nnviz import nn

SHAPES = [(700, 300), (300, 700), (500, 500)]
VARIANCES = {
    "lecun": lambda n_in, n_out: 1 / n_in,
    "glorot": lambda n_in, n_out: 2 / (n_in + n_out),
    "he": lambda n_in, n_out: 2 / n_in,
}
TORCHS = {
    "lecun_normal": ("kaiming_normal_", {"nonlinearity": "linear"}),
    "lecun_uniform": ("kaiming_uniform_", {"nonlinearity": "linear"}),
    "glorot_normal": ("xavier_normal_", {}),
    "glorot_uniform": ("xavier_uniform_", {}),
    "he_normal": ("kaiming_normal_", {"nonlinearity": "relu"}),
    "he_uniform": ("kaiming_uniform_", {"nonlinearity": "relu"}),
}


def fourth_moment(weight):
    return np.mean((weight / weight.std()) ** 4)


@pytest.mark.parametrize(("n_in", "n_out"), SHAPES)
@pytest.mark.parametrize("name", VARIANCES)
def test_normal_weights_have_the_moments_of_their_formula(name, n_in, n_out, rng):
    weight = nn.INITIALIZERS[f"{name}_normal"](rng, n_in, n_out)
    assert weight.shape == (n_in, n_out)
    std = VARIANCES[name](n_in, n_out) ** 0.5
    assert weight.std() == pytest.approx(std, rel=0.01)
    assert weight.mean() == pytest.approx(0, abs=0.01 * std)
    assert fourth_moment(weight) == pytest.approx(3, rel=0.05)


@pytest.mark.parametrize(("n_in", "n_out"), SHAPES)
@pytest.mark.parametrize("name", VARIANCES)
def test_uniform_weights_have_the_moments_and_ends_of_their_formula(name, n_in, n_out, rng):
    weight = nn.INITIALIZERS[f"{name}_uniform"](rng, n_in, n_out)
    assert weight.shape == (n_in, n_out)
    variance = VARIANCES[name](n_in, n_out)
    assert weight.var() == pytest.approx(variance, rel=0.02)
    assert fourth_moment(weight) == pytest.approx(1.8, rel=0.02)
    limit = (3 * variance) ** 0.5
    assert [weight.min(), weight.max()] == pytest.approx([-limit, limit], rel=1e-3)
    assert np.abs(weight).max() <= limit


@pytest.mark.parametrize("name", TORCHS)
def test_torch_draws_from_the_same_distribution(name, rng):
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    theirs = torch.empty(300, 700, dtype=torch.float64)  # torch keeps (out, in)
    function, options = TORCHS[name]
    generator = torch.Generator().manual_seed(0)
    getattr(torch.nn.init, function)(theirs, **options, generator=generator)
    ours = nn.INITIALIZERS[name](rng, 700, 300)
    ranks = np.linspace(0.01, 0.99, 99)
    scale = theirs.std().item()
    np.testing.assert_allclose(
        np.quantile(ours, ranks), np.quantile(theirs.numpy(), ranks), atol=0.02 * scale
    )


def test_pytorch_uniform_is_what_a_new_linear_layer_of_torch_has(rng):
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        wide, many = torch.nn.Linear(700, 300), torch.nn.Linear(5, 200_000)
    ours = nn.Linear(5, 200_000, init="pytorch_uniform", bias_init="pytorch_uniform", rng=rng)
    pairs = [
        (nn.pytorch_uniform(rng, 700, 300), wide.weight),
        (ours.params["weight"], many.weight),
        (ours.params["bias"], many.bias),
    ]
    ranks = np.linspace(0, 1, 101)
    for drawn, theirs in pairs:
        theirs = theirs.detach().numpy()
        np.testing.assert_allclose(
            np.quantile(drawn, ranks), np.quantile(theirs, ranks), atol=0.03 * theirs.std()
        )


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("pytorch_uniform", lambda n_in, n_out: n_in**-0.5),
        ("sklearn_logistic", lambda n_in, n_out: (2 / (n_in + n_out)) ** 0.5),
    ],
)
@pytest.mark.parametrize(("n_in", "n_out"), SHAPES)
def test_frameworks_uniform_weights_have_the_ends_of_their_formula(name, limit, n_in, n_out, rng):
    weight, end = nn.INITIALIZERS[name](rng, n_in, n_out), limit(n_in, n_out)
    assert [weight.min(), weight.max()] == pytest.approx([-end, end], rel=1e-3)
    assert np.abs(weight).max() <= end
    assert weight.std() == pytest.approx(end / 3**0.5, rel=0.01)
    assert fourth_moment(weight) == pytest.approx(1.8, rel=0.02)


@pytest.mark.parametrize(("name", "std"), [("lecun_truncated", 1.0), ("haiku_truncated", 0.8796)])
def test_truncated_weights_end_at_two_standard_deviations_before_the_cut(name, std, rng):
    cut = stats.truncnorm(-2, 2)  # SciPy is the witness here
    weight = nn.INITIALIZERS[name](rng, 700, 300) * 700**0.5
    assert weight.std() == pytest.approx(std, rel=0.01)
    scale = std / cut.std() if name == "lecun_truncated" else 1.0
    assert [weight.min(), weight.max()] == pytest.approx([-2 * scale, 2 * scale], rel=1e-3)
    assert np.abs(weight).max() <= 2 * scale
    ranks = np.linspace(0.01, 0.99, 99)
    np.testing.assert_allclose(np.quantile(weight, ranks), scale * cut.ppf(ranks), atol=0.02)


def test_biases_are_zero_unless_asked_for(rng):
    plain, zeros, drawn = (
        nn.Linear(50, 40, rng=np.random.default_rng(1), **options)
        for options in ({}, {"bias_init": "zeros"}, {"bias_init": nn.normal(0.3)})
    )
    assert not plain.params["bias"].any()
    assert not zeros.params["bias"].any()
    assert drawn.params["bias"].shape == (40,)
    assert drawn.params["bias"].std() == pytest.approx(0.3, rel=0.4)
    # the weights of a seed are the same, whatever is drawn after them
    np.testing.assert_array_equal(plain.params["weight"], drawn.params["weight"])
    with pytest.raises(ValueError, match=r"bias_init must be one of zeros, .*; got 'one'"):
        nn.Linear(3, 4, bias_init="one", rng=rng)


def test_xavier_is_the_notes_form(rng):
    assert nn.xavier(rng, 400, 900).std() == pytest.approx(1 / 20, rel=0.01)
    one, two = (init(np.random.default_rng(3), 5, 9) for init in (nn.xavier, nn.lecun_normal))
    np.testing.assert_array_equal(one, two)


def test_the_numbers_of_a_seed_stay():
    drawn = {
        name: init(np.random.default_rng(7), 2, 3)[1, 2] for name, init in nn.INITIALIZERS.items()
    }
    first = np.random.default_rng(7).standard_normal(6)[5]
    assert drawn["xavier"] == pytest.approx(first * 2**-0.5, rel=1e-15)
    assert drawn["he_normal"] == first
    assert drawn["glorot_normal"] == pytest.approx(first * 0.4**0.5, rel=1e-15)


def test_normal_has_the_width_asked_for(rng):
    assert nn.normal(0.3)(rng, 700, 300).std() == pytest.approx(0.3, rel=0.01)


@pytest.mark.parametrize(("n_in", "n_out"), [(60, 20), (20, 60), (30, 30)])
def test_orthogonal(n_in, n_out, rng):
    weight = nn.orthogonal(rng, n_in, n_out)
    gram = weight.T @ weight if n_in >= n_out else weight @ weight.T
    np.testing.assert_allclose(gram, np.eye(min(n_in, n_out)), atol=1e-10)


def test_orthogonal_matrices_are_drawn_evenly(rng):
    # Without the signs of R's diagonal, QR leaves entries whose mean is far from 0.
    first = np.array([nn.orthogonal(rng, 3, 3)[0, 0] for _ in range(2000)])
    assert first.mean() == pytest.approx(0, abs=4 / (3 * 2000) ** 0.5)
    assert first.var() == pytest.approx(1 / 3, rel=0.1)


def test_zeros(rng):
    assert not nn.zeros(rng, 3, 4).any()


@pytest.mark.parametrize("name", nn.INITIALIZERS)
def test_every_initializer_goes_by_name_and_repeats(name):
    one, two = (
        nn.Linear(5, 6, init=name, rng=np.random.default_rng(7)).params["weight"] for _ in range(2)
    )
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("name", nn.INITIALIZERS)
def test_sizes_are_checked(name, rng):
    with pytest.raises(ValueError, match="n_in must be a positive integer; got 0"):
        nn.INITIALIZERS[name](rng, 0, 3)
