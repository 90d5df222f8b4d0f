"""Where a network is lost: the first layer and step with a value that is not finite."""

import tempfile
from pathlib import Path

import numpy as np

import nnviz
from nnviz import diagnosis, nn, optim, plots, runs, studies, tables, train

rng = np.random.default_rng(0)
net = nn.mlp([64, 100, 100, 100, 100, 10], activation="gelu", rng=rng)
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "lost.run"
    with runs.create_run(path) as file, np.errstate(all="ignore"):
        recorder = nnviz.Recorder(sink=file, exact=True)
        train.fit(net, train.digits(), optim.sgd(1.0), steps=100, recorder=recorder, rng=rng)
    with nnviz.open_run(path) as run:
        findings = diagnosis.diagnose(run).query("rule == 'not finite'")
        rows = tables.recorded_progress(run, statistic="norm", layers="linear*")

first = findings.iloc[0]
claim = studies.Claim.at_most(
    "At a learning rate of 1, the outputs of a GELU network overflow at step "
    f"{first['since_step']}",
    first["since_step"],
    10,
    measured="First step with a value that is not finite",
)
study = studies.Study(
    "first_nan",
    {"progress": rows, "findings": findings},
    {"hidden": [100] * 4, "activation": "gelu", "learning_rate": 1.0, "seed": 0},
    {"lost": claim},
)

figure = plots.layer_map(rows.assign(metric="norm of the outputs"), findings=findings).figure
plots.headline(figure, claim)
plots.caption(
    figure,
    "Colour: norm of a layer's finite outputs, from a run file. Hatched: none is finite. Triangle: "
    f"{first['message']}. Four hidden layers of 100 and the outputs, on digits, one seed.",
    claim=claim,
)
