"""Evaluation tabs: made exactly once, whatever happens; kept fresh; closed for good."""

from datetime import datetime

import pytest

from halokop_sheets.core.sheet.tables import evaluation_mark
from halokop_sheets.core.sheet.values import AddPage, ClosePage, SetCell
from halokop_sheets.core.terms import Cols, Tabs
from tests.offices import look, read
from tests.sheet import Sheet, settings_of

MARK = "Evaluasi 2026-W47"


def office(**values: object) -> Sheet:
    sheet = Sheet().team()
    sheet.episode("2026-11-22", "Foto produk", **values)  # type: ignore[arg-type]
    sheet.tick("2026-11-20T08:00")
    return sheet


def pages(sheet: Sheet) -> list[str]:
    return [tab.title for tab in sheet.workbook.tabs.values() if tab.mark.startswith("Evaluasi 2026")]


def made(plan: object) -> list[AddPage]:
    return [change for change in plan.changes if isinstance(change, AddPage)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("first", ["2026-11-26T07:00", "2026-11-27T13:00", "2026-11-28T23:59"])
def test_made_at_the_first_tick_after_its_hour_also_when_asleep_then(first: str) -> None:
    sheet = office()
    assert not made(sheet.tick("2026-11-26T06:59"))
    assert len(made(sheet.tick(first))) == 1
    assert pages(sheet) == ["Evaluasi 22 Nov 2026"]
    assert sheet.get(Tabs.MEETINGS, "2026-W47", Cols.MEETING_DATE) == datetime(2026, 11, 26)
    assert sheet.get(Tabs.MEETINGS, "2026-W47", Cols.CLOSED) is None
    assert sheet.plan(first).empty


def test_several_clocks_in_any_order_make_it_once() -> None:
    sheet = office()
    for now in ("2026-11-26T08:00", "2026-11-24T08:00", "2026-11-28T08:00", "2026-11-26T07:00", "2026-11-22T08:00"):
        sheet.tick(now)
    assert pages(sheet) == ["Evaluasi 22 Nov 2026"]
    assert len(sheet.rows(Tabs.MEETINGS)) == 1


def test_on_a_holiday_thursday_it_comes_on_the_next_working_day() -> None:
    sheet = office()
    sheet.add(Tabs.DAYS_OFF, Tanggal=datetime(2026, 11, 26), Keterangan="Pilkada")
    assert not made(sheet.tick("2026-11-26T12:00"))
    assert made(sheet.tick("2026-11-27T07:00"))
    assert sheet.get(Tabs.MEETINGS, "2026-W47", Cols.MEETING_DATE) == datetime(2026, 11, 27)


def test_a_deleted_tab_is_not_made_again_but_by_init() -> None:
    sheet = office()
    sheet.tick("2026-11-26T08:00")
    gone = next(id_ for id_, tab in sheet.workbook.tabs.items() if tab.mark == MARK)
    del sheet.workbook.tabs[gone]
    sheet.workbook.touch()
    assert not made(sheet.tick("2026-11-26T09:00"))
    assert sheet.get(Tabs.MEETINGS, "2026-W47", Cols.EVALUATION) == "dihapus"
    assert sheet.get(Tabs.SCHEDULE, "2026-W47", Cols.EVALUATION) == "dihapus"
    assert sheet.plan("2026-11-26T09:00").empty
    assert "tab Evaluasi 22 Nov 2026 added" in sheet.init("2026-11-26T09:05")
    sheet.tick("2026-11-26T09:05")
    assert pages(sheet) == ["Evaluasi 22 Nov 2026"]
    assert str(sheet.get(Tabs.MEETINGS, "2026-W47", Cols.EVALUATION)) != "dihapus"


def test_a_renamed_tab_stays_itself_and_is_linked_by_its_new_name() -> None:
    sheet = office()
    sheet.tick("2026-11-26T08:00")
    next(tab for tab in sheet.workbook.tabs.values() if tab.mark == MARK).title = "Rapat minggu ini"
    sheet.workbook.touch()
    assert not made(sheet.tick("2026-11-26T09:00"))
    assert sheet.get(Tabs.SCHEDULE, "2026-W47", Cols.EVALUATION).text == "Rapat minggu ini"  # type: ignore[union-attr]


def test_after_h_plus_6_it_is_closed_and_never_written_again() -> None:
    sheet = office()
    sheet.tick("2026-11-26T08:00")
    sheet.type(Tabs.MEETINGS, "2026-W47", Cols.RESULT, "Baik")
    closing = sheet.tick("2026-11-29T00:05")
    assert ClosePage(MARK) in closing.changes
    assert sheet.get(Tabs.MEETINGS, "2026-W47", Cols.CLOSED) == datetime(2026, 11, 29, 0, 5)
    grid = next(tab for tab in sheet.workbook.tabs.values() if tab.mark == MARK).grid
    assert any("Ditutup pada" in str(cell) for line in grid for cell in line)
    before = [list(line) for line in grid]
    sheet.type(Tabs.SCHEDULE, "2026-W47", Cols.TOPIC, "Judul lain")
    later = sheet.tick("2026-12-01T08:00")
    assert not [c for c in later.changes if isinstance(c, SetCell) and c.tab == MARK]
    assert grid == before


def test_missed_altogether_it_is_made_late_closed_and_without_invitation() -> None:
    sheet = office()
    plan = sheet.tick("2026-12-01T08:00")
    assert [page.closed for page in made(plan)] == [True]
    assert sheet.get(Tabs.MEETINGS, "2026-W47", Cols.CLOSED) == datetime(2026, 12, 1, 8, 0)
    assert not [mail for mail in plan.mails if mail.kind == "invitation"]
    assert sheet.plan("2026-12-01T08:00").empty


def test_after_the_episode_closed_none_is_made() -> None:
    marks = [change.page.mark for change in made(office().tick("2026-12-06T08:00"))]
    assert marks == ["Evaluasi 2026-W48"], "that of 29 November alone, missed but not yet closed"


@pytest.mark.parametrize("status", ["Ditunda", "Dibatalkan"])
def test_only_an_active_episode_gets_one(status: str) -> None:
    sheet = office()
    sheet.type(Tabs.SCHEDULE, "2026-W47", Cols.EPISODE_STATUS, status)
    assert not made(sheet.tick("2026-11-26T08:00"))


def test_only_the_one_that_falls_out_of_two_is_hidden_and_only_then() -> None:
    sheet = Sheet().team()
    for day in ("2026-11-08", "2026-11-15", "2026-11-22", "2026-11-29"):
        sheet.episode(day, f"Topik {day}")
    hidden = []
    for now in ("2026-11-05", "2026-11-12", "2026-11-19", "2026-11-26", "2026-12-03"):
        hidden += [page.hide for page in made(sheet.tick(f"{now}T08:00"))]
    assert hidden == [(), (), ("Evaluasi 2026-W45",), ("Evaluasi 2026-W46",)]


def test_of_several_made_at_once_after_a_long_sleep_two_stay_in_sight() -> None:
    sheet = Sheet(settings_of("[program]\nclose_after_days = 30")).team()
    for day in ("2026-11-01", "2026-11-08", "2026-11-15", "2026-11-22"):
        sheet.episode(day, f"Topik {day}")
    sheet.tick("2026-10-30T08:00")
    hidden = [mark for page in made(sheet.tick("2026-11-26T08:00")) for mark in page.hide]
    assert hidden == ["Evaluasi 2026-W44", "Evaluasi 2026-W45"]


@pytest.mark.parametrize(("tab", "header"), [(Tabs.STEPS, Cols.DONE), (Tabs.READINGS, Cols.LIKES)])
def test_while_a_tab_cannot_be_read_an_evaluation_stays_as_it_is_and_open(tab: str, header: str) -> None:
    sheet = office()
    sheet.tick("2026-11-26T08:00")
    sheet.type(Tabs.MEETINGS, "2026-W47", Cols.RESULT, "Baik")
    sheet.tick("2026-11-26T08:05")
    grid = next(one for one in sheet.workbook.tabs.values() if one.mark == MARK).grid
    before = [list(line) for line in grid]
    table = sheet.snapshot().tables[tab]
    headers = sheet.workbook.tabs[table.id].grid[0]
    headers[table.columns[header]] = "Judul lain"
    sheet.workbook.touch()
    blind = [sheet.tick("2026-11-27T08:00"), sheet.tick("2026-11-29T08:00")]
    assert grid == before
    assert not [c for plan in blind for c in plan.changes if isinstance(c, ClosePage)]
    assert not [m for plan in blind for m in plan.mails if m.kind == "invitation"]
    headers[table.columns[header]] = header
    sheet.workbook.touch()
    assert ClosePage(MARK) in sheet.tick("2026-11-29T09:00").changes


@pytest.mark.parametrize(("deleted", "closed"), [("2026-11-27T08:00", False), ("2026-12-01T08:00", True)])
def test_a_deleted_record_comes_back_and_no_second_tab_is_made(deleted: str, closed: bool) -> None:
    sheet = office()
    sheet.tick("2026-11-26T08:00")
    sheet.tick(deleted)
    table = sheet.snapshot().tables[Tabs.MEETINGS]
    sheet.workbook.tabs[table.id].grid.pop(sheet.row(Tabs.MEETINGS, "2026-W47").number - 1)
    sheet.workbook.touch()
    assert not made(sheet.tick(deleted))
    assert pages(sheet) == ["Evaluasi 22 Nov 2026"]
    assert str(sheet.get(Tabs.MEETINGS, "2026-W47", Cols.EVALUATION)) != "dihapus"
    assert (sheet.get(Tabs.MEETINGS, "2026-W47", Cols.CLOSED) is not None) == closed
    assert sheet.plan(deleted).empty


def test_two_deleted_evaluations_of_one_day_are_both_made_again() -> None:
    sheet = office()
    sheet.episode("2026-11-22", "Edisi khusus")
    sheet.tick("2026-11-24T08:00")
    sheet.tick("2026-11-26T08:00")
    both = sorted(pages(sheet))
    for gone in [id_ for id_, tab in sheet.workbook.tabs.items() if tab.mark.startswith("Evaluasi 2026")]:
        del sheet.workbook.tabs[gone]
    sheet.workbook.touch()
    sheet.tick("2026-11-26T09:00")
    sheet.init("2026-11-26T09:05")
    assert sorted(pages(sheet)) == both and len(set(both)) == 2


def test_people_write_their_minutes_while_the_tab_refreshes() -> None:
    sheet = office()
    sheet.tick("2026-11-26T08:00")
    words = ""
    for n in range(100):
        words += f"kata {n} "
        sheet.type(Tabs.MEETINGS, "2026-W47", Cols.DECISION, words)
        sheet.type(Tabs.READINGS, "2026-W47/IG/3", Cols.LIKES, 100 + n)
        plan = sheet.tick(f"2026-11-26T{9 + n // 60:02d}:{n % 60:02d}")
        assert [c for c in plan.changes if isinstance(c, SetCell) and c.tab == MARK], "the tab did refresh"
        assert sheet.get(Tabs.MEETINGS, "2026-W47", Cols.DECISION) == words


def test_action_items_belong_to_the_latest_evaluation() -> None:
    sheet = office()
    sheet.tick("2026-11-26T08:00")
    sheet.add(Tabs.ACTIONS, Uraian="Pinjam mikrofon", Petugas="Dewi", Tenggat="30/11/2026")
    sheet.tick("2026-11-26T10:00")
    assert sheet.get(Tabs.ACTIONS, "1", Cols.EPISODE) == "2026-W47"
    assert sheet.get(Tabs.ACTIONS, "1", Cols.STATUS) == "Terbuka"
    sheet.tick("2026-12-02T10:00")
    assert sheet.get(Tabs.ACTIONS, "1", Cols.STATUS) == "Terlambat 2 hari"
    sheet.type(Tabs.ACTIONS, "1", Cols.DONE, "ya")
    sheet.tick("2026-12-02T11:00")
    assert sheet.get(Tabs.ACTIONS, "1", Cols.STATUS) == "Selesai"
    assert sheet.get(Tabs.ACTIONS, "1", Cols.DONE_AT) == datetime(2026, 12, 2, 11, 0)


def test_questions_belong_to_the_latest_episode_on_or_before_their_day() -> None:
    sheet = office()
    sheet.add(Tabs.QUESTIONS, Tanggal=datetime(2026, 11, 28), Pertanyaan="Berapa biayanya?")
    sheet.add(Tabs.QUESTIONS, Tanggal="29/11/2026", Pertanyaan="Di mana?", Jawaban="Di kantor")
    sheet.tick("2026-11-30T08:00")
    assert [sheet.get(Tabs.QUESTIONS, n, Cols.EPISODE) for n in "12"] == ["2026-W47", "2026-W48"]
    assert [sheet.get(Tabs.QUESTIONS, n, Cols.STATUS) for n in "12"] == ["Belum dijawab 2 hari", "Dijawab"]


# --- the meeting keeps to working days, and follows its episode -------------------------------------------------------


def idul_fitri() -> Sheet:
    sheet = Sheet().team()
    sheet.episode("2027-03-07", "Takjil", Bentuk="Video")
    sheet.tick("2027-03-04T08:00")
    return sheet


def test_without_a_working_day_till_h_plus_6_the_paper_is_made_and_closed_on_the_first_one_after_it() -> None:
    sheet = idul_fitri()
    assert not made(sheet.tick("2027-03-13T07:00"))  # Saturday, inside cuti bersama
    assert not made(sheet.tick("2027-03-15T07:00"))
    assert made(sheet.tick("2027-03-16T07:00"))
    assert sheet.get(Tabs.MEETINGS, "2027-W09", Cols.MEETING_DATE) == datetime(2027, 3, 16)
    page = sheet.snapshot().pages[evaluation_mark("2027-W09")]
    assert "16 Maret 2027 (H+9, karena tidak ada hari kerja sampai H+6)" in str(page.cells[2, 1])
    assert sheet.get(Tabs.STEPS, "2027-W09/12", Cols.DUE) == datetime(2027, 3, 16, 23, 59)
    sheet.tick("2027-03-16T20:00")
    assert sheet.get(Tabs.MEETINGS, "2027-W09", Cols.CLOSED) is None
    sheet.tick("2027-03-17T07:00")
    assert sheet.get(Tabs.MEETINGS, "2027-W09", Cols.CLOSED) is None  # nobody wrote minutes: it stays open, ...
    sheet.tick("2027-03-23T07:00")
    assert sheet.get(Tabs.MEETINGS, "2027-W09", Cols.CLOSED) is None
    sheet.tick("2027-03-24T07:00")
    assert sheet.get(Tabs.MEETINGS, "2027-W09", Cols.CLOSED) == datetime(2027, 3, 24, 7)  # ... until the episode closes


def test_a_moved_episode_takes_its_meeting_along_and_leaves_its_figures_their_day() -> None:
    sheet = office()
    look(sheet, "2026-11-23T08:00")
    read(sheet, "2026-W47", "Instagram", 1, Viewers_Video=100, Likes=5)
    sheet.tick("2026-11-26T07:00")
    sheet.type(Tabs.SCHEDULE, "2026-W47", Cols.PUBLISH, datetime(2026, 12, 2))  # a Wednesday
    sheet.tick("2026-11-27T08:00")
    assert "rapat dianggap pada Kamis, 3 Desember 2026" in str(sheet.get(Tabs.MEETINGS, "2026-W47", Cols.MESSAGE))
    page = sheet.snapshot().pages[evaluation_mark("2026-W47")]
    assert any("Kamis, 3 Desember 2026" in str(value) for value in page.cells.values())
    assert sheet.get(Tabs.READINGS, "2026-W47/IG/1", Cols.DATE) == datetime(2026, 11, 23)
    assert sheet.get(Tabs.READINGS, "2026-W47/IG/2", Cols.DATE) == datetime(2026, 12, 4)
    sheet.type(Tabs.MEETINGS, "2026-W47", Cols.MEETING_DATE, None)
    sheet.tick("2026-11-27T09:00")
    assert sheet.get(Tabs.MEETINGS, "2026-W47", Cols.MEETING_DATE) == datetime(2026, 12, 3)
    assert sheet.get(Tabs.MEETINGS, "2026-W47", Cols.MESSAGE) is None


def test_a_meeting_was_held_on_its_day_not_on_that_of_typing() -> None:
    sheet = office()
    sheet.tick("2026-11-26T07:00")
    sheet.type(Tabs.MEETINGS, "2026-W47", Cols.ATTENDEES, "Dewi, Rudi")
    sheet.tick("2026-12-01T08:00")  # typed five days later, and two after the due date
    assert sheet.get(Tabs.STEPS, "2026-W47/11", Cols.DONE_AT) == datetime(2026, 11, 26)
    assert sheet.get(Tabs.STEPS, "2026-W47/11", Cols.STATUS) == "Selesai"


def test_two_weeks_of_one_theme_are_said_in_jadwal_and_on_the_board() -> None:
    sheet = Sheet().team()
    for now in ("2026-12-20T08:00", "2026-12-20T08:05"):
        sheet.tick(now)
    said = {str(row.cells[Cols.CODE]): str(row.cells.get(Cols.MESSAGE)) for row in sheet.rows(Tabs.SCHEDULE)}
    assert [code for code, message in said.items() if "Dua pekan UKM berturut-turut" in message] == ["2027-W01"]
    board = sheet.snapshot().pages[Tabs.BOARD].cells.values()
    assert any("Dua pekan UKM berturut-turut (3 Jan dan 10 Jan)" in str(value) for value in board)
    sheet.type(Tabs.SCHEDULE, "2027-W01", Cols.THEME, "Koperasi")
    sheet.tick("2026-12-20T08:10")
    board = sheet.snapshot().pages[Tabs.BOARD].cells.values()
    assert not any("berturut-turut" in str(value) for value in board)
