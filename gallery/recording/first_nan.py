"""Each layer's outputs by step, and where the first of them is not finite, if one is."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import nnviz
from nnviz import diagnosis, nn, optim, plots, runs, studies, tables, train
from nnviz.studies.measures import Extreme, Pick

settings = {
    "hidden": [100] * 4,
    "activation": "gelu",
    "learning_rate": 1.0,
    "steps": 100,
    "runs": 5,
}
progress, found = [], []
for seed in studies.seeds_of(settings["runs"]):
    rng = np.random.default_rng(seed)
    net = nn.mlp([64, *settings["hidden"], 10], activation=settings["activation"], rng=rng)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lost.run"
        with runs.create_run(path) as file, np.errstate(all="ignore"):
            recorder = nnviz.Recorder(sink=file, exact=True)
            rule = optim.sgd(settings["learning_rate"])
            steps = settings["steps"]
            train.fit(net, train.digits(), rule, steps=steps, recorder=recorder, rng=rng)
        with nnviz.open_run(path) as run:
            finding = diagnosis.diagnose(run).query("rule == 'not finite'")
            rows = tables.recorded_progress(run, statistic="norm", layers="linear*")
    found.append(finding.assign(run=f"seed {seed}"))
    progress.append(rows.assign(run=f"seed {seed}"))

question = studies.Question(
    "lost",
    "first step with a value that is not finite, in the latest of {runs} runs",
    Extreme(Pick("findings", "step"), "run", "max"),
    studies.Bound.at_most(settings["steps"]),
    "At a learning rate of {learning_rate:g}, the outputs of a {activation} network overflow: in "
    "each of {runs} runs by step {number:.0f}",
    "In {steps} steps at a learning rate of {learning_rate:g}, not all outputs of a {activation} "
    "network overflow",
    missing="in one of the runs all values stay finite",
)
made = {"progress": pd.concat(progress), "findings": pd.concat(found)}
study = studies.Study.asked("first_nan", made, settings, [question])

first = study.table("findings").set_index("run")["step"]
slowest = study.table("progress").query("run == @first.idxmax()")
words = f"slowest of {len(first)} runs, overflows at step {first.max():.0f}"
with plots.beside({first.idxmax(): words}):
    figure = plots.layer_map_grid(slowest.assign(metric="norm of the outputs"), by="run")
plots.star(figure.axes[0], first.max(), len(settings["hidden"]), "overflow")
plots.headline(figure, study.claim("lost"))
plots.caption(
    figure,
    "Colour: norm of a layer's finite outputs. Hatched: none is finite; training ends there. Four "
    "hidden layers of 100 and the outputs, on digits; read back from a run file.",
    claim=study.claim("lost"),
)
