"""A folder of an author, whose modules can be written and loaded again and again."""

import importlib
import os
import sys

import pytest

from nnviz.train import sources


class Project:
    """An author's folder, whose modules can be written and loaded again and again."""

    def __init__(self, folder):
        self.folder = folder

    def write(self, files):
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def load(self):
        self.forget()
        importlib.invalidate_caches()
        return importlib.import_module("cells")

    def forget(self):
        for name, module in list(sys.modules.items()):
            spec = getattr(module, "__spec__", None)
            places = [spec.origin, *(spec.submodule_search_locations or ())] if spec else []
            if any(place and place.startswith(str(self.folder)) for place in places):
                del sys.modules[name]


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("NNVIZ_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "project"), prepend=os.pathsep)
    monkeypatch.syspath_prepend(tmp_path / "project")
    found = Project(tmp_path / "project")
    yield found
    found.forget()
    if sources.take_changes():  # and other tests' processes are not to be blamed
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True)
