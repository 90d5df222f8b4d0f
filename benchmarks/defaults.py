"""What frameworks draw and count on if one says nothing: installed, measured, written down.

``python -m benchmarks defaults [--only NAME ...] [--out FILE]``

Each framework is installed in a temporary environment of its own, unless this one has the pinned
version; what its dense layer draws is measured there, and its conventions are read there
(`defaults_probes`). By default ``docs/defaults.md`` is written, dated and with versions.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.defaults_probes import N_IN, N_OUT
from benchmarks.markdown import table

PROBES = Path(__file__).with_name("defaults_probes.py")
DOCS = Path(__file__).parents[1] / "docs/defaults.md"
MINUTES = 8
"""What the installation of one framework may take."""


@dataclass(frozen=True)
class Framework:
    """A framework: how it is written, what is asked of it, what is installed, its version first."""

    title: str
    probe: str
    requirements: tuple[str, ...]

    @property
    def version(self) -> str:
        """The pinned version."""
        return self.requirements[0].partition("==")[2]


JAX = ("jax==0.10.2",)
SKLEARN = ("scikit-learn==1.9.1",)
FRAMEWORKS = (
    Framework("PyTorch", "pytorch", ("torch==2.13.0", "numpy")),
    Framework("Equinox", "equinox", ("equinox==0.13.8", *JAX)),
    Framework("MLX", "mlx", ("mlx[cpu]==0.32.4", "numpy")),
    Framework("tinygrad", "tinygrad", ("tinygrad==0.14.0", "numpy")),
    Framework("Keras", "keras", ("keras==3.15.1", *JAX)),
    Framework("PaddlePaddle", "paddle", ("paddlepaddle==3.3.1", "setuptools")),
    Framework("Flax", "flax", ("flax==0.12.8", *JAX)),
    Framework("Haiku", "haiku", ("dm-haiku==0.0.17", *JAX)),
    Framework("scikit-learn", "scikit_learn", SKLEARN),
    Framework("scikit-learn, logistic", "scikit_learn_logistic", SKLEARN),
)

_GLOROT = N_IN + N_OUT
KNOWN = {
    "U(±1/√n_in)": (1.8, math.sqrt(1 / 3 / N_IN), math.sqrt(1 / N_IN)),
    "U(±√(6/(n_in + n_out)))": (1.8, math.sqrt(2 / _GLOROT), math.sqrt(6 / _GLOROT)),
    "U(±√(2/(n_in + n_out)))": (1.8, math.sqrt(2 / 3 / _GLOROT), math.sqrt(2 / _GLOROT)),
    "normal, cut off at 2 σ, corrected": (2.365, N_IN**-0.5, 2 / 0.8796 * N_IN**-0.5),
    "normal, cut off at 2 σ": (2.365, 0.8796 * N_IN**-0.5, 2 * N_IN**-0.5),
}
"""Kurtosis, standard deviation and bound of what is told by name."""


def named(values: dict[str, float]) -> str:
    """Return the distribution that values were drawn from, or their numbers if it has no name."""
    if not values["bound"]:
        return "0"
    measured = (values["kurtosis"], values["std"], values["bound"])
    apart = {
        name: max(abs(m / k - 1) for m, k in zip(measured, known, strict=True))
        for name, known in KNOWN.items()
    }
    nearest = min(apart, key=apart.__getitem__)
    if apart[nearest] < 0.1:  # kurtosis and standard deviation of 400 values are within that
        return nearest
    return "std {1:.3g}, bound {2:.3g}, kurtosis {0:.2f}".format(*measured)


def installed_here(framework: Framework) -> bool:
    """Return whether this environment has the pinned version already."""
    package = framework.requirements[0].partition("==")[0].partition("[")[0]
    try:
        return metadata.version(package).partition("+")[0] == framework.version
    except metadata.PackageNotFoundError:
        return False


def python_with(framework: Framework, folder: Path) -> Path:
    """Return the interpreter of an environment that has the framework."""
    if installed_here(framework):
        return Path(sys.executable)
    venv.create(folder, with_pip=True)
    python = folder / "bin/python"
    command = [python, "-m", "pip", "install", "--quiet", "--only-binary=:all:"]
    subprocess.run(
        [*command, *framework.requirements],
        check=True,
        capture_output=True,
        text=True,
        timeout=60 * MINUTES,
    )
    return python


def measured(framework: Framework) -> dict[str, Any]:
    """Return what was found of a framework; under "failed", why nothing was."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            python = python_with(framework, Path(folder))
            done = subprocess.run(
                [python, PROBES, framework.probe],
                check=True,
                capture_output=True,
                text=True,
                timeout=300,
                cwd=folder,
            )
        except subprocess.TimeoutExpired:
            return {"failed": f"not within {MINUTES} minutes"}
        except subprocess.CalledProcessError as error:
            sys.stderr.write(error.stderr[-2000:])
            if "pip" in error.cmd:  # what it says may name a machine
                return {"failed": "not installed"}
            reason = error.stderr.strip().splitlines()[-1].replace("|", "/")
            return {"failed": f"not measured: {reason}"}
    return json.loads(done.stdout.splitlines()[-1])


def written(found: dict[Framework, dict[str, Any]]) -> str:
    """Return the page."""
    draws, conventions = [], []
    kinds = list(
        dict.fromkeys(key for result in found.values() for key in result.get("conventions", {}))
    )
    for framework, result in found.items():
        first = f"{framework.title} {framework.version}"
        if "failed" in result:
            draws.append([first, result["failed"], *[""] * 3])
            continue
        weight = result["weight"]
        numbers = [f"{weight[key] * math.sqrt(N_IN):.3f}" for key in ("std", "bound")]
        draws.append([first, named(weight), *numbers, named(result["bias"])])
        if framework.probe != "scikit_learn_logistic":
            known = result["conventions"]
            conventions.append(
                [first, *("–" if known.get(kind) is None else f"{known[kind]}" for kind in kinds)]
            )
    today = datetime.now(tz=UTC).date().isoformat()
    return f"""# What the frameworks do if you say nothing

Written by `python -m benchmarks defaults` on {today}: each framework was installed in the \
version named, a dense layer with {N_IN} inputs and {N_OUT} outputs was made \
without a word about its weights, and they were measured. For what such weights make of an input, \
see [theory in short](theory.md) and `studies.framework_defaults`.

## Weights and biases of a dense layer

{table(["framework", "weight", "std · √n_in", "bound · √n_in", "bias"], draws)}

U(±a) is uniform between −a and a. A normal distribution that is cut off at two standard \
deviations keeps .8796 of its own; "corrected" makes up for that. scikit-learn's multilayer \
perceptron draws by its activation function: the first of its rows is ReLU.

## Conventions

{table(["framework", *kinds], conventions)}

"–": there is no such default, or it is another package's (Haiku and Equinox leave optimizers to \
Optax, activation functions to JAX). The momentum of batch normalization is the share of the new \
value in PyTorch, MLX and tinygrad, and the share of the old one elsewhere: .1 and .9 mean the \
same. GELU is x Φ(x), or the form with tanh that comes near it.
"""


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks defaults", description=__doc__)
    names = [framework.probe for framework in FRAMEWORKS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--out", type=Path, default=DOCS, help="where the page is written")
    options = parser.parse_args(arguments)
    found = {}
    for framework in FRAMEWORKS:
        if framework.probe in options.only:
            found[framework] = measured(framework)
            print(f"{framework.title} {framework.version}: {found[framework]}", flush=True)
    options.out.write_text(written(found), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
