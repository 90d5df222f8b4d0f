"""Options on the diagnosis: other thresholds, and what makes a command fail."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from nnviz.cli.forms import number

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add_thresholds", "fails", "severities", "thresholds_of", "watched"]


def add_thresholds(parser: argparse.ArgumentParser) -> None:
    """Add the option that gives rules other thresholds."""
    parser.add_argument(
        "--threshold",
        action="append",
        default=[],
        metavar="RULE=X",
        help='judge by another threshold, such as "overfitting=0.3"; may be repeated',
    )


def thresholds_of(options: argparse.Namespace) -> dict[str, float]:
    """Return the thresholds of `add_thresholds`, by the names of rules."""
    from nnviz import _checks
    from nnviz.diagnosis import RULES

    chosen = {}
    for written in options.threshold:
        rule, _, value = written.rpartition("=")
        name = _checks.one_of("the rule of --threshold", rule or written, RULES)
        if name in chosen:
            raise _checks.fail("--threshold", f"given once for {name}", options.threshold)
        chosen[name] = _checks.real("--threshold", number("--threshold", value))
    return chosen


def watched(written: str | None) -> set[str]:
    """Return the rules whose findings make a command fail.

    Parameters
    ----------
    written : str, optional
        Names of rules and severities, separated by commas. A severity is all rules of it and of
        graver ones. None watches nothing; a name that is empty, as of a variable that is not
        set, is an error.
    """
    from nnviz import _checks
    from nnviz.diagnosis import RULES, SEVERITIES

    rules: set[str] = set()
    for name in [] if written is None else written.split(","):
        known = _checks.one_of("--fail-on", name.strip(), [*SEVERITIES, *RULES])
        grave = SEVERITIES[SEVERITIES.index(known) :] if known in SEVERITIES else ()
        rules |= {own for own, rule in RULES.items() if own == known or rule.severity in grave}
    return rules


def fails(findings: "pd.DataFrame", rules: set[str]) -> bool:
    """Return whether one of some rules found something."""
    return bool((findings["rule"].isin(rules) & (findings["verdict"] == "found")).any())


def severities() -> Mapping[str, str]:
    """Return how grave each rule's findings are."""
    from nnviz.diagnosis import RULES

    return {name: rule.severity for name, rule in RULES.items()}
