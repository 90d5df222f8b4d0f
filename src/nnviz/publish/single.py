"""One figure of the gallery, in the size and colours of where it will be shown."""

from matplotlib.figure import Figure

from nnviz import _checks
from nnviz.plots import theme as theme_
from nnviz.publish.files import freeze_layout
from nnviz.publish.scripts import find_scripts, run

__all__ = ["figure"]


def figure(id: str, *, theme: str = "light", context: str = "notebook") -> Figure:
    """Return a figure of the gallery.

    Its layout is final: it looks the same whatever the settings are when it is shown or saved.

    Parameters
    ----------
    id : str
        Such as "overfitting/noisy-labels"; ``nnviz list`` names them all.
    theme, context : str
        As in `plots.theme`.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    scripts = {script.id: script for script in find_scripts()}
    script = _checks.lookup("id", id, scripts)
    with theme_(theme, context):
        drawn = run(script).figure
        freeze_layout(drawn)
    return drawn
