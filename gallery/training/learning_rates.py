"""Final loss against the learning rate, for four optimizers."""

from nnviz import plots, studies

study = studies.learning_rates(seeds=5)

axes = plots.sweep(study.table("sensitivity"), x="learning_rate", y="loss", log_x=True, log_y=True)
for _, rule in study.table("best").iterrows():
    rate = plots.text.number(rule["learning_rate"], digits=2)
    plots.star(axes, rule["learning_rate"], rule["loss"], rate)
figure = axes.figure
plots.headline(figure, study.claim("the best rates differ"))
plots.caption(
    figure,
    "Training loss after 200 steps. Star: the lowest mean, with its learning rate. Cross: a run "
    "diverged. Mean and range of five seeds. Four ReLU layers of 100, batches of 128.",
    claim=study.claim("the best rates differ"),
)
