"""Modules of an author, as texts."""

CELL = "\n\ndef cell(*, seed=0):\n    return {'t': {'v': np.array([factor() * seed])}}\n"
"""A cell, to stand below what it imports."""

FACTOR = "def factor():\n    return 1\n"
EDITED = FACTOR + "# edited"
TAKEN = f"import numpy as np\nfrom helper import factor{CELL}"
USED = f"import numpy as np\nimport helper{CELL}".replace("factor()", "helper.factor()")
