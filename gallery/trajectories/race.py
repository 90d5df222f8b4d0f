"""Nine rules on four surfaces, each at its best learning rate, from 30 starts."""

from nnviz import plots, studies

rules = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "nadam", "lion", "rprop")
study = studies.race(("bowl", "rosenbrock", "beale", "himmelblau"), rules)

figure = plots.race_grid(study.table("results"), columns=2)
plots.headline(figure, study.claim("no winner everywhere"))
plots.caption(
    figure,
    "Dot: height above the minimum after 200 updates from one of 30 starts, 10⁻¹² or less at the "
    "left edge. Stroke: median. Raw gradients. Beside each rule, its learning rate: of 27 between "
    "10⁻⁶ and 500, the one that did best from 30 other starts (fewest paths diverged, then lowest "
    "median).",
)
