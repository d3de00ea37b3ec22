"""What a snapshot means: people, episodes, steps, readings, questions, as plain values that the stages share.

Dates and times are naive wall-clock values in the programme's zone. ``row`` is the draft row a value came from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property

from halokop_sheets.core.calendar import Calendar
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.office.finder import EpisodeFinder
from halokop_sheets.core.office.heard import Heard
from halokop_sheets.core.office.procedure import Step
from halokop_sheets.core.office.wording import day_month
from halokop_sheets.core.sheet.draft import DraftRow
from halokop_sheets.core.sheet.values import Change, Problem
from halokop_sheets.core.terms import EpisodeStatus
from halokop_sheets.core.typed.names import NameBook


@dataclass(frozen=True)
class Person:
    name: str
    email: str  # lower case; empty where it is missing or not allowed
    roles: tuple[str, ...]
    active: bool
    mail_hour: time
    leave_until: date | None
    row: DraftRow = field(compare=False, repr=False)

    def available(self, day: date) -> bool:
        """Whether mail can reach them and they are at work (the last day of leave counts as leave)."""
        return self.active and bool(self.email) and (self.leave_until is None or self.leave_until < day)


@dataclass(frozen=True)
class Team:
    people: tuple[Person, ...]
    names: NameBook
    admin: str  # the administrator's address
    unseen: tuple[str, ...] = ()  # addresses that the ledger does not know yet
    untold: tuple[str, ...] = ()  # new addresses of which the administrator has not heard
    waiting: frozenset[str] = frozenset()  # new addresses that are not written to yet

    @cached_property
    def by_name(self) -> Mapping[str, Person]:
        return {p.name: p for p in reversed(self.people)}

    def with_role(self, role: str, day: date) -> list[Person]:
        return [p for p in self.people if role in p.roles and p.available(day)]


@dataclass(slots=True)
class StepState:
    """A step of an episode as it stands now."""

    episode: "Episode"
    step: Step
    row: DraftRow
    start: datetime | None
    due: datetime | None
    done: bool
    done_at: datetime | None
    done_timed: bool  # whether done_at has a time of day of its own
    needed: bool
    status: str = ""
    people: Sequence[str] = ()  # Petugas, by name
    born: date | None = None  # the day on which its row was made, where that was after its due date: it is born late
    late_from: date | None = None  # a step born late is late from this day on; date.max: never
    evidence: str = ""  # the column of Jadwal that shows that it was done, although nobody ticked it

    @property
    def open(self) -> bool:
        """Still to be done by somebody: not done, needed, and of a live episode."""
        return not self.done and self.needed and self.episode.live

    def on_time(self) -> bool | None:
        """Whether it was done on time; None while it is not done."""
        if not self.done:
            return None
        if self.done_at is None or self.due is None:
            return True
        return self.done_at <= self.due if self.done_timed else self.done_at.date() <= self.due.date()

    def unrecorded(self, now: datetime) -> bool:
        """Whether it is past its due date, born late and not ticked: nobody knows yet whether it was done."""
        waits = self.late_from is not None and now.date() < self.late_from
        return waits and not self.done and self.due is not None and now > self.due

    def late(self, now: datetime) -> bool:
        return self.open and self.due is not None and now > self.due and not self.unrecorded(now)


@dataclass(slots=True)
class Reading:
    """The figures of one platform on one day after publication. None is "not filled", never 0."""

    row: DraftRow
    code: str  # the episode's
    platform: str
    day: int
    values: Mapping[str, int | None]  # by column header
    status: str = ""
    needed: tuple[str, ...] = ()
    touched: bool = field(init=False)  # whether anything is filled at all

    def __post_init__(self) -> None:
        self.touched = any(value is not None for value in self.values.values())

    @property
    def complete(self) -> bool:
        return all(self.values.get(header) is not None for header in self.needed)


@dataclass(slots=True)
class Question:
    row: DraftRow
    code: str
    day: date | None
    source: str
    text: str
    answer: str
    age: int | None

    @property
    def answered(self) -> bool:
        return bool(self.answer)


@dataclass(slots=True)
class Feedback:
    row: DraftRow
    code: str
    day: date | None
    kind: str
    text: str


@dataclass(slots=True)
class Action:
    """An action item of an evaluation."""

    row: DraftRow
    text: str
    people: Sequence[str]
    due: date | None
    done: bool
    code: str
    status: str
    days_late: int = 0


@dataclass(slots=True)
class Meeting:
    """The record of an episode's evaluation; it says that the tab was made, and closed."""

    row: DraftRow
    day: date | None
    link: str
    closed: bool
    place: str = ""
    chair: str = ""
    note_taker: str = ""
    attendees: str = ""
    result: str = ""
    decision: str = ""
    hour: time | None = None  # typed beside Tanggal Rapat
    new: bool = False  # made in this very plan: its tab is yet to be added


@dataclass
class Episode:
    """A row of Jadwal. ``ends``: H+6, or its later meeting. ``ended``: that is past. ``closed``: so is the grace."""

    row: DraftRow
    code: str
    publish: date | None
    status: str
    topic: str
    theme: str
    format: str | None  # Bentuk; None is blank: all steps
    guest: str
    institution: str
    contact: str
    lead: Sequence[str]
    links: Mapping[str, str]  # by platform, those that are filled
    ends: date | None = None
    ended: bool = False
    closed: bool = False
    declined: frozenset[str] = frozenset()  # platforms that its row says it is not published on
    steps: list[StepState] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    meeting: Meeting | None = None

    @cached_property
    def label(self) -> str:
        """How sheet and mails name it: ``29 Nov · Topik``."""
        day = day_month(self.publish) if self.publish else "tanpa tanggal"
        return f"{day} · {self.topic or 'topik belum diisi'}"

    @property
    def active(self) -> bool:
        return self.status == EpisodeStatus.ACTIVE and self.publish is not None

    @property
    def live(self) -> bool:
        """Whether its open steps are somebody's: Aktif and not closed."""
        return self.active and not self.closed


@dataclass
class OfficeState:
    """Everything the stages found out, for the board, the evaluation and the reminders."""

    context: Context
    calendar: Calendar = field(default_factory=Calendar)
    team: Team = field(default_factory=lambda: Team((), NameBook(()), ""))
    episodes: list[Episode] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    schedule_changes: list["ScheduleChange"] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    page_changes: list[Change] = field(default_factory=list)  # what the evaluation tabs need
    # tabs whose rows cannot be understood, because a header that decides is missing
    unread: frozenset[str] = frozenset()
    notes: Sequence[str] = ()  # what people should know of this read of the workbook, in Indonesian
    heard: Heard = field(init=False)  # what each person was told of each episode
    # True when this pass may send mail; when False, schedule changes are not recorded as announced
    telling: bool = True
    busy: str = ""  # why the workbook cannot be written just now

    def __post_init__(self) -> None:
        self.heard = Heard(self.context.ledger.records)

    @cached_property
    def by_code(self) -> dict[str, Episode]:
        return {e.code: e for e in self.episodes if e.code}

    @cached_property
    def finder(self) -> EpisodeFinder:
        return EpisodeFinder(self.episodes)

    @property
    def dated(self) -> list[Episode]:
        """Episodes with a readable date, in order of it."""
        return sorted((e for e in self.episodes if e.publish), key=lambda e: (e.publish, e.code))


@dataclass(frozen=True)
class ScheduleChange:
    """A date or status that differs from what the team was last told (``Jadwal.Tercatat``)."""

    episode: Episode
    old_day: date | None
    old_status: str
    at_once: bool  # True: told now in a mail of its own; False: told in the digests of ``tell_on``
    tell_on: date
