"""Several runs, each by a name of its own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz.cli.options import opened

if TYPE_CHECKING:
    from nnviz.runs import LogRun, Run

__all__ = ["named_runs"]


def named_runs(paths: Sequence[Path]) -> Mapping[str, "Run | LogRun"]:
    """Open all runs; of those with the same name, as much of the path as tells them apart."""
    found = [(path, name, run) for path in paths for name, run in opened(path).items()]
    places = [place if (place := path / name).exists() else path for path, name, _ in found]
    names = _distinct([name for _, name, _ in found], [place.resolve() for place in places])
    return dict(zip(names, (run for _, _, run in found), strict=True))


def _distinct(names: list[str], places: list[Path]) -> list[str]:
    """Return the names; of files with the same name, as much of the path as tells them apart."""
    given = list(zip(names, places, strict=True))
    told = []
    for name, place in given:
        others = [other.parts for same, other in given if same == name and other != place]
        wide = 1
        while any(parts[-wide:] == place.parts[-wide:] for parts in others):
            wide += 1
        told.append(Path(*place.parts[-wide:]).as_posix() if others else name)
    return [
        f"{name} ({told[:k].count(name) + 1})" if told.count(name) > 1 else name
        for k, name in enumerate(told)
    ]
