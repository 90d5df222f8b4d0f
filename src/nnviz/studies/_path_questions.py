"""What is asked of paths on a surface."""

from collections.abc import Callable, Collection, Sequence

import pandas as pd

from nnviz.studies.claims import SHARE, SHARES_APART, Bound, Question
from nnviz.studies.measures import Best, Difference, Distinct, Level, Pick, Ratio
from nnviz.surfaces import Surface

__all__ = ["NOTES", "questions_of"]

NOTES: dict[str, float] = {"sgd": 0.95, "momentum": 0.1, "adagrad": 1.5, "adam": 0.3}
"""The learning rates of the notes, on their bowl."""


def questions_of(surface: Surface, summary: pd.DataFrame) -> list[Question]:
    """Return what is asked of any descent, and of those on a surface that the notes speak of.

    Single paths are compared only where each optimizer has but one.
    """
    asked = [_descends(surface)]
    rules = set(summary["optimizer"])
    if not summary["optimizer"].is_unique:
        return asked
    if len(surface.minima) > 1:
        asked.append(_different_minima(surface))
        if {"sgd", "momentum"} <= rules:
            asked.append(_overshoots("momentum", "sgd", surface))
    if surface.name == "rosenbrock":
        asked.append(_valley(surface))
        if summary["early_distance"].notna().any():
            asked.append(_small_gradient(surface))
    return asked + (_of_the_bowl(rules) if surface.name == "bowl" else [])


def _of(optimizer: str, value: str) -> Pick:
    return Pick("summary", value, {"optimizer": optimizer})


def _descends(surface: Surface) -> Question:
    return Question(
        "descends",
        "height at the end minus at the start, of the optimizer that gains least",
        Level(Pick("summary", "gained", over="max"), none=0.0),
        Bound.at_most(0.0),
        "Every optimizer ends lower than it started on {place}",
        "Not every optimizer ends lower than it started on {place}: one climbs by {number}",
        subjects={"place": surface.title},
    )


def _different_minima(surface: Surface) -> Question:
    return Question(
        "different minima",
        "minima reached",
        Distinct(Pick("summary", "minimum")),
        Bound.at_least(2),
        "From one start on {place}, different optimizers end in different minima",
        "From one start on {place}, all optimizers end nearest to the same minimum",
        subjects={"place": surface.title},
    )


def _overshoots(fast: str, plain: str, surface: Surface) -> Question:
    return Question(
        "overshoots",
        "share of updates that lead uphill, {fast} minus {plain}",
        Difference(_of(fast, "climbs"), _of(plain, "climbs")),
        Bound.at_least(0.1),
        "On {place}, {a:.0%} of the updates of {fast} lead uphill, {b:.0%} of those of {plain}",
        "On {place}, {a:.0%} of the updates of {fast} lead uphill, {b:.0%} of those of {plain}: "
        "not {bound} more",
        unit="points",
        possible=SHARES_APART,
        subjects={"fast": fast, "plain": plain, "place": surface.title},
    )


def _valley(surface: Surface) -> Question:
    return Question(
        "valley",
        "least distance to the minimum",
        Level(Pick("summary", "distance", over="min")),
        Bound.at_least(0.1),
        "Progress along the valley of {place} is slow: after {steps} updates the nearest optimizer "
        "is still {number:.2f} from the minimum",
        "After {steps} updates in the valley of {place}, the nearest optimizer is {number} from "
        "the minimum",
        subjects={"place": surface.title},
    )


def _small_gradient(surface: Surface) -> Question:
    return Question(
        "small gradient",
        "largest share of the gradient left after {early} updates, divided by the smallest of the "
        "way",
        Ratio(
            Pick("summary", "early_gradient", over="max"),
            Pick("summary", "early_distance", over="min"),
        ),
        Bound.at_most(0.1),
        "After {early} updates on {place}, at most {a:.1%} of the gradient's size is left, but at "
        "least {b:.1%} of the distance to the minimum",
        "After {early} updates on {place}, up to {a:.1%} of the gradient's size is left, and at "
        "least {b:.1%} of the distance to the minimum",
        unit="%",
        subjects={"place": surface.title},
    )


def _of_the_bowl(rules: Collection[str]) -> list[Question]:
    """Return what the notes say of their optimizers, as far as they were run."""
    return [ask(*names) for ask, names in _NOTES if set(names) <= set(rules)]


def _zigzags(rule: str) -> Question:
    return Question(
        "sgd zigzags",
        "share of the updates of {rule} that change sides",
        Level(_of(rule, "changes_sides")),
        Bound.at_least(0.9),
        "{rule} zigzags across the narrow axis: {number:.0%} of its updates change sides",
        "{rule} does not zigzag across the narrow axis: {number:.0%} of its updates change sides",
        unit="%",
        possible=SHARE,
        subjects={"rule": rule},
    )


