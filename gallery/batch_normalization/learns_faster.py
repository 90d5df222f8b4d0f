"""Training accuracy averaged over the epochs, with batch normalization and without.

Batch normalization gives each unit the mean 0 and the variance 1 over the rows of a batch,
z = (x − mean) / √(variance + ε), then a scale and a shift that are learned. Whatever the layers
before do to the spread of x, the next layer sees values of order one, and larger steps stay
stable. Ioffe and Szegedy (2015, arXiv 1502.03167) explain the gain by "internal covariate shift";
Santurkar et al. (2018, arXiv 1805.11604) find a smoother loss to be the reason.
"""

from nnviz import plots, studies

study = studies.batch_normalization(seeds=5)
summary = study.table("summary").query("setting != 'batch norm after activation'")
summary = summary.replace({"setting": {"batch norm before activation": "batch norm"}})
means = summary.groupby(["scale", "setting"])["average_accuracy"].mean().unstack()
plain, first = means["no batch norm"], means["batch norm"]
wins = first > plain

with plots.beside({first.name: f"{wins.sum()} of {len(wins)}, {wins.mean():.0%}"}):
    axes = plots.sweep(summary, x="scale", y="average_accuracy", log_x=True)
axes.set_ylim(0, 1)
for scale, height in plain[plain >= first].items():
    plots.star(axes, scale, height, "faster without")
figure = axes.figure
plots.headline(figure, study.claim("learns faster"))
plots.caption(
    figure,
    "Averaged over 20 epochs: the higher, the sooner it learned. Marker: one of sixteen weight "
    "scales. Mean and range of five seeds. Five ReLU layers of 100 on 1,000 digits, SGD at 0.01.",
    claim=study.claim("learns faster"),
)
