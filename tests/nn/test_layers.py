"""What every layer promises, and what it says when it is used wrongly."""

import numpy as np
import pytest

from nnviz import nn

LAYERS = {
    **{name: (lambda rng, dtype, f=f: f) for name, f in nn.ACTIVATIONS.items()},
    "linear": lambda rng, dtype: nn.Linear(6, 6, rng=rng, dtype=dtype),
    "batch norm": lambda rng, dtype: nn.BatchNorm(6, dtype=dtype),
    "layer norm": lambda rng, dtype: nn.LayerNorm(6, dtype=dtype),
    "dropout": lambda rng, dtype: nn.Dropout(0.5, rng=rng),
    "dropout of the notes": lambda rng, dtype: nn.Dropout(0.5, inverted=False, rng=rng),
    "residual": lambda rng, dtype: nn.Residual(
        {
            "norm": nn.LayerNorm(6, dtype=dtype),
            "linear": nn.Linear(6, 6, rng=rng, dtype=dtype),
            "tanh": nn.ACTIVATIONS["tanh"],
        }
    ),
}


@pytest.fixture(params=LAYERS)
def make(request):
    return LAYERS[request.param]


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_layer_keeps_the_type_and_leaves_its_input_alone(make, rng, dtype, train):
    x = rng.standard_normal((8, 6)).astype(dtype)
    before = x.copy()
    y, backward = make(rng, dtype)(x, train=train)
    dy = np.ones_like(y)
    dx, grads = backward(dy)
    assert y.dtype == dx.dtype == dtype
    assert all(grad.dtype == dtype for grad in grads.values())
    assert dx.shape == x.shape
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(dy, 1)


@pytest.mark.parametrize("train", [True, False])
def test_a_backward_pass_is_not_disturbed_by_a_later_forward_pass(make, rng, train):
    layer = make(rng, np.float64)
    x = rng.standard_normal((8, 6))
    y, backward = layer(x, train=train)
    dx, grads = backward(np.ones_like(y))
    layer(rng.standard_normal((3, 6)), train=True)
    dx_again, grads_again = backward(np.ones_like(y))
    np.testing.assert_array_equal(dx, dx_again)
    assert list(grads) == list(grads_again) == list(layer.params)
    for name, grad in grads.items():
        np.testing.assert_array_equal(grad, grads_again[name])


