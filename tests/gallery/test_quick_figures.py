"""The gallery's own scripts, those that `benchmarks.claims` calls quick: claims, words, numbers.

The studies behind the others are held against their claims in `tests/studies`, and their titles
against their pictures by `python -m benchmarks claims`.
"""

import matplotlib.pyplot as plt
import pytest

from benchmarks.claims import QUICK
from nnviz import plots, testing
from nnviz.publish.scripts import find_scripts, run


@pytest.mark.parametrize("script", find_scripts(QUICK), ids=lambda script: script.id)
def test_claims_hold_and_words_are_read_and_numbers_are_shown(script):
    with plots.theme("light", "slides"):
        exhibit = run(script)
    assert [name for name, claim in exhibit.study.claims.items() if not claim.holds] == []
    assert testing.faults(exhibit.figure, smallest=18) == []
    assert testing.unshown(exhibit.figure, claim=exhibit.study.claims.get(exhibit.claim)) == []
    plt.close("all")
