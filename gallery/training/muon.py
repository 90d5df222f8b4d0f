"""Test accuracy of the same network under Muon and AdamW, both at a decaying rate.

Muon (Jordan et al., 2024) takes each weight as a matrix. Its step is the running mean of gradients
with singular values that are made nearly equal, which is steepest descent if the size of a matrix
is how long it can make a vector (Bernstein and Newhouse, 2024, arXiv 2409.20325). Where it is used,
biases and other vectors have a rule of their own, here AdamW.
"""

from nnviz import plots, studies

study = studies.averaged_training(seeds=10)
ends = study.table("ends").groupby("setting")["test_accuracy"].mean()
shown = {"decaying rate": "AdamW", "Muon at a decaying rate": "Muon"}
styles = {
    name: plots.palette.Style(plots.palette.colour(place), dash, "")
    for name, place, dash in zip(shown.values(), (0, 2), ("--", "-"), strict=True)
}
rows = study.table("curves").query("split == 'test' and step >= 60 and setting in @shown.keys()")
rows = rows.replace({"setting": shown})

with plots.beside(ends.rename(shown), "{:.1%}"):
    axes = plots.curves(rows, metric="accuracy", x="step", palette=styles)
figure = axes.figure
plots.headline(figure, study.claim("muon is as good"))
plots.caption(
    figure,
    "Accuracy on test digits. Line: mean of ten seeds, at the end beside the name. Band: their "
    "range. Both at 0.02, untuned, rising over 20 updates, then to 0 by a cosine; weight decay "
    "0.01; biases by AdamW. Batches of 32; two ReLU layers of 100.",
    claim=study.claim("muon is as good"),
)
