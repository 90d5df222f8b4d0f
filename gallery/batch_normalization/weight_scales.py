"""How many networks learn at each scale of the initial weights."""

import pandas as pd

from nnviz import plots, studies

study = studies.batch_normalization(seeds=5)
rows = study.table("summary")
learns = rows.groupby("setting")["learns"].mean()
share = "share of networks that learn"
by_scale = rows.groupby(["setting", "scale"], sort=False)["learns"].mean().rename(share)
by_scale = by_scale.reset_index().assign(seed=0)
in_title = by_scale["setting"] == "batch norm before activation"
by_scale = pd.concat([by_scale[~in_title], by_scale[in_title]])
by_scale.attrs["units"] = {share: "%"}

with plots.beside(learns, "{:.0%} learn"):
    axes = plots.sweep(by_scale, x="scale", y=share, log_x=True)
figure = axes.figure
plots.headline(figure, study.claim("learns at more scales"))
plots.caption(
    figure,
    "Learns: training accuracy is 80% or more after 20 epochs. Of five networks at each scale, one "
    "for each seed; in the legend, of all. Five ReLU layers of 100 on 1,000 digits, SGD at 0.01.",
    claim=study.claim("learns at more scales"),
)
