"""The settings of Sphinx for the site: ``make docs``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

import site_gallery
import site_reference
from sphinx.application import Sphinx

import nnviz

project = "nnviz"
author = "The nnviz developers"
version = release = nnviz.__version__
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
    "site_reference",
]
exclude_patterns = ["generated/scripts/**", "generated/gallery/**/*.ipynb", "_ext"]

html_theme = "furo"
html_title = "nnviz"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = html_show_sphinx = False

nitpicky = True  # with -W, a reference that leads nowhere ends the build
default_role = "py:obj"
add_module_names = False
autodoc_typehints = "none"  # docstrings say types in words
autodoc_mock_imports = ["lightning", "transformers", "keras"]  # 2 GB for three pages
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
napoleon_custom_sections = [("Tables", "params_style")]
myst_heading_anchors = 4
suppress_warnings = ["config.cache"]


def setup(app: Sphinx) -> None:
    """Lead what refers to a part of the README to the page that has it."""

    def read(_app: Sphinx, _page: str, source: list[str]) -> None:
        source[0] = source[0].replace("../README.md#look-inside-a-network", "own-network.md")

    app.connect("source-read", read)


sphinx_gallery_conf = site_gallery.settings(Path(__file__).parent / "generated")
site_reference.write_pages(Path(__file__).parent / "generated" / "reference")
