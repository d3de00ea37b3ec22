"""What a table of cases cannot show: great numbers, time, doubtful mails, a file that is held open."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from halokop_sheets.core.office.context import Context
from halokop_sheets.core.planner import make_plan
from halokop_sheets.core.sheet.schema import TABS
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import LedgerView, MailRecord, Plan
from halokop_sheets.core.terms import Cols, MailStatus, Tabs
from halokop_sheets.workbooks.xlsx.store import Store
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


def test_two_hundred_people_get_one_mail_each() -> None:
    plan = office(Tim=people(200, "example.go.id")).plan(TUESDAY)
    assert len([mail for mail in plan.mails if mail.kind == "digest"]) == 200
    assert len({mail.key for mail in plan.mails}) == len(plan.mails)


def test_a_message_that_many_rows_share_is_one_problem() -> None:
    played = office(Tim="Nama | Email | Peran")
    problems = [p for p in played.plan(TUESDAY).problems if "Belum ada petugas" in p.text]
    [problem] = problems
    assert problem.place == "Langkah baris 2, 3, 4, dan 9 lainnya"  # steps 1 to 8 of the 29th, 1 to 4 of the 6th


def test_every_step_of_a_mail_says_as_what_it_is_somebodys() -> None:
    played = office(
        Jadwal="Tanggal Tayang | Topik | Penanggung Jawab\n29/11/2026 | Satu | Wati",
        Tim="Nama | Email | Peran\nRudi | rudi@example.go.id | Pubdisdok\nWati | wati@example.go.id | Tim Humas\n"
        "Kania | kania@example.go.id | Koordinator",
        Langkah="Kode | Petugas\n2026-W48/04 | Kania",
    )
    played.tick("2026-11-24T07:00")
    as_what = {
        (mail.name, step["number"]): step["role"]
        for mail in played.tick("2026-11-25T07:00")
        if mail.kind == "digest"
        for group in mail.data["groups"]  # type: ignore[attr-defined]
        for step in group["steps"]
    }
    assert as_what[("Wati", 1)] == "Penanggung Jawab"
    assert as_what[("Wati", 2)] == "Tim Humas"
    assert as_what[("Kania", 4)] == "Petugas"


def test_a_template_can_show_any_column_of_jadwal() -> None:
    """A new column is a line in ``core/sheet/schema.py`` and a word in a template: its text comes by its header."""
    played = office(
        Jadwal="Tanggal Tayang | Topik | Lembaga | Catatan\n29/11/2026 | Satu | KUB Maju | bawa\nbanner",
        Tim=people(1, "example.go.id"),
    )
    [digest] = [mail for mail in played.tick("2026-11-24T07:00") if mail.name == "Orang 0"]
    shown = digest.data["groups"][0]["steps"][0]["schedule"]  # type: ignore[index]
    visible = [c.header for c in TABS[Tabs.SCHEDULE].columns if not c.hidden and c.header != Cols.MESSAGE]
    assert list(shown) == visible
    assert (shown[Cols.INSTITUTION], shown[Cols.PUBLISH]) == ("KUB Maju", "29/11/2026")
    assert shown[Cols.CONTACT] == ""


def test_a_thousand_strangers_get_nothing_and_the_administrator_one_mail() -> None:
    played = office(Tim=people(1000, "lain.example"))
    mails = played.tick("2026-11-24T07:00")
    assert {mail.recipient for mail in mails} == {"admin@example.go.id"}
    [alert] = [mail for mail in mails if mail.kind == "administrator"]
    text = played.renderer.render(alert).text
    assert "tidak diizinkan, jadi tidak dikirimi email" in " ".join(text.split())
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
        *(MailStatus.UNKNOWN, "", "<x@example.go.id>", datetime(2026, 11, 23, 7)),
    )
    ledger = LedgerView("uji", (doubtful,), "server email menolak kata sandi.")
    [mail] = [m for m in plan_with(played, ledger).mails if m.kind == "administrator"]
    assert mail.data["problems"] == [
        "Email: server email menolak kata sandi.",
        'Email: "HALO: 1 terlambat" untuk rudi@example.go.id tidak pasti terkirim.',
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
        played.records = tuple(r._replace(status=status) if r.key == sent.key else r for r in played.records)
        assert [m for m in played.plan(wednesday).mails if m.kind == "administrator"]


def test_mails_say_that_the_file_is_held_open(tmp_path: Path) -> None:
    store = Store(tmp_path / "halokop.xlsx")
    assert store.busy() == ("", None)
    (tmp_path / "~$halokop.xlsx").write_bytes(b"\x04Dewi")
    played = office(Tim="Nama | Email | Peran\nRudi | rudi | Pubdisdok", done="2026-W48: 1-3")
    snapshot = replace(recognise(played.book.read()), busy=store.busy()[0])
    plan = make_plan(snapshot, Context(played.settings, played.procedure, TUESDAY))
    rendered = played.renderer.render(next(mail for mail in plan.mails if mail.kind == "digest"))
    for text in (rendered.html, rendered.text):
        assert "Berkas halokop.xlsx sedang terbuka" in text
    assert "terbuka di Excel (Dewi)" in rendered.text
    assert not [change for change in plan.changes if "sedang terbuka" in str(change)]


def test_a_lock_that_outlives_the_office_s_limit_is_told_to_the_administrator_daily() -> None:
    played = office(Tim="Nama | Email | Peran\nRudi | rudi | Pubdisdok")
    since = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # 06.30 on Tuesday in the office's zone
    held = replace(
        recognise(played.book.read()), busy="Berkas x.xlsx sedang terbuka di Excel (Dewi);", busy_since=since
    )

    def problems(at: datetime) -> list[str]:
        plan = make_plan(held, Context(played.settings, played.procedure, at))
        return [problem.text for problem in plan.problems if "hapus kuncinya" in problem.text]

    assert problems(datetime(2026, 11, 24, 14, 29)) == []
    [first] = problems(datetime(2026, 11, 24, 14, 30))
    assert "Excel (Dewi)" in first and "24 Nov pukul 06.30" in first
    days = [problems(datetime(2026, 11, day, 8)) for day in (25, 26)]
    assert "sudah 1 hari" in days[0][0] and "sudah 2 hari" in days[1][0]
