"""From whatever a stream hands over to plain finite numbers."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._typing import Array

if TYPE_CHECKING:
    from nnviz.stats.later import Promise

__all__ = ["Far", "Values", "as_floats", "flattened", "kept_type", "looks_finite"]


class Far(ABC):
    """A tensor of real numbers on another device, as far as a recorder looks at it.

    Attributes
    ----------
    shape : tuple of int
    dtype : dtype
        Float32 or float64: the type that its values arrive in.
    is_reduced : bool
        Whether it can be reduced where it lies, so that nothing waits for it: what `summary`,
        `examples`, `silent` and `share` promise. If not, it can only be fetched.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[np.floating]
    is_reduced: bool

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of values."""
        return math.prod(self.shape)

    @abstractmethod
    def take(self, indices: NDArray[np.intp], axis: int | None = None) -> Array:
        """Fetch some values: by flat index, or whole slices along an axis."""

    @abstractmethod
    def reshape(self, shape: tuple[int, ...]) -> "Far":
        """Return it in another shape."""

    @abstractmethod
    def transpose(self, axes: Sequence[int]) -> "Far":
        """Return it with its axes in another order."""

    @abstractmethod
    def summary(self, turn: int, *, whole: bool) -> "Promise":
        """Promise a `Summary`: of all values, or of a sample.

        Tensors are sampled at the same places as long as the turn is the same.
        """

    @abstractmethod
    def examples(self, unit: int) -> "Promise":
        """Promise the `Examples` of an activation, whose units lie along an axis."""

    @abstractmethod
    def silent(self, unit: int) -> "Promise":
        """Promise which units are zero for all examples: an array of bool."""

    @abstractmethod
    def share(self, function: Callable[[Any], Any]) -> "Promise":
        """Promise the share of the values for which a function of all of them says yes."""

    @abstractmethod
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Fetch all."""


@dataclass(frozen=True)
class Values:
    """The finite numbers of a tensor, and how many were not finite.

    Attributes
    ----------
    finite : ndarray, one-dimensional, float32 or float64
        Float32 and narrower types stay or become float32; everything else becomes float64.
        May share memory with the tensor: it is read at once and not kept.
    low, high : float
        The least and the greatest of them; +inf and −inf if there are none.
    nan, positive_inf, negative_inf : int
        Numbers of values that were left out.
    """

    finite: Array
    low: float
    high: float
    nan: int = 0
    positive_inf: int = 0
    negative_inf: int = 0

    @cached_property
    def zeros(self) -> int:
        """Number of zeros."""
        return int(np.count_nonzero(self.finite == 0))

    @classmethod
    def of(cls, values: ArrayLike, *, stream: str = "values") -> "Values":
        """Read any array-like of real numbers; what a mask hides is left out.

        Raises
        ------
        TypeError
            For complex numbers, text and objects that are no numbers, naming the stream.
        """
        flat = flattened(values, stream)
        low, high = _extremes(flat)
        # A NaN or an infinity would be one of the extremes: most tensors are read only twice.
        if math.isfinite(low) and math.isfinite(high):
            return cls(flat, low, high)
        finite = flat[np.isfinite(flat)]
        return cls(
            finite,
            *_extremes(finite),
            int(np.isnan(flat).sum()),
            int(np.isposinf(flat).sum()),
            int(np.isneginf(flat).sum()),
        )


def _extremes(x: Array) -> tuple[float, float]:
    return (float(x.min()), float(x.max())) if x.size else (math.inf, -math.inf)


def flattened(values: ArrayLike, stream: str) -> Array:
    """Return real numbers as a one-dimensional float32 or float64 array, or raise TypeError."""
    if isinstance(values, np.ma.MaskedArray):
        values = values.compressed()
    return as_floats(values, stream).ravel(order="K")


def as_floats(values: ArrayLike, stream: str) -> Array:
    """Return real numbers as a float32 or float64 array of their shape, or raise TypeError."""
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{stream} must be an array of real numbers: {error}") from error
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{stream} must be an array of real numbers; got dtype {array.dtype}")
    return array.astype(kept_type(array.dtype), copy=False)


def looks_finite(values: Any) -> bool:
    """Return False for floats that are not all finite, and for some that are huge.

    The cheapest look at each value there is: their squares are added up. What is no plain array
    of floats is not looked at.
    """
    if type(values) is not np.ndarray or values.dtype.kind != "f":
        return True
    flat = values.ravel(order="K")
    return math.isfinite(np.vdot(flat, flat))  # dot would warn where it overflows


def kept_type(dtype: np.dtype[Any]) -> type[np.floating[Any]]:
    """Return float32 for what it holds exactly, and for float16; float64 for everything else."""
    exact_in_float32 = dtype.kind == "b" or (dtype.kind in "iu" and dtype.itemsize <= 2)
    if exact_in_float32 or (dtype.kind == "f" and dtype.itemsize <= 4):
        return np.float32
    return np.float64
