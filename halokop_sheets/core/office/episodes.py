"""Jadwal: which rows are episodes, their Kode, the horizon kept ready, and what the team was last told of each.

What ``Tercatat`` holds is told in ``core.office.told``.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from halokop_sheets.core.calendar import double_odd_weeks, publishing_days, theme, week_code
from halokop_sheets.core.office import wording
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.office.days import read_day
from halokop_sheets.core.office.heard import Standing
from halokop_sheets.core.office.model import Episode, OfficeState
from halokop_sheets.core.office.procedure import evaluation_ends
from halokop_sheets.core.office.told import Recorded
from halokop_sheets.core.sheet.draft import Draft, DraftRow, DraftTable
from halokop_sheets.core.terms import Cols, EpisodeStatus, Tabs, link_column, platform_of
from halokop_sheets.core.typed.links import find_link
from halokop_sheets.core.typed.parsing import (
    Unreadable,
    parse_episode_code,
    parse_episode_status,
    parse_format,
    parse_theme,
    says_none,
    text,
    text_or_nothing,
)
from halokop_sheets.settings import WEEKDAYS


def read_schedule(draft: Draft, office: OfficeState) -> None:
    """Read every row, give each dated one its Kode, append the horizon."""
    context = office.context
    table = draft[Tabs.SCHEDULE]
    dates = {id(row): _read_date(row, context.today) for row in table}
    if table.usable:
        _name_rows(table, dates)
        _extend_horizon(draft, table, dates, context)
    for row in table:
        if row.code or row.old:
            office.episodes.append(_episode(row, dates[id(row)], office))
    for before, episode in repeated_themes(office):
        episode.row.remark(wording.theme_twice(episode.theme, before.publish, episode.publish))


def _read_date(row: DraftRow, today: date) -> date | None:
    told = Recorded.read(row.old.get(Cols.RECORDED))
    day = read_day(row, Cols.PUBLISH, told.told.day if told and told.told.day else today)
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
    return recorded is not None and recorded.code == code and recorded.told.day == day


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
    known = {row.code.split("/")[0] for row in draft[Tabs.STEPS].rows if row.code}
    for day in publishing_days(context.today, WEEKDAYS.index(program.publish_weekday), program.horizon_weeks):
        code = week_code(day)
        if code in covered:
            continue
        row = table.append(code, {Cols.PUBLISH: _midnight(day)})
        dates[id(row)] = day
        if code in known:
            row.put(Cols.RECORDED, str(Recorded(code, Standing(day, EpisodeStatus.ACTIVE), back=True)))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _episode(row: DraftRow, day: date | None, office: OfficeState) -> Episode:
    context = office.context
    format_ = row.value_or_problem(parse_format(row[Cols.FORMAT]))
    status = row.value_or_problem(parse_episode_status(row[Cols.EPISODE_STATUS])) or EpisodeStatus.ACTIVE
    lead, messages = office.team.names.find(row[Cols.LEAD], Cols.LEAD)
    for message in messages:
        row.problem(message)
    platforms = context.settings.program.platforms
    declined = frozenset(p for p in platforms if says_none(row[link_column(p)]))
    today, grace = context.today, timedelta(days=context.settings.program.close_after_days)
    end = evaluation_ends(day, office.calendar, context.meeting.weekday) if day else None
    closed = end is not None and today > end + grace
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
        _links(row, [p for p in platforms if p not in declined], closed=closed),
        ends=end,
        ended=end is not None and today > end,
        closed=closed,
        declined=declined,
    )


def repeated_themes(office: OfficeState) -> list[tuple[Episode, Episode]]:
    """Episodes ahead whose theme repeats that of the week before as the rule has it: W53 and W1 are both odd."""
    rule, today = office.context.settings.program.theme_rule, office.context.today
    ahead = [e for e in office.dated if e.publish and e.publish >= today - timedelta(weeks=1) and e.active]
    found = []
    for before, episode in pairwise(ahead):
        first, second = before.publish, episode.publish
        if first and second and second >= today and episode.theme == before.theme:
            follows = timedelta() < second - first <= timedelta(weeks=1)
            if follows and double_odd_weeks([second], rule):
                found.append((before, episode))
    return found


def _links(row: DraftRow, platforms: Sequence[str], *, closed: bool) -> dict[str, str]:
    """The link on each platform that has one. What is typed there and is none gets a sentence and counts for nothing.

    A closed episode keeps what it has: what was published then stays published, however it was written down.
    """
    links = {}
    for platform in platforms:
        typed = text_or_nothing(row[link_column(platform)])
        link = typed if closed else find_link(typed, platform)
        if link:
            links[platform] = link
        elif typed:
            row.remark(wording.not_a_link(link_column(platform), typed, platform_of(platform)))
    return links


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
