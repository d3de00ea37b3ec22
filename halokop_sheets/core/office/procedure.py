"""The procedure as data (``config/sop.toml``) and the only arithmetic it needs: windows and due dates from H.

H is the day of publication, a date in the programme's zone; every result is wall-clock time in that zone.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from halokop_sheets.core.calendar import END_OF_DAY, Calendar

EVALUATION_DAYS = 6  # the evaluation ends with H+6 (SOP steps 11 and 12), or with its meeting where that is later


def _after(day: int, at: time) -> timedelta:
    return timedelta(days=day, hours=at.hour, minutes=at.minute, seconds=at.second)


@dataclass(frozen=True)
class Step:
    """One step of the procedure; the fields are explained in ``config/sop.toml``."""

    number: int
    stage: str
    title: str
    roles: tuple[str, ...]
    party: str
    place: str
    tools: str
    day: int
    due: time | None = None
    start: time | None = None
    start_day: int | None = None
    meeting: bool = False
    needs: tuple[str, ...] = ()
    done_when: str = ""
    evidence: tuple[str, ...] = ()
    asks: str = ""
    guest: bool = False
    alert_after: int | None = None

    @cached_property
    def suffix(self) -> str:
        """The step's part of its Kode: ``/05``."""
        return f"/{self.number:02d}"

    @cached_property
    def due_after(self) -> timedelta:
        """When it is due, from the first moment of H."""
        return _after(self.day, self.due or END_OF_DAY)

    @cached_property
    def start_after(self) -> timedelta | None:
        """When its window opens, from the first moment of H; None where the SOP gives a due date alone."""
        if self.start is None and self.start_day is None:
            return None
        day = self.day if self.start_day is None else self.start_day
        return _after(day, self.start or time())

    def needed(self, format_: str | None) -> bool:
        """Whether an episode of this Bentuk has this step; a blank Bentuk has them all."""
        return not self.needs or not format_ or any(word in format_ for word in self.needs)


class Window(NamedTuple):
    """When a step is to be done. ``start`` is None where the SOP gives a due date alone."""

    start: datetime | None
    due: datetime


@dataclass(frozen=True)
class Procedure:
    steps: tuple[Step, ...]

    def asking(self, what: str) -> Step | None:
        """The step whose people are asked for ``what``: readings or questions."""
        return next((s for s in self.steps if s.asks == what), None)

    def windows(self, publish: date, calendar: Calendar, meeting: "MeetingRule") -> dict[int, Window]:
        """Every step's window for an episode published on ``publish``, by step number."""
        midnight = datetime(publish.year, publish.month, publish.day)
        meets = datetime.combine(meeting_day(publish, calendar, meeting.weekday), meeting.at)
        later = evaluation_ends(publish, calendar, meeting.weekday) - (publish + timedelta(days=EVALUATION_DAYS))
        return {step.number: _window(step, midnight, meets, later) for step in self.steps}


@dataclass(frozen=True)
class MeetingRule:
    """Which weekday the evaluation meets on (0 = Monday) and at what time."""

    weekday: int
    at: time


def meeting_day(publish: date, calendar: Calendar, weekday: int) -> date:
    """The day of the evaluation meeting, never a day off: that weekday inside H+1..H+6, where there is none H+6.

    The SOP says both H+6 (a Saturday) and "every Thursday". Where that day is off: the working days of the window after
    it in order, then those before it, latest first; none of them (Idul Fitri): the first working day after H+6.
    """
    wanted = (weekday - publish.weekday()) % 7 or EVALUATION_DAYS
    later, earlier = range(wanted, EVALUATION_DAYS + 1), range(wanted - 1, 0, -1)
    days = (publish + timedelta(days=n) for n in (*later, *earlier))
    after = publish + timedelta(days=EVALUATION_DAYS)
    return next(filter(calendar.is_working, days), None) or calendar.next_working(after)


def _window(step: Step, midnight: datetime, meets: datetime, later: timedelta) -> Window:
    """A step's window; ``midnight`` begins H, ``meets`` is when its evaluation meets, ``later`` how long after H+6.

    A step that is due with the end of the evaluation (11 and 12) is due that much later.
    """
    due = midnight + step.due_after
    if step.day >= EVALUATION_DAYS:
        due += later
    if step.meeting:
        return Window(meets, due)
    return Window(None if step.start_after is None else midnight + step.start_after, due)


def evaluation_ends(publish: date, calendar: Calendar, weekday: int) -> date:
    """H+6, or the day of the meeting where that is later: until its end the evaluation is kept fresh."""
    return max(publish + timedelta(days=EVALUATION_DAYS), meeting_day(publish, calendar, weekday))
