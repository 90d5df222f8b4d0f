"""How closely validation accuracy follows learning rate, batch size, width, weight decay.

A search over many hyperparameters is mostly a search over the few that matter: J. Bergstra and Y.
Bengio (2012) call this a low effective dimension, and draw at random for that reason, so that
each of 30 trials tries another learning rate. How far accuracy follows one of them is Spearman's
rank correlation, Pearson's r of the ranks: 1 in size if accuracy always rises with it, or always
falls, 0 if they have nothing to do with each other. It depends on the ranges that were searched:
a hyperparameter that is varied more explains more of what is seen.
"""

import pandas as pd

from nnviz import plots, studies

study = studies.hyperparameter_importance()
sizes = study.table("correlations").drop(columns="value").rename(columns={"size": "value"})
others = sizes[sizes["setting"] != "learning rate"].sort_values("value")
strongest = others.groupby("seed").tail(1).assign(setting="strongest other")
rows = pd.concat([sizes, strongest]).assign(metric="size of the rank correlation with accuracy")
means = rows.groupby("setting")["value"].mean().sort_values(ascending=False)

axes = plots.outcomes(rows.set_index("setting").loc[means.index].reset_index())
axes.set(xlim=(0, 1), ylim=(4.4, -0.8))
plots.guide(axes, "by chance", x=0.36)
lead = means["learning rate"] - means["strongest other"]
plots.bracket(axes, (means["strongest other"], means["learning rate"]), 0.3, f"{lead:.2f} more")
figure = axes.figure
plots.headline(figure, study.claim("the learning rate leads"))
plots.caption(
    figure,
    "Dot: one search of 30 trials. Stroke and number: mean of ten. By chance 19 dots of 20 lie "
    "left of the line. Searched: factors of 1,000 (rate), 10 (batch size, width) and 10,000 "
    "(weight decay). Three ReLU layers, 400 digits, SGD.",
    claim=study.claim("the learning rate leads"),
)
