"""Test error of least squares on random features: right labels, noisy ones, with weight decay.

Where there are as many features as examples, some directions hardly vary over the examples; the
weights along them are the labels' noise divided by next to nothing. Weight decay bounds what is
divided by, and with a strength that suits no peak is left (Hastie et al., 2022, arXiv 1903.08560;
Nakkiran et al., 2021, arXiv 2003.01897). With right labels, too, what the features cannot express
acts as noise.
"""

from nnviz import plots, studies

study = studies.double_descent(seeds=5)
rows, examples = study.table("test"), study.settings["n_train"]
there = rows[rows["features"] == examples].groupby("setting")["error_rate"].mean()
names = {
    "right labels": "right labels, no decay",
    "noisy labels": "noisy, no decay",
    "weight decay": "noisy, decay",
}

axes = plots.sweep(rows.replace({"setting": names}), x="features", y="error_rate", log_x=True)
axes.set_ylim(top=0.95)
plots.guide(axes, f"{examples} examples", x=examples)
for setting in ("noisy labels", "weight decay"):
    plots.star(axes, examples, there[setting], f"{there[setting]:.0%}")
figure = axes.figure
plots.headline(figure, study.claim("weight decay lowers the peak"))
plots.caption(
    figure,
    "Line: mean of five seeds. Band: their range. Noisy: 20% of the labels of 300 digits redrawn. "
    "Random features: ReLU units whose weights stay as they were drawn. Decay: of the weights, by "
    "0.03; without it, the smallest weights that fit best.",
    claim=study.claim("weight decay lowers the peak"),
)
