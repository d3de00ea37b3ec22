"""Tabs and columns as data: name, owner, kind. To add a column, add a line here and the function that derives it.

Owner of a column: TEAM, only people write it; SYSTEM, only the daemon; SHARED, the daemon fills it while it is
blank and what a person typed stays for ever. ``core.sheet.draft`` enforces this for every write.

The words for a tab, on its way from the workbook to the plan and back:

=============  ================================================  ==========================  =========================
Word           What it is                                        Made by                     Read by
=============  ================================================  ==========================  =========================
Tab            what a tab of rows shall hold: columns, owners    ``core.sheet.schema``       everybody
RawTab         one tab as it was read: cells, title, mark        a kind of workbook          ``core.sheet.tables``
Table          a RawTab recognised as a tab of rows              ``core.sheet.tables``       ``core.sheet.draft``
PageTab        a RawTab recognised as a page that is ours        ``core.sheet.tables``       ``core.sheet.draft``
DraftTable     a Table with the values that we put into it       ``core.sheet.draft``        the planner's stages
TabPlan        how ``init`` shall make or mend a tab of rows     ``core.sheet.blueprint``    a kind of workbook
Page           how a page that is ours shall look                ``core.pages``              a kind of workbook
=============  ================================================  ==========================  =========================
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

from halokop_sheets.core.terms import (
    DEFAULT_PLATFORMS,
    FEEDBACK_KINDS,
    FORMATS,
    NO,
    ROLES,
    THEMES,
    YES,
    Cols,
    EpisodeStatus,
    Tabs,
    link_column,
    question_sources,
)


class Owner(StrEnum):
    TEAM = "tim"
    SYSTEM = "sistem"
    SHARED = "bersama"


class Kind(StrEnum):
    """What a column holds: decides its format, its list, and how a cell is read."""

    TEXT = "text"
    LONG_TEXT = "long text"
    DATE = "date"  # shown with weekday and month, and with its hour where it has one
    DATETIME = "datetime"
    TIME = "time"
    TICK = "tick"
    COUNT = "count"
    URL = "url"  # a web address: one line, however long
    LINK = "link"  # text of ours that leads to a tab of the same workbook


@dataclass(frozen=True)
class Column:
    header: str
    owner: Owner
    kind: Kind = Kind.TEXT
    width: int = 14  # characters
    choices: tuple[str, ...] = ()  # a list that warns, never rejects
    choices_from: tuple[str, str] | None = None  # (tab, header) whose values make the list
    hidden: bool = False


@dataclass(frozen=True)
class Tab:
    """One tab of rows. ``key``: the header by which it is known, together with one more of its own."""

    name: str
    columns: tuple[Column, ...]
    key: str = ""
    hidden: bool = False
    # people's columns whose blank cell has a meaning: a missing column must not be read as blank
    relied_on: tuple[str, ...] = ()

    @cached_property
    def by_header(self) -> dict[str, Column]:
        return {column.header: column for column in self.columns}

    @cached_property
    def ours(self) -> tuple[str, ...]:
        """Headers of the daemon's own columns and of those it fills."""
        return tuple(c.header for c in self.columns if c.owner is not Owner.TEAM)

    @cached_property
    def shown_only(self) -> tuple[str, ...]:
        """Sistem columns that only show what every tick derives anew: without one of them the tab is still served."""
        system = [c.header for c in self.columns if c.owner is Owner.SYSTEM]
        if len(system) == len(self.columns):
            return ()
        return tuple(h for h in system if h not in (self.key, Cols.CODE, Cols.RECORDED, Cols.CLOSED))

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Headers without one of which the tab is left alone, and nothing is concluded from it."""
        deciding = (header for header in self.ours if header not in self.shown_only)
        return tuple(dict.fromkeys((self.key, *deciding, *self.relied_on)))


def _columns(owner: Owner, *specs: Column | tuple[str, Kind, int] | tuple[str, int]) -> list[Column]:
    made: list[Column] = []
    for spec in specs:
        if isinstance(spec, Column):
            made.append(spec)
        elif len(spec) == 2:
            made.append(Column(spec[0], owner, width=spec[1]))
        else:
            made.append(Column(spec[0], owner, spec[1], spec[2]))
    return made


def _tim(*specs: Column | tuple[str, Kind, int] | tuple[str, int]) -> list[Column]:
    return _columns(Owner.TEAM, *specs)


def _sistem(*specs: Column | tuple[str, Kind, int] | tuple[str, int]) -> list[Column]:
    return _columns(Owner.SYSTEM, *specs)


def _bersama(*specs: Column | tuple[str, Kind, int] | tuple[str, int]) -> list[Column]:
    return _columns(Owner.SHARED, *specs)


_MESSAGE = Column(Cols.MESSAGE, Owner.SYSTEM, Kind.LONG_TEXT, 36)
_CODE = Column(Cols.CODE, Owner.SYSTEM, width=15, hidden=True)
_RECORDED = Column(Cols.RECORDED, Owner.SYSTEM, width=26, hidden=True)
_PEOPLE = (Tabs.TEAM, Cols.NAME)

_STEPS = Tab(
    Tabs.STEPS,
    (
        *_tim((Cols.DONE, Kind.TICK, 12)),
        *_sistem((Cols.PROCEDURE, Kind.LONG_TEXT, 30), (Cols.DUE, Kind.DATE, 17), (Cols.STATUS, 18)),
        Column(Cols.ASSIGNEE, Owner.TEAM, width=16, choices_from=_PEOPLE),
        *_sistem(
            (Cols.EPISODE, Kind.LONG_TEXT, 34),
            (Cols.STAGE, 14),
            (Cols.NUMBER, Kind.COUNT, 5),
            (Cols.PARTY, 18),
            (Cols.START, Kind.DATETIME, 18),
        ),
        *_bersama((Cols.DONE_AT, Kind.DATETIME, 18)),
        *_tim((Cols.EVIDENCE, Kind.LONG_TEXT, 24), (Cols.NOTE, Kind.LONG_TEXT, 28)),
        _MESSAGE,
        _CODE,
        _RECORDED,
    ),
    key=Cols.PROCEDURE,
    relied_on=(Cols.DONE, Cols.ASSIGNEE),
)


def _schedule(platforms: Sequence[str]) -> Tab:
    return Tab(
        Tabs.SCHEDULE,
        (
            *_bersama(
                (Cols.PUBLISH, Kind.DATE, 18),
                Column(Cols.THEME, Owner.SHARED, width=10, choices=THEMES),
            ),
            *_tim(
                (Cols.TOPIC, Kind.LONG_TEXT, 36),
                Column(Cols.FORMAT, Owner.TEAM, width=16, choices=FORMATS),
                (Cols.GUEST, 20),
                (Cols.INSTITUTION, 20),
                (Cols.CONTACT, 19),
                Column(Cols.LEAD, Owner.TEAM, width=20, choices_from=_PEOPLE),
                Column(
                    Cols.EPISODE_STATUS,
                    Owner.TEAM,
                    width=14,
                    choices=(EpisodeStatus.ACTIVE, EpisodeStatus.POSTPONED, EpisodeStatus.CANCELLED),
                ),
            ),
            *_sistem((Cols.PROGRESS, 11), (Cols.NEXT_STEP, Kind.LONG_TEXT, 34), (Cols.LATE, 11)),
            *_tim(*((link_column(platform), Kind.URL, 34) for platform in platforms)),
            *_sistem((Cols.EVALUATION, Kind.LINK, 21)),
            *_tim((Cols.NOTE, Kind.LONG_TEXT, 28)),
            _MESSAGE,
            _CODE,
            _RECORDED,
        ),
        key=Cols.PUBLISH,
        relied_on=(Cols.FORMAT, Cols.LEAD, Cols.EPISODE_STATUS, *map(link_column, platforms)),
    )


def _readings(platforms: Sequence[str]) -> Tab:
    return Tab(
        Tabs.READINGS,
        (
            *_bersama(
                (Cols.EPISODE, 12),
                Column(Cols.PLATFORM, Owner.SHARED, width=11, choices=tuple(platforms)),
                (Cols.DAY, Kind.COUNT, 6),
            ),
            *_sistem((Cols.DATE, Kind.DATE, 17)),
            *_tim(
                (Cols.VIEWERS_VIDEO, Kind.COUNT, 14),
                (Cols.LIKES, Kind.COUNT, 10),
                (Cols.VIEWERS_LIVE, Kind.COUNT, 13),
                (Cols.COMMENTS, Kind.COUNT, 11),
                (Cols.SHARES, Kind.COUNT, 11),
                (Cols.SAVES, Kind.COUNT, 11),
            ),
            *_sistem((Cols.STATUS, 15)),
            _MESSAGE,
            _CODE,
        ),
        key=Cols.PLATFORM,
        relied_on=(Cols.VIEWERS_VIDEO, Cols.LIKES, Cols.VIEWERS_LIVE),
    )


def _questions(platforms: Sequence[str]) -> Tab:
    return Tab(
        Tabs.QUESTIONS,
        (
            *_tim((Cols.DATE, Kind.DATE, 17)),
            *_bersama((Cols.EPISODE, 12)),
            *_tim(
                Column(Cols.SOURCE, Owner.TEAM, width=19, choices=question_sources(platforms)),
                (Cols.ASKER, 18),
                (Cols.QUESTION, Kind.LONG_TEXT, 46),
                (Cols.ANSWER, Kind.LONG_TEXT, 46),
                Column(Cols.ANSWERED_BY, Owner.TEAM, width=16, choices_from=_PEOPLE),
            ),
            *_sistem((Cols.STATUS, 21)),
            _MESSAGE,
            _CODE,
        ),
        key=Cols.QUESTION,
        relied_on=(Cols.DATE, Cols.ANSWER),
    )


def _feedback(platforms: Sequence[str]) -> Tab:
    return Tab(
        Tabs.FEEDBACK,
        (
            *_tim((Cols.DATE, Kind.DATE, 17)),
            *_bersama((Cols.EPISODE, 12)),
            *_tim(
                Column(Cols.SOURCE, Owner.TEAM, width=19, choices=question_sources(platforms)),
                Column(Cols.FEEDBACK_KIND, Owner.TEAM, width=11, choices=FEEDBACK_KINDS),
                (Cols.TEXT, Kind.LONG_TEXT, 60),
            ),
            _MESSAGE,
            _CODE,
        ),
        key=Cols.TEXT,
    )


_ACTIONS = Tab(
    Tabs.ACTIONS,
    (
        *_tim(
            (Cols.TASK, Kind.LONG_TEXT, 46),
            Column(Cols.ASSIGNEE, Owner.TEAM, width=16, choices_from=_PEOPLE),
            (Cols.DUE, Kind.DATE, 17),
            (Cols.DONE, Kind.TICK, 9),
        ),
        *_bersama((Cols.DONE_AT, Kind.DATETIME, 18)),
        *_sistem((Cols.STATUS, 18)),
        *_bersama((Cols.EPISODE, 12)),
        *_tim((Cols.NOTE, Kind.LONG_TEXT, 28)),
        _MESSAGE,
        _CODE,
    ),
    key=Cols.TASK,
    relied_on=(Cols.ASSIGNEE, Cols.DUE, Cols.DONE),
)

_MEETINGS = Tab(
    Tabs.MEETINGS,
    (
        *_sistem((Cols.EPISODE, Kind.LONG_TEXT, 34)),
        *_bersama((Cols.MEETING_DATE, Kind.DATE, 17)),
        *_tim(
            (Cols.PLACE, 18),
            (Cols.CHAIR, 16),
            (Cols.NOTE_TAKER, 16),
            (Cols.ATTENDEES, Kind.LONG_TEXT, 30),
            (Cols.RESULT, Kind.LONG_TEXT, 46),
            (Cols.DECISION, Kind.LONG_TEXT, 40),
        ),
        *_sistem((Cols.EVALUATION, Kind.LINK, 21), (Cols.CLOSED, Kind.DATETIME, 18)),
        _MESSAGE,
        _CODE,
    ),
    key=Cols.RESULT,
    relied_on=(Cols.ATTENDEES,),
)

_TEAM = Tab(
    Tabs.TEAM,
    (
        *_tim(
            (Cols.NAME, 20),
            (Cols.EMAIL, 30),
            Column(
                Cols.ROLES,
                Owner.TEAM,
                width=28,
                choices=ROLES,
            ),
            Column(Cols.ACTIVE, Owner.TEAM, width=8, choices=(YES, NO)),
            (Cols.MAIL_HOUR, Kind.TIME, 14),
            (Cols.LEAVE_UNTIL, Kind.DATE, 17),
        ),
        _MESSAGE,
        _CODE,
    ),
    key=Cols.EMAIL,
    relied_on=(Cols.NAME, Cols.ROLES, Cols.ACTIVE, Cols.LEAVE_UNTIL),
)

_DAYS_OFF = Tab(
    Tabs.DAYS_OFF,
    (
        *_bersama((Cols.DATE, Kind.DATE, 19), (Cols.REMARK, 46)),
        _MESSAGE,
        _CODE,
    ),
    key=Cols.REMARK,
)

_HISTORY = Tab(
    Tabs.HISTORY,
    (
        *_sistem(
            (Cols.TIME, Kind.DATETIME, 18),
            (Cols.MAIL_KIND, 20),
            (Cols.RECIPIENT, 28),
            (Cols.SUBJECT, Kind.LONG_TEXT, 46),
            (Cols.SUMMARY, Kind.LONG_TEXT, 46),
            (Cols.STATUS, 13),
            (Cols.REMARK, Kind.LONG_TEXT, 40),
            (Cols.KEY, 40),
            (Cols.MESSAGE_ID, 40),
        ),
    ),
    key=Cols.KEY,
    hidden=True,
)


def tabs_for(platforms: Iterable[str]) -> Mapping[str, Tab]:
    """The tabs that hold one row a thing, by name. The settings' platforms decide link columns and lists."""
    return _tabs_for(tuple(platforms))


