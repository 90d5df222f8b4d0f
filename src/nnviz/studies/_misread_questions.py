"""What is asked of networks that misread rows: which, as what, and whether that can be changed."""

from collections.abc import Mapping

from nnviz.studies._misread_pairs import ERROR, HARDEST
from nnviz.studies.claims import SHARE, SHARES_APART, Bound, Question
from nnviz.studies.measures import Difference, Extreme, Level, Pick
from nnviz.studies.regularized import Regularizer
from nnviz.train import Dataset

__all__ = ["questions"]


def questions(data: Dataset, variants: Mapping[str, Regularizer]) -> list[Question]:
    """Return what is asked of settings, the first without a regularizer, the others with one."""
    row = 1 / len(data.x_test)
    plain, *regularized = variants
    return [
        Question(
            "misreads",
            "share of test rows that are misread without a regularizer",
            Level(Pick("ends", where={"setting": plain})),
            Bound.at_least(0.03),
            "Without a regularizer {number:.0%} of the test rows are misread",
            "Without a regularizer no {bound:.0%} of the test rows are misread, but {number:.1%}",
            unit="%",
            possible=SHARE,
        ),
        Question(
            "hardest class",
            "share of the rows of a class that are misread, mean over all settings, highest minus "
            "second highest, chosen on other seeds",
            _standing_out(HARDEST),
            Bound.at_least(0.005),
            "After these {n_train} training rows, over networks with and without a regularizer, "
            "class {at} is the hardest to read: {a:.0%} of its rows are misread, of the next class "
            "{b:.0%}",
            "Over networks with and without a regularizer no class is harder to read than the next "
            "by {bound}: of class {at} {a:.0%} of the rows are misread, of the next one {b:.0%}",
            unit="points",
            possible=SHARES_APART,
            given=("misreads",),
        ),
        Question(
            "most frequent error",
            "share of an error in all, mean over all settings, most frequent minus second, chosen "
            "on other seeds",
            _standing_out(ERROR),
            Bound.at_least(0.005),
            "After these {n_train} training rows, over networks with and without a regularizer, "
            "the most frequent error is to read {at}: {a:.0%} of all, the next one {b:.0%}",
            "Over networks with and without a regularizer no error is more frequent than the next "
            "by {bound}: {at} is {a:.0%} of all, the next one {b:.0%}",
            unit="points",
            possible=SHARES_APART,
            given=("misreads",),
        ),
        Question(
            "seeds err alike",
            "part of the errors, the same row misread as the same class, that two networks without "
            "a regularizer have in common",
            Level(Pick("overlap", "none", {"setting": regularized[0]})),
            Bound.at_least(0.5),
            "Networks that differ in nothing but the seed have {number} of their errors in common",
            "Networks that differ in nothing but the seed have only {number} of their errors "
            "in common",
            unit="%",
            given=("misreads",),
        ),
        *(
            question
            for setting in regularized
            for kind in variants[setting]
            for question in _of(kind.replace("_", " "), setting, plain, row)
        ),
    ]


def _standing_out(setting: str) -> Extreme:
    """Return how far what was chosen on other seeds, one class or error, is ahead."""
    where = {"setting": setting}
    return Extreme(Pick("chosen", "value", where), "at", "max", Pick("chosen", "rival", where))


def _of(kind: str, setting: str, plain: str, row: float) -> list[Question]:
    strength = "{" + kind.replace(" ", "_") + ":g}"
    subjects = {"kind": kind}
    return [
        Question(
            f"{kind}: as many errors",
            "share of test rows that are misread, with {kind} minus without",
            Difference(
                Pick("ends", where={"setting": setting}), Pick("ends", where={"setting": plain})
            ),
            Bound(-0.03, 0.03),
            f"{{kind}} of {strength} hardly changes how many test rows are misread: {{a:.1%}}, "
            "without it {b:.1%}",
            f"{{kind}} of {strength} changes how many test rows are misread: {{a:.1%}}, without it "
            "{b:.1%}",
            unit="points",
            possible=SHARES_APART,
            subjects=subjects,
            given=("misreads",),
            resolution=row,
        ),
        Question(
            f"{kind}: the same errors",
            "part of the errors that a network has in common with one of another seed without a "
            "regularizer, with {kind} minus without",
            Difference(
                Pick("overlap", where={"setting": setting}),
                Pick("overlap", "none", {"setting": setting}),
            ),
            Bound(-0.15, 0.15),
            "{kind} changes what is misread as what hardly more than another seed does: networks "
            "with and without it have {a:.0%} of their errors in common, two without it {b:.0%}",
            "{kind} changes what is misread as what: networks with and without it have {a:.0%} of "
            "their errors in common, two without it {b:.0%}",
            unit="points",
            subjects=subjects,
            given=("misreads",),
        ),
        Question(
            f"{kind}: harms a class",
            "share of the rows of a class that are misread, where it rises most on other seeds, "
            "with {kind} minus without",
            _standing_out(setting),
            Bound.at_least(0.01),
            f"{{kind}} of {strength} moves errors instead of removing them: trained on these "
            "{n_train} rows, networks misread {a:.0%} of class {at}, without it {b:.0%}",
            f"{{kind}} of {strength} leaves as many errors, and does not make class {{at}}, to "
            "which it adds most on other seeds, harder to read by {bound}: {a:.0%} of it are "
            "misread, without it {b:.0%}",
            unit="points",
            possible=SHARES_APART,
            subjects=subjects,
            given=("misreads", f"{kind}: as many errors"),
        ),
    ]
