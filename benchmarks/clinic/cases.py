"""The networks of the clinic: drawn by family and number, healthy or with one fault."""

import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.clinic.families import FAMILIES, HELD_OUT, Family
from benchmarks.clinic.faults import FAULTS, ILLNESSES, faults_of
from benchmarks.clinic.patients import Patient, healthy, sick

__all__ = ["Case", "NumPyCase", "draw", "twin"]

RATES = {
    "sgd": 0.1,
    "momentum": 0.03,
    "adam": 3e-3,
    "adamw": 3e-3,
    "rmsprop": 1e-3,
    "adagrad": 0.03,
}
"""A learning rate that each of PyTorch's optimizers is usually started with."""

_N_HEALTHY, _N_SICK = {True: 3, False: 3}, {True: 3, False: 4}
"""Networks of each family, if it is held out and if it is not."""

_ORDER = 20261130
"""The seed of the order in which networks are looked at."""

_CAREFUL = ("residual", "gated", "patches")
"""Architectures that are usually trained with an adaptive rule."""


@dataclass(frozen=True)
class Case:
    """A network of PyTorch; by itself what tutorials advise.

    Attributes
    ----------
    fault : str
        Of `faults.FAULTS`, "" for none. The other fields are what it may change.
    exact : bool
        Whether all steps are counted in full.
    """

    family: Family
    number: int
    seed: int
    optimizer: str
    learning_rate: float
    width: int
    depth: int
    function: str
    batch: int
    exact: bool
    steps: int = 240
    fault: str = ""
    rate_times: float = 1.0
    bias: float | None = None
    constant: float | None = None
    left_out: bool = False
    detached: bool = False
    gain: float = 1.0
    decay: float = 0.0
    n_train: int | None = None
    noise: float = 0.0
    poisoned: int | None = None
    scale: float = 1.0
    momentum: float = 0.1
    offset: float = 0.0
    class_weight: float = 1.0
    blank: bool = False
    burst: float = 1.0

    @property
    def key(self) -> str:
        """What its line of results is called."""
        return f"{self.family} / {self.fault or 'healthy'} / {self.number}"

    @property
    def named(self) -> tuple[str, ...]:
        """The rules each of which names its fault."""
        return FAULTS[self.fault].named if self.fault else ()


@dataclass(frozen=True)
class NumPyCase:
    """A network of `nnviz.nn`: a patient, trained on the data of a family."""

    family: Family
    number: int
    patient: Patient
    fault: str
    exact: bool

    @property
    def key(self) -> str:
        """What its line of results is called."""
        return f"{self.family} / {self.fault or 'healthy'} / {self.number}"

    @property
    def named(self) -> tuple[str, ...]:
        """The rules each of which names its fault."""
        return ILLNESSES[self.fault] if self.fault else ()


def draw(*, held_out: bool) -> list[Case | NumPyCase]:
    """Return the networks of the families that are held out, or of the others, in a drawn order.

    Of each family some healthy ones, and faults in turn, so that each fault comes about as often.
    As the order is drawn, the first so many are a fair part of all.
    """
    cases: list[Case | NumPyCase] = []
    turn: dict[str, int] = dict.fromkeys([*FAULTS, *ILLNESSES], 0)
    for family in FAMILIES:
        if (family in HELD_OUT) != held_out:
            continue
        cases += [_case(family, k, "") for k in range(_N_HEALTHY[held_out])]
        rng = np.random.default_rng(_seed(family, 0, "order"))
        known = [str(name) for name in rng.permutation(faults_of(family))]
        for name in sorted(known, key=turn.__getitem__)[: _N_SICK[held_out]]:
            cases.append(_case(family, turn[name], name))
            turn[name] += 1
    return [cases[k] for k in np.random.default_rng(_ORDER).permutation(len(cases))]


def _seed(family: Family, number: int, what: str) -> int:
    return zlib.crc32(f"{family} / {what} / {number}".encode())


def _case(family: Family, number: int, fault: str) -> Case | NumPyCase:
    seed = _seed(family, number, fault)
    rng = np.random.default_rng(seed)
    exact = bool(rng.random() < 0.15)
    if family.architecture == "numpy":
        widths = (24, 48)
        patient = sick(fault, seed, widths=widths) if fault else healthy(seed, widths=widths)
        patient = replace(patient, steps=min(patient.steps, 500))
        return NumPyCase(family, number, patient, fault, exact)
    needs: dict[str, Any] = dict(FAULTS[fault].needs or {}) if fault else {}
    careful = family.kind in ("sequence", "adversarial") or family.architecture in _CAREFUL
    usual = ("adam", "adamw", "rmsprop") if careful else tuple(RATES)
    optimizer = str(rng.choice(needs.get("optimizer", usual)))
    rate = RATES[optimizer] / (3 if family.kind == "regression" and optimizer in ("sgd",) else 1)
    case = Case(
        family=family,
        number=number,
        seed=seed,
        optimizer=optimizer,
        learning_rate=float(rate * 2 ** rng.uniform(-1, 1)),
        width=int(rng.choice(needs.get("width", (24, 32, 48)))),
        depth=int(rng.integers(1, 4)),
        function="tanh" if family.architecture == "tanh" else "relu",
        batch=int(rng.choice([16, 32, 64])),
        exact=exact,
        decay=0.0 if fault else float(rng.choice([0, 0, 1e-4, 1e-2])),
        steps=300 if family.kind in ("sequence", "adversarial") else 240,
    )
    if fault in ("tiny weights", "huge weights", "cut off by detach", "left out of the optimizer"):
        case = replace(case, depth=3, width=24)
    return replace(case, fault=fault, **FAULTS[fault].changes(rng)) if fault else case


def twin(case: Case) -> Case:
    """Return the same network without its fault."""
    if not case.fault:
        return case
    sound = _case(case.family, case.number, case.fault)
    changed = FAULTS[case.fault].changes(np.random.default_rng(0))
    usual = {name: Case.__dataclass_fields__[name].default for name in changed}
    usual |= {"function": "tanh", "depth": 2} if case.fault == "deep sigmoid" else {}
    usual |= {"steps": 240} if "steps" in changed else {}
    assert isinstance(sound, Case)
    return replace(sound, fault="", **usual)
