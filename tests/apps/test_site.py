"""The site: built from the texts and scripts there are, whole from disk, without a dead link."""

import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import nnviz

ROOT = Path(__file__).parents[2]
DRAWN = "trajectories-bowl|shapes-schedules"
"""Scripts that are run here; `make docs` runs all."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the folder of the site, which any warning of Sphinx would have kept from being built.

    It is built from a copy: what `make docs` has drawn stays as it is.
    """
    work = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", work / "docs", ignore=shutil.ignore_patterns("generated"))
    for name in ("README.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, work)
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet"]
    chosen = ["--define", f"sphinx_gallery_conf.filename_pattern={DRAWN}"]
    result = subprocess.run(
        [*command, *chosen, "docs", "html"], cwd=work, capture_output=True, text=True, timeout=900
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return work / "html"


class Page(HTMLParser):
    """The links and the names on a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.names, self.pictures = [], {""}, []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.names |= {found[key] for key in ("id", "name") if found.get(key)}
        self.links += [found[key] for key in ("href", "src") if found.get(key)]
        if tag == "img":
            self.pictures.append(found)


def test_every_link_within_the_site_leads_somewhere(site):
    pages = {path.resolve(): Page(path) for path in site.rglob("*.html")}
    lost = []
    for path, page in pages.items():
        for link in page.links:
            address = urlsplit(link)
            if address.scheme or address.netloc:
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            names = pages[target].names if target in pages else {unquote(address.fragment)}
            if not target.exists() or unquote(address.fragment) not in names:
                lost.append(f"{path.relative_to(site.resolve())}: {link}")
    assert len(pages) > 100
    assert not lost


def test_every_public_name_is_in_the_reference(site):
    names = set()
    for path in (site / "generated/reference").glob("*.html"):
        names |= Page(path).names
    public = [
        f"nnviz.{package}.{name}"
        for package in nnviz.__all__
        for name in getattr(getattr(nnviz, package), "__all__", ())
    ]
    assert [name for name in public if not names & {name, f"module-{name}"}] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
def test_the_site_opens_from_disk_without_a_network(site, browser, width, scheme):
    asked = []
    size = {"width": width, "height": 900}
    with browser.new_page(viewport=size, color_scheme=scheme, offline=True) as tab:
        tab.on("request", lambda request: asked.append(request.url))
        for name in ("index", "generated/gallery/descent/trajectories-bowl", "theory"):
            tab.goto((site / f"{name}.html").as_uri())
            assert tab.evaluate("document.scrollingElement.scrollWidth") <= width
            dark = tab.evaluate("getComputedStyle(document.body).backgroundColor") != (
                "rgb(255, 255, 255)"
            )
            assert dark == (scheme == "dark")
        tab.goto(f"{(site / 'search.html').as_uri()}?q=zigzag")
        tab.get_by_role("link", name="Four optimizers on one bowl").first.wait_for()
    assert all(url.startswith((site.as_uri(), "data:")) for url in asked)


def test_a_figure_says_what_it_shows(site):
    page = Page(site / "generated/gallery/descent/trajectories-bowl.html")
    (picture,) = (found for found in page.pictures if "figure" in (found.get("class") or ""))
    assert "SGD zigzags" in picture["alt"]
    assert (site / "_images" / Path(picture["src"]).name).is_file()
