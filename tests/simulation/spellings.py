"""What people type and what they mean by it: the oracle looks words up here and never parses.

A word that stands in none of these tables is junk: it must be left as typed, get a message, and stop nothing else.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random
from typing import Any

from tests.simulation.contract import MONTHS

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_LONG = dict(
    zip(
        MONTHS,
        ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "Nopember",
         "Desember"),
        strict=True,
    )
)  # fmt: skip
YES = (True, True, True, True, "ya", "✓", "x", "V", "selesai", "=TRUE()", 1)
NO = (False, False, "tidak", "belum")
FORMATS = {"Postingan": 0, "Video": 0, "Live": 0, "Postingan + Live": 0, "Video + Live": 0} | {
    "live & reels": "Video + Live",
    "video": "Video",
    "LIVE": "Live",
}
STATUSES = {
    "Aktif": "Aktif",
    "Ditunda": "Ditunda",
    "tunda": "Ditunda",
    "Dibatalkan": "Dibatalkan",
    "batal": "Dibatalkan",
}
HOURS: dict[Any, time] = {
    "07.00": time(7),
    "6:30": time(6, 30),
    "8": time(8),
    time(9, 0): time(9),
    "08.15": time(8, 15),
}
COUNTS = {"1.234": 1234, "12,3 rb": 12300, "1,2 jt": 1200000, "1.2K": 1200, "987 views": 987}
JUNK_DATES = ("nanti", "minggu depan", "32/13/2026", "???", "tgl menyusul", 3.7)
JUNK_TICKS = ("mungkin", "?", "setengah", "lihat WA")
JUNK_NAMES = ("Joko", "siapa saja", "Tim IT")
JUNK_COUNTS = ("banyak", "lupa", "1.2.3", -5)
JUNK_HOURS = ("pagi-pagi", "25:99")
FORMULAS = ("=1+1", "+62 812", "-", "@sum", '=HYPERLINK("http://x")', "\tx")  # text that must stay text


@dataclass
class Meanings:
    """Dates in people's spellings, each remembered with the day that it means."""

    dates: dict[str, date] = field(default_factory=dict)

    def spell(self, day: date, rng: Random) -> Any:
        """A day as somebody types it: mostly a proper date, sometimes text."""
        style = rng.randrange(10)
        if style < 6 or (
            style < 8 and day.day > 12
        ):  # a text that proves a sheet of another locale has tests of its own
            return datetime(day.year, day.month, day.day)
        month = MONTHS[day.month - 1]
        typed = (
            f"{day.day}/{day.month}/{day.year}",
            f"{day.day:02d}-{day.month:02d}-{day.year % 100:02d}",
            f"{_DAYS[day.weekday()]}, {day.day} {_LONG[month]} {day.year}",
            f"{day.day} {month} {day.year}",
        )[style - 6]
        self.dates[typed] = day
        return typed

    def day(self, cell: Any) -> date | None:
        """The day of a cell; None for blank and junk."""
        return cell.date() if isinstance(cell, datetime) else self.dates.get(cell) if isinstance(cell, str) else None

    def is_junk_date(self, cell: Any) -> bool:
        return cell is not None and self.day(cell) is None

    def tick(self, cell: Any) -> bool | date | None:
        """A tick, the day typed instead of one, or None for blank and junk."""
        if cell is True or (cell == 1 and not isinstance(cell, bool)) or (isinstance(cell, str) and cell in YES):
            return True
        if cell is False or (isinstance(cell, str) and cell in NO):
            return False
        return self.day(cell)


def format_of(cell: Any) -> str | None:
    """Bentuk; None for blank and junk: all steps."""
    return (FORMATS[cell] or cell) if isinstance(cell, str) and cell in FORMATS else None


def status_of(cell: Any) -> str:
    return STATUSES.get(cell, "Aktif") if isinstance(cell, str) else "Aktif"


def count_of(cell: Any) -> int | None:
    if isinstance(cell, int) and not isinstance(cell, bool) and cell >= 0:
        return cell
    return COUNTS.get(cell) if isinstance(cell, str) else None


def hour_of(cell: Any) -> time | None:
    return HOURS.get(cell) if isinstance(cell, str | time) else None
