"""Test accuracy of the same network under four optimizers."""

from nnviz import plots, studies

study = studies.optimizers_training(seeds=5)
rows = study.table("curves").query("split == 'test' and step >= 100")
ends = study.table("summary").groupby("setting")["test_accuracy"].mean()
names = {rule: f"{plots.text.choice(rule)}, {share:.1%}" for rule, share in ends.items()}

axes = plots.curves(rows.replace({"setting": names}), metric="accuracy", x="step")
figure = axes.figure
plots.headline(figure, study.claim("all arrive"))
plots.caption(
    figure,
    "Accuracy on test digits from step 100 on. Line: mean of five seeds. Band: their range. Beside "
    "the names: what they end at. Four ReLU layers of 100, batches of 128; learning rate 0.01, "
    "Adam 0.001.",
    claim=study.claim("all arrive"),
)
