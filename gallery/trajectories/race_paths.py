"""The paths of six rules on Beale's function, each at its best learning rate."""

from nnviz import plots, studies

rules = ("sgd", "momentum", "adagrad", "rmsprop", "adam", "lion")
study = studies.optimizer_race("beale", rules, starts=[(-3.0, 2.0)])

figure = plots.trajectory_grid(study.table("paths"), surface="beale")
plots.headline(figure, study.claim("rates apart"))
plots.caption(
    figure,
    "Ring: start. Dot: after 200 updates. Star: minimum. Beside each name, the learning rate "
    "that did best from 30 other starts, of 27 between 10⁻⁶ and 500. Raw gradients.",
)
