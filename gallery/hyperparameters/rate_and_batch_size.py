"""Validation accuracy of random trials over learning rate and batch size.

While steps are small, what SGD reaches depends on how far it has come: the number of updates times
the learning rate, E n η / B after E epochs of n rows with batches of B. Along a line on which η / B
stays the same, accuracy should stay the same as well, so that in a figure with two logarithmic
axes its colours run diagonally (P. Goyal et al., 2017: the rate in proportion to the batch). A rank
correlation grows with the range: one that is searched over fewer powers of ten falls behind.
"""

from nnviz import plots, studies

study = studies.hyperparameter_importance()
rows = study.table("trials").query("setting == 'same epochs'")

axes = plots.trials(rows, y="batch_size", ranges=study.settings["ranges"])
figure = axes.figure
plots.headline(figure, study.claim("batch size counts, too"))
plots.caption(
    figure,
    "A dot is a trial of 20 epochs; ten searches of 30. Width and weight decay were drawn, too, "
    "hence the scatter. Three ReLU layers, 400 digits, SGD. The frame is the range that was "
    "searched.",
    claim=study.claim("batch size counts, too"),
)
