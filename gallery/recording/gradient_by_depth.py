"""The gradient of each layer's weights in a sigmoid network, in the first step and in the last."""

from nnviz import plots, studies

study = studies.health(activation="sigmoid", init="xavier", learning_rates=(0.1,), seeds=5)
rows = study.table("depth")
rows = rows.assign(setting=rows["setting"].str.removeprefix("rate 0.1, "))
first, last = (rows[rows["layer"] == rows["layer"].iloc[end]] for end in (0, -1))
kept = first.groupby("setting")["value"].mean() / last.groupby("setting")["value"].mean()

with plots.beside(kept, "first {:.2%} of last"):
    axes = plots.by_layer(rows, log=True)
figure = axes.figure
plots.headline(figure, study.claim("vanishes"))
plots.caption(
    figure,
    "Norm of the gradient of each layer's weights. Mean and range of five seeds. Four sigmoid "
    "layers of 100 and the output layer, SGD at 0.1 on 1,000 digits. Xavier: as in the notes, "
    "variance 1/inputs.",
    claim=study.claim("vanishes"),
)
