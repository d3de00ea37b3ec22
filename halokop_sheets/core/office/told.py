"""What the team was told of an episode's date and status, and what of a change it is to be told now.

Two places hold it. ``Jadwal.Tercatat`` holds ``Kode date status``, what the team as a whole was last told; while the
row differs from it, also ``-> date status @day``: the change, and the first working day whose digests carry it. Every
mail of the ledger names the changes that it tells (``Mail.about``): so what each person was last told is known to the
letter, also when the mail server was down or a cap was reached. A person hears of the way from that to what holds now,
and of nothing where the two are the same.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from halokop_sheets.core.calendar import LAST_HOUR
from halokop_sheets.core.office import team, wording
from halokop_sheets.core.office.heard import ChangeKey, Standing, day_of
from halokop_sheets.core.office.model import Episode, OfficeState, ScheduleChange
from halokop_sheets.core.sheet.draft import Draft
from halokop_sheets.core.terms import Cols, Tabs

NEAR_DAYS = 3  # a change of a date this near is told at once
_CAME_BACK = "kembali"
_RECORD = re.compile(
    r"(?P<code>\S+) (?P<told>\S+ \w+)(?: (?P<back>kembali))?(?: -> (?P<change>\S+ \w+) @(?P<when>\S+))?"
)


@dataclass(frozen=True)
class Recorded:
    """The value of ``Tercatat``, read and written."""

    code: str
    told: Standing
    back: bool = False  # the row was deleted and came back
    change: Standing | None = None
    when: date | None = None  # None with a change: told at once

    @classmethod
    def read(cls, value: object) -> "Recorded | None":
        match = _RECORD.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            return None
        try:
            change = Standing.read(match["change"]) if match["change"] else None
            when = day_of(match["when"]) if match["when"] else None
            return cls(match["code"], Standing.read(match["told"]), bool(match["back"]), change, when)
        except ValueError:
            return None

    def __str__(self) -> str:
        told = f"{self.code} {self.told}" + (f" {_CAME_BACK}" if self.back else "")
        return told if self.change is None else f"{told} -> {self.change} @{self.when or '-'}"


@dataclass(frozen=True)
class Decision:
    """What is told of an episode now: the new value of ``Tercatat`` (None: it stays), and the change to tell."""

    recorded: Recorded | None
    change: ScheduleChange | None = None


def record_changes(draft: Draft, office: OfficeState) -> None:
    """Keep ``Tercatat``: recorded silently at first, renewed once everybody could hear of a change.

    A stage of the plan: the steps must have been read, for their people are those to tell.
    """
    if not draft[Tabs.SCHEDULE].usable:
        return
    for episode in office.episodes:
        if not episode.code:
            continue
        row = episode.row
        shown = Recorded.read(row.old.get(Cols.RECORDED) if row.number else row[Cols.RECORDED])
        recorded = shown
        if recorded is None or recorded.code != episode.code:
            recorded = Recorded(episode.code, Standing.of(episode))
        if recorded.back and row.has_peoples_cells:
            recorded = replace(recorded, back=False)
        if recorded.back:
            row.remark(wording.CAME_BACK)
        decision = decide(episode, recorded, office)
        if decision.change:
            office.schedule_changes.append(decision.change)
        if decision.recorded:
            row.put(Cols.RECORDED, str(decision.recorded))


def people_to_tell(episode: Episode, office: OfficeState) -> frozenset[str]:
    """Addresses of the people of its undone steps, also when it is Ditunda or Dibatalkan now."""
    found: set[str] = set()
    for state in episode.steps:
        if state.needed and not state.done and not episode.closed:
            owners = team.owners(state, office.team, office.context.today)[1]
            found |= {person.email for person in owners} or {office.team.admin}
    return frozenset(found)


def decide(episode: Episode, recorded: Recorded, office: OfficeState) -> Decision:
    """Whether the row differs from what was told, and when the team hears of it. Pure; writes nothing.

    A change that is told at once is recorded when every one of its people has a mail that tells it: one that could not
    be made (a broken template, a cap) is made by a later tick.
    """
    context, now, before = office.context, Standing.of(episode), recorded.told
    done = replace(recorded, told=now, change=None, when=None)
    if episode.ended and (before.day is None or before.day <= context.today):
        return Decision(done)
    news = _news(episode, before, office)
    if now == before:  # a mail that told otherwise went out while the workbook could not be written, or never arrived
        near = news is not None and _tell_on(news.old.day, now.day, office) is None
        return Decision(done, ScheduleChange(episode, now.day, now.status, True, context.today) if near else None)
    when = recorded.when if recorded.change == now else _tell_on(before.day, now.day, office)
    change = ScheduleChange(episode, before.day, before.status, when is None, when or context.today)
    if when is None:
        return Decision(None, change) if news or office.unread & {Tabs.TEAM, Tabs.STEPS} else Decision(done)
    if not _all_digests_went(when, office):
        return Decision(replace(recorded, change=now, when=when), change)
    return Decision(done if office.telling else None)


def _news(episode: Episode, before: Standing, office: OfficeState) -> ChangeKey | None:
    """The news of the first of its people who is still to hear any."""
    if before == Standing.of(episode) and episode.code not in office.heard.codes:
        return None
    found = (office.heard.news(address, episode, before) for address in sorted(people_to_tell(episode, office)))
    return next(filter(None, found), None)


def _all_digests_went(when: date, office: OfficeState) -> bool:
    """From 17:00 of a working day on: early and late readers alike have had the digest that carries the change."""
    context = office.context
    today = context.today
    return today >= when and context.now.time() >= LAST_HOUR and office.calendar.is_working(today)


def _tell_on(old: date | None, new: date | None, office: OfficeState) -> date | None:
    """None: at once, as the old or the new day is near; else the first working day whose digests all carry it."""
    context, calendar = office.context, office.calendar
    if any(day and timedelta() <= day - context.today <= timedelta(days=NEAR_DAYS) for day in (old, new)):
        return None
    hours = [person.mail_hour for person in office.team.people if person.available(context.today)]
    earliest = min(hours, default=context.settings.reminders.digest_at)
    if calendar.is_working(context.today) and context.now.time() <= earliest:
        return context.today
    return calendar.next_working(context.today)


def is_overtaken(change: ChangeKey, office: OfficeState) -> bool:
    """Whether the episode stands otherwise by now than a mail that still waits would say."""
    episode = office.by_code.get(change.code)
    return episode is not None and Standing.of(episode) != change.new
