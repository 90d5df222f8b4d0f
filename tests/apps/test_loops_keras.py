"""Keras's fit, recorded by a callback, on PyTorch and on JAX: one backend for each process."""

import subprocess
import sys

import pytest

SCRIPT = """
import os, sys
os.environ["KERAS_BACKEND"] = backend = sys.argv[1]
import keras, numpy as np
from nnviz import open_run, plots, tables
from nnviz.adapters.keras import KerasCallback
from nnviz.diagnosis import RULES, diagnose

L = keras.layers

def made():
    keras.utils.set_random_seed(0)
    inner = keras.Sequential([L.Dense(8, activation="relu", name="d")], name="inner")
    shared = L.ReLU(name="relu")
    inputs = keras.Input((6, 6, 2))
    h = shared(L.BatchNormalization(name="bn")(L.Conv2D(4, 3, name="conv")(inputs)))
    h = L.Dropout(0.0, name="drop")(h)
    h = inner(L.Flatten(name="flat")(h))
    model = keras.Model(inputs, L.Dense(2, name="head")(h))
    model.compile(keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(True))
    return model

rng = np.random.default_rng(0)
x = rng.normal(size=(40, 6, 6, 2)).astype("float32")
y = rng.integers(0, 2, 40)
ends = []
path = sys.argv[2] + "/a.run"
model = made()
model.get_layer("bn").beta.assign([-50.0, 0, 0, 0])
callback = KerasCallback(path, probe=(x[:8], y[:8]), every=2, settings={"rate": 0.1})
model.fit(x, y, batch_size=8, epochs=5, shuffle=False, verbose=0,
          validation_data=(x[:8], y[:8]), callbacks=[callback])
for callback in ([], [KerasCallback(probe=(x[:8], y[:8]))]):  # the same without
    model = made()
    model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0, callbacks=callback)
    ends.append([keras.ops.convert_to_numpy(v.value) for v in model.variables])
assert all(np.array_equal(a, b) for a, b in zip(*ends)), "training differs"

with open_run(path) as run:
    assert run.meta["state"] == "finished" and run.meta["settings"] == {"rate": 0.1}
    every = 2 if backend == "jax" else 1
    assert run.steps == list(range(0, 25, every)), run.steps
    assert run.layers == ["conv", "bn", "relu", "drop", "flat", "inner.d", "head"], run.layers
    assert bool(run.meta.get("notices")) == (backend == "jax"), run.meta
    loss = run.numbers("loss")
    assert loss["step"].tolist() == list(range(25))
    assert run.numbers("val_loss")["step"].tolist() == [4, 9, 14, 19, 24]
    # four channels come last, one of them is dead
    dead = run.numbers("relu/dead")["value"]
    assert len(dead) and (dead == 0.25).all(), dead
    assert set(diagnose(run)["rule"]) == set(RULES)
    plots.distribution_grid(tables.recorded_histograms(run, kind="gradient"), quantity="gradient")

    # The first step, worked out again.
    model = made()
    model.get_layer("bn").beta.assign([-50.0, 0, 0, 0])
    seen = run.at(0)
    norm = lambda a: float(np.linalg.norm(np.asarray(a, dtype=np.float64)))
    near = lambda name, value: abs(seen[name].norm - norm(value)) <= 1e-4 * norm(value) or sys.exit(
        f"{name}: {seen[name].norm} {norm(value)}")
    head, hidden = model.get_layer("head"), model.get_layer("inner")
    part = keras.Model(model.inputs, head.input)
    h = keras.ops.convert_to_numpy(keras.ops.stop_gradient(part(x[:8], training=True)))
    w, b = (keras.ops.convert_to_numpy(v.value).astype(float) for v in head.trainable_variables)
    z = h @ w + b
    p = np.exp(z - z.max(1, keepdims=True)); p /= p.sum(1, keepdims=True)
    dz = (p - np.eye(2)[y[:8]]) / 8
    near("inner.d/activation", h); near("head/activation", z); near("head/gradient", dz)
    near("head/weight", w); near("head/weight_gradient", h.T @ dz)
    near("head/weight_update", -0.1 * h.T @ dz); near("inner.d/gradient", dz @ w.T)
print("good")
"""


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_keras_is_recorded_and_trains_the_same(backend, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, backend, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.endswith("good\n"), done.stdout[-2000:] + done.stderr[-3000:]


TWICE = """
import os, sys
os.environ["KERAS_BACKEND"] = "torch"
import keras, numpy as np
import nnviz
from nnviz.adapters.keras import KerasCallback
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
callback = KerasCallback(run=sys.argv[1])
for _ in range(2):
    model.fit(np.ones((8, 2)), np.ones((8, 1)), batch_size=4, verbose=0, callbacks=[callback])
print(nnviz.open_run(sys.argv[1]).steps)
"""


def test_a_second_fit_continues_the_run(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TWICE, str(tmp_path / "a.run")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[0, 1, 2, 3]\n", done.stdout[-2000:] + done.stderr[-3000:]


SCALED = """
import os, sys
os.environ["KERAS_BACKEND"] = sys.argv[1]
import keras, numpy as np
from nnviz import Recorder
from nnviz.adapters.keras import KerasCallback

rng = np.random.default_rng(0)
x, y = rng.normal(size=(40, 3)).astype("float32"), rng.normal(size=(40, 1)).astype("float32")

def recorded(optimizer, y=y):
    keras.utils.set_random_seed(0)
    parts = [keras.layers.Dense(n, name=f"d{n}") for n in (4, 1)]
    model = keras.Sequential([keras.Input((3,)), *parts])
    model.compile(optimizer, "mse")
    recorder = Recorder(exact=True, strict=True)
    callback = KerasCallback(recorder=recorder, probe=(x[:8], y[:8]))
    model.fit(x, y, batch_size=8, shuffle=False, verbose=0, callbacks=[callback])
    return recorder

keras_sgd, scaled = keras.optimizers.SGD, keras.optimizers.LossScaleOptimizer
plain = recorded(keras_sgd(0.1))
for other in (scaled(keras_sgd(0.1), 1024.0), keras_sgd(0.1, loss_scale_factor=512.0)):
    seen = recorded(other)
    assert seen.steps == plain.steps == list(range(5))
    for k in plain.steps:
        for stream, summary in plain.at(k).items():
            assert abs(seen.at(k)[stream].norm / summary.norm - 1) < 1e-4, (k, stream)
    if sys.argv[1] == "torch":
        scales = set(seen.numbers("loss_scale")["value"].tolist())
        assert scales <= {1024.0, 512.0} and len(scales) == 1, scales
if sys.argv[1] == "torch":  # too large a scale: the first steps are skipped, and no steps
    seen = recorded(scaled(keras_sgd(0.1), 2.0**127), 4 * y)
    skipped = int(seen.numbers("skipped_steps")["value"][0])
    assert 0 < skipped < 5 and len(seen.steps) == 5 - skipped, (skipped, seen.steps)
    assert all(s.moments.count == s.size for k in seen.steps for s in seen.at(k).values())
print("good")
"""


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_gradients_are_those_of_the_loss_whatever_its_optimizer_scales_it_with(backend):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCALED, backend],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.endswith("good\n"), done.stdout[-2000:] + done.stderr[-3000:]


ERRORS = """
import os, sys
os.environ["KERAS_BACKEND"] = sys.argv[1]
import keras, numpy as np
from nnviz import Recorder
from nnviz.adapters.keras import KerasCallback
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse", jit_compile=True)
try:
    model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0, callbacks=[KerasCallback()])
except ValueError as error:
    print(error)
if sys.argv[1] == "torch":
    from nnviz.record.torch import attach
    try:
        attach(model, Recorder())
    except TypeError as error:
        print(error)
"""


@pytest.mark.parametrize(
    ("backend", "messages"),
    [
        ("torch", ["jit_compile must be left out", "a model of Keras"]),
        ("jax", ["probe must be a batch (x, y) on JAX; got None"]),
    ],
)
def test_what_keras_cannot_show_is_said_when_training_begins(backend, messages):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ERRORS, backend],
        capture_output=True,
        text=True,
        check=True,
    )
    for message, line in zip(messages, done.stdout.splitlines(), strict=True):
        assert message in line
