"""A deck with names that mean something to a browser, to LaTeX and to Typst, in every format."""

import matplotlib.pyplot as plt
import pytest

import nnviz
from nnviz import plots
from tests.plots import cases

HOSTILE = (
    '<script>alert(1)</script> & $x_1^2$ \\input{a} {{7*7}} #% ~ "); #panic("a\') −λ ж \ud800 '
    "</section> <img src=x onerror=alert(1)>"
)

SCRIPT = f'''"""What <b>it</b> shows.

What *theory* says: $a_1$.
"""

import matplotlib.pyplot as plt
import pandas as pd
from nnviz import plots
from nnviz.studies import Bound, Question, Study
from nnviz.studies.measures import Level, Pick

table = pd.DataFrame({{"x": [1, 2]}})
steep = Question(
    "steep", "slope", Level(Pick("points", "x", over="min")), Bound.at_least(0.5),
    "The line <goes> up by {{number}}", "It does not",
)
study = Study.asked("line", {{"points": table}}, {{"rate": 0.1, "name": {HOSTILE!a}}}, [steep])
figure, ax = plt.subplots(layout="constrained")
ax.plot(table["x"])
plots.headline(figure, study.claim("steep"))
plots.caption(figure, "Line: <x>.", claim=study.claim("steep"))
'''


@pytest.fixture(scope="session")
def deck(tmp_path_factory):
    """Return a deck of a title, a part, a figure of the user's own, and a script's."""
    path = tmp_path_factory.mktemp("script") / "line.py"
    path.write_text(SCRIPT, "utf-8")
    made = nnviz.Deck(HOSTILE, theme="dark")
    made.heading(HOSTILE, above=HOSTILE)
    with plots.theme("dark", "slides"):
        axes = plots.curves(cases.curve((HOSTILE.replace("\ud800", ""), "none")), metric="accuracy")
        plots.headline(axes.figure, HOSTILE)
    made.add(axes.figure, notes=f"{HOSTILE}\nsecond", alt=HOSTILE)
    made.add(path)
    yield made
    plt.close("all")


@pytest.fixture(scope="session")
def saved(deck, tmp_path_factory):
    """Return a function that says where a deck is in a format; each is drawn once."""
    home, known = tmp_path_factory.mktemp("deck"), {}

    def where(name):
        if name not in known:
            known[name] = deck.save(home / name, dpi=48)
        return known[name]

    return where
