"""A tab that is wholly ours in a spreadsheet of its own: written whole each time, so it needs neither fence nor read
before. Who watches many programmes looks there."""

from collections.abc import Sequence
from datetime import date, datetime

from halokop_sheets.core.sheet.tables import to_serial
from halokop_sheets.core.sheet.values import Cell
from halokop_sheets.workbooks.google.client import Json, SheetsClient

SHEET_ID = 481_000_000  # of the tab, in whatever spreadsheet


def write_rows(client: SheetsClient, title: str, rows: Sequence[Sequence[Cell | date]], formats: Sequence[str]) -> None:
    """Two requests: is the tab there; all its cells. Rows below ours are cleared. Raises ``WorkbookError``."""
    found = client.get(fields="sheets.properties(sheetId,gridProperties(rowCount))").get("sheets", ())
    there = next((s["properties"] for s in found if s["properties"].get("sheetId", 0) == SHEET_ID), None)
    columns = len(rows[0])
    height = max(len(rows), there["gridProperties"]["rowCount"] if there else 0)
    grid = {"rowCount": height, "columnCount": columns, "frozenRowCount": 1}
    properties = {"sheetId": SHEET_ID, "title": title, "gridProperties": grid}
    requests: list[Json] = []
    if there is None:
        requests.append({"addSheet": {"properties": properties}})
    else:
        fields = "gridProperties(rowCount,columnCount,frozenRowCount)"
        requests.append({"updateSheetProperties": {"properties": properties, "fields": fields}})
    blank: Json = {"values": [{}] * columns}
    lines = [{"values": [_cell(v, formats[c] if n else "") for c, v in enumerate(row)]} for n, row in enumerate(rows)]
    requests.append(
        {
            "updateCells": {
                "start": {"sheetId": SHEET_ID, "rowIndex": 0, "columnIndex": 0},
                "rows": [*lines, *[blank] * (height - len(lines))],
                "fields": "userEnteredValue,userEnteredFormat.numberFormat",
            }
        }
    )
    client.post(":batchUpdate", {"requests": requests}, fields="spreadsheetId")


def _cell(value: Cell | date, pattern: str) -> Json:
    if value is None:
        return {}
    made: Json
    if isinstance(value, str):
        made = {"stringValue": value}
    elif isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        made = {"numberValue": to_serial(moment)}
    else:
        made = {"numberValue": value}
    cell: Json = {"userEnteredValue": made}
    if pattern:
        kind = "PERCENT" if "%" in pattern else "DATE_TIME" if "hh" in pattern else "DATE"
        cell["userEnteredFormat"] = {"numberFormat": {"type": kind, "pattern": pattern}}
    return cell
