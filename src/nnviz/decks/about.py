"""What all slides of a deck share."""

from dataclasses import dataclass

from nnviz.decks.slide import Colours

__all__ = ["About"]


@dataclass(frozen=True)
class About:
    """What a file says of a deck as a whole.

    Attributes
    ----------
    title : str
        Of the lecture.
    look : Colours
        The colours under and beside the figures.
    dpi : float
        Pixels that make an inch of a slide 13⅓ inches wide.
    """

    title: str
    look: Colours
    dpi: float
