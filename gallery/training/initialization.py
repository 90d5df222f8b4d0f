"""Loss while the same network trains from three initial weights."""

from nnviz import plots, studies

study = studies.initialization_training(seeds=5)
steps = study.table("summary").groupby("setting")["steps_to_target"].mean()

axes = plots.curves(study.table("curves"), metric="batch_loss", x="step", log=False)
plots.bracket(axes, (steps["He"], steps["Xavier"]), 1, f"{steps['He']:.0f} → {steps['Xavier']:.0f}")
figure = axes.figure
plots.headline(figure, study.claim("he is faster than xavier"))
plots.caption(
    figure,
    "Loss of the mini-batches, smoothed over eleven. Bracket: updates to a loss of 1. Mean "
    "and range of five seeds. Four ReLU layers of 100 on digits, SGD at 0.01, batches of "
    "128. Xavier: as in the notes, variance 1/inputs.",
    claim=study.claim("he is faster than xavier"),
)
