"""Tests of figures, for your own course or paper: pictures that repeat, words that can be read."""

from nnviz.testing.numbers import unshown
from nnviz.testing.pictures import image_test
from nnviz.testing.words import assert_readable, faults

__all__ = ["assert_readable", "faults", "image_test", "unshown"]
