"""Helpers of the .xlsx tests: real files, looked at with the plain library and never with our own reader."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

from halokop_sheets.core.sheet.blueprint import Blueprint, make_blueprint
from halokop_sheets.core.sheet.page import Block, Chart, Page, Span
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import RawBook, Snapshot
from halokop_sheets.workbooks.xlsx import XlsxWorkbook

KANTOR = Path(__file__).parent / "data" / "kantor.xlsx"


def office(folder: Path) -> Path:
    """A copy of the workbook that an office keeps."""
    return Path(shutil.copy(KANTOR, folder / "kantor.xlsx"))


def blueprint(book: RawBook, *pages: Page) -> Blueprint:
    return make_blueprint(book, pages, timezone="Asia/Jakarta")


def init(path: Path, *pages: Page) -> list[str]:
    workbook = XlsxWorkbook(path, create=True)
    book = workbook.read()
    return workbook.init(blueprint(book, *pages), book)


def ready(path: Path, *pages: Page) -> tuple[XlsxWorkbook, Snapshot]:
    """A workbook after ``init``, with a snapshot to write on."""
    init(path, *pages)
    return opened(path)


def opened(path: Path) -> tuple[XlsxWorkbook, Snapshot]:
    workbook = XlsxWorkbook(path)
    return workbook, recognise(workbook.read())


def page(mark: str, title: str) -> Page:
    """A small page with every feature: styles, merges, a live rule, a chart, a break."""
    blocks = {
        (1, 1): Block("Evaluasi mingguan", "title", across=4),
        (1, 6): Block(mark, "mark"),
        (3, 1): Block("=lihat", "text", across=3, down=2),
        (6, 1): Block("Status", "label"),
        (6, 2): Block("Terlambat 2 hari", "center"),
    }
    for row in range(8, 13):
        blocks[row, 1] = Block(f"H+{row - 7}", "label-center")
        blocks[row, 2] = Block(100 * row, "small-count")
    chart = Chart("line", "Viewers", 14, 1, 400, 220, Span(8, 1, 12, 1), (("Instagram", Span(8, 2, 12, 2)),))
    return Page(
        mark,
        title,
        (16, 12, 12, 12, 12, 18),
        blocks,
        (chart,),
        heights={1: 30},
        frozen_rows=2,
        breaks=(13,),
        rules=(("Terlambat", "late"),),
    )


Seen = dict[tuple[str, str], tuple[object, ...]]


def people(path: Path) -> Seen:
    """Everything that a person sees in a cell: value or formula, whether it is text, format, comment, link."""
    book = openpyxl.load_workbook(path)
    return {
        (ws.title, cell.coordinate): (
            cell.value,
            cell.data_type,
            cell.number_format,
            cell.font.b,
            cell.fill.fgColor.rgb if cell.fill.fill_type else None,
            bool(cell.alignment.wrap_text),
            cell.comment.text if cell.comment else None,
            cell.hyperlink.location if cell.hyperlink else None,
        )
        for ws in book.worksheets
        for row in ws.iter_rows()
        for cell in row
        if cell.value is not None or cell.comment
    }


def formulas(path: Path) -> dict[str, str]:
    book = openpyxl.load_workbook(path)
    cells = (cell for ws in book.worksheets for row in ws.iter_rows() for cell in row)
    return {f"{c.parent.title}!{c.coordinate}": str(c.value) for c in cells if c.data_type == "f"}


def edit(path: Path, change: Callable[[openpyxl.Workbook], None]) -> None:
    """A person opens the file, changes it and saves."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def rezip(path: Path, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> None:
    """Rewrite parts of the file by hand, as another program may have written them."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, change(name, data))
        for name, data in (extra or {}).items():
            archive.writestr(name, data)


def titles(path: Path) -> list[str]:
    return openpyxl.load_workbook(path, read_only=True).sheetnames
