"""A moved date under a mail server that says "later": the last mail a person reads names the day that holds.

And under floods: a date flipped all day, thousands of rows in Tim; whole ticks over the real ledger.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.core.terms import Cols, MailStatus, Tabs
from halokop_sheets.errors import SettingsError
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.message import KIND_HEADER, Rendered
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.transports import SendResult, SendStatus
from halokop_sheets.settings import Settings
from halokop_sheets.tick import App, tick
from tests.mail_office import SENT, Post
from tests.sheet import DEWI, Sheet, settings_of

ZONE = ZoneInfo("Asia/Jakarta")
LATER = SendResult(SendStatus.DEFERRED, 450, "4.2.0 greylisted")
LOST = SendResult(SendStatus.UNKNOWN)
CODE = "2026-W47"


class Office:
    """One person and one episode on Friday the 20th, seen on Thursday the 19th."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self.sheet = Sheet(settings).team(DEWI | {"Peran": "Tim pelaksana; Pubdisdok; Tim Humas; Koordinator"})
        self.sheet.episode("2026-11-20", "Pajak UKM")
        self.post = Post()
        self.app = App(
            *(settings, self.sheet.procedure, self.sheet.workbook, ledger, self.post, Renderer(settings)),
            must_show=False,
            monotonic=lambda: 0.0,
        )
        self.at("2026-11-19T18:00")
        self.post.sent.clear()

    def at(self, when: str, answer: SendResult = SENT, **changes: object) -> list[str]:
        """A tick while the server answers so; kind and subject of each mail that it was given."""
        self.post.verdict, before = answer, len(self.post.sent)
        tick(replace(self.app, **changes), datetime.fromisoformat(when).replace(tzinfo=ZONE))  # type: ignore[arg-type]
        return [kind_and_subject(data) for _, data in self.post.sent[before:]]

    def move(self, day: int) -> None:
        self.sheet.type(Tabs.SCHEDULE, CODE, Cols.PUBLISH, datetime(2026, 11, day))

    def history(self) -> list[tuple[object, object]]:
        rows = [r.cells for r in self.sheet.rows(Tabs.HISTORY)]
        return [(r[Cols.STATUS], r[Cols.KEY]) for r in rows if "schedule-changed" in str(r[Cols.KEY])]


def kind_and_subject(data: bytes) -> str:
    mail = message_from_bytes(data, policy=default)
    return f"{mail[KIND_HEADER]}: {mail['Subject']}"


def kinds(sent: list[str]) -> list[str]:
    return [one.partition(":")[0] for one in sent]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite3", ZONE, lambda: "a1b2c3") as ledger:
        yield ledger


@pytest.fixture
def office(ledger: Ledger) -> Office:
    return Office(ledger, Settings())


def test_a_date_that_moved_and_moved_back_while_the_server_waited_is_no_news(office: Office) -> None:
    office.move(21)
    assert office.at("2026-11-19T18:05", LATER)
    office.move(20)
    for time in ("18:10", "18:40", "19:45", "22:00"):
        assert office.at(f"2026-11-19T{time}") == []
    assert [status for status, _ in office.history()] == [MailStatus.EXPIRED]


def test_after_an_outage_a_person_hears_of_one_change_from_what_he_knew(office: Office) -> None:
    for n, day in enumerate((21, 22)):
        office.move(day)
        office.at(f"2026-11-19T18:{10 * n:02}", LATER)
    office.move(21)
    office.at("2026-11-19T18:30", LATER)  # the first mail said just this, but was taken back for good
    sent = [one for time in ("19:05", "20:10", "22:15") for one in office.at(f"2026-11-19T{time}")]
    assert len(sent) == 1
    assert "20 Nov → 21 Nov" in sent[0]


def test_a_mail_that_perhaps_arrived_counts_as_heard(office: Office) -> None:
    office.move(21)
    office.at("2026-11-19T18:05", LOST)
    office.move(22)
    [sent] = office.at("2026-11-19T18:10")
    assert "21 Nov → 22 Nov" in sent
    assert office.at("2026-11-19T18:30") == []  # no second copy of the first mail after that
    assert {status for status, _ in office.history()} == {MailStatus.UNKNOWN, MailStatus.SENT}


