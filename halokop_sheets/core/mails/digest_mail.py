"""The digest as a mail: what a person has to do, by episode, the most urgent first; its subject says what is first."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from halokop_sheets.core.calendar import LAST_HOUR
from halokop_sheets.core.mails import wording as say
from halokop_sheets.core.mails.mail_planner import Content, Facts, MailPlanner, key_of
from halokop_sheets.core.mails.unlinked import unlinked
from halokop_sheets.core.mails.unrecorded import KIND, WORDS
from halokop_sheets.core.office import wording
from halokop_sheets.core.office.lists import oldest_first
from halokop_sheets.core.office.model import Action, Person, Question, Reading, ScheduleChange, StepState
from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.core.terms import StepStatus, Tabs

MOST_LATE = 5  # late steps that are shown: a longer list is not read; the others are a number and stand on Papan
MOST_STEPS = 12  # other steps
MOST_QUESTIONS = 3  # whose texts are shown
MOST_OTHERS = 8  # readings, action items, changes
UNRECORDED = f"{StepStatus.UNRECORDED}: sudah dikerjakan? Centang"


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


def digest_mail(planner: MailPlanner, agenda: Agenda, slot: str) -> Mail:
    """The mail of one person's agenda."""
    agenda.late.sort(key=_by_due)
    agenda.soon.sort(key=_by_due)
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
    summary = say.counted_words(parts)
    data: Facts = {
        "counts": summary,
        "groups": _groups(planner, agenda),
        "late_rest": max(0, len(agenda.late) - MOST_LATE),
        "board": planner.link(Tabs.BOARD),
        "links": unlinked(planner, agenda.person)[:MOST_OTHERS],
        "readings": [_reading(planner, r) for r in agenda.readings[:MOST_OTHERS]],
        "questions": _questions(planner, agenda.questions),
        "actions": [_action(planner, a) for a in acts[:MOST_OTHERS]],
        "changes": [planner.change_facts(c) for c in agenda.changes[:MOST_OTHERS]],
    }
    expires = datetime.combine(planner.today, LAST_HOUR)
    mail = planner.mail(KIND, agenda.person, slot, Content(_subject(agenda), summary, expires, data))
    return replace(mail, about=tuple(str(key_of(change)) for change in agenda.changes))


def _by_due(state: StepState) -> tuple[str, str]:
    return str(state.due), state.row.code


# --- steps --------------------------------------------------------------------------------------------------------


def _groups(planner: MailPlanner, agenda: Agenda) -> list[Facts]:
    """The steps by episode, the episode with the most urgent one first; then those that nobody recorded."""
    shown = [(s, "late") for s in agenda.late[:MOST_LATE]]
    shown += [(s, "today") for s in agenda.today] + [(s, "soon") for s in agenda.soon[:MOST_STEPS]]
    by_episode: dict[int, list[tuple[StepState, str]]] = {}
    for state, tone in shown:
        by_episode.setdefault(id(state.episode), []).append((state, tone))
    groups = [_group(planner, members, members[0][0].episode.label) for members in by_episode.values()]
    if agenda.unrecorded:
        title = f"{UNRECORDED} ({len(agenda.unrecorded)})"
        groups.append(_group(planner, [(s, "unrecorded") for s in agenda.unrecorded], title))
    return groups


def _group(planner: MailPlanner, members: list[tuple[StepState, str]], title: str) -> Facts:
    """``role``: as what all of it is this person's, said once; empty where the steps differ in that."""
    steps = [{**planner.step_facts(state), "tone": tone} for state, tone in members]
    roles = {step["role"] for step in steps}
    one = roles.pop() if len(roles) == 1 else ""
    unrecorded = members[0][1] == "unrecorded"
    return {"title": title, "tone": members[0][1], "role": one, "named": unrecorded, "steps": steps}


# --- the subject --------------------------------------------------------------------------------------------------


def _subject(agenda: Agenda) -> str:
    """``Hari ini: Susun narasi (13 Des) · 6 terlambat``: first what is to be done."""
    for lead, steps in ((StepStatus.TODAY, agenda.today), (StepStatus.LATE, agenda.late), ("Segera", agenda.soon)):
        if steps:
            late = len(agenda.late) - (lead == StepStatus.LATE)
            more = (
                f" · {late} terlambat" if late and lead == StepStatus.TODAY else f" · {late} lagi" if late > 0 else ""
            )
            return say.step_subject(f"{lead}: ", steps[0], more)
    if agenda.unrecorded:
        return say.step_subject("Sudah dikerjakan? ", agenda.unrecorded[0])
    if agenda.readings:
        return say.fit("Isi angka: ", wording.join(sorted({r.platform for r in agenda.readings})))
    if agenda.actions:
        return say.fit("Tindak lanjut: ", agenda.actions[0].text)
    if agenda.questions:
        return say.fit("Jawab: ", oldest_first(agenda.questions)[0].text)
    return say.fit("Jadwal berubah: ", say.change_in_short(agenda.changes[0]))


# --- the rest -----------------------------------------------------------------------------------------------------


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
