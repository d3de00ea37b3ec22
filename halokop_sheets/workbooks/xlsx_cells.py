"""Cells of an .xlsx workbook as the core knows them, and back. What people or we write as text stays text."""

import re
from contextlib import suppress
from copy import copy
from datetime import date, datetime, time, timedelta
from textwrap import wrap
from typing import Any

from openpyxl.cell.cell import ERROR_CODES, MergedCell
from openpyxl.styles import PatternFill
from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from halokop_sheets.core.sheet.layout import NUMBER_FORMATS
from halokop_sheets.core.sheet.values import Broken, Cell, Link
from halokop_sheets.workbooks.xlsx_file import FittedRow
from halokop_sheets.workbooks.xlsx_results import Place, Results

MAX_TEXT = 32_767  # characters that a cell holds; counted as UTF-16, as Excel does
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_READ_AS_CODE = ("=", "+", "-", "@")  # a program may take such text for a formula when the cell is edited
_HIGHEST = 400  # points; Excel goes to 409
_DATED = ("date", "datetime", "day", "time")
_OUR_DATES = {NUMBER_FORMATS[name][0] for name in _DATED}
_UNKNOWN = object()
_TRUTH = {"=TRUE()": True, "=FALSE()": False}


def rows_of(ws: Worksheet, results: Results) -> tuple[tuple[Cell, ...], ...]:
    """All rows of a tab, without the blank ones at the end however they are formatted."""
    known = results.get(ws.title, {})
    formats: dict[int, str] = {}
    lines: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in ws._cells.items():
        value: Any = cell.value
        if value is None or value == "":
            continue
        found = _cell(cell, value, known.get((row, column), _UNKNOWN), formats)
        if found is not None:
            lines.setdefault(row, {})[column] = found
    blank: tuple[Cell, ...] = ()
    return tuple(
        tuple(map(line.get, range(1, max(line) + 1))) if (line := lines.get(row)) else blank
        for row in range(1, max(lines, default=0) + 1)
    )


def _cell(cell: Any, value: Any, result: Any, formats: dict[int, str]) -> Cell:
    kind = cell.data_type
    if kind == "s":
        return str(value)
    if kind == "f":
        text = str(value.text if isinstance(value, ArrayFormula) else value)
        text = f"={value.ref}" if isinstance(value, DataTableFormula) else text
        if (truth := _TRUTH.get(text.replace(" ", "").upper())) is not None:
            return truth
        if result is _UNKNOWN:
            return Broken(text, calculated=False)
        value = result
    elif kind == "e":
        return Broken(str(value))
    if isinstance(value, int | float) and not isinstance(value, bool) and kind != "d":
        plain = cell._style is None  # a cell that we have just made
        number_format = 0 if plain else cell._style.numFmtId
        if number_format not in formats:
            shown = "General" if plain else cell.number_format
            formats[number_format] = "span" if is_timedelta_format(shown) else "date" if is_date_format(shown) else ""
        if as_date := formats[number_format]:
            with suppress(OverflowError, ValueError):  # no date has this number: it is read as it was typed
                value = from_excel(value, cell.base_date, timedelta=as_date == "span")
    return _plain(value)


def _plain(value: Any) -> Cell:
    """What the library hands out as one of the kinds that the core knows."""
    if isinstance(value, timedelta):  # a time in a cell formatted as a duration
        whole = value / timedelta(days=1)
        return (datetime(1900, 1, 1) + value).time() if 0 <= whole < 1 else whole
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    if isinstance(value, str) and value in ERROR_CODES:
        return Broken(value)
    if isinstance(value, None | bool | int | float | str | datetime | time | Broken):
        return None if value == "" else value
    return str(value)


