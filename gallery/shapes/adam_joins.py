"""The steps of Momentum, AdaGrad and Adam after a burst of large gradients.

Adam divides a running mean of gradients, m ← β₁·m + (1 − β₁)·g as Momentum has it, by the root of
a running mean of squares, v ← β₂·v + (1 − β₂)·g², where AdaGrad has their sum, h ← h + g². A sum
keeps a large gradient for ever, and the steps lr·g/√h stay short; a running mean forgets half of
it in ln 2/−ln β₂ updates, 693 at β₂ = 0.999. With a constant for its root Adam is Momentum; with
β₁ = 0, β₂ → 1 and a rate that falls as 1/√t it is AdaGrad. Sources: Duchi, Hazan and Singer
(2011); Kingma and Ba (2015), section 5, arXiv 1412.6980.
"""

from nnviz import plots, studies

study = studies.adam_parts()
rows = study.table("burst").query("optimizer != 'rmsprop' and step >= -100")
last = study.table("summary").set_index("optimizer")["last"]

with plots.beside(last, "{:.0%}"):
    axes = plots.sweep(rows, x="step", y="relative", setting="optimizer", log_y=True)
axes.set_xlabel(plots.text.quantity("updates since the burst"))
axes.set_xticks(range(0, rows["step"].max() + 1, 3000))
plots.guide(axes, "the burst", x=0)
figure = axes.figure
plots.headline(figure, study.claim("adam recovers"))
plots.caption(
    figure,
    "The gradient is 1, but 100 in a burst of ten updates that ends at 0. Size of a step over that "
    "just before the burst. Percent: the last one. Adam's β are 0.9 and 0.999.",
    claim=study.claim("adam recovers"),
)
