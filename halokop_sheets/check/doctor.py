"""``halokop check``: everything that must be right, looked at one by one, each ok or with what to do about it.

It writes nothing and sends nothing: folders are asked for their rights, the workbook is read, the mail server is
signed in to and left again.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from halokop_sheets.check.finding import Finding, mistakes
from halokop_sheets.check.privacy import privacy_findings
from halokop_sheets.check.procedure import procedure_findings
from halokop_sheets.core.addresses import bare, domain_of
from halokop_sheets.core.office.model import OfficeState
from halokop_sheets.core.planner import observe
from halokop_sheets.core.sheet.blueprint import adoption_notes, make_blueprint
from halokop_sheets.core.sheet.schema import TABS, tabs_for
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import LedgerView, RawBook, Table
from halokop_sheets.core.terms import ROLES, Cols, Roles, Tabs
from halokop_sheets.daemon import health_of
from halokop_sheets.errors import HalokopError, SettingsError
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.passwords import smtp_password
from halokop_sheets.settings import MailSettings, Settings
from halokop_sheets.sop import load_procedure
from halokop_sheets.tick import read_workbook
from halokop_sheets.wiring import ledger_path, make_transport, make_workbook, settings_in, state_dir
from halokop_sheets.workbooks.base import Workbook
from halokop_sheets.workbooks.xlsx.store import Store

ROWS_SHOWN = 12  # of the sheet's own messages
SAMPLE_DOMAIN = "example.go.id"
TEAM_FIRST = "fill in the tab Tim: name, address, and under Peran what each person does; save and close the file"
FIRST_SYNC = (
    "`halokop plan --days 3` shows what would be written and mailed, `halokop sync` does it once; then tick in Langkah"
    " what was done before the program came"
)
REAL_MAIL = 'open a mail of the outbox; when it is as you want it, set mail.transport = "smtp" and [mail.smtp]'
DAEMON = "`halokop run` goes on doing it (docs/deploy: a service, a container, a Windows task)"
INIT = "run `halokop init`: it makes what is missing and touches nothing that people wrote"


def examine(config: Path, now: datetime) -> Iterator[Finding]:
    """Every finding, in the order in which things are best put right. ``now`` is aware."""
    try:
        settings = settings_in(config)
    except SettingsError as error:
        yield from mistakes("settings", error)
        return
    yield Finding(f"settings: {config}")
    yield from (Finding("settings", line) for line in settings.renamed)
    yield from procedure_findings(settings, now)
    file = settings.workbook_file
    yield from _careful("workbook", _file(file) if file else _key(settings))
    yield from _careful("workbook", _tabs(settings, now))
    yield from _careful("state folder", _state(settings, now))
    yield from _careful("files", privacy_findings(settings))
    yield from _addresses(settings.mail)
    yield from _careful("mail", _mail(settings))
    yield from _daemon(settings, now)


def _careful(what: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings; a folder that this user may not enter is one more of them."""
    try:
        yield from findings
    except OSError as error:
        yield Finding(what, f"{error.filename}: {error.strerror}", "give this user the right to enter the folder", 3)


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


def _file(path: Path) -> Iterator[Finding]:
    if not path.exists():
        remedy = "`halokop init` makes it; if yours lies elsewhere, set workbook.path (from the settings file's folder)"
        yield Finding(f"workbook {path}", "there is no such file", remedy, 3)
        return
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        yield Finding(f"workbook {path}", "may not be written", "give this user the right to its folder", 3)
    try:
        Store(path).check_unlocked()
    except HalokopError as error:
        yield Finding(f"workbook {path}", str(error), "close it; until then mails go out and the sheet waits")


def _tabs(settings: Settings, now: datetime) -> Iterator[Finding]:
    if settings.workbook_file and not settings.workbook_file.exists():
        return
    try:
        workbook = make_workbook(settings)
        book = workbook.read()
        snapshot = recognise(book, tabs_for(settings.program.platforms))
    except HalokopError as error:
        yield Finding("workbook", str(error), "put this right and look again", error.exit_code)
        return
    missing = [name for name in TABS if name not in snapshot.tables]
    gaps = [f"{t.title} lacks {', '.join(lacking)}" for t in snapshot.tables.values() if (lacking := _lacking(t))]
    if missing:
        gaps.insert(0, f"no tab {', '.join(missing)}")
    if gaps:
        yield Finding(f"workbook {workbook.name}", "; ".join(gaps), INIT, 3)
        for note in adoption_notes(make_blueprint(book, (), timezone=settings.program.timezone), book):
            yield Finding(f"init: {note}")
    else:
        rows = sum(len(table.rows) for table in snapshot.tables.values())
        yield Finding(f"workbook: {workbook.name}, {len(snapshot.tables)} tabs of rows, {rows} rows in them")
        yield from _rows(settings, workbook, book, now)
    team = snapshot.tables.get(Tabs.TEAM)
    if team and not any(row.cells.get(Cols.EMAIL) for row in team.rows):
        yield Finding(
            f"tab {team.title}", "holds nobody yet", "write the people and their addresses there", then=TEAM_FIRST
        )
    steps = snapshot.tables.get(Tabs.STEPS)
    if steps and not steps.rows:
        yield Finding("sheet: no step stands there yet", then=FIRST_SYNC)


