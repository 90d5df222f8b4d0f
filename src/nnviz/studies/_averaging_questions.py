"""What is asked of rules that deploy a mean of the points on their way."""

from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Pick, Ratio

__all__ = [
    "CONSTANT",
    "DECAYING",
    "FREE",
    "GRADIENTS",
    "MEAN",
    "MUON",
    "questions_of_descent",
    "questions_of_training",
]

CONSTANT = "constant rate"
DECAYING = "decaying rate"
MEAN = "mean of all points"
FREE = "schedule-free"
MUON = "Muon at a decaying rate"
GRADIENTS = "where its gradients are taken"

ALIKE = 0.01
"""Test accuracies that differ by less are alike."""


def questions_of_descent() -> list[Question]:
    """Return what is asked of descents with noisy gradients."""

    def end(setting: str) -> Pick:
        return Pick("ends", "distance", {"setting": setting})

    return [
        Question(
            "deploys less noise",
            "distance at the end, {free} divided by {plain} at the same constant rate",
            Ratio(end(FREE), end(CONSTANT)),
            Bound.at_most(0.5),
            "In noise, at a constant rate, the average that {free} keeps ends {a:.2f} from the "
            "minimum, {plain} {b:.2f}",
            "With noisy gradients and a constant rate, the average that {free} keeps does not end "
            "at {bound:.0%} of the distance of {plain}: it ends {a:.2f} from the minimum, {plain} "
            "{b:.2f}",
            unit="%",
            subjects={"free": "schedule_free_sgd", "plain": "sgd"},
        ),
        Question(
            "nearer than its gradients",
            "distance at the end, deployed point divided by the one of the gradients",
            Ratio(end(FREE), end(GRADIENTS)),
            Bound.at_most(0.9),
            "The point that {free} would deploy is {a:.2g} from the minimum at the end, "
            "the one where it takes its gradients {b:.2g}",
            "The point that {free} would deploy is not nearer than {bound:.0%} of the "
            "distance of the one where it takes its gradients: {a:.2g} from the minimum, {b:.2g}",
            unit="%",
            subjects={"free": "schedule_free_sgd"},
        ),
        Question(
            "a decaying rate ends nearer",
            "distance at the end, {plain} at a decaying rate divided by {free}",
            Ratio(end(DECAYING), end(FREE)),
            Bound.at_most(1.0),
            "{plain} at a decaying rate ends nearer than {free}: {a:.2g} from the minimum, {b:.2g}",
            "{plain} at a decaying rate does not end nearer than {free}: {a:.2g} from the "
            "minimum, {b:.2g}",
            unit="%",
            subjects={"free": "schedule_free_sgd", "plain": "sgd"},
        ),
        Question(
            "a mean ends nearer",
            "distance at the end, mean of the points of {plain} divided by {plain} at a decaying "
            "rate",
            Ratio(end(MEAN), end(DECAYING)),
            Bound.at_most(0.8),
            "The mean of all points of {plain} ends nearer than {plain} at a decaying rate: "
            "{a:.2g} from the minimum, {b:.2g}",
            "The mean of all points of {plain} does not end at {bound:.0%} of the distance of "
            "{plain} at a decaying rate: {a:.2g} from the minimum, {b:.2g}",
            unit="%",
            subjects={"plain": "sgd"},
        ),
    ]


def questions_of_training() -> list[Question]:
    """Return what is asked of trained networks."""

    def accuracy(setting: str, when: str = "test_accuracy") -> Pick:
        return Pick("ends", when, {"setting": setting})

    return [
        Question(
            "a constant rate costs",
            "test accuracy, {plain} at a decaying rate minus at a constant one",
            Difference(accuracy(DECAYING), accuracy(CONSTANT)),
            Bound.at_least(0.003),
            "At a learning rate of {learning_rate}, {plain} gets {a:.1%} of the test rows right if "
            "the rate decays, {b:.1%} if it does not",
            "At a learning rate of {learning_rate}, {plain} does not gain {bound} if the rate "
            "decays: it gets {a:.1%} of the test rows right, at a constant rate {b:.1%}",
            unit="points",
            subjects={"plain": "adamw"},
        ),
        Question(
            "as good as a schedule",
            "test accuracy, {free} minus {plain} at a decaying rate",
            Difference(accuracy(FREE), accuracy(DECAYING)),
            Bound(-ALIKE, ALIKE),
            "{free} needs no decaying rate here: it gets {a:.1%} of the test rows right, "
            "{plain} at a decaying rate {b:.1%}",
            "{free} is not within {high} of {plain} at a decaying rate: it gets {a:.1%} "
            "of the test rows right, that {b:.1%}",
            unit="points",
            subjects={"free": "schedule_free_adamw", "plain": "adamw"},
            given=("a constant rate costs",),
        ),
        Question(
            "a mean is as good",
            "test accuracy, mean of the weights of {plain} minus {plain} at a decaying rate",
            Difference(accuracy(MEAN), accuracy(DECAYING)),
            Bound(-ALIKE, ALIKE),
            "The mean of all weights that {plain} goes through at a constant rate does what a "
            "schedule does: it gets {a:.1%} of the test rows right, {plain} at a decaying rate "
            "{b:.1%}",
            "The mean of all weights that {plain} goes through at a constant rate is not within "
            "{high} of {plain} at a decaying rate: it gets {a:.1%} of the test rows right, that "
            "{b:.1%}",
            unit="points",
            subjects={"plain": "adamw"},
            given=("a constant rate costs",),
        ),
        Question(
            "muon is as good",
            "test accuracy, {matrix} minus {plain}, both at a decaying rate",
            Difference(accuracy(MUON), accuracy(DECAYING)),
            Bound(-ALIKE, ALIKE),
            "At a decaying rate {matrix} and {plain} get nearly as many test rows right, {a:.1%} "
            "and {b:.1%}",
            "At a decaying rate {matrix} is not within {high} of {plain}: it gets {a:.1%} of the "
            "test rows right, that {b:.1%}",
            unit="points",
            subjects={"matrix": "muon", "plain": "adamw"},
        ),
        Question(
            "ahead on the way",
            "test accuracy after {early} updates, {free} minus {plain} at a decaying rate",
            Difference(accuracy(FREE, "early_accuracy"), accuracy(DECAYING, "early_accuracy")),
            Bound.at_least(0.003),
            "After {early} of {steps} updates {free} gets {a:.1%} of the test rows "
            "right, {plain} at a decaying rate {b:.1%}",
            "After {early} of {steps} updates {free} is not {bound} ahead: it gets "
            "{a:.1%} of the test rows right, {plain} at a decaying rate {b:.1%}",
            unit="points",
            subjects={"free": "schedule_free_adamw", "plain": "adamw"},
        ),
    ]
