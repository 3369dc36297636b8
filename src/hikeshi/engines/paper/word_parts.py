"""Parts of a Word file that python-docx has no words for: East Asian fonts, shading, page numbers, lists, fixed zip."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.table import _Cell

from hikeshi.engines.paper.model import Lang

# Yu Gothic comes with Windows and with Word for Mac; other programs replace it by their own Japanese font.
FONT = "Yu Gothic"
_INK = RGBColor(0x14, 0x14, 0x14)
_SIZES = {"Title": 17, "Subtitle": 10.5, "Heading 1": 13, "Heading 2": 11.5, "Heading 3": 10.5}


def dress(word: Any, lang: Lang, *, letter: bool = False) -> None:
    """Gives the built-in styles our fonts and language, adds the styles of letters and cells, drops the thumbnail."""
    for style in word.styles:
        if style.type in (WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER) and style.element.rPr is not None:
            _fonts(style.element.rPr)
    for name in ("Normal", *_SIZES):
        style = word.styles[name]
        _fonts(style.element.get_or_add_rPr())
        style.font.color.rgb = _INK
        style.font.italic = False
    for name, size in _SIZES.items():
        style = word.styles[name]
        style.font.size, style.font.bold = Pt(size), name != "Subtitle"
        style.paragraph_format.keep_with_next = True
    normal = word.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.3
    _language(word.styles.element, lang)
    if letter:
        word.styles["Heading 1"].font.size = Pt(10.5)
    else:
        _border_below(word.styles["Heading 1"], "6")
    for name, before in (("Heading 1", 14), ("Heading 2", 12), ("Heading 3", 10)):
        word.styles[name].paragraph_format.space_before = Pt(before)
        word.styles[name].paragraph_format.space_after = Pt(4)
    _no_border(word.styles["Title"])
    for name, after in (("Cell", 0), ("Letter line", 0), ("Letter subject", 14)):
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.line_spacing = 1.15
    word.styles["Cell"].font.size = Pt(9.5)
    subject = word.styles["Letter subject"]
    subject.font.size, subject.font.bold = Pt(13), True
    subject.paragraph_format.space_before = Pt(22)
    for key, relation in list(word.part.package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del word.part.package.rels[key]


def _fonts(properties: Any) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def _language(styles: Any, lang: Lang) -> None:
    for element in styles.iter(qn("w:lang")):
        element.set(qn("w:val"), "ja-JP" if lang == "ja" else "en-GB")
        element.set(qn("w:eastAsia"), "ja-JP")


def _border_below(style: Any, size: str) -> None:
    borders = _child(style.element.get_or_add_pPr(), "w:pBdr")
    _set(_child(borders, "w:bottom"), val="single", sz=size, space="3", color="141414")


def _no_border(style: Any) -> None:
    properties = style.element.get_or_add_pPr()
    for borders in properties.findall(qn("w:pBdr")):
        properties.remove(borders)


def _child(parent: Any, tag: str) -> Any:
    child = parent.find(qn(tag))
    if child is None:
        child = OxmlElement(tag)
        # The schema fixes the order of a paragraph's properties; borders come before shading, tabs and spacing.
        parent.insert_element_before(child, *_AFTER[tag]) if tag in _AFTER else parent.append(child)
    return child


_AFTER = {
    "w:pBdr": ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"),
    "w:shd": ("w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:vAlign"),
}


def _set(element: Any, **values: str) -> Any:
    for name, value in values.items():
        element.set(qn(f"w:{name}"), value)
    return element


def band(paragraph: Any, text: str) -> None:
    """A dark line with light words: 訓練."""
    paragraph.alignment = 1
    shading = _child(paragraph._p.get_or_add_pPr(), "w:shd")
    _set(shading, val="clear", color="auto", fill="191919")
    run = paragraph.add_run(text)
    run.bold = True
    run.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)


def tabbed(paragraph: Any, left: str, right: str, width: int) -> None:
    """One line with words at both ends, in small print."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
    run = paragraph.add_run(f"{left}\t{right}" if right else left)
    run.font.size = Pt(8)


def page_numbers(paragraph: Any) -> None:
    """PAGE / NUMPAGES at the right end of a footer; Word counts them."""
    paragraph.add_run("\t").font.size = Pt(8)
    for instruction in ("PAGE", " / ", "NUMPAGES"):
        if instruction == " / ":
            paragraph.add_run(instruction).font.size = Pt(8)
            continue
        field = _set(OxmlElement("w:fldSimple"), instr=instruction)
        paragraph._p.append(field)
        run = paragraph.add_run("1")
        run.font.size = Pt(8)
        field.append(run._r)


def cells_of(row: Any) -> list[_Cell]:
    """The cells of one row; python-docx's own `row.cells` looks through the whole table each time."""
    return [_Cell(element, row) for element in row._tr.tc_lst]


def shade(cell: Any) -> None:
    _set(_child(cell._tc.get_or_add_tcPr(), "w:shd"), val="clear", color="auto", fill="F2F2F2")


def label(cell: Any) -> None:
    """A cell that names what stands beside or below it."""
    shade(cell)
    for run in cell.paragraphs[0].runs:
        run.bold = True


def roomy(table: Any) -> None:
    """Some air in the cells and quiet lines around them (twentieths of a point, eighths of a point)."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_set(OxmlElement(f"w:{side}"), val="single", sz="4", space="0", color="969696"))
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", "70"), ("left", "110"), ("bottom", "70"), ("right", "110")):
        margins.append(_set(OxmlElement(f"w:{side}"), w=width, type="dxa"))
    # The schema's order: … tblBorders, shd, tblLayout, tblCellMar, tblLook.
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)


def repeat_as_head(row: Any) -> None:
    row._tr.get_or_add_trPr().append(_set(OxmlElement("w:tblHeader"), val="true"))


def keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(_set(OxmlElement("w:cantSplit"), val="true"))


def strong(paragraph: Any, text: str) -> Any:
    paragraph.add_run(text).bold = True
    return paragraph


def keep_with_next(paragraph: Any) -> None:
    paragraph.paragraph_format.keep_with_next = True


def space_after(paragraph: Any, points: float) -> None:
    """Makes an empty paragraph small: Word wants one between two tables."""
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(points + 4)


def new_list(word: Any, start: int) -> int:
    """A numbered list of its own: without this Word goes on counting from the list before."""
    numbering = word.part.numbering_part.element
    wanted = word.styles["List Number"].element.pPr.numPr.numId.val
    abstract = next(num.abstractNumId.val for num in numbering.num_lst if num.numId == wanted)
    num = numbering.add_num(abstract)
    num.add_lvlOverride(ilvl=0).add_startOverride(start)
    return int(num.numId)


def numbered(paragraph: Any, number: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def same_bytes(data: bytes) -> bytes:
    """The same package with the zip's dates fixed: python-docx stamps each part with the time of writing."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for part in read.infolist():
            info = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            written.writestr(info, read.read(part))
    return out.getvalue()
