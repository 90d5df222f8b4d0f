"""The patients of the clinic: networks drawn at random, healthy or with one fault."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nnviz import nn, optim
from nnviz.record import Recorder
from nnviz.train import Dataset, fit

__all__ = ["FAULTS", "Patient", "healthy", "sick", "train"]

RATES = {
    "sgd": 0.1,
    "momentum": 0.03,
    "nesterov": 0.03,
    "adagrad": 0.02,
    "rmsprop": 1e-3,
    "adam": 1e-3,
    "amsgrad": 1e-3,
    "adamw": 1e-3,
    "nadam": 1e-3,
    "lion": 2e-4,
}
"""A learning rate that each rule is usually started with; drawn up to a factor of 2.5 off."""

RECTIFIERS = ("relu", "leaky_relu", "elu", "gelu", "silu")
SQUASHERS = ("tanh", "sigmoid")


@dataclass(frozen=True)
class Patient:
    """How a network is made and trained; by itself what textbooks advise.

    Attributes
    ----------
    hidden : tuple of int
        Widths of the hidden layers.
    gain, shift, bias : float
        What the initial weights are multiplied by, what is added to them, and the initial bias
        of the hidden layers.
    scale : float
        What the inputs are multiplied by.
    burst : float
        What the learning rate is multiplied by in the first ten steps.
    poisoned : tuple of (layer number, step), optional
        Where one weight becomes NaN by an update.
    fault : mapping
        What was changed to make it sick: a fault's name, and fields with their new values.
    """

    seed: int
    hidden: tuple[int, ...]
    activation: str
    init: str
    optimizer: str
    learning_rate: float
    batch_norm: str | None = None
    dropout: float = 0.0
    weight_decay: float = 0.0
    n_train: int = 1000
    label_noise: float = 0.0
    steps: int = 400
    gain: float = 1.0
    shift: float = 0.0
    bias: float = 0.0
    scale: float = 1.0
    burst: float = 1.0
    poisoned: tuple[int, int] | None = None
    illness: str = "healthy"
    fault: Mapping[str, Any] = field(default_factory=dict)

    @property
    def control(self) -> "Patient":
        """The same network, with the same seed, without its fault."""
        sound = {name: before for name, (before, _) in self.fault.items()}
        return replace(self, illness="healthy", fault={}, **sound)

    def __str__(self) -> str:
        shape = "×".join(map(str, self.hidden))
        changed = ", ".join(f"{name} {after}" for name, (_, after) in self.fault.items())
        return (
            f"{self.illness}: {shape} {self.activation}, {self.init}, {self.optimizer} "
            f"{self.learning_rate:.2g}, seed {self.seed}" + (f" ({changed})" if changed else "")
        )


def healthy(seed: int, *, widths: tuple[int, ...]) -> Patient:
    """Draw a network as textbooks advise: initializer by activation, usual learning rates."""
    rng = np.random.default_rng([seed, 1])
    activation = str(rng.choice([*RECTIFIERS, "relu", "relu", *SQUASHERS]))
    norm = rng.choice([None, None, None, "before", "after"])
    deepest = 6 if activation in RECTIFIERS or norm else {"tanh": 5, "sigmoid": 2}[activation]
    optimizer = str(rng.choice(list(RATES)))
    inits = (
        ("he_normal", "orthogonal")
        if activation in RECTIFIERS
        else ("xavier", "glorot_normal", "orthogonal")
    )
    return Patient(
        seed=seed,
        hidden=(int(rng.choice(widths)),) * int(rng.integers(1, deepest + 1)),
        activation=activation,
        init=str(rng.choice(inits)),
        optimizer=optimizer,
        learning_rate=float(RATES[optimizer] * 2.5 ** rng.uniform(-1, 1)),
        batch_norm=norm,
        dropout=float(rng.choice([0, 0, 0, 0.1, 0.3])),
        weight_decay=float(rng.choice([0, 0, 1e-3])),
        steps=int(rng.choice([300, 600])),
    )


def sick(illness: str, seed: int, *, widths: tuple[int, ...]) -> Patient:
    """Draw a healthy network of a kind that can fall ill so, and give it the fault."""
    rng = np.random.default_rng([seed, 2])
    base, fault = FAULTS[illness](rng, widths)
    sound = replace(
        healthy(seed, widths=widths), batch_norm=None, dropout=0.0, weight_decay=0.0, **base
    )
    changes = {name: (getattr(sound, name), value) for name, value in fault.items()}
    return replace(sound, illness=illness, fault=changes, **fault)


Fault = tuple[dict[str, Any], dict[str, Any]]


def _shape(rng: np.random.Generator, widths: tuple[int, ...], low: int, high: int) -> Any:
    return (int(rng.choice(widths)),) * int(rng.integers(low, high + 1))


def _rule(rng: np.random.Generator, *names: str) -> dict[str, Any]:
    name = str(rng.choice(names or list(RATES)))
    return {"optimizer": name, "learning_rate": RATES[name]}


def _pick(rng: np.random.Generator, *choices: dict[str, Any]) -> dict[str, Any]:
    return choices[rng.integers(len(choices))]


def _dead(rng: np.random.Generator, widths: tuple[int, ...]) -> Fault:
    base = {"activation": "relu", "init": "he_normal", "hidden": _shape(rng, widths, 1, 4)}
    fault = _pick(
        rng,
        {"bias": -float(rng.uniform(5, 10))},
        {"shift": -float(rng.uniform(0.5, 2))},
        {"burst": float(rng.uniform(300, 1000))},
    )
    # Rules that do not look at the gradient's size, with which a burst would end in NaN.
    rules = ("adam", "rmsprop", "nadam") if "burst" in fault else ("sgd", "momentum", "adam")
    return base | _rule(rng, *rules), fault


def _saturated(rng: np.random.Generator, widths: tuple[int, ...]) -> Fault:
    base = {
        "activation": str(rng.choice(SQUASHERS)),
        "init": "xavier",
        "hidden": _shape(rng, widths, 2, 4),
        **_rule(rng),
    }
    if base["activation"] == "sigmoid":
        base["hidden"] = base["hidden"][:2]
    return base, _pick(
        rng,
        {"gain": float(rng.uniform(15, 50))},
        {"gain": float(rng.uniform(15, 50))},
        {"scale": float(rng.uniform(200, 1000))},
    )


def _vanishing(rng: np.random.Generator, widths: tuple[int, ...]) -> Fault:
    base = {
        "activation": str(rng.choice(["relu", "tanh", "elu"])),
        "init": "he_normal",
        "hidden": _shape(rng, widths, 5, 9),
        **_rule(rng, "sgd", "momentum", "nesterov"),
    }
    base["learning_rate"] /= 3
    return base, _pick(
        rng,
        {"gain": float(rng.uniform(0.05, 0.3))},
        {"activation": "sigmoid", "init": "glorot_normal"},
    )


def _exploding(rng: np.random.Generator, widths: tuple[int, ...]) -> Fault:
    base = {
        "activation": str(rng.choice(["relu", "leaky_relu", "elu", "gelu"])),
        "init": "he_normal",
        "hidden": _shape(rng, widths, 5, 9),
        **_rule(rng),
    }
    base["learning_rate"] /= 3
    return base, {"gain": float(rng.uniform(4, 8))}


def _too_large(rng: np.random.Generator, widths: tuple[int, ...]) -> Fault:
    base = {
        "activation": str(rng.choice(["relu", "tanh", "elu", "gelu", "leaky_relu"])),
        "hidden": _shape(rng, widths, 1, 4),
        **_rule(rng),
    }
    base["init"] = "xavier" if base["activation"] == "tanh" else "he_normal"
    return base, {"learning_rate": base["learning_rate"] * float(10 ** rng.uniform(2, 3))}


def _too_small(rng: np.random.Generator, widths: tuple[int, ...]) -> Fault:
    base = {
        "hidden": _shape(rng, widths, 1, 4),
        "activation": "relu",
        "init": "he_normal",
        **_rule(rng),
    }
    return base, {"learning_rate": base["learning_rate"] * float(10 ** rng.uniform(-5, -3))}


def _symmetric(rng: np.random.Generator, widths: tuple[int, ...]) -> Fault:
    base = {
        "activation": str(rng.choice(["relu", "tanh", "sigmoid", "elu"])),
        "init": "xavier",
        "hidden": _shape(rng, widths, 1, 3),
        **_rule(rng),
    }
    if base["activation"] == "sigmoid":
        base["hidden"] = base["hidden"][:2]
    shift = float(rng.choice([0, 0, 0.01, 0.1, -0.05]))
    return base, {"gain": 0.0, "shift": shift}


def _overfitting(rng: np.random.Generator, widths: tuple[int, ...]) -> Fault:
    base = {
        "hidden": _shape(rng, widths, 1, 4),
        "activation": "relu",
        "init": "he_normal",
        **_rule(rng),
    }
    return base, {
        "n_train": int(rng.choice([100, 150, 200])),
        "label_noise": float(rng.uniform(0.2, 0.5)),
        "steps": 1000,
    }


def _not_finite(rng: np.random.Generator, widths: tuple[int, ...]) -> Fault:
    base = {
        "hidden": _shape(rng, widths, 1, 4),
        "activation": "relu",
        "init": "he_normal",
        **_rule(rng),
    }
    layer = int(rng.integers(1, len(base["hidden"]) + 2))
    return base, _pick(
        rng,
        {"poisoned": (layer, int(rng.integers(5, 200)))},
        {"poisoned": (layer, int(rng.integers(5, 200)))},
        {"optimizer": "momentum", "learning_rate": float(10 ** rng.uniform(4, 9))},
    )


def _not_learning(rng: np.random.Generator, widths: tuple[int, ...]) -> Fault:
    """Draw inputs that were scaled away, as by dividing by 255 twice."""
    base = {
        "hidden": _shape(rng, widths, 1, 4),
        "activation": "relu",
        "init": "he_normal",
        **_rule(rng),
    }
    return base, {"scale": float(10 ** rng.uniform(-6, -4))}


FAULTS: Mapping[str, Callable[[np.random.Generator, tuple[int, ...]], Fault]] = {
    "dead units": _dead,
    "saturation": _saturated,
    "vanishing gradients": _vanishing,
    "exploding gradients": _exploding,
    "learning rate too large": _too_large,
    "learning rate too small": _too_small,
    "symmetric units": _symmetric,
    "overfitting": _overfitting,
    "not finite": _not_finite,
    "not learning": _not_learning,
}
"""By the rule that should find it: what may fall ill so, and what makes it ill."""


def train(patient: Patient, data: Dataset, recorder: Recorder) -> dict[str, float]:
    """Train a patient in front of a recorder; return loss and accuracy of both splits.

    And, as "best", the highest test accuracy.
    """
    rng = np.random.default_rng([patient.seed, 3])
    n_train = min(patient.n_train, len(data.x_train))
    data = replace(
        data.subset(n_train),
        x_train=data.x_train[:n_train] * patient.scale,
        x_test=data.x_test * patient.scale,
    )
    if patient.label_noise:
        data = data.with_label_noise(patient.label_noise, rng=rng)
    init = nn.INITIALIZERS[patient.init]
    net = nn.mlp(
        [data.n_features, *patient.hidden, data.n_classes],
        activation=patient.activation,
        init=lambda *args: patient.gain * init(*args) + patient.shift,
        batch_norm=patient.batch_norm,
        dropout=patient.dropout,
        rng=rng,
    )
    for k in range(1, len(patient.hidden) + 1):
        net.params[f"linear{k}/bias"][...] = patient.bias
    history = fit(
        net,
        data,
        _optimizer(patient, net),
        steps=patient.steps,
        batch_size=min(100, n_train),
        weight_decay=patient.weight_decay,
        evaluate_at=range(0, patient.steps + 1, patient.steps // 15),
        recorder=recorder,
        rng=rng,
    )
    curve = history.curve
    named = [f"{split}/{own}" for split, own in zip(curve["split"], curve["metric"], strict=True)]
    series = {name: curve["value"][np.array(named) == name] for name in dict.fromkeys(named)}
    best = float(series["test/accuracy"].max())
    outcome = {name: float(values[-1]) for name, values in series.items()}
    return outcome | {"best": best}


def _optimizer(patient: Patient, net: nn.Sequential) -> optim.Optimizer:
    def rate(step: int) -> float:
        return patient.learning_rate * (patient.burst if step < 10 else 1.0)

    rule = optim.make(patient.optimizer, rate)
    if patient.poisoned is None:
        return rule
    layer, at = patient.poisoned

    def update(grads: Any, state: Any, params: Any) -> Any:
        count, state = state
        updates, state = rule.update(grads, state, params)
        if count == at:
            updates = updates.copy()
            net.views(updates)[f"linear{layer}/weight"][0, 0] = np.nan
        return updates, (count + 1, state)

    return optim.Optimizer(lambda params: (0, rule.init(params)), update)
