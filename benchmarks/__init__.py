"""How fast nnviz is, always beside a named peer: ratios measured in one run, never timed tests.

``python -m benchmarks`` runs all of them, ``python -m benchmarks.training`` one.
"""

import os

# One BLAS thread, as in the studies. The libraries read this when they are loaded.
for library in ("OPENBLAS", "MKL", "OMP"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
