"""The angle between updates and the gradient, of the batch and of all rows, for four rules.

SGD goes where its batch points. Momentum averages over batches; RMSprop divides each component by
its root mean square, so that small components count as much as large ones, and an update stands at
an angle to its gradient; Adam does both (Kingma and Ba, 2015, arXiv 1412.6980). A gradient on a
batch is the gradient on all rows and noise, and vectors of independent noise in many dimensions
are at right angles: what averages points less along its batch, and more along all rows.
"""

from nnviz import plots, studies

study = studies.update_directions(seeds=5)
late = study.table("late").groupby("setting")[["to_batch", "to_all"]].mean()
rows, steps = study.table("angles"), study.settings["steps"]
styles = {
    name: plots.palette.Style("grey", dash, "")
    for name, dash in {"sgd": "-", "momentum": "--", "rmsprop": ":"}.items()
}
styles["adam"] = plots.palette.styles(["adam"])["adam"]

figure = plots.curve_grid(rows, by="metric", x="step", log=False, palette=styles)
for axes, angle in zip(figure.axes, late.loc["adam"], strict=True):
    axes.set_ylim(-2, 92)
    plots.star(axes, 0.75 * steps, angle)
    plots.bracket(axes, (steps / 2, steps), 22, f"mean of Adam: {angle:.0f}°")
plots.headline(figure, study.claim("adam points as all rows do"))
plots.caption(
    figure,
    "Angle between an update and the way down the gradient of its batch, or of all rows, mean over "
    "20 updates. Line: mean of five networks. Band: their range. Star: mean of Adam over the "
    "second half (bracket). Two ReLU layers of 32, 500 digits, batches of 50.",
    claim=study.claim("adam points as all rows do"),
)
