"""The look of a figure: a theme for the colours, a context for the sizes."""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib import style

from nnviz import _checks
from nnviz.plots._glyphs import installed

__all__ = ["CONTEXTS", "THEMES", "theme"]

THEMES = ("light", "dark", "print")
"""Colours: on white, on a dark background, and for paper that may be copied in grey."""

CONTEXTS = ("notebook", "paper", "paper-double", "slides", "poster")
"""Sizes: beside text, one column (85 mm), two columns (178 mm), a 16:9 slide, a poster."""

_OTHER_SCRIPTS = (
    *("Noto Sans CJK KR", "Noto Sans CJK JP", "NanumGothic"),
    *("Apple SD Gothic Neo", "Malgun Gothic", "Hiragino Sans", "Yu Gothic", "Microsoft YaHei"),
)
"""Asked for what DejaVu Sans cannot draw. Only the installed ones: a missing one logs a page."""


@contextmanager
def theme(name: str = "light", context: str = "notebook") -> Iterator[None]:
    """Make the figures drawn and saved inside the ``with`` block look alike.

    A theme starts from matplotlib's own defaults, so that a figure does not depend on the
    settings of whoever draws it. When the block ends, all settings are as they were.

    Parameters
    ----------
    name : {"light", "dark", "print"}
        Colours. The style file ``nnviz.styles.<name>`` holds them.
    context : {"notebook", "paper", "paper-double", "slides", "poster"}
        Sizes. The style file ``nnviz.styles.<context>`` holds them.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    _checks.one_of("theme", name, THEMES)
    _checks.one_of("context", context, CONTEXTS)
    files = [f"nnviz.styles.{name}", f"nnviz.styles.{context}"]
    interactive = mpl.is_interactive()
    try:
        with style.context(files, after_reset=True):
            others = installed(_OTHER_SCRIPTS)
            mpl.rcParams["font.family"] = [*mpl.rcParams["font.family"], *others]
            try:
                yield
            finally:
                interactive = mpl.is_interactive()
    finally:
        # A notebook turns this on when it draws its first figure, which may be in the block.
        mpl.interactive(interactive)
