"""Test accuracy while the same network trains from three initial weights."""

from nnviz import plots, studies

study = studies.initialization_training(seeds=5)
rows = study.table("curves").query("split == 'test'")

axes = plots.curves(rows, metric="accuracy", x="step", numbers=True)
figure = axes.figure
plots.headline(figure, study.claim("both arrive"))
plots.caption(
    figure,
    "Line: mean of five seeds. Band: their range. Four ReLU layers of 100 on handwritten digits, "
    "SGD at a learning rate of 0.01, batches of 128. Xavier here has variance 1/inputs; "
    "libraries call it LeCun's.",
    claim=study.claim("both arrive"),
)
