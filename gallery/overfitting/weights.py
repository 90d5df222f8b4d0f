"""The weights of each layer after training, with and without weight decay."""

from nnviz import plots, studies

study = studies.overfitting(seeds=5)
shown = ["none", "weight decay 0.1"]

figure = plots.activation_grid(
    study.table("weights").query("setting in @shown"), quantity="weight", columns=2
)
plots.headline(figure, study.claim("weight norm"))
plots.caption(
    figure,
    "Histograms of the weights in each layer after 301 epochs, five seeds together; weights beyond "
    "±0.6 are counted at the edge. Both panels: first layer on top.",
)
