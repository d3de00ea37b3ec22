"""A workbook being changed: cells put one by one, and at the end the bytes of a file in which nothing else differs."""

import re
from collections.abc import Iterator
from datetime import datetime, time
from textwrap import wrap
from typing import Any

from halokop_sheets.core.sheet.values import Broken, Cell, Link
from halokop_sheets.workbooks.xlsx.book import Book, Tab
from halokop_sheets.workbooks.xlsx.cell_xml import payload, plain_value, reads_as_code
from halokop_sheets.workbooks.xlsx.formulas import Names, drop_stale, part_shared, spans_tabs, spilled, whole_formulas
from halokop_sheets.workbooks.xlsx.frame import Frame
from halokop_sheets.workbooks.xlsx.ooxml import Area, Place, area_of, covers, parse, quoted_title
from halokop_sheets.workbooks.xlsx.package import Package
from halokop_sheets.workbooks.xlsx.sheet import Sheet

_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_NEAR = 8  # rows above in which the look of a new row's cell is sought
_HIGHEST = 400  # points; Excel goes to 409


class Document:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.book = Book(package)
        self.styles = self.book.styles
        self.written: dict[str, dict[Place, Cell]] = {}  # what will be read back, by title
        self.marks: dict[str, str] = {}  # of pages made here, by title
        self.moved: set[str] = set()  # titles of tabs in which rows were moved down
        self.stale: dict[str, set[Place]] = {}  # formulas that lost their results, by title
        self._sheets: dict[str, Sheet] = {}  # by part
        self._frames: dict[str, Frame] = {}
        self._fixed: dict[str, list[Area]] = {}

    def sheet(self, tab: Tab) -> Sheet:
        if tab.part not in self._sheets:
            self._sheets[tab.part] = Sheet(self.package.read(tab.part))
        return self._sheets[tab.part]

    def frame(self, tab: Tab) -> Frame:
        if tab.part not in self._frames:
            self._frames[tab.part] = Frame(self.sheet(tab))
        return self._frames[tab.part]

    def last_row(self, tab: Tab) -> int:
        """The last row that holds anything, merges that begin in it included; 0 in a blank tab."""
        last = self.sheet(tab).last_row()
        return max([last, *(area[2] for area in self.frame(tab).merges if area[0] <= last)])

    # --- cells ----------------------------------------------------------------------------------------------------

    def writable(self, tab: Tab, place: Place) -> bool:
        """Whether a cell can hold something of its own: not one that a merge hides or an array formula fills."""
        if tab.part not in self._fixed:
            self._fixed[tab.part] = spilled(self.sheet(tab))
        return not self.frame(tab).covered(place) and not any(covers(area, place) for area in self._fixed[tab.part])

    def put(self, tab: Tab, place: Place, value: Cell, shown_as: str = "General", target: str | None = None) -> bool:
        """Write one cell, keeping its look; False where it can hold nothing of its own.

        ``shown_as``: the number format that a date takes in a cell without one; ``target``: the tab that a link
        leads to.
        """
        if not self.writable(tab, place):
            return False
        sheet = self.sheet(tab)
        old = sheet.cell(place)
        if old and old.inner and b"f" in old.inner and part_shared(sheet, {place}):
            self.book.forget_order()
        look = old.look if old else 0
        value = self._put(tab, place, value, look, shown_as)
        links_to = None if target is None else f"{quoted_title(target)}!A1"
        self.frame(tab).link(place, links_to, value if isinstance(value, str) else "")
        return True

    def _put(self, tab: Tab, place: Place, value: Cell, look: int, shown_as: str = "General") -> Cell:
        is_text = isinstance(value, str | Link | Broken)
        value = plain_value(value)
        if is_text:
            look = self.styles.as_text(look, isinstance(value, str) and reads_as_code(value))
        elif isinstance(value, datetime | time):
            look = self.styles.dated(look, shown_as)
        sheet = self.sheet(tab)
        sheet.put(place, look, *payload(value, self.book.shift, sheet.tag.prefix))
        self.written.setdefault(tab.title, {})[place] = value
        self.frame(tab).reach(place)
        return value

    def put_new(self, tab: Tab, place: Place, value: Cell, look: int) -> None:
        """Write a cell of a tab that we are making, or a header: with this look."""
        self._put(tab, place, value, look)

    def dress(self, tab: Tab, place: Place, body_row: int, value: Cell = None) -> None:
        """Give a blank cell without a look that of its column, else that of the cell above in the table's body.

        A date takes the look of the date above it: in the person's own format it fits into the person's own column.
        """
        sheet, styles = self.sheet(tab), self.styles
        row, column = place
        if sheet.cell(place) is not None and sheet.look(place):
            return
        named = sheet.attributes(row)
        look = int(named["s"]) if named.get("customFormat") in ("1", "true") and named.get("s", "").isdigit() else 0
        look = look or self.frame(tab).look_of_column(column)
        look = 0 if styles.plain(look) else look
        over = range(row - 1, max(body_row, row - _NEAR) - 1, -1) if not look or isinstance(value, datetime) else ()
        above = next(filter(None, (sheet.look((other, column)) for other in over)), 0)
        dated = isinstance(value, datetime) and styles.kind(above) == "date" and styles.kind(look) != "date"
        if above and (not look or dated):
            look = styles.unmarked(above)
        if look and self.writable(tab, place):
            sheet.paint(place, look)
            self.frame(tab).reach(place)

    def fit_row(self, tab: Tab, row: int, columns: int) -> None:
        """Make a row high enough for its wrapped text, unless a person chose its height.

        Excel fits rows itself, LibreOffice takes a file's heights as they are. An estimate: the programs may have
        other fonts than we think, so a line is taken to hold hardly more letters than the column is digits wide.
        """
        sheet, frame = self.sheet(tab), self.frame(tab)
        named = sheet.attributes(row)
        height = float(named.get("ht", 0))
        if height and named.get("customHeight") in ("1", "true"):
            return
        needed = 0.0
        for cell in sheet.cells(row):
            if cell.kind not in (b"s", b"inlineStr", b"str") or cell.column > columns or frame.hidden(cell.column):
                continue
            look = cell.look or frame.look_of_column(cell.column)
            if self.styles.wraps(look) and isinstance(text := self._text(sheet, cell), str):
                room = max(4, int(1.05 * frame.width(cell.column)))
                lines = sum(max(1, len(wrap(part, room))) for part in text.split("\n"))
                needed = max(needed, lines * 1.3 * self.styles.font_size(look) + 2)
        if needed > (height or frame.default_height()):
            sheet.set_attributes(row, {"ht": f"{min(needed, _HIGHEST):g}"})

    def _text(self, sheet: Sheet, cell: Any) -> Cell:
        return sheet.value(cell, self.book.reader)

    # --- the whole --------------------------------------------------------------------------------------------------

    def move_down(self, tab: Tab, first: int, count: int) -> None:
        """Make room for new rows; only in a tab that is wholly ours."""
        sheet = self.sheet(tab)
        sheet.insert(first, count)
        self.moved.add(tab.title)
        written = self.written.get(tab.title, {})
        down = {(row + count if row >= first else row, column): value for (row, column), value in written.items()}
        self.written[tab.title] = down

    def tables(self, tab: Tab) -> Iterator[tuple[str, Any]]:
        """Excel's tables on a tab: the part of each, and its root."""
        for relation in self.package.relations(tab.part):
            if relation.kind == "table" and self.package.has(relation.target):
                yield relation.target, parse(self.package.read(relation.target))

    def names(self) -> Names:
        tables = {
            str(root.get("displayName")).casefold(): (
                tab.title.casefold(),
                area_of(root.get("ref")),
            )
            for tab in self.book.sheets
            for _, root in self.tables(tab)
        }
        return Names([tab.title for tab in self.book.tabs], self.book.defined, tables)

    def with_formulas(self) -> dict[str, Sheet]:
        """Every tab that holds formulas; others are searched, and not taken apart."""
        return {t.title: self.sheet(t) for t in self.book.sheets if _FORMULA.search(self._bytes(t))}

    def spans(self) -> Iterator[tuple[str, str]]:
        """First and last tab of each reference that goes through several tabs, casefolded."""
        for sheet in self.with_formulas().values():
            for _, text, _ in whole_formulas(sheet):
                yield from spans_tabs(text)

    def _bytes(self, tab: Tab) -> bytes:
        return self._sheets[tab.part].body if tab.part in self._sheets else self.package.read(tab.part)

    def _changed(self) -> dict[str, set[Place]]:
        changed = {title: set(places) for title, places in self.written.items()}
        for title in self.moved:
            sheet = self.sheet(self.book.tab(title))
            changed[title] |= {(row, cell.column) for row in sheet.numbers() for cell in sheet.cells(row)}
        return changed

    def finish(self) -> bytes | None:
        """The file as it shall be; None where nothing was changed."""
        if self.written and (formulas := self.with_formulas()):
            self.stale = drop_stale(formulas, self.names(), self._changed())
            if self.stale:
                self.book.calculate()
        for frame in self._frames.values():
            frame.save()
        for part, sheet in self._sheets.items():
            if sheet.changed:
                self.package.put(part, sheet.to_bytes())
        self.book.save()
        return self.package.to_bytes() if self.package.changes else None
