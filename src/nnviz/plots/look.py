"""All that chooses how a figure looks: theme, context, language, house style."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from nnviz.plots.house import house_style
from nnviz.plots.language import language as language_
from nnviz.plots.theme import theme as theme_

__all__ = ["look"]


@contextmanager
def look(
    theme: str = "light",
    context: str = "notebook",
    language: str | os.PathLike[str] | None = None,
    style: str | os.PathLike[str] | None = None,
) -> Iterator[None]:
    """Make the figures drawn and saved inside the ``with`` block look alike and speak a language.

    Parameters
    ----------
    theme, context : str
        As in `plots.theme`.
    language : str or path, optional
        As in `plots.language`; by default as it is, English if nothing else is in force.
    style : path, optional
        As in `plots.house_style`.
    """
    with ExitStack() as stack:
        stack.enter_context(theme_(theme, context))
        stack.enter_context(language_({} if language is None else language))
        if style is not None:
            stack.enter_context(house_style(style))
        yield
