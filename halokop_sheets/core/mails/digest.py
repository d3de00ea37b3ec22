"""The daily digest: whom to write to, and what of. How it is said: ``digest_mail``."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from halokop_sheets.core.calendar import LAST_HOUR
from halokop_sheets.core.mails.digest_mail import Agenda, digest_mail
from halokop_sheets.core.mails.mail_planner import MailPlanner
from halokop_sheets.core.mails.unrecorded import KIND, still_to_ask
from halokop_sheets.core.office.heard import Standing
from halokop_sheets.core.office.model import (
    Action,
    Episode,
    OfficeState,
    Person,
    Question,
    StepState,
)
from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.core.terms import ReadingStatus, StepStatus

Finder = Callable[[Person], Agenda]  # a person's agenda, begun where there was none


def digests(planner: MailPlanner) -> Iterator[Mail]:
    """Working days, from each person's hour until 17:00."""
    now = planner.now
    if not planner.office.calendar.is_working(planner.today) or now.time() >= LAST_HOUR:
        return
    slot = str(planner.today)
    for agenda in _agendas(planner):
        person = agenda.person
        if now.time() >= person.mail_hour and agenda.speaks and planner.wanted(KIND, person, slot):
            yield digest_mail(planner, agenda, slot)


def _agendas(planner: MailPlanner) -> list[Agenda]:
    """Everybody's agenda, in the order of Tim."""
    agendas: dict[str, Agenda] = {}

    def of(person: Person) -> Agenda:
        if person.email not in agendas:
            agendas[person.email] = Agenda(person)
        return agendas[person.email]

    _add_steps(planner, of)
    for episode in planner.office.dated:
        if episode.live:
            _add_readings(planner, episode, of)
    for question in planner.office.questions:
        for person in [] if question.answered else _answerers(planner, question):
            of(person).questions.append(question)
    for action in planner.office.actions:
        _add_action(planner, action, of)
    _add_changes(planner, of)
    place = {person.email: n for n, person in reversed(list(enumerate(planner.office.team.people)))}
    return sorted(agendas.values(), key=lambda a: place.get(a.person.email, len(place)))


def _add_steps(planner: MailPlanner, of: Finder) -> None:
    """Late, due today, near; without those that today's run-down holds: it comes to the same people at seven."""
    for state in planner.open_steps:
        group = _group(state, planner.office)
        if group and not (group != "late" and of_run_down(planner, state)):
            for person in planner.owners(state):
                getattr(of(person), group).append(state)
    for person, state in still_to_ask(planner):
        of(person).unrecorded.append(state)


def of_run_down(planner: MailPlanner, state: StepState) -> bool:
    """Whether the run-down of day H tells of this step today."""
    return state.step.day == 0 and state.episode.publish == planner.today


def _group(state: StepState, office: OfficeState) -> str:
    """In which group an open step stands today; empty: not yet worth a word."""
    if state.unrecorded(office.context.now):
        return ""
    if state.late(office.context.now):
        return "late"
    if state.status == StepStatus.TODAY:
        return "today"
    return "soon" if any(near(at.date(), office) for at in (state.start, state.due) if at) else ""


def near(day: date, office: OfficeState) -> bool:
    """Within the lead time, or pulled forward: before the next working day nobody would read of it in time."""
    today = office.context.today
    ahead = timedelta(days=office.context.settings.reminders.lead_days)
    return today <= day and (day <= today + ahead or day < office.calendar.next_working(today))


def _add_readings(planner: MailPlanner, episode: Episode, of: Finder) -> None:
    """Today's readings alone, to the people of the step that asks for them, while it is not ticked as done."""
    due = [r for r in episode.readings if r.status == ReadingStatus.TODAY]
    asking = next((s for s in episode.steps if s.step.asks == "readings"), None)
    if due and asking and asking.open:
        for person in planner.owners(asking):
            of(person).readings += due


def _answerers(planner: MailPlanner, question: Question) -> list[Person]:
    """The people of the episode's own question step while the episode is open, else everybody with its roles."""
    episode = planner.office.by_code.get(question.code)
    if episode and episode.live:
        state = next((s for s in episode.steps if s.step.asks == "questions"), None)
        if state:
            return planner.owners(state)
    step = planner.office.context.procedure.asking("questions")
    return planner.owners_of_roles(step.roles) if step else []


def _add_action(planner: MailPlanner, action: Action, of: Finder) -> None:
    if action.done:
        return
    team = planner.office.team.by_name
    for name in action.people:
        person = team.get(name)
        if person is None or not person.available(planner.today):
            continue
        if action.due is None:
            of(person).undated.append(action)
        elif action.days_late or near(action.due, planner.office):
            of(person).actions.append(action)


def _add_changes(planner: MailPlanner, of: Finder) -> None:
    """Changes that are due to be told, and those whose earlier mail or digest never arrived."""
    pending = {change.episode.code: change for change in planner.office.schedule_changes}
    for episode in planner.office.episodes:
        change = pending.get(episode.code)
        due = change is not None and not change.at_once and change.tell_on <= planner.today
        if not due and (change or episode.code not in planner.office.heard.codes):
            continue
        before = Standing(change.old_day, change.old_status) if change else None
        for person in planner.people_of(episode):
            if news := planner.news_for(person, episode, before):
                of(person).changes.append(news)
