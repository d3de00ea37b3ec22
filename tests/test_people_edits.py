"""Whatever people do to the sheet, each thing does what the design says and nothing of theirs is touched."""

from datetime import date, datetime

import pytest

from halokop_sheets.core.planner import observe
from halokop_sheets.core.terms import Cols, Tabs, link_column
from halokop_sheets.workbooks.memory import MemoryTab
from tests.sheet import Sheet, at

NOW = "2026-11-24T08:00"


def office() -> Sheet:
    sheet = Sheet().team()
    sheet.episode("2026-11-22", "Foto produk", Bentuk="Video")
    sheet.episode("2026-11-29", "Laporan keuangan", Bentuk="Video + Live")
    sheet.long_running(NOW).tick(NOW)
    return sheet


def statuses(sheet: Sheet, code: str) -> list[object]:
    return [r.cells.get(Cols.STATUS) for r in sheet.rows(Tabs.STEPS) if str(r.cells[Cols.CODE]).startswith(f"{code}/")]


def test_second_tick_writes_nothing() -> None:
    sheet = office()
    assert sheet.plan(NOW).empty


def test_status_words_of_an_episode_in_the_week_before_it() -> None:
    sheet = office()
    late = ["Terlambat 9 hari", "Terlambat 9 hari", "Terlambat 7 hari", "Terlambat 2 hari"]
    assert statuses(sheet, "2026-W48") == late + ["Terjadwal"] * 8
    sheet.tick("2026-11-26T08:00")
    assert statuses(sheet, "2026-W48")[4:8] == ["Mendekati"] * 4
    sheet.tick("2026-11-29T08:10")
    assert statuses(sheet, "2026-W48")[4:8] == ["Hari ini"] * 4
    sheet.tick("2026-11-29T08:31")
    assert statuses(sheet, "2026-W48")[4:6] == ["Terlambat", "Hari ini"]
    sheet.tick("2026-12-01T00:00")
    assert statuses(sheet, "2026-W48")[4] == "Terlambat 2 hari"
    assert statuses(sheet, "2026-W48")[9] == "Berjalan"


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2026-11-14T23:59", "Mendekati"),
        ("2026-11-15T00:00", "Hari ini"),
        ("2026-11-15T23:59", "Hari ini"),  # due 23:59: met through that minute
        ("2026-11-16T00:00", "Terlambat 1 hari"),
        ("2026-11-12T00:00", "Mendekati"),
        ("2026-11-11T23:59", "Terjadwal"),
    ],
)
def test_a_date_without_a_time_is_met_through_its_day(now: str, status: str) -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-29")
    sheet.long_running(now).tick(now)
    assert sheet.get(Tabs.STEPS, "2026-W48/01", Cols.STATUS) == status


def test_moving_the_date_moves_every_open_step_and_no_done_one() -> None:
    sheet = office()
    sheet.type(Tabs.STEPS, "2026-W48/01", Cols.DONE, True)
    sheet.tick(NOW)
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.PUBLISH, datetime(2026, 12, 6))
    sheet.tick("2026-11-24T09:00")
    assert sheet.get(Tabs.STEPS, "2026-W48/01", Cols.DUE) == datetime(2026, 11, 15, 23, 59)
    assert sheet.get(Tabs.STEPS, "2026-W48/04", Cols.DUE) == datetime(2026, 11, 29, 23, 59)
    assert sheet.get(Tabs.STEPS, "2026-W48/05", Cols.START) == datetime(2026, 12, 6, 8, 0)
    assert sheet.get(Tabs.STEPS, "2026-W48/01", Cols.EPISODE) == "6 Des · Laporan keuangan"
    assert [c for c in sheet.codes(Tabs.SCHEDULE) if c.startswith("2026-W48")] == ["2026-W48"], "not made again"
    assert sheet.plan("2026-11-24T09:00").empty


