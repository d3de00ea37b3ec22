"""Dates and times as people type them: a table of what was seen in offices, and each style for every day there is."""

from datetime import date, datetime, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from halokop_sheets.core.sheet.cells import Unreadable
from halokop_sheets.core.sheet.tables import to_serial
from halokop_sheets.core.sheet.values import Broken, Cell, Link
from halokop_sheets.core.typed.dates import parse_date, parse_moment, parse_time

sampled = settings(deadline=None, database=None)
SUNDAY = date(2026, 11, 29)

DATES: list[tuple[Cell, date]] = [
    *(
        (typed, SUNDAY)
        for typed in (
            "29/11/2026",
            "29-11-2026",
            "29-11-26",
            "29.11.2026",
            "29.11.26.",
            "29/11-2026",
            "29 / 11 / 2026",
            "29 11 2026",
            "29–11–2026",
            " 29/11/2026\n",
            "29\u00a0November\u00a02026",
            "29  Nov   2026",
            "29 Nov. 2026",
            "29 NOVEMBER 2026",
            "29 nop 26",
            "29 Nopember 2026",
            "29-Nov-26",
            "29Nov2026",
            "29 Nov '26",
            "Minggu, 29 November 2026",
            "Minggu 29 Nov 2026",
            "Mgg, 29/11/2026",
            "Ahad 29-11-2026",
            "Senin, 29 November 2026",  # a wrong weekday: the number wins
            "Sunday, 29 November 2026",
            "hari Minggu tgl 29/11/2026",
            "Tanggal 29 November 2026",
            "29/11/2026 (Minggu)",
            "November 29, 2026",
            "2026-11-29",
            "2026/11/29",
            "2026-11-29T10:30:00",
            "2026-11-29 10:30:15.250",
            "29/11/2026 10.30",
            "29/11/2026, pukul 10.30 WIB",
            "\u200e29/11/2026\u200f",
            46355,
            46355.0,
            46355.4375,
            datetime(2026, 11, 29),
            datetime(2026, 11, 29, 23, 59),
            Link("29/11/2026", "x"),
        )
    ),
    ("6/12/26", date(2026, 12, 6)),  # the day first, always
    ("06-12-2026", date(2026, 12, 6)),
    ("13 Des 2026", date(2026, 12, 13)),
    ("Jum'at, 27 November 2026", date(2026, 11, 27)),
    ("Jum’at 27 Nov 2026", date(2026, 11, 27)),
    ("Jumat 27/11/2026", date(2026, 11, 27)),
    ("Kamis, 6 Mei 2027", date(2027, 5, 6)),
    ("29 Februari 2028", date(2028, 2, 29)),
    ("1 Pebruari 2027", date(2027, 2, 1)),
    ("17 Agt 2027", date(2027, 8, 17)),
    ("17 Agu 2027", date(2027, 8, 17)),
    ("17 Ags 2027", date(2027, 8, 17)),
    ("17 Aug 2027", date(2027, 8, 17)),
    ("1 Okt 2027", date(2027, 10, 1)),
    ("1 May 2027", date(2027, 5, 1)),
    ("1/1/00", date(2000, 1, 1)),
    ("31/12/99", date(2099, 12, 31)),
    ("31/12/2100", date(2100, 12, 31)),
]

