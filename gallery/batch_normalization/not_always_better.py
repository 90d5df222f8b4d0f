"""Training accuracy by epoch at two scales of the initial weights."""

from nnviz import plots, studies

study = studies.batch_normalization(seeds=5)
shown = [0.293, 0.0858]
settings = ["no batch norm", "batch norm before activation"]
rows = study.table("curves").query(
    "metric == 'accuracy' and split == 'train' and scale in @shown and setting in @settings"
)
rows = rows.assign(scale=rows["scale"].map("scale {:g}".format))
rows = rows.replace({"setting": {settings[1]: "batch norm"}})

figure = plots.curve_grid(rows, by="scale", columns=2, numbers=True)
plots.headline(figure, study.claim("not always better"))
plots.caption(
    figure,
    "Batch norm stands before the activation. Scale: standard deviation of all initial weights. "
    "Mean and range of five seeds. Five ReLU layers of 100 on 1,000 digits, SGD at 0.01.",
    claim=study.claim("not always better"),
)
