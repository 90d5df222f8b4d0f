"""Random numbers of the page, drawn by NumPy: noise of gradients, inputs and initial weights."""

import base64
from typing import Any

import numpy as np

from nnviz import nn
from nnviz._typing import Array
from nnviz.explorer.presets import STEPS

__all__ = ["DEPTH", "SAMPLES", "SEEDS", "WIDTH", "initializers", "noise", "weights"]

SEEDS = 5
"""Of the noise; each is the one that `studies.optimizer_trajectories` takes."""

SAMPLES, WIDTH, DEPTH = 100, 64, 10
"""Rows of the input, units of each layer, and the most layers: a page computes 15 million
multiplications while a knob is moved."""

SEED = 0
"""Of the network's input, of the gradient at its output and of its weights, in this order."""


LEFT_OUT = ("lecun_truncated", "haiku_truncated")
"""Initializers that the page does without: they share no table, and one takes 200 kB."""


def noise() -> list[str]:
    """Return the standard normal draws of each seed, two for each step, as base64."""
    return [_encoded(np.random.default_rng(k).standard_normal((STEPS, 2))) for k in range(SEEDS)]


def weights() -> dict[str, Any]:
    """Return inputs, gradients at the output, and what each initializer draws.

    Initializers whose weights differ by a factor only, as LeCun's and He's, share a table of
    unit standard deviation, and have the factor as their ``scale``.
    """
    schemes: dict[str, dict[str, float]] = {}
    shared: list[Array] = []
    inputs = gradients = np.empty(0)
    for name, initializer in {"normal": nn.normal(1.0), **initializers()}.items():
        rng = np.random.default_rng(SEED)
        inputs, gradients = rng.standard_normal((2, SAMPLES, WIDTH))
        drawn = np.stack([initializer(rng, WIDTH, WIDTH) for _ in range(DEPTH)])
        scale = float(drawn.std())
        unit = drawn / (scale or 1.0)
        if scale and not any(np.allclose(unit, known) for known in shared):
            shared.append(unit)
        places = [k for k, known in enumerate(shared) if np.allclose(unit, known)]
        schemes[name] = {"table": (places or [0])[0], "scale": scale}
    return {
        "samples": SAMPLES,
        "width": WIDTH,
        "depth": DEPTH,
        "seed": SEED,
        "inputs": _encoded(inputs.astype(np.float32)),
        "gradients": _encoded(gradients.astype(np.float32)),
        "tables": [_encoded(table.astype(np.float32)) for table in shared],
        "schemes": schemes,
    }


def initializers() -> dict[str, nn.Initializer]:
    """Return the initializers that the page offers, by name."""
    return {name: init for name, init in nn.INITIALIZERS.items() if name not in LEFT_OUT}


def _encoded(numbers: Array) -> str:
    """Return numbers, little-endian, as base64."""
    return base64.b64encode(numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()).decode()
