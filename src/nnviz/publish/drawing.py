"""A script of the gallery as files."""

import json
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from nnviz import _names
from nnviz.plots import look
from nnviz.plots.house import files_of
from nnviz.publish import files
from nnviz.publish.entry import Entry, describe
from nnviz.publish.manifest import Record, digest_of
from nnviz.publish.notebook import notebook_bytes
from nnviz.publish.picture import picture
from nnviz.publish.scripts import Exhibit, Script, run

__all__ = ["GalleryDrawing", "Look", "draw_all"]

_LIBRARIES = ("numpy", "pandas", "matplotlib", "seaborn", "scikit-learn", "scipy", "pillow")
_LONG = (
    "one_bit",
    "sharpness",
    "training",
    "overfitting",
    "batch_normalization",
    "hyperparameters",
    "trajectories",
    "recording",
)
"""Groups that take longest, begun first: then no process is left with one of them at the end."""

Outcome = tuple[Script, Record | str]

Look: TypeAlias = Sequence[Any]
"""Theme, context, language and house style, as `plots.look` takes them."""


@dataclass(frozen=True)
class GalleryDrawing:
    """How scripts are drawn into a folder, all in one look.

    Attributes
    ----------
    out : Path
        The folder.
    formats : sequence of str
        What to write of each figure.
    look : (theme, context, language, style)
        As in `plots.look`; what is left out at the end is as there.
    notebooks : bool
        Whether each script becomes a notebook too.
    dpi : float, optional
        As in `figure_bytes`.
    """

    out: Path
    formats: Sequence[str]
    look: Look
    notebooks: bool = False
    dpi: float | None = None

    def basis(self) -> str:
        """Return everything, beside a script's text, that its figure depends on."""
        package = Path(__file__).parents[1]
        sources = {
            path.relative_to(package).as_posix(): digest_of(path.read_bytes())
            for kind in ("*.py", "*.mplstyle", "*.toml")
            for path in sorted(package.rglob(kind))
            if "_gallery" not in path.parts
        }
        versions = {name: version(name) for name in _LIBRARIES}
        named = [Path(name) for name in self.look[2:] if name is not None]
        read = [digest_of(path.read_bytes()) for path in named if path.is_file()]
        styles = [style for style in self.look[3:] if style is not None]
        read += [digest_of(path.read_bytes()) for style in styles for path in files_of(style)]
        wanted = [list(map(str, self.look)), read, sorted(self.formats), self.notebooks, self.dpi]
        return json.dumps([sources, versions, sys.version, *wanted])

    def draw(self, script: Script, jobs: int | None) -> Outcome:
        """Run a script and write its figure and tables.

        Parameters
        ----------
        jobs : int, optional
            Processes that its study may use; by default what ``joblib.parallel_config`` says.

        Returns
        -------
        (Script, Record or str)
            What was written, or, if the script failed, the traceback.
        """
        import matplotlib.pyplot as plt
        from joblib import parallel_config

        try:
            with look(*self.look), nullcontext() if jobs is None else parallel_config(n_jobs=jobs):
                entry, contents = _contents(run(script), self)
        except Exception:
            return script, traceback.format_exc()
        finally:
            plt.close("all")
        for name, content in contents.items():
            files.write(self.out / name, content)
        written = {name: digest_of(content) for name, content in contents.items()}
        return script, {"entry": entry, "written": written}


def draw_all(
    drawing: GalleryDrawing, scripts: Sequence[Script], jobs: int | None
) -> Iterator[Outcome]:
    """Draw scripts, and yield what came of each.

    Scripts of different groups are drawn at the same time: drawing is a good part of the work, and
    no study takes part in it. Those of one group follow each other, since they share studies;
    the groups that take longest come first.

    Parameters
    ----------
    jobs : int, optional
        Processes to use, all in all. By default scripts are drawn one after the other, and
        their studies use what ``joblib.parallel_config`` says.
    """
    groups = [list(group) for _, group in groupby(scripts, key=lambda script: script.path.parent)]
    order = {name: place for place, name in enumerate(_LONG)}
    groups.sort(key=lambda group: order.get(group[0].path.parent.name, len(order)))
    workers = min(jobs or 1, len(groups))
    if jobs is None or workers <= 1:
        yield from (drawing.draw(script, jobs) for script in scripts)
        return
    from joblib import Parallel, delayed

    pool = Parallel(n_jobs=workers, return_as="generator_unordered")
    for outcomes in pool(delayed(_draw_group)(drawing, group, jobs // workers) for group in groups):
        yield from outcomes


def _draw_group(drawing: GalleryDrawing, scripts: Sequence[Script], jobs: int) -> list[Outcome]:
    return [drawing.draw(script, jobs) for script in scripts]


def _contents(exhibit: Exhibit, drawing: GalleryDrawing) -> tuple[Entry, dict[str, bytes]]:
    """Return what is said of a figure, and the content of each of its files by path."""
    from matplotlib.colors import to_hex

    figure, script = exhibit.figure, exhibit.script.id
    entry = describe(exhibit)
    files.freeze_layout(figure)
    title, description = files.described(entry)
    pictures = {
        name: files.figure_bytes(
            figure, name, title=title, description=description, dpi=drawing.dpi
        )
        for name in {"png", *drawing.formats}
    }
    contents: dict[str, bytes] = {}
    for name in drawing.formats:
        entry["files"][name] = f"figures/{script}.{name}"
        contents[entry["files"][name]] = pictures[name]
    entry["files"]["script"] = f"scripts/{script}.py"
    contents[entry["files"]["script"]] = exhibit.script.code.encode()
    if drawing.notebooks:
        entry["files"]["notebook"] = f"notebooks/{script}.ipynb"
        contents[entry["files"]["notebook"]] = notebook_bytes(exhibit.script)
    for name, table in exhibit.study.tables.items():
        file = f"{_names.safe_filename(name)}.csv"
        entry["files"][file] = f"tables/{script}/{file}"
        contents[entry["files"][file]] = files.csv_bytes(table)
    small, size = picture(figure, pictures["png"])
    entry |= {"thumbnail": f"thumbnails/{script}.png", "size": size}
    entry["ground"] = to_hex(figure.get_facecolor())
    contents[entry["thumbnail"]] = small
    return entry, contents
