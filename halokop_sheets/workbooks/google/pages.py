"""A page (board, evaluation, guide) as requests: the sheet, its cells, merges, widths, live colours, native charts.

The sheet id of an evaluation is derived from the whole Kode of its episode, so that it can be made only once, and a
link to it can be written before it is there.
"""

import re
from itertools import groupby

from halokop_sheets.core.sheet.layout import STYLES
from halokop_sheets.core.sheet.page import Chart, Page, Span
from halokop_sheets.core.sheet.schema import PAGES, TABS
from halokop_sheets.workbooks.google.cell_data import VALUE, extended_value, grid_range
from halokop_sheets.workbooks.google.client import Json
from halokop_sheets.workbooks.google.read import FIRST_TAB_ID, TAB_KEY
from halokop_sheets.workbooks.google.styles import cell_format, pixels, rule_format
from halokop_sheets.workbooks.google.write import mark

PROTECTION = "Diisi otomatis oleh sistem (HALO KOP-UKM)"  # by this description we know our own protections
AGAIN = 1000  # added to the sheetId of an evaluation whose own is taken: a Kode has no such number
_CODE = re.compile(r".* (\d{4})-W(\d\d)(?:-(\d{1,4}))?")


def page_sheet_id(page_mark: str) -> int:
    """``Evaluasi 2026-W48-2`` -> 2026480002, unique for years up to 2147; other pages follow the tabs of rows."""
    if page_mark in PAGES:
        return FIRST_TAB_ID + len(TABS) + PAGES.index(page_mark)
    found = _CODE.fullmatch(page_mark)
    if not found:
        raise ValueError(f"not a page's mark: {page_mark!r}")
    year, week, number = int(found[1]), int(found[2]), int(found[3] or 1)
    return year * 1_000_000 + week * 10_000 + number


def page_requests(
    page: Page, sheet: int, *, index: int, title: str = "", reuse: bool = False, open_: bool = True
) -> list[Json]:
    """Everything that makes the page's tab. ``reuse``: the sheet is there already and blank."""
    rows, columns = page.size
    grid: Json = {
        "rowCount": rows + 2,
        "columnCount": columns,
        "frozenRowCount": page.frozen_rows,
        "frozenColumnCount": page.frozen_columns,
        "hideGridlines": True,
    }
    properties: Json = {"sheetId": sheet, "title": title or page.title, "index": index, "gridProperties": grid}
    if reuse:
        fields = "title,index,gridProperties(" + ",".join(grid) + ")"
        first: Json = {"updateSheetProperties": {"properties": properties, "fields": fields}}
    else:
        first = {"addSheet": {"properties": properties}}
    made = [first]
    if open_:
        made.append(mark(sheet, TAB_KEY, page.mark))
    made.append(_values(page, sheet))
    made += format_requests(page, sheet)
    made += merge_requests(page, sheet)
    made += _sizes(page, sheet)
    made += rule_requests(page, sheet)
    made.append(protection(grid_range(sheet)))
    return made + [chart_request(chart, page, sheet) for chart in page.charts]


def protection(range_: Json) -> Json:
    """A protection that asks before it lets anyone edit; ``warningOnly`` and editors exclude each other."""
    rule = {"range": range_, "description": PROTECTION, "warningOnly": True}
    return {"addProtectedRange": {"protectedRange": rule}}


def cell_styles(page: Page) -> list[list[str]]:
    """The style's name for every cell that the page covers, empty where it has none; a merged cell's holds for all."""
    rows, columns = page.size
    styles = [[""] * columns for _ in range(rows)]
    for (row, column), block in page.blocks.items():
        for r in range(row - 1, row - 1 + block.down):
            for c in range(column - 1, column - 1 + block.across):
                styles[r][c] = block.style
    return styles


def format_requests(page: Page, sheet: int) -> list[Json]:
    """The page's look, as few rectangles of one style, without a touch of its values."""
    blocks: dict[tuple[int, int, str], list[list[int]]] = {}  # columns and style -> spans of rows
    for row, line in enumerate(cell_styles(page)):
        at = 0
        for style, group in groupby(line):
            end = at + len(list(group))
            spans = blocks.setdefault((at, end, style), [])
            if spans and spans[-1][1] == row:
                spans[-1][1] = row + 1
            else:
                spans.append([row, row + 1])
            at = end
    return [
        {
            "repeatCell": {
                "range": grid_range(sheet, (top, bottom), (left, right)),
                "cell": {"userEnteredFormat": cell_format(STYLES[style])},
                "fields": "userEnteredFormat",
            }
        }
        for (left, right, style), spans in blocks.items()
        if style
        for top, bottom in spans
    ]


