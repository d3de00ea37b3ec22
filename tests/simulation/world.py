"""The workbook as people know it: every edit of theirs is made in the program's sheet and in a copy of our own.

The copy is lines of cells that move as people move them. What the program writes is compared with it after each
batch (``cells``), so that a cell of a person's that changes without a person is seen at once. The sheet itself is in
memory here; ``google_world`` keeps it on the stand-in for Google.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from halokop_sheets.workbooks.memory import MemoryTab, MemoryWorkbook
from tests.simulation.contract import COLUMNS
from tests.simulation.spellings import Meanings

HISTORY = "Riwayat Email"


@dataclass(eq=False)
class Line:
    """A row of the sheet, and what the oracle remembers of it wherever people move it."""

    cells: list[Any]
    header: bool = False
    against: Any = None  # the due date that a step was done against
    born: Any = None  # the day on which the row of a step was made, where that was after its due date

    def copy(self) -> "Line":
        return Line(list(self.cells), against=self.against, born=self.born)

    def put(self, column: int, value: Any) -> None:
        self.cells.extend([None] * (column + 1 - len(self.cells)))
        self.cells[column] = value


class Sheets:
    """The sheets of an office as they are kept in memory: what people's hands do to them, and what stands in them."""

    def __init__(self) -> None:
        self.book = MemoryWorkbook()
        self.ids: dict[str, str] = {}

    def _tab(self, name: str) -> MemoryTab:
        return self.book.tabs[self.ids[name]]

    def find_tabs(self) -> None:
        self.ids = {tab.mark: id_ for id_, tab in self.book.tabs.items() if tab.mark in COLUMNS}

    def has(self, name: str) -> bool:
        return self.ids[name] in self.book.tabs

    def grid(self, name: str) -> list[list[Any]]:
        return self._tab(name).grid

    def marks(self) -> list[tuple[str, str]]:
        """Mark and title of every tab that bears a mark."""
        return [(tab.mark, tab.title) for tab in self.book.tabs.values() if tab.mark]

    def history(self) -> Iterator[dict[str, Any]]:
        """The rows of Riwayat Email, newest first."""
        grid = next(tab.grid for tab in self.book.tabs.values() if tab.mark == HISTORY)
        for row in grid[1:]:
            yield dict(zip(grid[0], row, strict=False))

    def stored(self, value: Any) -> Any:
        """A value as the sheet keeps it."""
        return value

    def seen(self, header: str, value: Any) -> Any:
        """A kept value as what it means in a column."""
        return value

    def set(self, name: str, row: int, column: int, value: Any) -> None:
        self._tab(name).set(row + 1, column + 1, value)

    def insert_row(self, name: str, at: int) -> None:
        self._tab(name).grid.insert(at, [])

    def delete_row(self, name: str, at: int) -> None:
        del self._tab(name).grid[at]

    def order(self, name: str, first: int, order: Sequence[int]) -> None:
        grid = self._tab(name).grid
        grid[first:] = [grid[n] for n in order]

    def move_column(self, name: str, column: int, to: int) -> None:
        for cells in self._tab(name).grid:
            cells.extend([None] * (max(column, to) + 1 - len(cells)))
            cells.insert(to, cells.pop(column))

    def insert_column(self, name: str, at: int) -> None:
        for cells in self._tab(name).grid:
            cells.extend([None] * (at - len(cells)))
            cells.insert(at, None)

    def rename(self, name: str, title: str) -> None:
        self._tab(name).title = title

    def delete_marked(self, mark: str) -> None:
        self.book.tabs = {id_: tab for id_, tab in self.book.tabs.items() if tab.mark != mark}

    def touch(self) -> None:
        """A person edited."""
        self.book.touch()


