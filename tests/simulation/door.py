"""The workbook as one daemon reaches it: the weather stands between, and the oracle is told of every batch."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from halokop_sheets.core.sheet.blueprint import Blueprint
from halokop_sheets.core.sheet.values import Change, RawBook, SetCell, Snapshot
from halokop_sheets.workbooks.base import Workbook
from tests.simulation.world import HISTORY, World

NEWEST = 300  # rows of Riwayat Email that a tick reads: months of mails, as 1,000 are in an office


@dataclass
class Door:
    """What a daemon sees. ``gate`` is called with read, write, wrote and raises what the weather wants."""

    world: World
    workbook: Workbook
    gate: Callable[[str], None]
    applied: Callable[[Sequence[Change]], None]
    _read: int = -1  # people's edits when it was read last

    @property
    def name(self) -> str:
        return self.workbook.name

    @property
    def misplaced(self) -> bool:
        return self.workbook.misplaced

    @property
    def refused(self) -> Collection[str]:
        return self.workbook.refused

    @property
    def fresh(self) -> bool:
        """Whether the sheet is still as it was read last, as far as people are concerned."""
        return self._read == self.world.edits

    def read(self) -> RawBook:
        self.gate("read")
        book = self.workbook.read()
        self._read = self.world.edits
        tabs = tuple(replace(t, rows=t.rows[: NEWEST + 1]) if t.mark == HISTORY else t for t in book.tabs)
        return replace(book, tabs=tabs)

    def write(self, changes: Sequence[Change], snapshot: Snapshot) -> None:
        self.gate("write")
        self.workbook.write(changes, snapshot)
        self.applied(changes)
        self.gate("wrote")

    def init(self, blueprint: Blueprint, book: RawBook) -> list[str]:
        return self.workbook.init(blueprint, book)

    def restores(self, snapshot: Snapshot) -> tuple[SetCell, ...]:
        return self.workbook.restores(snapshot)

    def link(self, tab_id: str, row: int | None = None) -> str | None:
        return self.workbook.link(tab_id, row)
