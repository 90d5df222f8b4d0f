"""A result depends on the modules of its author, however they are imported, and on versions."""

import ast
import importlib
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

import nnviz
from nnviz.train import run_cells, sources
from nnviz.train.fingerprint import fingerprint
from tests.train.authors import CELL, EDITED, FACTOR, TAKEN, USED
from tests.train.conftest import Project

IMPORTS = {
    "module": ("import helper\nfactor = helper.factor", {"helper.py": FACTOR}),
    "name": ("from helper import factor", {"helper.py": FACTOR}),
    "module under another name": ("import helper as h\nfactor = h.factor", {"helper.py": FACTOR}),
    "name under another name": ("from helper import f as factor", {"helper.py": "f = int\n"}),
    "star": ("from helper import *", {"helper.py": FACTOR}),
    "within a function": (
        "def factor():\n    import helper\n    return helper.factor()",
        {"helper.py": FACTOR},
    ),
    "name within a function": (
        "def factor():\n    from helper import factor\n    return factor()",
        {"helper.py": FACTOR},
    ),
    "where it is there": (
        "try:\n    from helper import factor\nexcept ImportError:\n    factor = int",
        {"helper.py": FACTOR},
    ),
    "indirectly": (
        "from first import factor",
        {
            "helper.py": FACTOR,
            "first.py": "from second import *",
            "second.py": "from helper import *",
        },
    ),
    "in a circle": (
        "from first import factor",
        {
            "helper.py": FACTOR,
            "first.py": "import second\nfrom helper import *",
            "second.py": "import first",
        },
    ),
    "module of a package": (
        "from pack import helper\nfactor = helper.factor",
        {"pack/__init__.py": "", "pack/helper.py": FACTOR},
    ),
    "module of a package by its whole name": (
        "import pack.helper\n\ndef factor():\n    return pack.helper.factor()",
        {"pack/__init__.py": "", "pack/helper.py": FACTOR},
    ),
    "handed on by a package": (
        "from pack import factor",
        {"pack/__init__.py": "from .helper import factor", "pack/helper.py": FACTOR},
    ),
    "beside, within a package": (
        "from pack.first import factor",
        {
            "pack/__init__.py": "",
            "pack/first.py": "from . import helper\nfrom .helper import factor",
            "pack/helper.py": FACTOR,
        },
    ),
    "above, within a package": (
        "from pack.inner.first import factor",
        {
            "pack/__init__.py": "",
            "pack/inner/__init__.py": "",
            "pack/inner/first.py": "from ..helper import factor",
            "pack/helper.py": FACTOR,
        },
    ),
    "what the package itself does": (
        "import pack.other\nfrom pack.other import factor",
        {
            "pack/__init__.py": "from pack import helper\nhelper.factor()",
            "pack/other.py": FACTOR,
            "pack/helper.py": FACTOR,
        },
    ),
    "package without __init__": ("from pack.helper import factor", {"pack/helper.py": FACTOR}),
    "star of a package": (
        "from pack import *\nfactor = helper.factor",
        {"pack/__init__.py": "__all__ = ['helper']", "pack/helper.py": FACTOR},
    ),
    "star of a package, in a module that is loaded later": (
        "def factor():\n    import first\n    return first.helper.factor()",
        {
            "first.py": "from pack import *",
            "pack/__init__.py": "__all__ = ['helper']",
            "pack/helper.py": FACTOR,
        },
    ),
    "by a text": (
        "import importlib\n\ndef factor():\n    return importlib.import_module('helper').factor()",
        {"helper.py": FACTOR},
    ),
    "by a text that is made": (
        "import importlib\nhelp = importlib.import_module('hel' + 'per')\nfactor = help.factor",
        {"helper.py": FACTOR},
    ),
    "from a package that loads when asked": (
        "import pack\n\ndef factor():\n    return pack.helper.factor()",
        {
            "pack/__init__.py": "def __getattr__(name):\n    import importlib\n"
            "    return importlib.import_module(f'pack.{name}')\n",
            "pack/helper.py": FACTOR,
        },
    ),
    "name from a package that loads when asked": (
        "from pack import factor",
        {
            "pack/__init__.py": "def __getattr__(name):\n    import importlib\n"
            "    return getattr(importlib.import_module('.'.join(['pack', 'helper'])), name)\n",
            "pack/helper.py": FACTOR,
        },
    ),
}


