"""``halokop check``: everything that must be right, looked at one by one, each ok or with what to do about it.

It writes nothing and sends nothing: folders are asked for their rights, the workbook is read, the mail server is
signed in to and left again.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from halokop_sheets.core.addresses import bare, domain_of
from halokop_sheets.core.model import LedgerView, RawBook
from halokop_sheets.core.planner import observe_office
from halokop_sheets.core.procedure import MeetingRule, Procedure
from halokop_sheets.core.schema import TABS
from halokop_sheets.core.tables import recognise
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.core.workdays import Calendar, double_odd_weeks, publishing_days, theme, week_code
from halokop_sheets.errors import HalokopError, SettingsError
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.samples import sample_mails
from halokop_sheets.reconcile import look
from halokop_sheets.settings import WEEKDAYS, MailSettings, Settings, load_settings, smtp_password
from halokop_sheets.sop import load_procedure
from halokop_sheets.wiring import ledger_path, make_transport, make_workbook, state_dir
from halokop_sheets.workbooks.base import Workbook
from halokop_sheets.workbooks.xlsx_store import Store

ROWS_SHOWN = 12  # of the sheet's own messages
WEEKS_AHEAD = 53  # of publishing days whose themes are looked at
SAMPLE_DOMAIN = "example.go.id"
INIT = "run `halokop init`: it makes what is missing and touches nothing that people wrote"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``exit_code`` 0 with a problem: a warning, the program works all the same."""

    what: str
    problem: str | None = None
    remedy: str = ""
    exit_code: int = 0

    def __str__(self) -> str:
        if self.problem is None:
            return f"ok       {self.what}"
        word = "PROBLEM" if self.exit_code else "warning"
        remedy = f"\n         -> {self.remedy}" if self.remedy else ""
        return f"{word:8} {self.what}: {self.problem}{remedy}"


def examine(config: Path, now: datetime) -> Iterator[Finding]:
    """Every finding, in the order in which things are best put right. ``now`` is aware."""
    try:
        settings = load_settings(config)
    except SettingsError as error:
        yield from _mistakes("settings", error)
        return
    yield Finding(f"settings: {config}")
    yield from _procedure(settings, now)
    if settings.workbook.kind == "google":
        yield from _key(settings)
    else:
        yield from _file(settings)
    yield from _tabs(settings, now)
    yield from _state(settings, now)
    yield from _addresses(settings.mail)
    yield from _mail(settings)


def _mistakes(what: str, error: SettingsError) -> Iterator[Finding]:
    for problem in error.problems:
        yield Finding(what, problem, "correct it there and look again", error.exit_code)


# --- the procedure ------------------------------------------------------------------------------------------------


def _procedure(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        procedure = load_procedure(settings)
    except SettingsError as error:
        yield from _mistakes("procedure", error)
        return
    yield Finding(f"procedure: {len(procedure.steps)} steps")
    today = now.astimezone(settings.zone).date()
    days = publishing_days(today, WEEKDAYS.index(settings.program.publish_weekday), WEEKS_AHEAD)
    yield from _meeting(settings, procedure, days[0])
    for day in double_odd_weeks(days, settings.program.theme_rule):
        name = theme(day, settings.program.theme_rule)
        yield Finding(f"themes: {week_code(day)} ({day}) is {name} like the week before; change Tema there by hand")
    yield from _templates(settings, procedure)


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
            f"step {step.number}: H{step.day:+d} is a {WEEKDAYS[window.due.weekday()].capitalize()}, the meeting is"
            f" every {weekday.capitalize()}; chosen: it meets on {WEEKDAYS[window.start.weekday()].capitalize()},"
            f" H{after:+d}, and is late only after H{step.day:+d}"
        )


def _templates(settings: Settings, procedure: Procedure) -> Iterator[Finding]:
    renderer = Renderer(settings)
    count = 0
    for mail in sample_mails(settings, procedure):
        try:
            renderer.render(mail)
            count += 1
        except SettingsError as error:
            yield Finding(
                f"mail template {mail.kind}", str(error), "correct it, or remove the file to use ours", error.exit_code
            )
    yield Finding(f"mail templates: {count} kinds of mail made with sample data")


def _rows(settings: Settings, workbook: Workbook, book: RawBook, now: datetime) -> Iterator[Finding]:
    """What the sheet itself says in Pesan Sistem: warnings, for a bad row stops nothing but itself."""
    try:
        snapshot, context = look(settings, load_procedure(settings), workbook, LedgerView(), now, book)
    except SettingsError:
        return  # said already
    problems = observe_office(snapshot, context).problems
    for problem in problems[:ROWS_SHOWN]:
        yield Finding(problem.place, problem.text)
    if len(problems) > ROWS_SHOWN:
        yield Finding("sheet", f"{len(problems) - ROWS_SHOWN} more rows to look at", "`halokop plan` lists them all")