@lru_cache(maxsize=64)
def _tabs_for(platforms: tuple[str, ...]) -> Mapping[str, Tab]:
    tabs = (
        _STEPS,
        _schedule(platforms),
        _readings(platforms),
        _questions(platforms),
        _feedback(platforms),
        _ACTIONS,
        _MEETINGS,
        _TEAM,
        _DAYS_OFF,
        _HISTORY,
    )
    return {tab.name: tab for tab in tabs}


TABS: Mapping[str, Tab] = tabs_for(DEFAULT_PLATFORMS)
"""The tabs for the SOP's own platforms: enough for whoever asks of columns that are ours, or of names alone."""

PAGES: tuple[str, ...] = (Tabs.BOARD, Tabs.GUIDE)
"""The tabs that are free-form pages, wholly ours (the evaluation tabs are pages too, one an episode)."""

ORDER: tuple[str, ...] = (
    Tabs.BOARD,
    Tabs.STEPS,
    Tabs.SCHEDULE,
    Tabs.EVALUATION,
    Tabs.READINGS,
    Tabs.QUESTIONS,
    Tabs.FEEDBACK,
    Tabs.ACTIONS,
    Tabs.MEETINGS,
    Tabs.TEAM,
    Tabs.DAYS_OFF,
    Tabs.GUIDE,
    Tabs.HISTORY,
)
"""Order of the tabs from left to right; ``EVALUATION`` marks where evaluation tabs stand, newest first."""
