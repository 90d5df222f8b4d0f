"""Entries of a gallery as hard to set as they can come."""

from itertools import product
from typing import Any

Entry = dict[str, Any]

PICTURE = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='960' height='600'/>"
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"

MEASURED = (
    "",
    "slope",
    "standard deviation, with over without, of the layer that narrows least of all 12",
    f"share of {WORD}",
)
NUMBERS = (0.0, 0.03451, -1.2345e-123, 98765.4321, None)
BOUNDS = (
    "≥ 2",
    "-1.23×10⁻¹² … 4.56×10⁻⁷",
    "95 % interval 6.9 … 8.5 points, seeds 6.1 … 9.2 points; bound ≥ 2 points",
    f"≤ {'1234567890' * 12}",
)
STATEMENTS = (
    "Adam wins",
    "After the first hundred updates, networks with batch normalization reach a test accuracy "
    "at every learning rate that those without it reach at the best learning rate only",
    f"The {WORD} learns",
)


def entries() -> list[Entry]:
    """Return figures of two groups: each piece of text short, long and without a break."""
    claims = [
        {
            "statement": statement,
            "number": number,
            "bound": bound,
            "measured": measured,
            "holds": holds,
        }
        for holds, statement, measured, bound, number in product(
            (True, False), STATEMENTS, MEASURED, BOUNDS, NUMBERS
        )
    ]
    groups = ("trajectories", WORD.lower())
    return [
        _entry(f"{groups[place // 20]}/figure-{place}", claims[place::40]) for place in range(40)
    ]


def _entry(name: str, claims: list[Entry]) -> Entry:
    own, *rest = claims
    return {
        "id": name,
        "title": own["statement"],
        "description": f"{STATEMENTS[1]}, or {WORD}.",
        "claims": [own, *rest],
        "settings": {
            "seeds": 10,
            "learning_rates": [10.0**-k for k in range(12)],
            "optimizer": {"name": WORD, "betas": [0.9, 0.999]},
            WORD: f"{WORD}_{WORD}",
        },
        "files": {
            "png": "figure.png",
            "svg": "figure.svg",
            "pdf": "figure.pdf",
            f"{WORD}.csv": "table.csv",
        },
        "alt_text": STATEMENTS[1],
        "code": f"import nnviz\n\n{WORD} = {WORD!r}\nprint({WORD})\n" * 3,
        "thumbnail": PICTURE,
        "size": [960, 600],
        "ground": "#ffffff",
    }