def test_bentuk_without_live_needs_no_live_step() -> None:
    sheet = office()
    assert sheet.get(Tabs.STEPS, "2026-W47/07", Cols.STATUS) == "Tidak perlu"
    assert sheet.get(Tabs.SCHEDULE, "2026-W47", Cols.PROGRESS) == "0 dari 11"
    sheet.type(Tabs.SCHEDULE, "2026-W47", Cols.FORMAT, "video & live")
    sheet.tick(NOW)
    assert sheet.get(Tabs.STEPS, "2026-W47/07", Cols.STATUS) == "Terlambat 2 hari"
    assert sheet.get(Tabs.SCHEDULE, "2026-W47", Cols.PROGRESS) == "0 dari 12"
    assert sheet.get(Tabs.STEPS, "2026-W47/07", Cols.DUE) == datetime(2026, 11, 22, 14, 30)


@pytest.mark.parametrize(("typed", "word"), [("Ditunda", "Ditunda"), ("tunda", "Ditunda"), ("batal", "Dibatalkan")])
def test_status_episode_rules_every_step(typed: str, word: str) -> None:
    sheet = office()
    sheet.type(Tabs.STEPS, "2026-W48/01", Cols.DONE, True)
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.EPISODE_STATUS, typed)
    sheet.tick(NOW)
    assert set(statuses(sheet, "2026-W48")) == {word}
    assert sheet.get(Tabs.STEPS, "2026-W48/05", Cols.DUE) == datetime(2026, 11, 29, 8, 30), "Tenggat stays filled"
    assert sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.LATE) is None
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.EPISODE_STATUS, None)
    sheet.tick(NOW)
    assert statuses(sheet, "2026-W48")[0] == "Selesai terlambat"


def test_a_date_that_becomes_unreadable_postpones_and_keeps_what_stands() -> None:
    sheet = office()
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.PUBLISH, "nanti dulu")
    sheet.tick(NOW)
    assert set(statuses(sheet, "2026-W48")) == {"Ditunda"}
    assert sheet.get(Tabs.STEPS, "2026-W48/05", Cols.DUE) == datetime(2026, 11, 29, 8, 30)
    message = str(sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.MESSAGE))
    assert '"nanti dulu"' in message and "ditunda" in message
    assert sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.PUBLISH) == "nanti dulu"
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.PUBLISH, "29 Nov 2026")
    sheet.tick(NOW)
    assert statuses(sheet, "2026-W48")[0] == "Terlambat 9 hari"


def test_ticking_fills_when_and_unticking_asks_to_clear_it() -> None:
    sheet = office()
    sheet.type(Tabs.STEPS, "2026-W48/05", Cols.DONE, "✓")
    sheet.tick("2026-11-24T09:17")
    assert sheet.get(Tabs.STEPS, "2026-W48/05", Cols.DONE_AT) == datetime(2026, 11, 24, 9, 17)
    assert sheet.get(Tabs.STEPS, "2026-W48/05", Cols.STATUS) == "Selesai"
    sheet.type(Tabs.STEPS, "2026-W48/05", Cols.DONE, False)
    sheet.tick("2026-11-24T10:00")
    assert sheet.get(Tabs.STEPS, "2026-W48/05", Cols.STATUS) == "Terjadwal"
    assert "kosongkan Selesai Pada" in str(sheet.get(Tabs.STEPS, "2026-W48/05", Cols.MESSAGE))
    assert sheet.get(Tabs.STEPS, "2026-W48/05", Cols.DONE_AT) == datetime(2026, 11, 24, 9, 17), "theirs to clear"
    sheet.type(Tabs.STEPS, "2026-W48/05", Cols.DONE_AT, None)
    sheet.tick("2026-11-24T10:05")
    assert sheet.get(Tabs.STEPS, "2026-W48/05", Cols.MESSAGE) is None


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        (datetime(2026, 11, 15), "Selesai"),
        ("15/11/2026", "Selesai"),
        ("16 Nov 2026", "Selesai terlambat"),
        (datetime(2026, 11, 20), "Selesai terlambat"),
    ],
)
def test_a_date_typed_into_selesai_counts_as_done_that_day(typed: object, status: str) -> None:
    sheet = office()
    sheet.type(Tabs.STEPS, "2026-W48/01", Cols.DONE, typed)  # type: ignore[arg-type]
    sheet.tick(NOW)
    assert sheet.get(Tabs.STEPS, "2026-W48/01", Cols.STATUS) == status
    assert isinstance(sheet.get(Tabs.STEPS, "2026-W48/01", Cols.DONE_AT), datetime)
    assert sheet.plan(NOW).empty


