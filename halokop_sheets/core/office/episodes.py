"""Jadwal: which rows are episodes, their Kode, the horizon kept ready, and what the team was last told of each.

``Tercatat`` holds ``Kode date status``: the date and status last told. While they differ from the row, it also holds
``-> date status @day``, the change and the first working day whose digests carry it. A change that is told at once
is recorded at once.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from halokop_sheets.core.calendar import LAST_HOUR, publishing_days, theme, week_code
from halokop_sheets.core.office import wording
from halokop_sheets.core.office.model import Context, Episode, OfficeState, ScheduleChange
from halokop_sheets.core.office.procedure import evaluation_ends
from halokop_sheets.core.office.told import last_told
from halokop_sheets.core.sheet.draft import Draft, DraftRow, DraftTable
from halokop_sheets.core.sheet.schema import TABS, Owner
from halokop_sheets.core.terms import LINKS, Cols, EpisodeStatus, Tabs
from halokop_sheets.core.typed.names import NameBook
from halokop_sheets.core.typed.parsing import (
    Unreadable,
    parse_date,
    parse_episode_code,
    parse_episode_status,
    parse_format,
    parse_theme,
    text,
    text_or_nothing,
)
from halokop_sheets.settings import WEEKDAYS

NEAR_DAYS = 3  # a change of a date this near is told at once
_CAME_BACK = "kembali"
_PEOPLES = tuple(c.header for c in TABS[Tabs.SCHEDULE].columns if c.owner is Owner.TEAM)
_RECORD = re.compile(
    r"(?P<code>\S+) (?P<day>\S+) (?P<status>\w+)(?: (?P<back>kembali))?"
    r"(?: -> (?P<new_day>\S+) (?P<new_status>\w+) @(?P<when>\S+))?"
)


@dataclass(frozen=True)
class Recorded:
    """The value of ``Tercatat``, read and written."""

    code: str
    day: date | None
    status: str
    back: bool = False
    change: tuple[date | None, str] | None = None
    when: date | None = None  # None with a change: told at once

    @classmethod
    def read(cls, value: object) -> "Recorded | None":
        match = _RECORD.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            return None
        try:
            change = (_day(match["new_day"]), match["new_status"]) if match["new_day"] else None
            when = _day(match["when"]) if match["when"] else None
            return cls(match["code"], _day(match["day"]), match["status"], bool(match["back"]), change, when)
        except ValueError:
            return None

    def __str__(self) -> str:
        told = f"{self.code} {self.day or '-'} {self.status}" + (f" {_CAME_BACK}" if self.back else "")
        if self.change is None:
            return told
        day, status = self.change
        return f"{told} -> {day or '-'} {status} @{self.when or '-'}"


def _day(value: str) -> date | None:
    return None if value == "-" else date.fromisoformat(value)


def read_schedule(draft: Draft, office: OfficeState) -> None:
    """Read every row, give each dated one its Kode, append the horizon, note what changed."""
    context = office.context
    table = draft[Tabs.SCHEDULE]
    dates = {id(row): _read_date(row) for row in table}
    if table.usable:
        _name_rows(table, dates)
        _extend_horizon(draft, table, dates, context)
    for row in table:
        if row.code or row.old:
            office.episodes.append(_episode(row, dates[id(row)], office.team.names, context))
    told = last_told(context.ledger)
    for episode in office.episodes:
        if episode.code and table.usable:
            _record(episode, office, told.get(episode.code))


def _read_date(row: DraftRow) -> date | None:
    day = row.value_or_problem(parse_date(row[Cols.PUBLISH], Cols.PUBLISH))
    if day is None and parse_episode_code(row.code):  # without a Kode a blank date is an idea for later
        row.problem(wording.DATE_LOST)
    return day


def _name_rows(table: DraftTable, dates: dict[int, date | None]) -> None:
    """Give every dated row a Kode of its own; of two rows with one Kode the recorded one keeps it."""
    holders: dict[str, list[DraftRow]] = defaultdict(list)
    for row in table:
        if (code := parse_episode_code(row.code)) is not None:
            if code != row.code:
                row.name(code)
            holders[code].append(row)
        elif row.code:
            row.name("")
    for code, rows in holders.items():
        if len(rows) > 1:
            keeper = next((r for r in rows if _matches(r, code, dates[id(r)])), rows[0])
            for row in rows:
                if row is not keeper:
                    row.name("")
                    row.messages = tuple(m for m in row.messages if m != wording.DATE_LOST)
    used = set(holders)
    nameless = [(day, n, row) for n, row in enumerate(table) if not row.code and (day := dates[id(row)])]
    for day, _, row in sorted(nameless, key=lambda item: item[:2]):
        row.name(_free_code(week_code(day), used))
        used.add(row.code)


def _matches(row: DraftRow, code: str, day: date | None) -> bool:
    recorded = Recorded.read(row.old.get(Cols.RECORDED))
    return recorded is not None and recorded.code == code and recorded.day == day


def _free_code(week: str, used: set[str]) -> str:
    """``2026-W48``, then ``2026-W48-2``, ..."""
    code, n = week, 1
    while code in used:
        n += 1
        code = f"{week}-{n}"
    return code


def _extend_horizon(draft: Draft, table: DraftTable, dates: dict[int, date | None], context: Context) -> None:
    """Append a row for every publishing day ahead whose ISO week no row covers by date or by Kode."""
    program = context.settings.program
    covered = {week_code(day) for day in dates.values() if day}
    covered |= {"-".join(row.code.split("-")[:2]) for row in table if row.code}
    known = {row.code.split("/")[0] for row in draft[Tabs.STEPS] if row.code}
    for day in publishing_days(context.today, WEEKDAYS.index(program.publish_weekday), program.horizon_weeks):
        code = week_code(day)
        if code in covered:
            continue
        row = table.append(code, {Cols.PUBLISH: _midnight(day)})
        dates[id(row)] = day
        if code in known:
            row.put(Cols.RECORDED, str(Recorded(code, day, EpisodeStatus.ACTIVE, back=True)))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _episode(row: DraftRow, day: date | None, names: NameBook, context: Context) -> Episode:
    format_ = row.value_or_problem(parse_format(row[Cols.FORMAT]))
    status = row.value_or_problem(parse_episode_status(row[Cols.EPISODE_STATUS])) or EpisodeStatus.ACTIVE
    lead, messages = names.find(row[Cols.LEAD], Cols.LEAD)
    for message in messages:
        row.problem(message)
    links = {platform: text_or_nothing(row[header]) for platform, header in LINKS.items()}
    for platform, link in links.items():
        if link and "." not in link:
            row.remark(wording.no_address(LINKS[platform], link))
    today, grace = context.today, timedelta(days=context.settings.program.close_after_days)
    end = evaluation_ends(day) if day else None
    return Episode(
        row,
        row.code,
        day,
        EpisodeStatus.POSTPONED if day is None and status == EpisodeStatus.ACTIVE else status,
        text(row[Cols.TOPIC]),
        _theme(row, day, context),
        format_,
        text(row[Cols.GUEST]),
        text(row[Cols.INSTITUTION]),
        text(row[Cols.CONTACT]),
        lead,
        {platform: link for platform, link in links.items() if link},
        ended=end is not None and today > end,
        closed=end is not None and today > end + grace,
    )


def _theme(row: DraftRow, day: date | None, context: Context) -> str:
    """Fill Tema where it is blank; a theme that the team typed stays, a message says that it differs."""
    typed = parse_theme(row[Cols.THEME])
    expected = theme(day, context.settings.program.theme_rule) if day else ""
    if isinstance(typed, Unreadable):
        row.problem(typed.message)
        return text(row[Cols.THEME])
    if typed is None:
        if expected:
            row.fill_blank(Cols.THEME, expected)
        return expected
    if expected and typed != expected:
        row.remark(wording.theme_differs(typed, expected))
    return typed


def _record(episode: Episode, office: OfficeState, mailed: tuple[str, str] | None) -> None:
    """Keep ``Tercatat``: recorded silently at first, renewed once the team could hear of a change."""
    row, context = episode.row, office.context
    now = (episode.publish, episode.status)
    recorded = Recorded.read(row.old.get(Cols.RECORDED) if row.number else row[Cols.RECORDED])
    if recorded is None or recorded.code != episode.code:
        recorded = Recorded(episode.code, *now)
    if mailed and mailed[0] == f"{recorded.day or '-'} {recorded.status}":
        day, status = mailed[1].split(" ")  # told at once while the workbook could not be written
        recorded = Recorded(episode.code, _day(day), status, recorded.back)
    if recorded.change not in (None, now) and recorded.when and _digested(recorded.when, context):
        recorded = Recorded(episode.code, *recorded.change, recorded.back)  # digests told that already
    back = recorded.back and all(row[header] is None for header in _PEOPLES)
    if back:
        row.remark(wording.CAME_BACK)
    over = episode.ended and (recorded.day is None or recorded.day <= context.today)
    if now == (recorded.day, recorded.status) or over:
        row.put(Cols.RECORDED, str(Recorded(episode.code, *now, back)))
        return
    when = recorded.when if recorded.change == now else _tell_on(recorded.day, episode.publish, office)
    change = ScheduleChange(episode, recorded.day, recorded.status, when is None, when or context.today)
    told = when is None or (
        context.today >= when and context.now.time() >= LAST_HOUR and office.calendar.is_working(context.today)
    )
    if not told or when is None:
        office.schedule_changes.append(change)
    if told and not office.telling:
        return
    if told:
        row.put(Cols.RECORDED, str(Recorded(episode.code, *now, back)))
    else:
        row.put(Cols.RECORDED, str(Recorded(episode.code, recorded.day, recorded.status, back, now, when)))


def _digested(since: date, context: Context) -> bool:
    """Whether digests have gone out since that day: they told the change that was waiting then."""
    return any(r.kind == "digest" and r.claimed.date() >= since for r in context.ledger.records)


def _tell_on(old: date | None, new: date | None, office: OfficeState) -> date | None:
    """None: at once, as the old or the new day is near; else the first working day whose digests all carry it."""
    context, calendar = office.context, office.calendar
    near = [day for day in (old, new) if day and 0 <= (day - context.today).days <= NEAR_DAYS]
    if near:
        return None
    hours = [person.mail_hour for person in office.team.people if person.available(context.today)]
    earliest = min(hours, default=context.settings.reminders.digest_at)
    if calendar.is_working(context.today) and context.now.time() <= earliest:
        return context.today
    return calendar.next_working(context.today)
