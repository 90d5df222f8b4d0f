"""The course has every figure of the gallery once, and a title for every section."""

from nnviz.publish import find_scripts
from nnviz.publish.course import COURSE


def test_every_figure_of_the_gallery_has_its_place_once():
    shown = [figure for section in COURSE for figure in section.figures]
    assert sorted(shown) == sorted(script.id for script in find_scripts())


def test_every_section_has_a_title_of_its_own():
    titles = [section.title for section in COURSE]
    assert all(titles)
    assert len(set(titles)) == len(titles)
