"""What drives Adam on the bowl: gradient, its two running means, and the steps they make."""

from nnviz import plots, studies

study = studies.optimizer_trajectories("bowl")
shown = ["gradient", "square", "mean", "step_size"]
rows = study.table("states").query("optimizer == 'adam'").set_index("quantity").loc[shown]
along_y = rows.pivot_table(index="step", columns="quantity", values="along_y").loc[1:]
turned = (along_y * along_y.loc[1] < 0).idxmax()[["gradient", "mean"]]
late = turned["mean"] - turned["gradient"]

figure = plots.state_grid(rows.reset_index(), columns=2)
for axes, (quantity, step) in zip(figure.axes[::2], turned.items(), strict=True):
    plots.guide(axes, "", y=0)
    plots.star(axes, step, along_y[quantity][step], f"update {step}")
    for turn in turned:
        plots.guide(axes, "", x=turn)
figure.axes[2].set_ylim(bottom=-1.5)
plots.bracket(figure.axes[2], tuple(turned), -0.7, f"{late} updates")
plots.headline(figure, study.claim("adam turns late"))
plots.caption(
    figure,
    "30 updates on x²/20 + y² from (−7, 2) at a learning rate of 0.3. Solid: along x. Dashed: "
    "along y, 20 times as steep. Stars: the first updates at which it is below 0.",
)
