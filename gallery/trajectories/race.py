"""Nine rules on two surfaces, each at its best learning rate, from 30 starts."""

from nnviz import plots, studies

rules = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "nadam", "lion", "rprop")
study = studies.optimizer_race(("rosenbrock", "himmelblau"), rules)
summary = study.table("summary")
winners = summary.query("rank == 1").groupby("surface", sort=False)["optimizer"]
adam = summary.query("optimizer == 'adam'").set_index("surface")["rank"]
won = {
    surface: f"{plots.text.choice(*first)} wins"
    if len(first) == 1
    else f"{len(first)} tie, Adam in place {adam[surface]:.0f}"
    for surface, first in winners
}

with plots.beside(won):
    figure = plots.race_grid(study.table("results"))
for axes, (_, first) in zip(figure.axes, winners, strict=True):
    plots.frame(axes, axes.get_xlim(), (-0.5, len(first) - 0.5))
plots.headline(figure, study.claim("no winner everywhere"))
plots.caption(
    figure,
    "Dot: after 200 updates from one of 30 starts; 10⁻¹² or less at the left edge. Stroke: median. "
    "Frame: the lowest. Cross: diverged. Learning rates: the best of 27 from 30 other starts.",
    claim=study.claim("no winner everywhere"),
)