class World:
    """The sheets and everybody's doings in them."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self.meanings = Meanings()
        self.lines: dict[str, list[Line]] = {}
        self.edits = 0
        self.forgotten: set[str] = set()  # evaluations whose record people deleted: they may be made again
        self._columns: dict[str, dict[str, int]] = {}

    def adopt(self) -> None:
        """Take over the tabs as ``init`` made them."""
        self.sheets.find_tabs()
        for name in COLUMNS:
            self.lines[name] = [Line(list(row), header=n == 0) for n, row in enumerate(self.sheets.grid(name))]

    # --- looking --------------------------------------------------------------------------------------------------

    def columns(self, name: str) -> dict[str, int]:
        """Where each of the contract's columns stands."""
        if name not in self._columns:
            found: dict[str, int] = {}
            for place, cell in enumerate(self._header(name)[1].cells):
                if cell in COLUMNS[name]:
                    found.setdefault(cell, place)
            self._columns[name] = found
        return self._columns[name]

    def _header(self, name: str) -> tuple[int, Line]:
        return next((n, line) for n, line in enumerate(self.lines[name]) if line.header)

    def rows(self, name: str) -> list[Line]:
        """The lines below the header that hold anything."""
        below = self.lines[name][self._header(name)[0] + 1 :]
        return [line for line in below if line.cells.count(None) < len(line.cells)]

    def get(self, name: str, line: Line, header: str) -> Any:
        place = self.columns(name)[header]
        cell = line.cells[place] if place < len(line.cells) else None
        return None if cell is None or cell == "" else self.sheets.seen(header, cell)

    def text(self, name: str, line: Line, header: str) -> str:
        cell = self.get(name, line, header)
        return "" if cell is None else str(getattr(cell, "text", cell)).strip()

    def by_code(self, name: str) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = {}
        for line in self.rows(name):
            if code := self.text(name, line, "Kode"):
                found.setdefault(code, []).append(line)
        return found

    def evaluations(self) -> list[str]:
        return [mark for mark, _ in self.sheets.marks() if mark.startswith("Evaluasi 2")]

    # --- people's hands -------------------------------------------------------------------------------------------

    def put(self, name: str, line: Line, header: str, value: Any) -> None:
        self._set(name, self.lines[name].index(line), self.columns(name)[header], value)

    def _set(self, name: str, row: int, column: int, value: Any) -> None:
        self.sheets.set(name, row, column, value)
        self.lines[name][row].put(column, self.sheets.stored(value))
        self._touch()

    def insert(self, name: str, at: int, copied: Line | None = None) -> Line:
        """Insert a blank row, or a copy of another, at a place among all lines."""
        line = copied or Line([])
        self.sheets.insert_row(name, at)
        for column, cell in enumerate(line.cells):
            if cell is not None:
                self.sheets.set(name, at, column, cell)
        self.lines[name].insert(at, line)
        self._touch()
        return line

    def append(self, name: str, **values: Any) -> Line:
        """Write a row below the last one; underscores in names stand for spaces."""
        line = self.insert(name, len(self.lines[name]))
        for header, value in values.items():
            self.put(name, line, header.replace("_", " "), value)
        return line

    def delete(self, name: str, line: Line) -> None:
        if name == "Catatan Evaluasi":
            self.forgotten.add(f"Evaluasi {self.text(name, line, 'Kode')}")
        at = self.lines[name].index(line)
        self.sheets.delete_row(name, at)
        del self.lines[name][at]
        self._touch()

    def reorder(self, name: str, key: Callable[[Line], Any], *, reverse: bool = False) -> None:
        """Sort everything below the header."""
        lines, first = self.lines[name], self._header(name)[0] + 1
        order = sorted(range(first, len(lines)), key=lambda n: key(lines[n]), reverse=reverse)
        self.sheets.order(name, first, order)
        lines[first:] = [lines[n] for n in order]
        self._touch()

    def move_column(self, name: str, column: int, to: int) -> None:
        self.sheets.move_column(name, column, to)
        for line in self.lines[name]:
            line.cells.extend([None] * (max(column, to) + 1 - len(line.cells)))
            line.cells.insert(to, line.cells.pop(column))
        self._columned(name)

    def insert_column(self, name: str, at: int, title: str) -> None:
        self.sheets.insert_column(name, at)
        for line in self.lines[name]:
            line.cells.extend([None] * (at - len(line.cells)))
            line.cells.insert(at, None)
        self._columned(name)
        self._set(name, self._header(name)[0], at, title)

    def write_beside(self, name: str, line: Line, value: Any) -> None:
        """Type into a column of people's own, if there is one."""
        header = self._header(name)[1].cells
        own = [n for n, cell in enumerate(header) if cell is not None and cell not in COLUMNS[name]]
        if own:
            self._set(name, self.lines[name].index(line), own[0], value)

    def rename(self, name: str, title: str) -> None:
        self.sheets.rename(name, title)
        self._touch()

    def delete_evaluation(self, mark: str) -> None:
        self.sheets.delete_marked(mark)
        self._touch()

    def _columned(self, name: str) -> None:
        self._columns.pop(name, None)
        self._touch()

    def _touch(self) -> None:
        self.edits += 1
        self.sheets.touch()
