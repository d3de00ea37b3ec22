"""``core.sheet.layout`` in the terms of .xlsx: styles of cells and columns, widths, and tabs as we make them."""

from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from halokop_sheets.core.sheet.blueprint import TabPlan
from halokop_sheets.core.sheet.layout import (
    FROZEN_COLUMNS,
    LINE,
    NUMBER_FORMATS,
    SPARE_ROWS,
    STYLES,
    TAB_COLORS,
    Style,
    column_style,
    header_style,
)
from halokop_sheets.core.sheet.page import cell_name, column_letters
from halokop_sheets.workbooks.xlsx_cells import column_look, put_text

_RULED = Side(style="thin", color=LINE)
_BORDERS = {
    "": Border(),
    "thin": Border(left=_RULED, right=_RULED, top=_RULED, bottom=_RULED),
    "bottom": Border(bottom=_RULED),
}
FONT, FONT_SIZE = "Arial", 10  # of a workbook that we make: every system has it, or one just as wide
A4 = 9
MARGIN = 0.4  # inches


def new_book() -> Workbook:
    """A blank workbook whose columns are as wide everywhere: their unit is a digit of the default font."""
    book: Any = Workbook()
    font = Font(name=FONT, size=FONT_SIZE)
    book._fonts = IndexedList([font])
    book._named_styles["Normal"].font = font
    return book  # type: ignore[no-any-return]


class Brush:
    """Paints styles onto the cells of one workbook; each style is worked out once."""

    def __init__(self, book: Workbook) -> None:
        self.font = str(book._fonts[0].name or FONT)  # type: ignore[attr-defined]  # so that it looks like the rest
        self._known: dict[Style, Any] = {}

    def paint(self, cell: Any, style: Style) -> None:
        """Give a cell or a column this look."""
        if style not in self._known:
            self._paint(cell, style)
            self._known[style] = copy(cell._style)
        cell._style = copy(self._known[style])

    def _paint(self, cell: Any, style: Style) -> None:
        color = f"FF{style.color or '000000'}"
        cell.font = Font(name=self.font, size=style.size, bold=style.bold, italic=style.italic, color=color)
        cell.fill = PatternFill("solid", fgColor=f"FF{style.fill}") if style.fill else PatternFill()
        cell.alignment = Alignment(
            horizontal=style.align, vertical=style.valign, wrap_text=style.wrap, indent=int(style.align == "right")
        )
        cell.border = _BORDERS[style.border]
        cell.number_format = NUMBER_FORMATS[style.format][0]
        cell.quotePrefix = False


def own_column(ws: Worksheet, column: int) -> Any:
    """The dimension of this column alone; one that spans several is taken apart, for two may not overlap."""
    span: Any = column_look(ws, column)
    letters = column_letters(column)
    if span is None:
        return ws.column_dimensions[letters]
    first, last = span.min or column, span.max or column
    if first == last == column:
        return span
    del ws.column_dimensions[span.index or letters]
    for start, end in ((first, column - 1), (column, column), (column + 1, last)):
        if start <= end:
            part: Any = ColumnDimension(
                ws,
                index=column_letters(start),
                width=span.width,
                bestFit=span.bestFit,
                hidden=span.hidden,
                outlineLevel=span.outlineLevel,
                min=start,
                max=end,
            )
            part._style = copy(span._style)
            ws.column_dimensions[part.index] = part
    return ws.column_dimensions[letters]


def dress_columns(ws: Worksheet, plan: TabPlan, brush: Brush, width: int) -> None:
    """Headers that ``init`` puts in; columns beyond the ``width`` that the tab had also get the look of their rows."""
    for header, place in plan.write.items():
        cell: Any = ws.cell(plan.header_row, place + 1)
        if isinstance(cell, MergedCell):  # below a person's title: not ours to take apart
            continue
        put_text(cell, header)
        brush.paint(cell, STYLES[header_style(plan.tab, header)])
        if place < width:
            continue
        known = plan.tab.by_header[header]
        dimension = own_column(ws, place + 1)
        dimension.width = known.width
        dimension.hidden = known.hidden
        brush.paint(dimension, column_style(plan.tab, header))


def set_up_tab(ws: Worksheet, plan: TabPlan) -> None:
    """What a tab gets once, when we make it: frozen panes, filter, colour, print set-up. People may change it all."""
    name, row = plan.tab.name, plan.header_row
    ws.freeze_panes = cell_name(row + 1, FROZEN_COLUMNS.get(name, 0) + 1)
    ws.auto_filter.ref = f"A{row}:{column_letters(len(plan.columns))}{row + SPARE_ROWS}"
    ws.row_dimensions[row].height = 30
    ws.sheet_format.defaultRowHeight = 15
    if name in TAB_COLORS:
        ws.sheet_properties.tabColor = TAB_COLORS[name]
    ws.print_title_rows = f"{row}:{row}"
    set_up_print(ws)
    if plan.tab.hidden:
        ws.sheet_state = "hidden"


def set_up_print(ws: Any) -> None:
    """A4 landscape, one page wide, with the page's number below."""
    ws.page_setup.paperSize = A4
    ws.page_setup.orientation = "landscape"
    ws.page_setup.fitToWidth = 1
    ws.page_setup.fitToHeight = 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    margins = ws.page_margins
    margins.left = margins.right = margins.top = MARGIN
    margins.bottom = 2 * MARGIN
    margins.header = margins.footer = MARGIN / 2
    ws.oddFooter.center.text = "&A · &P/&N"
    ws.oddFooter.center.size = 8