def _values(page: Page, sheet: int) -> Json:
    """The page's values, on a sheet that is blank."""
    lines: list[list[Json]] = [[] for _ in range(page.size[0])]
    for (row, column), block in sorted(page.blocks.items()):
        if (value := extended_value(block.value)) is not None:
            line = lines[row - 1]
            line.extend({} for _ in range(column - 1 - len(line)))
            line.append({VALUE: value})
    start = {"sheetId": sheet, "rowIndex": 0, "columnIndex": 0}
    return {"updateCells": {"start": start, "rows": [{"values": line} for line in lines], "fields": VALUE}}


def merges(page: Page, sheet: int) -> list[Json]:
    return [
        grid_range(sheet, (row - 1, row - 1 + block.down), (column - 1, column - 1 + block.across))
        for (row, column), block in sorted(page.blocks.items())
        if block.across > 1 or block.down > 1
    ]


def merge_requests(page: Page, sheet: int) -> list[Json]:
    return [{"mergeCells": {"range": range_, "mergeType": "MERGE_ALL"}} for range_ in merges(page, sheet)]


def dimension(sheet: int, kind: str, start: int, end: int, properties: Json) -> Json:
    """Sets properties of rows or columns, 0-based and half open."""
    range_ = {"sheetId": sheet, "dimension": kind, "startIndex": start, "endIndex": end}
    body = {"range": range_, "properties": properties, "fields": ",".join(properties)}
    return {"updateDimensionProperties": body}


def _sizes(page: Page, sheet: int) -> list[Json]:
    columns = [
        dimension(sheet, "COLUMNS", at, at + 1, {"pixelSize": pixels(width)}) for at, width in enumerate(page.widths)
    ]
    rows = [
        dimension(sheet, "ROWS", row - 1, row, {"pixelSize": round(points * 4 / 3)})
        for row, points in sorted(page.heights.items())
    ]
    return columns + rows


def page_rules(page: Page, sheet: int) -> list[Json]:
    """Live colours by what a cell begins with; the first rule that is true wins."""
    rows, columns = page.size
    return [
        {
            "ranges": [grid_range(sheet, (0, rows), (0, columns))],
            "booleanRule": {
                "condition": {"type": "TEXT_STARTS_WITH", "values": [{"userEnteredValue": text}]},
                "format": rule_format(style),
            },
        }
        for text, style in page.rules
    ]


def rule_requests(page: Page, sheet: int) -> list[Json]:
    return [
        {"addConditionalFormatRule": {"rule": rule, "index": index}}
        for index, rule in enumerate(page_rules(page, sheet))
    ]


def chart_request(chart: Chart, page: Page, sheet: int) -> Json:
    """A native chart. The API takes a series' name only from the cell before its numbers: where that cell holds the
    name, the ranges begin there and say so by ``headerCount``."""
    named = all(str(_cell_before(page, span)) == name for name, span in chart.series)
    spans = [chart.categories, *(span for _, span in chart.series)]
    sources = [_source(_with_header(span) if named else span, sheet) for span in spans]
    below, left = chart.axes
    axes: list[Json] = [{"position": "BOTTOM_AXIS", "title": below}, {"position": "LEFT_AXIS", "title": left}]
    spec = {
        "title": chart.title,
        "altText": chart.alt or chart.title,
        "basicChart": {
            "chartType": {"line": "LINE", "column": "COLUMN"}[chart.kind],
            "legendPosition": "BOTTOM_LEGEND",
            "headerCount": 1 if named else 0,
            "axis": axes,
            "domains": [{"domain": sources[0]}],
            "series": [{"series": source, "targetAxis": "LEFT_AXIS"} for source in sources[1:]],
        },
    }
    anchor = {"sheetId": sheet, "rowIndex": chart.row - 1, "columnIndex": chart.column - 1}
    overlay = {"anchorCell": anchor, "widthPixels": chart.width, "heightPixels": chart.height}
    return {"addChart": {"chart": {"spec": spec, "position": {"overlayPosition": overlay}}}}


def _before(span: Span) -> tuple[int, int]:
    down = span.last_row > span.row or span.last_column == span.column
    return (span.row - 1, span.column) if down else (span.row, span.column - 1)


def _cell_before(page: Page, span: Span) -> object:
    block = page.blocks.get(_before(span))
    return block.value if block else None


def _with_header(span: Span) -> Span:
    row, column = _before(span)
    return Span(row, column, span.last_row, span.last_column)


def _source(span: Span, sheet: int) -> Json:
    range_ = grid_range(sheet, (span.row - 1, span.last_row), (span.column - 1, span.last_column))
    return {"sourceRange": {"sources": [range_]}}
