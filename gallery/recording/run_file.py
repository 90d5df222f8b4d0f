"""Runs, written to files and opened again: dead units by layer and step."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import nnviz
from nnviz import nn, optim, plots, runs, studies, tables, train
from nnviz.studies.measures import Edge, Extreme, Pick

settings = {"hidden": [100] * 3, "activation": "relu", "learning_rate": 1.2, "seeds": 5}
parts = []
for seed in studies.seeds_of(settings["seeds"]):
    rng = np.random.default_rng(seed)
    net = nn.mlp([64, *settings["hidden"], 10], activation=settings["activation"], rng=rng)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digits.run"
        with runs.create_run(path, settings={**settings, "seed": seed}) as file:
            recorder = nnviz.Recorder(sink=file, every=3, exact=True)
            rule = optim.sgd(settings["learning_rate"])
            train.fit(net, train.digits(), rule, steps=300, recorder=recorder, rng=rng)
        with nnviz.open_run(path) as run:
            parts.append(tables.recorded_progress(run, statistic="dead").assign(seed=seed))

question = studies.Question(
    "dead",
    "share of dead units at the end, in the layer with the fewest",
    Extreme(Pick("progress", where={"step": Edge.LAST}), "layer", "min"),
    studies.Bound.at_least(0.2),
    "At a learning rate of {learning_rate:g}, units die in every hidden {activation} layer: "
    "{number:.0%} in the layer with the fewest, on average",
    "At a learning rate of {learning_rate:g}, {number:.0%} of the units of {at} die, less than "
    "{bound:.0%}",
    unit="%",
)
progress = pd.concat(parts, ignore_index=True)
study = studies.Study.asked("run_file", {"progress": progress}, settings, [question])

before, last = sorted(progress["step"].unique())[-2:]
dead = progress.query("step == @last").groupby("layer")["value"].mean()
with plots.beside(dead, "{:.0%}"):
    axes = plots.layer_map(progress)
plots.frame(axes, (before, last), (-0.5, len(dead) - 0.5))
figure = axes.figure
plots.headline(figure, study.claim("dead"))
plots.caption(
    figure,
    "Cell: units that are silent for every example of ten recorded steps, three apart. Mean of "
    "five seeds. Beside the layers: the framed cells. Layers of 100 on digits, SGD at 1.2; read "
    "back from run files.",
    claim=study.claim("dead"),
)