NO_DATES: list[tuple[Cell, str]] = [
    *(
        (typed, f'Tanggal Tayang "{typed}" tidak dikenali; tulis seperti 29/11/2026.')
        for typed in (
            "11/29/2026",
            "0/11/2026",
            "menyusul",
            "?",
            "-",
            "TBA",
            "Minggu",
            "November 2026",
            "28-29 November 2026",
            "29/11/2026-30/11/2026",
            "29/11/20261",
            "29/11/2026 10",
            "29/11/2026 24.00",
            "29/11/202610.30",
            "29 Nov 10.30",
            "29 Foo 2026",
            "29/11 10",
            "2026-11-29T03:30:00Z",
            "2026-11-29T10:30:00+07:00",
            "46355",
            "29/11/2026 atau 6/12/2026",
        )
    ),
    *(
        (typed, f'Tanggal Tayang "{typed}" tidak ada di kalender; periksa tanggalnya.')
        for typed in ("31/02/2027", "29 Februari 2027")
    ),
    *(
        (typed, f'Tanggal Tayang "{typed}" belum menyebut tahunnya; tulis seperti 29/11/2026.')
        for typed in ("29/11", "29-11", "29 Nov", "Minggu, 29 November", "29/2")
    ),
    *(
        (typed, f'Tanggal Tayang "{typed}" di luar tahun 2000–2100; tulis seperti 29/11/2026.')
        for typed in ("29/11/1999", "29/11/1026", "1 Januari 2101", "2101-01-01")
    ),
    (datetime(1899, 12, 30, 7), 'Tanggal Tayang "30/12/1899 07.00" di luar tahun 2000–2100; tulis seperti'),
    (20_000, 'Tanggal Tayang "20000" di luar tahun'),
    (29.11, 'Tanggal Tayang "29,11" tidak dikenali'),
    (80_000, 'Tanggal Tayang "80000" tidak dikenali'),
    (True, 'Tanggal Tayang "TRUE" tidak dikenali'),
    (time(7), 'Tanggal Tayang "07.00" tidak dikenali'),
    (Broken("#REF!"), "Tanggal Tayang berisi kesalahan rumus (#REF!); perbaiki rumusnya atau ketik isinya."),
    (
        Broken("=A1+7", calculated=False),
        "Tanggal Tayang berisi rumus yang belum dihitung; buka dan simpan berkas ini sekali di Excel atau LibreOffice.",
    ),
]

MOMENTS: list[tuple[Cell, datetime]] = [
    ("29/11/2026", datetime(2026, 11, 29, 23, 59)),
    ("29/11/2026 00.00", datetime(2026, 11, 29, 23, 59)),
    (datetime(2026, 11, 29), datetime(2026, 11, 29, 23, 59)),
    (46355, datetime(2026, 11, 29, 23, 59)),
    (46355.4375, datetime(2026, 11, 29, 10, 30)),
    (datetime(2026, 11, 29, 10, 30), datetime(2026, 11, 29, 10, 30)),
    (datetime(2026, 11, 29, 10, 30, 59), datetime(2026, 11, 29, 10, 30)),
    ("29/11/2026 10.30", datetime(2026, 11, 29, 10, 30)),
    ("29/11/26 9:05", datetime(2026, 11, 29, 9, 5)),
    ("29.11.2026 10.30", datetime(2026, 11, 29, 10, 30)),
    ("Minggu, 29 Nov 2026 pukul 10.30 WIB", datetime(2026, 11, 29, 10, 30)),
    ("29 Nov 2026 jam 10", datetime(2026, 11, 29, 10)),
    ("29 Nov 2026, 3 sore", datetime(2026, 11, 29, 15)),
    ("29/11/2026 7:00 PM", datetime(2026, 11, 29, 19)),
    ("2026-11-29T10:30", datetime(2026, 11, 29, 10, 30)),
    ("2026-11-29 10:30:59", datetime(2026, 11, 29, 10, 30)),
]

TIMES: list[tuple[Cell, time]] = [
    ("07.00", time(7)),
    ("7:00", time(7)),
    ("7", time(7)),
    ("07", time(7)),
    ("0700", time(7)),
    ("7,30", time(7, 30)),
    (" 06.30 ", time(6, 30)),
    ("07:00:30", time(7)),
    ("jam 7", time(7)),
    ("pukul 07.00 WIB", time(7)),
    ("pkl. 7.15", time(7, 15)),
    ("7 pagi", time(7)),
    ("12 siang", time(12)),
    ("1 siang", time(13)),
    ("4.30 sore", time(16, 30)),
    ("8 malam", time(20)),
    ("12 malam", time(0)),
    ("1 malam", time(1)),
    ("7 AM", time(7)),
    ("12 pm", time(12)),
    ("0:00", time(0)),
    ("23.59", time(23, 59)),
    (7, time(7)),
    (7.0, time(7)),
    (0, time(0)),
    (0.2708333333, time(6, 30)),
    (0.9999999, time(23, 59)),
    (46355.4375, time(10, 30)),
    (time(6, 30), time(6, 30)),
    (time(6, 30, 15), time(6, 30)),
    (datetime(1899, 12, 30, 6, 30), time(6, 30)),
]

NO_TIMES: list[Cell] = [
    "24.00",
    "7.60",
    "7.5",
    "tujuh",
    "07.00-08.00",
    "29/11/2026",
    "-1",
    24,
    6.5,
    7.3,
    -1,
    46355,
    True,
]


@pytest.mark.parametrize(("cell", "expected"), DATES, ids=repr)
def test_dates_are_understood(cell: Cell, expected: date) -> None:
    assert parse_date(cell, "Tanggal") == expected


