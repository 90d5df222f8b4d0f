"""Training accuracy after 20 epochs against the scale of the initial weights."""

from nnviz import plots, studies

study = studies.batch_normalization(seeds=5)
rows = study.table("summary")
learns = (rows["train_accuracy"] >= 0.8).groupby(rows["setting"]).mean()
names = {name: f"{name}, {share:.0%}" for name, share in learns.items()}

axes = plots.sweep(rows.replace({"setting": names}), x="scale", y="train_accuracy", log_x=True)
plots.guide(axes, "", y=0.8)
figure = axes.figure
plots.headline(figure, study.claim("learns at more scales"))
plots.caption(
    figure,
    "A network learns if it reaches 80%. Percent: scales at which it does, seed by seed: where the "
    "band crosses 80%, some seeds learn. Marker: one of sixteen scales. Line: mean "
    "of five seeds. Band: their range. Five ReLU layers of 100 on 1,000 digits, SGD at 0.01.",
    claim=study.claim("learns at more scales"),
)
