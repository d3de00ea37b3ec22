"""Limits of time that the design names: at each one the day or the minute before, and the one after."""

from dataclasses import replace

import pytest

from halokop_sheets.core.mails.history import as_claimed, foreign_keys, project, shown_keys
from halokop_sheets.core.planner import no_longer_due
from halokop_sheets.core.sheet.values import AddRow, LedgerView, MailRecord
from halokop_sheets.core.terms import Cols, MailStatus, Tabs
from tests.sheet import BAMBANG, DEWI, Sheet, at


def office() -> Sheet:
    sheet = Sheet().team()
    sheet.episode("2026-12-13", "Pajak UKM")
    return sheet


@pytest.mark.parametrize(("move_to", "at_once"), [("2026-11-27", True), ("2026-11-28", False)])
def test_a_change_to_a_day_at_most_three_days_away_is_told_at_once(move_to: str, at_once: bool) -> None:
    sheet = office()
    sheet.tick("2026-11-24T07:00")
    sheet.type(Tabs.SCHEDULE, "2026-W50", Cols.PUBLISH, at(f"{move_to}T00:00"))
    told = {mail.kind for mail in sheet.tick("2026-11-24T13:00").mails}
    assert ("schedule-changed" in told) == at_once


def test_a_change_counts_as_told_after_17_of_its_day() -> None:
    sheet = office()
    sheet.tick("2026-11-24T07:00")
    sheet.type(Tabs.SCHEDULE, "2026-W50", Cols.PUBLISH, at("2026-12-20T00:00"))
    sheet.tick("2026-11-24T13:00")
    sheet.tick("2026-11-25T16:59")
    assert (
        sheet.get(Tabs.SCHEDULE, "2026-W50", Cols.RECORDED)
        == "2026-W50 2026-12-13 Aktif -> 2026-12-20 Aktif @2026-11-25"
    )
    sheet.tick("2026-11-25T17:00")
    assert sheet.get(Tabs.SCHEDULE, "2026-W50", Cols.RECORDED) == "2026-W50 2026-12-20 Aktif"


@pytest.mark.parametrize(("old", "told"), [("2026-11-20", False), ("2026-12-13", True)])
def test_the_date_of_an_episode_that_is_over_is_corrected_in_silence(old: str, told: bool) -> None:
    """But one that was still to come, and now bears a date long past, is news: mostly a slip."""
    sheet = office()
    sheet.episode("2026-11-20", "Izin usaha")
    sheet.tick("2026-11-24T18:00")
    code = "2026-W47" if old == "2026-11-20" else "2026-W50"
    sheet.type(Tabs.SCHEDULE, code, Cols.PUBLISH, at("2026-11-19T00:00"))
    [mail] = [m for m in sheet.tick("2026-12-01T07:00").mails if m.kind == "digest" and "dewi" in m.recipient]
    assert bool(mail.data["changes"]) == told


def test_nobody_hears_of_an_episode_that_was_closed_long_ago() -> None:
    sheet = office()
    sheet.tick("2026-11-24T07:00")
    sheet.type(Tabs.SCHEDULE, "2026-W50", Cols.PUBLISH, at("2026-10-04T00:00"))
    assert not [m for m in sheet.tick("2026-11-25T07:00").mails if m.data.get("changes")]


def test_two_rows_of_one_address_make_one_mail_to_the_upper_name() -> None:
    sheet = Sheet().team(
        {**DEWI, "Nama": "Dewi Lestari"},
        {**DEWI, "Nama": "Ibu Dewi"},
        {**BAMBANG, "Nama": "Bambang"},
    )
    sheet.episode("2026-11-29", "Pajak UKM")
    mails = [m for m in sheet.tick("2026-11-24T07:00").mails if m.recipient == "dewi@example.go.id"]
    assert [m.name for m in mails if m.kind == "digest"] == ["Dewi Lestari"]


