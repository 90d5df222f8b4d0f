"""Training accuracy after 20 epochs against the scale of the initial weights."""

from nnviz import plots, studies

study = studies.batch_normalization(seeds=5)
rows = study.table("summary")
learns = (rows["train_accuracy"] >= 0.8).groupby(rows["setting"]).mean()

with plots.beside(learns, "learns at {:.0%} of the scales"):
    axes = plots.sweep(rows, x="scale", y="train_accuracy", log_x=True)
plots.guide(axes, "80%: learns", y=0.8)
figure = axes.figure
plots.headline(figure, study.claim("learns at more scales"))
plots.caption(
    figure,
    "After 20 epochs. Scales are counted seed by seed. Mean and range of five seeds. Five ReLU "
    "layers of 100 on 1,000 digits, SGD at 0.01.",
    claim=study.claim("learns at more scales"),
)