def test_a_corrected_selesai_pada_decides_on_time() -> None:
    sheet = office()
    sheet.type(Tabs.STEPS, "2026-W48/01", Cols.DONE, True)
    sheet.tick(NOW)
    assert sheet.get(Tabs.STEPS, "2026-W48/01", Cols.STATUS) == "Selesai terlambat"
    sheet.type(Tabs.STEPS, "2026-W48/01", Cols.DONE_AT, "14/11/2026")
    sheet.tick(NOW)
    assert sheet.get(Tabs.STEPS, "2026-W48/01", Cols.STATUS) == "Selesai"


def test_the_link_of_the_first_platform_used_is_the_publication() -> None:
    sheet = office()
    sheet.type(Tabs.SCHEDULE, "2026-W47", link_column("TikTok"), "https://tiktok.com/@x/1")
    sheet.tick(NOW)
    assert sheet.get(Tabs.STEPS, "2026-W47/06", Cols.STATUS) == "Terlambat 2 hari"
    assert "Tautan Instagram belum diisi" in str(sheet.get(Tabs.SCHEDULE, "2026-W47", Cols.MESSAGE))
    sheet.type(Tabs.SCHEDULE, "2026-W47", link_column("Instagram"), "tidak ada")
    sheet.tick(NOW)
    assert sheet.get(Tabs.STEPS, "2026-W47/06", Cols.STATUS) == "Selesai terlambat"
    assert sheet.get(Tabs.STEPS, "2026-W47/06", Cols.DONE_AT) == datetime(2026, 11, 24, 8, 0)


def _grid(sheet: Sheet, tab: str) -> list[list[object]]:
    return sheet.workbook.tabs[sheet.snapshot().tables[tab].id].grid  # type: ignore[return-value]


@pytest.mark.parametrize("tab", [Tabs.STEPS, Tabs.SCHEDULE, Tabs.READINGS, Tabs.TEAM, Tabs.DAYS_OFF])
def test_sorting_any_tab_changes_nothing(tab: str) -> None:
    sheet = office()
    grid = _grid(sheet, tab)
    grid[1:] = sorted(grid[1:], key=lambda line: [str(c) for c in line], reverse=True)
    sheet.workbook.touch()
    assert sheet.plan(NOW).empty


@pytest.mark.parametrize("tab", [Tabs.STEPS, Tabs.SCHEDULE, Tabs.READINGS])
def test_reordered_and_added_columns_change_nothing(tab: str) -> None:
    sheet = office()
    grid = _grid(sheet, tab)
    width = max(map(len, grid))
    for n, line in enumerate(grid):
        line.extend([None] * (width - len(line)))
        line[:] = ["milik kami" if n == 0 else n, *reversed(line)]
    sheet.workbook.touch()
    assert sheet.plan(NOW).empty
    sheet.type(Tabs.STEPS, "2026-W48/05", Cols.DONE, True)
    sheet.tick(NOW)
    assert sheet.get(Tabs.STEPS, "2026-W48/05", Cols.STATUS) == "Selesai"
    assert [line[0] for line in grid] == ["milik kami", *range(1, len(grid))]


def test_rows_inserted_above_the_header_change_nothing() -> None:
    sheet = office()
    for tab in (Tabs.STEPS, Tabs.SCHEDULE):
        _grid(sheet, tab)[0:0] = [["JADWAL KONTEN"], [], ["diisi tiap Senin"]]
    sheet.workbook.touch()
    assert sheet.plan(NOW).empty


def test_a_renamed_tab_is_still_itself() -> None:
    sheet = office()
    table = sheet.snapshot().tables[Tabs.SCHEDULE]
    sheet.workbook.tabs[table.id].title = "Jadwal Konten 2026"
    sheet.workbook.tabs[table.id].mark = ""  # as an .xlsx file, that holds no marks
    sheet.workbook.touch()
    assert sheet.snapshot().tables[Tabs.SCHEDULE].title == "Jadwal Konten 2026"
    assert sheet.plan(NOW).empty


