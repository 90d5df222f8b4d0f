"""Activation functions, their derivatives, and where they saturate."""

from nnviz import plots, studies

study = studies.activation_functions(low=-4, high=4)

functions = study.table("functions")
steepest = functions.loc[functions.groupby("activation", sort=False)["derivative"].idxmax()]

with plots.beside(steepest.set_index("activation")["derivative"], "{:.0%}"):
    figure = plots.function_grid(functions)
for axes, x, slope in zip(figure.axes, steepest["x"], steepest["derivative"], strict=False):
    axes.set(ylim=(-1.1, 1.9), xticks=[-3, 0, 3], yticks=[0, 1])
    plots.star(axes, x, slope)
plots.headline(figure, study.claim("sigmoid passes a quarter"))
plots.caption(
    figure,
    "Shaded: inputs whose output is beyond 0.05 and 0.95 (sigmoid) or ±0.95 (tanh), where next to "
    "no gradient passes. Star, and number above: the largest derivative. Cut off at 1.9.",
    claim=study.claim("sigmoid passes a quarter"),
)
