"""The desk where mails are made up: whose a step is today, the facts of a step, and what every mail has in common.

``Mail.data`` holds plain values alone (str, int, bool, None, list, dict): they are the frozen facts of a template.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any, TypeVar

from halokop_sheets.core.caps import Caps
from halokop_sheets.core.mails import wording as say
from halokop_sheets.core.office import team, wording
from halokop_sheets.core.office.heard import ChangeKey, Standing
from halokop_sheets.core.office.model import Episode, OfficeState, Person, ScheduleChange, StepState
from halokop_sheets.core.sheet.draft import Draft
from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.core.typed.contacts import chat_link

Facts = dict[str, Any]
T = TypeVar("T")
WARN_DAYS = 7  # a step nobody can be reached for is said in its row from this long before it is due


def end_of(day: datetime) -> datetime:
    """The end of that day: its mails are not worth sending from the next midnight on."""
    return datetime.combine(day.date(), time()) + timedelta(days=1)


def once_each(people: Iterable[Person]) -> list[Person]:
    """Each address once, the upper row of Tim first: two rows or two roles never make two mails."""
    return list({p.email: p for p in reversed(list(people))}.values())[::-1]


def key_of(change: ScheduleChange) -> ChangeKey:
    """A change as mails name it (``Mail.about``)."""
    return ChangeKey(change.episode.code, Standing(change.old_day, change.old_status), Standing.of(change.episode))


def mail_key(kind: str, person: Person, slot: str) -> str:
    """At most one mail of a kind goes to an address in a slot (a day, an episode), ever."""
    return f"{kind}:{person.email}:{slot}"


@dataclass(frozen=True)
class Content:
    """What a mail says. ``expires``: wall-clock time from which it is not worth sending any more."""

    subject: str
    summary: str  # one line, for Riwayat Email
    expires: datetime
    data: Facts


@dataclass
class MailPlanner:
    """One tick's mails in the making. ``known`` are keys already claimed or shown: those are not planned again."""

    office: OfficeState
    known: frozenset[str]
    _owners: dict[int, tuple[str, list[Person]]] = field(default_factory=dict)
    _facts: dict[int, Facts] = field(default_factory=dict)
    _once: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        context = self.office.context
        self.now, self.today = context.now, context.today
        self.program = context.settings.program.name
        self.records = context.ledger.records
        today = [r for r in self.records if r.claimed.date() == self.today]
        self.caps = Caps(context.settings.mail, [(r.kind, r.recipient) for r in today])

    @cached_property
    def admin(self) -> Person:
        stand_in = team.admin_person(self.office.team, self.office.context)
        own = (p for p in self.office.team.people if p.email == stand_in.email and p.available(self.today))
        return next(own, stand_in)

    @cached_property
    def coordinators(self) -> list[Person]:
        """Who hears of trouble: the available Koordinator, else the administrator."""
        return once_each(team.coordinators(self.office.team, self.today)) or [self.admin]

    @cached_property
    def open_steps(self) -> list[StepState]:
        """Every step that is still somebody's, by episode and number."""
        return [s for e in self.office.dated if e.live for s in e.steps if s.open and s.due]

    def owners(self, state: StepState) -> list[Person]:
        """Whose a step is today; never empty, the administrator stands in."""
        return self._assigned(state)[1]

    def _assigned(self, state: StepState) -> tuple[str, list[Person]]:
        """As what it is theirs, and whose it is."""
        found = self._owners.get(id(state))
        if found is None:
            role, people = team.owners(state, self.office.team, self.today)
            found = (role, once_each(people)) if people else ("administrator", [self.admin])
            self._owners[id(state)] = found
        return found

    def once(self, work: "Callable[[MailPlanner], T]") -> T:
        """What ``work`` finds, found once a plan: each of ten thousand people asks for it."""
        if work not in self._once:
            self._once[work] = work(self)
        found: T = self._once[work]
        return found

    def owners_of_roles(self, roles: Iterable[str]) -> list[Person]:
        return once_each(team.owners_of_roles(self.office.team, list(roles), self.today)[1]) or [self.admin]

    def link(self, tab: str, row: int | None = None) -> str | None:
        return self.office.context.link(tab, row)

    def step_facts(self, state: StepState) -> Facts:
        """A step as mails show it; shared between the mails of its people."""
        facts = self._facts.get(id(state))
        if facts is None:
            facts = self._facts[id(state)] = self._step_facts(state)
        return facts

    def _step_facts(self, state: StepState) -> Facts:
        book = self.office.team.by_name
        away = [name for name in state.people if name in book and not book[name].available(self.today)]
        reached = {person.name for person in self.owners(state)}
        return {
            "code": state.row.code,
            "number": state.step.number,
            "title": state.step.title,
            "episode": state.episode.label,
            "day": say.day_of(state.episode),
            "when": say.window(state.start, state.due),
            "status": state.status,
            "evidence": wording.evidence(state.evidence) if state.evidence else "",
            "place": state.step.place,
            "role": self._assigned(state)[0],
            "schedule": self.schedule_facts(state.episode),
            "instead_of": "" if reached & set(state.people) else say.names(away),
            "guest": self.guest(state.episode, state.start) if state.step.guest else None,
            "link": self.link(Tabs.STEPS, state.row.place),
        }

    def schedule_facts(self, episode: Episode) -> Facts:
        """Every column of Jadwal as text, by its header, so that a template can show a column that is new."""
        facts = self._facts.get(id(episode))
        if facts is None:
            shown = (
                c.header
                for c in self.office.context.tabs[Tabs.SCHEDULE].columns
                if not c.hidden and c.header != Cols.MESSAGE
            )
            facts = self._facts[id(episode)] = {header: say.typed(episode.row[header]) for header in shown}
        return facts

    def guest(self, episode: Episode, at: datetime | None) -> Facts | None:
        """The guest of an episode with a one-tap message: an invitation, or a reminder where the time is ``at``.

        None: nobody yet.
        """
        if not (episode.guest or episode.contact):
            return None
        if (at or end_of(datetime.combine(episode.publish or self.today, time()))) <= self.now:
            text = ""  # The hour is past: we cannot know what to write to the guest now.
        elif at is None:
            text = say.invite_guest(self.program, episode)
        else:
            text = say.remind_guest(self.program, episode, at, self.today)
        return {
            "name": episode.guest or episode.institution or Cols.GUEST,
            "institution": episode.institution if episode.guest else "",
            "contact": episode.contact,
            "chat": chat_link(episode.contact, text),
        }

    def people_of(self, episode: Episode) -> list[Person]:
        """The people of its undone steps, also when it is Ditunda or Dibatalkan now: a change is theirs to hear."""
        undone = [s for s in episode.steps if s.needed and not s.done and not episode.closed]
        return once_each(person for state in undone for person in self.owners(state))

    def change_facts(self, change: ScheduleChange) -> Facts:
        """A schedule change with old and new, for the digest and for the mail of its own."""
        episode = change.episode
        other = change.old_status != episode.status
        return {
            "episode": episode.topic or "Topik belum diisi",
            "schedule": self.schedule_facts(episode),
            "old": say.was(change.old_day, change.old_status, always=other),
            "new": say.was(episode.publish, episode.status, always=other),
            "link": self.link(Tabs.SCHEDULE, episode.row.place),
        }

    def news_for(self, person: Person, episode: Episode, otherwise: Standing | None = None) -> ScheduleChange | None:
        """The change that this person is to hear of now: from what he was last told of the episode to what holds.

        ``otherwise``: what he knows where no mail told him anything.
        """
        key = self.office.heard.news(person.email, episode, otherwise)
        return ScheduleChange(episode, key.old.day, key.old.status, False, self.today) if key else None

    def wanted(self, kind: str, person: Person, slot: str) -> bool:
        """Whether this mail is still to be made: it has an address that may be written to, no key yet, and room."""
        if not person.email or mail_key(kind, person, slot) in self.known:
            return False
        if person.email in self.office.team.waiting:
            return False
        return not (self.caps.person_is_full(kind, person.email) or self.caps.day_is_full(kind))

    def mail(self, kind: str, person: Person, slot: str, content: Content) -> Mail:
        """A mail with what every one has in common: who it is for, and how to have it otherwise."""
        row = person.row.place if person.row.old else None
        common: Facts = {
            "program": self.program,
            "workbook": self.office.context.workbook or "lembar kerja program",
            "name": person.name,
            "today": wording.long_date(self.today),
            "mail_hour": f"{person.mail_hour:%H.%M}",
            "in_team": row is not None,
            "team_link": self.link(Tabs.TEAM, row),
            "notes": [note for note in (*self.office.notes, self.office.busy) if note],
        }
        self.caps.take(kind, person.email)
        key, data = mail_key(kind, person, slot), {**common, **content.data}
        return Mail(kind, person.email, person.name, key, content.subject, content.summary, content.expires, data)


def say_ownerless(draft: Draft, office: OfficeState) -> None:
    """Tell in its row that nobody can be reached for a step that is late or due within a week."""
    now, horizon = office.context.now, office.context.today + timedelta(days=WARN_DAYS)
    for episode in office.episodes:
        for state in episode.steps if episode.live else ():
            soon = state.open and state.due is not None and state.due.date() <= horizon
            if soon and not state.unrecorded(now) and not team.owners(state, office.team, office.context.today)[1]:
                state.row.problem(wording.NO_OWNER)
