"""What is typed, and functions within functions: known by all that they refer to, or not kept."""

import subprocess
import sys
import textwrap

import numpy as np
import pytest

from nnviz.train.fingerprint import fingerprint
from tests.train.authors import EDITED, FACTOR, TAKEN


def typed(text, file="<stdin>", **names):
    """Return the function `cell` of a text that is typed into an interpreter."""
    space = {"__name__": "__main__", "np": np, **names}
    exec(compile(textwrap.dedent(text), file, "exec"), space)
    return space["cell"]


TYPED = """
    SCALE = {scale}
    POINTS = np.arange({points})
    OTHER = {other}

    def inner(x):
        return x + {added}

    def factor(x, *, times={times}):
        return inner(x) * times

    def cell(*, seed, power={power}):
        def within(x):
            return x**power - {less}
        return within(SCALE * seed) + POINTS.sum() + factor(seed)
"""
PLAIN = {"scale": 1, "points": 3, "other": 0, "added": 1, "times": 2, "power": 1, "less": 0}


class TestFunctions:
    @pytest.mark.parametrize("part", sorted(set(PLAIN) - {"other"}))
    def test_what_is_typed_is_known_by_all_that_it_refers_to(self, part):
        changed = TYPED.format(**{**PLAIN, part: 7})
        assert fingerprint(typed(changed)) not in (fingerprint(typed(TYPED.format(**PLAIN))), None)

    def test_what_is_typed_again_is_the_same_wherever_it_stands(self):
        before = fingerprint(typed(TYPED.format(**PLAIN)))
        later = "\n\n" + TYPED.format(**{**PLAIN, "other": 3})
        assert before is not None
        assert fingerprint(typed(later, file="<ipython-input-7>")) == before

    def test_what_is_typed_depends_on_the_modules_that_it_uses(self, project):
        for text in (
            "import cells\ndef cell(seed): return cells.cell(seed=seed)",
            "from cells import cell as own\ndef cell(seed): return own(seed=seed)",
            "def cell(seed):\n    import cells\n    return cells.cell(seed=seed)",
            "import importlib\ndef cell(seed): return importlib.import_module('cells').cell()",
        ):
            project.write(
                {
                    "cells.py": TAKEN,
                    "helper.py": FACTOR,
                }
            )
            project.load()
            before = fingerprint(typed(text))
            project.write({"helper.py": EDITED})
            project.load()
            assert fingerprint(typed(text)) not in (before, None)

    def test_a_function_that_calls_itself(self):
        text = "def cell(n): return cell(n - {}) if n else 0"
        assert fingerprint(typed(text.format(1))) not in (fingerprint(typed(text.format(2))), None)

    @pytest.mark.parametrize(
        "text",
        [
            "THING = object()\ndef cell(): return THING",
            "THINGS = [np.random.default_rng(0)]\ndef cell(): return THINGS",
            "THINGS = np.array([object()])\ndef cell(): return THINGS",
            "class Kind:\n    x = 1\ndef cell(): return Kind.x",
            "def cell(thing=object()): return thing",
            "def make(thing):\n    return lambda: thing\ncell = make(object())",
            "THINGS = np.ma.array([1, 2], mask=[True, False])\ndef cell(): return THINGS",
            "THINGS = []\nTHINGS.append(THINGS)\ndef cell(): return THINGS",
            "import io\nfile = io.StringIO()\ndef cell(): return file.read()",
            "from functools import partial\ncell = partial(print, 1)",
        ],
    )
    def test_what_cannot_be_described_has_no_fingerprint(self, text):
        assert fingerprint(typed(text)) is None

    def test_closures_and_lambdas_of_one_module_are_told_apart(self, project):
        project.write({"cells.py": WITHIN})
        cells = project.load()
        values = 1, 2, 1.0, [1], np.arange(3), np.arange(4), np.arange(3.0), cells.two
        functions = [cells.two, cells.three, cells.cell, *map(cells.make, values)]
        found = [fingerprint(function) for function in functions]
        assert None not in found
        assert len(set(found)) == len(found)
        assert fingerprint(cells.make(np.arange(3))) in found
        project.write({"cells.py": WITHIN + "# edited"})
        assert fingerprint(project.load().make(1)) not in (*found, None)


WITHIN = """
import numpy as np

two, three = lambda: 2, lambda: 3

def make(n):
    def cell(times=n):
        return n
    return cell

@np.errstate(all="ignore")
def cell():
    return make(3)
"""
PROGRAM = """
import sys
import numpy as np
from nnviz.train import run_cells

SCALE = {scale}

def times(x):
    return SCALE * x

def cell(*, seed):
    with open({log!r}, "a") as file:
        file.write(f"{{seed}}\\n")
    return {{"t": {{"v": np.array([times(seed)])}}}}

results = run_cells(cell, [{{"seed": 1}}, {{"seed": 2}}], n_jobs={n_jobs})
print(*[int(result["t"]["v"][0]) for result in results])
"""


class TestInterpreters:
    """Functions that are typed, from end to end."""

    @pytest.fixture
    def run(self, tmp_path, monkeypatch):
        monkeypatch.setenv("NNVIZ_CACHE_DIR", str(tmp_path / "cache"))
        log = tmp_path / "log"

        def call(way, **options):
            program = PROGRAM.format(log=str(log), **options)
            text = None if way == "-c" else program
            command = {
                "-c": ["-c", program],
                "-": ["-"],
                "-i": ["-i", "-q"],
                "notebook": ["-c", "import sys; exec(compile(sys.stdin.read(), '<cell>', 'exec'))"],
            }[way]
            if way == "-i":  # a blank line ends what is typed
                text = program.replace("\n\n", "\n#\n").replace("\n#\ndef", "\n\ndef")
                text = text.replace("\n#\nresults", "\n\nresults")
            done = subprocess.run(
                [sys.executable, *command], input=text, capture_output=True, text=True
            )
            values = [int(word) for word in done.stdout.replace(">>>", "").split()]
            assert values, done.stderr
            computed = sorted(log.read_text().split()) if log.exists() else []
            log.unlink(missing_ok=True)
            return values, computed

        return call

    @pytest.mark.parametrize("way", ["-c", "-", "-i", "notebook"])
    def test_a_typed_function_is_computed_kept_and_told_apart(self, way, run):
        assert run(way, scale=1, n_jobs=2) == ([1, 2], ["1", "2"])
        assert run(way, scale=1, n_jobs=1) == ([1, 2], [])
        assert run(way, scale=3, n_jobs=1) == ([3, 6], ["1", "2"])

    @pytest.mark.parametrize("command", [["study.py"], ["-m", "study"]])
    def test_a_script_is_kept_until_it_changes(self, command, project, tmp_path):
        text = PROGRAM.format(scale=1, log=str(tmp_path / "log"), n_jobs=1)
        for added, computed in (("", "1\n2\n"), ("", "1\n2\n"), ("# edited", "1\n2\n1\n2\n")):
            project.write({"study.py": text + added})
            subprocess.run([sys.executable, *command], cwd=project.folder, check=True)
            assert (tmp_path / "log").read_text() == computed
