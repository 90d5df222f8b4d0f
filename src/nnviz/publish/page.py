"""The gallery's page: one file, without a script and without a network."""

from collections.abc import Iterable
from importlib import resources
from typing import Any

from nnviz._version import __version__

__all__ = ["render"]


def render(entries: Iterable[dict[str, Any]]) -> str:
    """Return ``index.html`` for the figures, by group.

    Everything that was text becomes text again: the template escapes all that is put into it.
    """
    from jinja2 import Environment

    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        group, _, name = entry["id"].partition("/")
        in_title, others = _by_title(entry)
        shown = {**entry, "name": name, "in_title": in_title, "others": others}
        groups.setdefault(group.replace("-", " "), []).append(shown)
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["measured"] = _measured
    source = resources.files("nnviz.publish").joinpath("gallery.html.jinja").read_text("utf-8")
    return environment.from_string(source).render(groups=groups, version=__version__)


def _by_title(entry: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the claims that the figure itself makes or that do not hold, and all others."""
    first: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    for claim in entry["claims"]:
        own = " ".join(claim["statement"].split()) in entry["title"]
        (first if own or not claim["holds"] else rest).append(claim)
    return first, rest


def _measured(number: float) -> str:
    """Return a number as it is read: four digits, a true minus sign."""
    return f"{number:.4g}".replace("-", "−")
