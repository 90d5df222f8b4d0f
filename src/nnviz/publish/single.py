"""One figure of the gallery, in the size and colours of where it will be shown."""

import os
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from nnviz import _checks
from nnviz.plots import look
from nnviz.publish.files import freeze_layout
from nnviz.publish.scripts import Exhibit, find_scripts, run

__all__ = ["exhibit", "figure"]


def figure(
    id: str,
    *,
    theme: str = "light",
    context: str = "notebook",
    caption: bool = True,
    language: str | os.PathLike[str] | None = None,
    style: str | os.PathLike[str] | None = None,
) -> Figure:
    """Return a figure of the gallery.

    Its layout is final: it looks the same whatever the settings are when it is shown or saved.

    Parameters
    ----------
    id : str
        Such as "overfitting/noisy-labels"; ``nnviz list`` names them all.
    theme, context, language, style
        As in `plots.look`.
    caption : bool, default True
        Whether the small print below says how to read the figure.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    look: Any = {"theme": theme, "context": context, "language": language, "style": style}
    return exhibit(id, caption=caption, **look).figure


def exhibit(
    id: str,
    *,
    theme: str = "light",
    context: str = "notebook",
    caption: bool = True,
    language: str | os.PathLike[str] | None = None,
    style: str | os.PathLike[str] | None = None,
) -> Exhibit:
    """Return a figure of the gallery together with its study; arguments as in `figure`."""
    _checks.flag("caption", caption)
    scripts = {script.id: script for script in find_scripts()}
    script = _checks.lookup("id", id, scripts, see="nnviz list")
    import matplotlib.pyplot as plt

    with look(theme, context, language, style):
        shown = run(script)
        if not caption:
            shown.figure.supxlabel("").set_in_layout(False)
        freeze_layout(shown.figure)
    if mpl.get_backend().endswith("inline"):
        plt.close(shown.figure)  # a notebook shows it as a value, and would once more as a plot
    return shown
