"""One tick of one programme while it is at work: its time limit, its requests, its place in the mail server's lane."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from halokop_sheets.errors import BudgetError, TryAgainError
from halokop_sheets.mail.transports import Session, Transport
from halokop_sheets.programmes.budget import Budget

SLOW = 10.0  # seconds after which a tick no longer counts as one of the few: whoever hangs must not hold up the others
_PATIENCE = 20.0  # seconds that a request waits for the budget; then the tick is made later
_LOOK = 0.5  # seconds between looks at whether the lane is free
_TOO_MANY = (429,)


@dataclass
class AtWork:
    """Seconds of a monotonic clock. ``limit``: how long a tick may take, without the time that its mail takes."""

    limit: float
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    started: float = 0.0
    away_since: float | None = None  # handing mail over
    away: float = 0.0

    def begin(self) -> None:
        self.started, self.away_since, self.away = self.monotonic(), None, 0.0

    @contextmanager
    def mailing(self) -> Iterator[None]:
        """Meanwhile the tick counts for no time: a mail server may take ten minutes for one final dot."""
        self.away_since = self.monotonic()
        try:
            yield
        finally:
            self.away += self.monotonic() - self.away_since
            self.away_since = None

    @property
    def lasted(self) -> float:
        return self.monotonic() - self.started - self.away

    @property
    def in_the_way(self) -> bool:
        """Whether it is one of the few ticks that are made at once."""
        return self.away_since is None and self.lasted < SLOW

    def check(self) -> None:
        if self.lasted > self.limit:
            raise TryAgainError(f"this tick took longer than {self.limit:.0f} s (programmes.tick_seconds)")


@dataclass
class Gate:
    """A programme's way to Google: each request is counted, and waits for the budget of its account."""

    budget: Budget
    account: str
    work: AtWork
    counts: dict[str, int] = field(default_factory=lambda: {"read": 0, "write": 0})
    paid: bool = False  # the first read was taken from the budget when the tick was begun

    def begin(self, *, pressing: bool) -> float:
        """Take the first read of a tick; answers the seconds to wait where there is none. What presses leaves nothing
        to others, the rest leaves enough for ticks that are on their way."""
        wait = self.budget.take(self.account, "read", self.work.monotonic(), reserve=0 if pressing else 1)
        self.paid = not wait
        return wait

    def end(self) -> None:
        if self.paid:
            self.budget.give_back(self.account, "read")
            self.paid = False

    def admit(self, kind: Literal["read", "write"]) -> None:
        self.work.check()
        if not (self.paid and kind == "read"):
            self._pay(kind)
        elif self.paid:
            self.paid = False
        self.counts[kind] += 1

    def _pay(self, kind: Literal["read", "write"]) -> None:
        until = self.work.monotonic() + _PATIENCE
        while wait := self.budget.take(self.account, kind, now := self.work.monotonic()):
            if now + wait > until:
                raise BudgetError(f"Google's limits a minute are used up for {wait:.0f} s more; the tick is made later")
            self.work.sleep(min(wait, _PATIENCE))

    def answered(self, status: int) -> None:
        if status in _TOO_MANY:
            self.budget.refused(self.account, self.work.monotonic())
        elif status < 400:
            self.budget.served(self.account)


@dataclass
class LaneTransport:
    """Mail of one programme, in the lane of its server: so many sessions at once with that server, whoever's they are.

    Waiting in the lane and for the server holds up nobody else: the tick counts as gone meanwhile.
    """

    inner: Transport
    lane: threading.Semaphore
    work: AtWork

    @contextmanager
    def open(self) -> Iterator[Session]:
        with self.work.mailing():
            while not self.lane.acquire(blocking=False):
                self.work.sleep(_LOOK)
            try:
                with self.inner.open() as session:
                    yield session
            finally:
                self.lane.release()
