"""A network's test accuracy against that of its twin, which began with one other bit, by rate.

With the same seed, data and code, two computers that round otherwise train two networks. Where
gradient descent is stable small differences stay small; well beyond a learning rate of 2 over the
largest curvature it amplifies them (Cohen et al., 2021, arXiv 2103.00065), and a run is one draw of
many (Bouthillier et al., 2021, arXiv 2103.03098). There a seed does not fix an experiment, it names
a draw: what can be compared are medians over many, or how many runs are lost. Batch normalization
makes the loss smoother (Santurkar et al., 2018, arXiv 1805.11604); float64 only begins with a
smaller difference.
"""

from nnviz import plots, studies

study = studies.one_bit(seeds=10)
shown = ["learning rate 0.1", "learning rate 0.4"]
shown += ["learning rate 0.4, float64", "learning rate 0.4, batch norm"]
pairs = study.table("pairs")
alike = study.settings["apart_points"] / 100
apart = (pairs["test_accuracy"] - pairs["twin_accuracy"]).abs() > alike
words = apart.groupby(pairs["case"]).mean().map("{:.0%} apart".format)
words["learning rate 0.1"] += f", at 0.05 {words['learning rate 0.05'].removesuffix(' apart')}"
rows = pairs.query("case in @shown")

with plots.beside(words):
    figure = plots.pair_grid(
        rows, x="test_accuracy", y="twin_accuracy", by="case", alike=alike, columns=2
    )
plots.headline(figure, study.claim("another network"))
plots.caption(
    figure,
    "Dot: a pair from one seed. Filled, apart: by more than 1.5 points. On the line, twins are "
    "equal. They began with one other bit in one weight. Six ReLU layers of 100 on 1,000 digits, "
    "SGD, 300 steps; float32 where not said otherwise.",
    claim=study.claim("another network"),
)
