"""Dates that a sheet may have read month first, days that the calendar does not have, days without a year."""

from datetime import date, datetime

import pytest

from halokop_sheets.core.sheet.cells import Unreadable
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.core.typed.dates import in_nearest_year, parse_date
from tests.sheet import Sheet, settings_of

NOW = "2026-11-24T08:00"
DOUBT = (
    'Tanggal Tayang 12/6 atau 6/12? Tidak jelas: kolom ini memuat "29/11/2026" sebagai teks, jadi lembar membaca bulan '
    "lebih dulu; tulis bulannya dengan nama, misalnya 6 Des 2026."
)


def _sheet() -> Sheet:
    return Sheet(settings_of("[program]\nhorizon_weeks = 3")).team()


def _said(sheet: Sheet, tab: str) -> list[object]:
    return [row.cells.get(Cols.MESSAGE) for row in sheet.rows(tab)]


def test_where_a_text_proves_the_other_order_swappable_dates_are_not_believed() -> None:
    sheet = _sheet()
    sheet.episode("29/11/2026", "satu")
    sheet.episode("2026-06-12", "dua")  # typed 6/12/2026 in a sheet that reads the month first
    sheet.episode("2026-12-13", "tiga")  # cannot be swapped
    sheet.episode("2026-12-12", "empat")  # the same either way
    plan = sheet.tick(NOW)
    assert _said(sheet, Tabs.SCHEDULE)[:4] == [None, DOUBT, None, None]
    assert any(DOUBT in p.text for p in plan.problems), "check says it too"
    assert sheet.row(Tabs.SCHEDULE, "2026-W48").cells[Cols.TOPIC] == "satu"
    assert Cols.CODE not in sheet.rows(Tabs.SCHEDULE)[1].cells
    assert sheet.rows(Tabs.SCHEDULE)[1].cells[Cols.PUBLISH] == datetime(2026, 6, 12), "as typed"
    row = sheet.rows(Tabs.SCHEDULE)[-1]
    assert row.cells[Cols.PUBLISH] == datetime(2026, 12, 6), "our own row of that week is no doubt of ours"
    assert sheet.plan(NOW).empty
    sheet.type(Tabs.SCHEDULE, 3, Cols.PUBLISH, "6 Des 2026")
    sheet.tick(NOW)
    assert DOUBT not in _said(sheet, Tabs.SCHEDULE)


def test_without_such_a_text_dates_are_dates() -> None:
    sheet = _sheet()
    sheet.episode("2026-12-06", "dua")
    sheet.episode("13 Des 2026", "tiga")
    sheet.tick(NOW)
    assert sheet.row(Tabs.SCHEDULE, "2026-W49").cells[Cols.TOPIC] == "dua"


def test_stored_dates_past_the_12th_speak_for_the_day_first() -> None:
    sheet = _sheet()
    sheet.episode("29/11/2026", "satu")
    for day in ("2026-12-06", "2026-12-13", "2026-12-20"):
        sheet.episode(day, day)
    sheet.tick(NOW)
    assert sheet.row(Tabs.SCHEDULE, "2026-W49").cells[Cols.TOPIC] == "2026-12-06"
    assert DOUBT not in _said(sheet, Tabs.SCHEDULE)


def test_an_office_at_work_loses_nothing_by_a_text_that_somebody_pastes() -> None:
    sheet = _sheet()
    sheet.episode("2026-12-06", "dua")
    sheet.tick(NOW)
    sheet.episode("20/12/2026", "tiga")
    sheet.tick(NOW)
    assert sheet.get(Tabs.STEPS, "2026-W49/05", Cols.STATUS) == "Terjadwal"
    assert DOUBT not in _said(sheet, Tabs.SCHEDULE)


def test_national_days_stay_beside_a_day_typed_as_text() -> None:
    sheet = _sheet()
    sheet.tick(NOW)
    before = len(sheet.rows(Tabs.DAYS_OFF))
    sheet.add(Tabs.DAYS_OFF, Tanggal="24/12/2026", Keterangan="Libur kantor")
    sheet.tick(NOW)
    assert len(sheet.rows(Tabs.DAYS_OFF)) == before + 1
    assert set(_said(sheet, Tabs.DAYS_OFF)) == {None}


def test_one_day_typed_by_hand_does_not_stop_the_years_days_off() -> None:
    sheet = _sheet()
    sheet.add(Tabs.DAYS_OFF, Tanggal=datetime(2026, 11, 27), Keterangan="Rapat kerja")
    sheet.add(
        Tabs.DAYS_OFF, Tanggal=datetime(2027, 1, 1), Keterangan="Tahun baru"
    )  # a national day: a year kept by hand
    sheet.tick(NOW)
    years = [row.cells[Cols.DATE].year for row in sheet.rows(Tabs.DAYS_OFF)]
    assert years.count(2026) > 10 and years.count(2027) == 1


@pytest.mark.parametrize("typed", ["30/2/2026", "30 Februari 2026", "31-11-26", "2026-02-30", "29/2/2027"])
def test_a_day_that_does_not_exist_is_told_so(typed: str) -> None:
    assert parse_date(typed, "Tenggat") == Unreadable(f'Tenggat "{typed}" tidak ada di kalender; periksa tanggalnya.')


@pytest.mark.parametrize(
    ("typed", "near", "day"),
    [
        ("29 Nov", date(2026, 11, 24), date(2026, 11, 29)),
        ("Minggu, 3 Januari", date(2026, 12, 20), date(2027, 1, 3)),
        ("27/12", date(2027, 1, 4), date(2026, 12, 27)),
        ("29 Februari", date(2028, 3, 1), date(2028, 2, 29)),
        ("29 Februari", date(2026, 3, 1), None),
        ("29/11/2026", date(2026, 11, 24), None),
        ("entah", date(2026, 11, 24), None),
    ],
)
def test_a_day_without_a_year_is_taken_nearest(typed: str, near: date, day: date | None) -> None:
    assert in_nearest_year(typed, near) == day


def test_a_row_says_which_year_was_taken_and_keeps_it_by_what_was_told() -> None:
    sheet = _sheet()
    sheet.episode("29 Nov", "satu")
    sheet.tick(NOW)
    assert sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.TOPIC) == "satu"
    said = 'Tanggal Tayang "29 Nov" dibaca sebagai 29 Nov 2026; bila keliru, tulis tahunnya.'
    assert sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.MESSAGE) == said
    sheet.tick("2027-08-20T08:00")  # nearer to November 2027 by now
    assert sheet.get(Tabs.SCHEDULE, "2026-W48", Cols.MESSAGE) == said
