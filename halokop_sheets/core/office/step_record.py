"""The hidden column ``Langkah.Tercatat``: what is remembered of a step beyond what its row shows.

``2026-W48/05 2026-11-29T08:30 baru 2026-11-30``: the row's own Kode; the due date that a done step was done against,
so that it stays when the episode moves; and, where the row was made after its due date, the day on which it was made.
Such a step is born late: whether it was done before the program came is not known yet. Each part is there only where
it says something. A value that bears another Kode was copied along with a row, and says nothing.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from halokop_sheets.core.calendar import DAY, Calendar
from halokop_sheets.core.sheet.draft import DraftRow
from halokop_sheets.core.terms import Cols

GRACE_WORKING_DAYS = 2  # after the day on which its row was made, a step born late is not called late yet
_BORN = "baru"
_RECORD = re.compile(rf"(?P<code>\S+)(?: (?P<against>\d\S*))?(?: {_BORN} (?P<born>\d\S*))?")


class StepRecord(NamedTuple):
    """What ``Tercatat`` says: the due date a step was done against, and the day its row was made after its due date."""

    against: datetime | None = None
    born: date | None = None


_NOTHING = StepRecord()


@lru_cache(maxsize=8192)  # every tick reads the same values again
def _parse(value: str) -> tuple[str, StepRecord]:
    match = _RECORD.fullmatch(value)
    if match is None:
        return "", _NOTHING
    try:
        against = datetime.fromisoformat(match["against"]) if match["against"] else None
        born = date.fromisoformat(match["born"]) if match["born"] else None
    except ValueError:
        return "", _NOTHING
    return match["code"], StepRecord(against, born)


def read_record(row: DraftRow) -> StepRecord:
    """What the row's ``Tercatat`` says; nothing where it is blank, not ours, or another row's."""
    value = row.old.get(Cols.RECORDED)
    if not isinstance(value, str):
        return _NOTHING
    code, record = _parse(value)
    return record if code == row.code else _NOTHING


def write_record(row: DraftRow, record: StepRecord) -> None:
    parts = [row.code]
    if record.against:
        parts.append(record.against.isoformat(timespec="minutes"))
    if record.born:
        parts.append(f"{_BORN} {record.born}")
    row.put(Cols.RECORDED, " ".join(parts) if len(parts) > 1 else None)


def late_from(born: date, calendar: Calendar) -> date:
    """The day from which an open step born late counts as late: the team had two working days to tick it."""
    for _ in range(GRACE_WORKING_DAYS):
        born = calendar.next_working(born)
    return born + DAY
