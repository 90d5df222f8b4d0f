"""Test accuracy of the same network under four optimizers."""

from nnviz import plots, studies

study = studies.optimizers_training(seeds=5)
rows = study.table("curves").query("split == 'test' and step >= 100")

axes = plots.curves(rows, metric="accuracy", x="step")
figure = axes.figure
plots.headline(figure, study.claim("all arrive"))
plots.caption(
    figure,
    "Accuracy on test digits from step 100 on. Line: mean of five seeds. Band: their range. "
    "Four ReLU layers of 100, batches of 128; learning rate 0.01, Adam 0.001.",
    claim=study.claim("all arrive"),
)
