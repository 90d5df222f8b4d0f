"""A Korean PDF shows its letters in three readers, and keeps them as text."""

import subprocess

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from nnviz import plots, publish
from tests.apps.programs import find

TITLE = "경사하강법은 골짜기를 지그재그로 내려간다"
DPI = 60
READERS = {
    "pixels": lambda pdf, png: ["-r", str(DPI), "-png", "-singlefile", pdf, png[:-4]],
    "mupdf": lambda pdf, png: ["draw", "-q", "-r", str(DPI), "-o", png, pdf],
    "ghostscript": lambda pdf, png: [
        *("-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=png16m", f"-r{DPI}", "-dTextAlphaBits=4"),
        *("-o", png, pdf),
    ],
}


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    path = tmp_path_factory.mktemp("korean") / "title.pdf"
    with plots.look("light", "notebook", "ko"):
        figure = plt.figure(figsize=(7, 1.5), layout="constrained")
        plots.headline(figure, TITLE)
        publish.save(figure, path)
    plt.close(figure)
    return path


@pytest.mark.apps
@pytest.mark.parametrize("reader", READERS)
def test_letters_are_seen(pdf, reader):
    png = pdf.with_name(f"{reader}.png")
    subprocess.run([find(reader), *READERS[reader](str(pdf), str(png))], check=True)
    with Image.open(png) as picture:
        ink = np.asarray(picture.convert("L")) < 128
    columns = np.flatnonzero(ink.any(axis=0))
    assert ink.sum() > 300
    assert columns.max() - columns.min() > 0.4 * ink.shape[1]  # the title is as long as that


@pytest.mark.apps
def test_letters_stay_text(pdf):
    text = find("pixels").replace("pdftoppm", "pdftotext")
    told = subprocess.run([text, str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    assert "".join(TITLE.split()) in "".join(told.split())
