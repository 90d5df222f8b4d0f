"""How the C library keeps memory, where that decides the speed of a loop over arrays."""

from functools import cache

import numpy as np

__all__ = ["keep_freed_memory"]


@cache
def keep_freed_memory() -> None:
    """Let freed arrays of up to 32 MiB be reused, not handed back to the system each time.

    glibc gives the end of its heap back as soon as more than 128 KiB of it are free, and takes
    larger blocks from the system one by one. A training step frees that much several times, and
    the page faults of the next arrays then cost as much as the arithmetic. Both limits rise to
    fit the largest block ever freed (M_TRIM_THRESHOLD and M_MMAP_THRESHOLD in mallopt(3)), so
    one block, freed untouched, sets them for the rest of the process. Elsewhere it does nothing.

    It is the process of whoever calls: `train.fit` and `train.descend` do so for their own loops,
    a recorder does not. A loop of your own asks for it, or leaves memory as it is.
    """
    np.empty(2**25 - 2**16, dtype=np.uint8)  # a little below the 32 MiB that glibc follows
