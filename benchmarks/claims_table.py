"""The table of the claims benchmark, on a terminal, as Markdown and as CSV."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from benchmarks.claims_margins import Row
from nnviz._files import defused, replacing


def failing(rows: Sequence[Row]) -> list[str]:
    """Return a line for each claim and run in which it does not hold."""
    return [
        f"{row.figures[0]}, {row.key!r} ({run.name}): {fact['verdict']}: {fact['measured']}: "
        f"{fact['found']}, had to be {fact['bound']}"
        for row in rows
        for run, fact in row.facts.items()
        if not fact["holds"]
    ]


def seldom(rows: Sequence[Row], runs: int) -> list[str]:
    """Return a line for each claim that was not asked in every run."""
    return [
        f"{row.figures[0]}, {row.key!r}: asked in {len(row.facts)} of {runs} runs"
        for row in rows
        if len(row.facts) != runs
    ]


def fewer(rows: Sequence[Row]) -> list[str]:
    """Return a line for each claim and run whose number rests on fewer seeds than in another run.

    A seed without a number, such as that of a network that was lost, may be left out unnoticed.
    """
    counts = [{run: len(fact["by_seed"]) for run, fact in row.facts.items()} for row in rows]
    return [
        f"{row.figures[0]}, {row.key!r} ({run.name}): {n} of {max(seeds.values())} seeds"
        for row, seeds in zip(rows, counts, strict=True)
        for run, n in seeds.items()
        if n < max(seeds.values())
    ]


HEADER = ("margin", "holds", "number", "bound", "claim", "figure")


def _cells(row: Row) -> tuple[str, ...]:
    holds = f"{row.held} of {len(row.facts)}"
    claim = f"{row.key}: {row.any['measured']}"
    return row.margin_written, holds, row.range, row.any["bound"], claim, row.figures[0]


def printed(rows: Sequence[Row]) -> str:
    """Return the table for a terminal."""
    cells = [HEADER, *map(_cells, rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(HEADER) - 2)]
    return "\n".join(
        "  ".join([*(text.rjust(w) for text, w in zip(line, widths, strict=False)), *line[4:]])
        for line in cells
    )


def markdown(rows: Sequence[Row]) -> str:
    """Return the table in Markdown."""
    lines = [HEADER, ("---:",) * 4 + ("---",) * 2, *map(_cells, rows)]
    return "".join(f"| {' | '.join(c.replace('|', '∣') for c in line)} |\n" for line in lines)


def comma_separated(rows: Sequence[Row]) -> str:
    """Return the table as CSV, with the number and the verdict of each run."""
    runs = list(dict.fromkeys(run for row in rows for run in row.facts))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = ("study", "settings", "key", "figures", "measured", "unit", "low", "high", "runs")
    names += ("holds", "margin", "distance", "between_runs", "between_seeds", "logarithms")
    each = [f"{name} ({run.name})" for name in ("number", "verdict") for run in runs]
    writer.writerow([*names, *each])
    for row in rows:
        said = [row.study, row.settings, row.key, " ".join(row.figures), row.any["measured"]]
        said += [row.any["unit"], row.any["low"], row.any["high"], len(row.facts), row.held]
        said += [row.margin, row.distance, row.between_runs, row.between_seeds, row.logarithms]
        facts = [row.facts.get(run, {}) for run in runs]
        said += [fact.get(name) for name in ("number", "verdict") for fact in facts]
        writer.writerow([defused(cell) if isinstance(cell, str) else cell for cell in said])
    return text.getvalue()


def write(rows: Sequence[Row], folder: Path) -> None:
    """Leave ``claims.csv`` and ``claims.md`` in a folder."""
    for name, text in (("claims.csv", comma_separated(rows)), ("claims.md", markdown(rows))):
        with replacing(folder / name) as file:
            file.write(text.encode())
