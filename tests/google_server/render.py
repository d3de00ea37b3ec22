"""Answers: the Spreadsheet resource cut to ranges and to a field mask."""

from collections.abc import Sequence

from tests.google_server.discovery import BadRequestError, Mask, masked
from tests.google_server.state import EMPTY, Json, Sheet, Spreadsheet

Block = tuple[int, int, int, int]  # top, bottom, left, right; 0-based, half open


def spreadsheet(book: Spreadsheet, mask: Mask, blocks: dict[int, list[Block]] | None = None) -> Json:
    """The resource. ``blocks``: which parts of which sheets; None: everything."""
    made: Json = {
        "spreadsheetId": book.id,
        "properties": {
            "title": book.title,
            "locale": book.locale,
            "timeZone": book.timezone,
            "autoRecalc": book.recalculation,
        },
        "developerMetadata": book.metadata,
        "sheets": [
            _sheet(sheet, index, blocks[sheet.id] if blocks is not None else None, mask.get("sheets", {}))
            for index, sheet in enumerate(book.sheets)
            if blocks is None or sheet.id in blocks
        ],
    }
    if not made["developerMetadata"]:
        del made["developerMetadata"]
    return masked(made, {**mask, "sheets": {}} if "sheets" in mask else mask)


def filtered(book: Spreadsheet, filters: Sequence[Json], mask: Mask) -> Json:
    """``getByDataFilter``: the parts that any filter meets."""
    blocks: dict[int, list[Block]] = {}
    for one in filters:
        if len(one) != 1:
            raise BadRequestError("Invalid dataFilter: exactly one filter must be set")
        if "developerMetadataLookup" in one:
            for entry, sheet in matching(book, one["developerMetadataLookup"]):
                if sheet is None:
                    raise BadRequestError(f"lookup of spreadsheet metadata {entry['metadataId']} selects everything")
                blocks.setdefault(sheet.id, []).append((0, sheet.row_count, 0, sheet.column_count))
        else:
            range_ = book.parse_a1(one["a1Range"]) if "a1Range" in one else one["gridRange"]
            bounded = "a1Range" in one
            sheet, top, bottom, left, right = book.resolve(range_, grow=not bounded)
            blocks.setdefault(sheet.id, []).append((top, bottom, left, right))
    return spreadsheet(book, mask, blocks)


def matching(book: Spreadsheet, lookup: Json) -> list[tuple[Json, Sheet | None]]:
    """Metadata that a DeveloperMetadataLookup selects."""
    found = []
    for entry, sheet in book.all_metadata():
        kind = "SPREADSHEET" if sheet is None else "SHEET"
        where = lookup.get("metadataLocation")
        if (
            lookup.get("metadataKey", entry["metadataKey"]) == entry["metadataKey"]
            and lookup.get("metadataValue", entry.get("metadataValue")) == entry.get("metadataValue")
            and lookup.get("metadataId", entry["metadataId"]) == entry["metadataId"]
            and lookup.get("locationType", kind) == kind
            and (where is None or (sheet is not None and where.get("sheetId") == sheet.id))
        ):
            found.append((entry, sheet))
    return found


def _sheet(sheet: Sheet, index: int, blocks: list[Block] | None, mask: Mask) -> Json:
    properties: Json = {
        "sheetId": sheet.id,
        "title": sheet.title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": {
            "rowCount": sheet.row_count,
            "columnCount": sheet.column_count,
            **{name: value for name, value in sheet.grid.items() if value},
        },
    }
    if sheet.hidden:
        properties["hidden"] = True
    if sheet.tint:
        properties["tabColorStyle"] = sheet.tint
    made: Json = {"properties": properties}
    for name, value in (
        ("developerMetadata", sheet.metadata),
        ("merges", sheet.merges),
        ("protectedRanges", sheet.protected),
        ("conditionalFormats", sheet.rules),
        ("charts", sheet.charts),
    ):
        if value:
            made[name] = value
    if "data" in mask:
        whole = [(0, sheet.row_count, 0, sheet.column_count)]
        made["data"] = [_data(sheet, block, mask["data"]) for block in blocks or whole]
    return masked(made, {**mask, "data": {}} if "data" in mask else mask)


def _data(sheet: Sheet, block: Block, mask: Mask) -> Json:
    top, bottom, left, right = block
    made: Json = {}
    if top:
        made["startRow"] = top
    if left:
        made["startColumn"] = left
    cells = mask.get("rowData", {}).get("values")
    if not mask or "rowData" in mask:
        lines = [_line(sheet.rows[n][left:right], cells) for n in range(top, min(bottom, len(sheet.rows)))]
        while lines and not lines[-1]:
            lines.pop()
        if lines:
            made["rowData"] = lines
    made["columnMetadata"] = [
        {"pixelSize": 100, **sheet.column_meta.get(n, {})} for n in range(left, min(right, sheet.column_count))
    ]
    made["rowMetadata"] = []
    return masked(made, {**mask, "rowData": {}} if "rowData" in mask else mask)


def _line(cells: list[Json], mask: Mask | None) -> Json:
    """One RowData: up to the last cell that holds anything, also only a format; what the mask hides leaves ``{}``."""
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    if not end:
        return EMPTY
    if mask == {"effectiveValue": {}}:
        return {
            "values": [
                {"effectiveValue": cell["effectiveValue"]} if "effectiveValue" in cell else EMPTY
                for cell in cells[:end]
            ]
        }
    return {"values": [masked(cell, mask or {}) for cell in cells[:end]]}