# --- the workbook -------------------------------------------------------------------------------------------------


def _key(settings: Settings) -> Iterator[Finding]:
    """The file of a service account's key is as good as a password."""
    if not settings.google.credentials_file:
        yield Finding("google: signs in with Application Default Credentials")
        return
    key = settings.path(settings.google.credentials_file)
    if not key.is_file():
        yield Finding(f"google key {key}", "there is no such file", "set google.credentials_file to the key", 2)
    elif os.name == "posix" and key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(f"google key {key}", "other users of this computer may read it", f"chmod 600 {key}")
    else:
        yield Finding(f"google key: {key}")


def _file(settings: Settings) -> Iterator[Finding]:
    path = settings.path(settings.workbook.path)
    if not path.exists():
        yield Finding(f"workbook {path}", "there is no such file", "`halokop init` makes one, or set workbook.path", 3)
        return
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        yield Finding(f"workbook {path}", "may not be written", "give this user the right to its folder", 3)
    try:
        Store(path).check_unlocked()
    except HalokopError as error:
        yield Finding(f"workbook {path}", str(error), "close it; until then mails go out and the sheet waits")


def _tabs(settings: Settings, now: datetime) -> Iterator[Finding]:
    if settings.workbook.kind == "xlsx" and not settings.path(settings.workbook.path).exists():
        return
    try:
        workbook = make_workbook(settings)
        book = workbook.read()
        snapshot = recognise(book)
    except HalokopError as error:
        yield Finding("workbook", str(error), "put this right and look again", error.exit_code)
        return
    missing = [name for name in TABS if name not in snapshot.tables]
    gaps = [f"{t.title} lacks {', '.join(t.missing)}" for t in snapshot.tables.values() if t.missing]
    if missing:
        gaps.insert(0, f"no tab {', '.join(missing)}")
    if gaps:
        yield Finding(f"workbook {workbook.name}", "; ".join(gaps), INIT, 3)
    else:
        rows = sum(len(table.rows) for table in snapshot.tables.values())
        yield Finding(f"workbook: {workbook.name}, {len(snapshot.tables)} tabs of rows, {rows} rows")
        yield from _rows(settings, workbook, book, now)
    team = snapshot.tables.get(Tabs.TEAM)
    if team and not any(row.cells.get(Cols.EMAIL) for row in team.rows):
        yield Finding(f"tab {team.title}", "holds nobody yet", "write the people and their addresses there")


# --- what we keep -------------------------------------------------------------------------------------------------


def _state(settings: Settings, now: datetime) -> Iterator[Finding]:
    yield _writable("state folder", state_dir(settings), "state.dir")
    try:
        view = Ledger.peek(ledger_path(settings), settings.zone, now)
    except HalokopError as error:
        yield Finding("mail ledger", str(error), "", error.exit_code)
        return
    yield Finding(f"mail ledger: {len(view.records)} mails in the last 30 days")
    if view.trouble:
        yield Finding("mail", f"paused: {view.trouble}", "see the mail server below")


def _writable(what: str, folder: Path, setting: str) -> Finding:
    """Asks for the right alone; the folder is made when it is needed."""
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Finding(f"{what}: {folder}" + ("" if existing == folder else " (will be made)"))
    return Finding(
        f"{what} {folder}", f"{existing} may not be written", f"give this user the right, or set {setting}", 3
    )


# --- mail ---------------------------------------------------------------------------------------------------------


def _addresses(mail: MailSettings) -> Iterator[Finding]:
    """Whether mail may go to anybody, and whose replies it asks for."""
    if mail.transport == "smtp":
        for setting, address in (("from", mail.sender), ("admin", mail.admin)):
            if domain_of(bare(address)) == SAMPLE_DOMAIN:
                yield Finding(f"mail.{setting}", f"is still the sample's: {address}", "write your own address", 2)
    if not mail.allowed_domains and not mail.allowed_addresses:
        yield Finding("mail.allowed_domains", "is empty", "name your office's domain: mail goes nowhere else", 2)


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.mail.transport == "outbox":
        yield _writable(
            "outbox (mails stay there as files)", settings.path(settings.mail.outbox_dir), "mail.outbox_dir"
        )
        return
    server = settings.mail.smtp
    place = f"{server.host}:{server.port}"
    try:
        if server.username and not smtp_password():
            remedy = "set HALOKOP_SMTP_PASSWORD, or HALOKOP_SMTP_PASSWORD_FILE to a file that holds it"
            yield Finding(f"mail server {place}", "there is no password", remedy, 2)
            return
        with make_transport(settings).open():
            pass
    except HalokopError as error:
        yield Finding("mail", str(error), "nothing was sent; mails wait until this works", error.exit_code)
        return
    who = f"signed in as {server.username}" if server.username else "no sign-in"
    yield Finding(f"mail server: {place}, {who}")
