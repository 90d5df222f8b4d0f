"""What is asked of Adam's loss spikes, and of what precedes them."""

from collections.abc import Mapping
from typing import Any

from nnviz.studies._spikes import AHEAD
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Level, Pick, Ratio

__all__ = ["questions_of"]

_CURVED = "sharpness above the bound"
_GRADIENT = "gradient norm tripled"
_STALE = "second moment stale"
_NONE = "no loss spikes"


def questions_of(settings: Mapping[str, Any]) -> list[Question]:
    """Return what is asked of the spikes, and of all β₂ if there are several.

    Parameters
    ----------
    settings : mapping
        Those of the study; ``beta2s`` fall.
    """
    slow, quick = settings["beta2s"][0], settings["beta2s"][-1]
    asked = [_spikes(slow), _first(), _warns(), _does_not_warn(), _late()]
    return asked + (_by_beta2(slow, quick) if quick < slow else [])


def _lead(signal: str) -> Pick:
    return Pick("leads", "lead", {"setting": signal})


def _more(signal: str) -> Difference:
    """Return the share of spikes before which a signal is out of its range, minus quiet moments."""

    def share(moment: str) -> Pick:
        where = {"signal": signal, "moment": moment, "step": -AHEAD}
        return Pick("warnings", "share", where)

    return Difference(share("before a spike"), share("before a quiet moment"))


def _spikes(slow: float) -> Question:
    return Question(
        "spikes",
        "how often the training loss triples in {steps:,} steps of {optimizer} with a β₂ of {slow}",
        Level(Pick("runs", "spikes", {"beta2": slow})),
        Bound.at_least(1.0),
        "{optimizer} with a β₂ of {slow} spikes: its training loss triples {number} times in "
        "{steps:,} steps",
        "{optimizer} with a β₂ of {slow} hardly spikes: its training loss triples {number} times "
        "in {steps:,} steps",
        subjects={"slow": slow},
    )


def _first() -> Question:
    return Question(
        "sharpness first",
        "steps before a loss spike of {optimizer} since which the preconditioned sharpness is "
        "above its bound, minus those since which the gradient norm has tripled",
        Difference(_lead(_CURVED), _lead(_GRADIENT)),
        Bound.at_least(5.0),
        "Before {optimizer}'s loss spikes, the preconditioned sharpness is above its bound for "
        "{a:.1f} steps, the gradient norm at three times its median for {b:.1f}",
        "When {optimizer}'s loss spikes, the preconditioned sharpness has not been above its bound "
        "for {bound} longer than the gradient norm at three times its median: for {a:.1f}, and "
        "{b:.1f}",
        unit="steps",
        given=("spikes",),
        missing=_NONE,
    )


def _warns() -> Question:
    return Question(
        "sharpness warns",
        "share of moments with a preconditioned sharpness above its bound {ahead} steps earlier, "
        "loss spikes of {optimizer} minus quiet moments",
        _more(_CURVED),
        Bound.at_least(0.3),
        "{ahead} steps ahead, the preconditioned sharpness is above its bound before {a:.0%} of "
        "{optimizer}'s loss spikes, and before {b:.0%} of quiet moments",
        "{ahead} steps ahead, the preconditioned sharpness hardly tells a loss spike of "
        "{optimizer}: it is above its bound before {a:.0%} of them, and before {b:.0%} of quiet "
        "moments",
        unit="points",
        given=("spikes",),
        missing=_NONE,
    )


def _does_not_warn() -> Question:
    return Question(
        "gradient does not warn",
        "share of moments with a gradient norm of three times its median {ahead} steps earlier, "
        "loss spikes of {optimizer} minus quiet moments",
        _more(_GRADIENT),
        Bound.at_most(0.1),
        "{ahead} steps before a loss spike of {optimizer}, the gradient norm has tripled no more "
        "often than before a quiet moment: before {a:.0%} of them, and before {b:.0%}",
        "{ahead} steps before a loss spike of {optimizer}, the gradient norm has tripled more "
        "often than before a quiet moment: before {a:.0%} of them, and before {b:.0%}",
        unit="points",
        given=("spikes",),
        missing=_NONE,
    )


def _late() -> Question:
    return Question(
        "stale gives no warning",
        "steps before a loss spike of {optimizer} since which the root mean square of g / √v is "
        "above {stale:g}",
        Level(_lead(_STALE)),
        Bound.at_most(1.0),
        "That v lags behind the gradient gives no warning: when {optimizer}'s loss spikes, the "
        "root mean square of g / √v has been above {stale:g} for {number}",
        "That v lags behind the gradient gives warning: when {optimizer}'s loss spikes, the root "
        "mean square of g / √v has been above {stale:g} for {number}",
        unit="steps",
        given=("spikes",),
        missing=_NONE,
    )


def _by_beta2(slow: float, quick: float) -> list[Question]:
    def of(value: str, beta2: float) -> Pick:
        return Pick("runs", value, {"beta2": beta2})

    subjects = {"quick": quick, "slow": slow}
    return [
        Question(
            "lower beta2 tames",
            "highest loss over its median of the {window} steps before, {optimizer} with a β₂ of "
            "{quick} divided by {slow}",
            Ratio(of("largest", quick), of("largest", slow)),
            Bound.at_most(0.2),
            "A lower β₂ tames {optimizer}'s loss spikes: at {slow} the loss jumps to {b:.3g} times "
            "its level, at {quick} to {a:.3g} times, on average",
            "A lower β₂ does not tame {optimizer}'s loss spikes: at {slow} the loss jumps to "
            "{b:.3g} times its level, at {quick} to {a:.3g} times, on average",
            subjects=subjects,
            given=("spikes",),
        ),
        Question(
            "lower beta2 costs",
            "training loss over the last hundred steps, {optimizer} with a β₂ of {quick} divided "
            "by {slow}",
            Ratio(of("loss_at_end", quick), of("loss_at_end", slow)),
            Bound.at_least(1.5),
            "With lower spikes the loss ends higher: with a β₂ of {quick}, {optimizer} comes to "
            "{number} times the loss of {slow}",
            "With lower spikes the loss ends no higher: with a β₂ of {quick}, {optimizer} comes to "
            "{number} times the loss of {slow}",
            subjects=subjects,
            given=("lower beta2 tames",),
        ),
    ]
