"""Test accuracy of the same network under four optimizers."""

from nnviz import plots, studies

study = studies.optimizers_training(seeds=5)
rows = study.table("curves").query("split == 'test' and step >= 100")
ends = study.table("summary").groupby("setting")["test_accuracy"].mean()

with plots.beside(ends, "{:.1%}"):
    axes = plots.curves(rows, metric="accuracy", x="step")
figure = axes.figure
plots.headline(figure, study.claim("all arrive"))
plots.caption(
    figure,
    "From step 100 on. Percent: at the end. Mean and range of five seeds. Four ReLU layers of "
    "100, batches of 128; learning rate 0.01, Adam 0.001.",
    claim=study.claim("all arrive"),
)
