"""What the Koordinator hears of steps that have been late for long: when something is new, and else once a week."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from halokop_sheets.core.calendar import LAST_HOUR
from halokop_sheets.core.mails import wording as say
from halokop_sheets.core.mails.mail_planner import Content, Facts, MailPlanner, mail_key
from halokop_sheets.core.office.model import Person, StepState
from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.core.terms import MailStatus

KIND = "escalation"
MOST = 15  # steps of one mail
_NEVER_READ = (MailStatus.EXPIRED, MailStatus.REFUSED)


def escalations(planner: MailPlanner) -> Iterator[Mail]:
    """Working days, to each Koordinator at his hour: every step that has been late for long and is not his own.

    What is his own, because nobody else can be reached, stands in his digest already.
    """
    if not planner.office.calendar.is_working(planner.today) or planner.now.time() >= LAST_HOUR:
        return
    slot = str(planner.today)
    for person in planner.coordinators:
        if planner.now.time() >= person.mail_hour and planner.wanted(KIND, person, slot):
            last = _last_day(planner, person)
            long = [s for s in _long_late(planner, planner.today) if _others(planner, person, s)]
            if long and _worth(planner, long, last):
                yield _escalation(planner, person, long, last)


def _long_late(planner: MailPlanner, day: date) -> list[StepState]:
    """The open steps that had been late for long on that day, the oldest first."""
    found = [s for s in planner.open_steps if s.late(planner.now) and _was_long_late(planner, s, day)]
    return sorted(found, key=lambda s: (str(s.due), s.row.code))


def _was_long_late(planner: MailPlanner, state: StepState, day: date) -> bool:
    least = planner.office.context.settings.reminders.escalate_after_working_days
    if state.due is None:
        return False
    since = max(state.due.date(), state.late_from or state.due.date())
    return planner.office.calendar.working_days_after(since, day) >= least


def _others(planner: MailPlanner, person: Person, state: StepState) -> bool:
    return all(owner.email != person.email for owner in planner.owners(state))


def _last_day(planner: MailPlanner, person: Person) -> date | None:
    """The day of his newest escalation that was not lost, by its key."""
    lost = {r.key for r in planner.records if r.kind == KIND and r.status in _NEVER_READ}
    prefix = mail_key(KIND, person, "")
    days = [k.removeprefix(prefix) for k in planner.known if k.startswith(prefix) and k not in lost]
    return max((date.fromisoformat(d) for d in days if re.fullmatch(r"\d{4}-\d\d-\d\d", d)), default=None)


def _worth(planner: MailPlanner, long: list[StepState], last: date | None) -> bool:
    """Whether a step became so since the last mail; else on the first working day of the week alone."""
    monday = planner.today - timedelta(days=planner.today.weekday())
    earlier = (monday + timedelta(days=n) for n in range(planner.today.weekday()))
    first_of_week = not any(planner.office.calendar.is_working(day) for day in earlier)
    return last is None or first_of_week or any(not _was_long_late(planner, s, last) for s in long)


def _escalation(planner: MailPlanner, person: Person, long: list[StepState], last: date | None) -> Mail:
    least = planner.office.context.settings.reminders.escalate_after_working_days
    rows = [{**planner.step_facts(s), "owners": say.names([p.name for p in planner.owners(s)])} for s in long[:MOST]]
    data: Facts = {
        "steps": rows,
        "rest": max(0, len(long) - MOST),
        "least": least,
        "finished": say.names([say.step_name(s) for s in _finished(planner, last)]),
    }
    subject = say.step_subject(f"Lama terlambat ({len(long)}): ", long[0])
    summary = f"{len(long)} langkah terlambat {least} hari kerja atau lebih"
    expires = planner.now + timedelta(hours=24)
    return planner.mail(KIND, person, str(planner.today), Content(subject, summary, expires, data))


def _finished(planner: MailPlanner, last: date | None) -> list[StepState]:
    """What the last mail named and is done since."""
    return [
        state
        for episode in (planner.office.dated if last else ())
        for state in episode.steps
        if last
        and state.done
        and state.done_at
        and state.done_at.date() >= last
        and _was_long_late(planner, state, last)
    ]
