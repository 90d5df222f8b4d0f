"""From a recording to a table of findings."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz._language import said
from nnviz.diagnosis.constant import CONSTANT
from nnviz.diagnosis.dead import DEAD
from nnviz.diagnosis.differing import DIFFERING
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.findings import FOLLOWS, Findings, not_assessed
from nnviz.diagnosis.finite import NOT_FINITE
from nnviz.diagnosis.gradients import EXPLODING, VANISHING
from nnviz.diagnosis.learning import NOT_LEARNING
from nnviz.diagnosis.learning_rate import TOO_LARGE, TOO_SMALL
from nnviz.diagnosis.one_class import ONE_CLASS
from nnviz.diagnosis.overfitting import OVERFITTING
from nnviz.diagnosis.rule import Rule, Sign, in_words
from nnviz.diagnosis.saturated import SATURATED
from nnviz.diagnosis.series import Missing
from nnviz.diagnosis.spikes import SPIKES
from nnviz.diagnosis.symmetric import SYMMETRIC
from nnviz.diagnosis.untrained import UNTRAINED
from nnviz.diagnosis.weights import DECAYED, ILL_SCALED
from nnviz.record import Recording
from nnviz.tables import FINDING

__all__ = ["RULES", "diagnose"]

Row = tuple[object, ...]
"""A row of `tables.FINDING`."""

_ALL = (
    NOT_FINITE,
    SYMMETRIC,
    ILL_SCALED,
    DEAD,
    SATURATED,
    VANISHING,
    EXPLODING,
    UNTRAINED,
    TOO_LARGE,
    DECAYED,
    TOO_SMALL,
    CONSTANT,
    DIFFERING,
    ONE_CLASS,
    SPIKES,
    NOT_LEARNING,
    OVERFITTING,
)
RULES: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in _ALL})
"""All rules by name, in the order of the rows of `diagnose`."""


def diagnose(recording: Recording, *, thresholds: Mapping[str, float] | None = None) -> Findings:
    """Return what is wrong with a network, by the rules of `RULES`.

    The rules read what a recorder keeps by default: activations, gradients, weights and updates,
    sampled at every step and counted in full at some; and numbers: a training loss such as
    "loss" or "train/loss", a test loss such as "test/loss" or "val_loss", and the accuracies of
    both. What each looks at,
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
        found, or the value that came closest, or why the recording does not let it judge. A
        finding that another one explains refers to that one instead of giving advice of its own,
        which might contradict; ``findings.next_step`` is what to try first. Messages, remedies
        and reasons are in the language in force (`plots.language`); names of rules are English.

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
    with np.errstate(all="ignore"):  # a run that diverged has values that overflow
        return _judged(recording, chosen)


def _judged(recording: Recording, chosen: Mapping[str, float]) -> Findings:
    evidence = Evidence(recording)
    unit = "epoch" if recording.meta.get("axis") == "epoch" else "step"
    rows: list[Row] = []
    reasons: dict[str, str] = {}
    for rule in _ALL:
        threshold = chosen[rule.name]
        try:
            rows += _rows(rule, rule.judge(evidence, threshold), threshold, unit)
        except Missing as missing:
            reasons[rule.name] = str(missing)
            message = not_assessed([rule.name], reasons[rule.name])
            rows.append((rule.name, "not assessed", "", None, np.nan, threshold, message, ""))
    table = pd.DataFrame(_reconciled(rows), columns=list(FINDING.columns))
    return Findings(table.astype({"step": "Int64"}), reasons)


def _rows(rule: Rule, signs: Iterable[Sign], threshold: float, unit: str) -> list[Row]:
    return [
        (
            rule.name,
            "not found" if sign.since is None else "found",
            sign.layer,
            sign.since,
            sign.value,
            threshold,
            _message(rule, sign, unit),
            "" if sign.since is None else said(sign.remedy or rule.remedy),
        )
        for sign in signs
    ]


def _reconciled(rows: list[Row]) -> list[Row]:
    """Return the rows with the remedy of what another finding explains put aside."""
    found = {row[0] for row in rows if row[1] == "found"}
    reconciled = []
    for *row, remedy in rows:
        causes = RULES[str(row[0])].causes if row[1] == "found" else ()
        cause = next((one for one in causes if one in found), "")
        if cause:
            remedy = said(FOLLOWS, cause=said(cause))
        reconciled.append((*row, remedy, cause))
    return reconciled


def _message(rule: Rule, sign: Sign, unit: str) -> str:
    subject = in_words(sign.layer) or said(rule.name)
    if sign.since is None:
        return f"{subject}: {sign.text}"
    what, *rest = sign.text.partition(";")
    since = said("{what} since {unit} {step}", what=what, unit=said(unit), step=sign.since)
    return f"{subject}: {since}{''.join(rest)}"