@pytest.mark.parametrize("header", [Cols.EMAIL, Cols.PROCEDURE])
def test_a_waiting_mail_is_not_withdrawn_while_a_tab_cannot_be_read(header: str) -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Pajak UKM")
    plan = sheet.plan("2026-11-24T07:00")
    waiting = [as_claimed(m, at("2026-11-24T07:00"), "<x@example.go.id>") for m in plan.mails if m.kind == "digest"]
    sheet.workbook.write(plan.changes, sheet.snapshot())
    sheet.ledger = LedgerView("uji", tuple(waiting))
    now = "2026-11-24T07:30"
    assert waiting and not no_longer_due(sheet.snapshot(), sheet.context(now))
    tab = Tabs.TEAM if header == Cols.EMAIL else Tabs.STEPS
    place = sheet.snapshot().tables[tab]
    sheet.workbook.tabs[place.id].set(place.header_row, place.columns[header] + 1, "Entah")
    assert not no_longer_due(sheet.snapshot(), sheet.context(now))
    sheet.workbook.tabs[place.id].set(place.header_row, place.columns[header] + 1, header)
    for code in sheet.codes(Tabs.SCHEDULE):
        sheet.type(Tabs.SCHEDULE, code, Cols.EPISODE_STATUS, "Dibatalkan")
    assert {record.key for record in waiting} == no_longer_due(sheet.snapshot(), sheet.context(now))


def test_what_the_minutes_showed_as_done_stays_done_while_they_cannot_be_read() -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Pajak UKM")
    sheet.tick("2026-11-24T07:00")
    sheet.tick("2026-12-03T07:00")
    sheet.type(Tabs.MEETINGS, "2026-W48", Cols.RESULT, "Rapat membahas jam tayang.")
    sheet.tick("2026-12-03T11:00")
    assert sheet.get(Tabs.STEPS, "2026-W48/12", Cols.STATUS) == "Selesai"
    place = sheet.snapshot().tables[Tabs.MEETINGS]
    sheet.workbook.tabs[place.id].set(place.header_row, place.columns[Cols.RESULT] + 1, "Hasil rapat")
    sheet.tick("2026-12-03T12:00")
    assert sheet.get(Tabs.STEPS, "2026-W48/12", Cols.STATUS) == "Selesai"
    assert not sheet.get(Tabs.STEPS, "2026-W48/12", Cols.MESSAGE)


@pytest.mark.parametrize(
    ("now", "status", "told"),
    [
        ("2026-11-25T07:00", MailStatus.PREPARED, False),  # 24 hours: its host may still send it
        ("2026-11-25T07:01", MailStatus.UNKNOWN, True),
        ("2026-11-29T06:59", MailStatus.UNKNOWN, True),
        ("2026-11-29T07:00", MailStatus.UNKNOWN, False),  # five days: heard by now
    ],
)
@pytest.mark.parametrize("id_", ["lain", "lokal"])  # or our own ledger, put back from a copy made before the claim
@pytest.mark.parametrize("shown", [MailStatus.PREPARED, MailStatus.DEFERRED])
def test_what_another_ledger_claimed_and_left(now: str, status: str, told: bool, shown: str, id_: str) -> None:
    sheet = office()
    claimed = MailRecord(
        *("digest:dewi@example.go.id:2026-11-24", "digest", "dewi@example.go.id", "HALO: 1 terlambat", ""),
        *(shown, "", "<x@example.go.id>", at("2026-11-24T07:00")),
    )
    theirs = sheet.context("2026-11-24T07:00")
    sheet.workbook.write(project(sheet.snapshot(), theirs, [claimed]), sheet.snapshot())
    assert shown_keys(sheet.snapshot()) == {claimed.key}
    sheet.ledger = LedgerView(id_)
    problems = [p for p in sheet.tick(now).problems if p.place == Tabs.HISTORY]
    [row] = [row for row in sheet.rows(Tabs.HISTORY) if row.cells[Cols.KEY] == claimed.key]
    assert (row.cells[Cols.STATUS], bool(problems)) == (status if status == MailStatus.UNKNOWN else shown, told)


