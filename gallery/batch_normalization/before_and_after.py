"""Training accuracy after 20 epochs with batch normalization before or after the activation.

Ioffe and Szegedy (2015, arXiv 1502.03167) put it before the activation, since a sum of many inputs
is closer to a normal distribution than what ReLU leaves of it: before, z = norm(x W) and
y = φ(z); after, y = norm(φ(x W)). Whether before or after is better they did not settle; Mishkin et
al. (2017, arXiv 1606.02228) measured both on ImageNet and found after slightly ahead.
"""

from nnviz import plots, studies

study = studies.batch_normalization(seeds=5)
means = study.table("summary").groupby(["setting", "seed"], sort=False)["train_accuracy"].mean()
rows = means.rename("value").reset_index().assign(split="train", metric="train_accuracy")

ends = means.groupby(level="setting", sort=False).mean()
without = ends.pop("no batch norm")
worse = ends.min()

axes = plots.outcomes(rows)
plots.bracket(axes, (without, worse), 0.5, f"{100 * (worse - without):.1f} points")
figure = axes.figure
plots.headline(figure, study.claim("either place"))
plots.caption(
    figure,
    "After 20 epochs, mean of sixteen scales of the initial weights from 1 to 0.0001. Dot: a "
    "seed. Stroke and number: mean of five. Five ReLU layers of 100 on 1,000 digits, SGD at 0.01.",
    claim=study.claim("either place"),
)
