"""Kernels of OpenBLAS: those that this processor can run, and the one in force."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from platform import machine

import numpy as np

X86 = ("SapphireRapids", "Cooperlake", "SkylakeX", "Zen", "Haswell", "Sandybridge", "Nehalem")
ARM = ("NeoverseV1", "NeoverseN1", "ThunderX", "CortexA57", "ARMV8")
CORES = {"x86_64": (*X86, "Prescott"), "AMD64": (*X86, "Prescott"), "aarch64": ARM, "arm64": ARM}
"""Values of OPENBLAS_CORETYPE by processor: names of the kernels that wheels have built in."""

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Kernel:
    """A kernel of OpenBLAS: as it is asked for ("" for the processor's own), and read back."""

    core: str
    name: str


def environment(core: str) -> dict[str, str]:
    """Return the environment of a process in which a kernel is asked for."""
    known = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    return known | ({"OPENBLAS_CORETYPE": core} if core else {})


def in_force() -> tuple[str, int]:
    """Return the kernel that OpenBLAS uses, and its threads; that of several, "a/b"."""
    import scipy.linalg  # noqa: F401  SciPy brings an OpenBLAS of its own
    from threadpoolctl import threadpool_info

    blas = [library for library in threadpool_info() if library["user_api"] == "blas"]
    names = sorted({library.get("architecture", library["internal_api"]) for library in blas})
    return "/".join(names), max((library["num_threads"] for library in blas), default=1)


def taken(core: str) -> str | None:
    """Return the kernel in force if one is asked for; None if the processor cannot run it."""
    child = subprocess.run(
        [sys.executable, "-m", "benchmarks.claims_kernels"],
        env=environment(core),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return json.loads(child.stdout) if child.returncode == 0 else None


def kernels(tell: Callable[[str], None] = print) -> Iterator[Kernel]:
    """Yield each kernel that this processor runs once, its own first; say what became of others.

    OpenBLAS puts another kernel in the place of one that it was built without, so names are tried,
    in a process that may crash, and the kernel in force is read back. (It reads "Katmai" where
    Prescott was asked for: the name is that of the first of those that share a kernel.)
    """
    native = taken("")
    if native is None:
        raise SystemExit("BLAS crashes as it is")
    yield Kernel("", native)
    found = {native}
    for core in CORES.get(machine(), ()):
        name = taken(core)
        if name is None:
            tell(f"{core}: skipped, it crashes on this processor")
        elif name not in found:
            found.add(name)
            yield Kernel(core, name)
        elif core.lower() != name.lower():
            tell(f"{core}: skipped, not taken: {name} is in force instead")


def probe() -> None:
    """Multiply, solve, and print the kernel in force: what a throwaway process does."""
    for dtype in (np.float32, np.float64):
        square = np.random.default_rng(0).normal(size=(96, 96)).astype(dtype)
        if not np.isfinite(square @ square @ np.linalg.solve(square, square[0])).all():
            raise SystemExit("not finite")
    print(json.dumps(in_force()[0]))


if __name__ == "__main__":
    probe()
