"""The types that all packages share."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
"""Any array of floating-point numbers."""

Params: TypeAlias = dict[str, Array]
"""Named parameters, or their gradients."""

Backward: TypeAlias = Callable[[Array], tuple[Array, Params]]
"""Carries the gradient of a layer's output back: to its input, and to its parameters."""

Observe: TypeAlias = Callable[[str, Array], None]
"""Is handed ``"<layer>/<kind>"`` and the values, which it must neither keep nor change."""
