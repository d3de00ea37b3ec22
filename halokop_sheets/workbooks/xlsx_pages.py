"""Pages of ours (board, evaluations, guide) as tabs: cells, merges, native charts, print set-up, and their place."""

import re
from collections.abc import Mapping
from itertools import cycle, pairwise
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from halokop_sheets.core.sheet.layout import NUMBER_FORMATS, STYLES, TAB_COLORS
from halokop_sheets.core.sheet.page import Block, Chart, Page, Span, cell_name, column_letters
from halokop_sheets.core.sheet.schema import ORDER
from halokop_sheets.core.sheet.tables import page_mark
from halokop_sheets.core.sheet.values import RawTab
from halokop_sheets.core.terms import Tabs
from halokop_sheets.workbooks.xlsx_cells import put
from halokop_sheets.workbooks.xlsx_look import FONT, MARGIN, Brush, set_up_print
from halokop_sheets.workbooks.xlsx_rules import formula_rule

MAX_TITLE = 31  # characters
_MARK_COLUMNS = 60  # where a page may carry its mark
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_HEADING = 1100  # a chart's title, in hundredths of a point
_PIXELS_A_CM = 96 / 2.54
_PALETTE = ("1F4E79", "F0A868", "2E7D32", "CE93D8", "C62828", "80CBC4", "827717", "BCAAA4")  # dark and light in turn
_MARKERS = ("circle", "triangle", "square", "diamond") * 2  # told apart in black and white
_DASHES = ("solid", "sysDash", "lgDash", "sysDot") * 2
A4_LONG, A4_SHORT = 11.69, 8.27  # inches
DIGIT = 7  # pixels a character of a column's width, in Arial 10 as in Calibri 11
ROW = 15  # points of a row without a height of its own


def free_title(book: Workbook, title: str) -> str:
    """A title as Excel allows it, and that no tab bears yet (it does not tell capitals apart)."""
    clean = _FORBIDDEN.sub(" ", title).strip().strip("'")[:MAX_TITLE].rstrip().rstrip("'") or "Tab"
    taken = {name.casefold() for name in book.sheetnames} | {"history"}
    number, free = 1, clean
    while free.casefold() in taken:
        number += 1
        suffix = f" ({number})"
        free = clean[: MAX_TITLE - len(suffix)].rstrip() + suffix
    return free


def mark_of(ws: Any) -> str:
    """The mark of a page of ours, as it stands in the first row; empty for any other tab."""
    if not isinstance(ws, Worksheet):  # a tab that is one chart
        return ""
    cells = (ws._cells.get((1, column)) for column in range(1, _MARK_COLUMNS + 1))
    first = tuple(cell.value if cell is not None and isinstance(cell.value, str) else None for cell in cells)
    return page_mark(RawTab(ws.title, ws.title, (first,)))


def _rank(name: str) -> float:
    """Where a tab stands; an evaluation's rank falls with its week, so that the newest comes first."""
    if name.startswith(f"{Tabs.EVALUATION} "):
        year, week, number = (*re.findall(r"\d+", name), "1", "1", "1")[:3]
        return ORDER.index(Tabs.EVALUATION) + 1 - (int(year) * 6000 + int(week) * 100 + int(number)) / 1e8
    return ORDER.index(name) if name in ORDER else -1


def place_tab(book: Workbook, ws: Worksheet, name: str, known: Mapping[str, str]) -> None:
    """Move a tab just made to its place in ``schema.ORDER``; people's own tabs and order stay as they are.

    ``known``: the names of our tabs by title. The tab that is open stays the open one.
    """
    active: Any = book.active
    others: list[Any] = [sheet for sheet in book._sheets if sheet is not ws]  # type: ignore[attr-defined]
    ranks = [_rank(known.get(sheet.title) or mark_of(sheet)) for sheet in others]
    mine = _rank(name)
    before = [n + 1 for n, rank in enumerate(ranks) if 0 <= rank <= mine]
    after = [n for n, rank in enumerate(ranks) if rank > mine]
    others.insert(before[-1] if before else after[0] if after else len(others), ws)
    book._sheets = others  # type: ignore[attr-defined]
    open_tab(book, active if active is not None and active is not ws else ws)


def open_tab(book: Workbook, ws: Any) -> None:
    """Show this tab when the file is opened, and it alone: what is typed goes to every tab that is selected."""
    if ws.sheet_state != "visible":
        ws = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    book.active = ws
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is ws


def draw_page(ws: Any, page: Page, brush: Brush) -> None:
    """Fill a new tab with the page."""
    for number, width in enumerate(page.widths, start=1):
        ws.column_dimensions[column_letters(number)].width = width
    for row, height in page.heights.items():
        ws.row_dimensions[row].height = height
    mend_page(ws, page, brush)
    for place, block in page.blocks.items():
        put(ws, place, block.value)
    for chart in page.charts:
        ws.add_chart(_chart(ws, chart), cell_name(chart.row, chart.column))
    if page.frozen_rows or page.frozen_columns:
        ws.freeze_panes = cell_name(page.frozen_rows + 1, page.frozen_columns + 1)
    ws.sheet_view.showGridLines = False
    if page.mark in TAB_COLORS:
        ws.sheet_properties.tabColor = TAB_COLORS[page.mark]
    set_up_print(ws)
    for row in page.breaks:
        ws.row_breaks.append(Break(id=row))
    if brush.font == FONT:
        ws.sheet_properties.pageSetUpPr.fitToPage = False
        ws.page_setup.scale = _scale(page)  # else one page wide: how wide columns are, depends on the default font


