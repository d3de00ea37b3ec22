"""The same office on the stand-in for Google: real requests, and people who edit in the very second of a batch.

Google applies a batch by position, whatever people moved meanwhile; what it covered is put back by the next write. So
after such a second the cells are judged when the tick is over, and those of people alone.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from halokop_sheets.workbooks.base import Workbook
from halokop_sheets.workbooks.google import GoogleWorkbook
from tests.google_server import Fault, GoogleServer, workbook
from tests.google_server.state import EMPTY, Sheet, Spreadsheet
from tests.simulation.daemons import Daemon
from tests.simulation.run import Simulation
from tests.simulation.world import HISTORY, Sheets

DATES = {"Tanggal Tayang", "Tanggal", "Tenggat", "Mulai", "Selesai", "Selesai Pada", "Tanggal Rapat", "Ditutup"}
DATES |= {"Cuti Sampai"}
EPOCH = datetime(1899, 12, 30)


class GoogleSheets(Sheets):
    """The spreadsheet on the server; what stands in it is serial numbers where people see dates."""

    def __init__(self, server: GoogleServer) -> None:
        self.server = server
        self.id = server.new_spreadsheet()

    @property
    def spreadsheet(self) -> Spreadsheet:
        return self.server.books[self.id]

    def _sheet(self, name: str) -> Sheet:
        return self.spreadsheet.by_mark(name)

    def find_tabs(self) -> None:
        pass

    def has(self, name: str) -> bool:
        return any(mark == name for mark, _ in self.marks())

    def grid(self, name: str) -> list[list[Any]]:
        return [[self.stored(value) for value in row] for row in self._sheet(name).values()]

    def marks(self) -> list[tuple[str, str]]:
        return [(str(m["metadataValue"]), s.title) for s in self.spreadsheet.sheets for m in s.metadata]

    def history(self) -> Iterator[dict[str, Any]]:
        grid = self._sheet(HISTORY).values()
        for row in grid[1:]:
            yield {**dict.fromkeys(grid[0]), **dict(zip(grid[0], row, strict=False))}

    def stored(self, value: Any) -> Any:
        if isinstance(value, datetime):
            value = (value - EPOCH) / timedelta(days=1)
        elif isinstance(value, time):
            value = (value.hour * 60 + value.minute) / 1440
        value = getattr(value, "text", value)
        return int(value) if isinstance(value, float) and value.is_integer() else None if value == "" else value

    def seen(self, header: str, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        if header in DATES and 20_000 <= value < 80_000:
            return EPOCH + timedelta(minutes=round(value * 1440))
        if header == "Jam Pengingat" and 0 <= value < 1:
            return time(*divmod(round(value * 1440), 60))
        return value

    def set(self, name: str, row: int, column: int, value: Any) -> None:
        self._sheet(name).put(row + 1, column + 1, self.stored(value))

    def insert_row(self, name: str, at: int) -> None:
        sheet = self._sheet(name)
        if at < sheet.last_row():  # below it people write into the next free row
            sheet.insert("ROWS", at, 1)

    def delete_row(self, name: str, at: int) -> None:
        self._sheet(name).delete("ROWS", at, 1)

    def order(self, name: str, first: int, order: Sequence[int]) -> None:
        rows = self._sheet(name).rows
        rows.extend([] for _ in range(first + len(order) - len(rows)))
        rows[first : first + len(order)] = [rows[n] for n in order]

    def move_column(self, name: str, column: int, to: int) -> None:
        for row in self._sheet(name).rows:
            row.extend([EMPTY] * (max(column, to) + 1 - len(row)))
            row.insert(to, row.pop(column))

    def insert_column(self, name: str, at: int) -> None:
        self._sheet(name).insert("COLUMNS", at, 1)

    def rename(self, name: str, title: str) -> None:
        sheet = self._sheet(name)
        if all(other.title.casefold() != title.casefold() for other in self.spreadsheet.sheets if other is not sheet):
            sheet.title = title

    def delete_marked(self, mark: str) -> None:
        self.spreadsheet.sheets.remove(self._sheet(mark))

    def touch(self) -> None:
        pass


class GoogleSimulation(Simulation):
    """Claims must be shown, rivals come, and a batch may land elsewhere."""

    def __init__(self, seed: int, folder: Path, server: GoogleServer) -> None:
        self.server = server
        self.unsettled = False  # a batch met an edit: cells of people are judged once the tick is over
        super().__init__(seed, folder)

    def _shows(self) -> bool:
        return True

    def _sheets(self) -> Sheets:
        return GoogleSheets(self.server)

    def _workbook(self, _: Daemon) -> Workbook:
        return workbook(self.server, self.sheets.id)

    def _interrupt(self, daemon: Daemon, moment: str) -> None:
        weather = self.weather
        if moment == "claimed" and weather.chance(0.1):
            self.server.before_batch.append(lambda _: self._meet())
        elif moment == "claimed" and weather.chance(0.05):
            kind = weather.rng.choice(("503", "503 html", "429", "500 text", "break"))
            self.server.faults.append(
                Fault(kind, after=kind == "break" or weather.rng.random() < 0.3, on="batchUpdate")
            )
        if not self._in_debt(daemon):  # what a batch covered is remembered by its process alone
            super()._interrupt(daemon, moment)

    def _in_debt(self, daemon: Daemon) -> bool:
        real = daemon.door.workbook
        return self.unsettled or bool(self.server.before_batch) or (isinstance(real, GoogleWorkbook) and real.misplaced)

    def _meet(self) -> None:
        """Somebody edits between read and write, which Google does not refuse: one movement, or one entry, not both."""
        self.unsettled = True
        self.report.edits += 1
        people = self.people
        people.now = self.true.replace(tzinfo=None)
        people.today = people.now.date()
        edits: tuple[Callable[[], None], ...] = (people.sort, people.insert, people.delete, people.reshape, people.ask)
        self.weather.rng.choice(edits)()

    def _applied(self, daemon: Daemon) -> None:
        if not self.unsettled:
            super()._applied(daemon)

    def _tick(self, daemon: Daemon) -> None:
        super()._tick(daemon)
        self.server.before_batch.clear()
        self.server.faults.clear()

    def _compare(self, daemon: Daemon) -> None:
        real = daemon.door.workbook
        if self.unsettled and isinstance(real, GoogleWorkbook) and not real.misplaced:
            self.unsettled = False
            self.cells.take_over()
        elif not self.unsettled:
            super()._compare(daemon)

    def _settled(self) -> None:
        super()._settled()
        before = self.server.count()
        self.main.tick(self.true, timedelta())
        assert self.server.count() - before == 1, "an unchanged tick is one request"
        assert self.server.problems == [], self.server.problems
