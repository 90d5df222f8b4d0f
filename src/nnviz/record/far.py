"""Tensors that are not in main memory: only what is asked for is fetched."""

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array

__all__ = ["Far"]


class Far(ABC):
    """A tensor of real numbers on another device, as far as a recorder looks at it.

    Attributes
    ----------
    shape : tuple of int
    dtype : dtype
        Float32 or float64: the type that its values arrive in.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[np.floating]

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
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Fetch all."""
