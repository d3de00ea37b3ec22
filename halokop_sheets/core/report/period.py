"""The time that a report covers: one month or one year. An episode belongs to that of its publishing date."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from halokop_sheets.core.office.wording import month_name


@dataclass(frozen=True)
class Period:
    """``month`` None: the whole year."""

    year: int
    month: int | None = None

    @classmethod
    def parse(cls, typed: str) -> "Period | None":
        """``2026-11`` or ``2026``; None for anything else."""
        match = re.fullmatch(r"(20\d\d)(?:-(0[1-9]|1[0-2]))?", typed, re.ASCII)
        return cls(int(match[1]), int(match[2]) if match[2] else None) if match else None

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}" if self.month else str(self.year)

    @cached_property
    def name(self) -> str:
        """``bulan November 2026``"""
        return f"bulan {month_name(self.month)} {self.year}" if self.month else f"tahun {self.year}"

    @property
    def first(self) -> date:
        return date(self.year, self.month or 1, 1)

    def covers(self, day: date | None) -> bool:
        return day is not None and day.year == self.year and self.month in (None, day.month)

    def ended(self, day: date) -> bool:
        """Whether the period is over on ``day``."""
        return day >= self.first and not self.covers(day)

    def months(self, back: int = 1) -> list["Period"]:
        """The months that its charts show: of a year all twelve, of a month the last ``back`` up to it."""
        if self.month is None:
            return [Period(self.year, month) for month in range(1, 13)]
        last = self.year * 12 + self.month - 1
        return [Period(n // 12, n % 12 + 1) for n in range(last - back + 1, last + 1)]
