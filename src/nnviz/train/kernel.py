"""What NumPy computes with on this processor: it decides the last bits of a result."""

import functools
from pathlib import Path

import numpy as np

__all__ = ["kernel"]


@functools.cache
def kernel() -> tuple[str, ...]:
    """Return NumPy's BLAS with the kernel that it chose, and what NumPy's own loops use.

    Sums of floats depend on their order, which libraries choose by processor. The number of
    threads is left out: cells have one, whatever is set (`run_cells`). So are the BLAS of other
    packages, which would count only once somebody has imported them.
    """
    from threadpoolctl import ThreadpoolController

    package = Path(np.__file__).resolve().parent
    known = ThreadpoolController().select(user_api="blas").info()
    paths = [Path(library["filepath"]).resolve() for library in known]
    own = [
        any(path.is_relative_to(package.with_name(folder)) for folder in ("numpy", "numpy.libs"))
        for path in paths
    ]
    if not any(own):  # from no wheel: it is the system's, or that of the environment
        own = [not path.is_relative_to(package.parent) for path in paths]
    told = {
        " ".join(str(library.get(part)) for part in ("internal_api", "version", "architecture"))
        for library, is_own in zip(known, own, strict=True)
        if is_own
    }
    loops = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    return *sorted(told), *loops
