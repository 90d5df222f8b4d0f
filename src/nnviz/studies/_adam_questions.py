"""What is asked of Adam and of the rules that it is said to join."""

from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Best, Deviation, Difference, Level, Pick, Ratio

__all__ = ["questions_of"]


def questions_of() -> list[Question]:
    """Return what is asked, in this order: what it takes, and where it differs."""
    return [
        _without("its root", "momentum", "Adam with a constant for its root is {parent}"),
        _without("its mean", "rmsprop", "Adam without its running mean of gradients is {parent}"),
        _without(
            "forgetting",
            "adagrad",
            "Adam that forgets nothing, at a rate that falls with the root of the step, is "
            "{parent}",
        ),
        _averages("adam", "adagrad", "rmsprop"),
        _never_grows("adagrad"),
        _recovers("adam", "adagrad"),
        _keeps_all("adagrad"),
        _forgets("adam"),
    ]


def _of(optimizer: str, value: str) -> Pick:
    return Pick("summary", value, {"optimizer": optimizer})


def _without(part: str, parent: str, expected: str) -> Question:
    where = {"setting": parent}
    expected = expected.replace("Adam", "{rule}", 1)
    return Question(
        f"without {part}",
        "steps of {rule} without " + part + " divided by those of {parent}, minus one, at most",
        Deviation(Pick("limits", "adam", where), Pick("limits", "parent", where), "step"),
        Bound.at_most(1e-3),
        expected + ": no step differs by more than {number:.1g} of it",
        "{rule} without " + part + " is not {parent}: step {at} differs by {number} of it",
        subjects={"rule": "adam", "parent": parent},
    )


def _averages(rule: str, *others: str) -> Question:
    best = Best([_of(name, "forward") for name in others], "max")
    return Question(
        "averages like momentum",
        "progress divided by length of path while the gradient alternates, {rule} minus the better "
        "of {one} and {other}",
        Difference(_of(rule, "forward"), best),
        Bound.at_least(0.5),
        "While the gradient alternates, {rule} turns {a:.0%} of its path into progress, {one} or "
        "{other} at most {b:.0%}",
        "While the gradient alternates, {rule} turns {a:.0%} of its path into progress, {one} or "
        "{other} at most {b:.0%}: not {bound} apart",
        unit="points",
        subjects={"rule": rule, "one": others[0], "other": others[1]},
    )


def _never_grows(rule: str) -> Question:
    return Question(
        "adagrad never recovers",
        "largest growth of a step of {rule} after the burst",
        Level(_of(rule, "growth")),
        Bound.at_most(0.0),
        "After a burst of large gradients no step of {rule} is longer than the one before",
        "After a burst of large gradients steps of {rule} grow, by up to {number}",
        subjects={"rule": rule},
    )


def _recovers(rule: str, other: str) -> Question:
    return Question(
        "adam recovers",
        "size of a step at the end divided by that before the burst, {rule} minus {other}",
        Difference(_of(rule, "last"), _of(other, "last")),
        Bound.at_least(0.5),
        "{after} updates after a burst, the steps of {rule} are {a:.0%} of what they "
        "were before, those of {other} {b:.0%}",
        "{after} updates after a burst, the steps of {rule} are {a:.0%} of what they "
        "were before, those of {other} {b:.0%}: not {bound} apart",
        unit="points",
        subjects={"rule": rule, "other": other},
    )


def _keeps_all(rule: str) -> Question:
    return Question(
        "adagrad adds up",
        "share of the burst that {rule} still divides by at the end",
        Level(_of(rule, "remembered")),
        Bound.at_least(0.999),
        "{rule} still divides by all of a burst {after} updates after it",
        "{rule} divides by {number} of a burst {after} updates after it",
        unit="%",
        subjects={"rule": rule},
    )


def _forgets(rule: str) -> Question:
    return Question(
        "adam forgets",
        "updates until {rule} has forgotten half of a burst, divided by theory",
        Ratio(_of(rule, "half_life"), _of(rule, "predicted_half_life")),
        Bound(0.98, 1.02),
        "{rule}'s mean of squares forgets half of a burst in {a:.0f} updates, as its β of "
        "{betas[1]:g} predicts",
        "{rule}'s mean of squares forgets half of a burst in {a:.0f} updates, its β of "
        "{betas[1]:g} predicts {b:.0f}",
        unit="%",
        subjects={"rule": rule},
        missing="{rule} has not forgotten half of the burst after {after} updates",
    )
