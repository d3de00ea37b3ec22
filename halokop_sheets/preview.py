"""What would happen: one tick's plan as it stands, or some days played forward on a copy in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from halokop_sheets.core.mails.history import as_claimed
from halokop_sheets.core.planner import make_plan, standing_pages
from halokop_sheets.core.sheet.blueprint import make_blueprint
from halokop_sheets.core.sheet.values import LedgerView, MailRecord
from halokop_sheets.core.terms import MailStatus
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.settings import Settings
from halokop_sheets.sop import load_procedure
from halokop_sheets.tick import connected, read_workbook
from halokop_sheets.wiring import ledger_path, make_sources, make_workbook
from halokop_sheets.workbooks.memory import MemoryWorkbook

STEP = timedelta(minutes=30)  # windows and mail hours are on half hours; a finer step only prints the same later


def preview(settings: Settings, now: datetime) -> Iterator[str]:
    """The plan of a tick at ``now``, line by line, and what stands behind it; nothing is written, claimed or sent.

    The plan uses what exported files tell that lie in the folder. What a service would answer nobody knows: it says
    what would be asked.
    """
    view, sources = Ledger.peek(ledger_path(settings), settings.zone, now), make_sources(settings)
    files = sources.preview(now)
    view = replace(view, asked=(*view.asked, *(answer for file in files for answer in file.answers)))
    seen = read_workbook(settings, load_procedure(settings), make_workbook(settings), view, now)
    seen = connected(seen, sources.connections(now))
    plan = make_plan(seen.snapshot, seen.context)
    yield from plan
    yield f"# {len(plan.changes)} change(s), {len(plan.mails)} mail(s), {len(plan.problems)} problem(s)"
    for ask in plan.asks:
        yield f"# would first ask for {ask}"
    for file in files:
        yield (
            f"# would refuse the file {file.name}: {file.cause}" if file.cause else f"# would take the file {file.name}"
        )
    if not plan.mails:
        yield "# no mail now: none is due, or those of today are out; `plan --days 3` looks ahead"
    for problem in plan.problems:
        yield f"# {problem}"


def play(settings: Settings, now: datetime, days: int) -> Iterator[str]:
    """Every mail of the next ``days`` days and when it goes out, if nobody touches the sheet meanwhile."""
    procedure = load_procedure(settings)
    real = make_workbook(settings)
    copy = MemoryWorkbook.copy_of(real.read(), real.name)
    seen = read_workbook(settings, procedure, copy, LedgerView(), now)
    pages = standing_pages(seen.snapshot, seen.context)
    blueprint = make_blueprint(copy.read(), pages, timezone=settings.program.timezone, tabs=seen.context.tabs)
    copy.init(blueprint, copy.read())
    view = Ledger.peek(ledger_path(settings), settings.zone, now)
    start = now.astimezone(settings.zone)
    end = now + timedelta(days=days)
    while now <= end:
        seen = read_workbook(settings, procedure, copy, view, now)
        plan = make_plan(seen.snapshot, seen.context)
        copy.write(plan.changes, seen.snapshot)
        sent = [as_claimed(mail, seen.context.now, "") for mail in plan.mails]
        view = LedgerView(view.id, (*view.records, *(_sent(record) for record in sent)))
        for mail in plan.mails:
            yield f"{seen.context.now:%Y-%m-%d %H:%M} {mail}"
        following = (now.astimezone(settings.zone) + STEP).replace(second=0, microsecond=0)
        now = following.replace(minute=following.minute // 30 * 30).astimezone(UTC)
    yield f"# {start:%Y-%m-%d %H:%M} + {days} day(s), if nobody touches the sheet"


def _sent(record: MailRecord) -> MailRecord:
    return record._replace(status=MailStatus.SENT)
