"""A file that another command makes: the error says which one, as it would be written."""

import shlex
from collections.abc import Mapping
from pathlib import Path

__all__ = ["FILMS", "check_suffix", "line"]

FILMS = (".mp4", ".gif", ".apng", ".html")
"""What a figure that moves is saved as."""

_KINDS = {
    "picture": (".png", ".svg", ".pdf"),
    "film": FILMS,
    "deck": (".pptx", ".html", ".pdf"),
}


def check_suffix(name: str, out: Path, own: str, commands: Mapping[str, str]) -> None:
    """Check that no other command makes such a file.

    Parameters
    ----------
    name : str
        Of the option.
    out : Path
        What was given for it.
    own : str
        What this command makes: "picture", "film" or "deck".
    commands : mapping of str to str
        Other kinds, and the command that makes each.

    Raises
    ------
    ValueError
        Names that command. A suffix that no command makes is left to others.
    """
    suffix = out.suffix.lower()
    if suffix in _KINDS[own]:
        return
    for kind, command in commands.items():
        if suffix in _KINDS[kind]:
            *first, last = _KINDS[own]
            rule = f"{', '.join(first)} or {last}"
            raise ValueError(
                f"{name} must end in {rule}; got {suffix}, which is made by: {command}"
            )


def line(*words: object) -> str:
    """Return a command as it is written in a shell."""
    return shlex.join(["nnviz", *map(str, words)])
