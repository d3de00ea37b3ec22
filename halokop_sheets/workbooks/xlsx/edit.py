"""A tick's changes, applied to a workbook. Cells first, at the places of the snapshot; rows after them."""

from collections.abc import Sequence
from typing import Any

from halokop_sheets.core.sheet.layout import SPARE_ROWS, value_format
from halokop_sheets.core.sheet.schema import TABS
from halokop_sheets.core.sheet.values import AddPage, AddRow, Cell, Change, Link, SetCell, Snapshot, Table
from halokop_sheets.workbooks.xlsx.book import FILTER_NAME, Tab
from halokop_sheets.workbooks.xlsx.cell_xml import unescape
from halokop_sheets.workbooks.xlsx.document import Document
from halokop_sheets.workbooks.xlsx.ooxml import Area, add, area_of, child, children, dump, recount, ref_of
from halokop_sheets.workbooks.xlsx.pages import add_page, hide, mark_of
from halokop_sheets.workbooks.xlsx.rules import ROOM, choice_ranges, mend_highlights, mend_lists


class Edit:
    """One batch on one workbook."""

    def __init__(self, document: Document, snapshot: Snapshot) -> None:
        self.document = document
        self.snapshot = snapshot
        self._names = {table.id: name for name, table in snapshot.tables.items()}
        self._marks: dict[str, str] | None = None

    def apply(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, AddPage):
                add_page(self.document, change.page, self._names)
                hide(self.document, change.hide, self._names)
        for change in changes:
            if isinstance(change, SetCell):
                self._set_cell(change)
        rows: dict[str, list[AddRow]] = {}
        for change in changes:
            if isinstance(change, AddRow):
                rows.setdefault(change.tab, []).append(change)
        for name, added in rows.items():
            self._add_rows(self.snapshot.tables[name], added)

    def _set_cell(self, change: SetCell) -> None:
        place = change.row, change.column
        table = self.snapshot.tables.get(change.tab)
        if table is None:
            self._put(self.document.book.tab(self.snapshot.pages[change.tab].id), place, change.new)
            return
        tab = self.document.book.tab(table.id)
        if not self.document.writable(tab, place):
            return
        self.document.dress(tab, place, table.header_row + 1, change.new)
        self._put(tab, place, change.new, _format(table, change.header, change.new))
        if isinstance(change.new, str):
            self.document.fit_row(tab, change.row, _width(table))

    def _put(self, tab: Tab, place: tuple[int, int], value: Cell, shown_as: str = "General") -> None:
        target = None
        if isinstance(value, Link):
            if self._marks is None:
                self._marks = {mark_of(self.document, other): other.title for other in self.document.book.sheets}
            target = self._marks.get(value.mark)
        self.document.put(tab, place, value, shown_as, target)

    def _add_rows(self, table: Table, added: Sequence[AddRow]) -> None:
        document = self.document
        tab = document.book.tab(table.id)
        body = table.header_row + 1
        top = [row for row in added if row.top]
        if top:
            document.move_down(tab, body, len(top))
            for number, change in enumerate(reversed(top), start=body):  # each goes above the one before it
                self._fill(tab, table, number, change)
        below = [row for row in added if not row.top]
        last = max(table.header_row, document.last_row(tab))
        for number, change in enumerate(below, start=last + 1):
            self._fill(tab, table, number, change)
        stretch_filters(document, tab, table.header_row, last + len(below))
        if last + len(below) - table.header_row > SPARE_ROWS - ROOM:
            columns = {header: place + 1 for header, place in table.columns.items()}
            ranges = choice_ranges((n, t.title, t.header_row, t.columns) for n, t in self.snapshot.tables.items())
            mend_highlights(document, tab, TABS[table.tab], columns, table.header_row)
            mend_lists(document, tab, TABS[table.tab], columns, (table.header_row, ranges))

    def _fill(self, tab: Tab, table: Table, row: int, change: AddRow) -> None:
        values = {table.columns[header] + 1: (header, value) for header, value in change.values}
        for column in range(1, _width(table) + 1):
            header, value = values.get(column, ("", None))
            self.document.dress(tab, (row, column), table.header_row + 1, value)
            if header:
                self._put(tab, (row, column), value, _format(table, header, value))
        self.document.fit_row(tab, row, _width(table))


def _width(table: Table) -> int:
    return max(table.columns.values()) + 1


def _format(table: Table, header: str, value: Cell) -> str:
    return value_format(TABS[table.tab].by_header[header].kind, value)


# --- filters and Excel's tables -----------------------------------------------------------------------------------


def stretch_filters(document: Document, tab: Tab, header_row: int, last: int, last_column: int = 0) -> bool:
    """Let the filter, or Excel's table, over this header row reach the last row and our columns.

    A filter that stops short would leave new rows out, and a sort with it would tear our columns from their rows.
    """
    changed = False
    own = child(document.frame(tab).root, "autoFilter")
    if own is not None and (area := _stretched(own.get("ref"), header_row, last, last_column)):
        own.set("ref", ref_of(area))
        if document.book.names_filter(tab):
            document.book.define(tab, FILTER_NAME, area)
        changed = True
    for part, root in document.tables(tab):
        if _stretch_table(document, tab, root, (header_row, last, last_column)):
            document.package.put(part, dump(root))
            changed = True
    return changed


def _stretched(ref: str | None, header_row: int, last: int, last_column: int) -> Area | None:
    """The area as it shall be; None where it begins elsewhere or is large enough."""
    area = area_of(ref) if ref else None
    if area is None or area[0] != header_row:
        return None
    wanted = (area[0], area[1], max(area[2], last), max(area[3], last_column))
    return wanted if wanted != area else None


def _stretch_table(document: Document, tab: Tab, root: Any, size: tuple[int, int, int]) -> bool:
    header_row, last, last_column = size
    area = area_of(root.get("ref"))
    if area[0] != header_row or root.get("headerRowCount") == "0":
        return False
    columns = child(root, "tableColumns")
    names = [header_of(document, tab, (header_row, column)) for column in range(area[1], max(area[3], last_column) + 1)]
    changed = False
    for column, name in zip(children(columns, "tableColumn"), names, strict=False):
        if name and unescape(column.get("name", "")) != name:  # a table's column is called as its header
            column.set("name", name.replace("\n", "_x000a_"))
            changed = True
    known = area[3] - area[1] + 1
    if not all(names[known:]) or len({n.casefold() for n in names}) < len(names):
        last_column = 0  # every column of a table needs a header, and of its own
    if root.get("totalsRowCount", "0") != "0":
        return changed
    wanted = _stretched(root.get("ref"), header_row, last, last_column)
    if wanted is None:
        return changed
    first = max(int(column.get("id", 0)) for column in children(columns, "tableColumn")) + 1
    for number, name in enumerate(names[known : wanted[3] - area[1] + 1], start=first):
        add(columns, "tableColumn", {"id": str(number), "name": name})
    recount(columns)
    root.set("ref", ref_of(wanted))
    if (own := child(root, "autoFilter")) is not None:
        own.set("ref", ref_of(wanted))
    return True


def header_of(document: Document, tab: Tab, place: tuple[int, int]) -> str:
    """A header's text; empty where the cell holds none."""
    sheet = document.sheet(tab)
    cell = sheet.cell(place)
    value = sheet.value(cell, document.book.reader) if cell else None
    return value if isinstance(value, str) else ""
