"""Whether a reader finds the numbers of a headline in the picture below it."""

import re
from collections.abc import Iterator

from matplotlib.figure import Figure

from nnviz import _checks
from nnviz.plots.claim import Claim, check_claim, without_found
from nnviz.testing.words import words

__all__ = ["unshown"]

_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans(_RAISED, "-0123456789")
_NUMBER = re.compile(
    rf"(?<![\w.])(?:10(?P<power>[{_RAISED}]+)"
    rf"|(?P<digits>\d+(?:\.\d+)?)(?:×10(?P<times>[{_RAISED}]+))?)(?P<percent>%?)"
)


def unshown(figure: Figure, *, claim: Claim | None = None) -> list[str]:
    """Return the numbers of a figure's headline that nothing else on the figure says.

    They must stand in the picture, at a line, in a legend, above a panel, on an axis; a setting
    may also stand in the small print. Written otherwise is as good, 0.01 as 10⁻² and 94% as 94.0%,
    but 0.94 is not 94%, and 94.2% is another number.

    Parameters
    ----------
    figure : Figure
        Is laid out, as by `faults`.
    claim : Claim, optional
        The one that `plots.caption` wrote into the small print: what it says was measured shows
        nothing.
    """
    _checks.instance("figure", figure, Figure, hint=" of matplotlib")
    if claim is not None:
        check_claim(claim, "verdict", "facts")
    above = getattr(figure, "_suptitle", None)
    below = getattr(figure, "_supxlabel", None)
    shown = [text.get_text() for text in words(figure) if text not in (above, below)]
    shown.append(without_found(figure.get_supxlabel(), [] if claim is None else [claim]))
    known = {number for text in shown for _, number in _numbers(text)}
    return [words for words, number in _numbers(figure.get_suptitle()) if number not in known]


def _numbers(text: str) -> Iterator[tuple[str, tuple[float, bool]]]:
    """Return each number of a text as written, and what it is: without sign, in percent or not."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    plain = re.sub(r"\^\{([−-]?\d+)\}", lambda tick: _raised(tick[1]), plain)
    for found in _NUMBER.finditer(plain):
        power = (found["power"] or found["times"] or "").translate(_LOWERED)
        yield found[0], (float(f"{found['digits'] or 1}e{power or 0}"), bool(found["percent"]))


def _raised(power: str) -> str:
    return power.replace("−", "-").translate(str.maketrans("-0123456789", _RAISED))
