"""Tanya Jawab, Umpan Balik, Tindak Lanjut, Catatan Evaluasi: what the team writes down, with age and status."""

from collections.abc import Iterable
from datetime import date, datetime, time

from halokop_sheets.core.office import wording
from halokop_sheets.core.office.days import read_day
from halokop_sheets.core.office.model import Action, Feedback, OfficeState, Question
from halokop_sheets.core.sheet.draft import Draft, DraftRow
from halokop_sheets.core.terms import OTHER, ActionStatus, Cols, QuestionStatus, Tabs
from halokop_sheets.core.typed.parsing import (
    parse_feedback_kind,
    parse_moment,
    parse_tick,
    text,
    text_or_nothing,
)

_OURS = {Cols.STATUS, Cols.MESSAGE, Cols.CODE, Cols.EPISODE, Cols.DONE_AT}
_NUMBERED = (Tabs.QUESTIONS, Tabs.FEEDBACK, Tabs.ACTIONS, Tabs.TEAM, Tabs.DAYS_OFF)


def number_rows(draft: Draft, office: OfficeState) -> None:
    """Give the rows of people's lists a short running number as Kode; of two alike the lower gets a new one."""
    for name in _NUMBERED:
        rows = draft[name].rows
        highest = max((int(r.code) for r in rows if _is_number(r.code)), default=0)
        seen: set[str] = set()
        for row in rows:
            if _is_number(row.code) and row.code not in seen:
                seen.add(row.code)
            elif not row.number or _filled(row):
                highest += 1
                row.name(str(highest))
                seen.add(row.code)
            elif row.code:
                row.name("")


def _is_number(code: str) -> bool:
    return code.isdecimal() and len(code) < 10


def _filled(row: DraftRow) -> bool:
    """Whether people wrote anything in the row."""
    return any(cell is not False for header, cell in row.old.items() if header not in _OURS)


def oldest_first(questions: Iterable[Question]) -> list[Question]:
    """By the day they were asked, those without a day last."""
    return sorted(questions, key=lambda q: (q.day or date.max, q.row.number))


def _episode_of(row: DraftRow, day: date | None, office: OfficeState) -> str:
    """The row's episode: as typed, else the latest Aktif one published on or before its day."""
    if row[Cols.EPISODE] is not None:
        return office.finder.find(row) or ""
    # A day ahead is a typing mistake, or our clock was set back. We wait: an episode that is filled in stays.
    if day is None or day > office.context.today:
        return ""
    before = [e for e in office.dated if e.active and e.publish and e.publish <= day]
    if not before:
        return ""
    row.fill_blank(Cols.EPISODE, before[-1].code)
    return before[-1].code


def read_questions(draft: Draft, office: OfficeState) -> None:
    today = office.context.today
    for row in draft[Tabs.QUESTIONS]:
        if not _filled(row):
            row.put(Cols.STATUS, None)
            continue
        day = read_day(row, Cols.DATE, office.context.today)
        answer, question = text_or_nothing(row[Cols.ANSWER]), text(row[Cols.QUESTION])
        code = _episode_of(row, day, office)
        age = (today - day).days if day else None
        status = None
        if question:
            waited = f" {age} hari" if age and age > 0 else ""
            status = QuestionStatus.ANSWERED if answer else f"{QuestionStatus.OPEN}{waited}"
        row.put(Cols.STATUS, status)
        if question and row[Cols.DATE] is None and row[Cols.EPISODE] is None:
            row.remark(wording.NO_DAY)
        if question:
            office.questions.append(Question(row, code, day, text(row[Cols.SOURCE]), question, answer, age))


def read_feedback(draft: Draft, office: OfficeState) -> None:
    for row in draft[Tabs.FEEDBACK]:
        if not _filled(row):
            continue
        day = read_day(row, Cols.DATE, office.context.today)
        kind = row.value_or_problem(parse_feedback_kind(row[Cols.FEEDBACK_KIND]))
        code = _episode_of(row, day, office)
        if typed := text(row[Cols.TEXT]):
            office.feedback.append(Feedback(row, code, day, kind or OTHER, typed))


def read_actions(draft: Draft, office: OfficeState) -> None:
    context = office.context
    held = [e for e in office.dated if e.meeting]
    for row in draft[Tabs.ACTIONS]:
        if not _filled(row):
            row.put(Cols.STATUS, None)
            continue
        due = read_day(row, Cols.DUE, office.context.today)
        tick = row.value_or_problem(parse_tick(row[Cols.DONE]))
        done = bool(tick)
        if done:
            typed = datetime.combine(tick, time()) if isinstance(tick, date) else context.now
            row.fill_blank(Cols.DONE_AT, typed)
        if row.value_or_problem(parse_moment(row[Cols.DONE_AT], Cols.DONE_AT)) and not done:
            row.problem(wording.CLEAR_DONE_AT)
        people, messages = office.team.names.find(row[Cols.ASSIGNEE], Cols.ASSIGNEE)
        for message in messages:
            row.problem(message)
        task = text(row[Cols.TASK])
        if not task:
            row.problem(wording.NO_TASK)
        if row[Cols.EPISODE] is None:
            code = held[-1].code if held else ""
            row.fill_blank(Cols.EPISODE, code or None)
        else:
            code = office.finder.find(row) or ""
        late = 0 if done or due is None else max(0, (context.today - due).days)
        status = ActionStatus.DONE if done else f"{ActionStatus.LATE} {late} hari" if late else ActionStatus.OPEN
        row.put(Cols.STATUS, status)
        if task:
            office.actions.append(Action(row, task, people, due, done, code, status, late))
