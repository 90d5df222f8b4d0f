"""The explorer: a page with knobs, in one file."""

from nnviz.explorer.page import explore

__all__ = ["explore"]