def _scale(page: Page) -> int:
    """The percentage at which every printed page of ``page`` fits A4, in width and in height, with a hair to spare."""
    width, height = (A4_LONG - 2 * MARGIN) * 96, (A4_SHORT - 3 * MARGIN) * 72  # pixels, points
    ends = (0, *page.breaks, page.size[0])
    sheets = [sum(page.heights.get(r, ROW) for r in range(a + 1, b + 1)) for a, b in pairwise(ends)]
    return max(25, min(100, int(98 * min(width / _pixels(page), height / max(sheets)))))


def _pixels(page: Page) -> int:
    """How wide the page is, its charts included."""
    widths = [width * DIGIT for width in page.widths]
    return max([sum(widths), *(sum(widths[: chart.column - 1]) + chart.width for chart in page.charts)])


def _conditions(page: Page) -> list[tuple[str, str]]:
    """Each live colour of a page: its formula and its style."""
    return [(f'LEFT(A1,{len(text)})="{text.replace(chr(34), chr(34) * 2)}"', style) for text, style in page.rules]


def _mend_rules(ws: Worksheet, page: Page) -> bool:
    """An older release knew other signs: the page's live colours are made anew where they are not this one's."""
    there = [rule.formula for found in ws.conditional_formatting for rule in found.rules]
    if there == [[condition] for condition, _ in _conditions(page)]:
        return False
    ws.conditional_formatting = ConditionalFormattingList()
    for condition, style in _conditions(page):
        ws.conditional_formatting.add(f"A1:{cell_name(*page.size)}", formula_rule(condition, STYLES[style]))
    return True


def mend_page(ws: Worksheet, page: Page, brush: Brush) -> bool:
    """Give the page's cells the looks and merges that they shall have; their values are a tick's work."""
    wanted = {_area(place, block) for place, block in page.blocks.items() if block.across > 1 or block.down > 1}
    merged = {area.coord for area in ws.merged_cells.ranges}
    for area in sorted(merged - wanted):  # of an older shape of the page, or a person's
        ws.unmerge_cells(area)
    changed = bool(merged - wanted)
    for (row, column), block in page.blocks.items():
        cell: Any = ws.cell(row, column)
        if isinstance(cell, MergedCell):
            continue
        if not _looks(cell, block):
            brush.paint(cell, STYLES[block.style])
            changed = True
    for area in sorted(wanted - merged):
        ws.merge_cells(area)
        changed = True
    return _mend_rules(ws, page) or changed


def _area(place: tuple[int, int], block: Block) -> str:
    row, column = place
    return f"{cell_name(row, column)}:{cell_name(row + block.down - 1, column + block.across - 1)}"


def _looks(cell: Any, block: Block) -> bool:
    style = STYLES[block.style]
    fill = cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else ""
    same_fill = str(fill)[-6:].upper() == style.fill.upper()
    return cell.has_style and same_fill and bool(cell.font.b) is style.bold and float(cell.font.sz) == style.size


def _chart(ws: Worksheet, chart: Chart) -> Any:
    made: Any = LineChart() if chart.kind == "line" else BarChart()
    made.title, made.style = chart.title, 2
    made.width, made.height = chart.width / _PIXELS_A_CM, chart.height / _PIXELS_A_CM
    looks = zip(_PALETTE, _MARKERS, _DASHES, strict=True)
    for (color, marker, dash), (name, span) in zip(cycle(looks), chart.series, strict=False):
        series: Any = Series(_reference(ws, span), title=name)
        series.graphicalProperties.line.solidFill = color
        if chart.kind == "line":
            series.smooth = False
            series.graphicalProperties.line.width = 22_000  # EMU
            series.graphicalProperties.line.dashStyle = dash
            series.marker.symbol, series.marker.size = marker, 7
            series.marker.graphicalProperties.solidFill = color
            series.marker.graphicalProperties.line.solidFill = color
        else:
            series.graphicalProperties.solidFill = color
        made.series.append(series)
    made.set_categories(_reference(ws, chart.categories))
    made.y_axis.number_format = NUMBER_FORMATS["percent" if chart.percent else "count"][0]
    made.y_axis.scaling.min, made.y_axis.scaling.max = 0, 1 if chart.percent else None
    made.x_axis.delete = made.y_axis.delete = False  # else Excel draws no axes
    made.legend.position = "b"
    made.title.overlay = made.legend.overlay = False
    heading = ParagraphProperties(defRPr=CharacterProperties(sz=_HEADING, b=True))
    for paragraph in made.title.tx.rich.p:
        paragraph.pPr = heading
        for run in paragraph.r or ():
            run.rPr = CharacterProperties(sz=_HEADING, b=True)
    return made


def _reference(ws: Worksheet, span: Span) -> Reference:
    return Reference(ws, span.column, span.row, span.last_column, span.last_row)