def test_a_copied_episode_gets_a_kode_of_its_own() -> None:
    sheet = office()
    grid = _grid(sheet, Tabs.SCHEDULE)
    source = sheet.row(Tabs.SCHEDULE, "2026-W48").number - 1
    copy = list(grid[source])
    copy[0] = datetime(2026, 12, 2)  # a special edition on a Wednesday, copied and pasted above
    grid.insert(source, copy)
    sheet.workbook.touch()
    sheet.tick(NOW)
    days = {r.cells[Cols.CODE]: r.cells[Cols.PUBLISH] for r in sheet.rows(Tabs.SCHEDULE)}
    assert days["2026-W48"] == datetime(2026, 11, 29), "the row whose date is the recorded one keeps the Kode"
    assert days["2026-W49-2"] == datetime(2026, 12, 2)
    assert len(statuses(sheet, "2026-W49-2")) == 12
    assert sheet.plan(NOW).empty


def test_a_copied_episode_not_yet_changed_leaves_the_kode_to_the_upper_row() -> None:
    sheet = office()
    grid = _grid(sheet, Tabs.SCHEDULE)
    source = sheet.row(Tabs.SCHEDULE, "2026-W48").number - 1
    grid.append(list(grid[source]))
    sheet.workbook.touch()
    sheet.tick(NOW)
    codes = sheet.codes(Tabs.SCHEDULE)
    assert len(codes) == len(set(codes))
    assert codes[source - 1] == "2026-W48" and codes[-1] == "2026-W48-2"


@pytest.mark.parametrize(("tab", "key"), [(Tabs.STEPS, "2026-W48/04"), (Tabs.READINGS, "2026-W47/IG/2")])
def test_a_copied_step_or_reading_says_that_it_is_double(tab: str, key: str) -> None:
    sheet = office()
    grid = _grid(sheet, tab)
    grid.append(list(grid[sheet.row(tab, key).number - 1]))
    sheet.workbook.touch()
    sheet.tick(NOW)
    assert "ganda" in str(sheet.rows(tab)[-1].cells[Cols.MESSAGE])
    assert sheet.get(tab, key, Cols.MESSAGE) is None
    assert sheet.plan(NOW).empty


def test_a_deleted_step_comes_back_as_a_row_below() -> None:
    sheet = office()
    del _grid(sheet, Tabs.STEPS)[sheet.row(Tabs.STEPS, "2026-W48/04").number - 1]
    sheet.workbook.touch()
    plan = sheet.tick(NOW)
    assert [str(c)[:26] for c in plan.changes if "W48/04" in str(c)] == ["Langkah · + 2026-W48/04: P"]
    assert sheet.codes(Tabs.STEPS).count("2026-W48/04") == 1


def test_a_deleted_episode_of_the_horizon_comes_back_and_keeps_its_steps() -> None:
    sheet = office()
    del _grid(sheet, Tabs.SCHEDULE)[sheet.row(Tabs.SCHEDULE, "2026-W48").number - 1]
    sheet.workbook.touch()
    sheet.tick(NOW)
    assert sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.PUBLISH) == datetime(2026, 11, 29)
    assert "pilih Dibatalkan" in str(sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.MESSAGE))
    assert len(statuses(sheet, "2026-W48")) == 12
    assert sheet.plan(NOW).empty, "the message stays while the row is blank"
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.TOPIC, "Topik baru")
    sheet.tick(NOW)
    assert sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.MESSAGE) is None


def test_steps_of_a_past_episode_deleted_from_jadwal_read_cancelled() -> None:
    sheet = office()
    del _grid(sheet, Tabs.SCHEDULE)[sheet.row(Tabs.SCHEDULE, "2026-W47").number - 1]
    sheet.workbook.touch()
    sheet.tick(NOW)
    assert set(statuses(sheet, "2026-W47")) == {"Dibatalkan"}
    assert "tidak ada lagi di Jadwal" in str(sheet.get(Tabs.STEPS, "2026-W47/01", Cols.MESSAGE))


def test_a_merged_title_over_the_table_is_no_row() -> None:
    sheet = office()
    _grid(sheet, Tabs.SCHEDULE)[0:0] = [["JADWAL", None, None, None]]  # a merged cell: the top-left one counts
    sheet.workbook.touch()
    assert sheet.plan(NOW).empty


