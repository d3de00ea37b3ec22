"""The generated office on the stand-in for Google, and our program on it, in a process of its own."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from google.auth.credentials import AnonymousCredentials

from benchmarks.loose_server import Levers, LooseServer
from benchmarks.measure import peak_memory
from benchmarks.offices import MORNING, QUIET, build_office, everything, fill_ledger
from halokop_sheets.core.planner import standing_pages
from halokop_sheets.core.sheet.blueprint import make_blueprint
from halokop_sheets.core.sheet.schema import TABS
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddPage, SetCell
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.transports.folder import FolderTransport
from halokop_sheets.settings import Settings
from halokop_sheets.sop import load_procedure
from halokop_sheets.tick import App, tick
from halokop_sheets.workbooks.google import GoogleWorkbook, connect
from halokop_sheets.workbooks.google.cell_data import as_read
from tests.google_server import sources, workbook
from tests.google_server.state import typed

TICKED = 5  # steps that people tick before the tick with changes
SETTINGS = Settings()


@dataclass(frozen=True)
class Cost:
    """What one tick costs: requests, bytes of bodies as JSON and as sent (gzipped), CPU seconds, peak bytes."""

    requests: int
    json: int
    wire: int
    cpu: float  # the least of the runs
    memory: int
    cells: int = 0  # cells and rows written
    mails: int = 0


def fill(server: LooseServer, episodes: int, evaluations: int | None = None) -> str:
    """A settled office; ``evaluations``: how many finished tabs it holds (all of them when None)."""
    sheet = build_office(episodes)
    id_ = server.new_spreadsheet("HALO KOP-UKM")
    book = workbook(server, id_)
    raw = book.read()
    pages = standing_pages(sheet.snapshot(), sheet.context(QUIET))
    book.init(make_blueprint(raw, pages, timezone="Asia/Jakarta"), raw)
    page = next(change for change in everything(sheet, 1) if isinstance(change, AddPage))
    book.write([page], recognise(book.read()))
    stand_in = server.books[id_]
    for place in sheet.workbook.tabs.values():
        if place.mark in TABS:
            there = stand_in.by_mark(place.mark)
            there.row_count = max(there.row_count, len(place.grid) + 1)
            for number, line in enumerate(place.grid[1:], start=1):
                for at, value in enumerate(line):
                    if value is not None:
                        there.set_cell(number, at, {**there.cell(number, at), **typed(as_read(value))})
    one = stand_in.by_title(page.page.title)
    closed = [tab.title for tab in sheet.workbook.tabs.values() if tab.closed and tab.title != one.title]
    for n, title in enumerate(closed[::-1][: None if evaluations is None else evaluations - 1]):
        more = one.copy()  # nobody reads what stands in a finished evaluation
        more.id, more.title = 1_900_000_000 + n, title
        stand_in.sheets.append(more)
    server.calls.clear()
    return id_


@contextmanager
def our_house(url: str, id_: str, state: Path) -> Iterator[App]:
    """Our program, wired as an office has it, with its ledger in ``state``."""
    book = connect(id_, None, sources(), api_url=url, auth=AnonymousCredentials())  # type: ignore[no-untyped-call]
    with Ledger.open(state / "ledger.sqlite3", SETTINGS.zone, lambda: "lokal") as ledger:
        transport = FolderTransport(state / "outbox")
        yield App(SETTINGS, load_procedure(SETTINGS), book, ledger, transport, Renderer(SETTINGS), must_show=True)


def moment(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=SETTINGS.zone)


def settle(url: str, id_: str, state: str) -> None:
    """Ticks until nothing is left to write, with a ledger that knows the mails of the last 30 days."""
    with our_house(url, id_, Path(state)) as app:
        fill_ledger(app.ledger, build_office(4).ledger, SETTINGS)
        while tick(app, moment(QUIET)).written:
            pass


def cost(levers: Levers, runs: int, prepare: Callable[[], Any], work: Callable[[Any], tuple[int, int]]) -> Cost:
    """What ``work`` costs on what ``prepare`` made, which itself is not counted; cells and mails as ``work`` says."""
    least, calls, done = float("inf"), [], (0, 0)
    for _ in range(runs):
        ready = prepare()
        levers.calls()
        began = time.process_time()
        done = work(ready)
        least = min(least, time.process_time() - began)
        calls = levers.calls()
    assert all(call.status == 200 for call in calls), [call for call in calls if call.status != 200]
    json = sum(call.received + call.json_size for call in calls)
    return Cost(len(calls), json, sum(c.received + c.sent for c in calls), least, peak_memory(), *done)


def our_tick(url: str, id_: str, state: str, kind: str, runs: int) -> Cost:
    """``kind``: ``unchanged``; ``changed``, after people ticked some steps; ``mailed``, on the next morning."""
    levers = Levers(url)

    def prepare() -> Path:
        home = Path(tempfile.mkdtemp(dir=state))
        (home / "ledger.sqlite3").write_bytes((Path(state) / "ledger.sqlite3").read_bytes())
        copy = id_ if kind == "unchanged" else levers.copy(id_)
        if kind == "changed":
            levers.type(copy, peoples_ticks(url, copy))
        (home / "id").write_text(copy)
        return home

    def work(home: Path) -> tuple[int, int]:
        with our_house(url, (home / "id").read_text(), home) as app:
            result = tick(app, moment(MORNING if kind == "mailed" else QUIET))
            assert not result.trouble, result.trouble
            return result.written, result.outcome.sent

    return cost(levers, runs, prepare, work)


def reader(url: str, id_: str) -> GoogleWorkbook:
    return workbook(Levers(url), id_)  # type: ignore[arg-type]  # of a server it wants the address alone


def peoples_ticks(url: str, id_: str) -> list[tuple[str, int, int, Any]]:
    """The cells that people tick: the next steps that are open."""
    table = recognise(reader(url, id_).read()).tables[Tabs.STEPS]
    still = [row for row in table.rows if Cols.DONE_AT not in row.cells]
    return [(Tabs.STEPS, row.number, table.columns[Cols.DONE] + 1, True) for row in still[:TICKED]]


def our_changes(url: str, id_: str, state: str) -> list[tuple[str, int, int, Any]]:
    """The cells that our tick writes after people ticked (they are typed into this spreadsheet), as plain values."""
    from halokop_sheets.core.planner import make_plan
    from halokop_sheets.tick import observe

    Levers(url).type(id_, peoples_ticks(url, id_))
    with our_house(url, id_, Path(state)) as app:
        plan = make_plan(*observe(app, moment(QUIET)))
    cells = [change for change in plan.changes if isinstance(change, SetCell)]
    return [(c.tab, c.row, c.column, as_read(c.new)) for c in cells]
