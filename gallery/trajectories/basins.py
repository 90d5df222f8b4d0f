"""Which of Himmelblau's four minima each of 22,500 starts reaches, under four optimizers."""

from nnviz import plots, studies

study = studies.basins_of_attraction("himmelblau")
parted = study.table("summary").set_index("optimizer")["parted"]

with plots.beside(parted, "{:.1%} apart"):
    figure = plots.basin_grid(study.table("starts"), surface="himmelblau")
plots.headline(figure, study.claim("frayed"))
plots.caption(
    figure,
    "Each point is a start. Colour: the minimum it ends at, a star. Shade: after how many updates "
    "it stays. Learning rates, untuned: SGD and Momentum 0.01, AdaGrad 0.5, Adam 0.1; at most 500 "
    "updates.",
    claim=study.claim("frayed"),
)
