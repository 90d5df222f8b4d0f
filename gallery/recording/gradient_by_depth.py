"""The gradient of each layer's weights in a sigmoid network, at first and when most arrives."""

from nnviz import plots, studies

study = studies.health(activation="sigmoid", init="xavier", learning_rates=(0.1,), seeds=5)
gradient = study.table("progress").query("metric == 'gradient'")
means = gradient.pivot_table("value", "step", "layer", sort=False)
arrives = means.iloc[:, 0] / means.iloc[:, -1]
shown = arrives[[0, arrives.idxmax()]]
rows = gradient.query("step in @shown.index")
rows = rows.assign(statistic="gradient_norm", setting=[f"step {step}" for step in rows["step"]])

first, most = (f"step {step}" for step in shown.index)
words = {first: f"{shown.iloc[0]:.2%} arrives", most: f"{shown.iloc[1]:.2%} arrives, the most"}
with plots.beside(words):
    axes = plots.by_layer(rows, log=True)
figure = axes.figure
plots.headline(figure, study.claim("vanishes"))
plots.caption(
    figure,
    "Norm of the gradient of each layer's weights: at first, and at the step where most of it "
    "arrives. Arrives: first layer over last. Mean and range of five seeds. Four sigmoid layers of "
    "100, SGD at 0.1 on 1,000 digits. Xavier: as in the notes, variance 1/inputs.",
    claim=study.claim("vanishes"),
)
