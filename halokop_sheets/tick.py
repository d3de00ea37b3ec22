"""One tick: observe, plan, claim, write, deliver, close. The plan is pure; everything here only carries it out."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeGuard

from halokop_sheets.core.mails.history import foreign_keys, sent_keys, shown_keys
from halokop_sheets.core.office.model import Context
from halokop_sheets.core.office.procedure import Procedure
from halokop_sheets.core.planner import make_plan, no_longer_due, standing_pages
from halokop_sheets.core.sheet.answers import Connections
from halokop_sheets.core.sheet.blueprint import make_blueprint
from halokop_sheets.core.sheet.schema import tabs_for
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddRow, Change, LedgerView, Mail, Plan, RawBook, Snapshot
from halokop_sheets.core.terms import Tabs
from halokop_sheets.errors import Conflict, HalokopError, TryAgainError, WorkbookError
from halokop_sheets.mail.delivery import Outcome, deliver
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.message import build, message_id
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.transports import Transport
from halokop_sheets.settings import Settings
from halokop_sheets.sources.sources import Sources
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
    sources: Sources = field(default_factory=Sources)  # of readings; without any people type them all


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
    def exit_code(self) -> int:
        """3 when workbook or mail server were out of reach altogether, 1 when part of the work was done."""
        worst = max((error.exit_code for error in self.trouble), default=int(bool(self.left_out)))
        return 1 if worst and (self.written or self.outcome.sent) else worst


def look(
    settings: Settings,
    procedure: Procedure,
    workbook: Workbook,
    ledger: LedgerView,
    now: datetime,
    book: RawBook | None = None,
    sources: Connections | None = None,
) -> tuple[Snapshot, Context]:
    """Read the workbook once (or take ``book``, just read); with it goes the planner's context at ``now`` (aware).

    The core sees wall-clock time in the programme's zone, cut to the minute: late is judged by the minute.
    """
    snapshot = recognise(book or workbook.read(), tabs_for(settings.program.platforms))

    def link(tab: str, row: int | None) -> str | None:
        place = snapshot.tables.get(tab) or snapshot.pages.get(tab)
        return workbook.link(place.id if place else tab, row)

    local = now.astimezone(settings.zone).replace(second=0, microsecond=0, tzinfo=None)
    name = partial(message_id, sender=settings.mail.sender)
    return snapshot, Context(settings, procedure, local, ledger, link, name, workbook.name, sources or Connections())


def observe(app: App, now: datetime, book: RawBook | None = None) -> tuple[Snapshot, Context]:
    view, sources = app.ledger.view(now), app.sources.connections(now)
    return look(app.settings, app.procedure, app.workbook, view, now, book, sources)


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


def _without_claims(changes: Sequence[Change], unclaimed: set[str]) -> Iterator[Change]:
    """The changes without the rows of mails that the ledger did not take: shown as claimed they would never go out."""
    for change in changes:
        if not (_shows_a_claim(change) and change.key in unclaimed):
            yield change


def _converge(
    app: App, now: datetime, result: Result, *, mailing: bool
) -> tuple[tuple[Snapshot, Context] | None, bool]:
    """Observe, plan, claim, write; again from the start when somebody was faster.

    Returns what was planned on (None: it could not be read) and whether the sheet now shows our claims.
    """
    observed, to_ask = None, mailing
    for _ in range(PASSES):
        observed = None
        try:
            observed = snapshot, context = observe(app, now)
            if covered := app.workbook.restores(snapshot):
                app.workbook.write(covered, snapshot)  # first of all: a plan made over a covered Kode would be wrong
                result.written += len(covered)
                continue
            plan = make_plan(snapshot, context, mailing=mailing)
            if to_ask and (plan.asks or app.sources.due(now)):
                to_ask = False
                app.sources.ask(plan.asks, app.ledger.asked, now)
                continue  # planned anew, on a fresh read: asking takes a while, and people go on typing
            app.checkpoint("planned")
            claimed = app.ledger.claim(plan.mails, partial(_freeze, app, now, result.trouble), now)
            app.checkpoint("claimed")
            unclaimed = {mail.key for mail in plan.mails} - {mail.key for mail in claimed}
            changes = tuple(_without_claims(plan.changes, unclaimed))
            if mailing:
                result.plan = plan
            if changes:
                app.workbook.write(changes, snapshot)
                result.written += len(changes)
            app.checkpoint("written")
            app.ledger.show(shown_keys(snapshot) | {c.key for c in changes if _shows_a_claim(c)})
            return observed, True
        except Conflict as conflict:
            log.info("somebody changed the workbook first; starting over: %s", conflict)
        except WorkbookError as error:
            result.trouble.append(error)
            return observed, False
    result.trouble.append(TryAgainError("the workbook kept changing while it was read; the next tick goes on"))
    return observed, False


def tick(app: App, now: datetime, stop: Callable[[], bool] = lambda: False) -> Result:
    """One pass over everything. ``now`` is aware; the same ``now`` holds for all of it.

    Trouble with the workbook or the mail server is told in the result, never raised: the next tick tries again.
    Raises ``LedgerError`` when the ledger cannot be trusted: then nothing at all is sent.
    """
    result = Result()
    app.ledger.settle(now)
    app.sources.take_files(app.ledger.asked, now)
    observed, shown = _converge(app, now, result, mailing=True)
    snapshot = observed[0] if observed else None
    stale = no_longer_due(*observed) if observed else frozenset()
    if snapshot is not None or not app.must_show:
        own = app.ledger.id
        blocked = foreign_keys(snapshot, own) | sent_keys(snapshot, own) if snapshot else frozenset()
        result.outcome = deliver(
            app.ledger,
            app.transport,
            app.settings.mail,
            now,
            monotonic=app.monotonic,
            stop=stop,
            shown_only=app.must_show,
            blocked=blocked,
            still_wanted=lambda key: key not in stale,
            checkpoint=app.checkpoint,
        )
        if result.outcome.trouble:
            result.trouble.append(result.outcome.trouble)
    if shown and (result.outcome.changed or app.workbook.misplaced):
        _converge(app, now, result, mailing=False)
    return result


def initialise(app: App, now: datetime) -> list[str]:
    """Make or mend the workbook; tells what was done. A second time there is nothing to do."""
    book = app.workbook.read()
    pages = standing_pages(*observe(app, now, book))
    blueprint = make_blueprint(
        book,
        pages,
        timezone=app.settings.program.timezone,
        tabs=tabs_for(app.settings.program.platforms),
    )
    return app.workbook.init(blueprint, book)
