"""The snapshot as the tick will leave it: stages read from it and put their values in; at the end it tells the diff.

Here alone it is decided what may be written: a sistem cell always, a bersama cell only while it is blank, a tim
cell never; nothing at all on a tab whose sistem headers are not all there.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from halokop_sheets.core.sheet.cells import Unreadable
from halokop_sheets.core.sheet.doubtful import with_doubts
from halokop_sheets.core.sheet.page import Page
from halokop_sheets.core.sheet.schema import ORDER, TABS, Owner
from halokop_sheets.core.sheet.values import AddRow, Area, Cell, Change, PageTab, SetCell, Snapshot, Table, plain
from halokop_sheets.core.terms import Cols, Tabs

T = TypeVar("T")


class OwnershipError(AssertionError):
    """A stage tried to write a cell that is a person's: a mistake in our code, never in the sheet."""


class DraftRow:
    """A row as it will be. ``number`` is its place in the snapshot, 0 for a row that the plan appends.

    ``place`` is where it will stand, unless people move rows meanwhile: good enough for a link, never for a write.
    """

    __slots__ = ("_owners", "code", "messages", "new", "notes", "number", "old", "place")

    def __init__(self, number: int, old: Mapping[str, Cell], owners: Mapping[str, Owner], place: int = 0) -> None:
        self.number = number
        self.place = number or place
        self.old = old
        self.new: dict[str, Cell] = {}
        self.messages: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()
        code = old.get(Cols.CODE)
        self.code = code.strip() if type(code) is str else "" if code is None else str(plain(code)).strip()
        self._owners = owners

    def __getitem__(self, header: str) -> Cell:
        return self.new[header] if header in self.new else self.old.get(header)

    def put(self, header: str, value: Cell) -> None:
        """Set a cell of ours; setting what is there already is no change."""
        old = self.old.get(header)
        if old is value or (old == value and type(old) is type(value)):
            self.new.pop(header, None)
            return
        owner = self._owners[header]
        if owner is Owner.TEAM or (owner is Owner.SHARED and old is not None and self.number):
            raise OwnershipError(f"{header}: {old!r} -> {value!r}")
        if plain(old) == plain(value) and not isinstance(old, bool):
            self.new.pop(header, None)
        else:
            self.new[header] = value

    def put_all(self, values: Mapping[str, Cell]) -> None:
        """Set several cells of ours, none a boolean; mostly all of them stand there already."""
        there = list(map(self.old.get, values))
        if self.new or there != list(values.values()) or bool in map(type, there):  # TRUE == 1
            for header, value in values.items():
                self.put(header, value)

    @property
    def has_peoples_cells(self) -> bool:
        """Whether anything stands in a column that only people fill; a column we do not know is theirs."""
        return any(self._owners.get(header, Owner.TEAM) is Owner.TEAM for header in self.old)

    def fill_blank(self, header: str, value: Cell) -> None:
        """Fill a bersama cell where it is blank; what a person typed stays."""
        if self.old.get(header) is None:
            self.put(header, value)

    def name(self, code: str) -> None:
        """Give the row its Kode."""
        self.code = code
        self.put(Cols.CODE, code or None)

    def problem(self, message: str) -> None:
        """Add one sentence to the row's Pesan Sistem: something to mend, told to the administrator too."""
        if message not in self.messages:
            self.messages += (message,)

    def value_or_problem(self, read: T | Unreadable) -> T | None:
        """What a cell was read as; None where that is nothing or not understood, which the row then says."""
        if isinstance(read, Unreadable):
            self.problem(read.message)
            return None
        return read

    def remark(self, message: str) -> None:
        """Add one sentence that only explains what was done."""
        if message not in self.notes:
            self.notes += (message,)


def is_fixed(row: int, column: int, areas: tuple[Area, ...]) -> bool:
    """Whether a cell lies in one of the areas."""
    return any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in areas)


