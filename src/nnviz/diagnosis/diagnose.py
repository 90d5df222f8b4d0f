"""From a recording to a table of findings."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.diagnosis.evidence import Evidence, Missing
from nnviz.diagnosis.findings import Findings
from nnviz.diagnosis.finite import NOT_FINITE
from nnviz.diagnosis.gradients import EXPLODING, VANISHING
from nnviz.diagnosis.learning import NOT_LEARNING
from nnviz.diagnosis.learning_rate import TOO_LARGE, TOO_SMALL
from nnviz.diagnosis.overfitting import OVERFITTING
from nnviz.diagnosis.rule import Rule, Sign, in_words
from nnviz.diagnosis.units import DEAD, SATURATED, SYMMETRIC
from nnviz.record import Recording
from nnviz.tables import FINDING

__all__ = ["RULES", "diagnose"]

_ALL = (
    NOT_FINITE,
    SYMMETRIC,
    DEAD,
    SATURATED,
    VANISHING,
    EXPLODING,
    TOO_LARGE,
    TOO_SMALL,
    NOT_LEARNING,
    OVERFITTING,
)
RULES: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in _ALL})
"""All rules by name, causes before what follows from them."""


def diagnose(recording: Recording, *, thresholds: Mapping[str, float] | None = None) -> Findings:
    """Return what is wrong with a network, by the rules of `RULES`.

    The rules read what a recorder keeps by default: activations, gradients, weights and updates,
    sampled at every step and counted in full at some; and numbers: a training loss such as
    "loss" or "train/loss", and a test loss such as "test/loss" or "val_loss". What each looks at,
    and where its threshold comes from, is said by ``RULES[name].judge``.

    Parameters
    ----------
    recording : Recording
        A live `Recorder`, or a run opened by `runs.open_run`.
    thresholds : mapping of str to float, optional
        Other thresholds, by the name of the rule.

    Returns
    -------
    Findings
        A `tables.FINDING` table, a DataFrame, with at least one row for every rule: what it
        found, or the value that came closest, or why the recording does not let it judge.

    Raises
    ------
    ValueError
        For a threshold of an unknown rule.

    Examples
    --------
    >>> findings = diagnose(recorder)
    >>> for line in findings.loc[findings["verdict"] == "found", "message"]:
    ...     print(line)
    relu1: 87% of units dead since step 150; learning rate likely too high
    """
    _checks.instance("recording", recording, Recording, hint=", a Recorder or an opened run")
    chosen = {name: rule.threshold for name, rule in RULES.items()}
    given = _checks.mapping("thresholds", {} if thresholds is None else thresholds, _checks.real)
    for name, threshold in given.items():
        chosen[_checks.one_of("thresholds", name, RULES)] = threshold
    evidence = Evidence(recording)
    unit = "epoch" if recording.meta.get("axis") == "epoch" else "step"
    rows = [row for rule in _ALL for row in _rows(rule, evidence, chosen[rule.name], unit)]
    table = pd.DataFrame(rows, columns=list(FINDING.columns)).astype({"step": "Int64"})
    return Findings(table)


def _rows(rule: Rule, evidence: Evidence, threshold: float, unit: str) -> list[tuple[object, ...]]:
    try:
        signs = rule.judge(evidence, threshold)
    except Missing as reason:
        message = f"{rule.name}: not assessed, {reason}"
        return [(rule.name, "not assessed", "", None, np.nan, threshold, message, "")]
    return [
        (
            rule.name,
            "not found" if sign.since is None else "found",
            sign.layer,
            sign.since,
            sign.value,
            threshold,
            _message(rule, sign, unit),
            "" if sign.since is None else rule.remedy,
        )
        for sign in signs
    ]


def _message(rule: Rule, sign: Sign, unit: str) -> str:
    subject = in_words(sign.layer) or rule.name
    if sign.since is None:
        return f"{subject}: {sign.text}"
    what, cause, rest = sign.text.partition(";")
    return f"{subject}: {what} since {unit} {sign.since}{cause}{rest}"
