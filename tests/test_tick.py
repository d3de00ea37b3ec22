"""One whole tick with real ledger, renderer and folder transport over a workbook in memory."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.core.terms import Cols, MailStatus, Tabs, link_column
from halokop_sheets.errors import SettingsError, TryAgainError
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.message import Rendered
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.transports import SendResult, SendStatus
from halokop_sheets.mail.transports.folder import FolderTransport
from halokop_sheets.tick import App, Result, tick
from halokop_sheets.workbooks.memory import MemoryWorkbook
from tests.sheet import Sheet

ZONE = ZoneInfo("Asia/Jakarta")
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=ZONE)


class Office:
    """A sheet with an episode in it, and the house that serves it."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self.sheet = Sheet().team()
        self.sheet.episode("2026-11-29", "Laporan keuangan")
        self.sheet.long_running("2026-11-24")
        self.outbox = folder / "outbox"
        settings = self.sheet.settings
        self.app = App(
            settings,
            self.sheet.procedure,
            self.sheet.workbook,
            ledger,
            FolderTransport(self.outbox),
            Renderer(settings),
            must_show=False,
        )

    def tick(self, now: datetime = MORNING, **changes: object) -> Result:
        return tick(replace(self.app, **changes), now)  # type: ignore[arg-type]

    def mails(self) -> list[str]:
        return sorted(path.name for path in self.outbox.glob("*.eml"))

    def letters(self) -> list[tuple[str, str]]:
        """Recipient and subject of every mail that went out."""
        mails = [message_from_bytes(p.read_bytes(), policy=default) for p in self.outbox.glob("*.eml")]
        return [(str(mail["To"]), str(mail["Subject"])) for mail in mails]

    def history(self) -> dict[object, object]:
        return {r.cells[Cols.KEY]: r.cells[Cols.STATUS] for r in self.sheet.rows(Tabs.HISTORY)}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Ledger.open(tmp_path / "ledger.sqlite3", ZONE, lambda: "a1b2c3") as ledger:
        yield Office(tmp_path, ledger)


def test_a_tick_writes_mails_and_shows_what_became_of_them(office: Office) -> None:
    result = office.tick()
    assert not result.trouble and result.outcome.sent == len(office.mails()) > 0
    assert set(office.history().values()) == {MailStatus.SENT}
    assert all(str(r.cells[Cols.REMARK]).endswith("[a1b2c3]") for r in office.sheet.rows(Tabs.HISTORY))


def test_a_second_tick_at_the_same_minute_does_nothing(office: Office) -> None:
    office.tick()
    before = office.app.workbook.read()
    result = office.tick()
    assert (result.written, result.outcome.sent) == (0, 0)
    assert office.app.workbook.read() == before


class BrokenTemplate(Renderer):
    def render(self, mail: Mail) -> Rendered:
        if mail.kind == "digest":
            raise SettingsError(["digest.html.j2: line 3: no such field: topik"])
        return super().render(mail)


def test_a_broken_template_stops_its_own_kind_and_loses_nothing(office: Office) -> None:
    result = office.tick(renderer=BrokenTemplate(office.app.settings))
    assert [str(error) for error in result.trouble] == ["digest.html.j2: line 3: no such field: topik"]
    assert not [name for name in office.mails() if "digest" in name] and office.mails()
    assert not [key for key in office.history() if str(key).startswith("digest")], "not shown as claimed"
    office.tick()
    assert [name for name in office.mails() if "digest" in name], "sent once the template is mended"


class Locked(MemoryWorkbook):
    """A workbook that somebody holds open: to be read, not written."""

    def write(self, changes: object, snapshot: object) -> None:
        raise TryAgainError("halokop.xlsx is open in Excel")


def test_mails_go_out_once_while_the_file_is_held_open(office: Office) -> None:
    locked = Locked(office.sheet.workbook.tabs)
    result = office.tick(workbook=locked)
    sent = office.mails()
    assert sent and result.outcome.sent == len(sent)
    assert "open in Excel" in str(result.trouble[0]) and result.exit_code == 1
    assert office.tick(workbook=locked).outcome.sent == 0
    office.tick()
    assert office.mails() == sent
    assert set(office.history().values()) == {MailStatus.SENT}, "the tab catches up"


