"""An office in memory for tests: people's edits as they make them, ticks at any minute, all by header and Kode."""

from dataclasses import replace
from datetime import datetime

from halokop_sheets.core.calendar import week_code
from halokop_sheets.core.mails.history import as_claimed
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.planner import make_plan, standing_pages
from halokop_sheets.core.sheet.answers import Connections
from halokop_sheets.core.sheet.blueprint import make_blueprint
from halokop_sheets.core.sheet.schema import tabs_for
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import Cell, LedgerView, Plan, RawBook, Row, Snapshot
from halokop_sheets.core.terms import Cols, MailStatus, Tabs
from halokop_sheets.settings import Settings, parse_settings
from halokop_sheets.workbooks.memory import MemoryWorkbook
from tests.procedure import load_procedure

DEWI = {"Nama": "Dewi", "Email": "dewi@example.go.id", "Peran": "Tim pelaksana; Pubdisdok", "Aktif": True}
RUDI = {"Nama": "Rudi", "Email": "rudi@example.go.id", "Peran": "Tim pelaksana, Pubdisdok", "Aktif": True}
SINTA = {"Nama": "Sinta", "Email": "sinta@example.go.id", "Peran": "Tim Humas", "Aktif": True}
BAMBANG = {"Nama": "Bambang", "Email": "bambang@example.go.id", "Peran": "Koordinator", "Aktif": True}


def at(text: str) -> datetime:
    """``2026-11-24`` (08:00) or ``2026-11-24T07:00`` as wall-clock time."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T08:00")


def settings_of(text: str = "") -> Settings:
    from pathlib import Path

    return parse_settings(text, Path())


class Sheet:
    """A workbook with all tabs, nobody in it yet."""

    def __init__(self, settings: Settings | None = None, book: RawBook | None = None) -> None:
        self.settings = settings or Settings()
        self.procedure = load_procedure(self.settings)
        self.tabs = tabs_for(self.settings.program.platforms)
        self.workbook = MemoryWorkbook.copy_of(book) if book else MemoryWorkbook()
        self.ledger = LedgerView()
        self.sources = Connections()
        self.init("2026-01-01")

    def init(self, now: str) -> list[str]:
        snapshot = self.snapshot()
        pages = standing_pages(snapshot, self.context(now))
        book = self.workbook.read()
        return self.workbook.init(make_blueprint(book, pages, timezone="Asia/Jakarta", tabs=self.tabs), book)

    def snapshot(self) -> Snapshot:
        return recognise(self.workbook.read(), self.tabs)

    def context(self, now: str) -> Context:
        return Context(
            self.settings, self.procedure, at(now), self.ledger, workbook="halokop.xlsx", sources=self.sources
        )

    # --- people ---

    def team(self, *people: dict[str, Cell]) -> "Sheet":
        for person in people or (DEWI, RUDI, SINTA, BAMBANG):
            self.add(Tabs.TEAM, **person)
        return self

    def add(self, tab: str, **values: Cell) -> None:
        """A person writes a row below the last one; underscores in names stand for spaces."""
        table = self.snapshot().tables[tab]
        sheet = self.workbook.tabs[table.id]
        for header, value in values.items():
            sheet.set(table.last_row + 1, table.columns[header.replace("_", " ")] + 1, value)
        self.workbook.touch()

    def episode(self, day: str, topic: str = "Topik", **values: Cell) -> None:
        date = datetime.fromisoformat(day) if day[:4].isdigit() and len(day) == 10 else day
        self.add(Tabs.SCHEDULE, Tanggal_Tayang=date, Topik=topic, **values)

    def long_running(self, now: str) -> "Sheet":
        """As in an office that had the program before: the rows of Langkah stand there, none of them is born late."""
        for row in self.rows(Tabs.SCHEDULE):
            day = row.cells.get(Cols.PUBLISH)
            if isinstance(day, datetime) and -6 <= (day.date() - at(now).date()).days <= 21:
                taken = {str(r.cells.get(Cols.CODE)).split("/")[0] for r in self.rows(Tabs.STEPS)}
                week = week_code(day.date())
                code = next(c for c in (week, *(f"{week}-{n}" for n in range(2, 9))) if c not in taken)
                if row.cells.get(Cols.CODE) in taken:
                    continue
                for step in self.procedure.steps:
                    self.add(Tabs.STEPS, Kode=code + step.suffix)
        return self

    def type(self, tab: str, key: str | int, header: str, value: Cell) -> None:
        """A person types into the row with this Kode, or into this sheet row."""
        table = self.snapshot().tables[tab]
        number = key if isinstance(key, int) else self.row(tab, key).number
        self.workbook.tabs[table.id].set(number, table.columns[header] + 1, value)
        self.workbook.touch()

    # --- the program ---

    def plan(self, now: str, *, mailing: bool = True) -> Plan:
        return make_plan(self.snapshot(), self.context(now), mailing=mailing)

    def tick(self, now: str) -> Plan:
        """A whole tick: the plan applied, its mails taken as sent, the closing pass."""
        plan = self.plan(now)
        self.workbook.write(plan.changes, self.snapshot())
        if plan.mails:
            context = self.context(now)
            records = [as_claimed(m, context.now, context.message_id(m.key)) for m in plan.mails]
            sent = tuple(r._replace(status=MailStatus.SENT) for r in records)
            self.ledger = replace(self.ledger, records=(*self.ledger.records, *sent))
            closing = self.plan(now, mailing=False)
            self.workbook.write(closing.changes, self.snapshot())
        return plan

    # --- looking ---

    def rows(self, tab: str) -> tuple[Row, ...]:
        return self.snapshot().tables[tab].rows

    def row(self, tab: str, key: str) -> Row:
        return next(row for row in self.rows(tab) if row.cells.get(Cols.CODE) == key)

    def get(self, tab: str, key: str, header: str) -> Cell:
        return self.row(tab, key).cells.get(header)

    def codes(self, tab: str) -> list[str]:
        return [str(row.cells[Cols.CODE]) for row in self.rows(tab) if Cols.CODE in row.cells]
