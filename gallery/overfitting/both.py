"""Test accuracy with weight decay, dropout, both and neither, on noisy labels."""

from nnviz import plots, studies

study = studies.noisy_labels(seeds=5)
rows = study.table("curves").query("split == 'test'")
ends = study.table("ends").query("split == 'test' and metric == 'accuracy'")
named = {"setting": {"none": "no regularizer"}}

by_seed = ends.replace(named).pivot(index="seed", columns="setting", values="value")
alone = by_seed[[name for name in by_seed if name not in ("both", "no regularizer")]].max(axis=1)
worse = by_seed["both"] < alone
words = by_seed.mean().map("{:.1%}".format)
words["both"] += f", worse in {worse.sum()} of {worse.size}"

with plots.beside(words):
    axes = plots.curves(rows.replace(named), metric="accuracy")
figure = axes.figure
plots.headline(figure, study.claim("both is too much"))
plots.caption(
    figure,
    "Percent: mean over the last ten epochs; worse: than the better of the two alone. Mean and "
    "range of five seeds. A fifth of the 1,000 training labels redrawn; six layers of 100, "
    "Momentum at 0.01, inverted dropout.",
    claim=study.claim("both is too much"),
)
