"""What is asked of networks that grow: what weight decay and dropout still gain."""

from collections.abc import Mapping, Sequence

from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Edge, Pick
from nnviz.train import Dataset

__all__ = ["KINDS", "questions"]

KINDS = ("weight decay", "dropout")

Subjects = Mapping[str, str | float]


def questions(
    data: Dataset,
    base: Mapping[str, int],
    swept: Mapping[str, Sequence[int]],
    strongest: float,
) -> list[Question]:
    """Return the questions; whether the largest network overfits comes first.

    Parameters
    ----------
    data : Dataset
        Its number of rows is the resolution.
    base : mapping of str to int
        Width and depth while the other is varied.
    swept : mapping of str to sequence of int
        The widths and depths that were tried, from small to large.
    strongest : float
        The strongest dropout that was tried.
    """
    asked: list[Question] = []
    for name, sizes in swept.items():
        subjects: Subjects = {"swept": name, "least": float(sizes[0]), "most": float(sizes[-1])}
        largest = {**base, name: sizes[-1]}
        asked += [
            _overfits(data, name, subjects, largest),
            *(_gains_more(data, kind, name, subjects) for kind in KINDS),
            _alike(data, name, subjects),
            _lead_stays(data, name, subjects),
        ]
        if name == "depth":
            asked.append(_too_strong(data, subjects, largest, strongest))
    return asked


def _overfits(data: Dataset, name: str, subjects: Subjects, largest: Mapping[str, int]) -> Question:
    where = {"setting": "none", **largest}
    return Question(
        f"overfits by {name}",
        "training accuracy minus the share of labels that are right, at a {swept} of {most}",
        Difference(Pick("ends", "train_accuracy", where), Pick("ends", "right", where)),
        Bound.at_least(0.03),
        "At a {swept} of {most} a network without a regularizer learns wrong labels by heart: it "
        "agrees with {a:.0%} of the training labels, of which {b:.0%} are right",
        "At a {swept} of {most} a network without a regularizer does not agree with {bound} more "
        "of the training labels than are right, but with {a:.0%}, of which {b:.0%} are right",
        unit="points",
        subjects=subjects,
        resolution=1 / len(data.x_train),
    )


def _gain(kind: str, name: str, edge: Edge) -> Pick:
    """Return what a regularizer gains at the smallest or the largest size."""
    return Pick(f"by_{name}", "accuracy_gain", {"setting": kind, name: edge})


def _gains_more(data: Dataset, kind: str, name: str, subjects: Subjects) -> Question:
    return Question(
        f"{kind} gains more with {name}",
        "gain in test accuracy by {kind}, at a {swept} of {most} minus at {least}",
        Difference(_gain(kind, name, Edge.LAST), _gain(kind, name, Edge.FIRST)),
        Bound.at_least(0.0),
        "{kind} gains more in the more complex network: {a} at a {swept} of {most}, {b} at {least}",
        "{kind} gains less in the more complex network: {a} at a {swept} of {most}, {b} at {least}",
        unit="points",
        subjects={**subjects, "kind": kind},
        given=(f"overfits by {name}",),
        resolution=1 / len(data.x_test),
    )


def _alike(data: Dataset, name: str, subjects: Subjects) -> Question:
    decay, dropout = KINDS
    return Question(
        f"alike at the largest {name}",
        "gain in test accuracy at a {swept} of {most}, {dropout} minus {decay}",
        Difference(_gain(dropout, name, Edge.LAST), _gain(decay, name, Edge.LAST)),
        Bound(-0.05, 0.05),
        "At a {swept} of {most} {decay} copes with wrong labels about as well as {dropout}: gains "
        "of {b.bare} and {a}, each at the strength that suits",
        "At a {swept} of {most} {decay} and {dropout} do not cope alike with wrong labels: gains "
        "of {b.bare} and {a}, each at the strength that suits",
        unit="points",
        subjects={**subjects, "decay": decay, "dropout": dropout},
        given=(f"overfits by {name}",),
        resolution=1 / len(data.x_test),
    )


def _lead_stays(data: Dataset, name: str, subjects: Subjects) -> Question:
    decay, dropout = KINDS

    def lead(edge: Edge) -> Pick:
        return Pick("leads", where={"swept": name, "at": edge})

    return Question(
        f"lead by {name}",
        "gain by {dropout} minus gain by {decay}, at a {swept} of {most} minus at {least}",
        Difference(lead(Edge.LAST), lead(Edge.FIRST)),
        Bound(-0.04, 0.04),
        "From a {swept} of {least} to {most}, {dropout}'s lead over {decay} hardly changes: "
        "from {b.bare} to {a}",
        "The more complex network does not leave {dropout} and {decay} as they were: the "
        "difference of their gains changes by {number} from a {swept} of {least} to one of {most}",
        unit="points",
        subjects={**subjects, "decay": decay, "dropout": dropout},
        given=(f"overfits by {name}",),
        resolution=1 / len(data.x_test),
    )


def _too_strong(
    data: Dataset, subjects: Subjects, largest: Mapping[str, int], strongest: float
) -> Question:
    at_most = {"setting": "dropout", "strength": strongest, **largest}
    return Question(
        "too strong for the deepest",
        "test accuracy at a {swept} of {most}, with {dropout} of {strongest} minus without",
        Difference(
            Pick("ends", "test_accuracy", at_most),
            Pick("ends", "test_accuracy", {"setting": "none", **largest}),
        ),
        Bound.at_most(-0.1),
        "{dropout} of {strongest} is too much at a {swept} of {most}: test accuracy is "
        "{a:.0%}, without it {b:.0%}",
        "{dropout} of {strongest} does not cost {bound.size} at a {swept} of {most}: test accuracy "
        "is {a:.0%}, without it {b:.0%}",
        unit="points",
        subjects={**subjects, "dropout": "dropout", "strongest": float(strongest)},
        resolution=1 / len(data.x_test),
    )
