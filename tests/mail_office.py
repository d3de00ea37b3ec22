"""What the tests of mail share: a clock, a few mails, and an office that may be written to."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from halokop_sheets.core.sheet.values import Mail, MailRecord
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.message import Rendered, build
from halokop_sheets.mail.transports import SendResult, SendStatus
from halokop_sheets.settings import MailSettings

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}  # of child processes
ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 7, 0, tzinfo=ZONE)
MAIL = MailSettings()
SENT = SendResult(SendStatus.SENT, 250, "2.0.0 Ok", "4F2A")


def a_mail(recipient: str = "dewi@example.go.id", slot: str = "2026-11-24", **changes: object) -> Mail:
    values: dict[str, object] = {
        "kind": "digest",
        "recipient": recipient,
        "name": "Dewi",
        "key": f"digest {recipient} {slot}",
        "subject": "2 langkah hari ini · 1 terlambat",
        "summary": "Langkah 5 dan 7",
        "expires": datetime(2026, 11, 24, 17, 0),
    }
    return Mail(**{**values, **changes})  # type: ignore[arg-type]


def people(count: int, domain: str = "example.go.id") -> list[Mail]:
    return [a_mail(f"orang{number:04}@{domain}") for number in range(count)]


def frozen(mail: Mail, now: datetime = NOW) -> bytes:
    text = f"Halo {mail.name},\n\n.titik di awal baris\n{mail.summary}\n"
    return build(mail, Rendered(f"<p>{mail.summary}</p>", text), MAIL, now)


def open_ledger(folder: Path, name: str = "a1b2c3") -> Ledger:
    return Ledger.open(folder / "ledger.sqlite3", ZONE, lambda: name)


def claimed(folder: Path, *mails: Mail) -> Ledger:
    """A fresh ledger that has promised these mails."""
    ledger = open_ledger(folder)
    assert ledger.claim(mails, frozen, NOW) == list(mails)
    return ledger


def record_of(ledger: Ledger, mail: Mail, now: datetime = NOW) -> MailRecord:
    return next(one for one in ledger.view(now).records if one.key == mail.key)


def after(**time: float) -> datetime:
    return NOW + timedelta(**time)


class Clock:
    """A monotonic clock that moves by ``step`` seconds each time it is read, or by hand."""

    def __init__(self, step: float = 0) -> None:
        self.time = 1000.0
        self.step = step

    def __call__(self) -> float:
        self.time += self.step
        return self.time


class Post:
    """A transport in memory: answers with ``verdict`` (or what it returns), keeps what came; ``alive`` afterwards."""

    def __init__(self, verdict: SendResult | Callable[[str], SendResult] = SENT, alive: bool = True) -> None:
        self.verdict = verdict
        self.alive = alive
        self.opened = 0
        self.sent: list[tuple[str, bytes]] = []

    def open(self) -> "Post":
        self.opened += 1
        return self

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, sender: str, recipient: str, data: bytes) -> SendResult:
        self.sent.append((recipient, data))
        return self.verdict(recipient) if callable(self.verdict) else self.verdict
