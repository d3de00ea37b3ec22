"""What a table of cases cannot show: great numbers, time, doubtful mails, a file that is held open."""

import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from halokop_sheets.core.model import LedgerView, MailRecord, Plan
from halokop_sheets.core.office import Context
from halokop_sheets.core.planner import make_plan
from halokop_sheets.core.tables import recognise
from halokop_sheets.core.terms import MailStatus
from halokop_sheets.workbooks.xlsx_store import Store
from tests.case_player import Played

ROLES = ("Tim pelaksana", "Pubdisdok", "Tim Humas")
TUESDAY = datetime(2026, 11, 24, 7)


def office(**case: Any) -> Played:
    given = {"now": "2026-11-24T07:00", "Jadwal": "Tanggal Tayang | Topik\n29/11/2026 | Satu\n06/12/2026 | Dua"}
    return Played({**given, **case})


def people(count: int, domain: str) -> str:
    lines = [f"Orang {n} | orang{n}@{domain} | {ROLES[n % 3]}" for n in range(count)]
    return "Nama | Email | Peran\n" + "\n".join(lines)


def plan_with(played: Played, ledger: LedgerView, now: datetime = TUESDAY) -> Plan:
    context = Context(played.settings, played.procedure, now, ledger, workbook="halokop.xlsx")
    return make_plan(recognise(played.book.read()), context)


def test_two_hundred_people_are_planned_for_in_a_tenth_of_a_second() -> None:
    played = office(Tim=people(200, "example.go.id"))
    plan = played.plan(TUESDAY)
    assert len([mail for mail in plan.mails if mail.kind == "digest"]) == 200
    assert len({mail.key for mail in plan.mails}) == len(plan.mails)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        played.plan(TUESDAY)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1, times


def test_a_thousand_strangers_get_nothing_and_the_administrator_one_mail() -> None:
    played = office(Tim=people(1000, "lain.example"))
    mails = played.tick("2026-11-24T07:00")
    assert {mail.recipient for mail in mails} == {"admin@example.go.id"}
    [alert] = [mail for mail in mails if mail.kind == "administrator"]
    text = played.renderer.render(alert).text
    assert "di luar domain yang diizinkan" in text
    assert len([line for line in text.splitlines() if line.startswith("* ")]) == 30
    assert "hal lainnya" in text


def test_every_mail_leaves_a_plain_and_frozen_value() -> None:
    def plain(value: object) -> bool:
        if isinstance(value, dict):
            return all(isinstance(k, str) and plain(v) for k, v in value.items())
        if isinstance(value, list):
            return all(map(plain, value))
        return value is None or isinstance(value, str | int)

    played = office(Tim=people(9, "example.go.id"))
    mails = [*played.tick("2026-11-24T07:00"), *played.tick("2026-11-29T07:00"), *played.tick("2026-11-29T10:00")]
    mails += [*played.tick("2026-12-03T07:00")]
    assert {mail.kind for mail in mails} >= {"digest", "run-down", "publication-missed", "escalation", "invitation"}
    for mail in mails:
        assert plain(mail.data), mail
        assert "\n" not in mail.subject + mail.summary
        assert len(mail.subject) < 150, mail.subject


def test_a_doubtful_mail_and_a_standing_channel_are_the_administrators_to_know() -> None:
    played = office(Tim="Nama | Email | Peran\nRudi | rudi | Pubdisdok, Tim pelaksana, Humas", done="2026-W48: 1-4")
    doubtful = MailRecord(
        *("digest:rudi@example.go.id:2026-11-23", "digest", "rudi@example.go.id", "HALO: 1 terlambat", ""),
        *(MailStatus.UNKNOWN, "", "<x@example.go.id>", datetime(2026, 11, 23, 7), datetime(2026, 11, 23, 17)),
    )
    ledger = LedgerView("uji", (doubtful,), "server email menolak kata sandi.")
    [mail] = [m for m in plan_with(played, ledger).mails if m.kind == "administrator"]
    assert mail.data["problems"] == [
        'Email: "HALO: 1 terlambat" untuk rudi@example.go.id tidak pasti terkirim.',
        "Email: server email menolak kata sandi.",
    ]
    later = plan_with(played, ledger, datetime(2026, 11, 26, 7))  # after two days the doubt is old
    assert [m.data["count"] for m in later.mails if m.kind == "administrator"] == [1]


def test_a_lost_administrators_mail_does_not_count_as_heard() -> None:
    team = "Nama | Email | Peran\nRudi | rudi | Pubdisdok, Tim pelaksana, Humas"
    played = office(Tim=team, Jadwal="Tanggal Tayang | Topik\n29/11/2026 | Satu\n32/13/2026 | Salah")
    [sent] = [mail for mail in played.tick("2026-11-24T07:00") if mail.kind == "administrator"]
    wednesday = datetime(2026, 11, 25, 7)
    assert not [m for m in played.plan(wednesday).mails if m.kind == "administrator"]
    for status in (MailStatus.EXPIRED, MailStatus.REFUSED):
        played.records = tuple(replace(r, status=status) if r.key == sent.key else r for r in played.records)
        assert [m for m in played.plan(wednesday).mails if m.kind == "administrator"]


def test_mails_say_that_the_file_is_held_open(tmp_path: Path) -> None:
    store = Store(tmp_path / "halokop.xlsx")
    assert store.busy() == ""
    (tmp_path / "~$halokop.xlsx").write_bytes(b"\x04Dewi")
    played = office(Tim="Nama | Email | Peran\nRudi | rudi | Pubdisdok", done="2026-W48: 1-3")
    snapshot = replace(recognise(played.book.read()), busy=store.busy())
    plan = make_plan(snapshot, Context(played.settings, played.procedure, TUESDAY))
    rendered = played.renderer.render(next(mail for mail in plan.mails if mail.kind == "digest"))
    for text in (rendered.html, rendered.text):
        assert "Berkas halokop.xlsx sedang terbuka" in text
    assert not [change for change in plan.changes if "sedang terbuka" in str(change)]
