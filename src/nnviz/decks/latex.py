"""The source of a deck for Beamer."""

import unicodedata
from collections.abc import Iterator, Sequence

from nnviz._names import safe_text
from nnviz.decks.about import About
from nnviz.decks.slide import Page

__all__ = ["latex"]

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "-": r"{-}",
    "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}",
    "\u00a0": "~",
}
"""How a character is written in LaTeX that would mean something else there."""

_MATHEMATICS = {
    "−": "-",
    "×": r"\times",
    "·": r"\cdot",
    "±": r"\pm",
    "≤": r"\le",
    "≥": r"\ge",
    "≈": r"\approx",
    "∞": r"\infty",
    "√": r"\surd",
    "Σ": r"\Sigma",
    "Φ": r"\Phi",
    "α": r"\alpha",
    "β": r"\beta",
    "γ": r"\gamma",
    "δ": r"\delta",
    "ε": r"\epsilon",
    "λ": r"\lambda",
    "μ": r"\mu",
    "π": r"\pi",
    "ρ": r"\rho",
    "σ": r"\sigma",
    "→": r"\rightarrow",
    "←": r"\leftarrow",
    "½": r"\frac12",
    "²": "^2",
    "³": "^3",
    "⁻": "^-",
    "∂": r"\partial",
    "∇": r"\nabla",
    "≠": r"\ne",
    "∈": r"\in",
}
"""What pdfLaTeX has in its mathematics only."""

_NOT_IN_T1 = "ĦħĸĿŀŉŦŧſ"
_KNOWN = {*"–—‘’“”„…†‡•€", *map(chr, range(0x100, 0x180))} - {*_NOT_IN_T1}
"""Beyond Latin letters, what its fonts have."""


def latex(pages: Sequence[Page], about: About, figures: Sequence[str]) -> str:
    """Return the source of a deck for Beamer: a frame for each figure, which fills it.

    Parameters
    ----------
    figures : sequence of str
        The file of each slide, as seen from the source.
    """
    title = safe_text(about.title, longest=300)
    frames = "\n".join(_frame(*each) for each in zip(pages, figures, strict=True))
    return "\n".join(
        [
            _compiled_by(title + frames),
            r"\documentclass[aspectratio=169]{beamer}",
            r"\usepackage{iftex}",
            r"\ifpdftex\usepackage[T1]{fontenc}\usepackage{textcomp}",
            *_declared(title + frames),
            r"\fi",
            r"\setbeamertemplate{navigation symbols}{}",
            rf"\definecolor{{ground}}{{HTML}}{{{about.look.ground.lstrip('#').upper()}}}",
            r"\setbeamercolor{background canvas}{bg=ground}",
            r"% \setbeameroption{show notes} % prints the notes, a page after each slide",
            rf"\title{{{_escaped(title)}}}",
            r"\newcommand{\full}[2]{\usebackgroundtemplate{\includegraphics"
            r"[width=\paperwidth,height=\paperheight,keepaspectratio,alt={#2}]{#1}}}",
            r"\begin{document}",
            frames,
            r"\end{document}",
            "",
        ]
    )


def _frame(page: Page, figure: str) -> str:
    """Return a frame that a figure fills, its entry in the outline, and its notes."""
    level = "subsection" if page.heading is None else "section"
    notes = r"\par ".join(_escaped(safe_text(words, longest=5000)) for words in page.notes)
    return "\n".join(
        [
            "",
            rf"\{level}{{{_escaped(safe_text(page.title, longest=300))}}}",
            rf"\full{{{figure}}}{{{_escaped(safe_text(page.alt, longest=5000))}}}",
            r"\begin{frame}[plain]\relax",
            *([rf"  \note{{{notes}}}"] if notes else []),
            r"\end{frame}",
        ]
    )


def _escaped(words: str) -> str:
    return "".join(_LATEX.get(character, character) for character in words)


def _compiled_by(words: str) -> str:
    """Return how to compile a source: pdfLaTeX has no fonts for the letters of some languages."""
    how = "% Compile twice, with pdflatex, lualatex or xelatex."
    if not any(_is_foreign(letter) and _replaced(letter) == "?" for letter in set(words)):
        return how
    return (
        f"{how} Some letters of the notes are ? in pdflatex:\n"
        "% to print them, take one of the others, and \\usepackage{fontspec} with a font that has "
        "them."
    )


def _declared(words: str) -> Iterator[str]:
    """Yield how pdfLaTeX writes each character that its fonts may not have."""
    for character in sorted(set(words)):
        if _is_foreign(character):
            yield rf"\DeclareUnicodeCharacter{{{ord(character):04X}}}{{{_replaced(character)}}}"


def _is_foreign(character: str) -> bool:
    """Return whether the fonts of pdfLaTeX lack a character."""
    return (ord(character) > 255 and character not in _KNOWN) or character in _MATHEMATICS


def _replaced(character: str) -> str:
    """Return a character in mathematics, or in letters that it is made of, or a question mark."""
    if character in _MATHEMATICS:
        return rf"\ensuremath{{{_MATHEMATICS[character]}}}"
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return _escaped(plain) or "?"
