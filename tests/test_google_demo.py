"""The demo's office: the same tabs on Google's stand-in, in an .xlsx file and in memory, cell for cell; and the whole
tick counted at the socket."""

import shutil
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from halokop_sheets.core.office.context import Context
from halokop_sheets.core.planner import standing_pages
from halokop_sheets.core.sheet.blueprint import make_blueprint
from halokop_sheets.core.sheet.tables import evaluation_mark, recognise
from halokop_sheets.core.sheet.values import Snapshot
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.demo import make
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.transports.folder import FolderTransport
from halokop_sheets.resources import folder
from halokop_sheets.settings import Settings, load_settings
from halokop_sheets.tick import App, tick
from halokop_sheets.workbooks.google.cell_data import as_read
from halokop_sheets.workbooks.memory import MemoryWorkbook
from halokop_sheets.workbooks.xlsx import XlsxWorkbook
from tests.google_server import GoogleServer, workbook
from tests.procedure import load_procedure


@pytest.fixture(scope="module")
def lived(tmp_path_factory: Any) -> tuple[Settings, datetime, MemoryWorkbook]:
    """Some weeks of the demo's office, in memory, up to a Thursday with its meeting."""
    home = tmp_path_factory.mktemp("demo")
    shutil.copyfile(folder("config") / "halokop.toml", home / "halokop.toml")
    settings = load_settings(home / "halokop.toml")
    now = datetime(2026, 11, 26, 8, 0, tzinfo=settings.zone)
    return settings, now, make._live(settings, now)


def furnish(app: App, now: datetime) -> list[str]:
    book = app.workbook.read()
    local = now.replace(tzinfo=None)
    context = Context(app.settings, app.procedure, local, app.ledger.view(now), workbook="demo")
    pages = standing_pages(recognise(book), context)
    return app.workbook.init(make_blueprint(book, pages, timezone=app.settings.program.timezone), book)


def cells(snapshot: Snapshot) -> dict[str, Any]:
    tables = {
        name: [{header: rounded(cell) for header, cell in row.cells.items()} for row in table.rows]
        for name, table in snapshot.tables.items()
    }
    pages = {mark: {at: rounded(cell) for at, cell in page.cells.items()} for mark, page in snapshot.pages.items()}
    return {**tables, **pages}


def rounded(cell: Any) -> Any:
    """A cell as a number where it is one: what a date in a column of ticks or times is, differs by kind."""
    value = as_read(cell)
    return round(value, 6) if isinstance(value, float) else value


def house_of(settings: Settings, book: Any, home: Path, stack: ExitStack) -> App:
    home.mkdir()
    ledger = stack.enter_context(Ledger.open(home / "ledger.sqlite3", settings.zone, lambda: "abc123"))
    transport = FolderTransport(home / "outbox")
    return App(settings, load_procedure(settings), book, ledger, transport, Renderer(settings), must_show=True)


def test_the_demo_is_the_same_in_every_kind(lived: Any, tmp_path: Path) -> None:
    settings, now, memory = lived
    seen = {}
    with ExitStack() as stack:
        server = stack.enter_context(GoogleServer())
        kinds = {
            "memory": MemoryWorkbook(name="demo"),
            "xlsx": XlsxWorkbook(tmp_path / "demo.xlsx", create=True),
            "google": workbook(server, server.new_spreadsheet("demo")),
        }
        for name, book in kinds.items():
            app = house_of(settings, book, tmp_path / name, stack)
            assert furnish(app, now)
            book.write(make._everything(memory), recognise(book.read()))
            for _ in range(2):
                assert not tick(app, now).trouble
            assert furnish(app, now) == []
            seen[name] = cells(recognise(book.read()))
        assert server.problems == []
    records = [row for row in seen["memory"][Tabs.MEETINGS] if row.get(Cols.CLOSED)]
    closed = {evaluation_mark(str(row[Cols.CODE])) for row in records}
    assert closed
    for tab in seen["memory"]:
        assert seen["google"][tab] == seen["memory"][tab], tab
        if tab not in closed:  # a closed evaluation is never parsed there
            assert seen["xlsx"][tab] == seen["memory"][tab], tab


def test_a_tick_with_mail_is_four_requests_and_one_without_changes_is_one(lived: Any, tmp_path: Path) -> None:
    settings, now, memory = lived
    with ExitStack() as stack:
        server = stack.enter_context(GoogleServer())
        book = workbook(server, server.new_spreadsheet())
        app = house_of(settings, book, tmp_path / "house", stack)
        furnish(app, now)
        assert len(server.calls) == 3
        book.write(make._everything(memory), recognise(book.read()))
        server.calls.clear()
        tomorrow = now + timedelta(days=1)  # today's mails stand in the sheet already, as sent
        result = tick(app, tomorrow)
        assert result.outcome.sent
        assert len(server.calls) <= 4
        server.calls.clear()
        assert not tick(app, tomorrow).written
        assert len(server.calls) == 1
        assert server.problems == []
