"""The progress of three rules while the gradient alternates about a small drift.

A gradient of c ± 1 changes its sign with each update, as across a narrow valley or between
batches that disagree. A running mean of it, m ← β₁·m + (1 − β₁)·g, keeps the drift c whole and
shrinks what alternates to (1 − β₁)/(1 + β₁) of its size, a nineteenth at β₁ = 0.9: this is what
Adam takes of Momentum. AdaGrad and RMSprop divide the gradient by one and the same root whatever
its sign, and swing with it. Sources: Polyak (1964); Kingma and Ba (2015), arXiv 1412.6980.
"""

from nnviz import plots, studies

study = studies.adam_parts()
rows = study.table("alternating").query("optimizer != 'momentum'")
shares = study.table("summary").set_index("optimizer")["forward"]
progress = "progress / whole path of 100 steps"

with plots.beside(shares, "{:.0%}"):
    axes = plots.sweep(
        rows.rename(columns={"progress": progress}), x="step", y=progress, setting="optimizer"
    )
axes.yaxis.set_major_formatter("{x:.0%}")
figure = axes.figure
plots.headline(figure, study.claim("averages like momentum"))
plots.caption(
    figure,
    "100 updates for gradients of 1.1 and −0.9 in turn. Progress: the way downhill so far. Path: "
    "all steps of the rule, forth and back. Momentum moves as Adam does.",
    claim=study.claim("averages like momentum"),
)
