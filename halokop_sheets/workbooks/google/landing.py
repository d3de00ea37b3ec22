"""The landing check: where did our cells land, what of people's did they cover, and how is it put back.

Between our read and our write people sort, insert, delete and move; Google applies our batch by position all the
same. So each batch asks in its own response for the header rows and for every row that it wrote (whole rows, since
a column may have moved too). Each of those rows is recognised in the snapshot by its Kode, or, where the Kode itself
was written, by everything else in it; each column by its header. Where a cell turns out to be another one than was
meant, the snapshot tells what had stood there: that is kept as :class:`Covered`, and put back by the next write at
the place where row and column are then, as long as our value still stands in it.

Columns that the planner derives on every tick heal by themselves and are not kept. A row of ours that was appended
under moved columns is kept as :class:`Stray` and cleared; the planner then appends it anew.

Known limits: a cell that is both moved and edited in that same second comes back as the snapshot had it (and what a
person types into a blank bersama cell in the second in which we fill it is lost); a formula comes back as its value,
a number in a column of the people's own without its format.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from halokop_sheets.core.sheet.ownership import HEADER_SEARCH_ROWS, find_header, header_text
from halokop_sheets.core.sheet.page import column_letters
from halokop_sheets.core.sheet.schema import TABS, Owner
from halokop_sheets.core.sheet.values import Cell, RawTab, SetCell
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.workbooks.google.cell_data import as_read
from halokop_sheets.workbooks.google.matching import Line, align, at, find_header_row, get

_KEPT = {Cols.CODE, Cols.RECORDED}  # sistem cells that no tick can derive again
_KEPT_TABS = {Tabs.HISTORY, Tabs.MEETINGS}


@dataclass
class Writing:
    """What one batch writes to one tab. Places are 1-based rows and 0-based columns of the snapshot."""

    tab: str
    before: RawTab
    header_row: int
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    appended: list[dict[int, Cell]] = field(default_factory=list)
    inserted: list[dict[int, Cell]] = field(default_factory=list)  # right under the header

    def physical(self, row: int) -> int:
        """Where a row of the snapshot stands once rows were inserted under the header."""
        return row + len(self.inserted) if row > self.header_row else row

    def meant(self, row: int, column: int) -> Cell:
        """What should stand in a cell of the snapshot after the batch."""
        return as_read(self.cells.get((row, column), at(self.before.rows, row, column)))


@dataclass(frozen=True)
class Covered:
    """A cell that our ``wrote`` covered where ``old`` had stood. ``header`` is the header row as it was right after
    the batch, ``others`` the cells of the row (by column) that the batch did not touch: by them it is found again."""

    tab: str
    id: str
    header: tuple[Cell, ...]
    others: tuple[tuple[int, Cell], ...]
    row: int
    column: int
    old: Cell
    wrote: Cell
    dated: bool  # our value brought a date format along, which covered theirs


@dataclass(frozen=True)
class Stray:
    """A row of ours that came to stand in wrong columns or above the header."""

    tab: str
    id: str
    values: tuple[Cell, ...]


Pending = Covered | Stray


class Landing:
    """One tab after one batch: compares the rows that the response shows with the snapshot."""

    def __init__(self, writing: Writing, after: Mapping[int, Line]) -> None:
        self._writing, self._after = writing, after
        self._rows = writing.before.rows
        self._written = {(writing.physical(r), c) for r, c in writing.cells}
        header = self._rows[writing.header_row - 1] if 0 < writing.header_row <= len(self._rows) else ()
        width = max([0, *(len(line) for line in (*self._rows, *after.values()))])
        self._header_row = find_header_row(header, after, self._written)
        if self._header_row:
            covered = [c for r, c in self._written if r == self._header_row]
            self._columns = align(header, after[self._header_row], covered, width)
        else:
            self._columns = {c: c for c in range(width)}
        self._header = tuple(after.get(self._header_row, header))
        found = find_header(TABS[writing.tab], self._rows)
        self._code = found[1].get(Cols.CODE, -1) if found else -1
        self._by_code: dict[Cell, list[int]] = {}
        for number, line in enumerate(self._rows, start=1):
            if number > writing.header_row and self._code >= 0:
                self._by_code.setdefault(as_read(get(line, self._code)), []).append(number)

    def check(self) -> tuple[bool, list[Pending]]:
        """Whether everything landed where it was meant to, and what is to be put back."""
        right = True
        pending: list[Pending] = []
        meant = {self._writing.physical(r): r for r, _ in self._writing.cells}
        for physical, row in sorted(meant.items()):
            line = self._after.get(physical, ())
            then = self._row_then(physical, row, line)
            for column in sorted(c for r, c in self._writing.cells if r == row):
                column_then = self._columns.get(column)
                if (then, column_then) == (row, column):
                    continue
                right = False
                old = None if then is None or column_then is None else self._writing.meant(then, column_then)
                cell = self._writing.cells[row, column]
                wrote, dated = as_read(cell), isinstance(cell, datetime | time)
                if old != wrote and (dated or not self._heals(then, column_then)):
                    pending.append(
                        Covered(
                            self._writing.tab,
                            self._writing.before.id,
                            self._header,
                            self._untouched(physical, line),
                            physical,
                            column,
                            old,
                            wrote,
                            dated,
                        )
                    )
        strays = self._strays()
        return right and not strays, pending + strays

    def _untouched(self, physical: int, line: Line) -> tuple[tuple[int, Cell], ...]:
        width = max([len(self._header), len(line), *(c + 1 for c in self._columns)])
        return tuple((c, as_read(get(line, c))) for c in range(width) if (physical, c) not in self._written)

    def _row_then(self, physical: int, meant: int, line: Line) -> int | None:
        """Which row of the snapshot a row of the response is."""
        if physical == self._header_row:
            return self._writing.header_row
        untouched = {
            then: as_read(get(line, c))
            for c, then in self._columns.items()
            if (physical, c) not in self._written and as_read(get(line, c)) is not None
        }
        code_at = next((c for c, then in self._columns.items() if then == self._code), None)
        others = (n for n in range(1, len(self._rows) + 1) if n != self._writing.header_row)
        if code_at is None or (physical, code_at) in self._written:
            candidates = list(others)
        elif (code := untouched.get(self._code)) is not None:
            candidates = self._by_code.get(code, [])
        else:
            candidates = [n for n in others if as_read(at(self._rows, n, self._code)) is None]
        if not untouched:
            touched = {c for r, c in self._writing.cells if r == meant}
            rest = [c for c in range(len(self._columns)) if c not in touched]
            blank = all(as_read(at(self._rows, meant, c)) is None for c in rest)
            return meant if blank else None

        def score(number: int) -> tuple[int, bool]:
            return sum(as_read(at(self._rows, number, c)) == v for c, v in untouched.items()), number == meant

        best = max(candidates, key=score, default=None)
        return best if best is not None and score(best)[0] else None

    def _heals(self, row: int | None, column: int | None) -> bool:
        """Whether the next tick derives the covered cell anyway: a sistem cell of a row that has a Kode."""
        if row is None or column is None or row <= self._writing.header_row or self._writing.tab in _KEPT_TABS:
            return False
        header = header_text(at(self._rows, self._writing.header_row, column))
        found = next((c for c in TABS[self._writing.tab].columns if header_text(c.header) == header), None)
        derived = found is not None and found.owner is Owner.SYSTEM and found.header not in _KEPT
        return derived and as_read(at(self._rows, row, self._code)) is not None

    def _strays(self) -> list[Pending]:
        if not self._header_row:
            return []
        writing = self._writing
        above = writing.inserted if self._header_row != writing.header_row else []
        rows = [*above, *(v for v in (*writing.appended, *writing.inserted) if v not in above and self._moved(v))]
        return [_stray(writing, values) for values in rows]

    def _moved(self, values: Mapping[int, Cell]) -> bool:
        return any(self._columns.get(c) != c for c in values)


def _stray(writing: Writing, values: Mapping[int, Cell]) -> Stray:
    return Stray(writing.tab, writing.before.id, tuple(as_read(v) for v in values.values() if as_read(v) is not None))


def restoring_cells(pending: Pending, tab: RawTab) -> list[SetCell]:
    """The cells to write so that it is as people had it; empty when it is so already, or the row is gone."""
    cells: list[tuple[int, int, Cell, Cell]] = []  # row, column, now, then
    if isinstance(pending, Stray):
        wanted = sorted(map(repr, pending.values))
        for number, line in enumerate(tab.rows, start=1):
            filled = [(c, cell) for c, cell in enumerate(line) if cell is not None]
            if sorted(repr(as_read(cell)) for _, cell in filled) == wanted:
                cells = [(number, c, cell, None) for c, cell in filled]
    else:
        top = dict(enumerate(tab.rows[:HEADER_SEARCH_ROWS], start=1))
        header_row = find_header_row(pending.header, top, set())
        width = max([pending.column + 1, *map(len, tab.rows)])
        if header_row:
            columns = align(pending.header, tab.rows[header_row - 1], (), width)
        else:
            columns = {c: c for c in range(width)}
        column = next((now for now, then in columns.items() if then == pending.column), None)
        row_now = None if column is None else _find_line(pending, tab, columns, column)
        if column is not None and row_now is not None:
            cells = [(row_now, column, pending.wrote, pending.old)]
    header = tab.rows[_header_of(pending.tab, tab) - 1] if tab.rows else ()
    made = []
    for row, column, now, then in cells:
        name = get(header, column)
        shown = name if isinstance(name, str) else column_letters(column + 1)
        made.append(SetCell(pending.tab, row, column + 1, shown, f"row {row}", now, then))
    return made


def _header_of(name: str, tab: RawTab) -> int:
    found = find_header(TABS[name], tab.rows)
    return found[0] if found else 1


def _find_line(pending: Covered, tab: RawTab, columns: Mapping[int, int], column: int) -> int | None:
    """The row that is most like the covered one in what we did not touch, and still holds our value in that cell."""
    others = dict(pending.others)

    def score(number: int) -> tuple[int, int, int]:
        line = tab.rows[number - 1]
        pairs = [(as_read(get(line, now)), others[then]) for now, then in columns.items() if then in others]
        same = sum(a == b for a, b in pairs if b is not None)
        return same, -sum(a != b for a, b in pairs), -abs(number - pending.row)

    ours = [n for n, line in enumerate(tab.rows, start=1) if as_read(get(line, column)) == pending.wrote]
    best = max(ours, key=score, default=None)
    if best is None:
        return None
    same, different, _ = score(best)
    filled = sum(value is not None for value in others.values())
    return best if (2 * same >= filled if filled else not different) else None
