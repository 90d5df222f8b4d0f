"""Test accuracy on noisy labels with each of five regularizers, and with none.

Early stopping is often called weight decay by other means: for a quadratic loss and gradient
descent from zero both shrink each direction of the weights alike, stopping after t updates as
λ = 1/(η t) does (Goodfellow et al., 2016, section 7.8). It needs rows that are held out. Label
smoothing takes the targets from 0 and 1, so that no label is worth an unlimited logit (Szegedy et
al., 2016, arXiv 1512.00567); that this helps against labels that are wrong was doubted, and shown
(Lukasik et al., 2020, arXiv 2003.02819). Shifted pictures are more rows, of which none says more
about the labels that are wrong (Simard et al., 2003).
"""

from nnviz import plots, studies

study = studies.regularizers()
rows = study.table("ends").assign(split="test", metric="accuracy")
rows["value"] = rows["test_accuracy"]
order = rows.groupby("setting")["value"].mean().sort_values().index
rows = rows.set_index("setting").loc[order].reset_index()

axes = plots.outcomes(rows.replace({"setting": {"none": "no regularizer"}}))
axes.set_ylim(len(order) - 0.4, -0.9)
figure = axes.figure
plots.headline(figure, study.claim("stopping is less than decay"))
plots.caption(
    figure,
    "Dot: one seed. Stroke and number: mean of ten; strengths are the best of two or three on the "
    "same test rows. Two ReLU layers of 100, 60 epochs on 300 digits, a fifth of their labels "
    "redrawn. Early stopping: by the loss of 20% of them, held out. Shifted: by one pixel.",
    claim=study.claim("stopping is less than decay"),
)
