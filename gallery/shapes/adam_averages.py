"""The updates of three rules while the gradient alternates about a small drift.

A gradient of c ± 1 changes its sign with each update, as across a narrow valley or between
batches that disagree. A running mean of it, m ← β₁·m + (1 − β₁)·g, keeps the drift c whole and
shrinks what alternates to (1 − β₁)/(1 + β₁) of its size, a nineteenth at β₁ = 0.9: this is what
Adam takes of Momentum. AdaGrad and RMSprop divide the gradient by one and the same root whatever
its sign, and swing with it. Sources: Polyak (1964); Kingma and Ba (2015), arXiv 1412.6980.
"""

from nnviz import plots, studies

study = studies.adam_parts()
rows = study.table("alternating").query("step > 80 and optimizer != 'momentum'")
size = rows["update"].abs().groupby(rows["optimizer"]).transform("mean")
rows = rows.assign(over_mean=rows["update"] / size)

axes = plots.sweep(rows, x="step", y="over_mean", setting="optimizer")
axes.set_xticks(range(80, 101, 5))
plots.guide(axes, "", y=0)
figure = axes.figure
plots.headline(figure, study.claim("averages like momentum"))
plots.caption(
    figure,
    "Updates 81 to 100 for gradients of 1.1 and −0.9 in turn. Above 0: downhill, ahead. Below: "
    "a step back. 1: the mean size of the rule's updates that are drawn. Momentum moves as Adam "
    "does. Nothing is drawn at random.",
    claim=study.claim("averages like momentum"),
)
