"""All tests of studies share one cache, so that each network is trained once."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory):
    """Keep results in a temporary folder, unless one is chosen from outside."""
    if "NNVIZ_CACHE_DIR" in os.environ:
        yield
        return
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # what the workers have in common
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NNVIZ_CACHE_DIR", str(folder / "cells"))
        yield
