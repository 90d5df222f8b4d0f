"""A small gallery of its own for each test."""

import pytest

GOOD = '''"""A straight line & <more>."""

from matplotlib.figure import Figure
import pandas as pd
from nnviz import plots
from nnviz.studies import Claim, Study

table = pd.DataFrame({"x": [1, 2], "note": ["=1+1", "<b>"]})
claims = {"up": Claim.at_least("The line <goes> up", 1.0, 0.5, measured="slope")}
study = Study("line", {"points": table}, {"seeds": 3, "rate": 0.1}, claims)
figure = Figure()
figure.add_subplot().plot(table["x"])
plots.headline(figure, study.claim("up"))
'''


@pytest.fixture
def folder(tmp_path):
    """Return a gallery folder with two scripts that work."""
    root = tmp_path / "gallery"
    for name, text in {
        "lines/straight_one.py": GOOD,
        "lines/other.py": GOOD.replace("at_least", "at_most"),
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root
