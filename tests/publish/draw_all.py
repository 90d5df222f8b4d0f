"""Draws every plot on a slide, and says how large each file is and its hash.

A program of its own, so that two processes can do it at the same time: ``draw_all all`` writes
every format of everything, ``draw_all one`` of each grid one format in turn.
"""

import hashlib
import json
import os
import sys

os.environ["MPLBACKEND"] = "Agg"

import matplotlib.pyplot as plt

from nnviz import plots
from nnviz.publish import FORMATS, figure_bytes
from nnviz.publish.files import freeze_layout
from tests.plots.plotted import ALL, GRIDS


def main(formats: str) -> None:
    facts = {}
    for number, (name, drawn) in enumerate((ALL if formats == "all" else GRIDS).items()):
        kinds = FORMATS if formats == "all" else FORMATS[number % len(FORMATS) :][:1]
        with plots.theme("light", "slides"):
            figure = drawn.draw(drawn.table()).figure
            plots.headline(figure, "A claim")
            freeze_layout(figure)
            for kind in kinds:
                content = figure_bytes(figure, kind, title="A claim", description=name)
                digest = hashlib.sha256(content).hexdigest()
                facts[f"{name}.{kind}"] = {"size": len(content), "digest": digest}
        plt.close("all")
    print(json.dumps(facts))


if __name__ == "__main__":
    main(sys.argv[1])
