"""How far each update moves each coordinate, for four optimizers on the bowl."""

from nnviz import plots, studies

study = studies.optimizer_trajectories("bowl")
rows = study.table("states").query("quantity == 'step_size'")

figure = plots.state_grid(rows, by="optimizer", log=True, columns=2)
figure.axes[0].set(ylim=(1e-3, 10), yticks=[1e-2, 1])
plots.headline(figure, study.claim("alike along both axes"))
plots.caption(
    figure,
    "Size of each of 30 updates on x²/20 + y², logarithmic and cut off at 10⁻³. Solid: along x. "
    "Dashed: along y, 20 times as steep. Fixed learning rates, not tuned: SGD 0.95, Momentum 0.1, "
    "AdaGrad 1.5, Adam 0.3.",
)