def test_an_extra_row_on_a_thursday_is_an_episode_of_its_own() -> None:
    sheet = office()
    sheet.episode("2026-11-26", "Edisi khusus")
    sheet.tick(NOW)
    assert sheet.get(Tabs.SCHEDULE, "2026-W48-2", Cols.TOPIC) == "Edisi khusus"
    assert sheet.get(Tabs.STEPS, "2026-W48-2/11", Cols.START) == datetime(2026, 12, 2, 9, 0)


def test_the_earliest_date_of_a_week_takes_the_bare_kode() -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Minggu")
    sheet.episode("2026-11-26", "Kamis")
    sheet.tick(NOW)
    assert sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.TOPIC) == "Kamis"
    assert sheet.get(Tabs.SCHEDULE, "2026-W48-2", Cols.TOPIC) == "Minggu"


def test_an_archive_pasted_in_gets_names_and_nothing_else() -> None:
    sheet = Sheet().team()
    sheet.episode("2026-10-25", "Bulan lalu")
    plan = sheet.tick(NOW)
    assert sheet.get(Tabs.SCHEDULE, "2026-W43", Cols.THEME) == "UKM"
    assert statuses(sheet, "2026-W43") == []
    assert not [m for m in plan.mails if "Bulan lalu" in f"{m}{m.data}"]


def test_the_horizon_counts_today_and_makes_no_week_twice() -> None:
    sheet = office()
    days = sorted(r.cells[Cols.PUBLISH] for r in sheet.rows(Tabs.SCHEDULE))  # type: ignore[type-var]
    assert [d.date() for d in days][:2] == [date(2026, 11, 22), date(2026, 11, 29)]  # type: ignore[union-attr]
    assert days[-1] == datetime(2027, 1, 17)
    weeks = [d.isocalendar()[:2] for d in days]  # type: ignore[union-attr]
    assert len(weeks) == len(set(weeks)) == 9


def test_closed_episodes_are_no_longer_carried_out() -> None:
    sheet = office()
    sheet.tick("2026-12-05T23:00")  # H+6+7 of 22 November
    assert statuses(sheet, "2026-W47")[0] == "Terlambat 27 hari"
    sheet.tick("2026-12-06T00:00")
    assert statuses(sheet, "2026-W47")[0] == "Tidak dilaksanakan"


def test_a_hand_written_theme_stays_and_the_row_says_that_it_differs() -> None:
    sheet = office()
    sheet.episode("2026-12-20", "Beda", Tema="UMKM")
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.THEME, "UKM")
    sheet.tick(NOW)
    assert sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.THEME) == "UKM"
    assert "Koperasi" in str(sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.MESSAGE))
    assert sheet.get(Tabs.SCHEDULE, "2026-W51-2", Cols.THEME) == "UMKM"
    assert sheet.get(Tabs.SCHEDULE, "2026-W51-2", Cols.MESSAGE) is None


def test_a_renamed_sistem_header_leaves_that_tab_alone_and_init_repairs_it() -> None:
    sheet = office()
    before = [list(line) for line in _grid(sheet, Tabs.SCHEDULE)]
    table = sheet.snapshot().tables[Tabs.STEPS]
    grid = _grid(sheet, Tabs.STEPS)
    grid[0][table.columns[Cols.CODE]] = "Nomor"
    sheet.workbook.touch()
    rows = len(grid)
    plan = sheet.tick("2026-11-25T08:00")
    assert not [c for c in plan.changes if getattr(c, "tab", "") == Tabs.STEPS], "left alone"
    assert any("Kode" in str(p) and "halokop init" in str(p) for p in plan.problems)
    assert sheet.init("2026-11-25T08:00")
    sheet.tick("2026-11-25T08:00")
    assert len(grid) == rows and sheet.snapshot().tables[Tabs.STEPS].usable
    assert [line[2] for line in before] == [line[2] for line in _grid(sheet, Tabs.SCHEDULE)]


