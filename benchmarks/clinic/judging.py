"""Examines one network: trains it and its twin, decides by scores, and has all tools look."""

import json
from time import perf_counter
from typing import Any

import numpy as np
import torch

from benchmarks.clinic import adversarial, training
from benchmarks.clinic.cases import Case, NumPyCase, twin
from benchmarks.clinic.data import Task, task
from benchmarks.clinic.margins import margins
from benchmarks.clinic.patients import train as train_patient
from benchmarks.clinic.peers import PeerRecorder
from nnviz.diagnosis import diagnose
from nnviz.nn import ACTIVATIONS
from nnviz.record import Recorder
from nnviz.train import Dataset

__all__ = ["as_line", "examine"]

LOSS = 0.1
"""What a sick network loses against its twin, of accuracy, R² or parts of the data; what a healthy
one gains over a constant guess, and does not lose against a support vector machine; what one that
learned wrong labels by heart knows better than the test data."""

NEAR = 0.03
"""What a healthy network may stay below a linear model, and below its own best score."""


def examine(case: Case | NumPyCase) -> dict[str, Any]:
    """Return what is known of a network after training: its state, and what each tool found."""
    begin = perf_counter()
    recorder = PeerRecorder(exact=case.exact)
    with np.errstate(all="ignore"):
        outcome = _train(case, recorder)
        findings = diagnose(recorder)
        near = margins(recorder)
        state = _state(case, outcome)
    found = findings[findings["verdict"] == "found"]
    remedies = " ".join(found["remedy"])
    return {
        "key": case.key,
        "family": str(case.family),
        "kind": case.family.kind,
        "fault": case.fault,
        "named": list(case.named),
        "state": state,
        "score": outcome["score"],
        "found": {rule: list(rows["layer"]) for rule, rows in found.groupby("rule", sort=False)},
        "messages": list(found["message"]),
        "next": "" if (row := findings.first_row) is None else row["rule"],
        "margins": near,
        "layers": outcome["layers"],
        "contradicts": "Multiply the learning rate" in remedies
        and ("Divide the learning rate" in remedies or "ower the learning rate" in remedies),
        "peers": {tool: sorted(rules) for tool, rules in recorder.findings().items()},
        "seconds": round(perf_counter() - begin, 2),
    }


def _train(case: Case | NumPyCase, recorder: Recorder) -> dict[str, Any]:
    torch.set_num_threads(1)
    if isinstance(case, NumPyCase):
        return _train_numpy(case, case.fault, recorder)
    if isinstance(recorder, PeerRecorder):
        recorder.functions = lambda layer: _applies(recorder, layer)
        recorder.weighted = lambda layer: f"{layer}/weight" in recorder.streams
    if case.family.kind == "adversarial":
        return adversarial.train(case, recorder)
    return training.train(case, recorder)


def _applies(recorder: Recorder, layer: str) -> bool:
    """Return whether a layer of PyTorch's is known to apply an activation function."""
    return layer.rpartition(".")[2] in ACTIVATIONS or recorder.units._function(layer) is not None


def _train_numpy(case: NumPyCase, fault: str, recorder: Recorder) -> dict[str, Any]:
    data = task(case.family.data)
    plain = Dataset(data.name, data.x_train, data.y_train, data.x_test, data.y_test)
    patient = case.patient if fault else case.patient.control
    outcome = train_patient(patient, plain, recorder)
    layers = []
    if patient.poisoned is not None:
        layers = [f"linear{patient.poisoned[0]}"]
    return {
        "score": outcome["test/accuracy"],
        "best": outcome["best"],
        "known": outcome["train/accuracy"],
        "loss": outcome["train/loss"],
        "layers": layers,
    }


def _state(case: Case | NumPyCase, outcome: dict[str, Any]) -> str:
    """Return "healthy", "sick" or "neither", by scores alone."""
    if not case.fault:
        return "healthy" if _is_well(outcome, task(case.family.data)) else "neither"
    quiet = Recorder(every=10**9)
    if isinstance(case, NumPyCase):
        sound = _train_numpy(case, "", quiet)["score"]
    else:
        sound = _train(twin(case), quiet)["score"]
    is_ill = not outcome["score"] > sound - LOSS
    return "sick" if is_ill and _has_taken(case, outcome) else "neither"


def _is_well(outcome: dict[str, Any], data: Task) -> bool:
    """Return whether a network without a fault has learned well, and kept it.

    By scores alone: a limit to its losses would be one of the rules' own limits.
    """
    score, best = outcome["score"], outcome["best"]
    if data.kind == "adversarial":
        return bool(score >= 0.85 and score >= best - 0.13 and np.isfinite(outcome["loss"]))
    bar = max(data.linear - NEAR, data.kernel - LOSS, data.guess + LOSS)
    return bool(score >= bar and score >= best - NEAR and np.isfinite(outcome["loss"]))


def _has_taken(case: Case | NumPyCase, outcome: dict[str, Any]) -> bool:
    """Return whether a fault did what it is called: it became NaN, or learned by heart."""
    match case.named[0]:
        case "not finite":
            return not np.isfinite(outcome["loss"])
        case "overfitting":
            return bool(outcome["known"] >= outcome["score"] + LOSS)
    return True


def as_line(result: dict[str, Any]) -> str:
    """Return a result as a line of JSON."""
    return json.dumps(result, default=float)
