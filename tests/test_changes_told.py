"""A change of Jadwal is told, once for every time it happens, and taken back where it was taken back."""

from datetime import datetime

import pytest

from halokop_sheets.core.mails.history import as_claimed
from halokop_sheets.core.sheet.values import LedgerView, Plan
from halokop_sheets.core.terms import Cols, MailStatus, Tabs
from tests.sheet import DEWI, SINTA, Sheet

CODE = "2026-W48"


def office(day: str = "2026-11-29", now: str = "2026-11-26T18:00") -> Sheet:
    sheet = Sheet().team()
    sheet.episode(day, "Pajak UKM")
    sheet.tick(now)
    return sheet


def told(plan: Plan) -> list[str]:
    return sorted({mail.subject for mail in plan.mails if mail.kind == "schedule-changed"})


def in_digests(plan: Plan) -> list[bool]:
    return [bool(mail.data["changes"]) for mail in plan.mails if mail.kind == "digest"]


def test_a_change_made_while_mails_go_out_is_told_by_the_next_tick() -> None:
    sheet = office()
    sheet.type(Tabs.SCHEDULE, CODE, Cols.PUBLISH, datetime(2026, 11, 28))
    closing = sheet.plan("2026-11-26T18:05", mailing=False)
    sheet.workbook.write(closing.changes, sheet.snapshot())
    assert told(sheet.tick("2026-11-26T18:10"))


def test_a_change_made_while_nobody_can_be_told_from_tim_is_told_once_they_can() -> None:
    sheet = office()
    table = sheet.snapshot().tables[Tabs.TEAM]
    header = (table.header_row, table.columns[Cols.ROLES] + 1)
    sheet.workbook.tabs[table.id].set(*header, "Jabatan")
    sheet.type(Tabs.SCHEDULE, CODE, Cols.PUBLISH, datetime(2026, 11, 28))
    assert not told(sheet.tick("2026-11-26T18:05"))
    sheet.workbook.tabs[table.id].set(*header, Cols.ROLES)
    sheet.workbook.touch()
    assert told(sheet.tick("2026-11-26T18:10"))


def test_the_same_change_is_told_each_time_it_happens() -> None:
    sheet = office()
    for hour, status in ((18, "Ditunda"), (19, None), (20, "Ditunda")):
        sheet.type(Tabs.SCHEDULE, CODE, Cols.EPISODE_STATUS, status)
        assert len(told(sheet.tick(f"2026-11-26T{hour}:30"))) == 1
        assert not sheet.tick(f"2026-11-26T{hour}:35").mails


def test_a_change_that_digests_told_and_that_was_taken_back_is_told_too() -> None:
    sheet = office("2026-12-13", "2026-11-27T18:00")
    sheet.type(Tabs.SCHEDULE, "2026-W50", Cols.PUBLISH, datetime(2026, 12, 16))
    sheet.tick("2026-11-28T08:00")
    assert any(in_digests(sheet.tick("2026-11-30T07:00")))
    sheet.type(Tabs.SCHEDULE, "2026-W50", Cols.PUBLISH, datetime(2026, 12, 13))
    sheet.tick("2026-11-30T10:00")
    sheet.tick("2026-11-30T17:05")
    assert any(in_digests(sheet.tick("2026-12-01T07:00")))
    sheet.tick("2026-12-01T17:05")
    assert not any(in_digests(sheet.tick("2026-12-02T07:00")))


def test_a_change_that_nobody_heard_of_yet_and_that_was_taken_back_is_none() -> None:
    sheet = office("2026-12-13", "2026-11-27T18:00")
    for day in (16, 13):
        sheet.type(Tabs.SCHEDULE, "2026-W50", Cols.PUBLISH, datetime(2026, 12, day))
        sheet.tick(f"2026-11-28T{day - 4:02}:00")
    assert not any(in_digests(sheet.tick("2026-11-30T07:00")))


def test_a_change_told_while_the_file_was_open_in_excel_and_taken_back_is_told_too() -> None:
    sheet = office()
    sheet.type(Tabs.SCHEDULE, CODE, Cols.PUBLISH, datetime(2026, 11, 30))
    now = sheet.context("2026-11-26T18:05").now
    sent = [as_claimed(m, now, m.key)._replace(status=MailStatus.SENT) for m in sheet.plan("2026-11-26T18:05").mails]
    assert sent
    sheet.ledger = LedgerView(sheet.ledger.id, (*sheet.ledger.records, *sent))  # the write was refused
    assert not told(sheet.plan("2026-11-26T18:10"))
    sheet.type(Tabs.SCHEDULE, CODE, Cols.PUBLISH, datetime(2026, 11, 29))
    assert told(sheet.tick("2026-11-26T18:15"))
    assert not told(sheet.tick("2026-11-26T18:20"))


def test_the_early_hour_of_somebody_inactive_delays_no_notice() -> None:
    sheet = Sheet().team(
        DEWI, SINTA, {"Nama": "Pensiun", "Email": "p@example.go.id", "Aktif": False, "Jam Pengingat": "05.00"}
    )
    sheet.episode("2026-12-13", "Pajak UKM")
    sheet.tick("2026-11-26T08:00")
    sheet.type(Tabs.SCHEDULE, "2026-W50", Cols.PUBLISH, datetime(2026, 12, 16))
    sheet.tick("2026-11-27T06:00")
    assert any(in_digests(sheet.tick("2026-11-27T07:00")))


@pytest.mark.parametrize(("status", "said"), [("Ditunda", "29 Nov → 6 Des (Ditunda)"), (None, "29 Nov → 6 Des")])
def test_a_date_that_changes_is_the_news_of_a_postponed_episode_too(status: str | None, said: str) -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Pajak UKM", Status_Episode=status)
    sheet.tick("2026-11-26T08:00")
    sheet.type(Tabs.SCHEDULE, CODE, Cols.PUBLISH, datetime(2026, 12, 6))
    [subject] = told(sheet.tick("2026-11-26T18:00"))
    assert said in subject
