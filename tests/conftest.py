"""What all tests share."""

import os
import signal
import sys
from collections.abc import Generator
from importlib.metadata import version
from pathlib import Path

os.environ["MPLBACKEND"] = "Agg"
# One BLAS thread, as in the studies: networks this small make others but wait, at full speed.
# The libraries read this when they are loaded; processes that tests start inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest

BLESSED_MATPLOTLIB = "3.11."
"""Other minor versions draw text differently; their pictures cannot be compared."""

APPS = Path(__file__).parent / "apps"
"""Tests that drive a browser or another program, which only ``make test-apps`` installs."""


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260101)


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Generator[None, None, None]:
    """Keep the results of studies, so that each network is trained once, but not the user's."""
    if "NNVIZ_CACHE_DIR" in os.environ:
        yield
        return
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # what the workers have in common
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NNVIZ_CACHE_DIR", str(folder / "cells"))
        yield


@pytest.fixture(scope="session", autouse=True)
def interrupts_come() -> Generator[None, None, None]:
    """Let Ctrl-C reach the tests, and what they start, where a shell's background keeps it out."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def figures_are_closed() -> Generator[None, None, None]:
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--apps", action="store_true", help="run tests/apps too: `make test-apps`")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # pytest-mpl's own setting is relative to wherever pytest was started
    if not config.option.mpl_baseline_path:
        config.option.mpl_baseline_path = str(Path(__file__).parents[1] / "baseline_images")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if APPS in item.path.parents:
            item.add_marker("apps")
            if not config.option.apps:
                test, _, _ = item.name.partition("[")
                item.add_marker(pytest.mark.skip(reason=f"{test}: `make test-apps` runs it"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not item.get_closest_marker("mpl_image_compare"):
        return  # before the version is read: that takes milliseconds, and there are 10,000 tests
    installed = version("matplotlib")
    if not installed.startswith(BLESSED_MATPLOTLIB):
        reason = f"pictures are compared with matplotlib {BLESSED_MATPLOTLIB}* only: {installed}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _no_silent_skip(item, (yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _no_silent_skip(collector, (yield))


def _no_silent_skip(node, report):
    """Turn a skip into a failure where every witness is installed: in CI and in `make test-apps`.

    In CI, too, `make test` leaves tests/apps to `make test-apps`.
    """
    apps = node.config.option.apps
    strict = apps or (os.environ.get("CI") and APPS not in node.path.parents)
    if report.skipped and strict and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be missing: {report.longrepr}"
    return report
