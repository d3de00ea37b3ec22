"""Dates that a spreadsheet may have read month first.

In a sheet of an American locale ``6/12/2026`` is stored as 12 June, while ``29/11/2026``, which is no date there, stays
text. So where a column holds such a text, its stored dates whose day and month are both at most 12 may be swapped, and
nobody can tell from the sheet: they are not believed. Stored dates past the 12th speak against it, for whoever writes
the day first there never gets one: where they outnumber such texts, the dates are believed. Dates that the program
itself wrote are no part of this: those of Jadwal that stand in Tercatat too, and the national days in Libur.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from halokop_sheets.core.calendar import national_days
from halokop_sheets.core.sheet.cells import DoubtfulDate
from halokop_sheets.core.sheet.schema import Kind, Owner, Tab
from halokop_sheets.core.sheet.values import Cell, Row
from halokop_sheets.core.terms import Cols, Tabs

_DAY_FIRST = re.compile(r"\s*(\d\d?)[/.-](\d\d?)[/.-](\d{4}|\d\d)\s*")
_FILLED_BY_US = {Cols.DONE_AT, Cols.MEETING_DATE}


def with_doubts(tab: Tab, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of a tab, with every date that may be swapped marked as such."""
    columns = [c.header for c in tab.columns if c.kind is Kind.DATE and c.owner is not Owner.SYSTEM]
    proof = {h: text for h in columns if h not in _FILLED_BY_US and (text := _proof(tab, h, rows))}
    return [_marked(tab, row, proof) for row in rows] if proof else rows


def _marked(tab: Tab, row: Row, proof: Mapping[str, str]) -> Row:
    doubts: dict[str, Cell] = {
        header: DoubtfulDate(text, at=cell)
        for header, text in proof.items()
        if isinstance(cell := row.cells.get(header), datetime) and _swappable(cell) and not _ours(tab, row, cell)
    }
    return row._replace(cells={**row.cells, **doubts}) if doubts else row


def _proof(tab: Tab, header: str, rows: Sequence[Row]) -> str:
    """A text of the column that says that the sheet reads the month first; empty where nothing says so."""
    texts = [cell for row in rows if isinstance(cell := row.cells.get(header), str) and _is_day_first(cell)]
    if not texts:
        return ""
    dates = [(row, cell) for row in rows if isinstance(cell := row.cells.get(header), datetime) and cell.day > 12]
    against = sum(not _ours(tab, row, cell) for row, cell in dates)
    return texts[0].strip() if len(texts) >= against else ""


def _is_day_first(typed: str) -> bool:
    """Whether a text is a date only with its day first: ``29/11/2026``."""
    found = _DAY_FIRST.fullmatch(typed)
    return found is not None and 12 < int(found[1]) <= 31 and 1 <= int(found[2]) <= 12


def _swappable(day: date) -> bool:
    return day.day <= 12 and day.day != day.month


def _ours(tab: Tab, row: Row, at: datetime) -> bool:
    if tab.name == Tabs.SCHEDULE:
        return f" {at.date()} " in str(row.cells.get(Cols.RECORDED))
    return tab.name == Tabs.DAYS_OFF and any(day == at.date() for day, _ in national_days(at.year))
