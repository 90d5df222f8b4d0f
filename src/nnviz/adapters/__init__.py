"""Loops that somebody else owns: what begins and ends the steps that are recorded in them.

`watch` records a PyTorch module in any loop. The callbacks are in modules of their own, which
need the library that they are for: `adapters.lightning`, `adapters.transformers`,
`adapters.keras`.
"""

from nnviz.adapters.watching import Watch, watch

__all__ = ["Watch", "watch"]
