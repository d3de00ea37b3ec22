"""Cases of mails as files: the tabs and a time in, the mails out.

A file ``cases/*.toml`` holds ``[default]`` (values every case starts from) and ``[[case]]`` tables:

- ``name``, ``now`` (wall clock of the programme's zone), ``settings`` (lines of TOML), ``links`` (a workbook with web
  addresses), ``known`` (keys that Riwayat Email shows already);
- ``new``: true for an office on its first day, whose rows of Langkah are made by the first tick; else they stand there
  already, and what is late is late;
- ``done``: steps that are ticked, ``2026-W48: 1-3, 5; 2026-W49: 1``;
- one key for each tab that people filled, with a table of cells under their headers, parted by ``|``; a plain word
  under Email gets the office's domain;
- ``mails``: ALL mails of that tick, each ``kind recipient | text | !absent text | until <expiry> | key <key> |
  calendar <number of entries>``; a text must stand in the subject or the plain text. Mails not listed must not be;
- ``says``: sentences in Pesan Sistem, ``Langkah 2026-W48/04: text``;
- ``[[case.then]]``: later ticks on the same sheet and ledger, with ``set``: ``Tab row: Header = value``, where the row
  is known by any cell of it.

Sundays of the period that a case does not name are Dibatalkan, so that a case holds what it names and nothing else.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from halokop_sheets.core.calendar import week_code
from halokop_sheets.core.mails.history import as_claimed
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.planner import make_plan
from halokop_sheets.core.sheet.blueprint import make_blueprint
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import LedgerView, Mail, MailRecord, Plan
from halokop_sheets.core.terms import Cols, MailStatus, Tabs
from halokop_sheets.core.typed.parsing import parse_date
from halokop_sheets.mail.message import Rendered
from halokop_sheets.mail.render import Renderer
from halokop_sheets.settings import Settings, parse_settings
from halokop_sheets.workbooks.memory import MemoryWorkbook
from tests.procedure import load_procedure

FOLDER = Path(__file__).parent / "cases"
DOMAIN = "example.go.id"
TABS = {Tabs.TEAM, Tabs.SCHEDULE, Tabs.STEPS, Tabs.READINGS, Tabs.QUESTIONS, Tabs.ACTIONS, Tabs.MEETINGS, Tabs.DAYS_OFF}
KEYS = {"name", "now", "settings", "links", "known", "done", "new", "mails", "says", "then", "set"}


def load_cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """(name for the test, the case with the file's defaults) of every file."""
    for file in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        for case in data["case"]:
            merged = {**data.get("default", {}), **case}
            unknown = merged.keys() - KEYS - TABS
            assert not unknown, f"{file.name}: {case['name']}: {unknown}"
            yield f"{file.stem}: {case['name']}", merged


def rows_of(table: str) -> list[dict[str, str]]:
    """The rows of a table of a case, blank cells left out."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [{h: c for h, c in zip(lines[0], line, strict=False) if c} for line in lines[1:]]


def ticked(done: str) -> Iterator[str]:
    """Kode of every step in ``2026-W48: 1-3, 5; 2026-W49: 1``."""
    for part in filter(None, map(str.strip, done.split(";"))):
        code, numbers = part.split(":")
        for span in numbers.split(","):
            first, _, last = span.strip().partition("-")
            for number in range(int(first), int(last or first) + 1):
                yield f"{code}/{number:02d}"


@dataclass
class Played:
    """An office of one case, tick by tick."""

    case: dict[str, Any]
    book: MemoryWorkbook = field(default_factory=lambda: MemoryWorkbook(name="halokop.xlsx"))
    records: tuple[MailRecord, ...] = ()

    def __post_init__(self) -> None:
        self.settings: Settings = parse_settings(f"program.horizon_weeks = 1\n{self.case.get('settings', '')}", FOLDER)
        self.procedure = load_procedure(self.settings)
        self.renderer = Renderer(self.settings)
        raw = self.book.read()
        self.book.init(make_blueprint(raw, (), timezone="Asia/Jakarta"), raw)
        for tab in TABS & self.case.keys():
            for row in rows_of(self.case[tab]):
                self.add(tab, row)
        self._tick_steps()
        self._fill_weeks()
        at = datetime.fromisoformat(self.case["now"])
        for key in self.case.get("known", ()):
            kind, recipient, _ = key.split(":", 2)
            record = MailRecord(key, kind, recipient, "", "", MailStatus.SENT, "", "", at)
            self.records += (record,)

    def add(self, tab: str, cells: dict[str, Any]) -> None:
        """A row below the last one, as a person types it."""
        table = recognise(self.book.read()).tables[tab]
        row = max([table.header_row, *(r.number for r in table.rows)]) + 1
        for header, value in cells.items():
            if header == Cols.EMAIL and re.fullmatch(r"[a-z]+", value):
                value = f"{value}@{DOMAIN}"
            self.book.tabs[table.id].set(row, table.columns[header] + 1, value)
        self.book.touch()

    def _tick_steps(self) -> None:
        typed = {r.cells.get(Cols.CODE) for r in recognise(self.book.read()).tables[Tabs.STEPS].rows}
        done = set(ticked(self.case.get("done", "")))
        codes = () if self.case.get("new") else self._steps_made_before()
        for code in dict.fromkeys((*done, *codes)):
            if code not in typed:
                self.add(Tabs.STEPS, {Cols.CODE: code, Cols.DONE: True if code in done else None})

    def _steps_made_before(self) -> Iterator[str]:
        """Kode of every step whose row an office that runs for long has by now."""
        today, ahead = datetime.fromisoformat(self.case["now"]).date(), self.settings.program.steps_ahead_days
        rows = rows_of(self.case[Tabs.SCHEDULE])
        days = [day for r in rows if isinstance(day := parse_date(r.get(Cols.PUBLISH), ""), date)]
        seen: Counter[str] = Counter()
        for day in sorted(days):
            seen[week := week_code(day)] += 1
            code = week if seen[week] == 1 else f"{week}-{seen[week]}"
            if -6 <= (day - today).days <= ahead:
                yield from (code + step.suffix for step in self.procedure.steps)

    def _fill_weeks(self) -> None:
        times = [datetime.fromisoformat(c["now"]).date() for c in (self.case, *self.case.get("then", ()))]
        typed = [parse_date(r.get(Cols.PUBLISH), "") for r in rows_of(self.case[Tabs.SCHEDULE])]
        used = {week_code(day) for day in typed if isinstance(day, date)}
        day = min(times) + timedelta(days=6 - min(times).weekday())
        while day <= max(times) + timedelta(days=7):
            if week_code(day) not in used:
                self.add(Tabs.SCHEDULE, {Cols.PUBLISH: f"{day:%d/%m/%Y}", Cols.EPISODE_STATUS: "Dibatalkan"})
            day += timedelta(days=7)

    def set(self, edit: str) -> None:
        """``Jadwal 2026-W48: Topik = Izin usaha``: a person types into one cell."""
        place, value = edit.split(" = ", 1)
        place, header = place.rsplit(": ", 1)
        tab = next(t for t in sorted(TABS, key=len, reverse=True) if place.startswith(f"{t} "))
        key = place.removeprefix(f"{tab} ")
        table = recognise(self.book.read()).tables[tab]
        row = next(r for r in table.rows if key in r.cells.values())
        self.book.tabs[table.id].set(row.number, table.columns[header] + 1, value)
        self.book.touch()

    def plan(self, now: datetime) -> Plan:
        links = self.case.get("links")
        context = Context(
            self.settings,
            self.procedure,
            now,
            LedgerView("uji", self.records),
            link=lambda tab, row: f"https://sheet.example/{tab}/{row}" if links else None,
            workbook=self.book.name,
        )
        return make_plan(recognise(self.book.read()), context)

    def tick(self, at: str) -> list[Mail]:
        """Plan, write, and take every mail as sent; planned again at the same minute there is no further mail."""
        now = datetime.fromisoformat(at)
        plan = self.plan(now)
        self.book.write(plan.changes, recognise(self.book.read()))
        sent = [as_claimed(mail, now, "")._replace(status=MailStatus.SENT) for mail in plan.mails]
        self.records += tuple(sent)
        again = self.plan(now)
        assert not again.mails, f"twice at {at}: {again.mails}"
        return list(plan.mails)

    def message(self, tab: str, key: str) -> str:
        rows = recognise(self.book.read()).tables[tab].rows
        return str(next(r for r in rows if key in r.cells.values()).cells.get(Cols.MESSAGE, ""))


def differences(mail: Mail, rendered: Rendered, expected: str) -> list[str]:
    """What of an expectation does not hold for a mail; the whole is empty where it does."""
    head, *wanted = [part.strip() for part in expected.split(" | ")]
    kind, recipient = head.split()
    if (mail.kind, mail.recipient.partition("@")[0]) != (kind, recipient):
        return [f"is {mail.kind} {mail.recipient}"]
    shown = " ".join(f"{mail.subject}\n{rendered.text}".split())  # lines are wrapped anywhere
    wrong = []
    for part in wanted:
        if part.startswith("until "):
            fits = f"{mail.expires:%Y-%m-%dT%H:%M}" == part.removeprefix("until ")
        elif part.startswith("key "):
            fits = mail.key == part.removeprefix("key ")
        elif part.startswith("calendar "):
            fits = (rendered.calendar or b"").count(b"BEGIN:VEVENT") == int(part.removeprefix("calendar "))
        elif part.startswith("!"):
            fits = " ".join(part[1:].split()) not in shown
        else:
            fits = " ".join(part.split()) in shown
        if not fits:
            wrong.append(part)
    return wrong


def unmatched(mails: list[Mail], renderer: Renderer, expected: list[str]) -> list[str]:
    """Everything in which the mails of a tick differ from what is expected of it, told so that it can be mended."""
    left = [(mail, renderer.render(mail)) for mail in mails]
    wrong: list[str] = []
    for line in expected:
        found = next((one for one in left if not differences(*one, line)), None)
        if found:
            left.remove(found)
            continue
        head = line.split(" | ")[0].split()
        same = [one for one in left if [one[0].kind, one[0].recipient.partition("@")[0]] == head]
        lacks = [f"  lacks {differences(*one, line)}:\n  {one[0].subject}\n{one[1].text}" for one in same]
        wrong.append("\n".join([f"expected: {line}", *lacks]))
    wrong += [f"not expected: {mail}\n{rendered.text}" for mail, rendered in left]
    return wrong
