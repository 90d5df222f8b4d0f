"""What is kept of a tensor: mergeable, of bounded size, and true for any values."""

from nnviz.stats.bins import from_bins
from nnviz.stats.histogram import RELATIVE_ERROR, Histogram
from nnviz.stats.moments import Moments
from nnviz.stats.rows import Rows
from nnviz.stats.summary import Summary
from nnviz.stats.values import Values, flattened, kept_type

__all__ = [
    "RELATIVE_ERROR",
    "Histogram",
    "Moments",
    "Rows",
    "Summary",
    "Values",
    "flattened",
    "from_bins",
    "kept_type",
]
