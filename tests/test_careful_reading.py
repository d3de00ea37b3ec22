"""What careful readers found wrong once, in evaluations, mails and rows."""

from datetime import datetime

import pytest

from halokop_sheets.core.pages.evaluation.discussion import not_ready
from halokop_sheets.core.pages.guide import when
from halokop_sheets.core.planner import observe
from halokop_sheets.core.sheet.tables import evaluation_mark
from halokop_sheets.core.sheet.values import Mail, Plan
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.sop import parse_procedure
from tests.procedure import FILE
from tests.sheet import BAMBANG, Sheet, settings_of

CODE = "2026-W48"


def kind(plan: Plan, name: str) -> list[Mail]:
    return [mail for mail in plan.mails if mail.kind == name]


def published(**cells: str) -> Sheet:
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Pajak UKM", **cells)
    sheet.tick("2026-11-28T08:00")
    sheet.tick("2026-11-29T08:00")
    return sheet


def steps(mail: Mail) -> list[dict]:
    return [step for group in mail.data["groups"] for step in group["steps"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("typed", ["-", "Belum ada", " nihil "])
def test_a_dash_is_no_link_no_answer_no_minutes(typed: str) -> None:
    sheet = published(Tautan_TikTok=typed)
    assert kind(sheet.tick("2026-11-29T10:05"), "publication-missed")
    sheet.tick("2026-12-03T07:00")
    for header in (Cols.ATTENDEES, Cols.RESULT):
        sheet.type(Tabs.MEETINGS, CODE, header, typed)
    sheet.add(Tabs.QUESTIONS, Tanggal=datetime(2026, 12, 3), Pertanyaan="Apa syaratnya?", Jawaban=typed)
    sheet.tick("2026-12-03T08:05")
    shown = [sheet.get(Tabs.STEPS, f"{CODE}/{n:02}", Cols.STATUS) for n in (6, 11, 12)]
    assert not [status for status in shown if str(status).startswith("Selesai")]
    assert sheet.rows(Tabs.QUESTIONS)[0].cells[Cols.STATUS] == "Belum dijawab"


def test_two_people_of_one_name_both_get_mail() -> None:
    twins = [{"Nama": "Dewi", "Email": f"dewi{n}@example.go.id", "Peran": "Pubdisdok"} for n in (1, 2)]
    sheet = Sheet().team(BAMBANG, *twins)
    sheet.episode("2026-11-29", "Pajak UKM")
    to = {mail.recipient for mail in kind(sheet.tick("2026-11-29T07:00"), "run-down")}
    assert {"dewi1@example.go.id", "dewi2@example.go.id"} <= to


def test_an_administrator_who_is_in_the_team_is_written_to_as_who_they_are() -> None:
    sheet = Sheet(settings_of('[mail]\nadmin = "rudi@example.go.id"\n')).team(
        {"Nama": "Rudi", "Email": "rudi@example.go.id", "Peran": "Pubdisdok", "Jam Pengingat": "09.00"}
    )
    sheet.episode("2026-12-06", "Pajak UKM")
    sheet.tick("2026-11-23T06:00")
    assert not kind(sheet.tick("2026-11-23T07:00"), "digest")
    [digest] = kind(sheet.tick("2026-11-23T09:00"), "digest")
    assert (digest.name, digest.data["in_team"]) == ("Rudi", True)


def test_nobody_is_invited_to_the_evaluation_of_a_postponed_episode() -> None:
    sheet = published()
    assert kind(sheet.tick("2026-12-03T07:00"), "invitation")
    sheet.add(Tabs.TEAM, Nama="Baru", Email="baru@example.go.id", Peran="Tim Humas")
    sheet.type(Tabs.SCHEDULE, CODE, Cols.EPISODE_STATUS, "Ditunda")
    assert not kind(sheet.tick("2026-12-03T08:00"), "invitation")
    sheet.type(Tabs.SCHEDULE, CODE, Cols.EPISODE_STATUS, "Aktif")
    assert [m.recipient for m in kind(sheet.tick("2026-12-03T09:00"), "invitation")] == ["baru@example.go.id"]


def test_no_text_reminds_a_guest_of_a_day_that_is_past() -> None:
    sheet = published(Narasumber="Bu Ani", Kontak="0812 3456 7890")
    of = {
        now: [
            step["guest"]["chat"]
            for mail in kind(sheet.tick(now), "digest")
            for step in steps(mail)
            if step["guest"] and "29 Nov" in step["episode"]
        ]
        for now in ("2026-11-30T08:00",)
    }
    assert of["2026-11-30T08:00"] and {*of["2026-11-30T08:00"]} == {"https://wa.me/6281234567890"}


def test_the_hour_beside_the_meetings_day_is_the_meetings() -> None:
    sheet = published()
    sheet.tick("2026-12-03T07:00")
    sheet.type(Tabs.MEETINGS, CODE, Cols.MEETING_DATE, datetime(2026, 12, 4, 13, 30))
    sheet.add(Tabs.TEAM, Nama="Baru", Email="baru@example.go.id", Peran="Tim Humas")
    [invitation] = kind(sheet.tick("2026-12-03T07:10"), "invitation")
    assert "13.30" in invitation.subject + str(invitation.data)
    page = sheet.snapshot().pages[evaluation_mark(CODE)]
    assert [cell for cell in page.cells.values() if "pukul 13.30" in str(cell)]


def test_a_live_alone_is_judged_by_its_own_figure() -> None:
    sheet = published(Bentuk="Live", Tautan_Instagram="https://instagram.com/p/1")
    sheet.tick("2026-11-30T08:00")
    sheet.type(Tabs.READINGS, f"{CODE}/IG/1", Cols.VIEWERS_LIVE, 350)
    invitation = kind(sheet.tick("2026-12-03T07:00"), "invitation")[0]
    assert invitation.data["audience"] == ["Instagram: 350 Viewers Live pada hari ke-1. Belum ada pembanding."]


def test_a_question_without_a_day_did_not_come_in_today() -> None:
    sheet = published()
    sheet.add(Tabs.QUESTIONS, Pertanyaan="Bagaimana izin usaha?")
    ages = [
        text["age"]
        for mail in kind(sheet.tick("2026-11-30T08:00"), "digest")
        if mail.data["questions"]
        for text in mail.data["questions"]["texts"]  # type: ignore[index]
    ]
    assert ages and set(ages) == {None}


def test_a_slip_in_a_year_gives_no_episode_of_the_future() -> None:
    sheet = published()
    sheet.add(Tabs.QUESTIONS, Tanggal=datetime(2027, 11, 30), Pertanyaan="Kapan?")
    sheet.tick("2026-11-30T08:05")
    [row] = sheet.rows(Tabs.QUESTIONS)
    assert Cols.EPISODE not in row.cells
    sheet.type(Tabs.QUESTIONS, row.number, Cols.DATE, datetime(2026, 11, 30))
    sheet.tick("2026-11-30T08:10")
    assert sheet.rows(Tabs.QUESTIONS)[0].cells[Cols.EPISODE] == CODE


def test_an_episode_without_steps_is_not_called_ready() -> None:
    sheet = Sheet().team()
    sheet.episode("2026-12-27", "Pajak UKM", Bentuk="Live", Narasumber="Bu Ani", Penanggung_Jawab="Dewi")
    office = observe(sheet.snapshot(), sheet.context("2026-11-26T08:00"))
    [episode] = [e for e in office.dated if e.topic]
    assert not_ready(episode, office) == "langkahnya belum dibuat"


def test_the_guide_tells_the_hour_of_a_step_that_has_no_beginning() -> None:
    facts = ("number = 13", 'stage = "Persiapan"', 'title = "Kirim draf"', 'roles = ["Pubdisdok"]', "day = -1")
    step = "\n".join(["", "[[step]]", *facts, 'due = "12:00"', ""])
    procedure = parse_procedure(FILE.read_text(encoding="utf-8") + step, "sop.toml")
    assert when(next(s for s in procedure.steps if s.number == 13), "Kamis") == "H-1 sampai 12.00"


def test_a_step_first_seen_done_in_the_last_minute_of_a_day_settles() -> None:
    sheet = published()
    sheet.type(Tabs.STEPS, f"{CODE}/06", Cols.DONE, True)
    sheet.tick("2026-11-29T23:59")
    assert sheet.plan("2026-11-29T23:59").empty