def _rounds_corners(fast: str, plain: str) -> Question:
    return Question(
        "momentum rounds the corners",
        "path length, {fast} divided by {plain}",
        Ratio(_of(fast, "path_length"), _of(plain, "path_length")),
        Bound.at_most(0.5),
        "At these learning rates {fast} rounds the corners that {plain} takes: its path is "
        "{number:.0%} as long",
        "{fast} does not come down on half the way of {plain}: its path is {number:.0%} as long",
        unit="%",
        subjects={"fast": fast, "plain": plain},
    )


def _slows_down(rule: str) -> Question:
    return Question(
        "adagrad only slows down",
        "largest growth of a step of {rule}, along either axis",
        Level(_of(rule, "step_growth")),
        Bound.at_most(1e-12),
        "The steps of {rule} never grow, along either axis",
        "The steps of {rule} grow along an axis, by up to {number} in one update",
        subjects={"rule": rule},
    )


def _goes_straight(rule: str) -> Question:
    return Question(
        "adam goes nearly straight",
        "path length of {rule} divided by the straight distance between its ends",
        Level(_of(rule, "crookedness")),
        Bound.at_most(1.5),
        "{rule} goes nearly straight: its path is {number:.2f} times as long as a straight one",
        "{rule} does not go straight: its path is {number:.2f} times as long as a straight one",
        subjects={"rule": rule},
    )


def _ends_lowest(rule: str, famous: str, *others: str) -> Question:
    rivals = Best([_of(name, "final_loss") for name in (famous, *others)], "min")
    return Question(
        "adagrad ends lowest",
        "last height, {rule} divided by the best of {famous}, {one} and {two}",
        Ratio(_of(rule, "final_loss"), rivals),
        Bound.at_most(0.9),
        "At these learning rates {rule} ends lowest, not {famous}",
        "At these learning rates {rule} does not end lowest: at a height of {a:.2g}, the best of "
        "{famous}, {one} and {two} at {b:.2g}",
        subjects={"rule": rule, "famous": famous, "one": others[0], "two": others[1]},
    )


def _uneven(plain: str, *adaptive: str) -> Question:
    return Question(
        "uneven along the axes",
        "first step, along the steep axis divided by the flat one, {plain} divided by {one} or "
        "{other}",
        Ratio(
            _of(plain, "first_step_ratio"),
            Best([_of(rule, "first_step_ratio") for rule in adaptive], "max"),
        ),
        Bound.at_least(2.0),
        "The first step of {plain} is {a:.1f} times as long along the steep axis as along the flat "
        "one, that of {one} and {other} {b:.1f} times",
        "The first step of {plain} is {a:.1f} times as long along the steep axis as along the flat "
        "one, that of {one} or {other} {b:.1f} times",
        subjects={"plain": plain, "one": adaptive[0], "other": adaptive[1]},
    )


def _even(*adaptive: str) -> Question:
    return Question(
        "alike along both axes",
        "first step, along the steep axis divided by the flat one, the more uneven of {one} and "
        "{other}",
        Level(Best([_of(rule, "first_step_ratio") for rule in adaptive], "max")),
        Bound(1 - 1e-6, 1 + 1e-6),
        "{one} and {other} begin with equal steps along both axes",
        "{one} or {other} begins with a step that is {number} times as long along the steep axis",
        subjects={"one": adaptive[0], "other": adaptive[1]},
    )


def _goes_uphill(rule: str) -> Question:
    return Question(
        "momentum goes uphill",
        "share of the updates of {rule} that lead uphill",
        Level(_of(rule, "uphill")),
        Bound.at_least(0.2),
        "{rule}'s velocity carries it uphill in {number:.0%} of its updates",
        "{rule}'s velocity carries it uphill in only {number:.0%} of its updates, less than "
        "{bound:.0%}",
        unit="%",
        possible=SHARE,
        subjects={"rule": rule},
    )


def _turns_late(rule: str) -> Question:
    return Question(
        "adam turns late",
        "updates from the first change of sign of the gradient along y to that of its running mean",
        Level(_of(rule, "turns_late")),
        Bound.at_least(2),
        "Along y, the steep axis, the running mean of {rule} changes sign {number:.0f} updates "
        "after the gradient: it overshoots",
        "Along y, the steep axis, the running mean of {rule} changes sign {number:.0f} updates "
        "after the gradient, fewer than {bound:.0f}",
        unit="updates",
        subjects={"rule": rule},
        missing="the gradient or its running mean never changes sign along y",
    )


_NOTES: Sequence[tuple[Callable[..., Question], tuple[str, ...]]] = (
    (_zigzags, ("sgd",)),
    (_rounds_corners, ("momentum", "sgd")),
    (_slows_down, ("adagrad",)),
    (_goes_straight, ("adam",)),
    (_ends_lowest, ("adagrad", "adam", "sgd", "momentum")),
    (_uneven, ("sgd", "adagrad", "adam")),
    (_even, ("adagrad", "adam")),
    (_goes_uphill, ("momentum",)),
    (_turns_late, ("adam",)),
)
"""What is asked on the bowl, and of which rules."""
