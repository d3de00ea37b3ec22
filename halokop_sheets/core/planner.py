"""The middle of a tick: snapshot, settings and now in; a plan out. Pure, so that what ``plan`` prints is what happens.

The stages read the sheet and put their values into a draft; the plan is what differs, page by page and row by row.
Applied and planned again at the same minute, nothing is left to do.
"""

from collections import Counter
from dataclasses import replace
from datetime import time, timedelta

from halokop_sheets.core.mails.history import abandoned, as_claimed, project, shown_keys, told_by_another
from halokop_sheets.core.mails.kinds import KINDS, plan_mails
from halokop_sheets.core.mails.mail_planner import MailPlanner, say_ownerless
from halokop_sheets.core.mails.still_due import no_longer_his
from halokop_sheets.core.office import wording
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.office.daysoff import read_days_off
from halokop_sheets.core.office.episodes import read_schedule
from halokop_sheets.core.office.figures import tally_of
from halokop_sheets.core.office.lists import number_rows, read_actions, read_feedback, read_questions
from halokop_sheets.core.office.meetings import read_meetings
from halokop_sheets.core.office.metrics import weekly_on_time
from halokop_sheets.core.office.model import OfficeState
from halokop_sheets.core.office.readings import make_readings
from halokop_sheets.core.office.sourced import tell_sources, what_to_ask
from halokop_sheets.core.office.stages import Reader, Stage, run_stages
from halokop_sheets.core.office.steps import make_steps, summarise
from halokop_sheets.core.office.team import read_team
from halokop_sheets.core.office.told import record_changes
from halokop_sheets.core.pages.board import LAST_RUN, HealthStrip, board_page, same_hour
from halokop_sheets.core.pages.evaluation.lifecycle import begin_evaluations, keep_evaluations, open_evaluations
from halokop_sheets.core.pages.guide import guide_page
from halokop_sheets.core.sheet.draft import Draft, page_changes
from halokop_sheets.core.sheet.page import Page
from halokop_sheets.core.sheet.refused import without_tabs
from halokop_sheets.core.sheet.schema import TABS, Tab
from halokop_sheets.core.sheet.values import Change, Mail, PageTab, Plan, Problem, SetCell, Snapshot
from halokop_sheets.core.terms import Cols, MailStatus, Tabs


def _identified(snapshot: Snapshot, tab: Tab) -> bool:
    """Whether a tab's rows can be told apart and read in full: without that nothing may be concluded from them.

    A sistem column that only shows something (``Progres``) may be gone; one that decides may not, for a blank
    ``Status Episode`` means Aktif and an absent one means that somebody renamed it.
    """
    table = snapshot.tables.get(tab.name)
    wanted = (Cols.CODE, tab.key, *tab.relied_on)
    return table is not None and all(header in table.columns for header in wanted)


def _tab_problems(snapshot: Snapshot) -> list[Problem]:
    found = []
    for name in TABS:
        table = snapshot.tables.get(name)
        if table is None:
            found.append(Problem(name, wording.TAB_MISSING, whole_tab=True))
        elif not table.header_row:
            found.append(Problem(table.title, wording.HEADER_ROW_MISSING, whole_tab=True))
        elif table.missing:
            found.append(Problem(table.title, wording.header_missing(table.missing), whole_tab=True))
        elif unseen := [header for header in TABS[name].shown_only if header not in table.columns]:
            found.append(Problem(table.title, wording.columns_not_shown(unseen)))
    for name, why in snapshot.refused.items():
        place = snapshot.tables.get(name) or snapshot.pages.get(name)
        found.append(Problem(place.title if place else name, why, whole_tab=True))
    return found


def _row_problems(draft: Draft, *, standing: bool) -> list[Problem]:
    """The messages of all rows; one that many rows of a tab share (nobody in Tim yet) is one problem, not a list.

    ``standing``: only of rows that the sheet holds already, for those who write nothing.
    """
    rows: dict[tuple[str, str], list[int]] = {}
    for name, table in draft.tables.items():
        for row in table.rows:
            for message in row.messages if row.number or not standing else ():
                rows.setdefault((name, message), []).append(row.place)
    return [Problem(wording.place_of_rows(name, places), text) for (name, text), places in rows.items()]


