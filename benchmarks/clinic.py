"""Clinic: healthy and sick networks, trained on digits; who is told from whom by which rules.

A network is drawn at random (`clinic_patients`). It counts as healthy if it was made as textbooks
advise and reaches a test accuracy of 85 %; as sick if it was given a fault and ends at least
10 points of test accuracy below its control: the same network, with the same seed, without the
fault (and, where the fault is to make it so, with a loss that is not finite). What is neither
takes no part, and is counted. The rules know none of this: they see the
recording alone.

The rules were tuned on widths 32 and 100 and the seeds below 5,000; what is printed by default is
from seeds above, and other widths.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from benchmarks.clinic_patients import FAULTS, Patient, healthy, sick, train
from benchmarks.clinic_peers import PeerRecorder
from nnviz.diagnosis import RULES, diagnose
from nnviz.record import Recorder
from nnviz.train import digits

TUNED, HELD_OUT = (32, 100), (24, 64, 160)
WELL, LOSS = 0.85, 0.1
"""Test accuracy of a healthy network; what a sick one loses against its control."""


@dataclass(frozen=True)
class Examined:
    """A patient after training: its state by outcome, and what each tool found."""

    patient: Patient
    accuracy: float
    state: str
    findings: pd.DataFrame
    found: dict[str, set[str]]


def examine(patient: Patient) -> Examined:
    """Train a patient and its control, and have all rules look at it."""
    with threadpool_limits(1), np.errstate(all="ignore"):
        data, recorder = digits(), PeerRecorder()
        outcome = train(patient, data, recorder)
        accuracy = outcome["test/accuracy"]
        findings = diagnose(recorder)
        ours = set(findings.loc[findings["verdict"] == "found", "rule"])
        if patient.illness == "healthy":
            state = "healthy" if accuracy >= WELL else "neither"
        else:
            sound = train(patient.control, data, Recorder(every=10**9))["test/accuracy"]
            state = "sick" if accuracy <= sound - LOSS else "neither"
            if patient.illness == "not finite" and np.isfinite(outcome["train/loss"]):
                state = "neither"
    return Examined(patient, accuracy, state, findings, {"nnviz": ours, **recorder.findings()})


def draw(n_healthy: int, n_sick: int, *, seed: int, widths: tuple[int, ...]) -> list[Patient]:
    """Return the patients of a clinic, `n_sick` of each illness."""
    patients = [healthy(seed + k, widths=widths) for k in range(n_healthy)]
    for place, illness in enumerate(FAULTS, start=1):
        first = seed + 200 * place
        patients += [sick(illness, first + k, widths=widths) for k in range(n_sick)]
    return patients


def report(examined: Sequence[Examined]) -> None:
    """Print false alarms and misses, rule by rule and tool by tool."""
    well = [one for one in examined if one.state == "healthy"]
    ill = [one for one in examined if one.state == "sick"]
    print(f"\n{len(examined)} networks: {len(well)} healthy, {len(ill)} sick, ", end="")
    others = [one.patient.illness for one in examined if one.state == "neither"]
    print(f"{len(others)} neither (they take no part):")
    print("  " + ", ".join(f"{name} {others.count(name)}" for name in dict.fromkeys(others)))
    print("\n  false alarms: healthy networks called so; missed: sick ones not called so")
    tools = ("nnviz", "torchmortem", "fastai")
    print(f"  {'':25}{'sick':>5}" + "".join(f"{tool:>24}" for tool in tools))
    print(f"  {'':30}" + f"{'false alarms':>16}{'missed':>8}" * len(tools))
    for rule in RULES:
        own = [one for one in ill if one.patient.illness == rule]
        cells = ""
        for tool in tools:
            alarms = sum(rule in one.found[tool] for one in well)
            missed = sum(rule not in one.found[tool] for one in own)
            cells += f"{alarms:>16}{missed:>8}" if _judges(tool, rule) else f"{'no rule':>24}"
        print(f"  {rule:25}{len(own):>5}{cells}")
    print(f"  {'any':25}{len(ill):>5}" + "".join(_any(tool, well, ill) for tool in tools))
    judged = {t: [one for one in ill if _judges(t, one.patient.illness)] for t in tools}
    cells = "".join(f"{'of ' + str(len(own)):>16}{_missed(t, own):>8}" for t, own in judged.items())
    print(f"  {'… that it has a rule for':30}{cells}")
    hit = sum(one.patient.illness in one.found["nnviz"] for one in ill)
    noticed = sum(bool(one.found["nnviz"]) for one in ill)
    print(f"\n  nnviz: {hit} of {len(ill)} sick named ({hit / max(len(ill), 1):.1%}),")
    print(f"  {noticed} noticed; {sum(bool(one.found['nnviz']) for one in well)} false alarms")
    print("\n  by illness (rows), what nnviz found: its number in the list, and how often")
    for illness in RULES:
        own = [one for one in ill if one.patient.illness == illness]
        counts = {rule: sum(rule in one.found["nnviz"] for one in own) for rule in RULES}
        cells = "".join(f"{count or '·':>5}" for count in counts.values())
        print(f"  {illness:25}{cells}")
    report_places([one for one in examined if one.patient.poisoned is not None])
    for one in examined:
        wrong = one.state == "healthy" and one.found["nnviz"]
        wrong = wrong or (one.state == "sick" and one.patient.illness not in one.found["nnviz"])
        if wrong:
            print(f"  ! {one.patient} → {one.accuracy:.2f}: {sorted(one.found['nnviz'])}")


def report_places(poisoned: Sequence[Examined]) -> None:
    """Print how often the layer and the step are named in which a weight became NaN."""
    layers = steps = 0
    for one in poisoned:
        layer, at = one.patient.poisoned or (0, 0)
        row = one.findings.query("rule == 'not finite'").iloc[0]
        layers += row["layer"] == f"linear{layer}"
        steps += row["step"] in (at, at + 1)  # the update, or what is computed with it
    print(f"\n  of {len(poisoned)} weights that became NaN, the layer is right for {layers},")
    print(f"  the step for {steps} (a sample of 128 values may miss a single one)")


def _any(tool: str, well: Sequence[Examined], ill: Sequence[Examined]) -> str:
    alarms = sum(bool(one.found[tool]) for one in well)
    return f"{alarms:>16}{_missed(tool, ill):>8}"


def _missed(tool: str, ill: Sequence[Examined]) -> int:
    return sum(one.patient.illness not in one.found[tool] for one in ill)


def _judges(tool: str, rule: str) -> bool:
    lacking = {"not finite", "symmetric units", "overfitting", "not learning"}
    return {"nnviz": True, "torchmortem": rule not in lacking}.get(tool, rule == "dead units")


def main(arguments: Sequence[str] = ()) -> None:
    """Run the clinic: ``python -m benchmarks clinic``."""
    parser = argparse.ArgumentParser(prog="clinic", description=__doc__)
    parser.add_argument("--healthy", type=int, default=100)
    parser.add_argument("--sick", type=int, default=20, help="of each illness")
    parser.add_argument("--tuned", action="store_true", help="on what the rules were tuned on")
    options = parser.parse_args(arguments)
    seed, widths = (0, TUNED) if options.tuned else (5000, HELD_OUT)
    patients = draw(options.healthy, options.sick, seed=seed, widths=widths)
    report(Parallel(n_jobs=2)(delayed(examine)(patient) for patient in patients))


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
