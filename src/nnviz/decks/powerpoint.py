"""A deck for PowerPoint and LibreOffice: vector pictures, each with pixels behind it."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nnviz import _checks
from nnviz._names import safe_text
from nnviz.decks.about import About
from nnviz.decks.slide import Colours, Page, Slide

if TYPE_CHECKING:
    from pptx.presentation import Presentation

__all__ = ["pptx_bytes", "pptx_pictures"]

_EMU = 914_400
"""Units of the format that make an inch."""

_WIDE, _HIGH = _EMU * 40 // 3, _EMU * 15 // 2
_NARROW = _EMU * 10
"""The width of a slide, of which the library's own layouts are drawn."""

_TITLE_ONLY = 5
"""The place of that layout."""

_MOST = 3_000_000
"""Bytes of a vector picture; of a larger one, programs show the pixels sooner."""

_SVG = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_SVG_NAMES = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def pptx_pictures(slide: Slide, dpi: float) -> Mapping[str, bytes]:
    """Return the pictures of a slide: none of words, which can be edited."""
    if slide.heading is not None:
        return {}
    pixels, vector = (slide.picture(name, dpi) for name in ("png", "svg"))
    return {"png": pixels, "svg": vector} if len(vector) <= _MOST else {"png": pixels}


def pptx_bytes(pages: Iterable[Page], about: About) -> bytes:
    """Return a deck as a presentation, the same bytes for the same slides.

    Each figure fills its slide, whose title stands above the edge: it is found in the outline and
    read aloud. Headings are text that can be edited. The colours of the theme are those of the
    figures, also on slides that are added later.

    Raises
    ------
    MissingExtraError
        Without python-pptx, of the extra ``slides``.
    """
    pptx = _checks.extra("pptx", extra="slides")
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = _WIDE, _HIGH
    _set_colours(deck, about.look)
    _widen(deck)
    known = deck.core_properties
    known.title, known.author, known.last_modified_by = _safe(about.title), "", "nnviz"
    for number, page in enumerate(pages, 1):
        slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
        if page.heading is None:
            _add_figure(slide, page, number)
        else:
            _add_heading(slide, page.title, page.heading)
        slide.notes_slide.notes_text_frame.text = "\n".join(map(_safe, page.notes))
    buffer = io.BytesIO()
    deck.save(buffer)
    return _undated(buffer.getvalue())


def _safe(words: str) -> str:
    return safe_text(words, longest=5000)


def _add_figure(slide: Any, page: Page, number: int) -> None:
    """Put a figure on a slide, and its title above the edge."""
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = 0, -_EMU, _WIDE, _EMU * 9 // 10
    title.text_frame.text = _safe(page.title)
    png = io.BytesIO(page.pictures["png"])
    picture = slide.shapes.add_picture(png, 0, 0, width=_WIDE, height=_HIGH)
    picture._element.nvPicPr.cNvPr.set("descr", _safe(page.alt))
    picture.name = f"Figure {number}"
    if "svg" in page.pictures:
        _add_vector(slide, picture, page.pictures["svg"], number)


def _add_vector(slide: Any, picture: Any, content: bytes, number: int) -> None:
    """Let a picture be shown as an SVG by programs that know how; the others show its pixels."""
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    place = PackURI(f"/ppt/media/figure{number}.svg")
    part = Part(place, "image/svg+xml", slide.part.package, content)
    relation = slide.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    blip = picture._element.blipFill.find(f"{{{_DRAWING}}}blip")
    extensions = etree.SubElement(blip, f"{{{_DRAWING}}}extLst")
    extension = etree.SubElement(extensions, f"{{{_DRAWING}}}ext", uri=_SVG)
    vector = etree.SubElement(extension, f"{{{_SVG_NAMES}}}svgBlip", nsmap={"asvg": _SVG_NAMES})
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    vector.set(f"{{{namespace}}}embed", relation)


def _add_heading(slide: Any, title: str, above: str) -> None:
    """Write a title in large letters, and small ones above it."""
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    left, width = _EMU, _WIDE - 2 * _EMU
    box = slide.shapes.title
    box.left, box.top, box.width, box.height = left, 2 * _EMU, width, _EMU * 7 // 2
    small = slide.shapes.add_textbox(left, _EMU // 2, width, _EMU // 2)
    for shape, words, size in ((box, title, 46), (small, above, 22)):
        frame = shape.text_frame
        frame.text, frame.word_wrap = _safe(words), True
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        frame.paragraphs[0].font.size = Pt(size)


def _set_colours(deck: "Presentation", look: Colours) -> None:
    """Give the presentation the colours of the figures: what it draws itself takes them up."""
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE

    part: Any = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = etree.fromstring(part.blob)
    names = {"lt1": look.ground, "dk1": look.ink, "lt2": look.ground, "dk2": look.ink}
    names |= {"hlink": look.accents[0], "folHlink": look.muted}
    names |= {f"accent{n}": colour for n, colour in enumerate(look.accents[:6], 1)}
    for name, colour in names.items():
        for entry in theme.iter(f"{{{_DRAWING}}}{name}"):
            entry[:] = [etree.Element(f"{{{_DRAWING}}}srgbClr", val=colour.lstrip("#").upper())]
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _widen(deck: "Presentation") -> None:
    """Let the places of the layouts, which are made for 4:3, fill a wider slide."""
    for shape in _placed(deck):
        shape.left, shape.width = (round(x * _WIDE / _NARROW) for x in (shape.left, shape.width))


def _placed(deck: "Presentation") -> Iterator[Any]:
    """Yield the shapes of master and layouts that have a place of their own."""
    for home in (deck.slide_master, *deck.slide_layouts):
        for shape in home.shapes:
            if shape._element.spPr.xfrm is not None:
                yield shape


def _undated(content: bytes) -> bytes:
    """Return an archive in which every file has the same date."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for entry in given.infolist():
            undated = zipfile.ZipInfo(entry.filename, _ZIP_EPOCH)
            undated.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(undated, given.read(entry))
    return buffer.getvalue()
