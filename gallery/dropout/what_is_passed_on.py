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

figure = plots.distribution_grid(study.table("outputs"), by="form", quantity="output", columns=3)
figure.axes[0].margins(x=0.05)
plots.headline(figure, study.claim("scaling forgotten"))
plots.caption(
    figure,
    "What the first hidden layer passes on for a digit, mean over its 100 units; dropout at a rate "
    "of 0.5, 100 digits, 20 masks each, ten seeds. Inverted: divided in training. Not inverted: "
    "multiplied in evaluation. Not scaled: neither. Each was trained as it is.",
    claim=study.claim("scaling forgotten"),
)
