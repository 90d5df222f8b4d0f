"""Files of every plot: small enough for a slide, the same from any process, fonts in them."""

import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from nnviz import plots
from nnviz.publish import FORMATS, figure_bytes
from nnviz.publish.files import freeze_layout
from tests.plots import cases

ROOT = Path(__file__).parents[2]
LARGEST = {"svg": 500_000, "pdf": 500_000, "png": 400_000}
SVG = "{http://www.w3.org/2000/svg}"


def drawn():
    """Return what two processes drew at the same time; text hashes differ between them."""
    command = [sys.executable, "-m", "tests.publish.draw_all"]
    running = [
        subprocess.Popen(
            [*command, formats],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        )
        for seed, formats in (("1", "all"), ("2", "one"))
    ]
    outputs = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    return [json.loads(output) for output in outputs]


def test_two_processes_draw_the_same_bytes_and_not_too_many_for_a_slide():
    """One test: what both processes draw takes long, and each worker would draw it anew."""
    one, other = drawn()
    assert len(other) >= 16
    assert {name for name in other if one[name] != other[name]} == set()
    sizes = {name: facts["size"] for name, facts in one.items()}
    assert {name.rpartition(".")[2] for name in sizes} == set(FORMATS)
    large = {name: size for name, size in sizes.items() if size > LARGEST[name.rpartition(".")[2]]}
    assert large == {}


@pytest.fixture
def figure():
    with plots.theme():
        figure = plots.curves(cases.curve(("none", "weight decay 0.1"))).figure
        plots.headline(figure, "Zwölf Boxkämpfer")
        yield figure


def test_a_pdf_holds_its_fonts(figure):
    content = figure_bytes(figure, "pdf")
    assert b"/Type3" not in content
    streams = re.findall(rb"/Length1 \d+.*?stream\r?\n(.*?)endstream", content, re.DOTALL)
    fonts = [TTFont(io.BytesIO(zlib.decompress(stream))) for stream in streams]
    assert [font["name"].getDebugName(4) for font in fonts] == ["DejaVu Sans"]
    assert set(map(ord, "Zwölf Boxkämpfer epoch accuracy")) <= set(fonts[0].getBestCmap())


def test_the_text_of_an_svg_can_be_selected(figure):
    def texts(**options):
        root = ET.fromstring(figure_bytes(figure, "svg", **options))
        return {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}

    assert texts() == set()
    assert {"weight decay 0.1", "epoch", "accuracy", "Zwölf Boxkämpfer"} <= texts(
        selectable_text=True
    )


@pytest.mark.parametrize("transparent", [False, True])
def test_the_ground_of_an_svg(figure, transparent):
    root = ET.fromstring(figure_bytes(figure, "svg", transparent=transparent))
    ground = next(group for group in root.iter(f"{SVG}g") if group.get("id") == "patch_1")
    style = ground.find(f"{SVG}path").get("style")
    assert ("fill: none" in style) == transparent
    assert ("fill: #ffffff" in style) != transparent


def test_formats_are_alike_in_any_order(figure):
    freeze_layout(figure)
    first = {kind: figure_bytes(figure, kind) for kind in FORMATS}
    assert {kind: figure_bytes(figure, kind) for kind in reversed(FORMATS)} == first
