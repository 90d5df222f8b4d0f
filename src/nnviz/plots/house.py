"""The house style of a school or a journal: its colours, its font and its logo, from one file."""

import os
import tomllib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import colors, image
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.rcsetup import cycler
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._renamed import current
from nnviz.plots import _canvas
from nnviz.plots._distance import least_distance
from nnviz.plots._glyphs import installed

__all__ = ["house_style"]

_SETTINGS: Mapping[str, Sequence[str]] = {
    "background": ("figure.facecolor", "patch.edgecolor"),
    "text": (
        *("text.color", "axes.labelcolor", "axes.titlecolor", "hatch.color"),
        *("xtick.labelcolor", "ytick.labelcolor", "legend.labelcolor"),
    ),
    "axes": ("axes.edgecolor", "xtick.color", "ytick.color"),
    "grid": ("grid.color",),
}
"""The settings of matplotlib behind each colour of a style."""

_RENAMED = {"ground": "background"}

_TABLES = {"colours": ("cycle", *_SETTINGS), "font": ("family", "files"), "logo": ("file",)}

_ENOUGH = 6
"""Colours of a cycle: so many things are told apart by colour, more by dash and marker."""

_APART, _SEEN = 7.0, 2.9
"""The least distance of two colours (`least_distance`), and the contrast that WCAG 2 asks of
graphics, 3, but for rounding."""

_HEIGHT = 1.25
"""The height of a logo, as a multiple of the size of the title's font."""


@dataclass(frozen=True)
class _Logo:
    pixels: NDArray[Any]

    def width(self) -> float:
        """Return its width in points, at the height that the title in force leaves it."""
        high, wide = self.pixels.shape[:2]
        return _HEIGHT * _canvas.size_of("figure.title") * wide / high


_LOGO: ContextVar[_Logo | None] = ContextVar("logo", default=None)


@contextmanager
def house_style(style: str | os.PathLike[str]) -> Iterator[None]:
    """Draw in the colours and the font of a house, with its logo beside each title.

    When the block ends, all settings are as they were. What a file leaves out is the theme's.

    Parameters
    ----------
    style : path
        A TOML file with the tables ``colours`` (``cycle``, a list, and ``background``,
        ``text``, ``axes``, ``grid``), ``font`` (``family``, and ``files`` of fonts that are not
        installed) and ``logo`` (``file``, a PNG); files are looked for beside it.

    Raises
    ------
    ValueError
        For an unknown table, name or colour, or a font or logo that is not there.

    Warns
    -----
    UserWarning
        If the cycle has fewer than six colours, or some that are hardly told apart, with normal
        sight or without red or green cones, or hardly seen on the background.
    """
    path = _checks.path("style", style)
    if not path.is_file():
        raise _checks.fail("style", "a TOML file", str(path))
    given = _read(path)
    try:
        palette, font = (
            _colours(given.get("colours", {})),
            _fonts(given.get("font", {}), path.parent),
        )
        logo = _logo(given.get("logo", {}), path.parent)
    except TypeError as error:  # of what is in a file, the kind is a value like any other
        raise ValueError(str(error)) from error
    settings: Any = palette | font
    before: Any = {name: _canvas.setting(name) for name in settings}
    token = _LOGO.set(logo)
    try:
        mpl.rcParams.update(settings)
        _judge(
            tuple(map(colors.to_hex, given.get("colours", {}).get("cycle", ()))), _canvas.ground()
        )
        yield
    finally:
        _LOGO.reset(token)
        mpl.rcParams.update(before)


def files_of(style: str | os.PathLike[str]) -> list[Path]:
    """Return the fonts and the logo that a style brings along."""
    given, folder = _read(Path(style)), Path(style).parent
    logo = given.get("logo", {})
    named = [("font", name) for name in given.get("font", {}).get("files", [])]
    named += [("logo", logo["file"])] if "file" in logo else []
    return [_file(kind, name, folder) for kind, name in named]


def room_for_logo() -> float:
    """Return the width in points that the logo takes beside a title; 0 if there is none."""
    logo = _LOGO.get()
    return 0.0 if logo is None else logo.width() + _canvas.size_of("figure.title")


