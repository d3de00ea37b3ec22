"""Cells and places as the Sheets API spells them: values, number formats, links, ranges.

``stringValue`` is literal, whatever it begins with; ``USER_ENTERED`` parsing is never used for what people typed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, time

from halokop_sheets.core.sheet.layout import NUMBER_FORMATS, value_format
from halokop_sheets.core.sheet.schema import Kind
from halokop_sheets.core.sheet.tables import to_serial
from halokop_sheets.core.sheet.values import Broken, Cell, Link
from halokop_sheets.workbooks.google.client import Json

_FORMAT_TYPES = {
    "text": "TEXT",
    "date": "DATE",
    "day": "DATE",
    "datetime": "DATE_TIME",
    "time": "TIME",
    "count": "NUMBER",
    "percent": "PERCENT",
    "decimal": "PERCENT",
    "change": "PERCENT",
}
VALUE, FORMAT, RUNS = "userEnteredValue", "userEnteredFormat.numberFormat", "textFormatRuns"


def number_format(name: str) -> Json | None:
    """The API's number format of a name in ``layout.FORMATS``; None for General."""
    kind = _FORMAT_TYPES.get(name)
    return {"type": kind, "pattern": NUMBER_FORMATS[name][1]} if kind else None


def extended_value(cell: Cell) -> Json | None:
    """A cell as the API's ExtendedValue; None clears the cell."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return {"boolValue": cell}
    if isinstance(cell, int | float):
        return {"numberValue": cell}
    if isinstance(cell, datetime):
        return {"numberValue": to_serial(cell)}
    if isinstance(cell, time):
        return {"numberValue": (cell.hour * 60 + cell.minute) / 1440}
    return {"stringValue": cell.text if isinstance(cell, Link | Broken) else cell}


def format_name(cell: Cell, kind: Kind) -> str:
    """The number format that a value of ours needs to be seen as what it is; empty: none."""
    return value_format(kind, cell) if isinstance(cell, datetime | time) else ""


def cell_data(cell: Cell, kind: Kind, gid: Callable[[str], int | None]) -> tuple[Json, tuple[str, ...]]:
    """CellData for one cell and the fields that it sets. ``gid`` finds the tab a link leads to."""
    data: Json = {}
    if (value := extended_value(cell)) is not None:
        data[VALUE] = value
    if name := format_name(cell, kind):
        data["userEnteredFormat"] = {"numberFormat": number_format(name)}
        return data, (VALUE, FORMAT)
    if isinstance(cell, Link) and (target := gid(cell.mark)) is not None:
        data[RUNS] = [{"format": {"link": {"uri": f"#gid={target}"}}}]
        return data, (VALUE, RUNS)
    return data, (VALUE,)


def read_cell(data: Json) -> Cell:
    """A cell as it stands, from CellData with ``effectiveValue``. Dates are serial numbers (``core.sheet.tables``)."""
    value = data.get("effectiveValue")
    if not value:
        return None
    if "stringValue" in value:
        return str(value["stringValue"]) or None
    if "numberValue" in value:
        number = value["numberValue"]
        return int(number) if float(number).is_integer() else float(number)
    if "boolValue" in value:
        return bool(value["boolValue"])
    error = value.get("errorValue", {})
    return Broken(f"#{error.get('type', 'ERROR')}")


def as_read(cell: Cell) -> Cell:
    """A cell as it comes back in a read, so that what was written and what was read compare."""
    value = extended_value(cell)
    return None if value is None else read_cell({"effectiveValue": value})


def read_grid(data: Sequence[Json]) -> dict[int, list[Cell]]:
    """Rows by their 1-based number from a sheet's GridData; trailing blanks are left out."""
    rows: dict[int, list[Cell]] = {}
    for block in data:
        left = [None] * block.get("startColumn", 0)
        for number, line in enumerate(block.get("rowData", ()), start=block.get("startRow", 0) + 1):
            cells: list[Cell] = [*left, *(read_cell(cell) if cell else None for cell in line.get("values", ()))]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                rows[number] = cells
    return rows


def quoted_title(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def row_range(title: str, first: int, last: int) -> str:
    """Whole rows in A1 notation."""
    return f"{quoted_title(title)}!{first}:{last}"


def grid_range(
    sheet: int, rows: tuple[int, int | None] | None = None, columns: tuple[int, int | None] | None = None
) -> Json:
    """A GridRange, 0-based and half open; an end of None is unbounded."""
    made: Json = {"sheetId": sheet}
    for name, span in (("Row", rows), ("Column", columns)):
        if span is not None:
            made[f"start{name}Index"] = span[0]
            if span[1] is not None:
                made[f"end{name}Index"] = span[1]
    return made