def test_rows_that_an_older_copy_of_the_workbook_lost_come_back() -> None:
    """Nothing of ours stands in it, but the row of a ledger before ours."""
    sheet = office()
    before, *ours = (
        MailRecord(
            *(f"digest:dewi@example.go.id:{day}", "digest", "dewi@example.go.id", "HALO", ""),
            *(MailStatus.SENT, "", "<x@example.go.id>", at(f"{day}T07:00"), True),
        )
        for day in ("2026-11-10", "2026-11-09", "2026-11-17", "2026-11-18")
    )
    sheet.ledger = LedgerView("dulu")
    sheet.workbook.write(project(sheet.snapshot(), sheet.context("2026-11-10T07:00"), [before]), sheet.snapshot())
    sheet.ledger = LedgerView("lokal", tuple(ours))
    added = project(sheet.snapshot(), sheet.context("2026-11-24T05:00"), [])
    assert [change.key for change in added if isinstance(change, AddRow)] == [r.key for r in ours[1:]]


@pytest.mark.parametrize("marked", [True, False])
def test_a_pasted_copy_of_a_row_keeps_no_mail_back(*, marked: bool) -> None:
    """With our mark both rows tell what became of the mail; without it the copy is nobody's."""
    sheet = office()
    waiting = MailRecord(
        *("digest:dewi@example.go.id:2026-11-24", "digest", "dewi@example.go.id", "HALO", ""),
        *(MailStatus.DEFERRED, "", "<x@example.go.id>", at("2026-11-24T07:00"), True),
    )
    sheet.workbook.write(project(sheet.snapshot(), sheet.context("2026-11-24T07:00"), [waiting]), sheet.snapshot())
    table = sheet.snapshot().tables[Tabs.HISTORY]
    grid = sheet.workbook.tabs[table.id].grid
    grid.append(list(grid[table.rows[0].number - 1]))
    if not marked:
        grid[-1][table.columns[Cols.REMARK]] = None
    assert foreign_keys(sheet.snapshot(), "lokal") == frozenset()
    sheet.ledger = LedgerView("lokal", (waiting._replace(status=MailStatus.SENT),))
    plan = sheet.tick("2026-11-26T08:00")
    shown = [row.cells[Cols.STATUS] for row in sheet.rows(Tabs.HISTORY) if row.cells[Cols.KEY] == waiting.key]
    assert shown == [MailStatus.SENT, MailStatus.SENT if marked else MailStatus.UNKNOWN]
    assert not [problem for problem in plan.problems if problem.place == Tabs.HISTORY]


def test_a_mail_below_the_rows_that_are_read_is_not_listed_again() -> None:
    """Google is asked for the newest 1,000 rows; an office of fifty people has more mails than that in a month."""
    sheet = office()
    first, ahead, second, missing, third = (  # one of them by a clock that ran ahead
        MailRecord(
            *(f"digest:dewi@example.go.id:{day}", "digest", "dewi@example.go.id", "HALO", ""),
            *(MailStatus.SENT, "", "<x@example.go.id>", at(f"{day}T07:00")),
        )
        for day in (
            "2026-11-18",
            "2026-11-25",
            "2026-11-19",
            "2026-11-20",
            "2026-11-23",
        )
    )
    for record in (first, ahead, second, third):
        sheet.workbook.write(project(sheet.snapshot(), sheet.context("2026-11-24T05:00"), [record]), sheet.snapshot())
    listed = [record._replace(listed=True) for record in (first, ahead, second, third)]
    sheet.ledger = LedgerView("lokal", (*listed[:3], missing, listed[3]))
    snapshot = sheet.snapshot()
    table = snapshot.tables[Tabs.HISTORY]
    assert [row.cells[Cols.KEY] for row in table.rows] == [r.key for r in (third, second, ahead, first)]
    newest = replace(snapshot, tables={**snapshot.tables, Tabs.HISTORY: replace(table, rows=table.rows[:2])})
    added = project(newest, sheet.context("2026-11-24T05:00"), [])
    assert [change.key for change in added if isinstance(change, AddRow)] == [missing.key]


