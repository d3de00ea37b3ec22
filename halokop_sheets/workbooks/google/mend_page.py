"""The look of a page that is there already: grid, merges, formats, live colours, protection, charts."""

from halokop_sheets.core.sheet.layout import STYLES
from halokop_sheets.core.sheet.page import Page
from halokop_sheets.workbooks.google.cell_data import grid_range
from halokop_sheets.workbooks.google.client import Json
from halokop_sheets.workbooks.google.pages import (
    PROTECTION,
    cell_styles,
    chart_request,
    format_requests,
    merge_requests,
    merges,
    page_rules,
    protection,
    rule_requests,
)
from halokop_sheets.workbooks.google.styles import cell_format, same_format


def page_repairs(page: Page, sheet: int, have: Json) -> list[Json]:
    """Requests for what differs. ``have``: the sheet as read by ``layout``."""
    made = _grid(page, sheet, have)
    if _spans(have.get("merges", [])) != _spans(merges(page, sheet)):
        rows, columns = page.size
        whole = grid_range(sheet, (0, rows), (0, columns))
        if have.get("merges"):
            made.append({"unmergeCells": {"range": whole}})
        made += merge_requests(page, sheet)
    if not _same_look(page, have):
        made += format_requests(page, sheet)
    made += _rules(page, sheet, have)
    if not any(p.get("description") == PROTECTION for p in have.get("protectedRanges", ())):
        made.append(protection(grid_range(sheet)))
    if page.charts and not have.get("charts"):
        made += [chart_request(chart, page, sheet) for chart in page.charts]
    return made


def _grid(page: Page, sheet: int, have: Json) -> list[Json]:
    grid = have.get("properties", {}).get("gridProperties", {})
    rows, columns = page.size
    lacking = (("ROWS", rows - grid.get("rowCount", 0)), ("COLUMNS", columns - grid.get("columnCount", 0)))
    made: list[Json] = [
        {"appendDimension": {"sheetId": sheet, "dimension": dimension, "length": length}}
        for dimension, length in lacking
        if length > 0
    ]
    frozen = {"frozenRowCount": page.frozen_rows, "frozenColumnCount": page.frozen_columns}
    if any(grid.get(name, 0) != count for name, count in frozen.items()):
        properties = {"sheetId": sheet, "gridProperties": frozen}
        fields = f"gridProperties({','.join(frozen)})"
        made.append({"updateSheetProperties": {"properties": properties, "fields": fields}})
    return made


def _spans(ranges: list[Json]) -> set[tuple[int, ...]]:
    names = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    return {tuple(range_.get(name, 0) for name in names) for range_ in ranges}


def _same_look(page: Page, have: Json) -> bool:
    data = have.get("data") or [{}]
    lines = [line.get("values", []) for line in data[0].get("rowData", ())]
    looks = {name: cell_format(style) for name, style in STYLES.items()}
    for row, styles in enumerate(cell_styles(page)):
        line = lines[row] if row < len(lines) else []
        for column, style in enumerate(styles):
            cell = line[column] if column < len(line) else {}
            if style and not same_format(cell.get("userEnteredFormat", {}), looks[style]):
                return False
    return True


def _rules(page: Page, sheet: int, have: Json) -> list[Json]:
    want = page_rules(page, sheet)
    found = have.get("conditionalFormats", [])
    same = len(found) == len(want) and all(
        theirs["booleanRule"]["condition"] == ours["booleanRule"]["condition"]
        and same_format(theirs["booleanRule"].get("format", {}), ours["booleanRule"]["format"])
        and _spans(theirs["ranges"]) == _spans(ours["ranges"])
        for theirs, ours in zip(found, want, strict=True)
        if "booleanRule" in theirs
    )
    if same:
        return []
    drop = [{"deleteConditionalFormatRule": {"sheetId": sheet, "index": n}} for n in reversed(range(len(found)))]
    return drop + rule_requests(page, sheet)