def test_a_persons_column_is_never_taken_for_ours() -> None:
    sheet = office()
    table = sheet.snapshot().tables[Tabs.SCHEDULE]
    grid = _grid(sheet, Tabs.SCHEDULE)
    place = table.columns[Cols.PROGRESS]
    for n, line in enumerate(grid):
        line[place] = "Anggaran (Rp)" if n == 0 else 250000 * n  # Progres overwritten by their own
    sheet.workbook.touch()
    sheet.init(NOW)
    sheet.tick(NOW)
    assert [line[place] for line in grid] == ["Anggaran (Rp)", *(250000 * n for n in range(1, len(grid)))]
    assert sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.PROGRESS) == "0 dari 12"


def test_what_people_write_under_a_header_that_they_cleared_is_theirs() -> None:
    sheet = office()
    table = sheet.snapshot().tables[Tabs.SCHEDULE]
    grid, place = _grid(sheet, Tabs.SCHEDULE), table.columns[Cols.PROGRESS]
    for n, line in enumerate(grid):
        line[place] = None if n == 0 else f"catatan kami {n}"
    sheet.workbook.touch()
    sheet.init(NOW)
    sheet.tick(NOW)
    assert [line[place] for line in grid] == [None, *(f"catatan kami {n}" for n in range(1, len(grid)))]
    assert sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.PROGRESS) == "0 dari 12"


def test_a_header_that_was_cleared_over_our_own_cells_comes_back_where_it_stood() -> None:
    sheet = office()
    table = sheet.snapshot().tables[Tabs.STEPS]
    for header in (Cols.STATUS, Cols.STAGE):
        _grid(sheet, Tabs.STEPS)[0][table.columns[header]] = None
    sheet.workbook.touch()
    sheet.init(NOW)
    assert sheet.snapshot().tables[Tabs.STEPS].columns == table.columns


def test_a_reading_whose_episode_platform_or_day_was_cleared_keeps_them() -> None:
    sheet = office()
    sheet.tick("2026-11-23T08:00")
    code = "2026-W47/IG/1"
    rows = len(sheet.rows(Tabs.READINGS))
    sheet.type(Tabs.READINGS, code, Cols.LIKES, 12)
    for header in (Cols.EPISODE, Cols.PLATFORM, Cols.DAY):
        sheet.type(Tabs.READINGS, code, header, None)
    sheet.tick("2026-11-23T09:00")
    row = sheet.row(Tabs.READINGS, code).cells
    assert (row[Cols.EPISODE], row[Cols.PLATFORM], row[Cols.DAY], row[Cols.LIKES]) == ("2026-W47", "Instagram", 1, 12)
    assert len(sheet.rows(Tabs.READINGS)) == rows == len(set(sheet.codes(Tabs.READINGS)))


def test_an_episode_is_found_by_its_topic_however_the_dash_is_typed() -> None:
    sheet = office()
    sheet.type(Tabs.SCHEDULE, "2026-W47", Cols.TOPIC, "Foto \u2013 produk")
    sheet.add(Tabs.QUESTIONS, Tanggal=at("2026-11-23T00:00"), Episode="foto - Produk", Pertanyaan="Kapan?")
    sheet.tick("2026-11-23T08:00")
    assert sheet.rows(Tabs.QUESTIONS)[0].cells.get(Cols.MESSAGE) is None


def test_nobody_is_told_that_a_name_which_is_blank_stands_there_twice() -> None:
    sheet = office()
    for email in ("salah", "salah juga"):
        sheet.add(Tabs.TEAM, Email=email)
    sheet.tick(NOW)
    said = [str(row.cells.get(Cols.MESSAGE)) for row in sheet.rows(Tabs.TEAM)]
    assert not [message for message in said if "lebih dari satu kali" in message]
    assert len([message for message in said if "tidak benar" in message]) == 2


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), 1e300, "9" * 5000])
def test_a_number_beyond_all_measure_harms_only_its_row(value: float | str) -> None:
    sheet = office()
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.PUBLISH, value)
    sheet.add(Tabs.QUESTIONS, Tanggal=value, Pertanyaan="Apa?", Kode=str(value))
    sheet.tick(NOW)
    assert "Tanggal Tayang" in str(sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.MESSAGE))
    assert sheet.get(Tabs.SCHEDULE, "2026-W47", Cols.PROGRESS) is not None


