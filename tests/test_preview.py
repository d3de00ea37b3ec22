"""``plan --days``: its mails and cells of each day are those of a daemon on the real workbook, of any kind."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.terms import Tabs
from halokop_sheets.demo.make import _everything
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.render import Renderer
from halokop_sheets.preview import Obliging, forecast
from halokop_sheets.tick import App, initialise
from halokop_sheets.workbooks.memory import MemoryWorkbook
from halokop_sheets.workbooks.xlsx import XlsxWorkbook
from tests.cli import halokop
from tests.generated import offices
from tests.google_server import GoogleServer, workbook
from tests.mail_office import Post
from tests.sheet import Sheet
from tests.test_google_demo import rounded

ZONE = ZoneInfo("Asia/Jakarta")
KINDS = ("memory", "xlsx", "google")
MOMENTS = st.datetimes(datetime(2026, 11, 10), datetime(2026, 12, 10)).map(lambda d: d.replace(tzinfo=ZONE))
SHOWN_ELSEWHERE = (Tabs.BOARD, Tabs.HISTORY)  # the strip and the verdicts tell of their own host


def make(kind: str, folder: Path, stack: ExitStack) -> Any:
    if kind == "google":
        server = stack.enter_context(GoogleServer())
        return workbook(server, server.new_spreadsheet())
    return XlsxWorkbook(folder / "halokop.xlsx", create=True) if kind == "xlsx" else MemoryWorkbook()


def app_of(sheet: Sheet, book: Any, ledger: Ledger, transport: Any) -> App:
    return App(sheet.settings, sheet.procedure, book, ledger, transport, Renderer(sheet.settings), must_show=False)


def cells(book: Any) -> dict[str, Any]:
    tables = recognise(book.read()).tables
    return {
        name: [{header: rounded(cell) for header, cell in row.cells.items()} for row in table.rows]
        for name, table in tables.items()
        if name not in SHOWN_ELSEWHERE
    }


def check(kind: str, sheet: Sheet, now: datetime, days: int, folder: Path) -> int:
    """Compare; returns how many mails there were."""
    with ExitStack() as stack:
        book = make(kind, folder, stack)
        ledger = stack.enter_context(Ledger.open(folder / "ledger.sqlite3", ZONE, lambda: "a1b2c3"))
        post = Post()
        daemon = app_of(sheet, book, ledger, post)
        initialise(daemon, now)
        book.write(_everything(sheet.workbook), recognise(book.read()))
        copy = MemoryWorkbook.copy_of(book.read(), book.name)
        rehearsal = stack.enter_context(Ledger.rehearsal(folder / "ledger.sqlite3", ZONE))
        ahead = [
            (moment, [mail.key for mail in mails])
            for moment, mails, _ in forecast(app_of(sheet, copy, rehearsal, Obliging()), now, days)
        ]
        assert not post.sent and not ledger.view(now).records, "nothing is sent, nothing remembered"
        happened = [(moment, [mail.key for mail in mails]) for moment, mails, _ in forecast(daemon, now, days)]
        assert ahead == happened
        assert cells(copy) == cells(book)
        assert len(post.sent) == sum(len(keys) for _, keys in ahead)
        return len(post.sent)


def lively() -> Sheet:
    sheet = Sheet().team()
    for day, topic in (("2026-11-22", "Izin usaha"), ("2026-11-29", "Pajak UKM"), ("2026-12-06", "Laporan RAT")):
        sheet.episode(day, topic)
    return sheet


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_is_what_happens(kind: str, tmp_path: Path) -> None:
    assert check(kind, lively(), datetime(2026, 11, 25, 6, 40, tzinfo=ZONE), 1, tmp_path) >= 3


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_is_what_happens_soak(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(offices(), MOMENTS, st.integers(1, 4))
    def holds(sheet: Sheet, now: datetime, days: int) -> None:
        check(kind, sheet, now, days, tmp_path_factory.mktemp("office"))

    holds()


def test_the_command_makes_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "halokop.toml").write_text("")
    assert halokop(tmp_path, "init", "--at", "2026-11-24T08:00").code == 0
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    ran = halokop(tmp_path, "plan", "--days", "1", "--at", "2026-11-24T08:00")
    assert ran.code == 0 and "2026-11-24 08:00 + 1 day(s)" in ran.out.splitlines()[-1]
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
