"""Loss while the same network trains from three initial weights."""

from nnviz import plots, studies

study = studies.initialization_training(seeds=5)

axes = plots.curves(study.table("curves"), metric="batch_loss", x="step", log=False)
figure = axes.figure
plots.headline(figure, study.claim("he is faster than xavier"))
plots.caption(
    figure,
    "Loss of the mini-batches, smoothed over eleven. Line: mean of five seeds. Band: their range. "
    "Four ReLU layers of 100 on handwritten digits, SGD at 0.01, batches of 128. "
    "Xavier is the notes' form, variance 1/inputs; libraries call it LeCun's.",
    claim=study.claim("he is faster than xavier"),
)
