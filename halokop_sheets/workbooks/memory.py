"""A workbook in memory: for tests, simulation, and ``plan --days``. Grids of cells, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from halokop_sheets.core.sheet.blueprint import Blueprint, existing_page
from halokop_sheets.core.sheet.page import Page, PageValue
from halokop_sheets.core.sheet.schema import ORDER
from halokop_sheets.core.sheet.values import (
    AddPage,
    AddRow,
    Cell,
    Change,
    ClosePage,
    RawBook,
    RawTab,
    SetCell,
    Snapshot,
)
from halokop_sheets.errors import Conflict
from halokop_sheets.workbooks.base import Unshared


@dataclass
class MemoryTab:
    title: str
    mark: str = ""
    grid: list[list[Cell]] = field(default_factory=list)
    hidden: bool = False
    page: Page | None = None  # as it was made; its values stand in the grid
    closed: bool = False  # an evaluation that is finished: no longer read

    def get(self, row: int, column: int) -> Cell:
        """The cell at a 1-based place."""
        line = self.grid[row - 1] if row <= len(self.grid) else []
        return line[column - 1] if column <= len(line) else None

    def set(self, row: int, column: int, value: Cell) -> None:
        while len(self.grid) < row:
            self.grid.append([])
        line = self.grid[row - 1]
        line.extend([None] * (column - len(line)))
        line[column - 1] = value


def _shown(cell: Cell) -> PageValue:
    """A page's cell as a page holds it; people may have typed something else over it, which the next plan mends."""
    return cell if cell is None or isinstance(cell, int | float | str) else str(cell)


class MemoryWorkbook(Unshared):
    """Keeps tabs by id. ``revision`` counts every change, people's too: they call :meth:`touch`."""

    def __init__(self, tabs: dict[str, MemoryTab] | None = None, *, name: str = "memori") -> None:
        self.name = name
        self.tabs = tabs or {}
        self._revision = 0
        self._next_id = len(self.tabs) + 1

    @classmethod
    def copy_of(cls, book: RawBook, name: str = "salinan") -> "MemoryWorkbook":
        """A workbook that starts as what was read elsewhere."""
        tabs = {t.id: MemoryTab(t.title, t.mark, [list(r) for r in t.rows], t.hidden) for t in book.tabs}
        return cls(tabs, name=name)

    def touch(self) -> None:
        """Say that a person edited: a write planned on the state before is refused."""
        self._revision += 1

    def read(self) -> RawBook:
        tabs = tuple(
            RawTab(id_, tab.title, tuple(map(tuple, tab.grid)), tab.mark, tab.hidden)
            for id_, tab in self.tabs.items()
            if not tab.closed
        )
        return RawBook(tabs, str(self._revision), tuple(t.title for t in self.tabs.values()))

    def write(self, changes: Sequence[Change], snapshot: Snapshot) -> None:
        if snapshot.revision != str(self._revision):
            raise Conflict("the workbook changed after it was read")
        if not changes:
            return
        for change in changes:
            if isinstance(change, SetCell):
                self._tab_of(change.tab, snapshot).set(change.row, change.column, change.new)
            elif isinstance(change, AddRow):
                self._add_row(change, snapshot)
            elif isinstance(change, AddPage):
                self._add_page(change.page, closed=change.closed)
                for tab in self.tabs.values():
                    tab.hidden = tab.hidden or tab.mark in change.hide
            elif isinstance(change, ClosePage):
                self._tab_of(change.mark, snapshot).closed = True
        self._revision += 1

    def pages(self) -> list[Page]:
        """The pages with the values that they show now, in order of making."""
        return [
            replace(
                tab.page,
                title=tab.title,
                blocks={place: b._replace(value=_shown(tab.get(*place))) for place, b in tab.page.blocks.items()},
            )
            for tab in self.tabs.values()
            if tab.page
        ]

    def _tab_of(self, name: str, snapshot: Snapshot) -> MemoryTab:
        place = snapshot.tables.get(name) or snapshot.pages[name]
        return self.tabs[place.id]

    def _add_row(self, change: AddRow, snapshot: Snapshot) -> None:
        table = snapshot.tables[change.tab]
        tab = self.tabs[table.id]
        if change.top:
            tab.grid.insert(table.header_row, [])
            row = table.header_row + 1
        else:
            used = [n for n, line in enumerate(tab.grid, start=1) if any(c is not None for c in line)]
            row = max([table.header_row, *used]) + 1
        for header, value in change.values:
            tab.set(row, table.columns[header] + 1, value)

    def _add_page(self, page: Page, *, closed: bool = False) -> None:
        tab = MemoryTab(page.title, page.mark, page=page, closed=closed)
        for (row, column), block in page.blocks.items():
            if block.value is not None:
                tab.set(row, column, block.value)
        self.tabs[f"m{self._next_id}"] = tab
        self._next_id += 1

    def init(self, blueprint: Blueprint, book: RawBook) -> list[str]:
        done: list[str] = []
        for plan in blueprint.tabs:
            if plan.id is None:
                done.append(f"tab {plan.title} added")
                id_ = f"m{self._next_id}"
                self._next_id += 1
                self.tabs[id_] = MemoryTab(plan.title, plan.tab.name, hidden=plan.tab.hidden)
            else:
                id_ = plan.id
                if plan.write:
                    done.append(f"{plan.title}: columns {', '.join(plan.write)} added")
                self.tabs[id_].mark = plan.tab.name
            for header, place in plan.write.items():
                self.tabs[id_].set(plan.header_row, place + 1, plan.header(header))
        for page in blueprint.pages:
            if existing_page(book, page.mark) is None:
                self._add_page(page)
                done.append(f"tab {page.title} added")
        if done:
            self._revision += 1
            rank = {name: n for n, name in enumerate(ORDER)}
            self.tabs = dict(sorted(self.tabs.items(), key=lambda t: rank.get(t[1].mark.split(" 2")[0], 3)))
        return done
