"""The daily digest: one mail a person and working day with everything that waits for them, most urgent first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from halokop_sheets.core.calendar import LAST_HOUR
from halokop_sheets.core.mails import wording as say
from halokop_sheets.core.mails.mail_planner import Content, Facts, MailPlanner, key_of
from halokop_sheets.core.mails.unlinked import unlinked
from halokop_sheets.core.mails.unrecorded import KIND, WORDS, still_to_ask
from halokop_sheets.core.office import wording
from halokop_sheets.core.office.heard import Standing
from halokop_sheets.core.office.lists import oldest_first
from halokop_sheets.core.office.model import (
    Action,
    Episode,
    OfficeState,
    Person,
    Question,
    Reading,
    ScheduleChange,
    StepState,
)
from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.core.terms import ReadingStatus, StepStatus, Tabs

MOST_QUESTIONS = 3  # whose texts are shown; the rest is a count
GROUPS = (
    ("late", StepStatus.LATE),
    ("today", StepStatus.TODAY),
    ("soon", StepStatus.SOON),
    ("unrecorded", f"{StepStatus.UNRECORDED}: sudah dikerjakan? Centang"),
)


Finder = Callable[[Person], "Agenda"]  # a person's agenda, begun where there was none


@dataclass
class Agenda:
    """What one person has to hear of today."""

    person: Person
    late: list[StepState] = field(default_factory=list)
    today: list[StepState] = field(default_factory=list)
    soon: list[StepState] = field(default_factory=list)
    unrecorded: list[StepState] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    undated: list[Action] = field(default_factory=list)
    changes: list[ScheduleChange] = field(default_factory=list)

    @property
    def speaks(self) -> bool:
        """Whether there is anything worth a mail; an action item without a date alone is not."""
        steps = self.late or self.today or self.soon or self.unrecorded
        return bool(steps or self.readings or self.questions or self.actions or self.changes)


def digests(planner: MailPlanner) -> Iterator[Mail]:
    """Working days, from each person's hour until 17:00."""
    now = planner.now
    if not planner.office.calendar.is_working(planner.today) or now.time() >= LAST_HOUR:
        return
    slot = str(planner.today)
    for agenda in _agendas(planner):
        person = agenda.person
        if now.time() >= person.mail_hour and agenda.speaks and planner.wanted(KIND, person, slot):
            yield _mail(planner, agenda, slot)


def _agendas(planner: MailPlanner) -> list[Agenda]:
    """Everybody's agenda, in the order of Tim."""
    agendas: dict[str, Agenda] = {}

    def of(person: Person) -> Agenda:
        if person.email not in agendas:
            agendas[person.email] = Agenda(person)
        return agendas[person.email]

    for state in planner.open_steps:
        group = _group(state, planner.office)
        if group:
            for person in planner.owners(state):
                getattr(of(person), group).append(state)
    for person, state in still_to_ask(planner):
        of(person).unrecorded.append(state)
    for episode in planner.office.dated:
        if episode.live:
            _add_readings(planner, episode, of)
    for question in planner.office.questions:
        if not question.answered:
            for person in _answerers(planner, question):
                of(person).questions.append(question)
    for action in planner.office.actions:
        _add_action(planner, action, of)
    _add_changes(planner, of)
    place = {person.email: n for n, person in reversed(list(enumerate(planner.office.team.people)))}
    return sorted(agendas.values(), key=lambda a: place.get(a.person.email, len(place)))


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


# --- the mail -----------------------------------------------------------------------------------------------------


def _mail(planner: MailPlanner, agenda: Agenda, slot: str) -> Mail:
    urgent = sorted(agenda.late, key=_by_due)
    groups = [urgent, agenda.today, sorted(agenda.soon, key=_by_due), agenda.unrecorded]
    acts = [*sorted(agenda.actions, key=lambda a: a.due or date.max), *agenda.undated]
    parts = [
        (len(agenda.late), "terlambat"),
        (len(agenda.today), "hari ini"),
        (len(agenda.soon), "mendekati"),
        (len(agenda.unrecorded), WORDS),
        (len(agenda.readings), "baris Metrik"),
        (len(agenda.questions), "pertanyaan"),
        (len(agenda.actions), "tindak lanjut"),
        (len(agenda.changes), "jadwal berubah"),
    ]
    there = [part for part in parts if part[0]]
    data: Facts = {
        "groups": [
            {"tone": tone, "title": title, "steps": [planner.step_facts(s) for s in steps]}
            for (tone, title), steps in zip(GROUPS, groups, strict=True)
            if steps
        ],
        "links": unlinked(planner, agenda.person),
        "readings": [_reading(planner, r) for r in agenda.readings],
        "questions": _questions(planner, agenda.questions),
        "actions": [_action(planner, a) for a in acts],
        "changes": [planner.change_facts(c) for c in agenda.changes],
    }
    subject = f"{planner.program}: {say.counted_words(there[:3])} – {_first(agenda, groups)}"
    expires = datetime.combine(planner.today, LAST_HOUR)
    mail = planner.mail(KIND, agenda.person, slot, Content(subject, say.counted_words(there), expires, data))
    return replace(mail, about=tuple(str(key_of(change)) for change in agenda.changes))


def _by_due(state: StepState) -> tuple[str, str]:
    return str(state.due), state.row.code


def _first(agenda: Agenda, groups: list[list[StepState]]) -> str:
    """What the subject names: the most urgent thing of all."""
    for steps in groups:
        if steps:
            return say.step_name(steps[0])
    if agenda.readings:
        return wording.join(sorted({r.platform for r in agenda.readings}))
    if agenda.actions:
        return say.short(agenda.actions[0].text)
    if agenda.questions:
        return say.short(oldest_first(agenda.questions)[0].text)
    return say.change_in_short(agenda.changes[0])


def _reading(planner: MailPlanner, reading: Reading) -> Facts:
    blank = [header for header in reading.needed if reading.values.get(header) is None]
    return {
        "platform": reading.platform,
        "day": reading.day,
        "figures": wording.join(blank),
        "episode": planner.office.by_code[reading.code].label,
        "link": planner.link(Tabs.READINGS, reading.row.place),
    }


def _questions(planner: MailPlanner, questions: list[Question]) -> Facts | None:
    if not questions:
        return None
    ordered = oldest_first(questions)
    return {
        "count": len(questions),
        "rest": len(questions) - len(ordered[:MOST_QUESTIONS]),
        "texts": [
            {
                "text": say.short(q.text, 160),
                "age": None if q.age is None else max(q.age, 0),
                "source": q.source,
                "episode": planner.office.by_code[q.code].label if q.code in planner.office.by_code else "",
                "link": planner.link(Tabs.QUESTIONS, q.row.place),
            }
            for q in ordered[:MOST_QUESTIONS]
        ],
    }


def _action(planner: MailPlanner, action: Action) -> Facts:
    return {
        "text": say.short(action.text, 160),
        "due": wording.weekday_date(action.due) if action.due else "",
        "days_late": action.days_late,
        "link": planner.link(Tabs.ACTIONS, action.row.place),
    }
