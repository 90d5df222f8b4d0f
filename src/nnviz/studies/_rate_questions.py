"""What is asked of maps of learning rates."""

from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Agreement, Difference, Level, Pick

__all__ = ["best_questions", "limit_question", "wider_question"]


def limit_question() -> Question:
    return Question(
        "limit",
        "share of cells in which a path climbs beyond the limit, or sinks below it",
        Agreement("cells", "diverged", "beyond"),
        Bound.at_least(0.99),
        "Theory knows where a learning rate gets too large: in {count} of {total} cells paths "
        "climb beyond its line and sink below it",
        "Theory does not tell where a learning rate gets too large in {bound:.0%} of the cells, "
        "but in {count} of {total}",
        unit="%",
    )


def wider_question(adaptive: str, plain: str) -> Question:
    def decades(optimizer: str) -> Pick:
        return Pick("summary", "decades", {"optimizer": optimizer})

    return Question(
        "wider",
        "decades (powers of ten) of learning rates that bring it down, {adaptive} minus {plain}",
        Difference(decades(adaptive), decades(plain)),
        Bound.at_least(0.5),
        "Learning rates that bring {adaptive} down by a factor of {times} span {a:.1f} powers of "
        "ten, those of {plain} {b:.1f}",
        "{adaptive} does not come down by a factor of {times} over {bound} more than {plain}: over "
        "{a:.1f} powers of ten, {plain} over {b:.1f}",
        unit="decades",
        subjects={"adaptive": adaptive, "plain": plain},
    )


def best_questions(optimizer: str) -> list[Question]:
    where = {"optimizer": optimizer}
    return [
        Question(
            "best",
            "learning rate at which {optimizer} ends lowest, distance from theory, relative",
            Level(Pick("off", "learning_rate", where)),
            Bound.at_most(0.1),
            "{optimizer} comes down fastest where theory says, at β = {best_momentum:.2f} and a "
            "learning rate of {best_learning_rate:.2f}: its best learning rate is {number:.1%} off",
            "{optimizer} comes down fastest at a learning rate that is {number:.0%} off what "
            "theory says, {best_learning_rate:.2f}",
            unit="%",
            subjects=where,
        ),
        Question(
            "best momentum",
            "β at which {optimizer} ends lowest, distance from theory",
            Level(Pick("off", "momentum", where)),
            Bound.at_most(0.1),
            "{optimizer} comes down fastest at the β of theory, {best_momentum:.2f}, within "
            "{bound}",
            "{optimizer} comes down fastest at a β that is {number:.2f} off that of theory, "
            "{best_momentum:.2f}",
            subjects=where,
        ),
    ]
