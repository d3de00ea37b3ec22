"""The workbook as people know it: every edit of theirs is made in the program's sheet and in a copy of our own.

The copy is lines of cells that move as people move them. What the program writes is compared with it after each
batch (``cells``), so that a cell of a person's that changes without a person is seen at once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from halokop_sheets.core.blueprint import Blueprint
from halokop_sheets.core.model import Change, RawBook, SetCell, Snapshot
from halokop_sheets.workbooks.memory import MemoryTab, MemoryWorkbook
from tests.simulation.contract import COLUMNS
from tests.simulation.spellings import Meanings

HISTORY = "Riwayat Email"
NEWEST = 300  # rows of Riwayat Email that a tick reads: months of them, as 1,000 are in an office


@dataclass(eq=False)
class Line:
    """A row of the sheet, and what the oracle remembers of it wherever people move it."""

    cells: list[Any]
    header: bool = False
    against: Any = None  # the due date that a step was done against

    def copy(self) -> "Line":
        return Line(list(self.cells), against=self.against)


class World:
    """The sheet and everybody's doings in it."""

    def __init__(self) -> None:
        self.book = MemoryWorkbook()
        self.meanings = Meanings()
        self.ids: dict[str, str] = {}
        self.lines: dict[str, list[Line]] = {}
        self.forgotten: set[str] = set()  # evaluations whose record people deleted: they may be made again
        self._columns: dict[str, dict[str, int]] = {}

    def adopt(self) -> None:
        """Take over the tabs as ``init`` made them."""
        for id_, tab in self.book.tabs.items():
            if tab.mark in COLUMNS:
                self.ids[tab.mark] = id_
                self.lines[tab.mark] = [Line(list(row), header=n == 0) for n, row in enumerate(tab.grid)]

    # --- looking --------------------------------------------------------------------------------------------------

    def tab(self, name: str) -> MemoryTab:
        return self.book.tabs[self.ids[name]]

    def columns(self, name: str) -> dict[str, int]:
        """Where each of the contract's columns stands."""
        if name not in self._columns:
            header = next(line for line in self.lines[name] if line.header)
            found: dict[str, int] = {}
            for place, cell in enumerate(header.cells):
                if cell in COLUMNS[name]:
                    found.setdefault(cell, place)
            self._columns[name] = found
        return self._columns[name]

    def rows(self, name: str) -> list[Line]:
        """The lines below the header that hold anything."""
        lines = self.lines[name]
        first = next(n for n, line in enumerate(lines) if line.header) + 1
        return [line for line in lines[first:] if any(cell is not None for cell in line.cells)]

    def get(self, name: str, line: Line, header: str) -> Any:
        place = self.columns(name)[header]
        cell = line.cells[place] if place < len(line.cells) else None
        return None if cell == "" else cell

    def text(self, name: str, line: Line, header: str) -> str:
        cell = self.get(name, line, header)
        return "" if cell is None else str(getattr(cell, "text", cell)).strip()

    def by_code(self, name: str) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = {}
        for line in self.rows(name):
            if code := self.text(name, line, "Kode"):
                found.setdefault(code, []).append(line)
        return found

    def history(self) -> Iterator[dict[str, Any]]:
        """The rows of Riwayat Email, newest first."""
        grid = next(tab.grid for tab in self.book.tabs.values() if tab.mark == HISTORY)
        for row in grid[1:]:
            yield dict(zip(grid[0], row, strict=False))

    # --- people's hands -------------------------------------------------------------------------------------------

    def put(self, name: str, line: Line, header: str, value: Any) -> None:
        self._set(name, self.lines[name].index(line), self.columns(name)[header], value)

    def _set(self, name: str, row: int, column: int, value: Any) -> None:
        self.tab(name).set(row + 1, column + 1, value)
        cells = self.lines[name][row].cells
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value
        self.book.touch()

    def insert(self, name: str, at: int, line: Line | None = None) -> Line:
        """Insert a blank row, or a copy of another, at a place among all lines."""
        line = line or Line([])
        self.lines[name].insert(at, line)
        self.tab(name).grid.insert(at, list(line.cells))
        self.book.touch()
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
        del self.lines[name][at], self.tab(name).grid[at]
        self.book.touch()

    def reorder(self, name: str, key: Callable[[Line], Any], *, reverse: bool = False) -> None:
        """Sort everything below the header."""
        lines, grid = self.lines[name], self.tab(name).grid
        first = next(n for n, line in enumerate(lines) if line.header) + 1
        order = sorted(range(first, len(lines)), key=lambda n: key(lines[n]), reverse=reverse)
        lines[first:], grid[first:] = [lines[n] for n in order], [grid[n] for n in order]
        self.book.touch()

    def move_column(self, name: str, column: int, to: int) -> None:
        width = max(len(line.cells) for line in self.lines[name])
        for cells in self._both(name):
            cells.extend([None] * (width - len(cells)))
            cells.insert(to, cells.pop(column))
        self._columned(name)

    def insert_column(self, name: str, at: int, title: str) -> None:
        width = max(len(line.cells) for line in self.lines[name])
        for cells in self._both(name):
            cells.extend([None] * (width - len(cells)))
            cells.insert(at, None)
        self._columned(name)
        row = next(n for n, line in enumerate(self.lines[name]) if line.header)
        self._set(name, row, at, title)

    def write_beside(self, name: str, line: Line, value: Any) -> None:
        """Type into a column of people's own, if there is one."""
        header = next(one for one in self.lines[name] if one.header)
        own = [n for n, cell in enumerate(header.cells) if cell is not None and cell not in COLUMNS[name]]
        if own:
            self._set(name, self.lines[name].index(line), own[0], value)

    def rename(self, name: str, title: str) -> None:
        self.tab(name).title = title
        self.book.touch()

    def evaluations(self) -> list[str]:
        return [id_ for id_, tab in self.book.tabs.items() if tab.mark.startswith("Evaluasi 2")]

    def delete_tab(self, id_: str) -> None:
        del self.book.tabs[id_]
        self.book.touch()

    def _both(self, name: str) -> Iterator[list[Any]]:
        yield from self.tab(name).grid
        yield from (line.cells for line in self.lines[name])

    def _columned(self, name: str) -> None:
        self._columns.pop(name, None)
        self.book.touch()


@dataclass
class Door:
    """The workbook as one daemon reaches it: what goes wrong on the way is decided by ``gate``."""

    world: World
    gate: Callable[[str], None]  # called with read, write, wrote; raises what the weather wants
    applied: Callable[[Sequence[Change]], None]
    misplaced: bool = False
    _read: str = ""

    @property
    def name(self) -> str:
        return self.world.book.name

    def read(self) -> RawBook:
        self.gate("read")
        book = self.world.book.read()
        self._read = book.revision
        tabs = tuple(replace(t, rows=t.rows[: NEWEST + 1]) if t.mark == HISTORY else t for t in book.tabs)
        return replace(book, tabs=tabs)

    def write(self, changes: Sequence[Change], snapshot: Snapshot) -> None:
        self.gate("write")
        self.world.book.write(changes, snapshot)
        self.applied(changes)
        self.gate("wrote")

    @property
    def fresh(self) -> bool:
        """Whether the sheet is still as it was read last."""
        return self._read == str(self.world.book._revision)

    def init(self, blueprint: Blueprint, book: RawBook) -> list[str]:
        return self.world.book.init(blueprint, book)

    def restores(self, snapshot: Snapshot) -> tuple[SetCell, ...]:
        return ()

    def link(self, tab_id: str, row: int | None = None) -> str | None:
        return None
