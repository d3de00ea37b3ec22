"""A small office on the stand-in, and a planner simple enough to say what every derived cell must hold."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from halokop_sheets.core.sheet.blueprint import make_blueprint
from halokop_sheets.core.sheet.draft import Draft
from halokop_sheets.core.sheet.page import Block, Chart, Page, Span
from halokop_sheets.core.sheet.schema import TABS, Kind, Owner
from halokop_sheets.core.sheet.tables import evaluation_mark, recognise
from halokop_sheets.core.sheet.values import AddPage, Cell, Change, Link, Snapshot
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.errors import Conflict
from halokop_sheets.workbooks.google import GoogleWorkbook
from tests.google_server import Clock, GoogleServer, Spreadsheet, workbook
from tests.google_server.people import column_of, header_row

KEYS = {name: tab.key for name, tab in TABS.items()}
TYPED = {name: [c.header for c in tab.columns if c.owner is Owner.TEAM] for name, tab in TABS.items()}
WORKED = (Tabs.STEPS, Tabs.SCHEDULE, Tabs.QUESTIONS, Tabs.ACTIONS)
START = datetime(2026, 11, 29)


def page(mark: str, title: str, value: Any = "isi", *, rows: int = 6) -> Page:
    blocks = {(1, 1): Block(title, "title", 2), (1, 3): Block(mark, "mark")}
    blocks |= {(n, 1): Block(f"baris {n}", "label") for n in range(2, rows + 1)}
    blocks |= {(n, 2): Block(value if n == 2 else n, "text") for n in range(2, rows + 1)}
    return Page(mark, title, (20, 12, 12), blocks, frozen_rows=1, rules=(("Terlambat", "late"),))


def evaluation(code: str, title: str = "") -> Page:
    mark = evaluation_mark(code)
    chart = Chart("line", "Viewers", 4, 3, 400, 200, Span(3, 1, 6, 1), (("3", Span(4, 2, 6, 2)),))
    made = page(mark, title or mark)
    return Page(made.mark, made.title, made.widths, made.blocks, (chart,), rules=made.rules)


PAGES = (page(Tabs.BOARD, Tabs.BOARD), page(Tabs.GUIDE, Tabs.GUIDE))


def set_up(workbook_: Any) -> list[str]:
    """``init`` of any kind of workbook."""
    book = workbook_.read()
    done: list[str] = workbook_.init(make_blueprint(book, PAGES, timezone="Asia/Jakarta"), book)
    return done


def fill(book: Spreadsheet, episodes: int = 4) -> None:
    """People fill in the schedule, questions and action items; every cell of theirs is unlike any other."""
    schedule, questions, actions = (book.by_mark(n) for n in (Tabs.SCHEDULE, Tabs.QUESTIONS, Tabs.ACTIONS))
    for n in range(1, episodes + 1):
        put(schedule, Tabs.SCHEDULE, n + 1, {Cols.PUBLISH: serial(START + timedelta(days=7 * n)), Cols.THEME: "UKM"})
        put(schedule, Tabs.SCHEDULE, n + 1, {h: f"{h} {n}" for h in (Cols.TOPIC, Cols.GUEST, Cols.NOTE)})
        put(questions, Tabs.QUESTIONS, n + 1, {h: f"{h} {n}" for h in TYPED[Tabs.QUESTIONS]})
        put(actions, Tabs.ACTIONS, n + 1, {Cols.TASK: f"Tugas {n}", Cols.NOTE: f"Ket {n}", Cols.DONE: n % 2 == 0})


def put(sheet: Any, tab: str, row: int, values: dict[str, Any]) -> None:
    for header, value in values.items():
        sheet.put(row, column_of(sheet, header, KEYS[tab]), value)


def serial(moment: datetime) -> float:
    return (moment - datetime(1899, 12, 30)).total_seconds() / 86400


def derived(tab: str, header: str, code: str) -> Cell:
    """What a sistem cell of the row with this Kode must hold."""
    kind = TABS[tab].by_header[header].kind
    number = sum(map(ord, code))
    if kind in (Kind.DATE, Kind.DATETIME):
        return START + timedelta(days=number % 90, hours=8)
    if kind is Kind.COUNT:
        return number
    if kind is Kind.LINK:
        return Link(f"Evaluasi {code}", "Evaluasi 2026-W48")
    return f"{header} dari {code}" if header != Cols.STATUS else f"Terlambat {number} hari"


def plan(snapshot: Snapshot, salt: str = "") -> list[Change]:
    """Kode for every row with something in it, two steps an episode, every sistem cell, and when it was done."""
    draft = Draft(snapshot)
    for name in WORKED:
        table = draft[name]
        if not table.usable:
            continue
        taken: set[str] = set()
        numbers = [int(row.code.rsplit("-", 1)[-1]) for row in table if row.code.rsplit("-", 1)[-1].isdigit()]
        fresh = max(numbers, default=0)
        for row in table:
            typed = any(row.old.get(h) is not None for h in row.old if table.owners[h] is not Owner.SYSTEM)
            if row.code in taken or (not row.code and typed):
                fresh += 1
                row.name(f"{name[0]}-{fresh}")
            if not row.code:
                continue
            taken.add(row.code)
            _derive(name, row, salt)
    steps = {row.code for row in draft[Tabs.STEPS]}
    for row in draft[Tabs.SCHEDULE]:
        for n in (1, 2):
            code = f"{row.code}/{n}-1"
            if row.code and code not in steps and draft[Tabs.STEPS].usable:
                _derive(Tabs.STEPS, draft[Tabs.STEPS].append(code, {}), salt)
    return draft.changes()


def _derive(name: str, row: Any, salt: str) -> None:
    for column in TABS[name].columns:
        if column.header in (Cols.CODE, Cols.MESSAGE):
            continue
        if column.header == Cols.RECORDED:
            row.put(column.header, f"{row.code} tercatat")
        elif column.owner is Owner.SYSTEM:
            value = derived(name, column.header, row.code)
            row.put(column.header, f"{value}{salt}" if isinstance(value, str) else value)
        elif column.header == Cols.DONE_AT and row.old.get(Cols.DONE) is True:
            row.fill_blank(Cols.DONE_AT, START)
        elif column.header == Cols.EPISODE:
            row.fill_blank(column.header, f"episode {row.code}")


Planner = Callable[[Snapshot], list[Change]]


def tick(book: GoogleWorkbook, planner: Planner = plan, passes: int = 8) -> int:
    """Read, put back, decide, write; again at once while cells landed elsewhere. Answers with the writes made."""
    writes = 0
    for _ in range(passes):
        snapshot = recognise(book.read())
        changes: list[Change] = list(book.restores(snapshot))
        back = bool(changes)
        changes = changes or planner(snapshot)
        if not changes:
            return writes
        try:
            book.write(changes, snapshot)
        except Conflict:
            continue
        writes += 1
        if not back and not book.misplaced:
            return writes
    return writes


_SETTLED: dict[int, Spreadsheet] = {}


def office(server: GoogleServer, episodes: int = 4, clock: Clock | None = None) -> tuple[str, GoogleWorkbook]:
    """A spreadsheet that is set up, filled in and up to date (made once a process, then copied)."""
    id_ = server.new_spreadsheet()
    book = workbook(server, id_, clock)
    if episodes in _SETTLED:
        server.books[id_].become(_SETTLED[episodes])
        server.books[id_].id = id_
        return id_, book
    set_up(book)
    server.edit(id_, lambda sheet: fill(sheet, episodes))
    tick(book)
    tick(book)
    assert plan(recognise(book.read())) == []
    server.calls.clear()
    _SETTLED[episodes] = server.books[id_].copy()
    return id_, book


def add_page(code: str, hide: tuple[str, ...] = ()) -> AddPage:
    return AddPage(evaluation(code), hide)


def theirs(sheet: Any, tab: str) -> dict[tuple[int, int], Any]:
    """Every cell that is not the daemon's: typed ones, people's own columns, headers and titles, and the codes."""
    top = header_row(sheet, KEYS[tab])
    headers = list(sheet.values()[top - 1]) if top else []
    ours = {c.header: c.owner for c in TABS[tab].columns}
    cells = {}
    for r, line in enumerate(sheet.values(), start=1):
        for c, value in enumerate(line, start=1):
            header = headers[c - 1] if c <= len(headers) else None
            owner = ours.get(header, Owner.TEAM) if isinstance(header, str) else Owner.TEAM
            if value is not None and (r <= top or owner is not Owner.SYSTEM or header == Cols.CODE):
                cells[r, c] = value
    return cells
