"""Who is who (tab ``Tim``), and whose a step is."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from halokop_sheets.core.addresses import allowed, bare, domain_of, is_plain
from halokop_sheets.core.calendar import LAST_HOUR
from halokop_sheets.core.office import wording
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.office.days import read_day
from halokop_sheets.core.office.model import OfficeState, Person, StepState, Team
from halokop_sheets.core.office.newcomers import newcomers
from halokop_sheets.core.sheet.cells import fold
from halokop_sheets.core.sheet.draft import Draft, DraftRow
from halokop_sheets.core.sheet.values import Cell
from halokop_sheets.core.terms import Cols, MailStatus, Roles, Tabs
from halokop_sheets.core.typed.names import NameBook
from halokop_sheets.core.typed.parsing import Unreadable, parse_roles, parse_tick, parse_time, text
from halokop_sheets.settings import MailSettings


def _address(typed: str, mail: MailSettings) -> tuple[str, str | None]:
    """(the address to write to or empty, the message for the row or None)."""
    if not typed:
        return "", wording.NO_EMAIL
    address = typed.lower()
    if not is_plain(address) or "." not in domain_of(address):
        return "", wording.bad_email(typed)
    if not allowed(address, mail):
        return "", wording.foreign_email(typed)
    return address, None


@lru_cache(maxsize=2)
def _name_book(names: tuple[str, ...]) -> NameBook:
    """The same book while nobody joins or leaves: it remembers what it read."""
    return NameBook(names)


def _box(cell: Cell) -> bool | None:
    """Whether a tick box is ticked; None for a cell that holds no box."""
    if isinstance(cell, bool):
        return cell
    formula = fold(text(cell)) if isinstance(cell, str) else ""
    return formula == "=true()" if formula in ("=true()", "=false()") else None


def _active(row: DraftRow, boxes_used: bool) -> bool:
    """Whether mail goes to this person. A blank cell counts as active; a word that is not understood as inactive, so
    that nobody is mailed by mistake. A column of tick boxes that nobody touched reads FALSE in every row, which says
    nothing: FALSE counts only where some person's box is ticked."""
    cell = row[Cols.ACTIVE]
    if _box(cell) is False and not boxes_used:
        return True
    tick = parse_tick(cell, Cols.ACTIVE)
    if isinstance(tick, Unreadable):
        row.problem(tick.message)
    elif tick is False:
        row.remark(wording.INACTIVE)
    return tick is not False and not isinstance(tick, Unreadable)


def read_team(draft: Draft, office: OfficeState) -> None:
    """Everybody in ``Tim``; what is wrong with a row stands in its Pesan Sistem and harms that row alone."""
    context = office.context
    settings = context.settings
    verdicts = (MailStatus.SENT, MailStatus.REFUSED)
    newest = {r.recipient: r for r in context.ledger.records if r.status in verdicts}  # they come in order of time
    people: list[Person] = []
    seen: set[str] = set()
    rows = [row for row in draft[Tabs.TEAM] if any(row[h] is not None for h in (Cols.NAME, Cols.EMAIL, Cols.ROLES))]
    boxes_used = any(_box(row[Cols.ACTIVE]) for row in rows)
    for row in rows:
        name = text(row[Cols.NAME])
        typed = text(row[Cols.EMAIL])
        active = _active(row, boxes_used)
        address, message = _address(typed, settings.mail)
        if message and active:
            row.problem(message)
        roles, unknown = parse_roles(row[Cols.ROLES])
        if unknown:
            row.problem(wording.unknown_roles(unknown))
        elif not roles and active:
            row.problem(wording.NO_ROLE)
        hour = row.value_or_problem(parse_time(row[Cols.MAIL_HOUR], Cols.MAIL_HOUR))
        if hour is not None and hour >= LAST_HOUR:
            row.problem(wording.late_hour(settings.reminders.digest_at))
            hour = None
        leave = read_day(row, Cols.LEAVE_UNTIL, context.today)
        if (record := newest.get(address)) is not None and record.status == MailStatus.REFUSED:
            row.problem(wording.mail_refused(record.claimed.date(), record.remark))
        name = name or address
        if name and name.casefold() in seen:
            row.problem(wording.same_name(name))
        seen.add(name.casefold())
        people.append(Person(name, address, roles, active, hour or settings.reminders.digest_at, leave, row))
    names = _name_book(tuple(p.name for p in people))
    admin = bare(settings.mail.admin)
    new = newcomers([p.email for p in people if p.email and p.email != admin], context)
    _say_shared(people, new.waiting)
    office.team = Team(tuple(people), names, admin, new.unseen, new.untold, new.waiting)


def _say_shared(people: Sequence[Person], waiting: frozenset[str]) -> None:
    """Two people with one address get one mail with what is theirs; both rows say so."""
    by_address: defaultdict[str, list[Person]] = defaultdict(list)
    for person in people:
        if person.email and person.active:
            by_address[person.email].append(person)
    for address, sharing in by_address.items():
        for person in sharing:
            if len(sharing) > 1:
                person.row.remark(wording.same_email([p.name for p in sharing if p is not person]))
            if address in waiting:
                person.row.remark(wording.NEW_ADDRESS_WAITS)


def admin_person(team: Team, context: Context) -> Person:
    """The administrator, who stands in where nobody else can be reached."""
    digest_at = context.settings.reminders.digest_at
    return Person("Administrator", team.admin, (Roles.COORDINATOR,), True, digest_at, None, DraftRow(0, {}, {}))


def coordinators(team: Team, day: date) -> list[Person]:
    return team.with_role(Roles.COORDINATOR, day)


def owners_of_roles(team: Team, roles: Sequence[str], day: date) -> tuple[str, list[Person]]:
    """The available people of these roles, else the Koordinator's, and as what; nobody: an empty list."""
    found = [p for role in roles for p in team.with_role(role, day)]
    if found:
        return wording.join(roles), list(dict.fromkeys(found))
    return Roles.COORDINATOR, coordinators(team, day)


def named(state: StepState) -> Iterator[tuple[str, Sequence[str]]]:
    """Whom the sheet names for a step, and in which column: Petugas, then Penanggung Jawab.

    The latter answers only for steps that are the Tim pelaksana's and nobody else's.
    """
    if state.people:
        yield Cols.ASSIGNEE, state.people
    if state.episode.lead and state.step.roles == (Roles.TEAM,):
        yield Cols.LEAD, state.episode.lead


def owners(state: StepState, team: Team, day: date) -> tuple[str, list[Person]]:
    """Whose a step is that day and as what: Petugas, Penanggung Jawab, the step's role, else Koordinator.

    Whoever is away, inactive or without an allowed address is passed over. Nobody: the administrator's.
    """
    for column, names in named(state):
        found = [team.by_name[name] for name in names if name in team.by_name]
        if people := [p for p in found if p.available(day)]:
            return column, people
    return owners_of_roles(team, state.step.roles, day)
