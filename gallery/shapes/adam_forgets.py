"""What is left of a burst of large gradients in the memories of Momentum, AdaGrad and Adam.

A running mean with weight β keeps the share βᵏ of what it held k updates ago, half of it after
ln 2/−ln β: seven updates for Momentum and Adam's mean of gradients (β₁ = 0.9), 693 for Adam's mean
of squares (β₂ = 0.999). AdaGrad's sum of squares keeps all. So Adam has Momentum's short memory for
the direction, and AdaGrad's long one for the scale, which fades. Sources: Duchi, Hazan and Singer
(2011); Tieleman and Hinton (2012); Kingma and Ba (2015), arXiv 1412.6980.
"""

from nnviz import plots, studies

study = studies.adam_parts()
rows = study.table("memory").query("setting in ['adagrad', 'adam, mean', 'adam, squares']")

axes = plots.sweep(rows.query("step >= 1 and step <= 5000"), x="step", y="remembered", log_x=True)
axes.set_xlabel(plots.text.quantity("updates since the burst"))
plots.guide(axes, "", y=0.5)
half_life = study.table("summary").set_index("optimizer").loc["adam", "half_life"]
plots.star(axes, half_life, 0.5, f"half after {half_life:.0f} updates")
figure = axes.figure
plots.headline(figure, study.claim("adam forgets"))
plots.caption(
    figure,
    "A burst of ten gradients of 100 among gradients of 1. Star: Adam's mean of squares, β of "
    "0.999, has half of it left. Share: of the difference that the burst makes to the memory, at "
    "its end.",
    claim=study.claim("adam forgets"),
)
