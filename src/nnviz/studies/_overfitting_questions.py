"""What is asked of networks that overfit: whether a regularizer helps, and what it costs."""

from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Best, Difference, Extreme, Pick, Ratio, Share, Within
from nnviz.studies.regularized import last_epochs
from nnviz.train import Dataset

__all__ = [
    "costs_accuracy",
    "helps",
    "learns_wrong_labels",
    "leaves_the_gap",
    "overfits",
    "shrinks_the_gap",
    "small_weights",
    "too_much",
]


def _at_the_end(setting: str, epochs: int, metric: str, split: str) -> Pick:
    """Return the mean over the last epochs of a setting."""
    where = {
        "setting": setting,
        "metric": metric,
        "split": split,
        "epoch": Within(epochs - last_epochs(epochs), epochs),
    }
    return Pick("curves", where=where)


def overfits(data: Dataset, epochs: int) -> Question:
    """Return the question that comes first: whether there is anything to regularize."""
    return Question(
        "overfits",
        "training minus test accuracy without a regularizer",
        Difference(
            _at_the_end("none", epochs, "accuracy", "train"),
            _at_the_end("none", epochs, "accuracy", "test"),
        ),
        Bound.at_least(0.02),
        "Without a regularizer the network overfits: after {epochs} epochs, test accuracy is "
        "{number} below that of training",
        "Without a regularizer the network does not overfit by {bound}: after {epochs} epochs, "
        "accuracy is {a:.0%} in training and {b:.0%} on the test set",
        unit="points",
        resolution=1 / len(data.x_test),
    )


def learns_wrong_labels(data: Dataset, epochs: int) -> Question:
    """Return the question that comes first: whether there is anything to regularize.

    A network that is right more often on the redrawn labels than these are right themselves has
    learned some of the wrong ones.
    """
    return Question(
        "overfits",
        "training accuracy without a regularizer minus the share of labels that are right",
        Difference(
            _at_the_end("none", epochs, "accuracy", "train"),
            Pick("labels", "right", {"setting": "none"}),
        ),
        Bound.at_least(0.02),
        "Without a regularizer the network learns wrong labels by heart: it agrees with {a:.0%} of "
        "the training labels, of which {b:.0%} are right",
        "Without a regularizer the network does not learn wrong labels by heart: it agrees with "
        "{a:.0%} of the training labels, of which {b:.0%} are right",
        unit="points",
        resolution=1 / len(data.x_train),
    )


def _strength(kind: str) -> str:
    """Return the blank of a template that a regularizer's strength fills."""
    return "{" + kind.replace(" ", "_") + ":g}"


def shrinks_the_gap(data: Dataset, kind: str, setting: str, epochs: int) -> Question:
    """Return what the notes say of a regularizer."""
    return _of_the_gap(
        data,
        f"{kind} shrinks the gap",
        kind,
        setting,
        epochs,
        Bound.at_most(-0.005),
        "shrinks the gap between training and test accuracy from {b} to {a} after {epochs} epochs",
        "does not shrink the gap between training and test accuracy by {bound.size}: it goes from "
        "{b} to {a}",
    )


def leaves_the_gap(data: Dataset, kind: str, setting: str, epochs: int) -> Question:
    """Return what is expected of dropout that is not inverted, whatever the notes say."""
    return _of_the_gap(
        data,
        f"{kind} hardly changes the gap",
        kind,
        setting,
        epochs,
        Bound(-0.05, 0.05),
        "hardly changes the gap between training and test accuracy: from {b} to {a} after "
        "{dropout_epochs} epochs",
        "changes the gap between training and test accuracy from {b} to {a} after "
        "{dropout_epochs} epochs",
    )


def _of_the_gap(
    data: Dataset,
    key: str,
    kind: str,
    setting: str,
    epochs: int,
    bound: Bound,
    expected: str,
    otherwise: str,
) -> Question:
    subject = f"{{kind}} of {_strength(kind)} "
    return Question(
        key,
        "training minus test accuracy, with {kind} minus without",
        Difference(
            _at_the_end(setting, epochs, "gap", "train"),
            _at_the_end("none", epochs, "gap", "train"),
        ),
        bound,
        subject + expected,
        subject + otherwise,
        unit="points",
        subjects={"kind": kind},
        given=("overfits",),
        resolution=1 / len(data.x_test),
    )