def draw_logo(figure: _canvas.Canvas, margin: float) -> None:
    """Put the logo of the style in force into the upper right corner of a figure, once.

    Parameters
    ----------
    figure : Figure or SubFigure
        On whose right edge.
    margin : float
        Its distance from the edges, as a part of the figure's width.
    """
    logo = _LOGO.get()
    if logo is None or any(artist.get_gid() == "logo" for artist in figure.artists):
        return
    zoom = logo.width() / logo.pixels.shape[1]
    edge = margin * figure.bbox.width / figure.dpi * 72
    box = AnnotationBbox(
        OffsetImage(logo.pixels, zoom=zoom, dpi_cor=True, resample=True),
        (1, 1),
        xybox=(-edge, -edge),
        xycoords="figure fraction" if isinstance(figure, Figure) else "subfigure fraction",
        boxcoords="offset points",
        box_alignment=(1, 1),
        frameon=False,
        pad=0,
    )
    box.set_gid("logo")
    box.set_in_layout(False)
    figure.add_artist(box)


def _read(path: Path) -> Mapping[str, Mapping[str, Any]]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"style must be a TOML file; got {path}: {error}") from error
    for table, entries in given.items():
        names = _checks.lookup("table", table, _TABLES)
        if not isinstance(entries, Mapping):
            raise _checks.fail(table, "a table of TOML", entries)
        given[table] = {current(name, _RENAMED): value for name, value in entries.items()}
        for name in given[table]:
            _checks.one_of(f"a name in {table}", name, names)
    return given


def _colours(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name == "cycle":
            found["axes.prop_cycle"] = cycler(color=_checks.sequence(name, value, _colour))
        else:
            found |= dict.fromkeys(_SETTINGS[name], _colour(name, value))
    return found


def _colour(name: str, value: Any) -> str:
    if not colors.is_color_like(value):
        raise _checks.fail(name, "of colours that matplotlib knows", value)
    return colors.to_hex(value)


def _fonts(given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    names = _checks.sequence("files", given.get("files", []), _checks.text, at_least=0)
    files = [_file("font", name, folder) for name in names]
    known = {entry.fname for entry in fontManager.ttflist}
    for file in files:
        if str(file) not in known:
            fontManager.addfont(file)
    wanted = given.get("family", [FontProperties(fname=file).get_name() for file in files])
    listed = [wanted] if isinstance(wanted, str) else wanted
    families = _checks.sequence("family", listed, _checks.text, at_least=0, distinct=False)
    missing = [family for family in families if family not in installed(families)]
    if missing:
        rule = "installed, or in one of the files of the style"
        raise _checks.fail("font", rule, ", ".join(missing))
    return {"font.family": [*families, *mpl.rcParams["font.family"]]} if families else {}


def _logo(given: Mapping[str, Any], folder: Path) -> _Logo | None:
    if "file" not in given:
        return None
    file = _file("logo", given["file"], folder)
    try:
        return _Logo(image.imread(file, format="png"))
    except (SyntaxError, OSError, ValueError) as error:
        raise ValueError(f"logo must be a PNG file; got {file}") from error


def _file(name: str, given: str, folder: Path) -> Path:
    file = folder / _checks.text(name, given)
    if not file.is_file():
        raise _checks.fail(name, "a file", str(file))
    return file


@cache
def _judge(cycle: tuple[str, ...], ground: str) -> None:
    """Warn of colours that are too few, too similar, or too pale: once, not for each figure."""
    if not cycle:
        return
    found = []
    if len(cycle) < _ENOUGH:
        found.append(f"has {len(cycle)} colours, and needs {_ENOUGH}: more things differ by dash")
    if len(cycle) > 1:
        distance, one, other = least_distance(cycle)
        if distance < _APART:
            found.append(f"has {one} and {other}, which are hardly told apart")
    pale = [color for color in cycle if _canvas.contrast(color, ground) < _SEEN]
    if pale:
        found.append(f"has {', '.join(pale)}, hardly seen on {ground} (contrast below 3)")
    for words in found:
        warnings.warn(f"the cycle of the style {words}", stacklevel=5)
