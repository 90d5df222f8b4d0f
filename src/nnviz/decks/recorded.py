"""The figures of a run in a deck, and what the diagnosis found."""

from collections.abc import Iterator

from matplotlib.figure import Figure

from nnviz._names import is_derived, safe_text
from nnviz.diagnosis import diagnose
from nnviz.publish.drawing import Look
from nnviz.publish.recorded import FIGURES, figure_among
from nnviz.record import Recording

__all__ = ["figures_of_run", "found_in"]


def figures_of_run(run: Recording, name: str, look: Look) -> Iterator[Figure]:
    """Yield the figures of a run: its numbers, its layers over the steps, their distributions.

    What was not recorded is left out.

    Parameters
    ----------
    run : Recording
        Of a recorder, or of `open_run`.
    name : str
        What it is called.
    look : (theme, context, language, style)
        As in `plots.look`.
    """
    for what in _recorded(run):
        yield figure_among(FIGURES, run, what, {}, look=look, called=name)


def found_in(run: Recording) -> list[str]:
    """Return what the diagnosis found, a sentence each."""
    findings = diagnose(run)
    messages = findings.loc[findings["verdict"] == "found", "message"]
    return [safe_text(message, longest=300) for message in dict.fromkeys(messages)]


def _recorded(run: Recording) -> Iterator[str]:
    """Yield the names of the figures for which a run has something."""
    if any(not is_derived(number) for number in run.names):
        yield "curves"
    if run.streams and len(run.recorded_at().step):
        yield from ("map", "distributions")
