"""Test accuracy while the same network trains from three initial weights."""

from nnviz import plots, studies

study = studies.initialization_training(seeds=5)
rows = study.table("curves").query("split == 'test'")

axes = plots.curves(rows, metric="accuracy", x="step", numbers=True)
figure = axes.figure
plots.headline(figure, study.claim("both arrive"))
plots.caption(
    figure,
    "Mean and range of five seeds. Four ReLU layers of 100 on digits, SGD at 0.01, batches of "
    "128. Xavier: as in the notes, variance 1/inputs.",
    claim=study.claim("both arrive"),
)
