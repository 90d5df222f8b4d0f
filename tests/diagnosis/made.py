"""Recordings made to order: layers, numbers and what they are at each step."""

import numpy as np

from nnviz.diagnosis import diagnose
from nnviz.record import Recorder

LONG = 120
"""Steps after which all rules judge."""


def recorded(streams, numbers=None, steps=LONG):
    """Record what the functions ``streams[name](step)`` and ``numbers[name](step)`` return."""
    recorder = Recorder(exact_every=10, strict=True)
    for k in range(steps):
        with recorder.step(k):
            for stream, values in streams.items():
                recorder.observe(stream, values(k))
            for name, value in (numbers or {}).items():
                if (number := value(k)) is not None:
                    recorder.scalar(name, number)
    return recorder


def layers(rng, ratios, spread=1.0):
    """Return a chain of layers whose updates are so many times their weights, by layer."""
    streams = {}
    for k, ratio in enumerate(ratios, start=1):
        y, w = spread**k * rng.standard_normal((40, 20)), rng.standard_normal((20, 20))
        streams[f"linear{k}/activation"] = lambda _, y=y: y
        streams[f"linear{k}/weight"] = lambda _, w=w: w
        streams[f"linear{k}/weight_gradient"] = lambda _, w=w: w
        streams[f"linear{k}/weight_update"] = lambda _, w=w, ratio=ratio: ratio * w
    return streams


def noisy(rng, start, end, scatter):
    """Return a loss that goes from start to end within 40 steps, and scatters."""
    values = np.interp(np.arange(LONG), [0, 40], [start, end])
    values = values + scatter * rng.standard_normal(LONG)
    return lambda k: float(values[k])


def judged(recorder):
    """Return all findings, and the layers by rule of what was found."""
    findings = diagnose(recorder)
    found = findings[findings["verdict"] == "found"]
    return findings, found.groupby("rule", sort=False)["layer"].agg(list).to_dict()


def message(findings, rule):
    """Return what a rule says, which must be one line."""
    (text,) = findings.loc[findings["rule"] == rule, "message"]
    return text
