"""The report's lists: questions, feedback, decisions of the evaluations, action items."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from halokop_sheets.core.office.lists import oldest_first
from halokop_sheets.core.office.model import Action, Episode, OfficeState, Question
from halokop_sheets.core.office.wording import join, short_date
from halokop_sheets.core.report.period import Period
from halokop_sheets.core.terms import FEEDBACK_KINDS, Cols
from halokop_sheets.core.typed.dates import parse_moment


def _day(code: str, own: date | None, office: OfficeState) -> date | None:
    """The date that decides on the period: the episode's, else its own."""
    episode = office.by_code.get(code)
    return episode.publish if episode and episode.publish else own


def _date(day: date | None) -> str:
    return short_date(day) if day else "–"


def questions(office: OfficeState, period: Period) -> dict[str, Any]:
    """Those of the period, by date; of whom they came is left out."""
    found = oldest_first(q for q in office.questions if period.covers(_day(q.code, q.day, office)))
    return {
        "count": len(found),
        "answered": [_question(q) for q in found if q.answered],
        "open": [_question(q) for q in found if not q.answered],
    }


def _question(question: Question) -> dict[str, Any]:
    age = max(0, question.age or 0)
    return {
        "date": _date(question.day),
        "source": question.source or "–",
        "text": question.text,
        "answer": question.answer,
        "waiting": f"{age} hari" if question.day else "–",
    }


def feedback(office: OfficeState, period: Period) -> list[dict[str, Any]]:
    """By kind, those kinds alone that there are; the texts by date."""
    found = [f for f in office.feedback if period.covers(_day(f.code, f.day, office))]
    found.sort(key=lambda f: (f.day or date.max, f.row.number))
    return [
        {"kind": kind, "texts": texts}
        for kind in FEEDBACK_KINDS
        if (texts := [{"date": _date(f.day), "text": f.text} for f in found if f.kind == kind])
    ]


def decisions(episodes: Sequence[Episode]) -> list[dict[str, Any]]:
    """The evaluation of each episode that has a record in the sheet, also where nobody wrote into it."""
    return [
        {"date": _date(e.meeting.day), "episode": e.label, "result": e.meeting.result, "decision": e.meeting.decision}
        for e in episodes
        if e.meeting and e.meeting.row.number
    ]


def actions(office: OfficeState, period: Period) -> dict[str, Any]:
    """Items of the period's evaluations, and older ones that were still open when the period began."""
    done: list[dict[str, Any]] = []
    open_: list[dict[str, Any]] = []
    for action in sorted(office.actions, key=lambda a: (a.due or date.max, a.row.number)):
        day, finished = _day(action.code, action.due, office), _finished(action)
        older = day is None or day < period.first
        lasted = not action.done or (finished is not None and finished.date() >= period.first)
        if period.covers(day) or (older and lasted):
            (done if action.done else open_).append(_action(action, finished))
    return {"done": done, "open": open_}


def _finished(action: Action) -> datetime | None:
    at = parse_moment(action.row[Cols.DONE_AT], Cols.DONE_AT)
    return at if action.done and isinstance(at, datetime) else None


def _action(action: Action, finished: datetime | None) -> dict[str, Any]:
    return {
        "text": action.text,
        "people": join(list(action.people)) or "–",
        "due": _date(action.due),
        "finished": _date(finished),
        "status": action.status,
        "late": action.days_late > 0,
    }
