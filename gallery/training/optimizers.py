"""Loss while four optimizers train the same network, each at one untuned learning rate."""

from nnviz import plots, studies

study = studies.optimizers_training(seeds=5)

axes = plots.curves(study.table("curves"), metric="batch_loss", x="step", log=True)
figure = axes.figure
plots.headline(figure, study.claim("momentum is faster than sgd"))
plots.caption(
    figure,
    "Loss of the mini-batches, smoothed over eleven. Line: mean of five seeds. Band: their range. "
    "Learning rate 0.01, Adam 0.001. No ranking follows: see the figure of learning rates.",
    claim=study.claim("momentum is faster than sgd"),
)
