"""How the distribution of each layer moves over the steps."""

from nnviz import plots, tables
from nnviz._few import PANELS
from nnviz.publish.recorded import by_block, notes, sentences
from nnviz.publish.recorded.blocks import blocks_of
from nnviz.publish.recorded.choice import few_layers
from nnviz.publish.recorded.declared import Drawn, Wanted, declare
from nnviz.record import Recording
from nnviz.tables.recorded import layers_of

__all__: list[str] = []


@declare("quantiles", "how the distribution of each layer moves over the steps", "layer", "kind")
def _quantiles(run: Recording, wanted: Wanted) -> Drawn:
    layers = layers_of(run, wanted.kind, wanted.layer)
    if (blocks := blocks_of(layers)) is not None:
        table = tables.recorded_quantiles(run, kind=wanted.kind, layers=layers)
        table, rest = by_block.quantiles(table, blocks)
    else:
        few, rest = few_layers(run, wanted, layers, PANELS, [])
        table = tables.recorded_quantiles(run, kind=wanted.kind, layers=few)
    columns = None if blocks is None else by_block.COLUMNS
    figure = plots.quantile_grid(table, quantity=wanted.kind, columns=columns)
    counted = notes.seen(run, table["step"].unique())
    caption = f"{plots.text.KEYS['quantiles']} {counted}{rest}"
    return Drawn(figure, sentences.moved(table, wanted.kind), caption)
