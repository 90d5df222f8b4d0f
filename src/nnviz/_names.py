"""Names that come from a user, on their way to a label, a page or a file."""

import hashlib
import re
import unicodedata
from fnmatch import fnmatchcase

__all__ = ["DEAD_SINCE", "DERIVED", "is_derived", "matches", "safe_filename", "safe_text"]

DERIVED = ("dead", "saturated", "equal", "spread", "update_to_weight")
"""Numbers that a recorder adds by itself, called ``"<layer>/dead"`` and so on."""

DEAD_SINCE = "dead_since"
"""The step at which the window began over which ``"<layer>/dead"`` was counted."""

_LONGEST_SLUG = 60
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{k}" for port in ("com", "lpt") for k in range(10)}
)


def is_derived(name: str) -> bool:
    """Return whether a number is one that a recorder adds by itself."""
    return name.rpartition("/")[2] in (*DERIVED, DEAD_SINCE)


def matches(name: str, pattern: str) -> bool:
    """Return whether a name is of a pattern, in which ``*`` is any text and ``?`` any letter."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))


def safe_text(name: object, *, longest: int = 80) -> str:
    r"""Return a name as it can be drawn and embedded: printable, on one line, not too long.

    Control characters, lone surrogates and invisible format characters, with which text can be
    made to read backwards, become ``�``; white space becomes a space, unless it is a no-break
    space; what is longer than `longest` characters ends in ``…``. ``$`` and ``\`` stay: whoever
    draws the text turns mathematics off.
    """
    normal = unicodedata.normalize("NFC", _without_surrogates(str(name)))
    words = re.sub(r"[^\S\u00a0]+", " ", normal)
    shown = "".join("\ufffd" if _is_unprintable(c) else c for c in words.strip())
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def safe_filename(name: object) -> str:
    """Return a file name for a name: the same one always, another one for another name.

    Lower-case letters, digits, dashes and underscores, at most 71 characters, never a reserved
    name, never a path. A name that is already of this form stays; any other gets a hash of the
    original, so that two names that differ only in case or in what was removed keep apart.
    """
    original = str(name)
    plain = unicodedata.normalize("NFKD", _without_surrogates(original)).encode("ascii", "ignore")
    slug = (
        re.sub(r"[^a-z0-9_]+", "-", plain.decode().lower()).strip("-_")[:_LONGEST_SLUG].strip("-_")
    )
    if slug and slug == original and slug not in _RESERVED:
        return slug
    digest = hashlib.sha256(original.encode(errors="surrogatepass")).hexdigest()[:10]
    return f"{slug}-{digest}" if slug else digest


def _without_surrogates(text: str) -> str:
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _is_unprintable(character: str) -> bool:
    # A zero-width joiner holds an emoji together: it may stay.
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} and character not in (
        "\u200d"
    )
