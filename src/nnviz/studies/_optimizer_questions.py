"""What is asked of optimizers that train a network, and of their learning rates."""

from collections.abc import Mapping

from nnviz.studies.claims import SHARE, Bound, Question
from nnviz.studies.measures import Best, Extreme, Level, Pick, Ratio, Spread

__all__ = ["questions_of_optimizers", "questions_of_rates"]


def questions_of_optimizers(rates: Mapping[str, float | str]) -> list[Question]:
    """Return what is asked of the optimizers that were run."""

    def steps(optimizer: str) -> Pick:
        return Pick("summary", "steps_to_target", {"setting": optimizer})

    asked = []
    named = {name for name, rate in rates.items() if not isinstance(rate, str)}
    if {"sgd", "momentum"} <= named:
        alike = rates["sgd"] == rates["momentum"]
        rate = (
            "a learning rate of {learning_rates[sgd]:g}"
            if alike
            else "learning rates of {learning_rates[sgd]:g} and {learning_rates[momentum]:g}"
        )
        asked.append(
            Question(
                "momentum is faster than sgd",
                "steps to a loss of {target_loss:g}, {slow} divided by {fast}",
                Ratio(steps("sgd"), steps("momentum")),
                Bound.at_least(3.0),
                f"At {rate}, {{slow}} takes {{number:.1f}} times as many steps as {{fast}} to a "
                "loss of {target_loss:g}",
                f"At {rate}, {{slow}} takes {{number:.1f}} times as many steps as {{fast}} to a "
                "loss of {target_loss:g}, not {bound}",
                subjects={"slow": "sgd", "fast": "momentum"},
                missing="not both reach a loss of {target_loss:g} in {steps} steps",
            )
        )
    if {"momentum", "adagrad", "adam"} <= named:
        asked.append(
            Question(
                "adaptive rules begin fast",
                "steps to a loss of {target_loss:g}, the slower of {one} and {other} divided by "
                "{third}",
                Ratio(Best([steps("adagrad"), steps("adam")], "max"), steps("momentum")),
                Bound.at_most(1.0),
                "{one} and {other} are at a loss of {target_loss:g} before {third}, at these "
                "untuned rates",
                "The slower of {one} and {other} is at a loss of {target_loss:g} after "
                "{number:.2f} times as many steps as {third}, at these untuned rates",
                subjects={"one": "adagrad", "other": "adam", "third": "momentum"},
                missing="not all three reach a loss of {target_loss:g} in {steps} steps",
            )
        )
    if len(rates) > 1:
        asked.append(
            Question(
                "all arrive",
                "test accuracy, best minus worst optimizer, seed by seed",
                Spread(Pick("summary", "test_accuracy"), "setting"),
                Bound.at_most(0.03),
                "After {steps} steps all optimizers reach nearly the same test accuracy: "
                "from {lowest:.1%} ({at_low}) to {highest:.1%} ({at_high})",
                "After {steps} steps the optimizers differ by {number} in test accuracy: "
                "{at_high} reaches {highest:.0%}, {at_low} {lowest:.0%}",
                unit="points",
            )
        )
    return asked


def questions_of_rates() -> list[Question]:
    inside = ("inside the range",)
    return [
        Question(
            "inside the range",
            "share of optimizers whose best learning rate lies at an edge of those tried",
            Level(Pick("best", "at_edge")),
            Bound.at_most(0.0),
            "Each optimizer's best learning rate lies within the range of those tried",
            "For {number:.0%} of the optimizers the best learning rate lies at an edge of those "
            "tried: a better one may lie beyond",
            unit="%",
            possible=SHARE,
        ),
        Question(
            "the best rates differ",
            "best learning rate, highest divided by lowest",
            Spread(Pick("at_best", "best_rate"), "setting", "ratio"),
            Bound.at_least(10.0),
            "The best learning rate depends on the optimizer: from {lowest:g} for {at_low} "
            "to {highest:g} for {at_high}",
            "The optimizers' best learning rates do not differ by {bound} times: they range from "
            "{lowest:g} to {highest:g}",
            given=inside,
        ),
        Question(
            "tuning closes the gap",
            "loss of the slowest optimizer at its best rate",
            Extreme(Pick("at_best", "loss"), "setting", "max"),
            Bound.at_most(0.1),
            "Each at its own best rate, every optimizer brings the loss below {bound:g} in {steps} "
            "steps",
            "Even at its own best rate, {at} ends at a loss of {number:.2g} after {steps} steps, "
            "above {bound:g}",
            given=inside,
        ),
        Question(
            "alike at their best",
            "test accuracy at the best rates, best minus worst optimizer, seed by seed",
            Spread(Pick("at_best", "test_accuracy"), "setting"),
            Bound.at_most(0.03),
            "Each at its own best rate, all optimizers reach nearly the same test accuracy: "
            "from {lowest:.1%} ({at_low}) to {highest:.1%} ({at_high})",
            "Even at their own best rates, the best and the worst optimizer of a seed differ by "
            "{number} in test accuracy",
            unit="points",
            given=("inside the range", "tuning closes the gap"),
        ),
    ]
