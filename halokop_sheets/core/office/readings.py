"""Metrik: one reading a platform and day, which figures are needed, and what is wrong with them (SOP step 10)."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import product
from operator import attrgetter

from halokop_sheets.core.office import wording
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.office.finder import EpisodeFinder
from halokop_sheets.core.office.model import Episode, OfficeState, Reading
from halokop_sheets.core.office.platforms_used import used_platforms
from halokop_sheets.core.office.sourced import fill_reading
from halokop_sheets.core.sheet.draft import Draft, DraftRow, DraftTable
from halokop_sheets.core.terms import LIVE, VIDEO, Cols, ReadingStatus, Tabs, platform_of
from halokop_sheets.core.typed.parsing import (
    count_note,
    parse_count,
    parse_platform,
)

DAYS = range(1, 6)  # H+1 to H+5
FIGURES = (Cols.VIEWERS_VIDEO, Cols.LIKES, Cols.VIEWERS_LIVE, Cols.COMMENTS, Cols.SHARES, Cols.SAVES)
CUMULATIVE = (Cols.VIEWERS_VIDEO, Cols.LIKES, Cols.COMMENTS, Cols.SHARES, Cols.SAVES)
_NAMED = frozenset((Cols.EPISODE, Cols.PLATFORM, Cols.DAY))
_OURS = frozenset((Cols.STATUS, Cols.MESSAGE, Cols.CODE, Cols.DATE))


@lru_cache(maxsize=512)
def needed_figures(format_: str | None, platform: str, day: int) -> tuple[str, ...]:
    """What a reading must hold: by Bentuk, blank meaning everything."""
    kind = format_ or f"{VIDEO} + {LIVE}"
    needed = []
    if VIDEO in kind:
        needed.append(Cols.VIEWERS_VIDEO)
    if kind != LIVE:
        needed.append(Cols.LIKES)
    if LIVE in kind and platform_of(platform).live and day == DAYS[0]:
        needed.append(Cols.VIEWERS_LIVE)
    return tuple(needed)


def readings_done(episode: Episode, context: Context) -> bool:
    """Whether the last needed reading of each used platform is filled (the done rule of step 10)."""
    last: dict[str, Reading] = {}
    for reading in sorted(episode.readings, key=lambda r: r.day):
        if reading.needed:
            last[reading.platform] = reading
    used = [p for p in used_platforms(episode, context.settings.program.platforms) if p in last]
    return bool(used) and all(last[p].complete for p in used)


def make_readings(draft: Draft, office: OfficeState) -> None:
    """Read what was filled, make the rows of episodes just published, tell each row's status."""
    context, table = office.context, draft[Tabs.READINGS]
    taken: set[str] = set()
    for row in table:
        if row.code and not _own_code(row, office):
            row.name("")
    for row in table:
        if (reading := _read(row, office.finder, context)) is not None:
            _take(reading, office, taken)
    for episode in office.episodes:
        if table.usable and _wants_readings(episode, context):
            _append_missing(table, episode, context.settings.program.platforms, taken)
        if episode.readings:
            _judge(episode, context)


def _code_of(episode: str, platform: str, day: int) -> str:
    """``2026-W48/IG/3``"""
    return f"{episode}/{platform_of(platform).code}/{day}"


def _take(reading: Reading, office: OfficeState, taken: set[str]) -> None:
    """Give a row's reading to its episode; of two rows with one Kode the upper counts."""
    row, code = reading.row, _code_of(reading.code, reading.platform, reading.day)
    if code in taken:
        row.problem(wording.DUPLICATE)
        row.name("")
        row.put(Cols.STATUS, None)
        return
    taken.add(code)
    row.name(code)
    office.by_code[reading.code].readings.append(reading)


def _append_missing(table: DraftTable, episode: Episode, platforms: Iterable[str], taken: set[str]) -> None:
    """The rows of an episode that are not there yet, platform by platform, blank."""
    for platform, day in product(platforms, DAYS):
        code = _code_of(episode.code, platform, day)
        if code not in taken:
            row = table.append(code, {Cols.EPISODE: episode.code, Cols.PLATFORM: platform, Cols.DAY: day})
            episode.readings.append(Reading(row, episode.code, platform, day, dict.fromkeys(FIGURES)))


