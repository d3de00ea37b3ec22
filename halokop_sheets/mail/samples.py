"""A mail of every kind with sample data, so that ``check`` meets a misspelt template before a reminder does.

The mails come out of the planner's own code on a small made-up office: their data always has the real shape.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from halokop_sheets.core.addresses import bare, domain_of
from halokop_sheets.core.calendar import Calendar
from halokop_sheets.core.mails.kinds import KINDS, MailKind, mails_of
from halokop_sheets.core.mails.mail_planner import MailPlanner
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.office.model import (
    Action,
    Episode,
    Meeting,
    OfficeState,
    Person,
    Question,
    Reading,
    ScheduleChange,
    StepState,
    Team,
)
from halokop_sheets.core.office.procedure import Procedure
from halokop_sheets.core.office.readings import FIGURES
from halokop_sheets.core.office.steps import status_of
from halokop_sheets.core.sheet.draft import DraftRow
from halokop_sheets.core.sheet.values import Mail, Problem
from halokop_sheets.core.terms import THEME_MSME, Cols, EpisodeStatus, ReadingStatus, Roles
from halokop_sheets.core.typed.names import NameBook
from halokop_sheets.settings import Settings

H = date(2026, 11, 29)  # a Sunday
MOMENTS = {
    "run-down": datetime(2026, 11, 29, 7),
    "publication-missed": datetime(2026, 11, 29, 10),
    "invitation": datetime(2026, 12, 3, 7),
}
TUESDAY = datetime(2026, 12, 1, 7, 30)  # for the other kinds
_FIRST = {"run-down": 4, "publication-missed": 5}  # how many steps of the episode of H are done at that moment
_SHEET = "https://docs.google.com/spreadsheets/d/contoh/edit#gid=0"


def sample_mails(settings: Settings, procedure: Procedure, *, linked: bool) -> list[Mail]:
    """One mail of every kind that this procedure can bring about; ``linked``: from a workbook with web addresses.

    The first of the kind in a week of the sample office: a kind may have a weekday of its own.
    """
    return [mail for kind in KINDS.values() if (mail := _sample(settings, procedure, kind, linked)) is not None]


def _sample(settings: Settings, procedure: Procedure, kind: MailKind, linked: bool) -> Mail | None:
    for n in range(7):
        office = sample_office(settings, procedure, MOMENTS.get(kind.name, TUESDAY) + timedelta(days=n), kind.name)
        if not linked:
            office.context = replace(office.context, link=lambda tab, row: None, workbook=settings.workbook.path)
        planner = MailPlanner(office, frozenset())
        if (mail := next(mails_of(kind, planner), None)) is not None:
            return mail
    return None


def sample_office(settings: Settings, procedure: Procedure, now: datetime, kind: str) -> OfficeState:
    """Three episodes at different stages, one person in every role, and something to say for every kind."""
    reminders = settings.reminders.model_copy(update={"digest_at": min(settings.reminders.digest_at, time(7))})
    evaluation = settings.evaluation.model_copy(update={"tab_at": min(settings.evaluation.tab_at, time(7))})
    early = settings.model_copy(update={"reminders": reminders, "evaluation": evaluation})
    context = Context(early, procedure, now, link=lambda _, row: f"{_SHEET}&range=A{row or 1}", workbook="Contoh")
    office = OfficeState(context, Calendar(), _team(settings))
    for n, (topic, guest) in enumerate((("Pemasaran digital", "Ibu Rina"), ("Izin usaha", ""), ("Laporan RAT", ""))):
        office.episodes.append(_episode(office, n, topic, guest, _FIRST.get(kind, 8)))
    first, second, third = office.episodes
    age = max(1, (now.date() - H).days)
    for platform in settings.program.platforms:
        row = DraftRow(12, {}, {})
        reading = Reading(row, first.code, platform, age, dict.fromkeys(FIGURES), ReadingStatus.TODAY)
        first.readings.append(replace(reading, needed=(Cols.VIEWERS_VIDEO, Cols.LIKES)))
    title = "Evaluasi 29 Nov 2026"
    first.meeting = Meeting(DraftRow(3, {}, {}), now.date(), title, False, place="Ruang rapat")
    asked = [("Bagaimana cara mendaftar UKM?", 3), ("Apa syarat koperasi baru?", 1), ("Ada pelatihan?", 0), ("NIB?", 0)]
    for text, waited in asked:
        day = now.date() - timedelta(days=waited)
        office.questions.append(Question(DraftRow(7, {}, {}), first.code, day, "Question box", text, "", waited))
    name = office.team.people[0].name
    for text, due in (("Buat templat desain", date(2026, 11, 30)), ("Susun daftar narasumber", None)):
        late = (now.date() - due).days if due else 0
        office.actions.append(Action(DraftRow(4, {}, {}), text, (name,), due, False, first.code, "", late))
    office.schedule_changes += [
        ScheduleChange(second, second.publish, EpisodeStatus.POSTPONED, True, now.date()),
        ScheduleChange(third, H + timedelta(days=21), EpisodeStatus.ACTIVE, False, now.date()),
    ]
    office.problems.append(Problem("Jadwal baris 15", 'Tanggal Tayang "minggu depan" tidak dikenali.'))
    return office


def _team(settings: Settings) -> Team:
    domain = (settings.mail.allowed_domains or [domain_of(bare(settings.mail.admin))])[0].lower()
    roles = (Roles.TEAM, Roles.PUBLICATION, Roles.RELATIONS, Roles.COORDINATOR)
    row = DraftRow(2, {Cols.NAME: "Sari Contoh"}, {})
    person = Person("Sari Contoh", f"sari.contoh@{domain}", roles, True, time(7), None, row)
    return Team((person,), NameBook([person.name]), bare(settings.mail.admin))


def _episode(office: OfficeState, n: int, topic: str, guest: str, done: int) -> Episode:
    context, publish = office.context, H + timedelta(weeks=n)
    episode = Episode(
        row=DraftRow(5 + n, {}, {}),
        code=f"2026-W{48 + n}",
        publish=publish,
        status=EpisodeStatus.ACTIVE,
        topic=topic,
        theme=THEME_MSME,
        format=None,
        guest=guest,
        institution="Koperasi Contoh" if guest else "",
        contact="0812-0000-1101" if guest else "",
        lead=(),
        links={},
    )
    windows = context.procedure.windows(publish, office.calendar, context.meeting)
    for place, step in enumerate(context.procedure.steps):
        window, finished = windows[step.number], n == 0 and place < done
        row = DraftRow(20 + place, {Cols.CODE: episode.code + step.suffix}, {})
        at = window.due if finished else None
        state = StepState(episode, step, row, window.start, window.due, finished, at, finished, needed=True)
        state.status = status_of(state, context)
        episode.steps.append(state)
    return episode
