"""The gallery's page: one file that opens from disk, without a network."""

import re
from collections.abc import Sequence
from importlib import resources
from typing import Any
from urllib.parse import quote

from nnviz._version import __version__
from nnviz.publish.course import COURSE
from nnviz.publish.entry import Entry, verdicts
from nnviz.publish.policy import policy
from nnviz.publish.settings import pairs_in_words
from nnviz.publish.words import WORDS
from nnviz.studies.claims import VERDICTS

__all__ = ["render"]


def render(entries: Sequence[Entry]) -> str:
    """Return ``index.html`` for the figures, in the order of the course.

    Figures that the course does not have follow, by group. Everything that was text becomes text
    again: the template escapes all that is put into it, but for its own style and script. The
    policy of the page lets nothing else run, and nothing be loaded but the pictures beside it.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.filters |= {"in_words": pairs_in_words, "address": _address}
    style = _file("gallery.css") + _grounds(entries)
    script = _file("gallery.js")
    return environment.from_string(_file("gallery.html.jinja")).render(
        sections=_sections(entries),
        count=len(entries),
        kinds=[name for name in VERDICTS if any(_verdict(entry) == name for entry in entries)],
        verdicts=verdicts(entries),
        version=__version__,
        words=WORDS,
        policy=policy(script, style, images="'self' file:"),
        style=style,
        script=script,
    )


def _sections(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return the parts of the page; each figure knows the one before and the one after it."""
    known = {entry["id"]: entry for entry in entries}
    parts = [
        (section.key, section.title, [known.pop(name) for name in section.figures if name in known])
        for section in COURSE
    ]
    groups: dict[str, list[Entry]] = {}
    for name, entry in known.items():
        groups.setdefault(name.partition("/")[0], []).append(entry)
    parts += [(group, group.replace("-", " "), own) for group, own in groups.items()]
    row = [entry["id"] for _, _, own in parts for entry in own]
    around = zip(["", *row], row, [*row[1:], ""], strict=False)
    beside = {name: {"previous": one, "next": two} for one, name, two in around}
    place = {name: number for number, name in enumerate(row, 1)}
    return [
        {
            "id": key,
            "title": title,
            "entries": [
                entry | _by_title(entry) | beside[entry["id"]] | {"place": place[entry["id"]]}
                for entry in own
            ],
        }
        for key, title, own in parts
        if own
    ]


def _by_title(entry: Entry) -> Entry:
    """Return the claims apart: that of the title, those found otherwise, and all others."""
    parts: Entry = {"own": [], "broken": [], "others": []}
    for claim in entry["claims"]:
        if claim["key"] == entry["claim"]:
            parts["own"].append(claim)
        else:
            parts["broken" if claim["verdict"] == "otherwise" else "others"].append(claim)
    return parts


def _verdict(entry: Entry) -> str | None:
    """Return the verdict on the claim of the title."""
    return next((c["verdict"] for c in entry["claims"] if c["key"] == entry["claim"]), None)


def _address(path: str) -> str:
    """Return a path, or the id of a part of the page, as an address has it."""
    return quote(path, safe="/", errors="backslashreplace")


def _grounds(entries: Sequence[Entry]) -> str:
    """Return style rules for the colours on which pictures stand."""
    colours = sorted({entry["ground"] for entry in entries})
    rule = '[data-ground="{0}"] {{ background: {0}; }}\n'
    return "".join(rule.format(c) for c in colours if re.fullmatch("#[0-9a-f]{6}", c))


def _file(name: str) -> str:
    return resources.files("nnviz.publish").joinpath(name).read_text("utf-8")
