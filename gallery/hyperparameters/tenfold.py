"""What ten times the batch size does to validation accuracy, by epochs and by updates.

Ranges differ, factors need not: the slope of accuracy against the logarithm to the base of ten,
by least squares on all four logarithms at once, tells what ten times as much does while the
others stay. After E epochs of n rows, SGD has made E n / B updates with a batch size of B, and
while steps are small it has come about E n η / B far with a learning rate η: a batch ten times as
large undoes a rate ten times as high. So P. Goyal et al. (2017) raise the rate in proportion to
the batch. Where all make the same number of updates, the batch size should hardly matter.
"""

from nnviz import plots, studies

study = studies.hyperparameter_importance()
shown = ["batch size", "batch size, same updates"]
rows = study.table("slopes").set_index("setting").loc[shown].reset_index()

axes = plots.outcomes(rows)
means = rows.groupby("setting", sort=False)["value"].mean()
for number, mean in zip(axes.texts, means, strict=True):
    number.set_text(plots.text.number(100 * mean))
plots.guide(axes, "", x=0)
figure = axes.figure
plots.headline(figure, study.claim("batch size counts by its updates"))
plots.caption(
    figure,
    "Least squares on all four logarithms, with width and weight decay. After 20 epochs, but in "
    "the second row after 240 updates. Dot: one search of 30 trials. Stroke and number: mean of "
    "ten. Three ReLU layers, 400 digits, SGD.",
    claim=study.claim("batch size counts by its updates"),
)
