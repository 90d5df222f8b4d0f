"""Decks: a lecture from figures, as slides with notes that say how each came to be."""

from nnviz.decks.deck import Deck

__all__ = ["Deck"]
