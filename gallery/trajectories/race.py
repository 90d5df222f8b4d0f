"""Nine rules on two surfaces, each at its best learning rate, from 30 starts."""

from nnviz import plots, studies

rules = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "nadam", "lion", "rprop")
study = studies.optimizer_race(("rosenbrock", "himmelblau"), rules)

figure = plots.race_grid(study.table("results"))
plots.headline(figure, study.claim("no winner everywhere"))
plots.caption(
    figure,
    "Dot: height above the minimum after 200 updates from one of 30 starts; 10⁻¹² or less at the "
    "left edge. Stroke: median. Cross: paths that diverged. Raw gradients. Beside each rule, its "
    "learning rate: of 27 from 10⁻⁶ to 500, the one that did best from 30 other starts (fewest "
    "diverged, then lowest median).",
    claim=study.claim("no winner everywhere"),
)
