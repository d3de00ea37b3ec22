"""A tick's changes, applied to a loaded workbook cell by cell."""

from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.table import TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from halokop_sheets.core.sheet.layout import SPARE_ROWS, value_format
from halokop_sheets.core.sheet.schema import TABS
from halokop_sheets.core.sheet.values import AddPage, AddRow, Cell, Change, Link, SetCell, Snapshot, Table
from halokop_sheets.workbooks.xlsx_cells import dress, fit_row, last_row, put
from halokop_sheets.workbooks.xlsx_look import Brush
from halokop_sheets.workbooks.xlsx_pages import draw_page, free_title, mark_of, open_tab, place_tab
from halokop_sheets.workbooks.xlsx_rules import ROOM, choice_ranges, mend_highlights, mend_lists


class Edit:
    """One batch on one workbook. Cells first, at the places of the snapshot; rows and pages after them."""

    def __init__(self, book: Workbook, snapshot: Snapshot) -> None:
        self.book = book
        self.snapshot = snapshot
        self.changed: dict[str, set[tuple[int, int]]] = {}  # places written, by title
        self.names = {table.id: name for name, table in snapshot.tables.items()}

    def apply(self, changes: Sequence[Change]) -> bool:
        """Apply all changes; tells whether any of them had an effect."""
        brush = Brush(self.book)
        pages = [change for change in changes if isinstance(change, AddPage)]
        for page in pages:
            self._add_page(page, brush)
        effects = [self._set_cell(change) for change in changes if isinstance(change, SetCell)]
        rows: dict[str, list[AddRow]] = {}
        for change in changes:
            if isinstance(change, AddRow):
                rows.setdefault(change.tab, []).append(change)
        for name, added in rows.items():
            self._add_rows(self.snapshot.tables[name], added)
        return bool(pages or rows or any(effects))

    def _set_cell(self, change: SetCell) -> bool:
        if (table := self.snapshot.tables.get(change.tab)) is None:
            place = self.snapshot.pages[change.tab]
            return self._put(self._tab(place.id), change.row, change.column, change.new)
        ws = self._tab(table.id)
        dress(ws, (change.row, change.column), table.header_row + 1)
        done = self._put(ws, change.row, change.column, change.new, _format(table, change.header, change.new))
        if isinstance(change.new, str):
            fit_row(ws, change.row, _width(table))
        return done

    def _put(self, ws: Worksheet, row: int, column: int, value: Cell, shown_as: str = "General") -> bool:
        target = None
        if isinstance(value, Link):
            target = next((ws.title for ws in self.book.worksheets if mark_of(ws) == value.mark), None)
        done = put(ws, (row, column), value, shown_as, target)
        if done:
            self.changed.setdefault(ws.title, set()).add((row, column))
        return done

    def _tab(self, title: str) -> Worksheet:
        ws = self.book[title]
        assert isinstance(ws, Worksheet)
        return ws

    def _add_rows(self, table: Table, added: Sequence[AddRow]) -> None:
        ws = self._tab(table.id)
        body = table.header_row + 1
        top = [row for row in added if row.top]
        if top:
            ws.insert_rows(body, len(top))  # a tab that is wholly ours
            self.changed.setdefault(ws.title, set()).update(ws._cells)
            for number, change in enumerate(reversed(top), start=body):  # each goes above the one before it
                self._fill(ws, table, number, change)
        below = [row for row in added if not row.top]
        last = max(table.header_row, last_row(ws))
        for number, change in enumerate(below, start=last + 1):
            self._fill(ws, table, number, change)
        stretch_filters(ws, table.header_row, last + len(below))
        if last + len(below) - table.header_row > SPARE_ROWS - ROOM:
            columns = {header: place + 1 for header, place in table.columns.items()}
            ranges = choice_ranges((n, t.title, t.header_row, t.columns) for n, t in self.snapshot.tables.items())
            mend_highlights(ws, TABS[table.tab], columns, table.header_row)
            mend_lists(ws, TABS[table.tab], columns, table.header_row, ranges)

    def _fill(self, ws: Worksheet, table: Table, row: int, change: AddRow) -> None:
        for column in range(1, _width(table) + 1):
            dress(ws, (row, column), table.header_row + 1)
        for header, value in change.values:
            self._put(ws, row, table.columns[header] + 1, value, _format(table, header, value))
        fit_row(ws, row, _width(table))

    def _add_page(self, change: AddPage, brush: Brush) -> None:
        ws: Any = self.book.create_sheet(free_title(self.book, change.page.title))
        draw_page(ws, change.page, brush)
        place_tab(self.book, ws, change.page.mark, self.names)
        for sheet in self.book.worksheets:
            if sheet is not ws and sheet.title not in self.names and mark_of(sheet) in change.hide:
                sheet.sheet_state = "hidden"
        open_tab(self.book, self.book.active)


def _width(table: Table) -> int:
    return max(table.columns.values()) + 1


def _format(table: Table, header: str, value: Cell) -> str:
    return value_format(TABS[table.tab].by_header[header].kind, value)


def stretch_filters(ws: Worksheet, header_row: int, last: int, last_column: int = 0) -> bool:
    """Let the filter, or Excel's table, over this header row reach the last row and our columns.

    A filter that stops short would leave new rows out, and a sort with it would tear our columns from their rows.
    """
    changed = False
    for owner in (ws.auto_filter, *(t for t in ws.tables.values() if not t.totalsRowCount)):
        area = CellRange(owner.ref) if owner.ref else None
        if area is None or area.min_row != header_row:
            continue
        added = [ws.cell(header_row, column).value for column in range(area.max_col + 1, last_column + 1)]
        if isinstance(owner, ExcelTable) and not all(added):
            added = []  # every column of a table needs a header
        if area.max_row >= last and not added:
            continue
        area.expand(right=len(added), down=max(0, last - area.max_row))
        owner.ref = area.coord
        if isinstance(owner, ExcelTable):
            first = max(column.id for column in owner.tableColumns) + 1
            owner.tableColumns += [TableColumn(id=n, name=str(h)) for n, h in enumerate(added, start=first)]
            if owner.autoFilter is not None:
                owner.autoFilter.ref = area.coord
        changed = True
    return changed
