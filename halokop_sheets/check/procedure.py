"""``halokop check``, the part on the procedure: its contradictions, and every template filled with sample data."""

from collections.abc import Iterator
from datetime import date, datetime

from halokop_sheets.check.finding import Finding, mistakes
from halokop_sheets.core.calendar import Calendar, double_odd_weeks, publishing_days, theme, week_code
from halokop_sheets.core.office.procedure import EVALUATION_DAYS, MeetingRule, Procedure
from halokop_sheets.core.report.fields import report_fields
from halokop_sheets.core.report.period import Period
from halokop_sheets.errors import SettingsError
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.samples import sample_mails, sample_office
from halokop_sheets.report import template_file
from halokop_sheets.report_document import render
from halokop_sheets.settings import WEEKDAYS, Settings
from halokop_sheets.sop import load_procedure

WEEKS_AHEAD = 53  # of publishing days whose themes are looked at
REPORTED = datetime(2026, 12, 1, 8)  # of the sample office, when its month is reported on


def procedure_findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        procedure = load_procedure(settings)
    except SettingsError as error:
        yield from mistakes("procedure", error)
        return
    yield Finding(f"procedure: {len(procedure.steps)} steps")
    today = now.astimezone(settings.zone).date()
    days = publishing_days(today, WEEKDAYS.index(settings.program.publish_weekday), WEEKS_AHEAD)
    yield from _meeting(settings, procedure, days[0])
    yield from _ahead(settings, procedure)
    for day in double_odd_weeks(days, settings.program.theme_rule):
        name = theme(day, settings.program.theme_rule)
        yield Finding(f"themes: {week_code(day)} ({day}) is {name} like the week before (a year of 53 weeks)")
    yield from _templates(settings, procedure)


def checked(settings: Settings, now: datetime) -> Settings:
    """The same settings. Raises ``SettingsError`` with every mistake in the procedure and templates that they name."""
    wrong = [f for f in procedure_findings(settings, now) if f.exit_code]
    if wrong:
        raise SettingsError([f"{finding.what}: {finding.problem}" for finding in wrong])
    return settings


def _meeting(settings: Settings, procedure: Procedure, publish: date) -> Iterator[Finding]:
    """Where a step's offset and the weekday of its meeting are different days, which of them was chosen."""
    weekday = settings.evaluation.weekday
    rule = MeetingRule(WEEKDAYS.index(weekday), settings.evaluation.meeting_at)
    for step in procedure.steps:
        window = procedure.windows(publish, Calendar(), rule)[step.number]
        if not step.meeting or window.start is None or window.start.date() == window.due.date():
            continue
        after = (window.start.date() - publish).days
        yield Finding(
            f"step {step.number}: due on H{step.day:+d} (H is the day of publication), a"
            f" {WEEKDAYS[window.due.weekday()].capitalize()}, and every {weekday.capitalize()}: it meets on"
            f" {WEEKDAYS[window.start.weekday()].capitalize()}, H{after:+d}, and is late only after H{step.day:+d}"
        )


def _ahead(settings: Settings, procedure: Procedure) -> Iterator[Finding]:
    """Steps that are due before their row is made would be born late, those after an episode closes never be late."""
    program = settings.program
    first, last = (f(procedure.steps, key=lambda step: step.day) for f in (min, max))
    wanted = settings.reminders.lead_days - first.day
    made = min(program.steps_ahead_days, 7 * program.horizon_weeks)
    if -first.day > made:
        remedy = f"set program.steps_ahead_days to {wanted} and horizon_weeks to {-(-wanted // 7)}, or more"
        yield Finding(
            f"step {first.number}", f"is due on H{first.day:+d}, and its row is made only {made} days before H", remedy
        )
    closed = EVALUATION_DAYS + program.close_after_days
    if last.day > closed:
        remedy = f"set program.close_after_days to {last.day - EVALUATION_DAYS} or more"
        yield Finding(f"step {last.number}", f"is due on H{last.day:+d}, after its episode closes (H+{closed})", remedy)


def _templates(settings: Settings, procedure: Procedure) -> Iterator[Finding]:
    renderer, linked = Renderer(settings), settings.workbook_file is None
    mails = sample_mails(settings, procedure, linked=linked)
    for mail in mails:
        try:
            renderer.render(mail)
        except SettingsError as error:
            yield Finding(
                f"mail template {mail.kind}", str(error), "correct it, or remove the file to use ours", error.exit_code
            )
    yield Finding(f"mail templates: {len(mails)} kinds of mail tried with sample data")
    office = sample_office(settings, procedure, REPORTED, "digest")
    template = template_file(settings)
    try:
        render(template, report_fields(office, Period(REPORTED.year, REPORTED.month)))
    except SettingsError as error:
        yield Finding("report template", str(error), "correct it in Word, or remove it to use ours", error.exit_code)
    else:
        yield Finding(f"report template: {template}")
