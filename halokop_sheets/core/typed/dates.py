"""Dates and times of day as people type them: naive wall-clock values in the programme's zone.

The day comes first, always: ``6/12/26`` is 6 December 2026. Two digits of a year mean 2000 to 2099. A weekday beside
the date is not checked: the number wins. A zone word (WIB, WITA, WIT) is the office's own and is left out; an offset
(``Z``, ``+07:00``) is not understood, for the core does not know the zone it would be turned into.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import lru_cache

from halokop_sheets.core.calendar import END_OF_DAY
from halokop_sheets.core.sheet.cells import Unreadable, fold, text, unreadable
from halokop_sheets.core.sheet.tables import from_serial, is_serial
from halokop_sheets.core.sheet.values import Cell, Link

FIRST_YEAR, LAST_YEAR = 2000, 2100
_MIDNIGHT = time(0)
LONGEST = 60  # characters: longer text is never a date, a time or a count, and is not worth remembering

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february pebruari feb peb",
            "maret march mar mrt",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agt agu ags agus aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}
_BESIDE = re.compile(
    r"(?<![a-z])(?:hari|tgl|tanggal|senin|selasa|rabu|kamis|jumat|jumaat|sabtu|minggu|ahad|sen|sel|rab|kam|jum|sab|min"
    r"|mgg|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun)(?![a-z])\.?"
    r"|[()]"
)
_STYLES = tuple(
    re.compile(rf"{style}(?!\d)")
    for style in (
        r"(?P<d>\d\d?)\s*[/.-]\s*(?P<m>\d\d?)\s*[/.-]\s*(?P<y>\d{4}|\d\d)",
        r"(?P<d>\d\d?)[\s/.-]*(?P<m>[a-z]+)[\s/.,-]*(?P<y>\d{4}|\d\d)",
        r"(?P<y>\d{4})\s*[/.-]\s*(?P<m>\d\d?)\s*[/.-]\s*(?P<d>\d\d?)",
        r"(?P<d>\d\d?) (?P<m>\d\d?) (?P<y>\d{4})",
        r"(?P<m>[a-z]+)[\s.]*(?P<d>\d\d?)[\s,]+(?P<y>\d{4})",
    )
)
_CLOCK = re.compile(
    r"(?:(?:pukul|pkl|jam)\.?\s*)?(?P<h>\d\d?)(?:[.:,]?(?P<m>\d\d)(?:[.:]\d\d(?:[.,]\d+)?)?)?"
    r"\s*(?P<half>am|pm|pagi|siang|sore|malam)?\s*(?:wib|wita|wit)?"
)
_AFTERNOON = {"pm": range(1, 12), "siang": range(1, 7), "sore": range(1, 8), "malam": range(6, 12)}

_LIKE_DATE = "tulis seperti 29/11/2026."
_UNKNOWN = f"tidak dikenali; {_LIKE_DATE}"
_NO_YEAR = f"belum menyebut tahunnya; {_LIKE_DATE}"
_NO_SUCH_DAY = "tidak ada di kalender; periksa tanggalnya."
_FAR_YEAR = f"di luar tahun {FIRST_YEAR}–{LAST_YEAR}; {_LIKE_DATE}"
_LIKE_TIME = "tidak dikenali; tulis seperti 07.00."


def _dates(typed: str) -> Iterator[tuple[date, str]]:
    """The date at the start of folded text, and what follows it, in each style that fits."""
    for style in _STYLES:
        found = style.match(typed)
        if found:
            month, year = found["m"], int(found["y"])
            number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
            try:
                day = date(year if len(found["y"]) == 4 else 2000 + year, number, int(found["d"]))
            except ValueError:
                continue
            yield day, typed[found.end() :].lstrip("t, ")


@lru_cache(maxsize=8192)
def _clock(typed: str) -> time | None:
    """A time of day in folded text; ``pm`` and its Indonesian kin move the hours that they can mean."""
    found = _CLOCK.fullmatch(typed)
    if not found:
        return None
    hour, half = int(found["h"]), found["half"]
    if hour in _AFTERNOON.get(half, ()):
        hour += 12
    elif hour == 12 and half in ("am", "malam"):
        hour = 0
    minute = int(found["m"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _within(day: date, clock: time | None) -> tuple[date, time | None] | str:
    """A date and its time as read; midnight is no time, for a sheet stores a date alone as its midnight."""
    return (day, None if clock == _MIDNIGHT else clock) if FIRST_YEAR <= day.year <= LAST_YEAR else _FAR_YEAR


@lru_cache(maxsize=8192)
def _moment(typed: str) -> tuple[date, time | None] | str | None:
    """Date and time of what was typed, None where that is blank, else why it is not understood."""
    body = " ".join(_BESIDE.sub(" ", fold(typed).replace("'", "")).split()).strip(" ,.")
    if not body:
        return _UNKNOWN if fold(typed) else None
    for day, rest in _dates(body):
        clock = None if not rest or rest.isdigit() else _clock(rest)
        if not rest or clock:
            return _within(day, clock)
    if any(not rest for _, rest in _dates(f"{body}/2000")):
        return _NO_YEAR
    return _NO_SUCH_DAY if _is_no_day(body) else _UNKNOWN


def _is_no_day(body: str) -> bool:
    """Whether folded text is a date that the calendar does not have: 30 February."""
    for style in _STYLES:
        if found := style.fullmatch(body):
            month, day = found["m"], int(found["d"])
            number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
            if 1 <= number <= 12 and day in (29, 30, 31):
                return True
    return False


def in_nearest_year(cell: Cell, near: date) -> date | None:
    """The day of a cell that names no year, in the year that brings it nearest to ``near``; None for anything else."""
    if not isinstance(cell, str) or len(cell) > LONGEST or _moment(cell) != _NO_YEAR:
        return None
    body = " ".join(_BESIDE.sub(" ", fold(cell).replace("'", "")).split()).strip(" ,.")
    found = [
        day for year in (near.year - 1, near.year, near.year + 1) for day, rest in _dates(f"{body}/{year}") if not rest
    ]
    return min(found, key=lambda day: abs(day - near), default=None)


def read_moment(cell: Cell) -> tuple[date, time | None] | str | None:
    """Date and time of day of any cell (None: no time), None where it is blank, else why it is not understood."""
    if isinstance(cell, int | float) and is_serial(cell):
        cell = from_serial(cell)  # a date that lost its format
    if isinstance(cell, datetime):
        return _within(cell.date(), time(cell.hour, cell.minute))
    if isinstance(cell, str | Link):
        typed = text(cell)
        return _moment(typed) if len(typed) <= LONGEST else _UNKNOWN
    return None if cell is None else _UNKNOWN


def parse_date(cell: Cell, header: str) -> date | Unreadable | None:
    """The date of a cell; a time beside it does not count."""
    if cell is None:
        return None
    if isinstance(cell, datetime) and FIRST_YEAR <= cell.year <= LAST_YEAR:  # nearly every cell: the fast path
        return cell.date()
    found = read_moment(cell)
    if isinstance(found, tuple):
        return found[0]
    return None if found is None else unreadable(header, cell, found)


def parse_moment(cell: Cell, header: str) -> datetime | Unreadable | None:
    """The moment of a cell, to the minute; a date alone is its 23:59, for it counts through that day."""
    if cell is None:
        return None
    found = read_moment(cell)
    if isinstance(found, tuple):
        return datetime.combine(found[0], found[1] or END_OF_DAY)
    return None if found is None else unreadable(header, cell, found)


def parse_time(cell: Cell, header: str) -> time | Unreadable | None:
    """The time of day of a cell, to the minute; ``7`` is 07:00.

    A number below 1 is a time that lost its format (a fraction of a day). Other fractions are not understood: 7,3
    may have been 7.30, and 6,5 half past six.
    """
    if cell is None:
        return None
    if isinstance(cell, float) and (0 <= cell < 1 or (is_serial(cell) and not cell.is_integer())):
        minutes = min(round(cell % 1 * 1440), 1439)
        return time(minutes // 60, minutes % 60)
    if isinstance(cell, datetime | time):
        return time(cell.hour, cell.minute)
    if isinstance(cell, bool) or (isinstance(cell, float) and not cell.is_integer()):
        return unreadable(header, cell, _LIKE_TIME)
    typed = text(cell)
    found = _clock(fold(typed)) if len(typed) <= LONGEST else None
    if found or (isinstance(cell, str) and not fold(typed)):
        return found
    return unreadable(header, cell, _LIKE_TIME)