@pytest.mark.parametrize("train", [True, False])
def test_gradients_by_finite_differences(make, rng, train):
    """Needs no torch. Each evaluation takes a new layer from the same seed, with its mask."""
    x = rng.standard_normal((16, 6))
    dy = rng.standard_normal((16, 6))
    moves = {name: rng.standard_normal(p.shape) for name, p in make(rng, float).params.items()}
    dx_move = rng.standard_normal(x.shape)

    def run(h):
        layer = make(np.random.default_rng(3), np.float64)
        for name, move in moves.items():
            layer.params[name] += h * move
        y, backward = layer(x + h * dx_move, train=train)
        return np.sum(y * dy), backward

    dx, grads = run(0)[1](dy)
    slope = np.sum(dx * dx_move) + sum(np.sum(grads[name] * moves[name]) for name in moves)
    assert slope == pytest.approx((run(1e-6)[0] - run(-1e-6)[0]) / 2e-6, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("name", nn.ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations_stay_finite_and_silent_far_out(name, dtype):
    x = np.array([-1e30, -800, -100, 100, 800, 1e30], dtype)
    function = nn.ACTIVATIONS[name]
    assert np.isfinite(function.value(x)).all()
    assert np.isfinite(function.derivative(x)).all()


def test_the_sigmoid_keeps_its_tail():
    """An output of exactly 0 would be counted as a dead unit."""
    sigmoid = nn.ACTIVATIONS["sigmoid"]
    x = np.array([-20.0, -40.0, -80.0])
    np.testing.assert_allclose(sigmoid.value(x), np.exp(x), rtol=1e-8)
    np.testing.assert_allclose(sigmoid.value(x.astype("f4")), np.exp(x), rtol=1e-5)
    np.testing.assert_allclose(sigmoid.derivative(x), np.exp(x), rtol=1e-8)


def test_large_inputs_raise_no_warning(make, rng):
    x = np.full((4, 6), 80.0, np.float32) * np.sign(rng.standard_normal((4, 6))).astype("f4")
    y, backward = make(rng, np.float32)(x, train=True)
    dx, _ = backward(np.ones_like(y))
    assert np.isfinite(y).all()
    assert np.isfinite(dx).all()


@pytest.mark.parametrize("inverted", [True, False])
def test_dropout_has_the_same_expected_output_in_training_and_evaluation(rng, inverted):
    layer = nn.Dropout(0.2, inverted=inverted, rng=rng)
    x = np.ones((1000, 1000))
    trained, _ = layer(x, train=True)
    evaluated, _ = layer(x)
    assert trained.mean() == pytest.approx(evaluated.mean(), abs=2e-3)
    assert np.mean(trained == 0) == pytest.approx(0.2, abs=2e-3)
    assert evaluated.mean() == pytest.approx(1.0 if inverted else 0.8)


def test_batch_norm_in_the_form_of_the_notes(rng):
    """Their momentum .9 weighs the old value; their running variance is biased, from 0."""
    layer = nn.BatchNorm(
        3, momentum=0.1, eps=1e-6, unbiased=False, running_variance=0.0, dtype=np.float64
    )
    mean, variance = np.zeros(3), np.zeros(3)
    for _ in range(5):
        x = rng.standard_normal((4, 3))
        y, _ = layer(x, train=True)
        mean = 0.9 * mean + 0.1 * x.mean(axis=0)
        variance = 0.9 * variance + 0.1 * x.var(axis=0)
        np.testing.assert_allclose(y, (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-6), atol=1e-12)
    np.testing.assert_allclose(layer.state["running_mean"], mean, atol=1e-12)
    np.testing.assert_allclose(layer.state["running_variance"], variance, atol=1e-12)


def test_a_saturated_output_is_told_from_a_free_one():
    assert nn.ACTIVATIONS["sigmoid"].saturated(np.array([0.04, 0.5, 0.96])).tolist() == [1, 0, 1]
    assert nn.ACTIVATIONS["tanh"].saturated(np.array([-0.96, 0.9, 0.96])).tolist() == [1, 0, 1]
    assert nn.ACTIVATIONS["relu"].saturated is None


def test_relu_has_slope_zero_at_zero():
    assert nn.ACTIVATIONS["relu"].derivative(np.array([-1.0, 0.0, 1.0])).tolist() == [0, 0, 1]


WRONG = {
    "x must have shape \\(batch, 6\\) for Linear; got \\(4, 5\\)": lambda rng: nn.Linear(
        6, 2, rng=rng
    )(np.ones((4, 5))),
    "x must have shape \\(batch, 6\\) for BatchNorm; got \\(6,\\)": lambda rng: nn.BatchNorm(6)(
        np.ones(6)
    ),
    "x must have shape \\(batch, 6\\) for LayerNorm; got \\(2, 7\\)": lambda rng: nn.LayerNorm(6)(
        np.ones((2, 7))
    ),
    "x must have at least 2 rows for BatchNorm to train; got \\(1, 6\\)": lambda rng: nn.BatchNorm(
        6
    )(np.ones((1, 6)), train=True),
    "x must have shape \\(4, 2\\) for Residual; got \\(4, 6\\)": lambda rng: nn.Residual(
        {"linear": nn.Linear(6, 2, rng=rng)}
    )(np.ones((4, 6))),
    "dtype must be a floating-point type; got <class 'numpy.int64'>": lambda rng: nn.Linear(
        6, 2, rng=rng, dtype=np.int64
    ),
    "momentum must be a number in \\[0, 1\\); got 1.5": lambda rng: nn.BatchNorm(6, momentum=1.5),
    "eps must be a positive number; got 0": lambda rng: nn.LayerNorm(6, eps=0),
    "init must be one of zeros, .*did you mean 'xavier'": lambda rng: nn.Linear(
        6, 2, init="xaver", rng=rng
    ),
    "init must return shape \\(6, 2\\); got \\(2, 6\\)": lambda rng: nn.Linear(
        6, 2, init=lambda r, i, o: np.ones((o, i)), rng=rng
    ),
    "n_in must be a positive integer; got 0": lambda rng: nn.Linear(0, 2, rng=rng),
    "base_width must be a positive integer; got 0": lambda rng: nn.maximal_update_normal(0),
    "net must be a network with at least two weights": lambda rng: nn.maximal_update_rates(
        nn.mlp([4, 2], rng=rng), 8
    ),
    "std must be a number of at least 0; got -1": lambda rng: nn.normal(-1),
    "std must be a finite number; got nan": lambda rng: nn.normal(float("nan")),
    "rate must be a number in \\[0, 1\\); got 1": lambda rng: nn.Dropout(1, rng=rng),
    "labels must be in 0 … 2; got 0 … 3": lambda rng: nn.softmax_cross_entropy(
        np.zeros((2, 3)), np.array([0, 3])
    ),
    "labels must be integers of shape": lambda rng: nn.softmax_cross_entropy(
        np.zeros((2, 3)), np.array([0.0, 1.0])
    ),
    "logits must have shape": lambda rng: nn.softmax_cross_entropy(
        np.zeros((0, 3)), np.array([], int)
    ),
    "targets must have shape": lambda rng: nn.mean_squared_error(np.ones((2, 3)), np.ones(3)),
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong_use_is_named(message, rng):
    with pytest.raises(ValueError, match=message):
        WRONG[message](rng)


@pytest.mark.parametrize(
    "make_it", [lambda r: nn.Linear(2, 2, rng=r), lambda r: nn.Dropout(0.5, rng=r)]
)
def test_a_seed_is_no_generator(make_it):
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator; got 0"):
        make_it(0)


@pytest.mark.parametrize("name", nn.LOSSES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_loss_keeps_the_type_and_its_gradient_is_its_slope(name, dtype, rng):
    loss = nn.LOSSES[name]
    outputs, move = rng.standard_normal((2, 16, 5)).astype(dtype)
    labels = rng.integers(0, 5, 16)
    target = labels if name == "softmax_cross_entropy" else np.eye(5)[labels]
    before = outputs.copy()
    value, gradient = loss(outputs, target)
    assert isinstance(value, float)
    assert gradient.dtype == dtype
    np.testing.assert_array_equal(outputs, before)
    h = 1e-2 if dtype is np.float32 else 1e-5
    above, below = (loss(outputs + dtype(s * h) * move, target)[0] for s in (1, -1))
    tolerance = 1e-3 if dtype is np.float32 else 1e-8
    assert np.sum(gradient * move) == pytest.approx((above - below) / (2 * h), abs=tolerance)


def test_cross_entropy_of_far_logits_is_their_distance():
    value, gradient = nn.softmax_cross_entropy(np.array([[1000.0, 0.0]]), np.array([1]))
    assert value == 1000
    assert gradient.tolist() == [[1, -1]]
