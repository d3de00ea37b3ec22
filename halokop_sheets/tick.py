"""One tick: read, decide, claim, write, deliver, show the verdicts. The plan is pure; here it is carried out."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeGuard

from halokop_sheets.core.mails.history import foreign_keys, sent_keys, shown_keys
from halokop_sheets.core.office.context import Context
from halokop_sheets.core.office.procedure import Procedure
from halokop_sheets.core.planner import make_plan, no_longer_due, standing_pages
from halokop_sheets.core.sheet.blueprint import adoption_notes, make_blueprint
from halokop_sheets.core.sheet.refused import without_tabs
from halokop_sheets.core.sheet.schema import tabs_for
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddRow, Change, LedgerView, Mail, Plan, RawBook, Snapshot
from halokop_sheets.core.terms import Tabs
from halokop_sheets.errors import Conflict, HalokopError, TryAgainError, WorkbookError
from halokop_sheets.mail.delivery import Guard, Outcome, Watch, deliver
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.message import build, message_id
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.transports import Transport
from halokop_sheets.settings import Settings
from halokop_sheets.workbooks.base import Workbook

log = logging.getLogger(__name__)
PASSES = 6  # passes over a workbook that people keep changing under us; the next tick goes on


@dataclass(frozen=True)
class App:
    """Everything a tick works with, wired together."""

    settings: Settings
    procedure: Procedure
    workbook: Workbook
    ledger: Ledger
    transport: Transport
    renderer: Renderer
    must_show: bool  # a claim must stand in the sheet before its mail goes out (Google: other hosts look there)
    monotonic: Callable[[], float] = time.monotonic  # for waiting only: what is due is decided by ``now``
    checkpoint: Callable[[str], None] = lambda _: None  # named moments, for tests that kill the process there


@dataclass
class Result:
    """What a tick did, for the log, the exit code and the health strip."""

    plan: Plan = field(default_factory=Plan)
    written: int = 0  # cells and rows
    outcome: Outcome = field(default_factory=Outcome)
    trouble: list[HalokopError] = field(default_factory=list)

    @property
    def left_out(self) -> list[str]:
        """Tabs that could not be served, each with what to do."""
        return [str(problem) for problem in self.plan.problems if problem.whole_tab]

    @property
    def told(self) -> list[str]:
        """All that was in the way, for log and standard error."""
        return [*map(str, self.trouble), *self.left_out]

    @property
    def exit_code(self) -> int:
        """3 when workbook or mail server were out of reach altogether, 1 when part of the work was done."""
        worst = max((error.exit_code for error in self.trouble), default=int(bool(self.left_out)))
        return 1 if worst and (self.written or self.outcome.sent) else worst


@dataclass(frozen=True)
class Observation:
    """One read of the workbook, and all that a plan depends on besides."""

    snapshot: Snapshot
    context: Context


@dataclass(frozen=True)
class Pass:
    """What one pass came to. ``seen``: what it planned on, None where the workbook could not be read.

    ``shown``: the sheet shows the claims of this pass, so that their mails may go out.
    """

    seen: Observation | None = None
    shown: bool = False


def read_workbook(
    settings: Settings,
    procedure: Procedure,
    workbook: Workbook,
    ledger: LedgerView,
    now: datetime,
    book: RawBook | None = None,
) -> Observation:
    """Read the workbook once (or take ``book``, just read). ``now`` is aware.

    The core sees wall-clock time in the programme's zone, cut to the minute: late is judged by the minute.
    """
    snapshot = recognise(book or workbook.read(), tabs_for(settings.program.platforms))

    def link(tab: str, row: int | None) -> str | None:
        place = snapshot.tables.get(tab) or snapshot.pages.get(tab)
        return workbook.link(place.id if place else tab, row)

    local = now.astimezone(settings.zone).replace(second=0, microsecond=0, tzinfo=None)
    name = partial(message_id, settings=settings.mail)
    return Observation(snapshot, Context(settings, procedure, local, ledger, link, name, workbook.name))


def read(app: App, now: datetime, book: RawBook | None = None) -> Observation:
    return read_workbook(app.settings, app.procedure, app.workbook, app.ledger.view(now), now, book)


def put_back(app: App, seen: Observation, result: Result) -> bool:
    """Write people's cells that our last write covered, before all else: a covered Kode would make a wrong plan."""
    covered = app.workbook.restores(seen.snapshot)
    if covered:
        app.workbook.write(covered, seen.snapshot)
        result.written += len(covered)
    return bool(covered)


def decide(app: App, seen: Observation, result: Result, *, mailing: bool) -> Plan:
    plan = make_plan(seen.snapshot, seen.context, mailing=mailing)
    if mailing:
        result.plan = plan
    app.checkpoint("planned")
    return plan


