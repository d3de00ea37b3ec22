"""Evaluation tabs: when one is made, kept fresh, closed; its row in Catatan Evaluasi is the record of it.

A level-triggered reading of that record: no row yet and the meeting day has come -> make; tab gone -> ``dihapus``;
H+6 over and Hasil Evaluasi filled -> a last refresh, then closed and never written again; at last with the episode.
"""

from datetime import datetime, time

from halokop_sheets.core.office import wording
from halokop_sheets.core.office.meetings import meeting_at
from halokop_sheets.core.office.model import Episode, Meeting, OfficeState
from halokop_sheets.core.office.wording import short_date
from halokop_sheets.core.pages.evaluation.page import evaluation_page
from halokop_sheets.core.sheet.cells import text
from halokop_sheets.core.sheet.draft import Draft, page_changes
from halokop_sheets.core.sheet.page import Page
from halokop_sheets.core.sheet.tables import evaluation_mark
from halokop_sheets.core.sheet.values import AddPage, Change, ClosePage, Link, Snapshot
from halokop_sheets.core.terms import DELETED, Cols, ReadingStatus, Tabs

SHOWN_TABS = frozenset({Tabs.STEPS, Tabs.READINGS, Tabs.QUESTIONS, Tabs.FEEDBACK, Tabs.ACTIONS, Tabs.TEAM})
"""Tabs that an evaluation tells of: while one of them cannot be read, it stays as it is."""
VISIBLE = 2  # evaluation tabs left in sight; older ones are hidden once, when a newer one is made


def evaluation_title(episode: Episode, titles: set[str]) -> str:
    """``Evaluasi 29 Nov 2026``; a second episode of that day, or a taken title, gets a number."""
    day = short_date(episode.publish) if episode.publish else episode.code
    title, n = f"{Tabs.EVALUATION} {day}", 1
    while title.casefold() in titles:
        n += 1
        title = f"{Tabs.EVALUATION} {day} ({n})"
    return title


def _due(episode: Episode, office: OfficeState) -> bool:
    """Whether the tab is to be made now: an Aktif episode with steps, its meeting day begun, not closed yet."""
    if not episode.live or not episode.steps or episode.meeting is not None:
        return False
    at, hour = meeting_at(episode, office), office.context.settings.evaluation.tab_at
    return at is not None and office.context.now >= datetime.combine(at.date(), hour)


def begin_evaluations(draft: Draft, office: OfficeState) -> None:
    """Record the evaluations that begin now; action items written today already belong to them."""
    if not draft[Tabs.MEETINGS].usable or office.unread & SHOWN_TABS:
        return
    titles = {t.casefold() for t in draft.snapshot.titles}
    for episode in office.dated:
        if _due(episode, office):
            shown = text(episode.row.old.get(Cols.EVALUATION))
            tab = draft.snapshot.pages.get(evaluation_mark(episode.code))
            # The tab exists, or existed and only its row in Catatan Evaluasi was deleted.
            made = tab.title if tab else shown
            title = made or evaluation_title(episode, titles)
            titles.add(title.casefold())
            _record(draft, episode, office, title, new=not made)


def keep_evaluations(draft: Draft, office: OfficeState) -> None:
    """Make, refresh and close evaluation tabs, from all that the other stages have read."""
    if not draft[Tabs.MEETINGS].usable:
        return
    changes = office.page_changes
    everything = [*office.dated, *(e for e in office.episodes if e.publish is None)]
    for episode in everything:
        if episode.meeting is not None and episode.meeting.new:
            changes.append(_make(episode, episode.meeting, office))
        elif episode.meeting is not None and not episode.meeting.closed:
            changes.extend(_keep(draft, episode, episode.meeting, office))
    for episode in everything:
        if episode.meeting is not None:
            link = episode.meeting.link
            value = link if link == DELETED or not link else Link(link, evaluation_mark(episode.code))
            episode.row.put(Cols.EVALUATION, value)
            _say_closed(episode, episode.meeting)
        elif episode.code:
            episode.row.put(Cols.EVALUATION, None)


