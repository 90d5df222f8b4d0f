"""SGD with gradients as noisy as those of mini-batches, and with a rate that decays."""

from nnviz import plots, studies

study = studies.gradient_noise()
names = ["batch of 64", "batch of 4", "batch of 1", "batch of 1, decaying rate"]
rows = study.table("paths").query("optimizer in @names")

figure = plots.trajectory_grid(rows, surface="bowl", columns=2)
plots.headline(figure, study.claim("a decaying rate settles"))
plots.caption(
    figure,
    "One of 50 descents on x²/20 + y², 600 updates. Learning rate 0.2, constant or decaying to 0 "
    "by a cosine. Noise in each coordinate of the gradient: normal, of standard deviation 2/√n "
    "for a batch of n.",
    claim=study.claim("a decaying rate settles"),
)
