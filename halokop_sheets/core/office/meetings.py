"""Catatan Evaluasi: the record of each evaluation, and when its meeting is (SOP steps 11 and 12)."""

from datetime import date, datetime, time

from halokop_sheets.core.calendar import all_day
from halokop_sheets.core.office import wording
from halokop_sheets.core.office.model import Episode, Meeting, OfficeState
from halokop_sheets.core.office.procedure import meeting_day
from halokop_sheets.core.sheet.draft import Draft, DraftRow
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.core.typed.parsing import parse_episode_code, parse_moment, text, text_or_nothing


def meeting_at(episode: Episode, office: OfficeState) -> datetime | None:
    """When an episode's evaluation meets by the rule; what people typed in Tanggal Rapat is in ``episode.meeting``."""
    if episode.publish is None:
        return None
    rule = office.context.meeting
    return datetime.combine(meeting_day(episode.publish, office.calendar, rule.weekday), rule.at)


def read_meetings(draft: Draft, office: OfficeState) -> None:
    """The record of each evaluation; people's own rows without an episode are left alone."""
    seen: set[str] = set()
    for row in draft[Tabs.MEETINGS]:
        code = parse_episode_code(row.code)
        if code is None or code not in office.by_code:
            continue
        if code in seen:
            row.problem(wording.DUPLICATE)
            continue
        seen.add(code)
        episode = office.by_code[code]
        row.put(Cols.EPISODE, episode.label)
        episode.meeting = _meeting(row, episode, office)


def _meeting(row: DraftRow, episode: Episode, office: OfficeState) -> Meeting:
    at = row.value_or_problem(parse_moment(row[Cols.MEETING_DATE], Cols.MEETING_DATE))
    meeting = Meeting(
        row,
        at.date() if at else None,
        text(row[Cols.EVALUATION]),
        row[Cols.CLOSED] is not None,
        text(row[Cols.PLACE]),
        text(row[Cols.CHAIR]),
        text(row[Cols.NOTE_TAKER]),
        text_or_nothing(row[Cols.ATTENDEES]),
        text_or_nothing(row[Cols.RESULT]),
        text(row[Cols.DECISION]),
        None if at is None or all_day(at) else at.time(),
    )
    if not (meeting.closed or meeting.attendees or meeting.result):
        _follow(meeting, episode, office)
    return meeting


def _follow(meeting: Meeting, episode: Episode, office: OfficeState) -> None:
    """A meeting that was not held follows its episode: nobody evaluates before the day of publication.

    The cell is the team's once it is filled, so it stays and the row says which day is meant now.
    """
    by_rule = meeting_at(episode, office)
    day: date | None = by_rule.date() if by_rule else None
    if day is None:
        return
    if meeting.row[Cols.MEETING_DATE] is None:
        meeting.row.fill_blank(Cols.MEETING_DATE, datetime.combine(day, time()))
        meeting.day = day
    elif meeting.day and episode.publish and meeting.day <= episode.publish:
        meeting.row.remark(wording.meeting_before_publication(day))
        meeting.day, meeting.hour = day, None