def claim(app: App, plan: Plan, now: datetime, result: Result) -> list[Change]:
    """Claim the plan's mails in the ledger. Returns the changes to write.

    A row of Riwayat Email whose mail the ledger did not take is left out: shown as claimed it would never go out.
    """
    claimed = app.ledger.claim(plan.mails, partial(_freeze, app, now, result.trouble), now)
    if plan.people:
        app.ledger.meet(plan.people, now)
    app.checkpoint("claimed")
    unclaimed = {mail.key for mail in plan.mails} - {mail.key for mail in claimed}
    return [change for change in plan.changes if not (_shows_a_claim(change) and change.key in unclaimed)]


def write(app: App, changes: list[Change], seen: Observation, result: Result) -> None:
    """Write all changes or none, but for tabs that refuse theirs. Raises ``Conflict`` when somebody was faster."""
    if changes:
        app.workbook.write(changes, seen.snapshot)
        changes = list(without_tabs(changes, app.workbook.refused))
        result.written += len(changes)
    app.checkpoint("written")
    app.ledger.show(shown_keys(seen.snapshot) | {change.key for change in changes if _shows_a_claim(change)})


def plan_and_write(app: App, now: datetime, result: Result, *, mailing: bool) -> Pass:
    """Read, decide, claim, write; again from the start when somebody was faster. ``mailing``: new mails are planned."""
    seen = None
    for _ in range(PASSES):
        seen = None
        try:
            seen = read(app, now)
            if put_back(app, seen, result):
                continue
            plan = decide(app, seen, result, mailing=mailing)
            changes = claim(app, plan, now, result)
            write(app, changes, seen, result)
            return Pass(seen, shown=True)
        except Conflict as conflict:
            log.info("somebody changed the workbook first; starting over: %s", conflict)
        except WorkbookError as error:
            result.trouble.append(error)
            return Pass(seen)
    result.trouble.append(TryAgainError("the workbook kept changing while it was read; the next tick goes on"))
    return Pass(seen)


def _freeze(app: App, now: datetime, trouble: list[HalokopError], mail: Mail) -> bytes | None:
    """A mail's bytes, made once; a template that is broken harms its own kind alone."""
    try:
        return build(mail, app.renderer.render(mail), app.settings.mail, now.astimezone(app.settings.zone))
    except HalokopError as error:
        if str(error) not in map(str, trouble):
            trouble.append(error)
        return None


def _shows_a_claim(change: Change) -> TypeGuard[AddRow]:
    return isinstance(change, AddRow) and change.tab == Tabs.HISTORY


def guard_of(app: App, seen: Observation | None) -> Guard | None:
    """Which claimed mails may go out now, by what the sheet shows; None: none of them."""
    if seen is None:
        return None if app.must_show else Guard()
    own = app.ledger.id
    blocked = foreign_keys(seen.snapshot, own) | sent_keys(seen.snapshot, own)
    stale = no_longer_due(seen.snapshot, seen.context)
    shown_only = app.must_show and Tabs.HISTORY not in app.workbook.refused  # else the ledger alone
    return Guard(shown_only=shown_only, blocked=blocked, still_wanted=lambda key: key not in stale)


def deliver_mails(app: App, now: datetime, guard: Guard | None, stop: Callable[[], bool]) -> Outcome:
    """Send what is due. Where the sheet must show each claim and could not be read (no guard), nothing is sent."""
    if guard is None:
        return Outcome()
    watch = Watch(app.monotonic, stop, app.checkpoint)
    return deliver(app.ledger, app.transport, app.settings.mail, now, guard, watch)


def _first_pass(app: App, now: datetime, result: Result) -> tuple[bool, Guard | None]:
    """Whether the sheet shows our claims, and what guards the delivery. The snapshot is let go of: a mail server may
    take minutes, and a process that serves many programmes may be waiting in many places at once."""
    first = plan_and_write(app, now, result, mailing=True)
    return first.shown, guard_of(app, first.seen)


def tick(app: App, now: datetime, stop: Callable[[], bool] = lambda: False) -> Result:
    """One pass over everything. ``now`` is aware; the same ``now`` holds for all of it.

    Trouble with the workbook or the mail server is told in the result, never raised: the next tick tries again.
    Raises ``LedgerError`` when the ledger cannot be trusted: then nothing at all is sent.
    """
    result = Result()
    app.ledger.settle(now)
    shown, guard = _first_pass(app, now, result)
    result.outcome = deliver_mails(app, now, guard, stop)
    if result.outcome.trouble:
        result.trouble.append(result.outcome.trouble)
    if shown and (result.outcome.changed or app.workbook.misplaced):
        plan_and_write(app, now, result, mailing=False)
    return result


def initialise(app: App, now: datetime) -> list[str]:
    """Make or mend the workbook; tells what was done. A second time there is nothing to do."""
    book = app.workbook.read()
    seen = read(app, now, book)
    pages = standing_pages(seen.snapshot, seen.context)
    blueprint = make_blueprint(book, pages, timezone=app.settings.program.timezone, tabs=seen.context.tabs)
    done = app.workbook.init(blueprint, book)
    return [*done, *adoption_notes(blueprint, book)] if done else done