@pytest.mark.parametrize(("cell", "message"), NO_DATES, ids=repr)
def test_what_is_no_date_gets_its_sentence(cell: Cell, message: str) -> None:
    found = parse_date(cell, "Tanggal Tayang")
    assert isinstance(found, Unreadable)
    assert found.message.startswith(message)
    assert parse_moment(cell, "Tanggal Tayang") == found


@pytest.mark.parametrize(("cell", "expected"), MOMENTS, ids=repr)
def test_moments_are_understood(cell: Cell, expected: datetime) -> None:
    assert parse_moment(cell, "Selesai Pada") == expected
    assert parse_date(cell, "Selesai Pada") == expected.date()


@pytest.mark.parametrize(("cell", "expected"), TIMES, ids=repr)
def test_times_are_understood(cell: Cell, expected: time) -> None:
    assert parse_time(cell, "Jam Pengingat") == expected


@pytest.mark.parametrize("cell", NO_TIMES, ids=repr)
def test_what_is_no_time_gets_its_sentence(cell: Cell) -> None:
    found = parse_time(cell, "Jam Pengingat")
    assert isinstance(found, Unreadable)
    assert found.message.endswith("tidak dikenali; tulis seperti 07.00.")


@pytest.mark.parametrize("cell", [None, "", "  ", "\n", "\u200b\ufeff"], ids=repr)
def test_blank_is_nothing(cell: Cell) -> None:
    assert parse_date(cell, "x") is parse_moment(cell, "x") is parse_time(cell, "x") is None


# The styles are written out here by themselves: they share no table with the code that they check.
WEEKDAYS = ["Senin", "Selasa", "Rabu", "Kamis", "Jum'at", "Sabtu", "Minggu"]
LONG = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
SHORT = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nov", "Des"]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
STYLES = {
    "d/m/y": lambda d: f"{d.day}/{d.month}/{d.year}",
    "dd/mm/yyyy": lambda d: d.strftime("%d/%m/%Y"),
    "dd-mm-yy": lambda d: d.strftime("%d-%m-%y"),
    "dd.mm.yyyy": lambda d: d.strftime("%d.%m.%Y"),
    "d mmm yyyy": lambda d: f"{d.day} {SHORT[d.month - 1]} {d.year}",
    "d mmmm yyyy": lambda d: f"{d.day} {LONG[d.month - 1]} {d.year}",
    "d-mmm-yy": lambda d: f"{d.day}-{SHORT[d.month - 1]}-{d:%y}",
    "dddd, d mmmm yyyy": lambda d: f"{WEEKDAYS[d.weekday()]}, {d.day} {LONG[d.month - 1]} {d.year}",
    "d english yyyy": lambda d: f"{d.day} {ENGLISH[d.month - 1]} {d.year}",
    "english d, yyyy": lambda d: f"{ENGLISH[d.month - 1]} {d.day}, {d.year}",
    "iso": date.isoformat,
}
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
clocks = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@pytest.mark.parametrize("style", STYLES)
@sampled
@given(day=days)
@example(day=date(2026, 12, 6))
@example(day=date(2028, 2, 29))
def test_every_day_in_every_style_reads_back(style: str, day: date) -> None:
    assert parse_date(STYLES[style](day), "x") == day
    assert parse_date(STYLES[style](day).upper(), "x") == day


@pytest.mark.parametrize("style", STYLES)
@sampled
@given(
    day=days,
    clock=clocks.filter(lambda t: t != time(0)),
    form=st.sampled_from([" %H.%M", " %H:%M", ", pukul %H.%M WIB"]),
)
def test_every_moment_in_every_style_reads_back(style: str, day: date, clock: time, form: str) -> None:
    assert parse_moment(STYLES[style](day) + clock.strftime(form), "x") == datetime.combine(day, clock)


@sampled
@given(day=days, clock=clocks)
def test_cells_and_serials_read_back(day: date, clock: time) -> None:
    moment = datetime.combine(day, clock)
    expected = moment if clock != time(0) else datetime.combine(day, time(23, 59))
    for cell in (moment, to_serial(moment)):
        if isinstance(cell, float) and not 20_000 <= cell < 80_000:
            continue
        assert parse_date(cell, "x") == day
        assert parse_moment(cell, "x") == expected
    assert parse_time((clock.hour * 60 + clock.minute) / 1440, "x") == clock
    assert parse_time(clock.strftime("%H.%M"), "x") == clock
