"""Nine rules on two surfaces, each at its best learning rate, from 30 starts."""

from nnviz import plots, studies

rules = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "nadam", "lion", "rprop")
study = studies.optimizer_race(("rosenbrock", "himmelblau"), rules)

figure = plots.race_grid(study.table("results"))
ranked = study.table("summary").groupby("surface", sort=False)
for axes, (_, rules) in zip(figure.axes, ranked, strict=True):
    for place, height in enumerate(rules["height"][rules["rank"] == 1]):
        plots.star(axes, height, place)
plots.headline(figure, study.claim("no winner everywhere"))
plots.caption(
    figure,
    "Dot: height above the minimum after 200 updates from one of 30 starts; 10⁻¹² or less at the "
    "left edge. Stroke: median. Star: the lowest median, which wins. Cross: paths that diverged. "
    "Raw gradients. Beside each rule, its learning rate: of 27 from 10⁻⁶ to 500, the one that did "
    "best from 30 other starts (fewest diverged, then lowest median).",
    claim=study.claim("no winner everywhere"),
)
