"""The height of the four paths on the bowl, update by update."""

from nnviz import plots, studies

study = studies.optimizer_trajectories("bowl")

axes = plots.descent(study.table("paths"), log=True)
figure = axes.figure
plots.headline(figure, study.claim("adagrad ends lowest"))
plots.caption(
    figure,
    "Value of x²/20 + y² after each update, logarithmic. Fixed learning rates, not tuned: "
    "SGD 0.95, Momentum 0.1, AdaGrad 1.5, Adam 0.3. Another rate, another order.",
    claim=study.claim("adagrad ends lowest"),
)