def _rename(sheet: Sheet, tab: str, header: str, name: str) -> None:
    table = sheet.snapshot().tables[tab]
    _grid(sheet, tab)[table.header_row - 1][table.columns[header]] = name
    sheet.workbook.touch()


@pytest.mark.parametrize(
    ("tab", "header"),
    [
        (Tabs.STEPS, Cols.DONE),
        (Tabs.STEPS, Cols.ASSIGNEE),
        (Tabs.SCHEDULE, Cols.EPISODE_STATUS),
        (Tabs.SCHEDULE, Cols.FORMAT),
        (Tabs.READINGS, Cols.LIKES),
        (Tabs.MEETINGS, Cols.ATTENDEES),
        (Tabs.TEAM, Cols.LEAVE_UNTIL),
        (Tabs.ACTIONS, Cols.DONE),
    ],
)
def test_a_header_of_theirs_that_decides_is_missed_aloud_and_nothing_is_concluded(tab: str, header: str) -> None:
    sheet = office()
    sheet.type(Tabs.STEPS, "2026-W48/01", Cols.DONE, True)
    sheet.type(Tabs.SCHEDULE, "2026-W47", Cols.EPISODE_STATUS, "Dibatalkan")
    sheet.tick(NOW)
    before = {name: [list(line) for line in _grid(sheet, name)] for name in (Tabs.STEPS, Tabs.SCHEDULE, tab)}
    _rename(sheet, tab, header, "Judul lain")
    plan = sheet.tick("2026-11-24T08:30")
    assert any(header in p.text and "tulis kembali judul kolomnya" in p.text for p in plan.problems)
    assert {mail.kind for mail in plan.mails} <= {"administrator"}
    grid = _grid(sheet, tab)
    line = next(line for line in grid if "Judul lain" in line)
    line[line.index("Judul lain")] = header
    sheet.workbook.touch()
    assert {name: _grid(sheet, name) for name in before} == before
    after = sheet.plan("2026-11-24T08:30")
    assert {change.tab for change in after.changes} <= {Tabs.BOARD}, "the board alone tells that it was mended"


def test_a_column_that_only_informs_may_go() -> None:
    sheet = office()
    _rename(sheet, Tabs.SCHEDULE, Cols.NOTE, "Keterangan kami")
    _rename(sheet, Tabs.STEPS, Cols.EVIDENCE, "Tautan bukti")
    assert sheet.plan(NOW).empty


@pytest.mark.parametrize("typed", ["29 Nov", "29/11", "29 nov.", "29 Nov · Judul lama", "Minggu, 29 November"])
def test_an_episode_is_found_by_its_day_alone_as_the_sheet_names_it(typed: str) -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Pajak UKM")
    sheet.tick("2026-11-24T08:00")
    sheet.add(Tabs.FEEDBACK, Tanggal=at("2026-11-24T00:00"), Episode=typed, Isi="Bagus")
    sheet.tick("2026-11-24T08:30")
    [row] = sheet.rows(Tabs.FEEDBACK)
    assert not row.cells.get(Cols.MESSAGE)
    office = observe(sheet.snapshot(), sheet.context("2026-11-24T09:00"))
    assert [f.code for f in office.feedback] == ["2026-W48"]


def test_a_day_that_no_episode_has_is_said() -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Pajak UKM")
    sheet.tick("2026-11-24T08:00")
    sheet.add(Tabs.FEEDBACK, Tanggal=at("2026-11-24T00:00"), Episode="28 Nov", Isi="Bagus")
    sheet.tick("2026-11-24T08:30")
    assert "Episode tidak ditemukan" in str(sheet.rows(Tabs.FEEDBACK)[0].cells[Cols.MESSAGE])


