"""The gradient that Adam meets on the bowl, and its running mean, update by update."""

from nnviz import plots, studies

study = studies.optimizer_trajectories("bowl")
shown = ["gradient", "mean"]
rows = study.table("states").query("optimizer == 'adam'").set_index("quantity").loc[shown]
along_y = rows.pivot_table(index="step", columns="quantity", values="along_y").loc[1:]
turned = (along_y * along_y.loc[1] < 0).idxmax()[shown]

figure = plots.state_grid(rows.reset_index(), columns=2)
for axes, (quantity, step) in zip(figure.axes, turned.items(), strict=True):
    plots.guide(axes, "", y=0)
    plots.guide(axes, f"update {step}: below 0", x=step)
    plots.star(axes, step, along_y[quantity][step])
    axes.lines[0].set_color("grey")
late = f"{turned['mean'] - turned['gradient']} updates"
figure.axes[1].set_ylim(bottom=-1.1)
plots.guide(figure.axes[1], "", x=turned["gradient"])
plots.bracket(figure.axes[1], tuple(turned), -0.7, late)
plots.headline(figure, study.claim("adam turns late"))
plots.caption(
    figure,
    "30 updates on x²/20 + y² from (−7, 2) at a learning rate of 0.3. Solid: along x. Dashed: "
    "along y, 20 times as steep. Stars: the first updates at which it is below 0.",
)