class DraftTable:
    """The rows of one tab, those to be appended at the end."""

    def __init__(self, name: str, table: Table | None) -> None:
        self.name = name
        self.table = table
        self.owners = {c.header: c.owner for c in TABS[name].columns}
        rows = with_doubts(TABS[name], table.rows) if table else ()
        self.rows = [DraftRow(number, cells, self.owners) for number, cells in rows]
        self._last = table.last_row if table else 0
        self._gone_through = False
        for row in self.rows:
            if covered := ", ".join(self._covered(row)):
                row.problem(f"Sel {covered} digabung atau diisi satu rumus bersama; pisahkan agar dapat diisi.")

    def _covered(self, row: DraftRow) -> list[str]:
        """Columns of ours whose cell in this row cannot be written. Tried at each tick, it would be saved at each."""
        if self.table is None or not self.table.fixed:
            return []
        ours = ((h, p + 1) for h, p in self.table.columns.items() if self.owners[h] is not Owner.TEAM)
        return [header for header, column in ours if is_fixed(row.number, column, self.table.fixed)]

    @property
    def usable(self) -> bool:
        return self.table is not None and self.table.usable

    def __iter__(self) -> Iterator[DraftRow]:
        """What a stage goes through. Only then is a message that it did not repeat taken away: while another tab
        cannot be read, this one's stage may not run, and its messages stay."""
        self._gone_through = True
        return iter(self.rows)

    def append(self, code: str, values: Mapping[str, Cell]) -> DraftRow:
        """A row to be added below the last one. Bersama and sistem cells alone can be given."""
        self._last += 1
        row = DraftRow(0, {}, self.owners, self._last)
        for header, value in values.items():
            row.put(header, value)
        if Cols.CODE in self.owners:
            row.name(code)
        self.rows.append(row)
        return row

    def changes(self) -> list[Change]:
        if self.table is None or not self.table.usable:
            return []
        columns = self.table.columns
        has_message = Cols.MESSAGE in columns
        cells: list[Change] = []
        added: list[Change] = []
        for row in self.rows:
            if has_message and (row.messages or row.notes or (self._gone_through and Cols.MESSAGE in row.old)):
                row.put(Cols.MESSAGE, " ".join(row.messages + row.notes) or None)
            for header in self._covered(row) if row.number else ():
                row.new.pop(header, None)
            for header in row.new.keys() - columns.keys():  # a column that only shows something was renamed
                del row.new[header]
            if not row.new:
                continue
            if row.number:
                key = row.code or f"row {row.number}"
                by_column = sorted((columns[h] + 1, h, value) for h, value in row.new.items())
                cells += [
                    SetCell(self.name, row.number, column, header, key, row.old.get(header), value)
                    for column, header, value in by_column
                ]
            else:
                values = sorted(row.new.items(), key=lambda item: columns[item[0]])
                added.append(AddRow(self.name, row.code, tuple(values)))
        return cells + added


class Draft:
    """All tabs of a snapshot, to be worked on by the planner's stages."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.tables = {name: DraftTable(name, snapshot.tables.get(name)) for name in TABS if name != Tabs.HISTORY}

    def __getitem__(self, name: str) -> DraftTable:
        return self.tables[name]

    def changes(self) -> list[Change]:
        """Every cell that differs and every row to append, tab by tab in the order of the tabs."""
        return [change for name in ORDER if name in self.tables for change in self.tables[name].changes()]


def page_changes(page: Page, tab: PageTab) -> list[Change]:
    """The cells of a page of ours that differ from what it shall show; what else stands there is cleared."""
    wanted = {place: block.value for place, block in page.blocks.items() if block.value is not None}
    shown = tab.cells
    differ = sorted(p for p in wanted.keys() | shown.keys() if not same_value(shown.get(p), wanted.get(p)))
    differ = [place for place in differ if not (tab.fixed and is_fixed(*place, tab.fixed))]
    return [SetCell(page.mark, *place, "", "", shown.get(place), wanted.get(place)) for place in differ]


def same_value(old: Cell, new: Cell) -> bool:
    """Whether a page's cell shows already what it shall: numbers by value, to 9 digits."""
    if type(old) is type(new) and old == new:  # as nearly every cell is
        return True
    if isinstance(old, float) and isinstance(new, int | float):
        return abs(old - new) < 1e-9
    return plain(old) == plain(new) and isinstance(old, bool) == isinstance(new, bool)
