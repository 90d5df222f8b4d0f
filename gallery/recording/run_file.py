"""A run, written to a file and opened again: which layers die, and since when."""

import tempfile
from pathlib import Path

import numpy as np

import nnviz
from nnviz import diagnosis, nn, optim, plots, runs, studies, tables, train

rng = np.random.default_rng(0)
net = nn.mlp([64, 100, 100, 100, 10], rng=rng)
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "digits.run"
    with runs.create_run(path, settings={"learning_rate": 1.2}) as file:
        recorder = nnviz.Recorder(sink=file, every=3, exact=True)
        train.fit(net, train.digits(), optim.sgd(1.2), steps=300, recorder=recorder, rng=rng)
    with nnviz.open_run(path) as run:
        findings = diagnosis.diagnose(run).query("rule == 'dead units'")
        rows = tables.recorded_progress(run, statistic="dead")

found = findings.query("verdict == 'found'")
last = rows[rows["step"] == rows["step"].max()]
least = int(10 * last["value"].min()) / 10
claim = studies.Claim.at_least(
    f"At a learning rate of 1.2, more than {least:.0%} of the units of every hidden layer die",
    last["value"].min(),
    0.7,
    measured="Least share of dead units in a layer at the end",
)
study = studies.Study(
    "run_file",
    {"progress": rows, "findings": findings},
    {"hidden": [100] * 3, "activation": "relu", "learning_rate": 1.2, "seed": 0},
    {"dead": claim},
)

figure = plots.layer_map(rows, findings=findings).figure
plots.headline(figure, claim)
plots.caption(
    figure,
    "A unit is dead if it was silent for every example of ten recorded steps, three apart: a "
    f"cell. Triangle: since then more than {found['threshold'].max():.0%} of a layer are dead. "
    "Layers of 100 on digits, SGD, one seed; read back from a run file.",
    claim=claim,
)
