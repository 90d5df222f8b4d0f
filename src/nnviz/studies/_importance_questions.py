"""What is asked of a search over four hyperparameters: which of them accuracy follows."""

from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Best, Difference, Level, Pick, Ratio

__all__ = ["questions"]

RATE = "learning rate"
OTHERS = ("batch size", "width", "weight decay")


def questions() -> list[Question]:
    """Return the questions; whether a search finds anything comes first."""
    return [_learns(), _leads(), *map(_more_than, OTHERS), *_tenfold()]


def _learns() -> Question:
    return Question(
        "a search finds something",
        "highest validation accuracy of a search",
        Level(Pick("trials", "accuracy", {"setting": "same epochs"}, over="max")),
        Bound.at_least(0.8),
        "The best of {trials} trials reaches a validation accuracy of {number:.0%}",
        "The best of {trials} trials reaches a validation accuracy of only {number:.0%}",
    )


def _rank(name: str) -> Pick:
    """Return the size of a hyperparameter's rank correlation with accuracy."""
    return Pick("correlations", "size", {"setting": name})


def _leads() -> Question:
    return Question(
        "the learning rate leads",
        "size of the rank correlation with accuracy, {rate} minus the strongest of the others",
        Difference(_rank(RATE), Best([_rank(name) for name in OTHERS], "max")),
        Bound.at_least(0.2),
        "Of four hyperparameters, accuracy follows the {rate} most: its mean rank correlation is "
        "{a:.3f} in size, the strongest other's {b:.3f}",
        "Accuracy does not follow the {rate} by {bound} more than the strongest other of a search: "
        "the rank correlations are {a:.3f} and {b:.3f} in size",
        subjects={"rate": RATE},
        given=("a search finds something",),
    )


def _more_than(other: str) -> Question:
    return Question(
        f"more than {other}",
        "size of the rank correlation with accuracy, {rate} minus {other}",
        Difference(_rank(RATE), _rank(other)),
        Bound.at_least(0.25),
        "Accuracy follows the {rate} more than the {other}: the rank correlations are {a:.2f} and "
        "{b:.2f} in size",
        "Accuracy does not follow the {rate} by {bound} more than the {other}: the rank "
        "correlations are {a:.2f} and {b:.2f} in size",
        subjects={"rate": RATE, "other": other},
        given=("a search finds something",),
    )


def _slope(setting: str, value: str = "value") -> Pick:
    """Return what ten times as much of a hyperparameter does to accuracy."""
    return Pick("slopes", value, {"setting": setting})


def _tenfold() -> list[Question]:
    """Return questions about factors of the same size, whatever the ranges were."""
    return [
        Question(
            "a larger batch costs accuracy",
            "accuracy changed by ten times the {size}, after the same epochs",
            Level(_slope("batch size"), none=0.0),
            Bound.at_most(-0.05),
            "Ten times the {size} lowers accuracy after {epochs} epochs by {number.size}",
            "Ten times the {size} does not lower accuracy after {epochs} epochs by {bound.size}: "
            "it changes by {number}",
            unit="points",
            subjects={"size": "batch size"},
            given=("a search finds something",),
        ),
        Question(
            "batch size counts, too",
            "accuracy lost by ten times the {size} divided by that gained by ten times the {rate}",
            Ratio(_slope("batch size", "cost"), _slope(RATE)),
            Bound.at_least(0.35),
            "In {epochs} epochs ten times the {rate} gains {b.bare} points of accuracy, ten times "
            "the {size} loses {a.bare}, {number:.0%} of that",
            "Ten times the {size} does not undo {bound:.0%} of what ten times the {rate} does to "
            "accuracy after {epochs} epochs, but {number:.0%}",
            unit="%",
            subjects={"rate": RATE, "size": "batch size"},
            given=("a larger batch costs accuracy",),
        ),
        Question(
            "batch size counts by its updates",
            "accuracy changed by ten times the {size}, after the same updates minus after the same "
            "epochs",
            Difference(_slope("batch size, same updates"), _slope("batch size")),
            Bound.at_least(0.1),
            "Ten times the {size} changes accuracy by {b} after the same epochs, with fewer "
            "updates, but by {a} after the same updates",
            "Fewer updates do not explain {bound} of what ten times the {size} costs: it changes "
            "accuracy by {b} after the same epochs, by {a} after the same updates",
            unit="points",
            subjects={"size": "batch size"},
            given=("a larger batch costs accuracy",),
        ),
        Question(
            "width helps",
            "accuracy changed by ten times the {width}",
            Level(_slope("width"), none=0.0),
            Bound.at_least(0.05),
            "Ten times the {width} raises accuracy after {epochs} epochs by {number}",
            "Ten times the {width} does not raise accuracy after {epochs} epochs by {bound}, but "
            "by {number}",
            unit="points",
            subjects={"width": "width"},
            given=("a search finds something",),
        ),
        Question(
            "weight decay does nothing",
            "accuracy changed by ten times the {decay}",
            Level(_slope("weight decay"), none=0.0),
            Bound(-0.08, 0.08),
            "Between {ranges[weight_decay][0]:g} and {ranges[weight_decay][1]:g}, ten times the "
            "{decay} hardly changes accuracy: by {number}",
            "Between {ranges[weight_decay][0]:g} and {ranges[weight_decay][1]:g}, ten times the "
            "{decay} changes accuracy by {number}",
            unit="points",
            subjects={"decay": "weight decay"},
            given=("a search finds something",),
        ),
    ]
