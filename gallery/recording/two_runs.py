"""What the layers of two runs are fed at the end, on each other."""

from nnviz import plots, studies

study = studies.health(seeds=5)
shown = ["rate 0.1", "rate 1"]
rows = study.table("histograms").query("setting in @shown")
shares = study.table("below_zero").query("setting == 'rate 1'")
below = shares.groupby("layer", sort=False)["value"].mean()
names = [f"{plots.text.layer(layer)}, {share:.0%} below 0" for layer, share in below.items()]
rows = rows.assign(panel=rows["layer"].map(dict(zip(rows["layer"].unique(), names, strict=True))))

figure = plots.distribution_grid(rows, by="panel", quantity="input of ReLU")
for axes in figure.axes:
    axes.axvline(0, color="grey", linewidth=1, zorder=0)
plots.headline(figure, study.claim("below zero everywhere"))
plots.caption(
    figure,
    "Inputs of the four ReLU layers after 300 steps, of five seeds together; those beyond −12 "
    "and 8 are in the outermost bins. Above: share below 0 at a rate of 1. Areas are equal; "
    "beside a peak that is cut off, what it holds. Layers of 100 on 1,000 digits, SGD.",
    claim=study.claim("below zero everywhere"),
)
