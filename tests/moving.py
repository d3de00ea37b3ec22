"""Moving an office from memory into another kind of workbook, people's cells included."""

from pathlib import Path

from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddRow, Broken
from halokop_sheets.workbooks.xlsx import XlsxWorkbook
from tests.sheet import Sheet


def move(sheet: Sheet, path: Path) -> None:
    """Into an .xlsx file that ``init`` made. A cell that holds an error cannot be typed in, so it stays behind."""
    book = XlsxWorkbook(path)
    source = sheet.snapshot()
    rows = [
        AddRow(name, "", tuple((h, v) for h, v in row.cells.items() if not isinstance(v, Broken)))
        for name, table in source.tables.items()
        for row in table.rows
    ]
    book.write(rows, recognise(book.read()))
