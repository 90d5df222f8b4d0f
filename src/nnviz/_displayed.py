"""Results show themselves in a notebook and in a terminal; how is said elsewhere.

By a name, not by an import: what is said there is no code that results were computed with, and
changing it makes none of those that are kept be computed again.
"""

from pkgutil import resolve_name

__all__ = ["Displayed"]

_HOME = "nnviz.publish.display"


class Displayed:
    """What shows itself as `publish.display` says for its class."""

    def __repr__(self) -> str:
        words: str = resolve_name(f"{_HOME}:text_of")(self)
        return words

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        html: str = resolve_name(f"{_HOME}:html_of")(self)
        return html