def _lock_problems(snapshot: Snapshot, context: Context) -> list[Problem]:
    """A workbook that has been open for longer than the office allows: mostly a program that crashed left its lock.

    The text counts the days, so that the administrator hears of it on each working day.
    """
    if snapshot.busy_since is None:
        return []
    since = snapshot.busy_since.astimezone(context.settings.zone).replace(tzinfo=None)
    if context.now - since < timedelta(hours=context.settings.workbook.locked_hours):
        return []
    return [
        Problem(
            context.workbook or Tabs.BOARD, wording.locked(snapshot.busy, since, (context.today - since.date()).days)
        )
    ]


_JADWAL = Tabs.SCHEDULE  # without it nobody knows which episodes there are
_READERS: tuple[Reader, ...] = (read_meetings, make_readings, make_steps, read_questions, read_feedback, read_actions)
STAGES = (
    Stage(read_days_off),
    Stage(read_team),
    Stage(read_schedule, needs=(_JADWAL,), after=(read_days_off, read_team)),
    Stage(read_meetings, needs=(_JADWAL, Tabs.MEETINGS), after=(read_schedule,)),
    Stage(make_readings, needs=(_JADWAL, Tabs.READINGS), after=(read_schedule,)),
    Stage(make_steps, needs=(_JADWAL, Tabs.STEPS), after=(read_schedule, read_meetings, make_readings)),
    Stage(summarise, needs=(_JADWAL, Tabs.STEPS), after=(make_steps,)),
    Stage(record_changes, needs=(_JADWAL,), after=(read_schedule, read_team, make_steps)),
    Stage(begin_evaluations, needs=(_JADWAL, Tabs.STEPS), after=(read_meetings, make_steps)),
    Stage(read_questions, needs=(_JADWAL, Tabs.QUESTIONS), after=(read_schedule,)),
    Stage(read_feedback, needs=(_JADWAL,), after=(read_schedule,)),
    Stage(read_actions, needs=(_JADWAL, Tabs.ACTIONS), after=(begin_evaluations,)),
    Stage(keep_evaluations, needs=(_JADWAL,), after=(begin_evaluations, *_READERS)),
    Stage(number_rows, after=(read_team, read_days_off, *_READERS)),
    Stage(say_ownerless, after=(read_team, make_steps)),
    Stage(tell_sources, after=(read_days_off,)),
)
"""What a tick does with the sheet, in the order in which each stage finds what it uses."""


def _run(
    snapshot: Snapshot, context: Context, *, telling: bool = True, standing: bool = False
) -> tuple[Draft, OfficeState]:
    """Run the stages: what the sheet means, and the draft with our values in it.

    ``telling``: this pass may send mail. Without that, schedule changes are not recorded as announced.
    """
    draft = Draft(snapshot)
    unread = frozenset(t.name for t in context.tabs.values() if not _identified(snapshot, t)) - {Tabs.HISTORY}
    telling = telling and not unread & {Tabs.TEAM, Tabs.STEPS}
    office = OfficeState(context, notes=snapshot.notes, busy=snapshot.busy, unread=unread, telling=telling)
    run_stages(STAGES, draft, office)
    office.problems += _lock_problems(snapshot, context) + _tab_problems(snapshot)
    office.problems += _row_problems(draft, standing=standing) + abandoned(snapshot, context)
    return draft, office