def test_what_another_host_pushed_below_the_rows_that_are_read_is_not_listed_again_but_a_new_tab_is_filled() -> None:
    sheet = office()
    ours = MailRecord(
        *("digest:dewi@example.go.id:2026-11-19", "digest", "dewi@example.go.id", "HALO", ""),
        *(MailStatus.SENT, "", "<x@example.go.id>", at("2026-11-19T07:00"), True),
    )
    theirs = ours._replace(key="digest:rudi@example.go.id:2026-11-23", claimed=at("2026-11-23T07:00"))
    now = "2026-11-24T05:00"
    empty = sheet.snapshot()
    sheet.ledger = LedgerView("lain")
    sheet.workbook.write(project(empty, sheet.context(now), [theirs]), empty)
    sheet.ledger = LedgerView("lokal", (ours,))
    assert project(sheet.snapshot(), sheet.context(now), []) == []
    assert len(project(empty, sheet.context(now), [])) == 1
    sheet.ledger = LedgerView("lokal", (ours._replace(listed=False),))
    assert len(project(sheet.snapshot(), sheet.context(now), [])) == 1


def test_what_another_host_sent_long_ago_stays_as_it_is_shown() -> None:
    sheet = office()
    sent = MailRecord(
        *("digest:dewi@example.go.id:2026-11-20", "digest", "dewi@example.go.id", "HALO: 1 terlambat", ""),
        *(MailStatus.SENT, "", "<x@example.go.id>", at("2026-11-20T07:00")),
    )
    sheet.workbook.write(project(sheet.snapshot(), sheet.context("2026-11-20T07:00"), [sent]), sheet.snapshot())
    sheet.ledger = LedgerView("lain")
    sheet.tick("2026-11-24T05:00")
    [row] = [row for row in sheet.rows(Tabs.HISTORY) if row.cells[Cols.KEY] == sent.key]
    assert row.cells[Cols.STATUS] == MailStatus.SENT


def test_the_strips_moment_alone_is_renewed_once_an_hour_but_comes_along_with_any_other_write() -> None:
    sheet = office()
    sheet.tick("2026-11-24T09:00")
    assert sheet.plan("2026-11-24T09:30").empty
    sheet.add(Tabs.QUESTIONS, Tanggal=at("2026-11-24T00:00"), Pertanyaan="Apa syaratnya?")
    changed = sheet.plan("2026-11-24T09:30").changes
    assert [str(c).split(" · ")[0] for c in changed][-1] == Tabs.BOARD and "pukul 09.30" in str(changed[-1])


@pytest.mark.parametrize(("later", "told"), [(MailStatus.SENT, False), (MailStatus.REFUSED, True)])
def test_an_address_is_told_of_while_its_newest_verdict_is_a_refusal(later: str, told: bool) -> None:
    sheet = office()
    records = [
        MailRecord(
            *(f"digest:dewi@example.go.id:{day}", "digest", "dewi@example.go.id", "HALO", ""),
            *(status, "Server email menolak alamat ini: 550.", "<x@example.go.id>", at(day)),
        )
        for day, status in (("2026-11-20", MailStatus.REFUSED), ("2026-11-23", later))
    ]
    sheet.ledger = LedgerView("uji", tuple(records))
    sheet.tick("2026-11-24T05:00")  # before today's mail goes out
    message = str(next(r for r in sheet.rows(Tabs.TEAM) if r.cells[Cols.NAME] == "Dewi").cells.get(Cols.MESSAGE))
    assert ("Email pada 23 Nov tidak terkirim. Server email menolak alamat ini: 550. Periksa" in message) == told


def test_a_figure_that_falls_is_told_on_its_own_platform_alone() -> None:
    """Instagram comes first and is far ahead of TikTok: that says nothing about TikTok's figures."""
    sheet = office()
    sheet.tick("2026-12-13T10:00")
    for code, viewers in {"IG/1": 900, "IG/2": 800, "IG/3": 850, "TT/1": 10, "TT/2": 10, "TT/3": 9}.items():
        sheet.type(Tabs.READINGS, f"2026-W50/{code}", Cols.VIEWERS_VIDEO, viewers)
    sheet.tick("2026-12-16T18:00")
    told = {
        str(row.cells[Cols.CODE]): row.cells[Cols.MESSAGE]
        for row in sheet.rows(Tabs.READINGS)
        if "biasanya tidak turun" in str(row.cells.get(Cols.MESSAGE))
    }
    assert list(told) == ["2026-W50/IG/2", "2026-W50/TT/3"]
    assert str(told["2026-W50/TT/3"]).startswith("Viewers Video lebih kecil daripada hari ke-2;")
