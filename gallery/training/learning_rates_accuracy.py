"""Test accuracy against the learning rate, for four optimizers."""

from nnviz import plots, studies

study = studies.learning_rates(seeds=5)

axes = plots.sweep(study.table("sensitivity"), x="learning_rate", y="test_accuracy", log_x=True)
axes.set_ylim(0.9, 1)
best = study.table("best")
ends = (best["test_accuracy"].min(), best["test_accuracy"].max())
for _, rule in best.iterrows():
    words = f"{rule['test_accuracy']:.1%}" if rule["test_accuracy"] in ends else ""
    plots.star(axes, rule["learning_rate"], rule["test_accuracy"], words)
figure = axes.figure
plots.headline(figure, study.claim("alike at their best"))
plots.caption(
    figure,
    "After 200 steps, from 0.9 up. Star: the rate of the lowest training loss. Mean and range of "
    "five seeds. Four ReLU layers of 100, batches of 128.",
    claim=study.claim("alike at their best"),
)
