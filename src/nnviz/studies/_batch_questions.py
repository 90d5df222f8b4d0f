"""What is asked of statistics that are those of a batch."""

import math
from typing import Any

from nnviz.studies.cells.batch_statistics import BATCH, SETTLED, WHOLE
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import (
    Deviation,
    Difference,
    Edge,
    Extreme,
    Growth,
    Pick,
    Within,
)
from nnviz.train import Dataset

__all__ = ["ENOUGH", "questions_of_batches"]

ENOUGH = 20
"""From so many rows on, a batch's statistics are asked to be as good as the whole set's."""


def questions_of_batches(data: Dataset) -> list[Question]:
    enough = {"batch_size": Within(ENOUGH - 1, math.inf)}
    row = 1 / len(data.x_test)

    def accuracy(setting: str, where: dict[str, Any]) -> Pick:
        return Pick("ends", "test_accuracy", {"setting": setting, **where})

    def as_predicted(statistic: str) -> Question:
        where = {"setting": statistic}
        return Question(
            f"{statistic} as predicted",
            f"error of a batch's {statistic}, largest deviation from theory at any batch size",
            Deviation(
                Pick("errors", "error", where), Pick("errors", "theory", where), "batch_size", True
            ),
            Bound.at_most(0.1),
            f"How far a batch's {statistic} is from the whole set's is what theory predicts, "
            "within {bound:.0%}",
            f"How far a batch's {statistic} is from the whole set's is not what theory predicts "
            "within {bound:.0%}: with {at} rows it is off by {number:.0%}",
            unit="%",
        )

    few = {"batch_size": Edge.FIRST}
    return [
        Question(
            "four times the rows halve the error",
            "error of a batch's mean with four times as many rows, divided by that with fewer",
            Growth(Pick("errors", "error", {"setting": "mean"}), "batch_size", 4.0),
            Bound(0.4, 0.6),
            "Four times as many rows about halve the error of a batch's mean: on average they "
            "leave {number:.2f} of it",
            "Four times as many rows do not halve the error of a batch's mean: {number:.2f} of it "
            "is left",
        ),
        as_predicted("mean"),
        as_predicted("variance"),
        Question(
            "too few rows cost accuracy",
            "test accuracy with the smallest batches, statistics of the whole set minus of the "
            "batch",
            Difference(accuracy(WHOLE, few), accuracy(BATCH, few)),
            Bound.at_least(0.1),
            "With batches of {batch_sizes[0]} rows, their own statistics cost accuracy: it is "
            "{b:.0%}, with those of the whole set {a:.0%}",
            "With batches of {batch_sizes[0]} rows, too, their own statistics do not cost {bound} "
            "of accuracy: it is {b:.0%}, with those of the whole set {a:.0%}",
            unit="points",
            resolution=row,
        ),
        Question(
            "a few rows are enough",
            "test accuracy where the batch's statistics cost most, of {enough} rows or more, "
            "statistics of the whole set minus of the batch",
            Extreme(accuracy(WHOLE, enough), "batch_size", "max", accuracy(BATCH, enough)),
            Bound.at_most(0.01),
            "Batch normalization needs only {enough} rows: at worst ({at}) test accuracy is "
            "{b:.1%}, with statistics of all {n_train} {a:.1%}",
            "Statistics of {enough} rows or more cost more than {bound} of test accuracy: with "
            "{at} rows it is {b:.1%}, with those of all {n_train} {a:.1%}",
            unit="points",
            resolution=row,
            missing="no batch has so many rows",
        ),
        Question(
            "running ones will do",
            "test accuracy where the running statistics cost most, of {enough} rows or more, "
            "evaluated with those of the whole set minus with the running ones",
            Extreme(accuracy(SETTLED, enough), "batch_size", "max", accuracy(BATCH, enough)),
            Bound.at_most(0.01),
            "Evaluated with running statistics of {enough} rows or more, accuracy is at most "
            "{bound} lower than with the whole set's: at worst, with {at} rows, it is {b:.1%} "
            "instead of {a:.1%}",
            "Evaluated with running statistics of {enough} rows or more, accuracy is more than "
            "{bound} lower than with the whole set's: with {at} rows it is {b:.1%} instead of "
            "{a:.1%}",
            unit="points",
            resolution=row,
            missing="no batch has so many rows",
        ),
        Question(
            "saves most of the rows",
            "rows passed forward in an update, the whole set divided by the smallest batch of "
            "{enough} rows or more",
            Extreme(
                Pick("cost", "whole_rows", enough),
                "batch_size",
                "max",
                Pick("cost", "rows", enough),
                "ratio",
            ),
            Bound.at_least(10.0),
            "With statistics of its own, a batch of {at} passes {number:g} times fewer rows "
            "forward in an update than with those of all {n_train}",
            "With statistics of its own, a batch passes fewer than {bound:g} times fewer rows "
            "forward than with those of all {n_train}: {number:g} times with {at} rows",
            missing="no batch has so many rows",
        ),
    ]
