"""From whatever a stream hands over to plain finite numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnviz._typing import Array

__all__ = ["Values", "flattened"]


@dataclass(frozen=True)
class Values:
    """The finite numbers of a tensor, and how many were not finite.

    Attributes
    ----------
    finite : ndarray, one-dimensional, float32 or float64
        Float32 and narrower types stay or become float32; everything else becomes float64.
        May share memory with the tensor: it is read at once and not kept.
    nan, positive_inf, negative_inf : int
        Numbers of values that were left out.
    """

    finite: Array
    nan: int = 0
    positive_inf: int = 0
    negative_inf: int = 0

    @classmethod
    def of(cls, values: ArrayLike, *, stream: str = "values") -> "Values":
        """Read any array-like of real numbers; what a mask hides is left out.

        Raises
        ------
        TypeError
            For complex numbers, text and objects that are no numbers, naming the stream.
        """
        flat = flattened(values, stream)
        finite = np.isfinite(flat)
        if finite.all():
            return cls(flat)
        return cls(
            flat[finite],
            int(np.isnan(flat).sum()),
            int(np.isposinf(flat).sum()),
            int(np.isneginf(flat).sum()),
        )


def flattened(values: ArrayLike, stream: str) -> Array:
    """Return real numbers as a one-dimensional float32 or float64 array, or raise TypeError."""
    if isinstance(values, np.ma.MaskedArray):
        values = values.compressed()
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{stream} must be an array of real numbers: {error}") from error
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{stream} must be an array of real numbers; got dtype {array.dtype}")
    return array.astype(_kept_type(array.dtype), copy=False).ravel(order="K")


def _kept_type(dtype: np.dtype[Any]) -> type[np.floating[Any]]:
    exact_in_float32 = dtype.kind == "b" or (dtype.kind in "iu" and dtype.itemsize <= 2)
    if exact_in_float32 or (dtype.kind == "f" and dtype.itemsize <= 4):
        return np.float32
    return np.float64
