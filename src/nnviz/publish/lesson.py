"""What a notebook shows of a claim: the question, the figure without its claim, the answer."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from matplotlib.figure import Figure

from nnviz import _checks
from nnviz._numbers import Number
from nnviz.plots.claim import measured as measured_in_words
from nnviz.publish.files import figure_bytes
from nnviz.publish.words import WORDS
from nnviz.studies import Claim, Study

__all__ = ["Shown", "answer", "ask", "seal", "show", "unsealed"]

_INCH = 96
"""Pixels of a page."""


@dataclass(frozen=True)
class Shown:
    """A value that a notebook shows in the best form that it can.

    Attributes
    ----------
    text : str
        For a terminal.
    others : mapping of str to str
        Other forms, by MIME type.
    """

    text: str
    others: dict[str, str]

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(
        self,
        include: object = None,  # noqa: ARG002 (Jupyter's protocol)
        exclude: object = None,  # noqa: ARG002
    ) -> dict[str, str]:
        """Return all forms, as Jupyter asks for them."""
        return {"text/plain": self.text, **self.others}


def seal(key: str) -> str:
    """Return letters that stand for the key of a claim, and do not say what it claims."""
    return sha256(key.encode()).hexdigest()[:8]


def unsealed(study: Study, sealed: str) -> Claim:
    """Return the claim of a study that a notebook names by `seal`.

    Raises
    ------
    ValueError
        If it is not among the claims of the study.
    """
    _checks.instance("study", study, Study)
    return _checks.lookup(
        "sealed", sealed, {seal(key): claim for key, claim in study.claims.items()}
    )


def ask(claim: Claim) -> Shown:
    """Return what a claim is about, without what was found: what is compared, and in which unit.

    Parameters
    ----------
    claim : Claim
        Of a study.
    """
    _checks.instance("claim", claim, Claim)
    unit, none = claim.question.unit, claim.question.measure.none
    hints = [WORDS["unit"].format(unit=unit)] if unit else []
    if none is not None:
        hints.append(WORDS["no difference at"].format(number=Number(none, unit)))
    words, hint = _sentence(claim.measured), f" ({'; '.join(hints)})" if hints else ""
    html = f"<p><strong>{escape(words)}</strong>{escape(hint)}</p>"
    return Shown(f"{words}{hint}", {"text/html": html})


def show(figure: Figure, shows: str = "") -> Shown:
    """Return a figure as a picture, in the look in force; its claim can still be written on it.

    It is HTML: converted to a page or to slides, a notebook's bare picture loses its alt text.

    Parameters
    ----------
    figure : Figure
        Is closed in pyplot: a notebook would show it once more at the end of the cell.
    shows : str, optional
        What it shows, for those who do not see it: the picture's alt text.
    """
    _checks.instance("figure", figure, Figure, hint=" of matplotlib")
    words = _checks.text("shows", shows) or WORDS["figure alone"]
    return Shown(words, {"text/html": _picture(figure, words)})


def answer(figure: Figure, claim: Claim) -> Shown:
    """Return what was found, and the finished figure, folded away until it is asked for.

    Parameters
    ----------
    figure : Figure
        With its headline and caption.
    claim : Claim
        The one above it.
    """
    _checks.instance("figure", figure, Figure, hint=" of matplotlib")
    _checks.instance("claim", claim, Claim)
    verdict = WORDS[f"answer {claim.verdict}"]
    measured = "" if claim.verdict == "not assessed" else measured_in_words(claim)
    html = (
        f"<details><summary>{escape(WORDS['show what was found'])}</summary>"
        f"<p><strong>{escape(verdict)}</strong></p><p>{escape(measured)}</p>"
        f"{_picture(figure, claim.statement)}</details>"
    )
    return Shown(f"{claim.statement}\n{verdict}. {measured}", {"text/html": html})


def _picture(figure: Figure, words: str) -> str:
    """Return a picture of a figure as HTML, in its own size where there is room."""
    picture = b64encode(_png(figure)).decode()
    return (
        f'<img alt="{escape(words)}" width="{round(figure.get_figwidth() * _INCH)}" '
        f'style="max-width: 100%; height: auto" src="data:image/png;base64,{picture}">'
    )


def _png(figure: Figure) -> bytes:
    """Return a picture of a figure that keeps its layout engine, so that words can be added."""
    import matplotlib.pyplot as plt

    figure.draw_without_rendering()  # ticks follow the size of the axes, and it the ticks
    plt.close(figure)
    return figure_bytes(figure, "png")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