def test_where_claims_must_be_shown_nothing_goes_out_before_the_sheet_took_them(office: Office) -> None:
    locked = Locked(office.sheet.workbook.tabs)
    result = office.tick(workbook=locked, must_show=True)
    assert not office.mails() and result.trouble
    assert office.tick(must_show=True).outcome.sent == len(office.mails()) > 0


def test_a_lost_state_folder_sends_nothing_that_the_sheet_shows(office: Office, tmp_path: Path) -> None:
    office.tick()
    sent = office.mails()
    with Ledger.open(tmp_path / "other.sqlite3", ZONE, lambda: "ffffff") as other:
        result = office.tick(ledger=other)
        assert result.outcome.sent == 0 and office.mails() == sent


def test_somebody_who_is_faster_costs_a_round_and_nothing_else(office: Office) -> None:
    moves = iter([True, False, False, False])

    def checkpoint(name: str) -> None:
        if name == "claimed" and next(moves, False):
            office.sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.TOPIC, "Diganti saat itu juga")

    office.sheet.tick("2026-11-23T18:00")
    result = office.tick(checkpoint=checkpoint)
    assert not result.trouble
    assert office.sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.TOPIC) == "Diganti saat itu juga"
    assert office.sheet.get(Tabs.STEPS, "2026-W48/05", Cols.EPISODE) == "29 Nov · Diganti saat itu juga"
    assert sorted(office.letters()) == sorted(set(office.letters())) != []


class Down:
    """A mail server that puts everything off."""

    alive = True

    @contextmanager
    def open(self) -> Iterator["Down"]:
        yield self

    def send(self, sender: str, recipient: str, data: bytes) -> SendResult:
        return SendResult(SendStatus.DEFERRED, 451, "try again later")


def test_what_was_done_meanwhile_is_not_reminded_of_when_the_server_is_back(office: Office) -> None:
    at = lambda hour, minute=0: datetime(2026, 11, 29, hour, minute, tzinfo=ZONE)  # noqa: E731
    office.tick(datetime(2026, 11, 28, 12, 0, tzinfo=ZONE))
    office.tick(at(8))
    sent = office.mails()
    assert office.tick(at(10, 5), transport=Down()).outcome.deferred
    office.sheet.type(Tabs.SCHEDULE, "2026-W48", link_column("Instagram"), "https://www.instagram.com/p/1/")
    office.tick(at(13))
    assert office.mails() == sent, "published meanwhile: nobody hears that it was not"
    late = {key: status for key, status in office.history().items() if str(key).startswith("publication-missed")}
    assert late and set(late.values()) == {MailStatus.EXPIRED}


def test_what_is_still_due_goes_out_when_the_server_is_back(office: Office) -> None:
    office.tick(transport=Down())
    assert not office.mails()
    office.tick(MORNING.replace(hour=9))
    assert [name for name in office.mails() if "digest" in name]


def test_a_ledger_put_back_from_an_older_copy_sends_nothing_that_the_sheet_shows_as_sent(
    office: Office, tmp_path: Path
) -> None:
    office.tick(transport=Down())
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as now, sqlite3.connect(tmp_path / "copy.sqlite3") as copy:
        now.backup(copy)
    assert office.tick(MORNING.replace(hour=9)).outcome.sent
    sent, shown = office.mails(), office.history()
    with Ledger.open(tmp_path / "copy.sqlite3", ZONE, lambda: "ffffff") as copied:
        result = office.tick(MORNING.replace(hour=10), ledger=copied)
        assert copied.id == "a1b2c3" and result.outcome.sent == 0
        assert office.mails() == sent and office.history() == shown
        office.tick(MORNING.replace(hour=10), ledger=copied)  # the strip hears of it one tick later
        assert office.tick(MORNING.replace(hour=10), ledger=copied).written == 0


def test_an_hour_that_was_moved_while_a_digest_waits_loses_no_mail(office: Office) -> None:
    office.tick(transport=Down())
    office.sheet.type(Tabs.TEAM, 2, Cols.MAIL_HOUR, "11.00")
    office.tick(MORNING.replace(hour=9))
    assert [name for name in office.mails() if "digest" in name]
