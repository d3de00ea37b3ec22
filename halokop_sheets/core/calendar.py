"""Weeks, themes and working days. All dates are the programme's own; weeks are ISO 8601 weeks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from halokop_sheets.core.terms import THEME_COOPERATIVE, THEME_MSME

DAY = timedelta(days=1)
END_OF_DAY = time(23, 59)  # a date without a time may be met through that day; late is judged to the minute
# 17:00: people have left the office. A mail would be read by nobody, and the digests of the day are out.
LAST_HOUR = time(17)


def all_day(at: datetime) -> bool:
    """Whether a moment stands for its whole day: the hour was not given."""
    return at.time() in (time(), END_OF_DAY)


@dataclass(frozen=True)
class Calendar:
    """Working days: Monday to Friday, not in the tab ``Libur``."""

    days_off: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.days_off

    def next_working(self, day: date) -> date:
        """The first working day after ``day``. A calendar of nothing but holidays ends the search after a year."""
        for _ in range(366):
            day += DAY
            if self.is_working(day):
                return day
        return day

    def working_days_after(self, day: date, until: date) -> int:
        """Working days after ``day`` through ``until``."""
        # After so many days the exact number tells nothing more, and counting on would be slow.
        if (until - day).days > 60:
            day = until - timedelta(days=60)
        return sum(self.is_working(day + timedelta(days=n)) for n in range(1, (until - day).days + 1))


def week_code(day: date) -> str:
    """The ISO week of a date as an episode's Kode: ``2026-W48``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def theme(day: date, rule: str) -> str:
    """SOP step 1: odd weeks UKM, even weeks Koperasi; by ISO week or by week of the month."""
    week = day.isocalendar().week if rule == "iso-week" else (day.day - 1) // 7 + 1
    return THEME_MSME if week % 2 else THEME_COOPERATIVE


def publishing_days(today: date, weekday: int, weeks: int) -> list[date]:
    """The next ``weeks`` publishing days, today counted."""
    first = today + timedelta(days=(weekday - today.weekday()) % 7)
    return [first + timedelta(weeks=n) for n in range(weeks)]


def double_odd_weeks(days: Iterable[date], rule: str) -> list[date]:
    """Publishing days whose theme repeats that of the week before: after an ISO year of 53 weeks, for one."""
    return [day for day in days if theme(day, rule) == theme(day - timedelta(weeks=1), rule)]


@lru_cache(maxsize=8)
def national_days(year: int) -> Sequence[tuple[date, str]]:
    """National days and cuti bersama of Indonesia, in Indonesian, in order of date.

    Known ahead only as far as the library's release knows the government's decree; people add what is decided later.
    """
    import holidays  # a tenth of a second to import, needed once a year

    found = holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id")
    return tuple(sorted(found.items()))
