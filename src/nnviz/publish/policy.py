"""What a page that nnviz writes may do: run what is in it, and load nothing from elsewhere."""

from base64 import b64encode
from hashlib import sha256

__all__ = ["policy"]


def policy(script: str, *styles: str, images: str = "") -> str:
    """Return a content-security policy that lets a page's own script and styles run alone.

    Parameters
    ----------
    script : str
        What stands in the page's only script element; empty, if there is none.
    *styles : str
        What stands in each of its style elements.
    images : str
        Where pictures may come from, such as ``"data:"``; by default there are none.
    """
    return "; ".join(
        [
            "default-src 'none'",
            *([f"img-src {images}"] if images else []),
            f"style-src {' '.join(map(_digest, styles))}",
            *([f"script-src {_digest(script)}"] if script else []),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _digest(inlined: str) -> str:
    return f"'sha256-{b64encode(sha256(inlined.encode()).digest()).decode()}'"
