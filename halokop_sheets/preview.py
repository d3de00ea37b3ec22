"""What would happen: one tick's plan as it stands, or some days played forward on copies in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from halokop_sheets.core.planner import make_plan
from halokop_sheets.core.sheet.values import MailRecord, Plan
from halokop_sheets.core.terms import MailStatus
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.transports import SendResult, SendStatus
from halokop_sheets.settings import Settings
from halokop_sheets.sop import load_procedure
from halokop_sheets.tick import App, Result, initialise, read_workbook, tick
from halokop_sheets.wiring import ledger_path, make_workbook
from halokop_sheets.workbooks.memory import MemoryWorkbook

STEP = timedelta(minutes=30)  # windows and mail hours are on half hours; a finer step only prints the same later


def preview(settings: Settings, now: datetime) -> Plan:
    """The plan of a tick at ``now``: nothing is written, claimed or sent."""
    view = Ledger.peek(ledger_path(settings), settings.zone, now)
    seen = read_workbook(settings, load_procedure(settings), make_workbook(settings), view, now)
    return make_plan(seen.snapshot, seen.context)


class Obliging:
    """A mail server that takes every mail and does nothing with it."""

    alive = True

    @contextmanager
    def open(self) -> Iterator["Obliging"]:
        yield self

    def send(self, sender: str, recipient: str, data: bytes) -> SendResult:
        return SendResult(SendStatus.SENT, 250)


def play(settings: Settings, now: datetime, days: int) -> Iterator[str]:
    """Every mail of the next ``days`` days and when it goes out, if nobody touches the sheet meanwhile."""
    real = make_workbook(settings)
    copy = MemoryWorkbook.copy_of(real.read(), real.name)
    told: list[str] = []
    with Ledger.rehearsal(ledger_path(settings), settings.zone) as ledger:
        app = App(settings, load_procedure(settings), copy, ledger, Obliging(), Renderer(settings), must_show=False)
        initialise(app, now)
        for moment, mails, result in forecast(app, now, days):
            for mail in mails:
                yield f"{moment:%Y-%m-%d %H:%M} {mail.kind} -> {mail.recipient}: {mail.subject} [{mail.key}]"
            troubles = [str(error) for error in result.trouble if str(error) not in told]
            told += troubles
            yield from (f"# {line}" for line in troubles)
    start = now.astimezone(settings.zone)
    yield f"# {start:%Y-%m-%d %H:%M} + {days} day(s), if nobody touches the sheet"


def forecast(app: App, now: datetime, days: int) -> Iterator[tuple[datetime, list[MailRecord], Result]]:
    """The ticks of the next ``days`` days: local time, the mails that go out then, and what else the tick says.

    They are the daemon's own ticks, so that what is shown is what happens; ``app`` holds copies that nobody else has.
    """
    end = now + timedelta(days=days)
    out = set(_sent(app, now))
    while now <= end:
        result = tick(app, now)
        sent = _sent(app, now)
        yield now.astimezone(app.settings.zone), [sent[key] for key in sent if key not in out], result
        out |= sent.keys()
        following = (now.astimezone(app.settings.zone) + STEP).replace(second=0, microsecond=0)
        now = following.replace(minute=following.minute // 30 * 30).astimezone(UTC)


def _sent(app: App, now: datetime) -> dict[str, MailRecord]:
    return {record.key: record for record in app.ledger.view(now).records if record.status == MailStatus.SENT}
