"""Draws every plot on a slide, in every format, and says how large each file is and its hash.

A program of its own, so that two processes can do it at the same time.
"""

import hashlib
import json
import os

os.environ["MPLBACKEND"] = "Agg"

import matplotlib.pyplot as plt

from nnviz import plots
from nnviz.publish import FORMATS, figure_bytes
from nnviz.publish.files import freeze_layout
from tests.plots.plotted import ALL


def main() -> None:
    facts = {}
    for name, drawn in ALL.items():
        with plots.theme("light", "slides"):
            figure = drawn.draw(drawn.table()).figure
            plots.headline(figure, "A claim")
            freeze_layout(figure)
            for kind in FORMATS:
                content = figure_bytes(figure, kind, title="A claim", description=name)
                digest = hashlib.sha256(content).hexdigest()
                facts[f"{name}.{kind}"] = {"size": len(content), "digest": digest}
        plt.close("all")
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
