"""Every word of a page with a scrubber, in English: read at the time of use."""

__all__ = ["WORDS"]

WORDS: dict[str, str] = {
    "language": "en",
    "title": "Animation",
    "play": "play",
    "pause": "pause",
    "moment": "moment",
    "controls": "Space: play or pause. Arrows: one frame back or on. Home, End: start, end. "
    "Or drag across the picture.",
    "no script": "Without JavaScript, this is how it ends.",
}
