"""Test accuracy by learning rate, and the rates that range tests suggest, read in three ways.

A range test is a short training whose learning rate rises from update to update until the loss
leaps up (Smith, 2017, arXiv 1506.01186). What to make of it is folklore: a tenth of the rate at
which the loss was lowest, to be safe, or the rate at which it fell steepest. Both know of the
first hundred updates only, each at a rate of its own. What a rate is worth is known once a network
was trained at it.
"""

from nnviz import plots, studies

study = studies.range_test(seeds=6)
suggested = study.table("suggestions").groupby("setting")
accuracy, rates = suggested["test_accuracy"].mean(), suggested["learning_rate"].median()
runs = study.table("runs").assign(setting="")  # one line, of which the axes tell all

axes = plots.sweep(runs, x="learning_rate", y="test_accuracy", log_x=True)
axes.set(xlim=(0.008, 3), ylim=(0.85, 1.01))
called = {
    "lowest / 10": "a tenth of the rate of lowest loss",
    "steepest": "steepest fall",
    "lowest loss": "rate of lowest loss",
    "best": "best",
}
for name, words in called.items():
    plots.star(axes, rates[name], accuracy[name], f"{words}: {accuracy[name]:.1%}")
figure = axes.figure
plots.headline(figure, study.claim("it costs accuracy"))
plots.caption(
    figure,
    "Line: mean of six networks trained at a constant rate. Band: their range. Star: median of the "
    "rates that six range tests suggest, or that train best, and mean accuracy if trained at them. "
    "Two ReLU layers of 64, 1,000 digits, SGD, batches of 50, 300 updates.",
    claim=study.claim("it costs accuracy"),
)
