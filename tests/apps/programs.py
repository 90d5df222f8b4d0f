"""The programs that these tests drive, stated once: ``python -m tests.apps.programs [NAME …]``.

Installs what is missing of those named, or of all, as root where there is ``apt-get``; elsewhere
it says what to install.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """A program: any of its commands will do.

    Attributes
    ----------
    debian : tuple of str
        The packages that bring it.
    elsewhere : str
        How others get it.
    """

    commands: tuple[str, ...]
    debian: tuple[str, ...]
    elsewhere: str

    def find(self) -> str | None:
        """Return where it is, or None."""
        return next(filter(None, map(shutil.which, self.commands)), None)


PROGRAMS = {
    "browser": Program(
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
        debian=("chromium",),
        elsewhere="Chromium or Google Chrome, as a command on the PATH",
    ),
    "office": Program(
        ("soffice", "libreoffice"),
        debian=("libreoffice-impress",),
        elsewhere="LibreOffice, as the command soffice on the PATH",
    ),
    "latex": Program(
        ("pdflatex",),
        debian=("texlive-latex-recommended", "texlive-pictures"),
        elsewhere="pdflatex with beamer, of TeX Live or MiKTeX",
    ),
    "pixels": Program(
        ("pdftoppm",),
        debian=("poppler-utils",),
        elsewhere="Poppler's command-line programs",
    ),
    "node": Program(("node", "nodejs"), debian=("nodejs",), elsewhere="Node.js"),
    "mupdf": Program(("mutool",), debian=("mupdf-tools",), elsewhere="MuPDF's command mutool"),
    "ghostscript": Program(
        ("gs",),
        debian=("ghostscript", "fonts-noto-cjk"),
        elsewhere="Ghostscript, and the font Noto Sans CJK",
    ),
    "encoder": Program(("ffmpeg",), debian=("ffmpeg",), elsewhere="ffmpeg with libx264"),
    "probe": Program(("ffprobe",), debian=("ffmpeg",), elsewhere="ffprobe, a part of ffmpeg"),
}


def find(name: str) -> str:
    """Return where a program is; without it these tests fail, they do not skip."""
    found = PROGRAMS[name].find()
    if found is None:
        raise FileNotFoundError(f"the {name} must be installed; {_how([PROGRAMS[name]])}")
    return found


def main(names: Sequence[str]) -> str | None:
    """Install what is missing; return what is still to be installed, and how."""
    missing = _missing(names)
    if missing and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [package for program in missing for package in program.debian]
        print("installing", *packages, flush=True)
        _apt("update")
        _apt("install", "--yes", "--no-install-recommends", *packages)
        missing = _missing(names)
    return f"make test-apps: programs are missing; {_how(missing)}" if missing else None


def _missing(names: Sequence[str]) -> list[Program]:
    return [program for name in names or PROGRAMS if (program := PROGRAMS[name]).find() is None]


def _apt(*arguments: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        ["apt-get", "--quiet=2", "--option=Dpkg::Use-Pty=0", *arguments],
        env=environment,
        check=False,
    )


def _how(programs: list[Program]) -> str:
    packages = " ".join(package for program in programs for package in program.debian)
    others = "; ".join(program.elsewhere for program in programs)
    return f"on Debian or Ubuntu `sudo apt-get install {packages}`, elsewhere {others}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
