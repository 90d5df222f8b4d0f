"""A browser for the tests that need one."""

import json
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.apps import programs

# Nothing but the page: no graphics processor, and no word to anyone outside.
ARGUMENTS = ["--disable-gpu", "--disable-quic", "--disable-sync"]
FAULTS = (Path(__file__).parent / "faults.js").read_text("utf-8")
OPEN = "for (const details of document.querySelectorAll('details')) details.open = true"

Faults = Callable[..., list[str]]


@pytest.fixture(scope="session")
def browser() -> Generator[Any, None, None]:
    """Return a browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=programs.find("browser"), args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def faults(browser: Any) -> Faults:
    """Return a function that opens a page offline and tells what cannot be read on it.

    With views, such as "#shapes/schedules", on each of these too.
    """

    def find(
        path: Path, *, width: int, scheme: str = "light", views: Sequence[str] = ()
    ) -> list[str]:
        size = {"width": width, "height": 1000}
        with browser.new_page(viewport=size, color_scheme=scheme, offline=True) as page:
            found = []
            for view in ("", *views):
                page.goto(f"{path.as_uri()}{view}")
                found += page.evaluate(FAULTS)
                page.evaluate(OPEN)
                found += page.evaluate(FAULTS)
            return found

    return find


@pytest.fixture(scope="session")
def small_explorer() -> dict[str, Any]:
    """Return what the explorer's page is told, with fewer networks than users get."""
    from functools import partial

    from nnviz.explorer import page, regularizers

    few = partial(regularizers.regularizers, (0.03,), (0.2, 0.4), seeds=2, n_jobs=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(regularizers.SETTINGS, "epochs", 20)
        patch.setattr(page, "regularizers", lambda n_jobs: few())
        return json.loads(json.dumps(page.data()))
