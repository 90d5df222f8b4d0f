"""The wheel: complete, and of use outside the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from nnviz import publish

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return a folder with the content of the wheel."""
    pytest.importorskip("hatchling", reason="the wheel is built without a network")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("nnviz_dynamics-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def nnviz(site, cwd, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-m", "nnviz", *arguments]
    done = subprocess.run(
        command, cwd=cwd, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_the_wheel_holds_the_gallery_the_page_and_the_styles(site):
    package = site / "nnviz"
    here = publish.gallery_folder()
    scripts = {path.relative_to(here) for path in here.rglob("*.py")}
    assert {path.relative_to(package / "_gallery") for path in package.glob("_gallery/*/*.py")} == (
        scripts
    )
    for part in ("html.jinja", "css", "js"):
        assert (package / f"publish/gallery.{part}").is_file()
    assert (package / "py.typed").is_file()
    assert list(package.glob("styles/*.mplstyle"))


def test_the_command_works_outside_the_checkout(site, tmp_path):
    ids = [script.id for script in publish.find_scripts()]
    listed = nnviz(site, tmp_path, "list").splitlines()
    assert [line.split()[0] for line in listed] == ids
    out = tmp_path / "out"
    nnviz(site, tmp_path, "gallery", "--only", "trajectories/bowl", "--out", str(out))
    assert (out / "figures/trajectories/bowl.pdf").is_file()
    program = "import nnviz, pathlib; print(nnviz.__file__)"
    where = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(site))
