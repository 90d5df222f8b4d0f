"""Every word of a page with a scrubber, in English: read at the time of use."""

from nnviz._language import Words

__all__ = ["WORDS"]

_ENGLISH = {
    "language": "en",
    "title": "Animation",
    "play": "play",
    "pause": "pause",
    "moment": "moment",
    "frames": "frames",
    "controls": "Space: play or pause. Arrows: one frame back or on. Home, End: start, end. "
    "Or drag across the picture.",
    "no script": "Without JavaScript, this is how it ends.",
}

WORDS = Words("motion", _ENGLISH)
"""Read when they are used: another language takes their place."""
