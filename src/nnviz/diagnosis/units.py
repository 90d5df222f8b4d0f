"""What rules on the units of a layer share: how they were looked at, and what they apply."""

from nnviz.diagnosis.evidence import Evidence
from nnviz.nn import ACTIVATIONS

__all__ = ["UNIT_BY_UNIT", "applies_function"]

UNIT_BY_UNIT = "that a recorder of nnviz counts in full, unit by unit"
"""The steps at which they were looked at, in words."""


def applies_function(evidence: Evidence, layer: str) -> bool:
    """Return whether a layer is known to apply an activation function, or has output zeros."""
    own = layer.rpartition(".")[2].rstrip("0123456789")
    known = own in ACTIVATIONS or len(evidence.number(f"{layer}/saturated").step)
    return bool(known or evidence.statistic(f"{layer}/activation", "zero").value.any())
