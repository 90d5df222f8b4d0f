"""The gallery's page: one file, without a script and without a network."""

from collections.abc import Sequence
from importlib import resources
from typing import Any

from nnviz._numbers import number
from nnviz._version import __version__
from nnviz.publish.entry import Entry, verdicts

__all__ = ["render"]


def render(entries: Sequence[Entry]) -> str:
    """Return ``index.html`` for the figures, by group.

    Everything that was text becomes text again: the template escapes all that is put into it.
    """
    from jinja2 import Environment

    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        group = entry["id"].partition("/")[0]
        groups.setdefault(group, []).append(entry | _by_title(entry))
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"told": _told}
    source = resources.files("nnviz.publish").joinpath("gallery.html.jinja").read_text("utf-8")
    return environment.from_string(source).render(
        groups=groups, verdicts=verdicts(entries), version=__version__
    )


def _by_title(entry: Entry) -> Entry:
    """Return the claims apart: that of the title, those found otherwise, and all others."""
    parts: Entry = {"own": [], "broken": [], "others": []}
    for claim in entry["claims"]:
        if claim["key"] == entry["claim"]:
            parts["own"].append(claim)
        else:
            parts["broken" if claim["verdict"] == "otherwise" else "others"].append(claim)
    return parts


def _told(value: Any) -> str:
    """Return a setting as it is read: no brackets, no quotes."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_told(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(_told, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value, digits=4)
    return "none" if value is None else str(value)