def put(ws: Worksheet, place: Place, value: Cell, shown_as: str = "General", target: str | None = None) -> bool:
    """Write one cell, keeping its look; False where it holds nothing of its own (covered by a merge).

    ``shown_as`` is the number format that a date takes in a cell without one; ``target`` the tab that a ``Link``
    leads to.
    """
    cell: Any = ws.cell(*place)
    if isinstance(cell, MergedCell):
        return False
    if cell.hyperlink is not None:
        cell.hyperlink = None
    if isinstance(value, str | Link | Broken):
        put_text(cell, value if isinstance(value, str) else value.text)
    else:
        chosen = is_date_format(cell.number_format) and cell.number_format not in _OUR_DATES  # by a person: it stays
        if isinstance(value, datetime | time) and not chosen:
            cell.number_format = NUMBER_FORMATS[shown_as if shown_as in _DATED else "datetime"][0]
        cell.value = value
    if isinstance(value, Link) and target is not None:
        quoted = target.replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!A1", display=value.text)
    return True


def put_text(cell: Any, text: str) -> None:
    """Write text literally: never a formula or an error, whatever it begins with."""
    clean = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    clean = clean.encode("utf-16-le")[: 2 * MAX_TEXT].decode("utf-16-le", "ignore")
    cell.value = clean or None
    if clean:
        cell.data_type = "s"
    code = clean.startswith(_READ_AS_CODE) or clean in ERROR_CODES
    if bool(cell.quotePrefix) is not code:
        cell.quotePrefix = code


def dress(ws: Worksheet, place: Place, body_row: int) -> None:
    """Give a blank, unstyled cell the look of its column, else that of the cell above in the table's body."""
    cell: Any = ws.cell(*place)
    if cell.has_style:
        return
    row, column = place
    look: Any = column_look(ws, column)
    default: Any = ws.parent._cell_styles[0]  # type: ignore[union-attr]
    if look is not None and look._style != default:
        cell._style = copy(look._style)
        return
    above: Any = ws._cells.get((row - 1, column)) if row > body_row else None
    if above is not None and above.has_style:
        cell._style = copy(above._style)
        cell.fill = PatternFill()  # somebody's marker in the last row is not the table's look
        cell.quotePrefix = False


def column_look(ws: Worksheet, column: int) -> ColumnDimension | None:
    """The dimension that covers a column: one may span many."""
    for dimension in ws.column_dimensions.values():
        dimension.reindex()
        if (dimension.min or 0) <= column <= (dimension.max or 0):
            return dimension
    return None


def last_row(ws: Worksheet) -> int:
    """The last row that holds anything, merges that begin in it included; 0 in a blank tab."""
    last = max((row for (row, _), cell in ws._cells.items() if cell.value not in (None, "")), default=0)
    merged: list[int] = [area.max_row for area in ws.merged_cells.ranges if area.min_row <= last]
    return max([last, *merged])


def fit_row(ws: Worksheet, row: int, columns: int) -> None:
    """Make a row high enough for its wrapped text, unless a person chose its height.

    Excel fits rows itself, LibreOffice takes a file's heights as they are. An estimate: the programs may have other
    fonts than we think, so a line is taken to hold hardly more letters than the column is digits wide.
    """
    known = ws.row_dimensions.get(row)
    if known is not None and known.height and not isinstance(known, FittedRow):
        return
    needed = 0.0
    for column in range(1, columns + 1):
        cell: Any = ws._cells.get((row, column))
        if cell is None or not isinstance(cell.value, str):
            continue
        look: Any = column_look(ws, column)
        wraps = (cell if cell.has_style or look is None else look).alignment.wrap_text
        if not wraps or (look is not None and look.hidden):
            continue
        room = max(4, int(1.05 * (look.width if look is not None else 8.43)))
        lines = sum(max(1, len(wrap(part, room))) for part in cell.value.split("\n"))
        needed = max(needed, lines * 1.3 * (cell.font.sz or 11) + 2)
    if needed > (known.height if known is not None and known.height else ws.sheet_format.defaultRowHeight):
        fitted = known if isinstance(known, FittedRow) else FittedRow(ws, index=row)
        fitted.height = min(needed, _HIGHEST)
        ws.row_dimensions[row] = fitted
