"""Every fixed word that a user reads in a deck, by its key; blanks are in braces."""

from nnviz._language import Words

__all__ = ["WORDS"]

WORDS = Words(
    "deck",
    {
        "language": "en",
        "course": "How neural networks learn",
        "heading": "Part {number} of {total}",
        "shows": "Shows: {words}",
        "theory": "Theory: {words}",
        "read": "How to read it: {words}",
        "claim": "Claim: {words} {measured}",
        "other claim": "Also measured: {words} {measured}",
        "settings": "Settings: {words}.",
        "found": "Diagnosis: {words}.",
        "reproduce": "To reproduce: {command}",
        "made with": "Made with nnviz {version}.",
        "step": "Step {number} of {total}: {words}.",
        "step bare": "Step {number} of {total}: the axes.",
        "alt step": "{alt} Shown so far: {words}.",
        "alt bare": "{alt} Shown so far: the axes.",
        "and": ", ",
        "player slide": "Slide {number} of {total}",
        "player previous": "Previous slide",
        "player next": "Next slide",
        "player notes": "Notes",
        "player all": "All slides",
        "player full": "Full screen",
        "player speaker": "Speaker view",
        "player upcoming": "Next",
        "player end": "End of the deck",
        "player blocked": "The speaker view is a window of its own: allow this page to open one.",
        "player keys": (
            "Keys: → or space next, ← previous, Home and End, O all slides, N notes, S speaker "
            "view, F full screen, B blank. Printing gives a page for each slide."
        ),
    },
)
"""Read when they are used: another language takes their place."""
