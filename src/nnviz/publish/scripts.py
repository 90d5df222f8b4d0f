"""The gallery's scripts: where they are, and what running one leaves."""

import ast
import re
import runpy
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from matplotlib.figure import Figure

from nnviz import _checks
from nnviz._language import current
from nnviz.errors import NnvizError
from nnviz.plots import claim_of
from nnviz.studies import Study

__all__ = ["Exhibit", "Script", "find_scripts", "gallery_folder", "run"]


@dataclass(frozen=True)
class Script:
    """A script of the gallery.

    Attributes
    ----------
    id : str
        ``"<group>/<name>"``, with dashes for underscores.
    path : Path
        The file.
    """

    id: str
    path: Path

    @property
    def code(self) -> str:
        """Its text.

        Raises
        ------
        NnvizError
            If it is not in UTF-8.
        """
        try:
            return self.path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            before = self.path.read_bytes()[: error.end].split(b"\n")
            found = f"line {len(before)}: {before[-1]!r:.60}"
            raise NnvizError(f"{self.id} must be in UTF-8; got {found}") from error

    @property
    def paragraphs(self) -> list[str]:
        """Those of its docstring, each on one line; the first says what the figure shows."""
        documentation = ast.get_docstring(ast.parse(self.code)) or ""
        return [" ".join(words.split()) for words in re.split(r"\n\s*\n", documentation)]

    @property
    def told(self) -> list[str]:
        """Its paragraphs in the language in force."""
        return list(map(current().sentence, self.paragraphs))


@dataclass(frozen=True)
class Exhibit:
    """What a script leaves: a figure, and the study whose data it shows."""

    script: Script
    figure: Figure
    study: Study

    @property
    def description(self) -> str:
        """What the figure shows."""
        return self.script.told[0]

    @property
    def theory(self) -> list[str]:
        """What theory has to say about it, a text for each paragraph."""
        return self.script.told[1:]

    @property
    def claim(self) -> str | None:
        """The key of the claim above the figure, in its study; None if it stands there as words."""
        return claim_of(self.figure)

    @property
    def title(self) -> str:
        """The sentence above the figure."""
        title = self.figure.get_suptitle()
        return " ".join(title.split()) or self.description


def gallery_folder() -> Path:
    """Return where the scripts are: in the installed package, or beside ``src`` in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "_gallery"
    return installed if installed.is_dir() else package.parents[1] / "gallery"


def find_scripts(only: Sequence[str] = (), *, folder: Path | None = None) -> list[Script]:
    """Return the scripts in alphabetical order.

    Parameters
    ----------
    only : sequence of str
        Patterns such as ``"overfitting/*"``; a script has to match one of them, if there are any.
    folder : Path, optional
        By default, `gallery_folder`.

    Raises
    ------
    ValueError
        If a pattern matches no script.
    """
    root = gallery_folder() if folder is None else _checks.path("folder", folder)
    patterns = _checks.sequence("only", only, _checks.text, at_least=0, distinct=False)
    found = [
        Script(f"{path.parent.name}/{path.stem}".replace("_", "-"), path)
        for path in sorted(root.glob("*/*.py"))
        if not path.name.startswith("_")
    ]
    if not found:
        raise NnvizError(f"no gallery scripts in {root}")
    see = "nnviz list" if folder is None else None
    for pattern in patterns:
        if not any(fnmatch(script.id, pattern) for script in found):
            _checks.one_of("figure", pattern, [script.id for script in found], see=see)
    return [s for s in found if not patterns or any(fnmatch(s.id, p) for p in patterns)]


def run(script: Script) -> Exhibit:
    """Run a script in the theme in force, and with one BLAS thread, as cells of studies have.

    What it trains itself would end elsewhere with more: sums are taken in another order.

    Raises
    ------
    NnvizError
        If it leaves no ``figure`` or no ``study``. What the script itself raises passes through.
    """
    _checks.instance("script", script, Script)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        names = runpy.run_path(str(script.path), run_name="nnviz_gallery")
    for name, kind in (("figure", Figure), ("study", Study)):
        if not isinstance(names.get(name), kind):
            raise NnvizError(
                f"{script.id} must define {name!r}, a {kind.__name__}; got {names.get(name)!r:.80}"
            )
    return Exhibit(script, names["figure"], names["study"])
