"""A file that another command makes: the error says which one."""

from pathlib import Path

__all__ = ["FILMS", "check_suffix"]

FILMS = (".mp4", ".gif", ".apng", ".html")
"""What a figure that moves is saved as."""

_MADE = {
    "picture": ((".png", ".svg", ".pdf"), "nnviz figure and nnviz plot make"),
    "film": (FILMS, "nnviz animate makes of figures that move"),
    "deck": ((".pptx", ".html", ".pdf"), "nnviz slides makes"),
}


def check_suffix(name: str, out: Path, own: str) -> None:
    """Check that no other command makes such a file.

    Parameters
    ----------
    name : str
        Of the option.
    out : Path
        What was given for it.
    own : str
        What this command makes: "picture", "film" or "deck".

    Raises
    ------
    ValueError
        Names the other command. A suffix that no command makes is left to others.
    """
    suffix = out.suffix.lower()
    (*first, last), _ = _MADE[own]
    if suffix in (*first, last):
        return
    for made, command in _MADE.values():
        if suffix in made:
            rule = f"{', '.join(first)} or {last}"
            raise ValueError(f"{name} must end in {rule}; got {suffix}, which {command}")
