"""A study in the package is one file: what it declares is found by name."""

import subprocess
import sys

FILE = '''
import pandas as pd

from nnviz.studies.study import Study, declare
from nnviz.tables import Schema


@declare({"light": Schema("light", {"hour": "when it shines"}, undrawn="it is dark")})
def glow(hours: int = 3) -> Study:
    """Shine.

    Parameters
    ----------
    hours : int
        How long.
    """
    return Study("glow", {"light": pd.DataFrame({"hour": range(hours)})}, {"hours": hours})
'''
LOADED = """
import sys
from importlib.util import find_spec, module_from_spec

spec = find_spec("nnviz.studies")
spec.submodule_search_locations.append(sys.argv[1])  # as if the file were among the others
sys.modules[spec.name] = module_from_spec(spec)
spec.loader.exec_module(sys.modules[spec.name])

from nnviz import studies
from nnviz.cli import main

assert studies.glow is studies.STUDIES["glow"] is studies.STUDIES.ours["glow"]
assert studies.overfitting is studies.STUDIES["overfitting"]
assert main(["study", "glow", "--hours", "2", "-o", sys.argv[2]]) == 0
"""


def test_a_new_file_is_a_study(tmp_path):
    (tmp_path / "glow.py").write_text(FILE, encoding="utf-8")
    out = tmp_path / "out"
    subprocess.run([sys.executable, "-c", LOADED, str(tmp_path), str(out)], check=True)
    assert (out / "light.csv").read_text(encoding="utf-8").split() == ["hour", "0", "1"]