def _own_code(row: DraftRow, office: OfficeState) -> bool:
    """A Kode is believed where its episode is known still."""
    return row.code.split("/")[0] in office.by_code


def _wants_readings(episode: Episode, context: Context) -> bool:
    if episode.publish is None or not episode.code or not episode.active or episode.ended:
        return False
    return episode.publish <= context.today


def _read(row: DraftRow, finder: EpisodeFinder, context: Context) -> Reading | None:
    """A row as a reading; None where it cannot be told of which episode, platform and day it is."""
    if not row.code and row.old.keys() <= _OURS:
        return None
    if row.code and not row.old.keys() >= _NAMED:
        _restore(row, context)
    code = finder.find(row)
    platform = row[Cols.PLATFORM]
    platforms = context.settings.program.platforms
    if not isinstance(platform, str) or platform not in platforms:  # mostly as we wrote it: no need to parse
        platform = row.value_or_problem(parse_platform(platform, platforms))
    typed = row[Cols.DAY]
    count = typed if type(typed) is int else parse_count(typed, Cols.DAY)
    day = count if isinstance(count, int) and count in DAYS else None
    if day is None:
        row.problem(wording.READING_DAY)
    values: dict[str, int | None] = {}
    for header in FIGURES:
        cell = row.old.get(header)
        if cell is None or (type(cell) is int and 0 <= cell < 1_000_000_000):  # as nearly every cell is
            values[header] = cell
            continue
        values[header] = row.value_or_problem(parse_count(cell, header))
        if values[header] is not None and isinstance(cell, str) and (note := count_note(cell)):
            row.remark(note)
    if code is None or platform is None or day is None:
        row.put(Cols.STATUS, None)
        return None
    return Reading(row, code, platform, day, values)


def _restore(row: DraftRow, context: Context) -> None:
    """What the Kode says is filled in again where it was cleared, so that no figures lose their episode."""
    code, platform_, day = row.code.split("/") if row.code.count("/") == 2 else ("", "", "")
    named = next((p for p in context.settings.program.platforms if platform_of(p).code == platform_), None)
    if code and named and day.isdecimal():
        row.fill_blank(Cols.EPISODE, code)
        row.fill_blank(Cols.PLATFORM, named)
        row.fill_blank(Cols.DAY, int(day))


def _judge(episode: Episode, context: Context) -> None:
    """Date and status of each reading, and figures that cannot be right."""
    used = used_platforms(episode, context.settings.program.platforms)
    platform, before = "", dict[str, tuple[int, int]]()
    for reading in sorted(episode.readings, key=attrgetter("platform", "day")):
        row = reading.row
        day = _taken_on(reading) or (episode.publish + timedelta(days=reading.day) if episode.publish else None)
        if reading.platform in used:
            reading.needed = needed_figures(episode.format, reading.platform, reading.day)
        if day:
            fill_reading(reading, episode, context, day)
        values = reading.values
        reading.status = _status(reading, episode, day, context.today)
        row.put(Cols.DATE, datetime.combine(day, time()) if day else None)
        row.put(Cols.STATUS, reading.status)
        if not reading.touched:
            continue
        likes, viewers = values[Cols.LIKES], values[Cols.VIEWERS_VIDEO]
        if likes is not None and viewers is not None and likes > viewers:
            row.problem(wording.LIKES_ABOVE_VIEWERS)
        if reading.platform != platform:
            platform, before = reading.platform, {}
        for header in CUMULATIVE:
            if (value := values[header]) is None:
                continue
            if header in before and value < before[header][1]:
                row.problem(wording.figure_falls(header, before[header][0]))
            before[header] = reading.day, value


def _taken_on(reading: Reading) -> date | None:
    """A filled reading keeps its Tanggal when its episode moves: the figure was true on that day and on no other."""
    shown = reading.row.old.get(Cols.DATE) if reading.touched else None
    return shown.date() if isinstance(shown, datetime) else None


def _status(reading: Reading, episode: Episode, day: date | None, today: date) -> str:
    if not episode.active or day is None or not reading.needed:
        return ReadingStatus.NOT_NEEDED
    if reading.complete:
        return ReadingStatus.FILLED
    if day == today:
        return ReadingStatus.TODAY
    return ReadingStatus.MISSED if day < today else ReadingStatus.NOT_YET
