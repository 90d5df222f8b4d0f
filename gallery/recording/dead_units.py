"""Dead units by layer and step, at a learning rate and at its tenth."""

from nnviz import plots, studies

study = studies.health(seeds=5)
shown = ["rate 0.1", "rate 1"]
rows = study.table("progress").query("metric == 'dead' and setting in @shown")

figure = plots.layer_map_grid(rows)
plots.headline(figure, study.claim("kills units"))
plots.caption(
    figure,
    "A unit is dead if it was silent for every example of ten recorded steps, three apart: a "
    "cell. Mean of five seeds. Four ReLU layers of 100 on 1,000 digits, SGD, batches of 100.",
    claim=study.claim("kills units"),
)
