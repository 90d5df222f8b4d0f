"""Loss while four optimizers train the same network, each at one untuned learning rate."""

from nnviz import plots, studies

study = studies.optimizers_training(seeds=5)
steps = study.table("summary").groupby("setting")["steps_to_target"].mean()

axes = plots.curves(study.table("curves"), metric="batch_loss", x="step", log=True)
plots.bracket(
    axes, (steps["momentum"], steps["sgd"]), 0.1, f"{steps['sgd'] / steps['momentum']:.1f} times"
)
figure = axes.figure
plots.headline(figure, study.claim("momentum is faster than sgd"))
plots.caption(
    figure,
    "Loss of the mini-batches, smoothed over eleven. Bracket: at a loss of 0.1. Mean and range of "
    "five seeds. Learning rate 0.01, Adam 0.001. No ranking follows: see the figure of learning "
    "rates.",
    claim=study.claim("momentum is faster than sgd"),
)
