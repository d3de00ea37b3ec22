"""Bytes to an openpyxl workbook and back, with as little lost on the way as the library allows.

The library turns numbers in date cells into dates and loses those out of range (``29112026`` typed into a date
cell), fixes every row height for good, and drops lists that Excel 2010 keeps apart. All three are mended here.
"""

import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.parsers.expat import ParserCreate  # reads only what we have just written
from zipfile import ZIP_DEFLATED, ZipFile

from defusedxml.ElementTree import iterparse
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from halokop_sheets.core.sheet.values import Broken
from halokop_sheets.errors import WorkbookError
from halokop_sheets.workbooks.xlsx_guard import X14_LISTS
from halokop_sheets.workbooks.xlsx_results import Results, put_back
from halokop_sheets.workbooks.xlsx_sheets import sharing

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb"\br=\"(\d+)\"")
_CUSTOM = re.compile(rb"\bcustomHeight=\"(?:1|true)\"")
_FILLED = re.compile(rb"<(?:v|is)[ />]")
_X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_XM = "{http://schemas.microsoft.com/office/excel/2006/main}"


class FittedRow(RowDimension):
    """A row as high as its text: the library would save its height as one that a person chose for good."""

    @property
    def customHeight(self) -> bool:  # noqa: N802
        return False


class _Reader(ExcelReader):
    def read_worksheets(self) -> None:
        self.wb._date_formats = set()  # type: ignore[attr-defined]  # numbers stay as they are typed
        with sharing():
            super().read_worksheets()
        if self.read_only:
            return
        for sheet, rel in self.parser.find_sheets():
            if rel.target in self.valid_files and "chartsheet" not in rel.Type:
                self._mend(self.wb[sheet.name], self.archive.read(rel.target))

    def _mend(self, ws: Worksheet, xml: bytes) -> None:
        fixed = {int(n[1]) for row in _ROW.findall(xml) if _CUSTOM.search(row) and (n := _NUMBER.search(row))}
        for number, dimension in ws.row_dimensions.items():
            if number not in fixed:
                dimension.__class__ = FittedRow
        if X14_LISTS.encode() in xml.upper():
            for validation in _apart(xml):
                ws.add_data_validation(validation)


def _apart(xml: bytes) -> Iterator[DataValidation]:
    """The lists that Excel keeps in an extension because they refer to another tab, as plain ones."""
    for _, node in iterparse(BytesIO(xml)):
        if node.tag == f"{_X14}dataValidation":
            known = {k: v for k, v in node.attrib.items() if k in DataValidation.__attrs__}
            for n in (1, 2):
                if formula := node.findtext(f"{_X14}formula{n}/{_XM}f"):
                    known[f"formula{n}"] = formula
            yield DataValidation(**known, sqref=node.findtext(f"{_XM}sqref") or "")


def load(data: bytes, name: str) -> Workbook:
    """The workbook with formulas as their text. Raises ``WorkbookError`` where the library cannot follow."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it drops: the guard has decided about that
            reader = _Reader(BytesIO(data), rich_text=True)
            reader.read()
    except Exception as error:
        raise WorkbookError(f"{name} cannot be read as a workbook: {error}") from error
    if not reader.wb.worksheets:
        raise WorkbookError(f"{name} holds no tab of cells")
    return reader.wb


def results(data: bytes, book: Workbook) -> Results:
    """What the formulas came to when the file was last calculated; where it does not say, no entry."""
    wanted = {
        ws.title: places
        for ws in book.worksheets
        if (places := {place for place, cell in ws._cells.items() if cell.data_type == "f"})
    }
    if not wanted:
        return {}
    found: Results = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = _Reader(BytesIO(data), read_only=True, data_only=True)
        reader.read()
        for title, places in wanted.items():
            sheet: Any = reader.wb[title]
            sheet.reset_dimensions()
            known = found[title] = {}
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value is None and cell.data_type != "str":  # "str": a text formula that came to ""
                        continue
                    if (place := (cell.row, cell.column)) in places:
                        known[place] = (
                            Broken(str(cell.value))
                            if cell.data_type == "e"
                            else ""
                            if cell.value is None
                            else cell.value
                        )
        reader.wb.close()
    return found


class _Writer(ExcelWriter):
    """The library's writer, without its files in the system's temporary folder (a kill would leave them there)."""

    results: Results

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts = ws._charts
        ws._drawing.images = ws._images
        out = BytesIO()
        writer: Any = WorksheetWriter(ws, out)
        writer.write()
        ws._rels = writer._rels
        xml = out.getvalue()
        out.close()
        if known := self.results.get(ws.title):
            xml = put_back(xml, known)
        self._archive.writestr(ws.path[1:], xml)  # type: ignore[attr-defined]
        self.manifest.append(ws)


def dump(book: Workbook, known: Results) -> bytes:
    """The workbook as the bytes of an .xlsx file, with what its formulas are known to come to."""
    out = BytesIO()
    book.calculation.fullCalcOnLoad = True
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        writer = _Writer(book, archive)
        writer.results = known
        writer.write_data()
    return out.getvalue()


def verify(path: Path, book: Workbook) -> None:
    """Read the file back and compare: every part whole, every tab there, every filled cell counted.

    Raises ``WorkbookError``. A full load would see no more and cost as much as the save itself.
    """
    data = path.read_bytes()
    try:
        filled: dict[str, int] = {}
        with ZipFile(BytesIO(data)) as archive:
            for name in archive.namelist():
                text = archive.read(name)  # compares the checksum
                if name.endswith((".xml", ".rels")):
                    ParserCreate().Parse(text, True)
                filled[name] = sum(1 for _ in _FILLED.finditer(text))
        again = load_workbook(BytesIO(data), read_only=True)
        whole = again.sheetnames == book.sheetnames and all(
            filled[ws.path[1:]] == _filled(ws) for ws in book.worksheets
        )
        again.close()
    except Exception as error:
        raise WorkbookError(f"the new copy cannot be read back, the workbook stays as it was: {error}") from error
    if not whole:
        raise WorkbookError("the new copy does not hold all cells, the workbook stays as it was")


def _filled(ws: Worksheet) -> int:
    return sum(cell.value is not None and cell.value != "" for cell in ws._cells.values())
