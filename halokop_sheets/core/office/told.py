"""What the team was told of an episode's date and status, and what of a change it is to be told now.

Two places hold it. ``Jadwal.Tercatat`` holds ``Kode date status``, the standing last told; while the row differs from
it, also ``-> date status @day``: the change, and the first working day whose digests carry it. A change that is told
at once is recorded at once, and the key of its mail names it: ``schedule-changed:<address>:<Kode>:<old>:<new>``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from halokop_sheets.core.calendar import LAST_HOUR
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.office.model import Episode, OfficeState, ScheduleChange
from halokop_sheets.core.sheet.values import LedgerView

SCHEDULE_CHANGED = "schedule-changed"  # the kind of mail that tells a change at once
NEAR_DAYS = 3  # a change of a date this near is told at once
_CAME_BACK = "kembali"
_RECORD = re.compile(
    r"(?P<code>\S+) (?P<told>\S+ \w+)(?: (?P<back>kembali))?(?: -> (?P<change>\S+ \w+) @(?P<when>\S+))?"
)


@dataclass(frozen=True)
class Standing:
    """An episode's date and status, as the team knows it: ``2026-11-29 Aktif``; ``- Ditunda`` without a date."""

    day: date | None
    status: str

    @classmethod
    def of(cls, episode: Episode) -> "Standing":
        return cls(episode.publish, episode.status)

    @classmethod
    def read(cls, typed: str) -> "Standing":
        """The inverse of ``str``. Raises ``ValueError`` for anything else."""
        day, status = typed.split(" ")
        return cls(_day(day), status)

    def __str__(self) -> str:
        return f"{self.day or '-'} {self.status}"


def _day(typed: str) -> date | None:
    return None if typed == "-" else date.fromisoformat(typed)


@dataclass(frozen=True)
class ChangeKey:
    """A change that a mail of its own told: the part of the mail's key behind kind and address."""

    code: str
    old: Standing
    new: Standing

    def __str__(self) -> str:
        return f"{self.code}:{self.old}:{self.new}"

    @classmethod
    def read(cls, mail_key: str) -> "ChangeKey | None":
        """The change that a mail's key names; None for a mail of another kind, or a key nobody can read."""
        parts = mail_key.partition("#")[0].split(":")
        if len(parts) != 5 or parts[0] != SCHEDULE_CHANGED:
            return None
        try:
            return cls(parts[2], Standing.read(parts[3]), Standing.read(parts[4]))
        except ValueError:
            return None

    def slot(self, prefix: str, keys: Sequence[str]) -> str:
        """The slot of a mail that tells this change. ``keys``: those of all mails so far, in the order of claims.

        ``prefix``: kind and address of the mail with their colons. The same claim stays while nothing else of the
        episode was told since; a change that came before, and was taken back in between, gets ``#2``.
        """
        told = [key for key in keys if key.startswith(f"{prefix}{self.code}:")]
        same = [key for key in told if key.partition("#")[0] == f"{prefix}{self}"]
        n = len(same) + (bool(same) and told[-1] != same[-1])
        return str(self) if n <= 1 else f"{self}#{n}"


def last_told(ledger: LedgerView) -> dict[str, ChangeKey]:
    """By Kode the newest change that a mail of its own told."""
    return {change.code: change for record in ledger.records if (change := ChangeKey.read(record.key))}


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
            when = _day(match["when"]) if match["when"] else None
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


def decide(episode: Episode, recorded: Recorded, office: OfficeState) -> Decision:
    """Whether the row differs from what was told, and when the team hears of it. Pure; writes nothing."""
    context, now = office.context, Standing.of(episode)
    done = replace(recorded, told=now, change=None, when=None)
    over = episode.ended and (recorded.told.day is None or recorded.told.day <= context.today)
    if now == recorded.told or over:
        return Decision(done)
    when = recorded.when if recorded.change == now else _tell_on(recorded.told.day, episode.publish, office)
    change = ScheduleChange(episode, recorded.told.day, recorded.told.status, when is None, when or context.today)
    if when is not None and not _all_digests_went(when, office):
        return Decision(replace(recorded, change=now, when=when), change)
    to_tell = change if when is None else None
    return Decision(done if office.telling else None, to_tell)


def known_before(recorded: Recorded | None, episode: Episode, mailed: ChangeKey | None, context: Context) -> Recorded:
    """What the team knows as this tick begins: ``Tercatat``, and what mails told since it was written."""
    if recorded is None or recorded.code != episode.code:
        return Recorded(episode.code, Standing.of(episode))
    if mailed and mailed.old == recorded.told:  # A mail told the change, but the workbook could not be written then.
        recorded = Recorded(episode.code, mailed.new, recorded.back)
    if recorded.change not in (None, Standing.of(episode)) and recorded.when and _digested(recorded.when, context):
        # The digests have told that change already.
        recorded = Recorded(episode.code, recorded.change or recorded.told, recorded.back)
    return recorded


def _digested(since: date, context: Context) -> bool:
    """Whether digests have gone out since that day: they told the change that was waiting then."""
    return any(r.kind == "digest" and r.claimed.date() >= since for r in context.ledger.records)


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
