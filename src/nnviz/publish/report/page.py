"""The page of a report: all it needs is in it, and it asks nobody for anything."""

import os
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from nnviz import _checks, plots
from nnviz._language import current
from nnviz._names import safe_text
from nnviz._version import __version__
from nnviz.diagnosis import diagnose
from nnviz.publish.drawing import Look
from nnviz.publish.files import write
from nnviz.publish.policy import policy
from nnviz.publish.report import facts
from nnviz.publish.report.pictures import Picture, beside, pictures_of
from nnviz.publish.report.words import WORDS
from nnviz.publish.settings import pairs_in_words
from nnviz.record import Recording

__all__ = ["HTML", "rendered", "write_report"]

HTML = (".html", ".htm")

_MOST_OWN = 4
"""Runs of a report each of which has figures of its own, beside those of all."""


def write_report(
    runs: Recording | Mapping[str, Recording],
    path: str | os.PathLike[str],
    *,
    thresholds: Mapping[str, float] | None = None,
    language: str | os.PathLike[str] | None = None,
    style: str | os.PathLike[str] | None = None,
) -> Path:
    """Write a report on a run, or on several side by side: one HTML file to hand on.

    It has the findings of `diagnosis.diagnose` with what usually helps, figures with how they are
    read, settings, and tables of the last numbers and tensors. It is shown in light or dark, as
    who reads it prefers, prints, and makes no request.

    Parameters
    ----------
    runs : Recording or mapping of str to Recording
        A recorder, or an opened run; or several by name, as `open_runs` returns them.
    path : str or path
        Ends in .html.
    thresholds : mapping of str to float, optional
        As in `diagnosis.diagnose`.
    language, style
        As in `plots.look`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        For another suffix, no run at all, and a threshold of an unknown rule.
    OSError
        If the file cannot be written, or the path is a symbolic link.
    """
    by_name = {_name(runs): runs} if isinstance(runs, Recording) else runs
    by_name = _checks.mapping("runs", by_name, _recording, at_least=1)
    target = _checks.path("path", path)
    if target.suffix.lower() not in HTML:
        raise _checks.fail("the suffix of path", " or ".join(HTML), target.suffix)
    with plots.look(language=language, style=style):
        findings = {name: diagnose(run, thresholds=thresholds) for name, run in by_name.items()}
        content = _page(by_name, findings, (language, style))
    write(target, content.encode("utf-8", "backslashreplace"))
    return target


def rendered(template: str, *styles: str, **values: Any) -> str:
    """Return a page of one of the templates here, which escape all that is put into them.

    Parameters
    ----------
    template : str
        Name of the file.
    *styles : str
        Rules that follow those of all reports.
    **values : object
        What the template asks for.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("nnviz.publish", "report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    style = "\n".join([_file("report.css"), *styles])
    return environment.get_template(template).render(
        **values,
        words=WORDS,
        version=__version__,
        style=style,
        policy=policy("", style, images="data:"),
    )


def _page(runs: Mapping[str, Recording], findings: Mapping[str, pd.DataFrame], look: Look) -> str:
    several = len(runs) > 1
    together = list(beside(runs, look)) if several else []
    sections = []
    for name, run in runs.items():
        own = list(pictures_of(run, findings[name], look)) if len(runs) <= _MOST_OWN else []
        sections.append(_section(name, run, findings[name], own))
    drawn = [*together, *(shown for section in sections for shown in section["pictures"])]
    names = [section["name"] for section in sections]
    return rendered(
        "report.html.jinja",
        _grounds(drawn),
        title=names[0] if not several else WORDS["several"].format(count=len(names)),
        head=WORDS["titles" if several else "title"].format(run=names[0], count=len(names)),
        sections=sections,
        together=together,
        compared=[facts.differing(runs), facts.last_numbers(runs)] if several else [],
        has_own=len(runs) <= _MOST_OWN,
        most=_MOST_OWN,
    )


def _section(
    name: str, run: Recording, findings: pd.DataFrame, pictures: list[Picture]
) -> dict[str, Any]:
    meta = run.meta
    return {
        "name": safe_text(name),
        "state": meta.get("state", ""),
        "facts": facts.facts(run),
        "notices": [
            safe_text(current().sentence(notice), longest=300) for notice in meta.get("notices", ())
        ],
        "findings": facts.findings_in_words(findings),
        "pictures": pictures,
        "settings": pairs_in_words(meta.get("settings", {})),
        "tables": [facts.last_numbers({name: run}), facts.units(run), facts.tensors(run)],
    }


def _grounds(pictures: list[Picture]) -> str:
    """Return style rules for the colours on which pictures stand, which are one for each theme."""
    grounds = next((shown.grounds for shown in pictures if shown.grounds), None)
    if grounds is None:
        return ""
    rule = ".picture {{ background: {}; }}"
    dark = f"@media screen and (prefers-color-scheme: dark) {{ {rule.format(grounds['dark'])} }}"
    return f"{rule.format(grounds['light'])}\n{dark}"


def _recording(name: str, value: Any) -> Recording:
    return _checks.instance(name, value, Recording)


def _name(run: Recording) -> str:
    path = getattr(run, "path", None)
    return type(run).__name__ if path is None else str(path.resolve().name)


def _file(name: str) -> str:
    return resources.files("nnviz.publish.report").joinpath(name).read_text("utf-8")
