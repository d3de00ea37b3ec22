"""Everything that goes wrong, drawn from the seed: workbook, network, mail server, disk, clock, power."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from halokop_sheets.errors import TryAgainError, WorkbookError
from halokop_sheets.mail.transports import Cause, ChannelDownError, SendResult, SendStatus

HOURS = timedelta(hours=1)
NAPS = (1 * HOURS, 72 * HOURS, 30 * 24 * HOURS, 400 * 24 * HOURS)


class Crash(BaseException):
    """The process dies here: nothing in the program may catch it."""


@dataclass
class Weather:
    """What works at this moment. Times are true ones, whatever the program's clock says."""

    rng: Random
    calm: bool = True
    until: dict[str, datetime] = field(default_factory=dict)  # trouble by name: when it ends
    offset: timedelta = timedelta()  # of the program's clock
    pinned: bool = False  # the clock stays as it is

    def step(self, now: datetime) -> None:
        """Time has come to ``now``: new trouble may begin."""
        if self.calm:
            return
        for name, chance, longest in (
            ("book", 0.03, 60),
            ("book locked", 0.03, 30),
            ("mail", 0.04, 40),
            ("disk", 0.015, 20),
            ("sign-in", 0.01, 30),
            ("slow mail", 0.03, 20),
        ):
            if self.rng.random() < chance:
                self._begin(name, now, self.rng.random() ** 3 * longest * HOURS)
        if self.rng.random() < 0.002:  # the name service, for a week
            self._begin("book", now, 168 * HOURS)
            self._begin("mail", now, 168 * HOURS)
        if self.rng.random() < 0.01 and not self.pinned:
            self.offset = self.rng.choice((timedelta(), timedelta(), 48 * HOURS, -48 * HOURS, 5 * HOURS))
        if self.rng.random() < 0.012:
            self._begin("asleep", now, self.rng.choices(NAPS, (60, 30, 3, 0))[0])

    def _begin(self, name: str, now: datetime, length: timedelta) -> None:
        self.until[name] = max(self.until.get(name, now), now + length)

    def clear(self) -> None:
        """Faults stop."""
        self.calm, self.pinned, self.offset = True, False, timedelta()
        self.until.clear()

    def bad(self, name: str, now: datetime) -> bool:
        return self.until.get(name, now) > now

    def chance(self, probability: float) -> bool:
        return not self.calm and self.rng.random() < probability

    def at_workbook(self, moment: str, now: datetime) -> None:
        """A daemon is at the workbook: ``read``, ``write`` (before it), ``wrote`` (applied, the answer is lost)."""
        if self.bad("book", now) or (moment == "write" and self.bad("book locked", now)):
            raise TryAgainError("the workbook is out of reach")
        if self.chance(0.01):
            raise (TryAgainError if self.rng.random() < 0.8 else WorkbookError)(f"trouble at {moment}")
        if self.chance(0.004):
            raise Crash(moment)


class Disk:
    """A ledger's connection whose disk may be full: the error is SQLite's own."""

    def __init__(self, connection: sqlite3.Connection, full: Callable[[str], bool]) -> None:
        self._connection, self._full = connection, full

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if not sql.startswith(("SELECT", "ROLLBACK")) and self._full(sql):
            raise sqlite3.OperationalError("database or disk is full")
        return self._connection.execute(sql, *parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@dataclass
class MailServer:
    """The mail server and the way to it. ``leaves`` is told of every mail before its fate is drawn."""

    weather: Weather
    now: Callable[[], datetime]
    leaves: Callable[[str, bytes], str]
    taken: Callable[[str], None]
    wait: Callable[[float], None]
    alive: bool = True
    message_id: str = ""
    verdict: SendStatus = SendStatus.SENT
    sent: int = 0

    @contextmanager
    def open(self) -> Iterator["MailServer"]:
        if self.weather.bad("mail", self.now()):
            raise ChannelDownError("no connection", Cause.UNREACHABLE)
        self.alive = True
        yield self

    def send(self, sender: str, recipient: str, data: bytes) -> SendResult:
        rng, weather = self.weather.rng, self.weather
        self.message_id = self.leaves(recipient, data)
        self.wait(rng.choice((5, 20, 70, 600)) if weather.bad("slow mail", self.now()) else 0.3)
        if weather.bad("sign-in", self.now()):
            self.alive = False
            self.verdict = SendStatus.CHANNEL
            return SendResult(SendStatus.CHANNEL, 535, "sign-in failed", cause=Cause.SIGN_IN)
        draw = 1.0 if weather.calm else rng.random()
        self.verdict = (
            SendStatus.DEFERRED
            if draw < 0.05
            else SendStatus.REFUSED
            if draw < 0.06
            else SendStatus.UNKNOWN
            if draw < 0.1
            else SendStatus.SENT
        )
        if self.verdict is SendStatus.SENT or (self.verdict is SendStatus.UNKNOWN and rng.random() < 0.5):
            self.taken(self.message_id)
            self.sent += 1
        self.alive = self.verdict is not SendStatus.UNKNOWN and (weather.calm or rng.random() > 0.02)
        code = {SendStatus.DEFERRED: 451, SendStatus.REFUSED: 550, SendStatus.UNKNOWN: 0, SendStatus.SENT: 250}[
            self.verdict
        ]
        return SendResult(self.verdict, code, "answer", cause=None)