def make_plan(snapshot: Snapshot, context: Context, *, mailing: bool = True) -> Plan:
    """What a tick does now. ``mailing=False`` is the closing pass: verdicts and the strip, no new mail."""
    draft, office = _run(snapshot, context, telling=mailing)
    mails: list[Mail] = []
    if mailing:
        known = shown_keys(snapshot) | {r.key for r in context.ledger.records}
        mails = plan_mails(office, frozenset(known))
        if Tabs.TEAM in office.unread:  # nobody knows who is active, on leave, or in which role
            mails = [mail for mail in mails if mail.kind == "administrator"]
    claims = [as_claimed(mail, context.now, context.message_id(mail.key)) for mail in mails]
    changes = draft.changes() + office.page_changes + project(snapshot, context, claims)
    if (tab := snapshot.pages.get(Tabs.GUIDE)) is not None:
        changes += page_changes(guide_page(context.procedure, context.settings), tab)
    changes = list(without_tabs(changes, snapshot.refused))
    if (tab := snapshot.pages.get(Tabs.BOARD)) is not None:
        changes += _board_changes(tab, office, quiet=not changes and not mails)
    kept = without_tabs(changes, snapshot.refused)
    people = () if Tabs.TEAM in office.unread else office.team.unseen
    tally = tally_of(office, weekly_on_time(office))
    asks = what_to_ask(office) if mailing else ()
    return Plan(kept, tuple(mails), tuple(office.problems), people, asks, tally)


def observe(snapshot: Snapshot, context: Context) -> OfficeState:
    """What the sheet means now, for those who only read it: the report, the doctor."""
    return _run(snapshot, context, standing=True)[1]


def strip_of(office: OfficeState) -> HealthStrip:
    """The health strip as of now."""
    context = office.context
    today = Counter(r.status for r in context.ledger.records if r.claimed.date() == context.today)
    trouble = (context.ledger.trouble,) if context.ledger.trouble else ()
    return HealthStrip(context.now, today, (*trouble, *office.notes, *map(str, office.problems)))


def no_longer_due(snapshot: Snapshot, context: Context) -> frozenset[str]:
    """Keys of mails that wait to be tried again and that a plan of this minute would not bring about any more.

    A server that was down for an hour must not deliver "not published yet" after the link was filled in. Kinds that
    follow from the sheet alone are planned anew; of the others, reader and matter are looked at (``still_due``).
    """
    open_ = [r for r in context.ledger.records if r.status in (MailStatus.PREPARED, MailStatus.DEFERRED)]
    waiting = {r.key for r in open_ if r.kind in KINDS and KINDS[r.kind].from_the_sheet}
    if not open_:
        return frozenset()
    _, office = _run(snapshot, context)
    if office.unread:
        return frozenset()  # A header is missing: nothing may be concluded, so nothing is withdrawn.
    # Mails that wait stay wanted although somebody moved their Jam Pengingat meanwhile.
    people = tuple(replace(p, mail_hour=time()) for p in office.team.people)
    office.team = replace(office.team, people=people)
    known = (shown_keys(snapshot) | {r.key for r in context.ledger.records}) - waiting
    lost = {r.key for r in open_ if no_longer_his(r, MailPlanner(office, frozenset(known)))}
    lost |= told_by_another(snapshot, context.ledger.id, [r.key for r in open_])
    return frozenset(lost | waiting - {mail.key for mail in plan_mails(office, frozenset(known))})


def _board_changes(tab: PageTab, office: OfficeState, *, quiet: bool) -> list[Change]:
    """The board's cells that differ; the moment of the last run alone is renewed at most once an hour."""
    changes = page_changes(board_page(office, strip_of(office)), tab)
    row, column = LAST_RUN
    only_the_moment = [c for c in changes if not (isinstance(c, SetCell) and (c.row, c.column) == (row, column))] == []
    if quiet and only_the_moment and same_hour(tab.cells.get(LAST_RUN), office.context.now):
        return []
    return changes


def standing_pages(snapshot: Snapshot, context: Context) -> list[Page]:
    """Every page that the workbook shall have now: what ``init`` makes where it is missing."""
    _, office = _run(snapshot, context)
    return [
        board_page(office, HealthStrip()),
        guide_page(context.procedure, context.settings),
        *open_evaluations(office, snapshot),
    ]
