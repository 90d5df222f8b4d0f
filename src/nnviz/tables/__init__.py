"""Tables: the columns stated once, and what is computed from rows to be drawn."""

from nnviz.tables.bands import bands, bands_over, compare, final, from_cells, smooth
from nnviz.tables.progress import recorded_curves, recorded_depth, recorded_progress
from nnviz.tables.quantiles import recorded_quantiles
from nnviz.tables.recorded import recorded_histograms, recorded_scalars, recorded_statistics
from nnviz.tables.schema import (
    BAND,
    BASIN,
    CONFUSION,
    CURVE,
    FINDING,
    HISTOGRAM,
    MASK,
    PICTURE,
    PROGRESS,
    QUANTILE,
    RACE,
    RATE,
    REGION,
    STATE,
    STATISTIC,
    TRAJECTORY,
    Schema,
)
from nnviz.tables.trajectories import state_table, trajectory_table

__all__ = [
    "BAND",
    "BASIN",
    "CONFUSION",
    "CURVE",
    "FINDING",
    "HISTOGRAM",
    "MASK",
    "PICTURE",
    "PROGRESS",
    "QUANTILE",
    "RACE",
    "RATE",
    "REGION",
    "STATE",
    "STATISTIC",
    "TRAJECTORY",
    "Schema",
    "bands",
    "bands_over",
    "compare",
    "final",
    "from_cells",
    "recorded_curves",
    "recorded_depth",
    "recorded_histograms",
    "recorded_progress",
    "recorded_quantiles",
    "recorded_scalars",
    "recorded_statistics",
    "smooth",
    "state_table",
    "trajectory_table",
]