def test_words_in_the_place_of_a_link_are_said_and_do_not_count() -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Pajak UKM", Tautan_Instagram="nanti sore")
    plan = sheet.tick("2026-11-24T08:00")
    said = str(sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.MESSAGE))
    assert 'Tautan Instagram "nanti sore" bukan tautan Instagram' in said and "TikTok" not in said
    assert not [p for p in plan.problems if "bukan tautan" in p.text], "no alarm for the administrator"
    assert sheet.get(Tabs.STEPS, "2026-W48/06", Cols.STATUS) == "Terjadwal"
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.PUBLISH, datetime(2026, 10, 4))
    sheet.tick("2026-11-24T08:05")
    assert sheet.get(Tabs.STEPS, "2026-W48/06", Cols.STATUS) == "Selesai terlambat", (
        "a closed episode keeps what it has"
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("29 Nov · Koperasi", "2026-W48"),  # the day decides, and not a word that another topic has too
        ("29 Nov · Koperasi digital lagi", "2026-W48"),
        ("29 Nov 2026 · Izin usaha UMKM baru", "2026-W48"),
        ("28 Nov", "2026-W48-2"),
        ("koperasi", "2026-W48-2"),
        ("12/12", "2026-W50"),  # a topic that looks like a day is a topic first
    ],
)
def test_a_label_is_read_day_first(typed: str, code: str) -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-28", "Koperasi digital")
    sheet.episode("2026-11-29", "Izin usaha UMKM")
    sheet.episode("2026-12-13", "12/12")
    sheet.episode("2026-12-12", "Hari belanja")
    sheet.tick("2026-11-24T08:00")
    codes = {sheet.get(Tabs.SCHEDULE, c, Cols.TOPIC): c for c in sheet.codes(Tabs.SCHEDULE)}
    wanted = {"2026-W48": "Izin usaha UMKM", "2026-W48-2": "Koperasi digital", "2026-W50": "12/12"}[code]
    sheet.add(Tabs.FEEDBACK, Tanggal=at("2026-11-24T00:00"), Episode=typed, Isi="Bagus")
    office = observe(sheet.snapshot(), sheet.context("2026-11-24T09:00"))
    assert [f.code for f in office.feedback] == [codes[wanted]]


def test_a_label_of_one_episodes_day_and_anothers_topic_is_asked_about() -> None:
    """Two episodes changed places after the label was typed: nobody can know which of them was meant."""
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Pajak UKM")
    sheet.episode("2026-12-06", "Izin usaha")
    sheet.tick("2026-11-24T08:00")
    sheet.add(Tabs.FEEDBACK, Tanggal=at("2026-11-24T00:00"), Episode="29 Nov · Pajak UKM", Isi="Bagus")
    assert [f.code for f in observe(sheet.snapshot(), sheet.context("2026-11-24T09:00")).feedback] == ["2026-W48"]
    sheet.type(Tabs.SCHEDULE, "2026-W48", Cols.PUBLISH, at("2026-12-06T00:00"))
    sheet.type(Tabs.SCHEDULE, "2026-W49", Cols.PUBLISH, at("2026-11-29T00:00"))
    office = observe(sheet.snapshot(), sheet.context("2026-11-24T10:00"))
    assert [f.code for f in office.feedback] in ([], [""], [None])
    sheet.tick("2026-11-24T10:00")
    [row] = sheet.rows(Tabs.FEEDBACK)
    assert "lebih dari satu episode" in str(row.cells.get(Cols.MESSAGE))


def test_a_tab_that_was_cleared_as_a_whole_is_made_again() -> None:
    sheet = Sheet().team()
    table = sheet.snapshot().tables[Tabs.SCHEDULE]
    sheet.workbook.tabs[table.id].grid.clear()
    sheet.workbook.touch()
    assert sheet.init("2026-11-24") and not sheet.init("2026-11-24")
    sheet.tick("2026-11-24T08:00")
    assert len(sheet.rows(Tabs.SCHEDULE)) == 8


def test_a_list_of_the_offices_own_with_a_column_called_as_a_page_stays_as_it_is() -> None:
    sheet = Sheet().team()
    grid = [["No", "Petunjuk", "Jumlah"], [1, "Isi ulang tinta", 2], [2, "Ganti kertas", 5]]
    sheet.workbook.tabs = {"own": MemoryTab("Inventaris", grid=[list(row) for row in grid]), **sheet.workbook.tabs}
    guide = next(tab for tab in sheet.workbook.tabs.values() if tab.mark == Tabs.GUIDE)
    guide.mark = ""  # as in a file, where tabs bear no marks
    sheet.tick("2026-11-24T08:00")
    assert sheet.workbook.tabs["own"].grid == grid and sheet.plan("2026-11-24T08:00").empty
