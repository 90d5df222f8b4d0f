"""What drives Adam on the bowl: gradient, its two running means, and the steps they make."""

from nnviz import plots, studies

study = studies.optimizer_trajectories("bowl")
rows = study.table("states").query("optimizer == 'adam' and quantity != 'update'")
along_y = rows.pivot(index="step", columns="quantity", values="along_y").loc[1:]
turned = (along_y * along_y.loc[1] < 0).idxmax()[["gradient", "mean"]]

figure = plots.state_grid(rows, columns=2)
for axes, (quantity, step) in zip(figure.axes, turned.items(), strict=False):
    plots.guide(axes, "", y=0)
    plots.star(axes, step, along_y[quantity][step], f"update {step}")
late = turned["mean"] - turned["gradient"]
plots.bracket(figure.axes[1], tuple(turned), along_y["mean"].min(), f"{late} updates")
plots.headline(figure, study.claim("adam turns late"))
plots.caption(
    figure,
    "30 updates on x²/20 + y² from (−7, 2) at a learning rate of 0.3. Solid: along x. Dashed: "
    "along y, 20 times as steep. Stars: the first updates at which these are below 0. The "
    "running mean of squares begins at 0 and forgets over 1,000 updates; Adam corrects for that.",
)