@pytest.mark.parametrize("way", IMPORTS)
def test_a_function_is_another_one_if_what_it_imports_is(way, project):
    head, files = IMPORTS[way]
    project.write({"cells.py": f"import numpy as np\n{head}{CELL}", "other.py": "", **files})
    before = fingerprint(project.load().cell)
    assert before is not None
    project.write({"other.py": "unrelated = 1"})
    assert fingerprint(project.load().cell) == before
    helper = next(name for name in files if name.endswith("helper.py"))
    project.write({helper: files[helper] + "\n# a comment may be anything"})
    assert fingerprint(project.load().cell) not in (before, None)


def test_every_file_counts_that_is_imported(project):
    for head, files in IMPORTS.values():
        project.write({"cells.py": f"import numpy as np\n{head}{CELL}", **files})
        project.load()
        found = sources.digests({"cells"})
        for name in files:
            module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            assert module in found
        project.forget()
        for name in files:
            (project.folder / name).unlink()


def test_a_library_counts_by_its_version_alone(project, tmp_path, monkeypatch):
    installed = Project(tmp_path / "site-packages")
    monkeypatch.syspath_prepend(installed.folder)
    meta = "mylib-{}.dist-info/METADATA"
    installed.write({"mylib.py": FACTOR, meta.format("1.0"): "Name: mylib\nVersion: 1.0\n"})
    project.write({"cells.py": f"import numpy as np\nfrom mylib import factor{CELL}"})

    def found():
        installed.forget()
        sources._version.cache_clear()
        return fingerprint(project.load().cell)

    before = found()
    assert sources.digests({"cells"})["mylib"] == "mylib 1.0"
    installed.write({"mylib.py": FACTOR + "# patched"})
    assert found() == before
    (installed.folder / meta.format("1.0")).write_text("Name: mylib\nVersion: 1.1\n")
    assert found() != before
    shutil.rmtree((installed.folder / meta.format("1.0")).parent)
    unknown = found()  # whose version nobody knows counts by its source
    installed.write({"mylib.py": FACTOR + "# patched again"})
    assert found() != unknown
    installed.forget()


def test_libraries_and_the_standard_library_are_not_followed():
    found = sources.digests({"nnviz.studies.training"})
    assert found["numpy"] == f"numpy {np.__version__}"
    assert found["json"] == "python"
    assert not [name for name in found if name.startswith(("numpy.", "json."))]


def test_a_cell_depends_on_what_it_computes_with_and_on_no_words():
    found = set(sources.digests({"nnviz.studies.cells.propagation"}))
    assert found >= {
        "nnviz._checks",
        "nnviz.nn.linear",
        "nnviz.optim.moments",
        "nnviz.studies.cells.propagation",
        "nnviz.train.cache",
    }
    foreign = {"claims", "measures", "study", "propagation", "theory", "optimizer_race"}
    assert not found & {f"nnviz.studies.{name}" for name in foreign}
    others = {"plots", "publish", "cli", "tables.kinds", "record", "stats.compiled"}
    assert not found & {f"nnviz.{name}" for name in others}


def test_our_packages_do_nothing_but_hand_names_on():
    """Why they need not count for who imports one of their modules."""
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.If)
    for path in Path(nnviz.__file__).parent.rglob("__init__.py"):
        for statement in ast.parse(path.read_text()).body:
            is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            assert is_text or isinstance(statement, allowed), f"{path}: line {statement.lineno}"


def test_a_module_that_is_edited_counts_when_it_is_loaded_again(project):
    project.write({"cells.py": USED, "helper.py": FACTOR})
    cells = project.load()
    before = fingerprint(cells.cell)
    project.write({"helper.py": EDITED})
    assert fingerprint(cells.cell) is None
    project.write({"helper.py": FACTOR})
    assert fingerprint(cells.cell) == before
    project.write({"helper.py": EDITED})
    importlib.reload(sys.modules["helper"])
    assert fingerprint(cells.cell) not in (before, None)


def test_a_module_that_was_edited_before_the_first_call_has_no_fingerprint(project, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    project.write({"cells.py": TAKEN, "helper.py": FACTOR})
    cells = project.load()
    project.write({"helper.py": EDITED})
    assert fingerprint(cells.cell) is None


def test_results_follow_a_module_that_is_loaded_again_in_other_processes_too(project):
    project.write({"cells.py": USED, "helper.py": FACTOR})
    cells = project.load()

    def values():
        got = run_cells(cells.cell, [{"seed": 1}, {"seed": 2}], n_jobs=2)
        return [int(one["t"]["v"][0]) for one in got]

    assert values() == [1, 2]
    project.write({"helper.py": FACTOR.replace("1", "100")})
    importlib.reload(sys.modules["helper"])
    assert values() == [100, 200]
