"""Dropout, in today's form and in that of the notes."""

import numpy as np

from nnviz import _checks
from nnviz._typing import Array, Backward, Params

__all__ = ["Dropout"]


class Dropout:
    """Set each value to zero with probability `rate`, in training only.

    Either form has the same expected output in training and in evaluation
    (Srivastava et al., 2014). Inverted, the default: divide what is kept by 1 − rate in
    training, change nothing in evaluation. The notes' form: change nothing of what is kept,
    multiply by 1 − rate in evaluation.

    Parameters
    ----------
    rate : float
        Probability of being dropped, in [0, 1).
    inverted : bool, default True
        Which of the two forms.
    rng : numpy.random.Generator
        Source of the masks.
    """

    def __init__(self, rate: float, *, inverted: bool = True, rng: np.random.Generator) -> None:
        self.rate = _checks.fraction("rate", rate)
        self.inverted = _checks.flag("inverted", inverted)
        self.rng = _checks.generator("rng", rng)
        self.params: Params = {}

    def mask(self, x: Array) -> Array:
        """Return a fresh mask for x: 0 where dropped; 1, or 1/(1 − rate) inverted, where kept."""
        keep = 1 - self.rate
        # Half the bits of a double decide as well, and cost half.
        kept = self.rng.random(x.shape, dtype=np.float32) < keep
        return kept * x.dtype.type(1 / keep if self.inverted else 1)

    def __call__(self, x: Array, *, train: bool = False) -> tuple[Array, Backward]:
        """Return the output and the function that carries its gradient back."""
        if self.inverted and not train:
            return x, lambda dy: (dy, {})
        factor = self.mask(x) if train else 1 - self.rate

        def backward(dy: Array) -> tuple[Array, Params]:
            return dy * factor, {}

        return x * factor, backward
