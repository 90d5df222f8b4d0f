"""What weight decay and dropout gain on noisy labels, against the width of the network.

Weight decay adds ½ λ Σ w² to the loss and so keeps weights small (A. Krogh and J. Hertz, 1991);
dropout deletes a fraction p of the neurons for each batch, and trains an average of many thinned
networks (N. Srivastava et al., 2014). It is often said that weight decay copes less as a network
grows complex, and that dropout is needed then. The gain is test accuracy less that of the same
network without a regularizer. λ and p are those of three that do best on the other seeds at that
size: a strength that suits one size may be too little or too much for another.
"""

from nnviz import plots, studies

study = studies.complexity(seeds=10)

axes = plots.sweep(study.table("by_width"), x="width", y="gain", log_x=True)
axes.minorticks_off()
axes.set_xticks([15, 50, 150], ["15", "50", "150"])
plots.guide(axes, "no gain", y=0)
figure = axes.figure
plots.headline(figure, study.claim("alike at the largest width"))
plots.caption(
    figure,
    "Line: mean of ten seeds. Band: their range. Two ReLU layers, 300 digits, a fifth of their "
    "labels redrawn, 60 epochs, Momentum at 0.02. "
    "Strengths are chosen by the test accuracy of other seeds, not on rows of their own.",
    claim=study.claim("alike at the largest width"),
)
