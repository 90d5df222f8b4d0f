"""Entries of a gallery as hard to set as they can come."""

from itertools import product
from typing import Any

from nnviz.studies.claims import VERDICTS

Entry = dict[str, Any]

SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='960' height='600'/>"
PICTURE = f"data:image/svg+xml,{SVG}"
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"

MEASURED = (
    "slope",
    "standard deviation, with over without, of the layer that narrows least of all 12",
    f"share of {WORD}",
)
WORDS = (
    {"number": "0"},
    {"number": "3.45 points", "95% interval": "−1.2 to 8.51", "seeds": "−4.02 to 12.1"},
    {"number": "−1.23×10⁻¹²³", "95% interval": "−4.56×10⁻¹²³ to 2.1×10⁻¹²³"},
    {"number": f"{'1234567890' * 12} updates"},
    {"number": "no number"},
)
BOUNDS = ("≥ 2", "−1.23×10⁻¹² … 4.56×10⁻⁷ decades", f"≤ {'1234567890' * 12}")
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
            "key": f"claim {place}",
            "statement": statement,
            "verdict": verdict,
            "number": None if words["number"] == "no number" else 1.0,
            "words": words,
            "bound": bound,
            "measured": measured,
            "holds": verdict == "holds",
        }
        for place, (verdict, statement, measured, bound, words) in enumerate(
            product(VERDICTS, STATEMENTS, MEASURED, BOUNDS, WORDS)
        )
    ]
    groups = ("trajectories", WORD.lower())
    rows = [claims[place::40] for place in range(40)]
    turned = [
        row[4 * place % len(row) :] + row[: 4 * place % len(row)] for place, row in enumerate(rows)
    ]
    return [
        _entry(f"{groups[place // 20]}/figure-{place}", row) for place, row in enumerate(turned)
    ]


def _entry(name: str, claims: list[Entry]) -> Entry:
    own, *rest = claims
    return {
        "id": name,
        "title": own["statement"],
        "description": f"{STATEMENTS[1]}, or {WORD}.",
        "theory": [STATEMENTS[1], f"As is known since {WORD}."],
        "study": name,
        "claim": own["key"],
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
        "reading": f"Line: {STATEMENTS[1]}. {WORD}.",
        "thumbnail": "picture.svg",
        "size": [960, 600],
        "ground": "#ffffff",
    }
