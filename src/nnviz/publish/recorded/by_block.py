"""Figures of a network of many blocks: a line or a panel for each part, not for each layer."""

import pandas as pd
from matplotlib.figure import Figure, SubFigure

from nnviz import plots
from nnviz._few import LAYER, LINES, left_out, spread
from nnviz._language import said
from nnviz.plots import distribution, quantile, text
from nnviz.plots._facets import side_by_side
from nnviz.publish.recorded import sentences
from nnviz.publish.recorded.blocks import Blocks

__all__ = ["COLUMNS", "depth", "distributions", "in_panels", "lines", "named", "quantiles", "rows"]

_ROWS, _BLOCKS = 3, 3
"""Rows of panels, and blocks in each panel: a screenful, with a legend where the last would be."""

COLUMNS = 4
"""Panels side by side, if they find room."""

_TOLD = 6
"""Layers outside of blocks whose numbers are told below a figure."""


def named(table: pd.DataFrame, blocks: Blocks) -> pd.DataFrame:
    """Return a table whose layers are called as they are in a sentence."""
    return table.assign(layer=table["layer"].map(blocks.called))


def lines(table: pd.DataFrame, blocks: Blocks, *, lowest: bool = False) -> tuple[pd.DataFrame, str]:
    """Return a line for each part, its blocks as seeds are, and what to say of it.

    Parameters
    ----------
    table : DataFrame
        As of `tables.recorded_progress`.
    blocks : Blocks
    lowest : bool
        Whether the lowest value is named above the figure, not the highest.
    """
    numbers = [blocks.block(layer) for layer in table["layer"]]
    by_part = table.assign(
        setting=table["layer"].map(blocks.part),
        seed=[0 if number is None else number for number in numbers],
    )
    parts = list(by_part["setting"].unique())
    top = sentences.top(by_part, lowest=lowest)
    few = spread(parts, LINES, keep=[] if top is None else [top["setting"]])
    words = "Line: mean over the {blocks} blocks. Band: from lowest to highest."
    caption = f" {said(words, blocks=len(blocks.numbers))}"
    caption += left_out(len(few), len(parts), "parts", LAYER)
    return by_part[by_part["setting"].isin(few)], caption


def depth(table: pd.DataFrame, blocks: Blocks) -> tuple[Figure | SubFigure, str]:
    """Draw a statistic from block to block at the last step, a line for each part.

    Parameters
    ----------
    table : DataFrame
        As of `tables.recorded_depth`; its statistic names the axis.
    blocks : Blocks
    """
    last = table[table["setting"] == table["setting"].iloc[-1]]
    block = last["layer"].map(blocks.block)
    inside = last[block.notna()]
    own = inside.assign(
        setting=inside["layer"].map(blocks.part),
        layer=block[block.notna()].astype(int).astype(str),
    ).sort_values("layer", key=lambda names: names.astype(int), kind="stable")
    few = spread(blocks.parts, LINES)
    axes = plots.by_layer(own[own["setting"].isin(few)])
    axes.set_xlabel(text.quantity("block"))
    caption = said("A line for each part of a block.")
    caption += left_out(len(few), len(blocks.parts), "parts", LAYER)
    outside = last[block.isna()]
    if len(outside) > 0:
        of = text.quantity(table["statistic"].iloc[0], table)
        told = ", ".join(
            f"{blocks.part(row.layer)} {text.in_unit(row.value, of)}"
            for row in outside.head(_TOLD).itertuples()
        )
        if len(outside) > _TOLD:
            told = said("{told} and {more} more", told=told, more=len(outside) - _TOLD)
        caption += f" {said('Outside of blocks: {numbers}.', numbers=told)}"
    return axes.figure, caption


def rows(table: pd.DataFrame, blocks: Blocks) -> pd.DataFrame:
    """Return the rows of a map part by part, each named once."""
    order = {layer: k for k, layer in enumerate(blocks.ordered())}
    own = table.assign(part=table["layer"].map(blocks.part))
    return own.sort_values("layer", key=lambda names: names.map(order), kind="stable")


def distributions(values: dict[str, float], blocks: Blocks) -> tuple[list[str], str]:
    """Return the layers to draw, part by part, and what to say of it.

    Parameters
    ----------
    values : dict of str to float
        The standard deviation by layer.
    blocks : Blocks
    """
    named = [blocks.block(layer) for layer in sentences.extremes(values)]
    few = spread(blocks.numbers, _BLOCKS, keep=[k for k in named if k is not None])
    parts = list(dict.fromkeys(blocks.part(layer) for layer in blocks.ordered()))
    kept = [blocks.part(layer) for layer in sentences.extremes(values)]
    panels = _ROWS * side_by_side(distribution.LAYOUT, COLUMNS) - 1
    shown = spread(parts, panels, keep=kept)
    layers = [
        layer
        for layer in blocks.ordered()
        if blocks.part(layer) in shown and blocks.block(layer) in (None, *few)
    ]
    of_blocks = "{shown} of {total} blocks; --layer PATTERN chooses."
    words = said(of_blocks, shown=len(few), total=len(blocks.numbers))
    return layers, f"{left_out(len(shown), len(parts), 'parts')} {words}"


def in_panels(histograms: pd.DataFrame, blocks: Blocks) -> pd.DataFrame:
    """Return histograms with a panel for each part, and a line for each block."""
    settings = {layer: _setting(blocks.block(layer)) for layer in histograms["layer"].unique()}
    return histograms.assign(
        setting=histograms["layer"].map(settings), layer=histograms["layer"].map(blocks.part)
    )


def quantiles(table: pd.DataFrame, blocks: Blocks) -> tuple[pd.DataFrame, str]:
    """Return quantiles of each part, of several blocks their mean, and what to say of it.

    Parameters
    ----------
    table : DataFrame
        As of `tables.recorded_quantiles`.
    blocks : Blocks
    """
    order = {part: k for k, part in enumerate(dict.fromkeys(map(blocks.part, blocks.ordered())))}
    own = table.assign(layer=table["layer"].map(blocks.part))
    own = own.sort_values("layer", key=lambda parts: parts.map(order), kind="stable")
    most = _ROWS * side_by_side(quantile.LAYOUT, COLUMNS)
    top = sentences.most_moved(own)
    shown = spread(list(order), most, keep=[] if top is None else [top])
    words = said("Parts of blocks: mean over {blocks} blocks.", blocks=len(blocks.numbers))
    rest = f" {words}{left_out(len(shown), len(order), 'parts', LAYER)}"
    return own[own["layer"].isin(shown)], rest


def _setting(block: int | None) -> str:
    return text.NOTES["outside"] if block is None else text.NOTES["block"].format(number=block)
