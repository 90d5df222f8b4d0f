"""One study on the reader's own data and settings: tables, claims and figures in a folder."""

import inspect
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nnviz import _checks, plots, studies, train
from nnviz._names import safe_filename
from nnviz._renamed import current
from nnviz._version import __version__
from nnviz.publish import files
from nnviz.publish.drawing import Look
from nnviz.publish.figures import figures_of
from nnviz.studies import Study
from nnviz.tables.units import units_of

__all__ = ["run_study", "write_study"]

DATA_OPTIONS = ("n_train", "label_noise")


def run_study(name: str, *, data: str | None = None, **options: Any) -> Study:
    """Return a study by its name, run on any data.

    Parameters
    ----------
    name : str
        A name from `studies.STUDIES`.
    data : str, optional
        As in `train.load`. By default the study's own.
    **options
        Arguments of the study; those of `train.load` that it does not have itself go there.

    Raises
    ------
    ValueError
        If there is no such study, or it does not take an option.
    """
    name = current(name, studies.RENAMED)
    function = studies.STUDIES[studies.STUDIES.named("study", name)]
    known = list(inspect.signature(function).parameters)
    loading = {key: options.pop(key) for key in DATA_OPTIONS if key in options and key not in known}
    if data is not None or loading:
        if "data" not in known:
            raise ValueError(f"{name} takes no data; got {data or loading!r}")
        options["data"] = train.load("digits" if data is None else data, **loading)
    for option in options:
        _checks.one_of(f"option of {name}", option, known)
    return function(**options)


def _columns(study: Study, name: str) -> dict[str, str | None]:
    """Return what each column of a table means, as far as that is declared."""
    schema = study.schemas.get(name)
    columns = map(str, study.tables[name].columns)
    return {column: schema.meaning(column) if schema else None for column in columns}


def write_study(
    study: Study,
    out: Path,
    *,
    formats: Sequence[str] = ("png",),
    look: Look,
    dpi: float | None = None,
) -> list[Path]:
    """Write the tables, the claims and a figure of each table that declares how it is drawn.

    Parameters
    ----------
    study : Study
        What to write.
    out : Path
        Is made if it is not there; files of the same names are replaced.
    formats : sequence of {"png", "svg", "pdf"}
        What to write of each figure.
    look : (theme, context, language, style)
        As in `plots.look`; what is left out at the end is as there.
    dpi : float, optional
        As in `figure_bytes`.

    Returns
    -------
    list of Path
        The files, ``study.json`` first, with settings, claims, the meaning of each column and the
        units of each table; the others have the names of the tables, or safe ones for names that
        no file should have.
    """
    if not formats:
        raise ValueError(f"format must have at least one of {', '.join(files.FORMATS)}; got none")
    for name in formats:
        _checks.one_of("format", name, files.FORMATS)
    contents = {"study.json": b""}  # comes first
    for name, table in study.tables.items():
        contents[f"{safe_filename(name)}.csv"] = files.csv_bytes(table)
    with plots.look(*look):
        facts = {
            "name": study.name,
            "nnviz": __version__,
            "settings": dict(study.settings),
            "claims": {key: claim.facts() for key, claim in study.claims.items()},
            "tables": {name: _columns(study, name) for name in study.tables},
            "units": {name: units_of(study.tables[name]) for name in study.schemas},
        }
        described = json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False)
        contents["study.json"] = described.encode()
        for name, figure in figures_of(study):
            files.freeze_layout(figure)
            title, words = figure.get_suptitle(), figure.get_supxlabel()
            for file_format in formats:
                contents[f"{safe_filename(name)}.{file_format}"] = files.figure_bytes(
                    figure, file_format, dpi=dpi, title=title, description=words
                )
    for name, content in contents.items():
        files.write(out / name, content)
    return [out / name for name in contents]
