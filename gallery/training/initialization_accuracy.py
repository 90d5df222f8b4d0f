"""Test accuracy while the same network trains from three initial weights."""

from nnviz import plots, studies

study = studies.initialization_training(seeds=5)
rows = study.table("curves").query("split == 'test'")

axes = plots.curves(rows, metric="accuracy", x="step")
figure = axes.figure
plots.headline(figure, study.claim("both arrive"))
plots.caption(
    figure,
    "Line: mean of five seeds. Band: their range. Four ReLU layers of 100 on handwritten digits, "
    "SGD at 0.01. With a standard deviation of 0.01, 2,000 steps were not enough to begin.",
    claim=study.claim("both arrive"),
)