def _say_closed(episode: Episode, meeting: Meeting) -> None:
    """Tell in the row of a reading that is still blank that the closed paper keeps its figures."""
    if episode.live and meeting.row[Cols.CLOSED] is not None:
        for reading in episode.readings:
            if reading.status == ReadingStatus.MISSED:
                reading.row.remark(wording.PAPER_CLOSED)


def _record(draft: Draft, episode: Episode, office: OfficeState, title: str, *, new: bool) -> None:
    """Append the record of an evaluation: of one that is made now, or of one whose record was deleted."""
    at = meeting_at(episode, office)
    day = at.date() if at else None
    closed = office.context.now if episode.ended else None
    row = draft[Tabs.MEETINGS].append(
        episode.code,
        {
            Cols.EPISODE: episode.label,
            Cols.MEETING_DATE: datetime.combine(day, time()) if day else None,
            Cols.EVALUATION: title if title == DELETED else Link(title, evaluation_mark(episode.code)),
            Cols.CLOSED: closed,
        },
    )
    episode.meeting = Meeting(row, day, title, closed is not None, new=new)


def _make(episode: Episode, meeting: Meeting, office: OfficeState) -> AddPage:
    page = evaluation_page(office, episode, meeting.link, office.context.now if meeting.closed else None)
    made = [e for e in office.dated if e.meeting and e.meeting.link != DELETED]
    # After an outage several tabs are made in one plan; each of them hides one older tab.
    older = made[: made.index(episode)]
    hide = tuple(evaluation_mark(e.code) for e in older[-VISIBLE : len(older) - VISIBLE + 1])
    return AddPage(page, hide, meeting.closed)


def _keep(draft: Draft, episode: Episode, meeting: Meeting, office: OfficeState) -> list[Change]:
    """Refresh an open evaluation; close it once it is over; note that a person deleted it."""
    tab = draft.snapshot.pages.get(evaluation_mark(episode.code))
    now = office.context.now
    closing = now if _is_over(episode, meeting) and not office.unread & SHOWN_TABS else None
    if closing:
        meeting.row.put(Cols.CLOSED, now)
    if tab is None:
        meeting.link = DELETED
        meeting.row.put(Cols.EVALUATION, DELETED)
        return []
    meeting.link = tab.title
    meeting.row.put(Cols.EVALUATION, Link(tab.title, tab.mark))
    if episode.publish is None or office.unread & SHOWN_TABS:  # left as it is until all can be read again
        return []
    changes = page_changes(evaluation_page(office, episode, tab.title, closing), tab)
    if closing:
        changes.append(ClosePage(tab.mark))
    return changes


def _is_over(episode: Episode, meeting: Meeting) -> bool:
    """H+6 is past and Hasil Evaluasi is there, for an archive with blank lines is none; at last with the episode."""
    return episode.ended and (bool(meeting.result) or episode.closed)


def open_evaluations(office: OfficeState, snapshot: Snapshot) -> list[Page]:
    """The evaluations that ``init`` looks after: one that a person deleted is made again, the others are mended.

    A step more in the procedure gives a page another shape; the plan writes values alone and could never settle.
    """
    taken = {t.casefold() for t in snapshot.titles}
    pages = []
    for episode in office.dated:
        if episode.meeting and not episode.meeting.closed and not _is_over(episode, episode.meeting):
            tab = snapshot.pages.get(evaluation_mark(episode.code))
            title = tab.title if tab else evaluation_title(episode, taken)
            taken.add(title.casefold())
            pages.append(evaluation_page(office, episode, title, None))
    return pages


def invited(episode: Episode) -> bool:
    """Whether the invitation is still worth sending: an open evaluation, until the end of H+6."""
    meeting = episode.meeting
    dated = episode.publish is not None and not episode.ended
    return meeting is not None and not meeting.closed and dated and episode.active
