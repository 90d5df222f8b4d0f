"""Loss while the same network trains from three initial weights."""

from nnviz import plots, studies

study = studies.initialization_training(seeds=5)
steps = study.table("summary").groupby("setting")["steps_to_target"].mean()
names = {name: f"{name}, {steps[name]:.0f}" for name in ("He", "Xavier")}
rows = study.table("curves").replace({"setting": names})

axes = plots.curves(rows, metric="batch_loss", x="step", log=False)
plots.bracket(axes, (steps["He"], steps["Xavier"]), 1, f"{steps['Xavier'] / steps['He']:.1f} times")
figure = axes.figure
plots.headline(figure, study.claim("he is faster than xavier"))
plots.caption(
    figure,
    "Loss of the mini-batches, smoothed over eleven. Line: mean of five seeds. Band: their range. "
    "Bracket: at a loss of 1; beside the names, after how many updates. Four ReLU layers of 100 on "
    "digits, SGD at a learning rate of 0.01, batches of 128. Xavier here has variance 1/inputs; "
    "libraries call it LeCun's.",
    claim=study.claim("he is faster than xavier"),
)
