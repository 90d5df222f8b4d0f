"""The explorer: one file, which asks nobody for anything."""

import json
import os
from collections.abc import Mapping
from importlib import resources
from inspect import signature
from pathlib import Path
from typing import Any

from nnviz import _checks, _files, plots, studies
from nnviz._language import current
from nnviz._version import __version__
from nnviz.explorer import catalogue, draws
from nnviz.explorer.look import look
from nnviz.explorer.presets import STEPS
from nnviz.explorer.regularizers import regularizers
from nnviz.explorer.words import WORDS
from nnviz.publish.policy import policy
from nnviz.train.parallel import check_jobs

__all__ = ["SCRIPTS", "data", "explore", "render", "script", "source"]

SCRIPTS = (
    *("words", "surfaces", "rules", "descent", "activations", "tables", "network", "map"),
    *("address", "python", "measures"),
    *("dom", "draw", "colourbar", "ground", "histogram", "walk", "pathpictures", "cards"),
    *("paths", "weights", "rates", "regularizers", "main"),
)
"""In the order in which they stand in the page: what is computed, what is told, what is drawn."""

TABS = ("paths", "weights", "rates", "regularizers")
"""What the page shows, one after the other."""

_SUFFIXES = (".html", ".htm")


def explore(
    path: str | os.PathLike[str],
    *,
    language: str | os.PathLike[str] | None = None,
    n_jobs: int | None = None,
) -> Path:
    """Write a page with knobs: what they change is computed and drawn while they move.

    The page is a single file that opens from disk, in any browser since 2023, and makes no request.
    The state of its knobs stands in its address, so that a link can be sent. Networks with weight
    decay and dropout are trained before, which takes a minute for the first time.

    Parameters
    ----------
    path : str or path
        Ends in .html.
    language : str or path, optional
        As in `plots.look`.
    n_jobs : int, optional
        As in `train.run_cells`.

    Returns
    -------
    Path
        Where the page is.

    Raises
    ------
    ValueError
        For another suffix, or what is no language.
    """
    check_jobs(n_jobs, fresh=False)
    place = _checks.path("path", path)
    _checks.one_of("the suffix of path", place.suffix.lower(), _SUFFIXES)
    with plots.language({} if language is None else language):
        page = render(data(n_jobs=n_jobs))
    with _files.replacing(place) as file:
        file.write(page.encode())
    return place


def data(*, n_jobs: int | None = None) -> dict[str, Any]:
    """Return all that the scripts of the page are told."""
    begin = signature(studies.optimizer_trajectories).parameters
    return {
        "words": dict(WORDS),
        "language": Path(current().name).name,
        "look": look(),
        "surfaces": catalogue.surfaces_told(),
        "rules": catalogue.rules(),
        "knobs": catalogue.KNOBS,
        "first": {
            "surface": begin["surface"].default,
            "rules": list(begin["optimizers"].default),
            "steps": begin["steps"].default,
        },
        "most": 6,
        "steps": STEPS,
        "noise": draws.noise(),
        "initializers": {"normal": {"title": WORDS["normal"]}, **catalogue.initializers()},
        "activations": catalogue.activations(),
        "weights": draws.weights(),
        "regularizers": regularizers(n_jobs=n_jobs),
    }


def render(told: Mapping[str, Any]) -> str:
    """Return the page for what its scripts are told.

    Only its own script and style may run, by their hashes, and nothing may be loaded.
    """
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    code, style = script(), _style(told["look"])
    return environment.from_string(source("explorer.html.jinja")).render(
        words=told["words"],
        told=told,
        tabs=TABS,
        version=__version__,
        data=_json(told),
        script=code,
        style=style,
        policy=policy(code, style),
    )


def script() -> str:
    """Return the scripts of the page as one."""
    parts = [source(f"scripts/{name}.js") for name in SCRIPTS]
    return '\n"use strict";\n' + "\n".join(parts)


def _style(looks: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the style sheet, with the colours of both themes as its variables."""
    light, dark = (
        "".join(f"--{name}: {colours[name]};" for name in ("ground", "text", "muted", "grid"))
        + f"--accent: {colours['readable'][0]};--bad: {colours['readable'][2]};"
        + f"color-scheme: {name};"
        for name, colours in looks.items()
    )
    return (
        f"\n:root {{{light}}}\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{{dark}}} }}\n"
        f":root[data-theme=dark] {{{dark}}}\n{source('explorer.css')}"
    )


def _json(told: Mapping[str, Any]) -> str:
    """Return JSON in which no name can end the element that it stands in."""
    text = json.dumps(told, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def source(name: str) -> str:
    """Return a file of this package."""
    return resources.files("nnviz.explorer").joinpath(name).read_text("utf-8")
