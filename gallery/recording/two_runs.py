"""What the layers of two runs are fed at the end, on each other."""

from nnviz import plots, studies

study = studies.health(seeds=5)
shown = ["rate 0.1", "rate 1"]
rows = study.table("histograms").query("setting in @shown")
rows = rows.assign(layer=rows["layer"].str.replace("linear", "relu"))
shares = study.table("below_zero").query("setting == 'rate 1'")
below = shares.groupby("layer", sort=False)["value"].mean()

with plots.beside(below, "{:.0%} below 0 at rate 1"):
    figure = plots.distribution_grid(rows, quantity="input of ReLU")
for axes in figure.axes:
    for share in list(axes.texts):
        share.remove()
    axes.axvline(0, color="grey", linewidth=1, zorder=0)
plots.headline(figure, study.claim("below zero everywhere"))
plots.caption(
    figure,
    "After 300 steps, five seeds together; what is beyond −12 and 8 is in the outermost bins. "
    "The tallest peaks are cut off. Layers of 100 on 1,000 digits, SGD.",
    claim=study.claim("below zero everywhere"),
)
