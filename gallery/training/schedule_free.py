"""Test accuracy of what AdamW deploys: at a constant rate, a decaying one, and as a mean.

A decaying learning rate takes the noise of mini-batches out of the weights, but has to know when
training ends. Schedule-free rules (Defazio et al., 2024, arXiv 2405.15682) and means of weights
(Polyak and Juditsky, 1992; Izmailov et al., 2018, arXiv 1803.05407) leave the rate as it is and
deploy a mean, which can be taken at any step.
"""

from nnviz import plots, studies

study = studies.averaged_training(seeds=10)
shown = {"constant rate": (4, "-"), "decaying rate": (0, "--")}
shown |= {"mean of all points": (5, ":"), "schedule-free": (1, "-")}
ends = study.table("ends").groupby("setting")["test_accuracy"].mean()
styles = {
    name: plots.palette.Style(plots.palette.colour(place), dash, "")
    for name, (place, dash) in shown.items()
}
rows = study.table("curves").query("split == 'test' and step >= 60 and setting in @shown.keys()")

with plots.beside(ends, "{:.1%}"):
    axes = plots.curves(rows, metric="accuracy", x="step", palette=styles)
figure = axes.figure
plots.headline(figure, study.claim("as good as a schedule"))
plots.caption(
    figure,
    "Accuracy on test digits of what would be deployed. Mean and range of ten seeds. AdamW at "
    "0.02, batches of 32; two ReLU layers of 100. All rates rise over 20 updates; decaying: then "
    "to 0 by a cosine.",
    claim=study.claim("as good as a schedule"),
)
