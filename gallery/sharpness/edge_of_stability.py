"""The largest curvature of the training loss under gradient descent, at three learning rates.

Where the loss is quadratic, gradient descent with a learning rate η shrinks what is curved less
than 2/η and grows what is curved more, so that 2/η is where it would have to be lost. Networks do
not begin there: their loss becomes sharper while they train until its largest curvature is just
above 2/η, and there it stays, while the loss falls on, no longer at each update (Cohen et al.,
2021, arXiv 2103.00065). What holds it there is the loss's third derivative: a swing along the
sharpest direction drives the weights to where it is less sharp (Damian et al., 2023, arXiv
2209.15594).
"""

from nnviz import plots, studies

study = studies.edge_of_stability()
runs = study.table("runs").groupby("setting")[["last", "limit"]].mean()

with plots.beside(runs["last"] / runs["limit"] - 1, "{:+.1%}"):
    figure = plots.single_run_grid(study.table("sharpness"), y="sharpness", columns=3)
figure.axes[0].set_ylim(bottom=0)
for axes, limit in zip(figure.axes, runs["limit"], strict=True):
    plots.guide(axes, f"2/η = {limit:.2g}", y=limit)
plots.headline(figure, study.claim("at the edge"))
plots.caption(
    figure,
    "Line: a network from one seed. Dot: there its sharpness, the largest eigenvalue of the "
    "Hessian, first is 2/η or more. Number: mean over the last quarter, relative to "
    "2/η. Three tanh layers of 32, all of 100 digits in each update, mean squared error.",
    claim=study.claim("at the edge"),
)
