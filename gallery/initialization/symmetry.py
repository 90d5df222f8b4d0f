"""The largest difference between two units of a layer, while the network trains."""

from nnviz import plots, studies

study = studies.symmetry(activations=["sigmoid"], seeds=5)

axes = plots.curves(study.table("curves"), metric="column_spread", x="step", log=False)
figure = axes.figure
plots.headline(figure, study.claim("sigmoid never separates"))
plots.caption(
    figure,
    "Largest difference between the incoming weights of two units of a layer; two sigmoid layers "
    "of 100 on digits. Mean and range of five seeds. Xavier: variance 1/inputs, LeCun's in "
    "libraries.",
    claim=study.claim("sigmoid never separates"),
)
