"""A Word document in the making: paragraphs and tables that hold the tags of a docxtpl template."""

import re
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

LINE, SHADE = "8C8C8C", "E7E7E7"  # borders, and the ground of a table's header
CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


class Paper:
    """The document in the making: paragraphs, and tables whose cells hold one or more paragraphs."""

    def __init__(self) -> None:
        self.document = Document()
        self._styles()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(22), Mm(18)
        section.top_margin, section.bottom_margin = Mm(18), Mm(18)
        section.footer_distance = Mm(9)

    def _styles(self) -> None:
        styles = self.document.styles
        self._style(styles["Normal"], 10.5, after=4)
        self._style(styles["Title"], 14, bold=True, before=10, after=2)
        styles["Title"].paragraph_format.alignment = CENTER
        for border in styles["Title"].element.pPr.findall(qn("w:pBdr")):
            styles["Title"].element.pPr.remove(border)
        self._style(styles["Heading 1"], 11.5, bold=True, before=12, after=4)
        self._style(styles["Heading 2"], 10.5, bold=True, before=8, after=3)
        for name, size, after in (("Isi Tabel", 8.5, 0), ("Keterangan Kecil", 8, 4)):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles["Normal"]
            self._style(style, size, after=after)

    def _style(self, style: Any, size: float, *, bold: bool = False, before: float = 0, after: float = 0) -> None:
        font, form = style.font, style.paragraph_format
        font.name, font.size, font.bold, font.color.rgb = "Arial", Pt(size), bold, RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)
        for attribute in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(attribute), "Arial")
        form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.08

    def text(self, text: str, style: str = "Normal", **how: Any) -> Paragraph:
        paragraph = self.document.add_paragraph(style=style)
        write(paragraph, text, **how)
        return paragraph

    def tag(self, text: str) -> None:
        """A paragraph that holds a tag alone and vanishes with it."""
        self.text("{%p " + text + " %}", "Keterangan Kecil")

    def table(self, widths: Sequence[float], *, borders: bool = True) -> Table:
        table = self.document.add_table(0, len(widths))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        if borders:
            edge(table)
        return table

    def rows(
        self,
        widths: Sequence[float],
        heads: Sequence[str],
        loop: str,
        cells: Sequence[str | Sequence[str]],
        right: Sequence[int] = (),
    ) -> None:
        """A table with a header on every page and one row for each item of ``loop``."""
        table = self.table(widths)
        header = row(table, widths, heads, right, bold=True, keep_with_next=True)
        header.get_or_add_trPr().append(flag("w:tblHeader"))
        for cell in table.rows[0].cells:
            shade(cell)
        row(table, widths, ["{%tr for " + loop + " %}", *[""] * (len(widths) - 1)])
        row(table, widths, cells, right)
        row(table, widths, ["{%tr endfor %}", *[""] * (len(widths) - 1)])
        self.text("", "Keterangan Kecil")


def write(paragraph: Paragraph, text: str, *, bold: bool = False, size: float = 0, **form: Any) -> None:
    """``**`` in the text turns bold on and off."""
    for place, part in enumerate(re.split(r"\*\*", text)):
        if part:
            run = paragraph.add_run(part)
            run.bold = bold or place % 2 == 1 or None
            if size:
                run.font.size = Pt(size)
    for name, value in form.items():
        setattr(paragraph.paragraph_format, name, value)


def row(
    table: Table, widths: Sequence[float], cells: Sequence[str | Sequence[str]], right: Sequence[int] = (), **how: Any
) -> Any:
    made = table.add_row()
    made._tr.get_or_add_trPr().append(flag("w:cantSplit"))
    for place, (cell, said) in enumerate(zip(made.cells, cells, strict=True)):
        cell.width = Mm(widths[place])
        for n, line in enumerate([said] if isinstance(said, str) else said):
            paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
            paragraph.style = "Isi Tabel"
            write(paragraph, line, alignment=RIGHT if place in right else None, **how)
    return made._tr


def flag(name: str, **values: str) -> Any:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    return element


def shade(cell: _Cell) -> None:
    cell._tc.get_or_add_tcPr().append(flag("w:shd", val="clear", color="auto", fill=SHADE))


def edge(table: Table) -> None:
    """Thin borders, and a little room inside the cells."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(flag(f"w:{side}", val="single", sz="4", space="0", color=LINE))
    margins = OxmlElement("w:tblCellMar")
    for side, room in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70)):
        margins.append(flag(f"w:{side}", w=str(room), type="dxa"))
    layout = properties.find(qn("w:tblLayout"))  # the order is the schema's: borders, layout, margins
    layout.addprevious(borders)
    layout.addnext(margins)


def underline(paragraph: Paragraph, style: str, size: int) -> None:
    """A rule below a paragraph."""
    border = OxmlElement("w:pBdr")
    border.append(flag("w:bottom", val=style, sz=str(size), space="6", color="000000"))
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:shd", "w:spacing", "w:ind", "w:jc")


def number_field(paragraph: Paragraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
