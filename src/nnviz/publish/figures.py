"""A figure for every table of a study that declares how it is drawn."""

from collections.abc import Iterator
from typing import Any, cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnviz import plots
from nnviz._language import current, said
from nnviz.plots._composed import composed
from nnviz.publish.settings import settings_in_words
from nnviz.studies import Study
from nnviz.tables import Schema

__all__ = ["beside", "figures_of", "undrawn"]


def figures_of(study: Study) -> Iterator[tuple[str, Figure]]:
    """Yield the name of each table that is drawn, and a new figure of it.

    Above it stands the main number of each setting, below it how to read the figure and with
    which settings the study was run.
    """
    import matplotlib.pyplot as plt

    for name, table in study.tables.items():
        schema = study.schemas.get(name)
        plot = None if schema is None else plots.plot_of(schema)
        if schema is not None and plot is not None:
            shown, part = _part(table, schema)
            drawn = plot.draw(shown, schema, **beside(study, schema))
            figure = cast(Figure, drawn.figure if isinstance(drawn, Axes) else drawn)
            with composed(shown):
                plots.headline(figure, f"{study.name}: {plot.said(shown, schema)}")
            key = plots.text.KEYS[plot.name]
            plots.caption(figure, " ".join(filter(None, (key, part, _settings(study)))))
            yield name, figure
            plt.close(figure)


def undrawn(study: Study) -> dict[str, str]:
    """Return why there is no figure of a table, for each of which there is none."""
    reasons = {
        name: study.schemas[name].undrawn if name in study.schemas else "no schema says what it is"
        for name in study.tables
    }
    return {name: current().sentence(reason) for name, reason in reasons.items() if reason}


def _part(table: pd.DataFrame, schema: Schema) -> tuple[pd.DataFrame, str]:
    """Return the rows to draw and, if these are not all, what they are."""
    if not schema.part or table[schema.part].nunique() < 2:
        return table, ""
    first = table[schema.part].iloc[0]
    of = plots.text.quantity(schema.part, table)
    words = said("{part}: {shown}; the table has more.", part=of, shown=plots.text.choice(first))
    words = words[:1].upper() + words[1:]
    return table[table[schema.part] == first], words


def beside(study: Study, schema: Schema) -> dict[str, Any]:
    """Return what the study has beside a table that helps to draw it, where it has that."""
    known = {**study.settings, **study.tables}
    return {option: known[name] for option, name in schema.beside.items() if name in known}


def _settings(study: Study) -> str:
    words = settings_in_words(study.settings)
    return said("Settings: {settings}.", settings=words) if study.settings else ""
