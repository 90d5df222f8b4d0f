"""Optimizers of Keras walk the same surfaces; on JAX, where it reckons in float64."""

import os

import numpy as np
import pytest

from nnviz import _checks, optim
from nnviz.errors import MissingExtraError
from nnviz.train.descent import descend
from nnviz.train.foreign_keras import ELEMENTWISE, from_keras

STARTS = np.array([(-7.0, 2.0), (3.0, -4.0), (0.5, 0.5)])
ADAM = {"eps": 1e-7, "eps_corrected": False}


@pytest.fixture
def keras():
    os.environ.setdefault("KERAS_BACKEND", "jax")
    return pytest.importorskip("keras", minversion="3", reason="its optimizers are run here")


@pytest.mark.parametrize(
    ("ours", "name", "options"),
    [
        (optim.sgd(0.1), "SGD", {"learning_rate": 0.1}),
        (optim.momentum(0.05), "SGD", {"learning_rate": 0.05, "momentum": 0.9}),
        (
            optim.nesterov(0.05),
            "SGD",
            {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True},
        ),
        (optim.adam(0.3, **ADAM), "Adam", {"learning_rate": 0.3}),
        (optim.lion(0.1), "Lion", {"learning_rate": 0.1}),
        (
            optim.chain(optim.clip_by_norm(1.0), optim.adam(0.3, **ADAM)),
            "Adam",
            {"learning_rate": 0.3, "clipnorm": 1.0},
        ),
    ],
)
def test_keras_walks_as_our_rules(ours, name, options, keras):
    rule = from_keras(lambda: getattr(keras.optimizers, name)(**options))
    expected = descend("bowl", ours, STARTS, steps=100).points
    found = descend("bowl", rule, STARTS, steps=100).points
    wide = keras.config.backend() == "jax"  # others round to float32 within
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10 if wide else 1e-3)
    np.testing.assert_array_equal(descend("bowl", rule, STARTS[1], steps=100).points, found[:, 1])
    assert keras.config.floatx() == "float32"


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_starts_that_share_a_variable_go_as_alone(name, keras):
    rule = from_keras(getattr(keras.optimizers, name))
    together = descend("bowl", rule, STARTS, steps=20).points
    assert not np.array_equal(together[-1], together[0])
    for k, start in enumerate(STARTS):
        np.testing.assert_array_equal(descend("bowl", rule, start, steps=20).points, together[:, k])


def test_what_is_no_optimizer_of_keras_is_named(keras):
    with pytest.raises(TypeError, match=r"factory must return a keras\.optimizers\.Optimizer; got"):
        from_keras(list)
    one = keras.optimizers.SGD(0.1)
    with pytest.raises(
        TypeError, match="a new optimizer at each call; got the same one twice, SGD"
    ):
        from_keras(lambda: one)


def test_without_keras_it_says_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(_checks.importlib, "import_module", missing)
    with pytest.raises(MissingExtraError, match=r"pip install 'nnviz-dynamics\[keras\]'"):
        from_keras(list)