def test_a_template_that_is_broken_does_not_record_the_change_as_told(office: Office) -> None:
    class Broken(Renderer):
        def render(self, mail: Mail) -> Rendered:
            raise SettingsError(["schedule-changed.html.j2, line 1: broken"])

    office.move(21)
    assert office.at("2026-11-19T18:05", renderer=Broken(Settings())) == []
    assert "20 Nov → 21 Nov" in office.at("2026-11-19T18:10")[0]
    assert office.at("2026-11-19T18:15") == []


def test_a_digest_that_waits_and_names_the_change_goes_before_a_newer_one(ledger: Ledger) -> None:
    """The episode of 6 December: its move stands in a digest that waits; then it is near: at once."""
    sheet = Office(ledger, Settings())
    sheet.sheet.type(Tabs.SCHEDULE, "2026-W49", Cols.PUBLISH, datetime(2026, 12, 9))
    assert sheet.at("2026-11-20T07:00", LATER)
    sheet.sheet.type(Tabs.SCHEDULE, "2026-W49", Cols.PUBLISH, datetime(2026, 11, 22))
    assert "schedule-changed" not in kinds(sheet.at("2026-11-20T07:05"))
    sent = [one for one in sheet.at("2026-11-20T07:30") if not one.startswith("run-down")]
    assert kinds(sent) == ["digest", "schedule-changed"]
    assert "6 Des → 22 Nov" in sent[1]


# --- floods -----------------------------------------------------------------------------------------------------------


def test_a_date_flipped_all_day_makes_three_mails_and_one_the_day_after(office: Office) -> None:
    sent = []
    for n in range(23):
        office.move(21 if n % 2 == 0 else 20)
        sent += office.at(f"2026-11-19T{18 + n // 6}:{n % 6 * 10:02}")
    assert len(sent) == 3
    assert len(office.history()) == 3
    morning = [one for one in office.at("2026-11-20T00:05") if one.startswith("schedule-changed")]
    assert morning == []  # he was last told the 21st, and that is what holds
    office.move(20)
    assert "21 Nov → 20 Nov" in office.at("2026-11-20T00:10")[0]


def test_many_new_addresses_wait_until_the_administrator_has_heard(ledger: Ledger) -> None:
    settings = settings_of("mail.max_new_people_per_day = 2")
    office = Office(ledger, settings)
    office.at("2026-11-20T07:00")
    for n in range(5):
        office.sheet.add(Tabs.TEAM, Nama=f"Baru {n}", Email=f"baru{n}@example.go.id", Peran="Pubdisdok")
    office.post.sent.clear()
    office.at("2026-11-20T17:30")
    waits = office.sheet.rows(Tabs.TEAM)[-1].cells[Cols.MESSAGE]
    assert "sehari setelah administrator diberi tahu" in str(waits)
    for day in ("21T12:00", "22T12:00", "23T07:00"):  # on the weekend nobody tells him
        office.at(f"2026-11-{day}")
    told = [data for to, data in office.post.sent if to == "admin@example.go.id" and b"administrator" in data]
    assert {to for to, _ in office.post.sent} >= {"baru0@example.go.id", "baru1@example.go.id"}
    assert "baru4@example.go.id" in str(message_from_bytes(told[-1], policy=default).get_body(("plain",)))
    assert not {to for to, _ in office.post.sent} & {f"baru{n}@example.go.id" for n in (2, 3, 4)}
    office.at("2026-11-24T07:00")
    assert {to for to, _ in office.post.sent} >= {f"baru{n}@example.go.id" for n in (2, 3, 4)}


def test_the_team_that_is_found_at_first_is_not_new(ledger: Ledger) -> None:
    settings = settings_of("mail.max_new_people_per_day = 1")
    office = Office(ledger, settings)
    for n in range(5):
        office.sheet.add(Tabs.TEAM, Nama=f"Orang {n}", Email=f"orang{n}@example.go.id", Peran="Pubdisdok")
    office.at("2026-11-19T19:00")
    assert not office.sheet.rows(Tabs.TEAM)[-1].cells.get(Cols.MESSAGE)
