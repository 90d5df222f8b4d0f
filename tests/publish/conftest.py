"""A small gallery of its own for each test."""

import pytest

GOOD = '''"""A straight line & <more>.

A line is *straight* if <b>
its slope</b> is constant: dy/dx = a_1 (Euclid, 300 BC).

It $goes$ on.
"""

from matplotlib.figure import Figure
import pandas as pd
from nnviz import plots
from nnviz.studies import Bound, Question, Study
from nnviz.studies.measures import Level, Pick

table = pd.DataFrame({"x": [1, 2], "note": ["=1+1", "<b>"]})
steep = Question(
    "steep",
    "slope",
    Level(Pick("points", "x", over="min")),
    Bound.at_least(0.5),
    "The line <goes> up",
    "The line <goes> up by {number} only",
)
flat = Question("flat", "slope", steep.measure, Bound.at_most(3), "The line <goes>", "It flies")
study = Study.asked("line", {"points": table}, {"seeds": 3, "rate": 0.1}, [steep, flat])
figure = Figure()
figure.add_subplot().plot(table["x"])
plots.headline(figure, study.claim("steep"))
plots.caption(figure, "Line: <x>.", claim=study.claim("steep"))
'''


@pytest.fixture
def folder(tmp_path):
    """Return a gallery folder with two scripts that work."""
    root = tmp_path / "gallery"
    for name, text in {
        "lines/straight_one.py": GOOD,
        "lines/other.py": GOOD.replace("at_least", "at_most", 1),
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root
