"""Numbers of a headline that a picture lacks are found, however they are written."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from nnviz import plots
from nnviz.studies import Bound, Question, Study
from nnviz.studies.measures import Level, Pick
from nnviz.testing import unshown


@pytest.fixture
def ax():
    with plots.theme():
        ax = plt.figure().add_subplot()
    ax.set(xticks=[], yticks=[])
    return ax


@pytest.mark.parametrize(
    ("title", "words", "left"),
    [
        ("It is 93.5%", "SGD: 93.5%", []),
        ("It is 93.5%", "SGD: 93%", ["93.5%"]),
        ("It is 94%", "94.0%", []),
        ("It is 94%", "94", ["94%"]),
        ("It is 94%", "0.94", ["94%"]),
        ("Below 0.01", "$\\mathdefault{10^{-2}}$", []),
        ("Below 10⁻⁶", "0.000001", []),
        ("2.5×10⁻⁴ of it", "2.5×10⁻³", ["2.5×10⁻⁴"]),
        ("2,546-fold", "×2546", []),
        ("From −1.46 to 3", "−1.46, then 3.", []),
        ("In float32, layer 2", "float32", ["2"]),
        ("Both fall", "", []),
    ],
)
def test_a_number_is_looked_for_in_the_picture(ax, title, words, left):
    ax.set_title(words)
    plots.headline(ax.figure, title)
    assert unshown(ax.figure) == left


def test_what_is_not_seen_shows_nothing(ax):
    ax.set_xticks([0, 7])
    ax.set_xlim(0, 1)
    ax.text(0.5, 0.5, "7", visible=False)
    plots.headline(ax.figure, "7 steps")
    assert unshown(ax.figure) == ["7"]
    ax.set_xlim(0, 10)
    assert unshown(ax.figure) == []


def test_settings_may_stand_in_the_small_print_and_what_was_measured_may_not(ax):
    ends = pd.DataFrame({"seed": [0, 1], "value": [0.2, 0.4]})
    asked = Question("k", "loss", Level(Pick("ends")), Bound.at_most(1), "{number} at {rate}", "no")
    claim = Study.asked("made", {"ends": ends}, {"rate": 0.7, "seeds": 2}, [asked]).claim("k")
    plots.headline(ax.figure, claim)
    plots.caption(ax.figure, "Learning rate 0.7.", claim=claim)
    assert unshown(ax.figure, claim=claim) == ["0.3"]
    assert unshown(ax.figure) == []