def costs_accuracy(
    data: Dataset, kind: str, setting: str, epochs: int, *, at: str = "epochs", form: str = ""
) -> Question:
    """Return whether a regularizer that strong, in a form that is said, holds the network back.

    The sentence names the epochs by their setting, `at`.
    """
    strength = _strength(kind) + form
    return Question(
        f"{kind} costs accuracy",
        "test accuracy, with {kind} minus without",
        Difference(
            _at_the_end(setting, epochs, "accuracy", "test"),
            _at_the_end("none", epochs, "accuracy", "test"),
        ),
        Bound.at_most(-0.05),
        f"{{kind}} of {strength} holds the network back: after {{{at}}} epochs test accuracy is "
        "{a:.1%} instead of {b:.1%}",
        f"{{kind}} of {strength} does not cost {{bound.size}} of test accuracy: it is {{a:.1%}}, "
        "without it {b:.1%}",
        unit="points",
        subjects={"kind": kind},
        resolution=1 / len(data.x_test),
    )


def small_weights(setting: str, epochs: int) -> list[Question]:
    """Return whether weight decay keeps weights small."""
    return [
        Question(
            "weight norm",
            "norm of all weights, with weight decay divided by without",
            Ratio(
                _at_the_end(setting, epochs, "weight_norm", "train"),
                _at_the_end("none", epochs, "weight_norm", "train"),
            ),
            Bound.at_most(0.7),
            "Weight decay of {weight_decay:g} keeps the weights small: their norm ends at "
            "{number:.0%} of what it is without it",
            "Weight decay of {weight_decay:g} does not keep the weights at {bound:.0%} of their "
            "norm without it: they end at {number:.0%}",
            unit="%",
        ),
        Question(
            "every layer",
            "standard deviation of weights, with weight decay divided by without, in the layer "
            "that narrows least",
            Extreme(
                Pick("spreads", where={"setting": setting}),
                "layer",
                "max",
                b=Pick("spreads", where={"setting": "none"}),
                relation="ratio",
            ),
            Bound.at_most(0.8),
            "Weight decay of {weight_decay:g} narrows the weights of every layer: to {number:.0%} "
            "of their spread in layer {at}, where it narrows least",
            "Weight decay of {weight_decay:g} does not narrow the weights of every layer to "
            "{bound:.0%}: those of layer {at} end at {number:.0%}",
            unit="%",
        ),
    ]


def helps(data: Dataset, kind: str, setting: str, epochs: int) -> list[Question]:
    """Return whether a regularizer raises test accuracy, on average and seed by seed."""
    strength = _strength(kind)
    with_it = _at_the_end(setting, epochs, "accuracy", "test")
    without = _at_the_end("none", epochs, "accuracy", "test")
    return [
        Question(
            f"{kind} helps",
            "test accuracy, with {kind} minus without",
            Difference(with_it, without),
            Bound.at_least(0.02),
            "{kind} of " + strength + " raises test accuracy by {number} when {label_noise:.0%} of "
            "the labels are redrawn",
            "{kind} of " + strength + " does not raise test accuracy by {bound} when "
            "{label_noise:.0%} of the labels are redrawn: it is {a:.0%}, without it {b:.0%}",
            unit="points",
            subjects={"kind": kind},
            given=("overfits",),
            resolution=1 / len(data.x_test),
        ),
        Question(
            f"{kind} helps in nearly every seed",
            "share of seeds whose test accuracy is higher with {kind}",
            Share(with_it, without),
            Bound.at_least(0.9),
            "{kind} of " + strength + " raises test accuracy in {count} of {total} seeds",
            "{kind} of " + strength + " raises test accuracy in only {count} of {total} seeds",
            unit="%",
            subjects={"kind": kind},
            given=("overfits",),
        ),
    ]


def too_much(settings: tuple[str, str], epochs: int) -> Question:
    """Return whether two regularizers do less than the better of them alone."""
    alone = [_at_the_end(setting, epochs, "accuracy", "test") for setting in settings]
    return Question(
        "both is too much",
        "share of seeds whose test accuracy is lower with both than with the better of the two",
        Share(Best(alone, "max"), _at_the_end("both", epochs, "accuracy", "test")),
        Bound.at_least(0.9),
        "Weight decay and dropout together hold the network back: in {count} of {total} seeds it "
        "is worse than with the better of the two alone",
        "Weight decay and dropout together do worse than the better of the two alone in only "
        "{count} of {total} seeds",
        unit="%",
        given=("overfits",),
    )
