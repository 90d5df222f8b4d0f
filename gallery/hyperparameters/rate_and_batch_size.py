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

ranges = study.settings["ranges"]
rate, size = ranges["learning_rate"], ranges["batch_size"]
slopes = study.table("slopes").groupby("setting")["value"].mean()
gained, lost = slopes["learning rate"], -slopes["batch size"]

axes = plots.trials(rows, y="batch_size", ranges=ranges)
axes.set(xlim=(0.7 * rate[0], 6 * rate[1]), ylim=(0.5 * size[0], 1.4 * size[1]))
for edge in list(axes.lines):
    edge.remove()
plots.bracket(axes, (1e-2, 1e-1), 8, f"× 10: +{100 * gained:.1f} points")
undone = f"{lost / gained:.0%} of {100 * gained:.1f}"
plots.bracket(axes, 0.13, (10, 100), f"× 10: −{100 * lost:.1f} points, {undone}")
figure = axes.figure
plots.headline(figure, study.claim("batch size counts, too"))
plots.caption(
    figure,
    "Dot: a trial of 20 epochs; ten searches of 30. Brackets: what ten times as much does to "
    "accuracy, by least squares. Width and weight decay vary, too. Three ReLU layers, 400 digits, "
    "SGD.",
    claim=study.claim("batch size counts, too"),
)
