"""What the speaker reads: what to say, what was measured, how to come to it again."""

import shlex
from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from nnviz._version import __version__
from nnviz.decks.words import WORDS
from nnviz.plots.claim import measured, without_found
from nnviz.publish import Exhibit
from nnviz.publish.settings import settings_in_words
from nnviz.studies import Claim, Study

__all__ = ["command_of", "of_exhibit", "of_study", "reading_of", "reproduced"]


def of_exhibit(shown: Exhibit, reading: str, command: str) -> tuple[str, ...]:
    """Return the notes of a figure that a script drew.

    Parameters
    ----------
    shown : Exhibit
        The figure and its study.
    reading : str
        Its small print (`reading_of`).
    command : str
        What draws it.
    """
    claims = shown.study.claims
    own = [_told("claim", claim) for key, claim in claims.items() if key == shown.claim]
    others = [claim for key, claim in claims.items() if key != shown.claim]
    return _without_empty(
        WORDS["shows"].format(words=shown.description),
        *own,
        _of("read", without_found(reading, claims.values())),
        *(WORDS["theory"].format(words=words) for words in shown.theory),
        *(_told("other claim", claim) for claim in others if claim.verdict == "otherwise"),
        *reproduced(command, shown.study.settings),
    )


def of_study(study: Study, reading: str, command: str) -> tuple[str, ...]:
    """Return the notes of a table of a study, with all of its claims."""
    return _without_empty(
        _of("read", reading),
        *(_told("claim", claim) for claim in study.claims.values()),
        *reproduced(command, study.settings),
    )


def reproduced(command: str, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return how to come to the same again: settings, command, version."""
    return _without_empty(
        _of("settings", settings_in_words(settings)),
        WORDS["reproduce"].format(command=command) if command else "",
        WORDS["made with"].format(version=__version__),
    )


def reading_of(figure: Figure) -> str:
    """Return the small print of a figure on one line."""
    return " ".join(figure.get_supxlabel().split())


def command_of(*words: str) -> str:
    """Return a command as it is typed into a shell."""
    return shlex.join(words)


def _told(key: str, claim: Claim) -> str:
    """Return a claim, which says itself why it was not assessed, and what was measured for it."""
    sentence = f"{claim.statement.rstrip('.')}."
    if claim.verdict == "not assessed":
        return sentence
    return WORDS[key].format(words=sentence, measured=measured(claim))


def _of(key: str, words: str) -> str:
    """Return a paragraph; none if there is nothing to say."""
    return WORDS[key].format(words=words) if words else ""


def _without_empty(*paragraphs: str) -> tuple[str, ...]:
    return tuple(paragraph for paragraph in paragraphs if paragraph)
