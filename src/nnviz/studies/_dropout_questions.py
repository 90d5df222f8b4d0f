"""What is asked of dropout's masks, and of what training and evaluation pass on."""

from collections.abc import Mapping
from typing import Any

from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Edge, Level, Pick, Ratio

__all__ = ["questions_of"]


def questions_of(settings: Mapping[str, Any]) -> list[Question]:
    """Return what is asked of the three forms of a network with several hidden layers, or one."""
    inverted, plain, forgotten = settings["forms"]
    keep = 1 - settings["dropout"]
    asked = [
        _keeps(inverted),
        _own("row", "Each row of a batch has a mask of its own", inverted),
        _own("batch", "Each batch has masks of its own", inverted),
    ]
    for form in (inverted, plain):
        asked += [_alike(form), _sampling_error(form), _spreads(form), _predicted(form)]
    asked += [_forgotten(forgotten, keep), _accuracy(forgotten, plain, settings["n_test"])]
    if settings["depth"] > 1:
        asked += [_adds_up(forgotten, keep), _further_in(inverted)]
    return asked


def _of(form: str, statistic: str, layer: int | Edge = 1) -> Pick:
    return Pick("passed_on", where={"setting": form, "statistic": statistic, "layer": layer})


def _summary(form: str, value: str) -> Pick:
    return Pick("summary", value, {"form": form})


def _rounded(bound: float) -> float:
    """Return a bound with the digits that are written of it."""
    return float(f"{bound:.3g}")


def _keeps(form: str) -> Question:
    return Question(
        "keeps its share",
        "share of the units kept in training, divided by one minus the rate",
        Ratio(_summary(form, "kept"), _summary(form, "expected")),
        Bound(0.98, 1.02),
        "At a rate of {dropout:g}, dropout keeps {a:.0%} of a layer's units in training",
        "At a rate of {dropout:g}, dropout keeps {a:.1%} of a layer's units in training, "
        "not {b:.1%}",
        unit="%",
    )


def _own(what: str, expected: str, form: str) -> Question:
    agree = {"row": "rows_agree", "batch": "batches_agree"}[what]
    return Question(
        f"each {what} its own",
        f"share of units kept or dropped alike by one {what} and the next, divided by that by "
        "chance",
        Ratio(_summary(form, agree), _summary(form, "chance")),
        Bound(0.98, 1.02),
        f"{expected}: two agree in {{a:.0%}} of the units, as by chance",
        f"The masks of one {what} and the next agree in {{a:.1%}} of the units, by chance it would "
        "be {b:.1%}",
        unit="%",
    )


def _alike(form: str) -> Question:
    return Question(
        f"{form}: alike on average",
        "mean size of the output of the first layer, dropout {form}, training divided by "
        "evaluation",
        Ratio(_of(form, "training_mean"), _of(form, "evaluation_mean")),
        Bound(0.97, 1.03),
        "With dropout {form}, training and evaluation pass on the same on average: {a:.3g} and "
        "{b:.3g}",
        "With dropout {form}, training passes on {a:.3g} on average, and evaluation {b:.3g}",
        unit="%",
        subjects={"form": form},
    )


def _sampling_error(form: str) -> Question:
    return Question(
        f"{form}: within the sampling error",
        "distance of the means in training and evaluation, dropout {form}",
        Level(_summary(form, "errors")),
        Bound.at_most(3.0),
        "With dropout {form}, training passes on a mean that is {number} of the {draws} masks from "
        "that of evaluation",
        "With dropout {form}, training passes on a mean that is {number} of the {draws} masks from "
        "that of evaluation, more than {bound}",
        unit="standard errors",
        subjects={"form": form},
        missing="the layer passes on nothing",
    )


def _spreads(form: str) -> Question:
    return Question(
        f"{form}: spreads more",
        "standard deviation of the first layer's output, dropout {form}, training divided by "
        "evaluation",
        Ratio(_of(form, "training_std"), _of(form, "evaluation_std")),
        Bound.at_least(1.1),
        "With dropout {form}, what the first layer passes on spreads {number:.2f} times as much in "
        "training as in evaluation",
        "With dropout {form}, what the first layer passes on spreads {number:.2f} times as much in "
        "training as in evaluation, not {bound}",
        subjects={"form": form},
    )


def _predicted(form: str) -> Question:
    return Question(
        f"{form}: spreads as predicted",
        "standard deviation of the first layer's output in training, dropout {form}, divided by "
        "theory",
        Ratio(_of(form, "training_std"), _summary(form, "predicted_std")),
        Bound(0.97, 1.03),
        "With dropout {form}, the spread in training is {number} of what the rate predicts",
        "With dropout {form}, the spread in training is {number} of what the rate predicts, not "
        "{low} to {high}",
        unit="%",
        subjects={"form": form},
    )


def _forgotten(form: str, keep: float) -> Question:
    return Question(
        "scaling forgotten",
        "mean size of the output of the first layer, {form}, evaluation divided by training",
        Ratio(_of(form, "evaluation_mean"), _of(form, "training_mean")),
        Bound(_rounded(0.95 / keep), _rounded(1.05 / keep)),
        "Dropout that is {form} passes on {number:.2f} times as much in evaluation as in training",
        "Dropout that is {form} passes on {number:.2f} times as much in evaluation as in training, "
        "not {low} to {high} times",
        subjects={"form": form},
    )


def _accuracy(form: str, plain: str, n_test: int) -> Question:
    return Question(
        "scaling forgotten: accuracy",
        "test accuracy, {form} minus {plain}",
        Difference(_summary(form, "test_accuracy"), _summary(plain, "test_accuracy")),
        Bound(-0.03, 0.03),
        "Dropout {form} in evaluation hardly changes the test accuracy: {a:.0%} and {b:.0%}",
        "Dropout {form} in evaluation changes the test accuracy by {number}: {a:.0%} and {b:.0%}",
        unit="points",
        subjects={"form": form, "plain": plain},
        resolution=1 / n_test,
    )


def _adds_up(form: str, keep: float) -> Question:
    return Question(
        "scaling forgotten: layer by layer",
        "mean size of the output of layer {depth}, {form}, evaluation divided by training",
        Ratio(_of(form, "evaluation_mean", Edge.LAST), _of(form, "training_mean", Edge.LAST)),
        Bound.at_least(_rounded(1.3 / keep)),
        "Dropout {form}: in layer {depth} evaluation passes on {number:.1f} times as much as "
        "training",
        "Dropout {form}: in layer {depth} evaluation passes on {number:.1f} times as much as "
        "training, not {bound}",
        subjects={"form": form},
    )


def _further_in(form: str) -> Question:
    return Question(
        "further in",
        "mean size of the output of layer {depth}, dropout {form}, training divided by evaluation",
        Ratio(_of(form, "training_mean", Edge.LAST), _of(form, "evaluation_mean", Edge.LAST)),
        Bound.at_least(1.05),
        "Alike in the first layer only: in layer {depth} training passes on {number:.2f} times as "
        "much as evaluation",
        "In layer {depth} training passes on {number:.2f} times as much as evaluation, not {bound}",
        subjects={"form": form},
        given=(f"{form}: alike on average",),
    )