def _lacking(table: Table) -> list[str]:
    unseen = (header for header in TABS[table.tab].shown_only if header not in table.columns)
    return [*table.missing, *unseen]


def _rows(settings: Settings, workbook: Workbook, book: RawBook, now: datetime) -> Iterator[Finding]:
    """What the sheet itself says in Pesan Sistem: warnings, for a bad row stops nothing but itself."""
    try:
        seen = read_workbook(settings, load_procedure(settings), workbook, LedgerView(), now, book)
    except SettingsError:
        return  # said already
    snapshot, office = seen.snapshot, observe(seen.snapshot, seen.context)
    yield from _nobody_allowed(office, settings.mail)
    held = {role for person in office.team.people if person.active for role in person.roles}
    for role in ROLES if held else ():
        if role not in held:
            instead = "administrator" if role == Roles.COORDINATOR else "Koordinator, without one to the administrator"
            remedy = f"write it under Peran; until then what is theirs goes to the {instead}"
            yield Finding(f"tab {snapshot.tables[Tabs.TEAM].title}", f"nobody is {role}", remedy)
    problems = office.problems
    for problem in problems[:ROWS_SHOWN]:
        yield Finding(problem.place, problem.text)
    if len(problems) > ROWS_SHOWN:
        yield Finding("sheet", f"{len(problems) - ROWS_SHOWN} more rows to look at", "`halokop plan` lists them all")


def _nobody_allowed(office: OfficeState, mail: MailSettings) -> Iterator[Finding]:
    """The commonest way to start in silence: the sheet is filled and the settings still hold the sample's domain."""
    people = office.team.people
    typed = [str(person.row[Cols.EMAIL]) for person in people if person.active and person.row[Cols.EMAIL]]
    if typed and not any(person.email for person in people if person.active):
        domains = ", ".join(mail.allowed_domains) or "none"
        allows = f"mail.allowed_domains ({domains}) and mail.allowed_addresses allow none of the {len(typed)} addresses"
        yield Finding("tab Tim", f"nobody would get mail: {allows}", "name your office's domain in the settings", 2)


# --- what we keep -------------------------------------------------------------------------------------------------


def _state(settings: Settings, now: datetime) -> Iterator[Finding]:
    yield _writable("state folder", state_dir(settings), "state.dir")
    try:
        view = Ledger.peek(ledger_path(settings), settings.zone, now)
    except HalokopError as error:
        yield Finding("mail ledger", str(error), "", error.exit_code)
        return
    yield Finding(f"mail ledger: {len(view.records)} mails in the last weeks")
    if view.trouble:
        yield Finding("mail", f"paused: {view.trouble}", "see the mail server below")


def _daemon(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the work is being done; a file of the daemon that cannot be read is told elsewhere."""
    with suppress(OSError):
        if not health_of(settings, now)[0]:
            yield Finding("daemon: no fresh pass of it", then=DAEMON)


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
    """Whether mail may go to anybody, and from an address of the office's own."""
    if mail.transport == "smtp":
        for setting, address in (("from", mail.sender), ("admin", mail.admin)):
            if domain_of(bare(address)) == SAMPLE_DOMAIN:
                yield Finding(f"mail.{setting}", f"{address} is in the sample's domain", "write your own address", 2)
        if not mail.reply_to:
            remedy = "name a person's mailbox in mail.reply_to; somebody must also read the mailbox of mail.from"
            yield Finding("mail.reply_to", f"is empty: answers go to mail.admin ({bare(mail.admin)})", remedy)
    if not mail.allowed_domains and not mail.allowed_addresses:
        yield Finding("mail.allowed_domains", "is empty", "name your office's domain: mail goes nowhere else", 2)


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.mail.transport == "outbox":
        outbox = settings.path(settings.mail.outbox_dir)
        yield replace(_writable("outbox (mails stay there as files)", outbox, "mail.outbox_dir"), then=REAL_MAIL)
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
