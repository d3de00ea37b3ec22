"""Langkah: the steps of each open episode, their windows, whether they are done, and their status words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from halokop_sheets.core.calendar import all_day
from halokop_sheets.core.office import wording
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.office.model import Episode, OfficeState, StepState
from halokop_sheets.core.office.platforms_used import is_published, say_missing_links
from halokop_sheets.core.office.procedure import Step, Window
from halokop_sheets.core.office.readings import readings_done
from halokop_sheets.core.office.step_record import StepRecord, late_from, read_record, write_record
from halokop_sheets.core.sheet.draft import Draft, DraftRow
from halokop_sheets.core.terms import Cols, EpisodeStatus, StepStatus, Tabs
from halokop_sheets.core.typed.parsing import Unreadable, parse_moment, parse_tick, text_or_nothing


def make_steps(draft: Draft, office: OfficeState) -> None:
    """Every step row that an episode needs, and what each of them says now. Jadwal must have been read."""
    context, table = office.context, draft[Tabs.STEPS]
    rows: dict[str, list[DraftRow]] = {}
    for row in table:
        if row.code:
            rows.setdefault(row.code, []).append(row)
        elif row.old:
            row.problem(wording.STEP_FOREIGN)
    for episode in sorted(office.episodes, key=lambda e: (e.publish or date.max, e.code)):
        if not episode.code:
            continue
        steps = [(step, rows.pop(episode.code + step.suffix, [])) for step in context.procedure.steps]
        if table.usable and _wants_steps(episode, context):
            for step, found in steps:
                if not found:
                    found.append(table.append(episode.code + step.suffix, {}))
        if any(found for _, found in steps):
            _read_steps(episode, steps, office)
    _say_orphans(rows, office)


def _read_steps(episode: Episode, steps: Sequence[tuple[Step, Sequence[DraftRow]]], office: OfficeState) -> None:
    """The steps of one episode; of two rows with one Kode the upper counts."""
    context = office.context
    windows = context.procedure.windows(episode.publish, office.calendar, context.meeting) if episode.publish else {}
    for step, found in steps:
        for n, row in enumerate(found):
            state = _state(row, step, episode, windows.get(step.number), office)
            if n == 0:
                episode.steps.append(state)
            else:
                row.problem(wording.DUPLICATE)


def _say_orphans(rows: Mapping[str, Sequence[DraftRow]], office: OfficeState) -> None:
    """Rows whose step, or whose whole episode, is not known any more."""
    for code, orphans in rows.items():
        known = code.split("/")[0] in office.by_code
        for row in orphans:
            row.put(Cols.STATUS, StepStatus.NOT_NEEDED if known else StepStatus.CANCELLED)
            row.problem(wording.STEP_UNKNOWN if known else wording.STEP_ORPHAN)


def _wants_steps(episode: Episode, context: Context) -> bool:
    """From H-21 through H+6, of an Aktif or Ditunda episode; what is over when first seen gets none."""
    if episode.publish is None or episode.ended or episode.status == EpisodeStatus.CANCELLED:
        return False
    return (episode.publish - context.today).days <= context.settings.program.steps_ahead_days


_SHOWN_IN = {"readings": Tabs.READINGS, "attendees": Tabs.MEETINGS, "result": Tabs.MEETINGS}


def _rule_holds(row: DraftRow, step: Step, episode: Episode, office: OfficeState) -> bool:
    """Whether the sheet itself shows that a step was done; what it showed before holds while it cannot be read."""
    if not step.done_when:
        return False
    if _SHOWN_IN.get(step.done_when) in office.unread:
        return row.old.get(Cols.DONE_AT) is not None
    context = office.context
    meeting = episode.meeting
    if step.done_when == "link":
        return is_published(episode, context)
    if step.done_when == "readings":
        return readings_done(episode, context)
    return bool(meeting and (meeting.attendees if step.done_when == "attendees" else meeting.result))


def _state(row: DraftRow, step: Step, episode: Episode, window: Window | None, office: OfficeState) -> StepState:
    context = office.context
    cell = row.old.get(Cols.DONE)
    tick = cell if cell is None or isinstance(cell, bool) else row.value_or_problem(parse_tick(cell))
    done = bool(tick) or _rule_holds(row, step, episode, office)
    done_at, timed = _done_at(row, done, _when_told(tick, step, episode, context), context)
    start, due = (window.start, window.due) if window else _as_shown(row)
    record = read_record(row)
    if not row.number and due is not None and context.now > due:
        record = StepRecord(born=context.today)
    if done:
        start, due = _done_against(row, start, due, record)
    else:
        write_record(row, StepRecord(born=record.born))
    people: Sequence[str] = ()
    if (typed := row.old.get(Cols.ASSIGNEE)) is not None:
        people, messages = office.team.names.find(typed, Cols.ASSIGNEE)
        for message in messages:
            row.problem(message)
    needed = step.needed(episode.format)
    state = StepState(episode, step, row, start, due, done, done_at, timed, needed, people=people)
    if record.born is not None:
        _bear_late(state, record.born, office)
    state.status = status_of(state, context)
    row.put_all(
        {
            Cols.PROCEDURE: step.title,
            Cols.DUE: due,
            Cols.STATUS: state.status,
            Cols.EPISODE: episode.label,
            Cols.STAGE: step.stage,
            Cols.NUMBER: step.number,
            Cols.PARTY: step.party,
            Cols.START: start,
        }
    )
    return state


def _bear_late(state: StepState, born: date, office: OfficeState) -> None:
    """A step whose row was made after its due date: until when it waits for a tick, and what its row says of that."""
    state.born = born
    typed = {header: text_or_nothing(cell) for header, cell in state.episode.row.old.items()}
    shown = next((h for word in state.step.evidence for h in typed if typed[h] and f"{h} ".startswith(f"{word} ")), "")
    begins = late_from(born, office.calendar)
    state.evidence, state.late_from = shown, date.max if shown else begins
    if state.open and state.unrecorded(office.context.now):
        state.row.remark(wording.seems_done(shown) if shown else wording.not_recorded(begins))


def _as_shown(row: DraftRow) -> tuple[datetime | None, datetime | None]:
    """The window as the row shows it, for an episode whose date cannot be read just now."""
    start, due = row[Cols.START], row[Cols.DUE]
    return start if isinstance(start, datetime) else None, due if isinstance(due, datetime) else None


def _when_told(tick: bool | date | None, step: Step, episode: Episode, context: Context) -> datetime | None:
    """When a step was done as people say: a date typed into Selesai, of a meeting its Tanggal Rapat."""
    meeting = episode.meeting
    if isinstance(tick, date):
        return datetime.combine(tick, time())
    if step.meeting and meeting and meeting.attendees and meeting.day and meeting.day <= context.today:
        return datetime.combine(meeting.day, meeting.hour or time())
    return None


def _done_at(row: DraftRow, done: bool, told: datetime | None, context: Context) -> tuple[datetime | None, bool]:
    """When it was done and whether the time of day counts; fills Selesai Pada with the first tick that saw it."""
    shown = row[Cols.DONE_AT]
    if shown is None:
        if not done:
            return None, False
        first_seen = told or context.now
        row.fill_blank(Cols.DONE_AT, first_seen)
        return first_seen, not all_day(first_seen)
    at = shown if isinstance(shown, datetime) else parse_moment(shown, Cols.DONE_AT)
    if isinstance(at, Unreadable):
        row.problem(at.message)
        return None, False
    if not done:
        row.problem(wording.CLEAR_DONE_AT)
        return None, False
    return at, at is not None and not all_day(at)


def _done_against(
    row: DraftRow, start: datetime | None, due: datetime | None, record: StepRecord
) -> tuple[datetime | None, datetime | None]:
    """A done step keeps the due date it was done against (``Tercatat``), wherever the episode moves."""
    kept = record.against
    if kept is None:
        write_record(row, StepRecord(due, record.born))
        return start, due
    if kept == due:  # never moved since, as nearly every one
        return start, kept
    moved = timedelta(days=(kept.date() - due.date()).days) if due else timedelta()
    return (start + moved if start else None), kept


def status_of(state: StepState, context: Context) -> str:
    """The status word of a step: the first that fits, in the order of the contract."""
    episode, now = state.episode, context.now
    if episode.status == EpisodeStatus.CANCELLED:
        return StepStatus.CANCELLED
    if episode.status == EpisodeStatus.POSTPONED:
        return StepStatus.POSTPONED
    if not state.needed:
        return StepStatus.NOT_NEEDED
    if state.done:
        return StepStatus.DONE if state.on_time() else StepStatus.DONE_LATE
    if episode.closed:
        return StepStatus.NOT_CARRIED_OUT
    if state.due is None:
        return StepStatus.SCHEDULED
    if state.unrecorded(now):
        return StepStatus.UNRECORDED
    return _status_by_time(state.start or state.due, state.due, context)


def _status_by_time(begin: datetime, due: datetime, context: Context) -> str:
    """The status word of a step that is to be done between ``begin`` and ``due``."""
    now, today = context.now, context.today
    if now > due:
        days = (today - due.date()).days
        return f"{StepStatus.LATE} {days} hari" if days else StepStatus.LATE
    if today in (begin.date(), due.date()):
        return StepStatus.TODAY
    if begin < now:
        return StepStatus.RUNNING
    if (begin.date() - today).days <= context.settings.reminders.lead_days:
        return StepStatus.SOON
    return StepStatus.SCHEDULED


def summarise(draft: Draft, office: OfficeState) -> None:
    """Progres, Langkah Berikutnya and Terlambat of each episode in Jadwal, and the links that it lacks."""
    now = office.context.now
    usable = draft[Tabs.STEPS].usable
    for episode in office.episodes:
        row = episode.row
        if not usable or not episode.code:
            continue
        needed = [s for s in episode.steps if s.needed]
        done = sum(s.done for s in needed)
        row.put(Cols.PROGRESS, f"{done} dari {len(needed)}" if episode.steps else None)
        waiting = [(s.due, s.step.number, s) for s in episode.steps if s.open and s.due and not s.unrecorded(now)]
        due, _, first = min(waiting) if waiting else (now, 0, None)
        row.put(Cols.NEXT_STEP, f"{first.step.title} · {wording.moment(due)}" if first else None)
        late = sum(s.late(now) for _, _, s in waiting)
        row.put(Cols.LATE, f"{late} langkah" if late else None)
        say_missing_links(episode, office.context)
