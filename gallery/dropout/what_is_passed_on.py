"""What a layer with dropout passes on in training and in evaluation, in three forms.

In training a unit passes on h with probability 1 − p, else 0: (1 − p)·h on average. Evaluation
keeps all units, so that somebody has to scale: the notes multiply by 1 − p in evaluation, today's
inverted form divides by 1 − p in training. Either way the mean is the same; the spread is not:
m·h/(1 − p) has the variance ⟨h²⟩/(1 − p) − ⟨h⟩², evaluation ⟨h²⟩ − ⟨h⟩². If the scaling is
forgotten, evaluation passes on 1/(1 − p) times as much. Sources: Srivastava et al. (2014); on
the variance, Li, Chen, Hu and Yang, arXiv 1801.05134.
"""

from nnviz import plots, studies

study = studies.dropout_masks()
means = study.table("passed_on").query("setting == 'not scaled' and layer == 1")
means = means.groupby("statistic")["value"].mean()[["training_mean", "evaluation_mean"]]

figure = plots.distribution_grid(study.table("outputs"), by="form", quantity="output", columns=3)
for axes in figure.axes:
    axes.margins(x=0.05)
top = 0.93 * figure.axes[2].get_ylim()[1]
plots.bracket(figure.axes[2], tuple(means), top, f"×{means.iloc[1] / means.iloc[0]:.2f}")
plots.headline(figure, study.claim("scaling forgotten"))
plots.caption(
    figure,
    "First hidden layer, mean over its units; dropout at a rate of 0.5. Inverted: divided in "
    "training. Not inverted: multiplied in evaluation. Not scaled: neither.",
    claim=study.claim("scaling forgotten"),
)
