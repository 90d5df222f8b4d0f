"""Test accuracy with hidden layers of ReLU and three activations at the end, beside one throughout.

Sigmoid's derivative is a quarter at most, so that through L layers of it a gradient shrinks by a
factor of about 4^L, apart from what the weights do; ReLU's is 1 where it is active (Glorot and
Bengio, 2010; Glorot, Bordes and Bengio, 2011). One sigmoid at the end costs that factor once, which
a larger learning rate makes up for: it bounds the loss, not the accuracy, since the largest output
stays the largest. Linear layers one after the other are a single linear layer.
"""

from nnviz import plots, studies

study = studies.output_activations(seeds=10)
best = study.table("rates").query("best").groupby("setting")["learning_rate"].first()

axes = plots.outcomes(study.table("ends").query("split == 'test'"))
figure = axes.figure
plots.headline(figure, study.claim("sigmoid throughout does not learn"))
plots.caption(
    figure,
    "After 400 steps, each at the best of six learning rates, 0.01 to 3, by training accuracy. "
    f"Sigmoid throughout has {best['sigmoid throughout']:g}. Dot: a seed. Stroke and number: mean "
    "of ten. Four layers of 50 on 1,000 digits, SGD.",
    claim=study.claim("sigmoid throughout does not learn"),
)
