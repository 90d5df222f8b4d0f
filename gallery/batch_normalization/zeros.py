"""Test accuracy from zero weights and from almost zero ones, with batch normalization and without.

Batch normalization takes out the scale of the weights, not their equality. With zero weights each
unit's input is the same in every row, x − mean is exactly 0, and what batch normalization passes
on is its shift, 0 at the start. After ReLU that is 0 again: the gradient of the next weights, its
input times what comes back, is 0, and so is what comes back through zero weights. No weight ever
moves. Random weights, however small, differ, and division by the standard deviation makes them
large (symmetry breaking: Goodfellow et al., 2016, §8.4).
"""

from nnviz import plots, studies

study = studies.zero_weights()

axes = plots.outcomes(study.table("ends").query("split == 'test'"))
figure = axes.figure
plots.headline(figure, study.claim("does not rescue zeros"))
plots.caption(
    figure,
    "Test accuracy after 200 steps. Dot: a seed. Stroke and number: mean of ten. Scale: standard "
    "deviation of all initial weights. Three ReLU layers of 50 on 1,000 digits, SGD at 0.1.",
    claim=study.claim("does not rescue zeros"),
)
