"""The updates of four rules while the gradient alternates about a small drift.

A gradient of c ± 1 changes its sign with each update, as across a narrow valley or between
batches that disagree. A running mean of it, m ← β₁·m + (1 − β₁)·g, keeps the drift c whole and
shrinks what alternates to (1 − β₁)/(1 + β₁) of its size, a nineteenth at β₁ = 0.9: this is what
Adam takes of Momentum. AdaGrad and RMSprop divide the gradient by one and the same root whatever
its sign, and swing with it. Sources: Polyak (1964); Kingma and Ba (2015), arXiv 1412.6980.
"""

from nnviz import plots, studies

study = studies.adam_parts()
rows = study.table("alternating").query("step > 60 and optimizer != 'rmsprop'")

axes = plots.sweep(rows, x="step", y="over_mean", setting="optimizer")
plots.guide(axes, "", y=0)
figure = axes.figure
plots.headline(figure, study.claim("averages like momentum"))
plots.caption(
    figure,
    "Updates 61 to 100 for gradients of 1.1 and −0.9 in turn, over the mean size of the rule's "
    "own; above 0 they lead downhill. Nothing is drawn at random.",
    claim=study.claim("averages like momentum"),
)
