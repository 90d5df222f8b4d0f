"""Training accuracy by epoch at 16 scales of the initial weights."""

from nnviz import plots, studies

study = studies.batch_normalization(seeds=5)
shown = ["without", "before the activation"]
rows = study.table("curves").query(
    "metric == 'accuracy' and split == 'train' and setting in @shown"
)
rows = rows.assign(scale=rows["scale"].map("weights of {:g}".format))

figure = plots.curve_grid(rows, by="scale", columns=4)
plots.headline(figure, study.claim("not always better"))
plots.caption(
    figure,
    "Each panel: one standard deviation of the initial weights, from 1 to 0.0001. Line: mean of "
    "five seeds. Band: their range. Five ReLU layers of 100 on 1,000 digits, SGD at 0.01.",
)
